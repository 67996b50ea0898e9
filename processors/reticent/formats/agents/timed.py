"""The times of steps whose messages do not say them themselves, but what they are wrapped in does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...model import Step
from ..jsontext import Number, number_text
from ..tracing.spans import written


def timed(steps: Iterable[Step], at: Any) -> list[Step]:
    """`at`: RFC 3339, or seconds since the epoch; anything else is no time."""
    found, time = list(steps), said(at)
    for step in found if time else ():
        step.started_at = step.started_at or time
    return found


def said(at: Any, unit: float = 1.0) -> str:
    """A time as RFC 3339. `unit`: of a number, in seconds."""
    if isinstance(at, str):
        return at
    try:
        count = float(number_text(at)) if isinstance(at, Number) else at
        return written(count * unit) if isinstance(count, int | float) and not isinstance(count, bool) else ""
    except OverflowError:  # an integer of hundreds of digits
        return ""
