"""Tables in a text, read cell by cell with the name of its column: what a person is told by a heading, rules are, too.

A cell becomes `"name": "cell"`, as JSON of the same rows would have it. What is found there counts where it lies in one
cell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ...formats.document import KEY, LABEL, Leaves
from .asking.answers import answers, paired
from .asking.values import cased
from .tables import NAME_MOST, Cell, rows
from .views import Alone, Reading

CELLS_MOST = 4096
"""Cells of one reading."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """Where a reading's cells stand there (`here`) and in the text."""

    here: Sequence[int]
    cells: Sequence[Cell]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The part of a cell that a range stands for; nothing where it holds parts of two, or of none."""
        number = bisect_left(self.here, end) - 1
        if number < 0 or (number and start < self._end(number - 1)):
            return 0, 0
        _, begin, _ = self.cells[number]
        shift = begin - self.here[number]
        return max(start, self.here[number]) + shift, min(end, self._end(number)) + shift

    def _end(self, number: int) -> int:
        _, begin, end = self.cells[number]
        return self.here[number] + end - begin


def columns(first: Reading, signs: Collection[str]) -> Iterator[Reading]:
    """Readings of the tables in a text, each of some of the cells. In every one of them the cells are in order.
    `signs`: what it has of those of tables."""
    cells: list[Cell] = []
    for row in rows(first.text, abs(first.head), signs):
        cells += row
        if len(cells) >= CELLS_MOST:
            yield _reading(first, cells)
            cells = []
    if cells:
        yield _reading(first, cells)


def told(first: Reading) -> Iterator[Reading]:
    """The reading of what is answered in a text to who asks for a field's value."""
    for rows_of in (answers, paired):
        cells = [cell for row in rows_of(first.text, abs(first.head)) for cell in row]
        if cells:
            yield _reading(first, cells[:CELLS_MOST])


def _reading(first: Reading, cells: Sequence[Cell]) -> Reading:
    text = first.text
    pieces = [
        piece
        for name, start, end in cells
        for piece in (f'"{name}": "', cased(name, text[start:end]).replace('"', "'"), '",\n')
    ]
    here = list(accumulate(map(len, pieces)))[::3]
    return Reading("".join(pieces), 0, first.base, (*first.chain, _Cells(here, list(cells))))


_NAMING = ("columns", "column_names", "headers", "header", "fields")
HEADS = tuple(name + mark for name in _NAMING for mark in (LABEL, KEY))
"""How leaves begin that are names of columns, or what these stand under, in documents of named lists."""
HEADS_HINT = rf"(?:^|[\x00-\x02])(?:{'|'.join(_NAMING)})[\x01\x02]"
_ROWS = frozenset({"rows", "data", "values", "records", "result", "results", "table"})


@dataclass(frozen=True, slots=True)
class _Named:
    """A leaf's value behind the name of its column: `shift` is where the value begins here, less where in the leaf."""

    begin: int
    shift: int

    def origin(self, start: int, end: int) -> tuple[int, int]:
        return max(start, self.begin) - self.shift, max(end, self.begin) - self.shift


def named_lists(leaves: Leaves, begin: int) -> Iterator[Reading]:
    """Readings of the items of lists whose columns another list of the document names: by texts, or by objects that
    have a `name`. BigQuery writes an item as `{"v": ...}` in a row that is `{"f": [...]}`. `begin`: the number of the
    document's first leaf."""
    names: list[str] = []
    heading: object = None
    described, column = False, 0
    early: list[tuple[int, int]] = []
    for leaf, (text, head) in enumerate(zip(leaves.texts, leaves.heads, strict=True)):
        border = abs(head)
        label, place = text[: max(0, border - 1)], -1
        if head > 0 and border == len(text) and label in _NAMING:
            described, names = True, []
        elif head > 0 and border == len(text) and label == "f":
            column = 0
        elif head > 0 and label == "name" and described:
            names.append(text[border:])
        elif head > 0 and label == "v":
            place, column = column, column + 1
        elif head < 0 and label in _NAMING:
            container, _ = leaves.slot(leaf)
            names, heading = [*(names if container is heading else ()), text[border:]], container
        elif head < 0 and label in _ROWS:
            container, index = leaves.slot(leaf)
            place = index if isinstance(index, int) and container is not heading else -1
        if place >= 0 and not names:
            early.append((leaf, place))
        elif 0 <= place < len(names):
            yield _behind(names[place], leaves, leaf, begin)
    for leaf, place in early:
        if place < len(names):
            yield _behind(names[place], leaves, leaf, begin)


def _behind(name: str, leaves: Leaves, leaf: int, begin: int) -> Reading:
    """A leaf's value behind the name of its column."""
    name, border = name[-NAME_MOST:].replace(KEY, "") + KEY, abs(leaves.heads[leaf])
    views = (_Named(len(name), len(name) - border),)
    return Reading(name + leaves.texts[leaf][border:], len(name), Alone(begin + leaf), views)
