"""What every match of a pattern holds, told from the pattern: where a text has none of it, nobody need look for more.

Worked out on the tree of Python's own parser of regular expressions; what that says nothing of needs nothing.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from .tree import CATEGORIES, REPEATS, sre

TOKEN: Final = string.ascii_letters + string.digits + "+/_-"
"""What tokens are made of: base64, base64url, hex, and names with dashes."""
TOKEN_LEAST: Final = 24
"""Characters of TOKEN without a break that few words have, and most keys."""
_TOKEN: Final = frozenset(map(ord, TOKEN))


def token(nodes: Iterable[Any]) -> bool:
    """Whether whatever a sequence takes holds `TOKEN_LEAST` characters of TOKEN without a break."""
    return _run(nodes).longest >= TOKEN_LEAST


class _Run(NamedTuple):
    """The fewest characters of TOKEN without a break: at the `head` of what a sequence takes, at its `tail`, and the
    `longest` anywhere. `solid`: it takes nothing but these."""

    head: int
    tail: int
    longest: int
    solid: bool

    def then(self, other: _Run) -> _Run:
        return _Run(
            self.head + other.head if self.solid else self.head,
            self.tail + other.tail if other.solid else other.tail,
            max(self.longest, other.longest, self.tail + other.head),
            self.solid and other.solid,
        )


_NOTHING: Final = _Run(0, 0, 0, solid=True)
_BREAK: Final = _Run(0, 0, 0, solid=False)


def _run(nodes: Iterable[Any]) -> _Run:
    whole = _NOTHING
    for op, value in nodes:
        whole = whole.then(_run_of(op, value))
    return whole


def _run_of(op: Any, value: Any) -> _Run:
    if op is sre.AT:
        return _NOTHING
    if op is sre.SUBPATTERN:
        return _run(value[3])
    if op is sre.BRANCH:
        heads, tails, longest, solid = zip(*map(_run, value[1]), strict=True)
        return _Run(min(heads), min(tails), min(longest), all(solid))
    if op in REPEATS:
        return _repeated(_run(value[2]), value[0])
    return _Run(1, 1, 1, solid=True) if _is_token(op, value) else _BREAK


def _repeated(run: _Run, least: int) -> _Run:
    if run.solid:
        size = run.longest * least
        return _Run(size, size, size, solid=True)
    return run if least else _BREAK


def _is_token(op: Any, value: Any) -> bool:
    """Whether one character is always one of TOKEN."""
    if op is sre.LITERAL:
        return value in _TOKEN
    if op is not sre.IN or value[0][0] is sre.NEGATE:
        return False
    return all(_of_token(kind, member) for kind, member in value)


def _of_token(kind: Any, member: Any) -> bool:
    if kind is sre.CATEGORY:
        codes, others = CATEGORIES[member]
        return not others and codes <= _TOKEN
    first, last = (member, member) if kind is sre.LITERAL else member
    return _TOKEN.issuperset(range(first, last + 1))
