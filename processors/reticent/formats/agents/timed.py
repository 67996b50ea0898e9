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


def said(at: Any) -> str:
    """A time as RFC 3339."""
    if isinstance(at, Number):
        at = float(number_text(at))
    if isinstance(at, int | float) and not isinstance(at, bool):
        return written(float(at))
    return at if isinstance(at, str) else ""
