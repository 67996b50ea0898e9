"""Objects that have a question and its answer, keys that are questions, and tools that ask somebody, read as a form has
the same: the field that is asked for, and its value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ....formats.document import KEY, Leaves
from ..calls import Outputs
from ..views import Alone, Reading
from .answers import told
from .fields import field_of
from .values import cased, fitting

_ASKED: Final = "question|query|q|prompt|label|title|ask"
_MARK: Final = "(?:[?]|\uff1f|\u061f)"
_GIVEN: Final = "question|prompt|message"
SIGN: Final = rf'(?:^|\x00)(?:{_ASKED})\x01|{_MARK}[\x01\x02]|"(?:{_GIVEN})\\*": ?\\*"'
"""A question, by its key; a key that is one; one in what a tool was given as JSON in a string."""
_IN_JSON: Final = re.compile(rf'"(?:{_GIVEN})\\*"\s?:\s?\\*"([^"\\]{{3,200}})')
_ANSWERS: Final = frozenset(("answer", "answers", "a", "value", "text", "response", "reply", "answer_text", "content"))
_TITLES: Final = frozenset(("label", "title"))
"""Of what is shown, which no tool asks."""
_NEAR: Final = 12
"""Leaves behind a question among which its answer is."""


@dataclass(frozen=True, slots=True)
class _Value:
    """`begin`: where the value begins here; `there`: in its leaf."""

    begin: int
    there: int

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The part of the leaf that a range stands for."""
        shift = self.there - self.begin
        return max(start, self.begin) + shift, max(end, self.begin) + shift


def questions(leaves: Leaves, begin: int, signed: Sequence[int]) -> Iterator[Reading]:
    """Readings of answers behind the field that is asked for. `begin`: the number of the document's first leaf.
    `signed`: those of its leaves that have a `SIGN`."""
    outputs = Outputs(leaves)
    for number in signed:
        border = abs(leaves.heads[number])
        key, value = leaves.texts[number][: max(0, border - 1)], leaves.texts[number][border:]
        field = field_of(key) if key.rstrip().endswith(("?", "\uff1f", "\u061f")) else None
        answer: int | None = number
        if field is None:
            inside = _IN_JSON.search(value)
            field = field_of(inside[1] if inside is not None else value)
            answer = None if field is None or inside is not None else _answer(leaves, number)
            if field is not None and answer is None and key not in _TITLES:
                answer = outputs.named(number)
        if field is None or answer is None:
            continue
        border = abs(leaves.heads[answer])
        place = told(leaves.texts[answer], border, len(leaves.texts[answer]), fitting(field))
        if place is not None:
            said = cased(field, leaves.texts[answer][slice(*place)])
            views = (_Value(len(field) + 1, place[0]),)
            yield Reading(f"{field}{KEY}{said}", len(field) + 1, Alone(begin + answer), views)


def _answer(leaves: Leaves, number: int) -> int | None:
    """The leaf that has the answer: in the same object, or in the one that holds it."""
    holder = leaves.slot(number)[0]
    asked = id(holder)
    near: list[int] = [*range(number + 1, min(len(leaves.texts), number + _NEAR)), *range(max(0, number - 2), number)]
    for each in near:
        container = leaves.slot(each)[0]
        key, _, value = leaves.texts[each].partition(KEY)
        if not value or key not in _ANSWERS or not isinstance(container, dict):
            continue
        if container is holder or asked in list(map(id, container.values())):
            return each
    return None
