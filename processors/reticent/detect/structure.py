"""What is found by where it stands or by its form, and not by a pattern: whole values, tables, blocks of code."""

from __future__ import annotations

import fnmatch
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import RecordError
from ..formats.document import Document, Leaves, Part
from ..formats.registry import open_document
from ..limits import Limits
from ..model import StepKind
from ..placeholders import is_value
from ..policy.rule import At, Rule
from ..policy.selectors import path_matcher
from ..steps import StepIndex
from .shapes import FINDERS, PLAUSIBLE, plausible, rows_about
from .spans import Span

_DATA = frozenset(
    kind.value for kind in (StepKind.TOOL_RESULT, StepKind.DB_RESULT, StepKind.RETRIEVAL, StepKind.MEMORY)
)
"""Kinds of steps in which a list of records is a result, and not the trace's own form."""
_SMALLEST = 4
"""Characters of a row, or of a line."""


@dataclass(frozen=True, slots=True)
class _Place:
    rule: Rule
    key: str
    step: str
    selected: Callable[[str], bool] | None


class Structure:
    """The rules that have an `at` or a `shape`."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._shapes = [(rule, rule.shape) for rule in rules if rule.shape is not None]
        self._places = [_place(rule, rule.at) for rule in rules if rule.at is not None]
        self._tables = [(rule, shape.least) for rule, shape in self._shapes if shape.kind == "table"]
        self._rows = min((least for _, least in self._tables), default=0)
        self._longest = min((shape.least for _, shape in self._shapes if shape.kind == "blob"), default=sys.maxsize)
        self.least = _SMALLEST * min((shape.least for _, shape in self._shapes), default=sys.maxsize)
        """Characters of the shortest text that may hold one of the shapes."""

    def concerns(self, leaves: Leaves) -> bool:
        """Whether `places` could find anything in a document of these leaves."""
        return bool(self._places or (self._rows and any(table.rows >= self._rows for table in leaves.tables)))

    def shapes(
        self, texts: Sequence[str], heads: Sequence[int], numbers: Iterable[int], hinted: Sequence[int]
    ) -> Iterator[Span]:
        """Large things within single values of the texts with these numbers; texts and heads as in `Leaves`. `hinted`:
        sorted numbers of the texts that may hold a long token, as a blob is."""
        if not self._shapes:
            return
        for number in numbers:
            text = texts[number]
            blob = len(text) >= self._longest and _among(hinted, number)
            if blob or plausible(text):
                value = text[abs(heads[number]) :]
                for rule, shape in self._shapes:
                    if (shape.kind == "blob" and not blob) or not PLAUSIBLE[shape.kind](value, shape.least):
                        continue
                    for region in FINDERS[shape.kind](value, shape.least):
                        yield _span(rule, number, region.start, region.end, region.about)

    def places(self, document: Document, leaves: Leaves) -> Iterator[Span]:
        """Whole values by where they stand, and lists of records in the results of steps."""
        steps = StepIndex(document.traces())
        if self._places:
            for leaf in range(len(leaves.texts)):
                if leaves.slots[leaf][0] is not None:
                    yield from self._placed(document, leaves, leaf, steps)
        for table in leaves.tables:
            if steps.kind(document.path(table.leaf)) in _DATA:
                for rule, least in self._tables:
                    if table.rows >= least:
                        yield _span(rule, table.leaf, 0, 0, rows_about(table.rows, table.columns))

    def _placed(self, document: Document, leaves: Leaves, leaf: int, steps: StepIndex) -> Iterator[Span]:
        text, head = leaves.texts[leaf], leaves.heads[leaf]
        value = text[abs(head) :]
        if not value or is_value(value):
            return
        key = _key(text, head, leaves.slots[leaf][1])
        path = ""
        for place in self._places:
            if place.key and not (key and fnmatch.fnmatchcase(key, place.key)):
                continue
            if place.selected is not None or place.step:
                path = path or document.path(leaf)
                if place.selected is not None and not place.selected(path):
                    continue
                if place.step and (steps.holds(path) or not fnmatch.fnmatchcase(steps.kind(path), place.step)):
                    continue
            yield _span(place.rule, leaf, 0, len(value), f"{len(value)} characters")

    def finds(self, rule: Rule, example: str) -> bool:
        """Whether a rule finds something in an example: a text, or a document as JSON."""
        if rule.shape is not None:
            return any(True for _ in FINDERS[rule.shape.kind](example, rule.shape.least))
        try:
            document = open_document(example.encode(), content_type=None, forced=None, limits=Limits())
            return any(span.rule == rule.id for span in self.places(document, document.leaves()))
        except RecordError:
            return False


def _among(numbers: Sequence[int], number: int) -> bool:
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


def _key(text: str, head: int, own: Any) -> str:
    """The key that a value stands under: where a label stands before it, or none, the slot's own, as of a record of
    Avro."""
    key = text[: head - 1] if head > 0 else own
    return key.casefold() if isinstance(key, str) else ""


def _place(rule: Rule, at: At) -> _Place:
    return _Place(rule, at.key.casefold(), at.step, path_matcher(at.path) if at.path else None)


def _span(rule: Rule, leaf: int, start: int, end: int, about: str) -> Span:
    return Span(leaf, Part.VALUE, start, end, rule.id, rule.category, rule.severity, rule.pack, about, wide=True)
