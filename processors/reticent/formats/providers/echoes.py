"""Events that say what the one before said, but for a few values: most of a streamed answer's, which are a text of a
few characters, a number, and a hundred bytes that are always the same.

Two events in a row that differ in these values alone give a `Pattern`. What it takes is no event to be parsed, walked
and told anew, but an `Echo`: where its values stand, and what they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..blobs import may_be_blob
from ..jsontext import Number
from ..walk import FLOWING
from .streams import Heard, Place

_STRING = rb'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"'
_NUMBER = rb"-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?+[0-9]++)?+"
_A_STRING, _A_NUMBER = re.compile(_STRING), re.compile(_NUMBER)
_TOKEN = re.compile(_STRING + rb"(\s*+:)?+|" + _NUMBER)
_PADS = b" "
"""What some put before the brace that ends an event, as much of it as they like."""
_PADDING = re.compile(rb" *+")
_ALIKE = 24
"""Bytes with which an event and its echo begin."""
_BYTES_MOST, _DEEPEST = 4096, 12
"""Of an event that may have echoes, and how deep it nests."""
_COUNTED = frozenset({"sequence_number", "obfuscation"})
"""Names of what differs in every event and says nothing."""
_NOTED = frozenset({"created", "created_at"})
_TOKENS = re.compile(r"(?:tokens|token_?count)$", re.IGNORECASE)
"""What may differ and is told of the last event alone: times, and numbers that count tokens."""


class Echo(msgspec.Struct, gc=False):
    """Event `number`, at these bytes of the payload. `spans`: the begin and the end of each value, one after the other.
    `values`: what they say; `touched`, which of them are masked."""

    number: int
    start: int
    end: int
    spans: Sequence[int]
    values: list[Any] = msgspec.field(default_factory=list)
    touched: set[int] = msgspec.field(default_factory=set)


@dataclass(slots=True)
class Echoes:
    """Those that follow an event, which is tree `of` of those that were parsed, without a gap. `places`: where that
    has the values."""

    of: int
    pattern: Pattern
    heard: Heard
    places: Sequence[Place]
    echoes: list[Echo] = field(default_factory=list)

    def tell(self, heard: Heard) -> bool:
        """A run about the echoes what their event told it; False where that was something else than before."""
        if {(id(node), key) for _, (node, key) in heard.places} != {
            (id(node), key) for _, (node, key) in self.heard.places
        }:
            return False
        texts = {id(text): text for text, _ in heard.paths}
        for text in texts.values():
            ends = [path[path.index("]") :] for each, path in heard.paths if each is text]
            text.paths += [f"$[{echo.number}{end}" for echo in self.echoes for end in ends]
        slots = {(id(node), key): slot for slot, (node, key) in enumerate(self.places)}
        for text in texts.values():
            own = [slots[id(node), key] for each, (node, key) in heard.places if each is text]
            text.places += [(echo.values, slot) for echo in self.echoes for slot in own]
        return True


class Pattern:
    """Bytes that stand before each value, and behind the last one. `lines`: of one event. `noted`: what it says of the
    run counts as the last event has it. `lead`: bytes of its JSON before the first value; `rest`: of the event, behind
    its JSON."""

    def __init__(self, draft: Draft, slots: Sequence[int], noted: bool) -> None:
        self.slots, self.noted, self.lines = slots, noted, draft.lines
        self._heads, at = [], 0
        for slot in slots:
            begin, end = draft.values[slot]
            self._heads.append(draft.block[at:begin])
            at = end
        quoted = [draft.block[draft.values[slot][0]] == _QUOTE for slot in slots]
        self._kinds = [_A_STRING.match if each else _A_NUMBER.match for each in quoted]
        self.lead = draft.values[slots[0]][0] - draft.first
        self.rest = len(draft.block) - draft.brace - 1
        behind = draft.block[at:]
        brace = draft.brace - at
        self._tail, self._end = behind[:brace].rstrip(_PADS), behind[brace:]

    def echoes(self, payload: bytes, at: int, number: int) -> list[Echo]:
        """What follows at once, from these bytes and this number on."""
        found: list[Echo] = []
        begins, slots, padding = payload.startswith, list(zip(self._heads, self._kinds, strict=True)), _PADDING.match
        tail, behind, end, last = self._tail, len(self._tail), self._end, len(self._end)
        while True:
            start, spans = at, list[int]()
            for head, kind in slots:
                if not begins(head, at) or (value := kind(payload, at + len(head))) is None:
                    return found
                spans += value.span()
                at = value.end()
            if not begins(tail, at):
                return found
            at = padding(payload, at + behind).end()  # type: ignore[union-attr]  # it matches nothing, too
            # another blank line would be the event's, too
            if not begins(end, at) or payload[at + last : at + last + 1] in _BLANK:
                return found
            at += last
            found.append(Echo(number + len(found), start, at, spans))


_QUOTE = b'"'[0]
_BLANK = (b"\r", b"\n", b"\xef")


@dataclass(slots=True)
class Told:
    """An event that was parsed, at these bytes of the payload, the JSON of its data line at those, so many lines, and
    what it told the run."""

    payload: bytes
    start: int
    end: int
    data: tuple[int, int]
    lines: int
    tree: Any
    heard: Heard
    _draft: Draft | None = None

    def alike(self, other: Told) -> bool:
        """Whether it is worth a closer look."""
        begins = (each.payload[each.start : each.start + _ALIKE] for each in (self, other))
        return self.heard.alike and other.heard.alike and next(begins) == next(begins)

    def draft(self) -> Draft | None:
        """None where there can be no echoes: of what is large, or is no JSON object on one line."""
        if self._draft is None and self.data[1] > self.data[0] and self.end - self.start <= _BYTES_MOST:
            block, first, last = (
                self.payload[self.start : self.end],
                self.data[0] - self.start,
                self.data[1] - self.start,
            )
            if type(self.tree) is dict and b"}" in block[first:last]:
                self._draft = Draft(block, first, last, self)
        return self._draft if self._draft is not None and self._draft.sound else None


class Draft:
    """What an event is made of: `values`, where its strings and numbers stand, `places`, where in its tree; `free` and
    `noted` ones may differ in an echo. `first` to `brace`: its JSON."""

    def __init__(self, block: bytes, first: int, last: int, told: Told) -> None:
        self.block, self.first, self.lines, self.heard = block, first, told.lines, told.heard
        self.values = [found.span() for found in _TOKEN.finditer(block, first, last) if found.group(1) is None]
        self.brace = block.rindex(b"}", first, last)
        bounds = [0, *(bound for span in self.values for bound in span)]
        pieces = [block[begin:end] for begin, end in zip(bounds[::2], [*bounds[1::2], self.brace], strict=True)]
        self.shape = (*pieces[:-1], pieces[-1].rstrip(_PADS), block[self.brace :])
        self.places: list[Place] = []
        self.free: set[int] = set()
        self.noted: set[int] = set()
        self.sound = self._know(told.tree, told.heard)

    def _know(self, tree: Any, heard: Heard) -> bool:
        found: list[tuple[Any, Any, str]] = []
        if not _scalars(tree, "data", found, 0) or len(found) != len(self.values):
            return False
        self.places = [(node, key) for node, key, _ in found]
        told = {(id(node), key) for _, (node, key) in heard.places}
        for slot, (node, key, under) in enumerate(found):
            if (id(node), key) in told:
                told.discard((id(node), key))
                if may_be_blob(node, key, under):
                    return False
                self.free.add(slot)
            elif key in _COUNTED or (not heard.claimed and _may_differ(node, key, under)):
                self.free.add(slot)
            elif key in _NOTED or (type(key) is str and type(node[key]) is int and _TOKENS.search(key)):
                self.noted.add(slot)
        return not told

    def pattern(self, before: Draft, known: Sequence[int] = ()) -> Pattern | None:
        """Of what differs between the two, or did before, in `known` slots; None where that is more than may."""
        if self.shape != before.shape or not self.heard.like(before.heard):
            return None
        values = zip(self.values, before.values, strict=True)
        differ = {
            slot
            for slot, ((begin, end), (first, last)) in enumerate(values)
            if self.block[begin:end] != before.block[first:last]
        }
        slots = differ | self.free | set(known)
        noted = slots & self.noted
        return None if not slots or slots - self.free - noted else Pattern(self, sorted(slots), bool(noted))


def _may_differ(node: Any, key: Any, under: str) -> bool:
    """Of what no format claims: a number, or what carries a text on; neither makes it any format's."""
    if type(key) is not str or may_be_blob(node, key, under):
        return False
    return key in FLOWING if type(node[key]) is str else True


def _scalars(node: Any, under: str, found: list[tuple[Any, Any, str]], depth: int) -> bool:
    """(container, key or index, name that the container stands under) of each string and number, in the order of the
    text. False where it nests too deep."""
    if depth > _DEEPEST:
        return False
    for key, child in node.items() if type(node) is dict else enumerate(node):
        kind = type(child)
        if kind is str or kind is int or kind is Number:
            found.append((node, key, under))
        elif kind is dict or kind is list:
            below = key if type(key) is str and key != "source" else under
            if not _scalars(child, below, found, depth + 1):
                return False
    return True
