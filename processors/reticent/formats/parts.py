"""Traces that were read in parts, each from a document within the document: lines, rows of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import msgspec

from ..model import Trace


def moved(trace: Trace, path: Callable[[str], str]) -> Trace:
    """With the paths that its steps have in the whole."""
    steps = [
        msgspec.structs.replace(step, path=path(step.path), further=[path(each) for each in step.further])
        for step in trace.steps
    ]
    return replace(trace, steps=steps)


def together(first: Trace, more: Trace) -> Trace:
    """Two parts of a trace: the steps of the second follow."""
    base = len(first.steps)
    moved = [
        msgspec.structs.replace(step, seq=step.seq + base, parent=None if step.parent is None else step.parent + base)
        for step in more.steps
    ]
    return replace(
        first,
        session_id=first.session_id or more.session_id,
        started_at=_extreme(min, first.started_at, more.started_at),
        ended_at=_extreme(max, first.ended_at, more.ended_at),
        attributes={**more.attributes, **first.attributes},
        steps=[*first.steps, *moved],
    )


def _extreme(choose: Callable[[Iterator[str]], str], *times: str) -> str:
    known = [time for time in times if time]
    return choose(iter(known)) if known else ""
