"""Rules that share a trigger: what each of them looks for is looked for only around that trigger's hits.

Nine digits are the shape of a hundred kinds of numbers. Asked one by one at every number, their rules would cost a
hundred times what one of them costs; looked for everywhere, their patterns would cost something at every byte.
Together they are one more Hyperscan pass, over the little text that stands around the hits.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from ...patterns.expression import SEPARATOR
from .database import Database, Store
from .text import Buffer
from .trigger import Reach

_SEPARATOR = SEPARATOR.encode()
_ENCODED_MOST = 4
_CLOSE = 32
"""Bytes from one end to the next."""
_MANY = 64
"""Ends that are worth looking for such."""

Span = tuple[int, int, int]
"""A text's number, and a range of it in bytes."""


class Nearby:
    """The rules of one trigger, each with what must stand near a hit of it: its pattern, or a word of its context.

    Raises hyperscan.error for expressions that Hyperscan does not take."""

    def __init__(self, users: Sequence[tuple[int, Reach]], store: Store | None = None) -> None:
        wanted: dict[bytes, list[int]] = {}
        for rule, reach in users:
            for expression in reach.near:
                wanted.setdefault(expression, []).append(rule)
        self._rules = list(wanted.values())
        self._database = Database(list(wanted), store=store)
        befores = [reach.before for _, reach in users]
        before = None if None in befores else max((reach.before or 0) + reach.around for _, reach in users)
        self._widest = Reach(before, max(reach.behind + reach.around for _, reach in users))

    def spans(self, buffer: Buffer, ends: Sequence[int]) -> Iterator[tuple[int, Span]]:
        """Each rule that may match near one of the hits that end at `ends`, with the range in which it may."""
        pieces = list(merged(list(reached(buffer, self._widest, ends))))
        parts = [_with_heading(buffer, piece) for piece in pieces]
        begins = list(accumulate((len(part) + 1 for part in parts), initial=0))
        found: dict[tuple[int, int], None] = {}

        def note(expression: int, _start: int, end: int, _flags: int, _context: object) -> None:
            found[expression, bisect_right(begins, end - 1) - 1] = None

        self._database.scan(_SEPARATOR.join([*parts, b""]), note)
        for expression, piece in found:
            for rule in self._rules[expression]:
                yield rule, pieces[piece]


def reached(buffer: Buffer, reach: Reach, ends: Sequence[int]) -> Iterator[Span]:
    """How far hits reach to either side; those close together reach as one."""
    begins, data, times = buffer.begins, buffer.data, 1 if buffer.ascii else _ENCODED_MOST
    fewest, least = reach.before, reach.behind
    before = None if fewest is None else fewest * times
    behind, anywhere = least * times, reach.anywhere
    needle, find = reach.needle, buffer.outline.find if reach.needle else None
    text, first, last = -1, 0, -1
    for begin, end in zip(ends, ends, strict=True) if len(ends) < _MANY else _runs(data, ends):
        if find is not None and not anywhere and before is not None:
            # most words of a name stand in a sentence without any number
            low = begin - before
            if find(needle, low if low > 0 else 0, end + behind) < 0:
                continue
        if not first < end <= last + 1:
            text = bisect_right(begins, end - 1) - 1
            first, last = begins[text], begins[text + 1] - 1
        start, stop = first, last
        if before is not None and not (anywhere and begin - first <= buffer.border(text)):
            start = begin - before if begin - before > first else first
            stop = end + behind if end + behind < last else last
            if times > 1 and fewest is not None:
                # where all is ASCII a character is a byte
                near, far = max(first, begin - fewest), min(last, end + least)
                if data[near:far].isascii():
                    start, stop = near, far
        if find is None or find(needle, start, stop) >= 0:
            yield text, start - first, stop - first


def _runs(data: bytes, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of ends that lie close together in one text: what is made of digits has one at each."""
    gaps = [place for place, (end, following) in enumerate(pairwise(ends), 1) if following - end > _CLOSE]
    for start, stop in pairwise([0, *gaps, len(ends)]):
        first, last = ends[start], ends[stop - 1]
        if data.find(_SEPARATOR, first - 1, last - 1) < 0:
            yield first, last
        else:
            yield from ((end, end) for end in ends[start:stop])


def merged(spans: list[Span]) -> Iterator[Span]:
    """In order; ranges that touch become one."""
    if not spans:
        return
    if len(spans) > 1:
        spans.sort()
    text, start, stop = spans[0]
    for next_text, next_start, next_stop in spans[1:]:
        if next_text == text and next_start <= stop:
            stop = max(stop, next_stop)
            continue
        yield text, start, stop
        text, start, stop = next_text, next_start, next_stop
    yield text, start, stop


def _with_heading(buffer: Buffer, piece: Span) -> bytes:
    """A range of a text, and its key or label before it where that lies farther away."""
    number, start, stop = piece
    begin = buffer.begins[number]
    near = buffer.data[begin + start : begin + stop]
    if start == 0 or buffer.heads[number] == 0:
        return near
    text = buffer.text(number)
    first, border = text.heading
    return text.data[first:border] + near if border and start > first else near
