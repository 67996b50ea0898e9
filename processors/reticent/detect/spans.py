"""Spans, and how those that overlap become ones that do not."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from ..formats.document import Leaves, Part
from ..model import Severity


class Span(msgspec.Struct, frozen=True, gc=False):
    """Where a rule found something. `start` and `end` count characters of that part of the leaf. `about` is what may
    be said of it in a summary; `wide` spans are shapes and whole values, in which other spans may lie. `whole`: what
    was found, where it lies in several leaves, of which this is one."""

    leaf: int
    part: Part
    start: int
    end: int
    rule: str
    category: str
    severity: Severity
    pack: str = ""
    about: str = ""
    wide: bool = False
    whole: str = ""


def copied(spans: list[Span], leaves: Leaves, most: int) -> list[Span]:
    """With those of texts that say a part of what others do (`Leaves.copies`), where a value may be cut off; no further
    once there are more than `most`."""
    if not leaves.copies:
        return spans
    found: dict[int, list[Span]] = {}
    for span in spans:
        if span.part is Part.VALUE and not span.wide:
            found.setdefault(span.leaf, []).append(span)
    for leaf, of, start in reversed(leaves.copies):
        size = len(leaves.texts[leaf]) - abs(leaves.heads[leaf])
        own = {(span.start, span.end, span.rule) for span in found.get(leaf, ())}
        more = [
            replace(span, leaf=leaf, start=begin, end=end)
            for span in found.get(of, ())
            if (begin := max(span.start - start, 0)) < (end := min(span.end - start, size))
            and (begin, end, span.rule) not in own  # of a text that grows each step would have those of all behind it
        ]
        if more and len(spans) <= most:
            found.setdefault(leaf, []).extend(more)
            spans += more
    return spans


def resolve(spans: Iterable[Span]) -> list[Span]:
    """Spans sorted by leaf, part and start, covering all that any of them covered. No two overlap, but that others may
    lie in a wide one; where they would, the rule of the more severe, then of the longer one names the union."""
    done: list[Span] = []
    for wide in (False, True):
        last: Span | None = None
        for span in sorted((each for each in spans if each.wide is wide), key=_place):
            if last is None or (last.leaf, last.part) != (span.leaf, span.part) or span.start >= last.end:
                last = span
                done.append(span)
                continue
            first = max(last, span, key=lambda s: (s.severity, s.end - s.start))
            last = done[-1] = replace(first, start=last.start, end=max(last.end, span.end))
    done.sort(key=_place)
    return done


def _place(span: Span) -> tuple[int, int, int, int, str]:
    """Where all else is equal, the rule of the shorter name comes first: `card-number` before `card-number-near`."""
    return span.leaf, span.part, span.start, -span.end, span.rule
