"""Seed phrases of wallets (BIP-39): twelve to twenty-four words out of a list of 2,048.

Behind a telling name ("seed phrase", "mnemonic") words are judged by what all lists of any language have in common:
three to eight lower-case letters, no word twice as a rule, and none of the small words without which English does not
get far. Where nothing tells, they must be on the English list, and their checksum right.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Final

from ..mnemonics import LENGTHS, NUMBERS, RARE, SEPARATORS, WORD, closes, phrase
from ..rule import Match, Validator

_NOT_LISTED: Final = re.compile(
    r"(?i)\b(?:the|and|for|are|but|not|was|were|has|had|its|his|her|him|she|our|your|their|them|than|with|from|which|who"
    r"|been|how|did|does|could|would|should|these|those|being|while|through|may|might|shall|whose|went|uses|using)\b"
)
"""Frequent words of prose, none of which is on the list."""
_WORD: Final = re.compile(r"[A-Za-z]+")
_SPARE: Final = 2
"""Words of the sentence around a phrase that may be on the list, too."""
_ROWS: Final = [
    (
        re.compile(rf"{WORD}(?:{sign}{WORD}\b){{0,{LENGTHS[-1] + _SPARE}}}"),
        re.compile(rf"(?:\b{WORD}{sign}){{1,{_SPARE + 1}}}$"),
    )
    for sign in SEPARATORS
]
"""By what stands between words: those from a place on, and the ones in front of it."""
_NEAR: Final = 40
"""Characters that hold the words in front."""


def _told(secret: str, match: Match) -> bool:
    words = _WORD.findall(secret)
    return len(words) in LENGTHS and len(set(words)) > len(words) * 2 // 3 and _NOT_LISTED.search(secret) is None


def _untold(secret: str, match: Match) -> bool:
    text, start = match.text, match.start
    for row, front in _ROWS:
        found = row.match(text, start)
        if found is None or found.end() < match.end:
            continue
        words = _listed(_WORD.findall(found.group()))
        before = front.search(text[max(0, start - _NEAR) : start])
        sentence = len(words) + (len(_listed(reversed(_WORD.findall(before.group())))) if before is not None else 0)
        return any(
            sentence - length <= _SPARE and closes(words[:length]) and not RARE.isdisjoint(words[1 : length - 1])
            for length in LENGTHS
            if length <= len(words)
        )
    return False


def _listed(words: Iterable[str]) -> list[str]:
    """Those before the first that is not on the list."""
    return list(takewhile(NUMBERS.__contains__, words))


def _generate(size: int) -> Callable[[random.Random], str]:
    return lambda rng: " ".join(phrase(rng.randbytes(size)))


VALIDATORS: Final[dict[str, Validator]] = {"seed-phrase": _told, "seed-words": _untold}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {"seed-12": _generate(16), "seed-24": _generate(32)}
