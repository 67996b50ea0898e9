"""Talks in JSON in a string, as spans and logs keep them: what one message asks for and the next one tells, and values
that one begins and the next one ends, are read as in a document whose messages they are."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...formats.providers import bodies
from ...formats.providers.streams import Place, said_at
from ...policy.rule import Rule
from .flows import Flow, Taken, adds_more, flows
from .views import About, Known, Part, Range, Reading

_WHO = ("role", "from", "sender", "author", "speaker")
SIGN = rf'"(?:{"|".join(_WHO)})\\*": ?\\*"'
"""RE2: who says something."""
_WITHIN = re.compile(rf'\\"(?:{"|".join(_WHO)})\\*": ?\\')
"""Who says something, in a string."""
_SPEAKERS = frozenset(_WHO)
_SAYING = ("content", "text", "thinking", "parts", "message", "body", "value")


class _Talk:
    """`held`: each of the flow's texts in one of the documents, which stand in `reading`."""

    def __init__(self, flow: Flow, reading: Reading, documents: Sequence[bodies.Event], held: Sequence[Place]) -> None:
        self._flow, self._reading, self._documents, self._held = flow, reading, documents, held

    def counts(self, found: Range, parts: Sequence[Part], known: Known, about: About, rule: Rule | None) -> bool:
        if type(self._flow) is not Taken:
            return self._flow.counts(found, parts, known, about, rule)
        return bool(self._reading.chain) or adds_more(parts, known, about, self._said)

    def _said(self, part: Part) -> str:
        return self._reading.text[part[1] : part[2]]

    def places(self, start: int, end: int) -> list[Part]:
        found: list[Part] = []
        for number, first, last in self._flow.places(start, end):
            piece = self._pieces.get(number)
            found += self._reading.places(*piece.place(first, last)) if piece is not None else []
        return found

    @functools.cached_property
    def _pieces(self) -> dict[int, bodies.Piece]:
        """Where each text is written: found out when there is something in one. Not of a document that says a name
        twice."""
        written = {(id(node), key): (each, at) for each in self._documents for (node, key), at in each.strings()}
        places = ((number, self._held[number]) for number in set(self._flow.leaves))
        spans = ((number, written.get((id(node), key))) for number, (node, key) in places)
        return {number: bodies.Piece(*at) for number, at in spans if at is not None}


@dataclass(frozen=True, slots=True)
class _Inside:
    """A string within a document that stands in a reading."""

    reading: Reading
    piece: bodies.Piece

    def counts(self, found: Range, parts: Sequence[Part], known: Known, about: About, rule: Rule | None) -> bool:
        return True

    def places(self, start: int, end: int) -> list[Part]:
        return self.reading.places(*self.piece.place(start, end))


def talks(reading: Reading) -> Iterator[tuple[Flow, Reading]]:
    """One for each flow of the messages that a reading has, also in strings of its documents. Raises LimitError."""
    for documents in bodies.documents(reading.text, abs(reading.head)):
        for each in documents:
            for _, at in each.strings() if _WITHIN.search(each.json) is not None else ():
                piece = bodies.Piece(each, at)
                if piece.text.startswith(("{", "[")):
                    yield from talks(Reading(piece.text, 0, _Inside(reading, piece)))
        for held in _messages([each.tree for each in documents]):
            texts = [said_at(*place) for place in held]
            for flow in flows(texts, [0] * len(texts), [range(len(texts))]):
                if type(flow) is not Flow:  # one is read as a stream is
                    yield flow, Reading(flow.text, 0, _Talk(flow, reading, documents, held))


def _messages(trees: Sequence[Any]) -> Iterator[list[Place]]:
    """What messages of one list say, in order: of each list that has some, or of the trees themselves."""
    stack: list[Any] = [trees]
    while stack:
        node = stack.pop()
        if type(node) is list:
            said = [place for item in node if type(item) is dict for place in _texts(item)]
            if said:
                if len(said) > 1:
                    yield said
                continue
        stack += [each for each in (node.values() if type(node) is dict else node) if type(each) in (dict, list)]


def _texts(item: dict[str, Any]) -> Iterator[Place]:
    """Of an item that is a message, or holds one, as lines of a history do."""
    message: dict[str, Any] = item if not _SPEAKERS.isdisjoint(item) else next(filter(_is_message, item.values()), {})
    for name in _SAYING if message else ():
        held = message.get(name)
        if type(held) is str:
            yield message, name
        elif type(held) is list:
            for number, part in enumerate(held):
                if type(part) is str:
                    yield held, number
                elif type(part) is dict:
                    yield from ((part, key) for key in _SAYING if type(part.get(key)) is str)


def _is_message(node: Any) -> bool:
    return type(node) is dict and not _SPEAKERS.isdisjoint(node)
