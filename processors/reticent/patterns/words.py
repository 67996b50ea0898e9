"""Words of a context as patterns: how a name is written in prose, in tables and in keys.

Letters match in either case, and a blank stands for a blank, `_`, `-`, `.` or nothing, so that `tax id` is also
`tax_id`, `TAX-ID` and `taxId`. `\\b` at an end of a word says that it begins or ends there: no letter stands beside
it, or a hump does, as in `userSin` and `sinNumber`, but not in `iPhone`; digits and `_` part words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ..errors import ConfigError

_EDGE: Final = r"\b"
_BETWEEN: Final = r"[\s_.\-]?"
LEAST, SHORT = 2, 4
"""Letters of a word: at least so many; those of up to so many stand inside too many others."""
BEYOND: Final = 2
"""Characters on either side of a word that its pattern may take."""


def word_pattern(word: str) -> str:
    """RE2 syntax of one word. Raises ConfigError for a word of fewer than two characters, which is everywhere."""
    bare = word.removeprefix(_EDGE).removesuffix(_EDGE)
    if len(bare.strip()) < LEAST:
        raise ConfigError("a context word has fewer than two characters", advice="write a longer word, or a phrase")
    begins, ends = word.startswith(_EDGE), word.endswith(_EDGE)
    letters = [_either(letter) for letter in bare]
    if begins:
        letters[0] = rf"(?:(?:^|[^a-zA-Z]){letters[0]}{_hump(bare[0])})"
    if ends:
        hump = f"|{bare[-1].lower()}[A-Z]" if bare[-1].isascii() and bare[-1].isalpha() else ""
        letters[-1] = rf"(?:{_either(bare[-1])}(?:[^a-zA-Z]|$){hump})"
    return "".join(letters)


def lookouts(word: str) -> list[str]:
    """What stands for a word where only a candidate is looked for: patterns one of which matches wherever the word's
    own does, as near to plain literals as can be."""
    bare = word.removeprefix(_EDGE).removesuffix(_EDGE)
    whole = "".join(map(_either, bare))
    if len(bare) > SHORT or not (word.startswith(_EDGE) and bare[0].isascii() and bare[0].isalpha()):
        return [whole]
    behind = "[^a-z]" if word.endswith(_EDGE) and bare[-1].isascii() else ""
    return [rf"(?:^|[^a-zA-Z]){whole}{behind}", f"[a-z]{bare[0].upper()}{''.join(map(_either, bare[1:]))}{behind}"]


def any_word(words: Iterable[str]) -> str:
    """RE2 syntax of any of them."""
    return f"(?:{'|'.join(map(word_pattern, words))})"


def _either(letter: str) -> str:
    if letter == " ":
        return _BETWEEN
    return f"(?i:{re.escape(letter)})" if letter.isalpha() else re.escape(letter)


def _hump(first: str) -> str:
    return f"|(?:[a-hj-z]|[a-z]i){first.upper()}" if first.isascii() and first.isalpha() else ""
