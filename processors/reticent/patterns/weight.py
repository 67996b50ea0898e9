"""How large a pattern is for the engines, told before any of them compiles it: repeats multiply."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .tree import REPEATS, nearly, sre

WEIGHT_MOST = 10_000
"""Positions of a pattern with its repeats written out. Those that we ship have fewer than half of that."""
CHARACTERS_MOST = 16_384
"""Of a pattern with its macros written out: a list of that many words belongs in a dictionary."""


def weight(pattern: str) -> int:
    """Positions of a pattern that RE2 takes, its repeats written out; of one that Python's parser does not take, its
    characters."""
    try:
        return _sequence(nearly(pattern))
    except (re.error, OverflowError, RecursionError):
        return len(pattern)


def _sequence(nodes: Iterable[Any]) -> int:
    return sum(_node(op, value) for op, value in nodes)


def _node(op: Any, value: Any) -> int:
    if op in REPEATS:
        _, most, inner = value
        return (1 if most is sre.MAXREPEAT else max(1, int(most))) * _sequence(inner)  # without an end it is a loop
    if op is sre.SUBPATTERN:
        return _sequence(value[3])
    if op is sre.BRANCH:
        return sum(map(_sequence, value[1]))
    return 0 if op is sre.AT else 1
