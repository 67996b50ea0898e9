"""RE2 beneath its package's wrapper, which looks at the whole text with every call: time linear in the bytes asked
about, and many alternatives at the price of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import re2

Places = Sequence[tuple[int, int]]
"""Start and end in bytes of what a pattern took, and of each of its groups; `NOWHERE` where it took nothing."""
Search = Callable[[bytes, int, int], Places]
"""Of what a pattern takes first between two places of some bytes."""
NOWHERE: Final = (-1, -1)
_OPTIONS: Final = re2.Options()
_OPTIONS.max_mem = 64 << 20
_OPTIONS.log_errors = False
_UNANCHORED: Final = re2._re2.RE2.Anchor.UNANCHORED


def compiled(pattern: str) -> Any:
    """As RE2's package has it, with room for its states and nothing on standard error. Raises re2.error."""
    return re2.compile(pattern, _OPTIONS)


def searching(pattern: Any) -> Search:
    """`pattern`: RE2's syntax, or what `compiled` gave. Raises re2.error."""
    made = compiled(pattern) if isinstance(pattern, str) else pattern
    return partial(made._regexp.Match, _UNANCHORED)


def finding(*alternatives: str) -> Callable[[str], bool]:
    """Whether one of them, in RE2's syntax, is anywhere in a text. Raises re2.error."""
    search = searching("|".join(alternatives))

    def found(text: str) -> bool:
        data = text.encode("utf-8", "replace")
        return search(data, 0, len(data))[0] != NOWHERE

    return found


def telling(patterns: Sequence[str]) -> Callable[[str], frozenset[str]]:
    """Which of these, in RE2's syntax, are anywhere in a text: one pass for all of them. Raises re2.error."""
    made = re2.Set.SearchSet(_OPTIONS)
    for pattern in patterns:
        made.Add(pattern)
    made.Compile()
    match: Callable[[bytes], Sequence[int]] = made._set.Match

    def told(text: str) -> frozenset[str]:
        return frozenset([patterns[number] for number in match(text.encode("utf-8", "replace"))])

    return told
