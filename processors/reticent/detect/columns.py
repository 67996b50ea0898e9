"""Tables in a text, read cell by cell with the name of its column: what a person is told by a heading, rules are, too.

CSV and its kin, Markdown, what psql and mysql print, and INSERT statements that name their columns. A cell becomes
`"name": "cell"`, as JSON of the same rows would have it. What is found there counts where it lies in one cell.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise

from ..formats.document import KEY, LABEL, Leaves
from ..policy.linear import finding
from .views import Alone, Reading

CELLS_MOST = 4096
"""Cells of one reading."""
_CELL_LEAST = 2
"""Characters of a cell that may tell something of somebody."""
_NAME_MOST = 60
"""Characters of a column's name: its end."""

_WORD, _WORDS = r"[^\W\d][\w.-]*", r"[^\W\d][\w.-]*(?: [\w.-]+){1,3}"
_HEADING = re.compile(rf'\s*(?:"(?:{_WORD}|{_WORDS})"|{_WORD}|(?P<words>{_WORDS}))\s*')
_NAMES = r"\"?[A-Za-z_\x{80}-\x{10ffff}][A-Za-z0-9_ .\x{80}-\x{10ffff}-]*\"?"
HINT = "|".join((
    rf"(?:^|[\x00-\x02\n\"]){_NAMES}(?:[,;\t] ?{_NAMES})+\r?\n",
    r"\| ?:?--|-\+-|-- ?\| ?:?--|─[┼┬]─|━[╇┳]━|═[╪╬]═",
    r"\([0-9]{1,9} rows?\)",
    r"\"\s*\]\s*,\s*(?:\"\w{1,20}\"\s*:\s*)?\[",
    r"(?i:insert)\s+(?i:into)\s",
))  # fmt: skip
"""RE2: what every table has, and little else."""
_tabular = finding(HINT)


Cell = tuple[str, int, int]
"""The name of its column, and where it begins and ends, in characters of the text."""


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


def columns(first: Reading) -> Iterator[Reading]:
    """Readings of the tables in a text, each of some of the cells. In every one of them the cells are in order."""
    text, border = first.text, abs(first.head)
    if not _tabular(text):
        return
    cells: list[Cell] = []
    for row in _rows(text, border):
        cells += row
        if len(cells) >= CELLS_MOST:
            yield _reading(first, cells)
            cells = []
    if cells:
        yield _reading(first, cells)


def _reading(first: Reading, cells: Sequence[Cell]) -> Reading:
    text = first.text
    pieces = [
        piece for name, start, end in cells for piece in (f'"{name}": "', text[start:end].replace('"', "'"), '",\n')
    ]
    here = list(accumulate(map(len, pieces)))[::3]
    return Reading("".join(pieces), 0, first.base, (*first.chain, _Cells(here, list(cells))))


def _rows(text: str, at: int) -> Iterator[list[Cell]]:
    yield from _inserted(text, at)
    yield from _in_lists(text, at)
    if "\n" in text:
        lines = text[at:].split("\n")
        starts = list(accumulate((len(line) + 1 for line in lines), initial=at))
        ends = [place for place, line in enumerate(lines) if _COUNTED.match(line)]
        number = 0
        while number < len(lines) - 1:
            made = _ruled(lines, number, ends) or _separated(lines, number)
            if made is None:
                number += 1
                continue
            names, split, number = made
            while number < len(lines):
                row = split(lines[number])
                if row is None:
                    break
                if len(row) == len(names):
                    begin = starts[number]
                    yield [
                        (name, begin + start, begin + end)
                        for name, (start, end) in zip(names, row, strict=True)
                        if name and end - start >= _CELL_LEAST
                    ]
                elif lines[number].strip("|+-: \r"):
                    break
                number += 1


_Row = list[tuple[int, int]]
"""Where each cell of a line begins and ends."""
_Split = Callable[[str], _Row | None]
"""The cells of a line; None where the table has ended."""
_Table = tuple[Sequence[str], _Split, int]
"""The names of its columns, how its lines are split, and the number of its first row."""


def _ruled(lines: Sequence[str], number: int, ends: Sequence[int]) -> _Table | None:
    """A heading with a rule below it: Markdown, psql, mysql. `ends`: the lines that count a table's."""
    if _BOXES.search(lines[number + 1]) is not None or "┌─" in lines[number]:
        return _boxed(lines, number)
    heading, rule = lines[number], lines[number + 1]
    if "--" not in rule or rule.strip(" \t\r|+-:"):
        return None
    if "|" not in heading:
        name, rows = heading.strip(), number + 2
        last = bisect_left(ends, rows)
        return ([name[-_NAME_MOST:]], _alone(lines[ends[last]]), rows) if name and last < len(ends) else None
    outer = heading.lstrip().startswith("|")
    names = [heading[start:end][-_NAME_MOST:] for start, end in _barred(heading, outer=outer) or ()]
    return (names, partial(_barred, outer=outer), number + 2) if any(map(_HEADING.fullmatch, names)) else None


_BOXES = re.compile(r"\s*[├┡╞╠].*[─━═]")
_BARS = re.compile("[│┃║]")


def _boxed(lines: Sequence[str], number: int) -> _Table | None:
    """The same, drawn with lines: DuckDB, ClickHouse, rich."""
    heading, first = lines[number], number + 2
    if _BARS.search(heading) is None:  # ClickHouse writes the names into the upper line
        cells, first = [name.strip("┌┐┬─ \r") for name in re.split("(?<=─)┬(?=─)", heading)], number + 1
    else:
        if number and _BARS.search(lines[number - 1]):  # DuckDB writes types below the names
            heading = lines[number - 1]
        cells = [heading[start:end] for start, end in _drawn(heading) or ()]
    names = [name[-_NAME_MOST:] for name in cells]
    return (names, _drawn, first) if names and any(map(_HEADING.fullmatch, names)) else None


def _drawn(line: str) -> _Row | None:
    bars = [found.start() for found in _BARS.finditer(line)]
    return [_trimmed(line, before + 1, behind) for before, behind in pairwise(bars)] if bars else None


_COUNTED = re.compile(r"\(\d{1,9} rows?\)")


def _alone(end: str) -> _Split:
    """psql's lines of one column, up to the one that counts them."""

    def split(line: str) -> _Row | None:
        return None if line is end else [_trimmed(line, 0, len(line))]

    return split


def _barred(line: str, *, outer: bool) -> _Row | None:
    if "|" not in line:
        return None
    bars = [at for at, sign in enumerate(line) if sign == "|" and line[at - 1 : at] != "\\"]
    edges = bars if outer else [-1, *bars, len(line)]
    return [_trimmed(line, before + 1, behind) for before, behind in pairwise(edges)]


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    cell = line[start:end]
    begin = start + len(cell) - len(cell.lstrip())
    return begin, max(begin, start + len(cell.rstrip()))


def _separated(lines: Sequence[str], number: int) -> _Table | None:
    """A heading of names with one sign between them, and a line of as many cells: CSV, TSV."""
    heading = _OPENING.sub("", lines[number], count=1)
    for sign in ",;\t":
        if sign in heading:
            found = [_HEADING.fullmatch(name) for name in heading.split(sign)]
            names = [name[0].strip().strip('"')[-_NAME_MOST:] for name in found if name is not None]
            if len(found) != len(names) or len(names) != len(set(names)) or (sign == "," and _spoken(found)):
                return None
            split = partial(_cells, sign=sign)
            return (names, split, number + 1) if len(split(lines[number + 1]) or ()) == len(names) else None
    return None


_OPENING = re.compile(r'^.*":\s?"')
"""What a table stands behind that is a value of JSON."""


def _spoken(names: Sequence[re.Match[str] | None]) -> bool:
    """Whether it may as well be a line of prose: a few words, a comma, a few words."""
    words = [name["words"] for name in names if name is not None and name["words"]]
    return len(names) < _LISTED and any(not each[:1].isupper() for each in words)


_LISTED = 4
"""So many names of some words each, without a point at the end, are no sentence."""


def _cells(line: str, *, sign: str) -> _Row | None:
    if sign not in line:
        return None
    found: _Row = []
    at = 0
    while at <= len(line):
        quoted = _QUOTED.match(line, at)
        behind = line.find(sign, at if quoted is None else quoted.end())
        behind = len(line) if behind < 0 else behind
        found.append(_trimmed(line, at, behind) if quoted is None else quoted.span(1))
        at = behind + 1
    return found


_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"')
_INSERT = re.compile(r"(?i)\binsert\s+into\s+[\w.\"`\[\]]{1,120}\s*\(([^()]{1,4000})\)\s*values\s*")
_TUPLE = re.compile(r"\s*\(((?:[^()'\"]++|'(?:[^'\\]++|''|\\.)*+'|\"[^\"]*+\")*+)\)\s*(,)?")
_VALUE = re.compile(r"\s*(?:[A-Z]?'((?:[^'\\]|''|\\.)*)'|\"([^\"]*)\"|([^,'\"\s][^,'\"]*))[^,]*")


def _inserted(text: str, at: int) -> Iterator[list[Cell]]:
    """The tuples of INSERT statements that name their columns."""
    return _listed(text, at, (_INSERT, _TUPLE, _VALUE), _CELL_LEAST)


def _listed(
    text: str, at: int, forms: tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]], least: int
) -> Iterator[list[Cell]]:
    """Rows behind the list of their names, one after the other. `forms`: of the names, a row, which says whether
    another follows, and a cell. `least`: characters of a cell."""
    heading, tuples, values = forms
    while (found := heading.search(text, at)) is not None:
        names = [name.strip(' \t\r\n"`[]')[-_NAME_MOST:] for name in found[1].split(",")]
        at = found.end()
        while (row := tuples.match(text, at)) is not None:
            at = row.end()
            cells = [each.span(each.lastindex or 0) for each in values.finditer(text, *row.span(1))]
            if len(cells) == len(names):
                yield [(name, *span) for name, span in zip(names, cells, strict=True) if span[1] - span[0] >= least]
            if row[2] is None:
                break


_LISTED_NAME = r'"([^\W\d][\w .-]{0,60})"'
_NAMED_LISTS = re.compile(
    rf"\[\s*({_LISTED_NAME}(?:\s*,\s*{_LISTED_NAME})+)\s*\]\s*,\s*"
    r'(?:"index"\s*:\s*\[[^\[\]]*\]\s*,\s*)?(?:"\w{1,20}"\s*:\s*\[\s*)?(?=\[)'
)
_LIST = re.compile(r'\s*\[((?:[^\[\]"]|"(?:[^"\\]|\\.)*")*)\]\s*(,)?')
_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,"\s][^,"]*))\s*(?:,|\Z)')


def _in_lists(text: str, at: int) -> Iterator[list[Cell]]:
    """Lists of JSON behind the list of their names: `"columns": ["id", "name"], "rows": [[1, "..."]]`."""
    return _listed(text, at, (_NAMED_LISTS, _LIST, _ITEM), 1)


HEADS = tuple(name + LABEL for name in ("columns", "column_names", "headers", "header", "fields"))
"""How labels begin of the items that are names of columns, in documents of named lists."""
_ROWS = frozenset({"rows", "data", "values", "records", "result", "results", "table"})


@dataclass(frozen=True, slots=True)
class _Named:
    """A leaf's value behind the name of its column: `shift` is where the value begins here, less where in the leaf."""

    begin: int
    shift: int

    def origin(self, start: int, end: int) -> tuple[int, int]:
        return max(start, self.begin) - self.shift, max(end, self.begin) - self.shift


def named_lists(leaves: Leaves, begin: int) -> Iterator[Reading]:
    """Readings of the items of lists whose columns another list of the document names. `begin`: the number of the
    document's first leaf."""
    names: list[str] = []
    heading: object = None
    for leaf, (text, head) in enumerate(zip(leaves.texts, leaves.heads, strict=True)):
        if head >= 0:
            continue
        label = text[: -head - 1]
        if label + LABEL in HEADS:
            container, _ = leaves.slot(leaf)
            if container is not heading:
                names, heading = [], container
            names.append(text[-head:])
        elif names and label in _ROWS:
            container, index = leaves.slot(leaf)
            if isinstance(index, int) and index < len(names) and container is not heading:
                name = names[index][-_NAME_MOST:].replace(KEY, "") + KEY
                views = (_Named(len(name), len(name) + head),)
                yield Reading(name + text[-head:], len(name), Alone(begin + leaf), views)
