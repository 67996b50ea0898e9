"""Spans, and how those that overlap become ones that do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..formats.document import Part
from ..model import Severity


@dataclass(frozen=True, slots=True)
class Span:
    """Where a rule found something. `start` and `end` count characters of that part of the leaf."""

    leaf: int
    part: Part
    start: int
    end: int
    rule: str
    category: str
    severity: Severity
    pack: str = ""


def resolve(spans: Iterable[Span]) -> list[Span]:
    """Spans sorted by leaf, part and start, none overlapping another, covering all that any of them covered.

    Where they overlap, the rule of the more severe, then of the longer one names the union."""
    done: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.leaf, s.part, s.start, -s.end)):
        last = done[-1] if done else None
        if last is None or (last.leaf, last.part) != (span.leaf, span.part) or span.start >= last.end:
            done.append(span)
            continue
        first = max(last, span, key=lambda s: (s.severity, s.end - s.start, s.rule))
        done[-1] = replace(first, start=last.start, end=max(last.end, span.end))
    return done
