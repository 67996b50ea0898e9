"""Patterns taken apart by Python's own parser, and what its nodes take where RE2 reads them: `\\d`, `\\w` and `\\s` are
ASCII there."""

from __future__ import annotations

import functools
import re
import re._constants as sre  # type: ignore[import-not-found]  # typeshed knows the old names only
import re._parser as parser  # type: ignore[import-not-found]
import string
import warnings
from typing import Any, Final

__all__ = [
    "ASCII",
    "CATEGORIES",
    "DIGITS",
    "REPEATS",
    "SPACES",
    "UNREADABLE",
    "WORD_SIGNS",
    "inside",
    "nearly",
    "parsed",
    "sre",
]

ASCII: Final = frozenset(range(128))
DIGITS: Final = frozenset(map(ord, string.digits))
WORD_SIGNS: Final = frozenset(map(ord, string.ascii_letters + string.digits + "_"))
SPACES: Final = frozenset(map(ord, "\t\n\f\r "))
CATEGORIES: Final = {
    sre.CATEGORY_DIGIT: (DIGITS, False),
    sre.CATEGORY_WORD: (WORD_SIGNS, False),
    sre.CATEGORY_SPACE: (SPACES, False),
    sre.CATEGORY_NOT_DIGIT: (DIGITS, True),
    sre.CATEGORY_NOT_WORD: (WORD_SIGNS, True),
    sre.CATEGORY_NOT_SPACE: (SPACES, True),
}
"""Codes, and whether it is all others, those beyond ASCII among them, that are taken."""
REPEATS: Final = (sre.MAX_REPEAT, sre.MIN_REPEAT)
_UNLIKE: Final = ("[[:", "{,", r"\p", r"\P", r"\Q", r"\C", r"\z", "(?U", "(?s-", "(?m-")
"""Syntax that Python's parser does not know, or would read in another way than RE2."""


_KEPT: Final = 4
"""Trees, which are large: whoever asks one thing of a pattern asks more of it next."""


class UnlikeError(Exception):
    """Python's parser would read the pattern in another way than RE2."""


UNREADABLE: Final = (re.error, KeyError, OverflowError, RecursionError, UnlikeError)


@functools.lru_cache(maxsize=_KEPT)
def parsed(pattern: str) -> Any:
    """Of a pattern that RE2 takes. Raises one of `UNREADABLE`."""
    if any(sign in pattern for sign in _UNLIKE):
        raise UnlikeError
    return nearly(pattern)


def nearly(pattern: str) -> Any:
    """As `parsed`, also where RE2 reads it in another way. Raises re.error, OverflowError, RecursionError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parser.parse(pattern)


def inside(flags: int, group: Any) -> int:
    """The flags in a group, of those around it. `group`: the value of its node."""
    _, added, removed, _ = group
    return int((flags | added) & ~removed)
