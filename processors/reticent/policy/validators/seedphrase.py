"""Seed phrases of wallets (BIP-39): twelve to twenty-four words out of a list of 2,048.

Behind a telling name ("seed phrase", "mnemonic") words are judged by what all lists of any language have in common:
three to eight lower-case letters, no word twice as a rule, and none of the small words without which English does not
get far. Where nothing tells, they must be on the English list, and their checksum right.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from ..mnemonics import LENGTHS, NUMBERS, SEPARATORS, WORD, closes, phrase
from ..rule import Match, Validator

_NOT_LISTED: Final = re.compile(
    r"(?i)\b(?:the|and|for|are|but|not|was|were|has|had|its|his|her|him|she|our|your|their|them|than|with|from|which|who"
    r"|been|how|did|does|could|would|should|these|those|being|while|through|may|might|shall|whose|went|uses|using)\b"
)
"""Frequent words of prose, none of which is on the list."""
_WORD: Final = re.compile(r"[A-Za-z]+")
_SPARE: Final = 2
"""Words of the sentence around a phrase that may be on the list, too."""
_CHAINS: Final = [
    (
        re.compile(sign),
        re.compile(rf"{WORD}\b(?:{sign}{WORD}\b){{0,{LENGTHS[-1] + _SPARE}}}"),
        re.compile(rf"(?:{back}{WORD}\b){{0,{LENGTHS[-1] + _SPARE}}}"),
    )
    for sign, back in SEPARATORS
]
"""What stands between words; a word and those behind it; those in front of it, read backwards."""


def _told(secret: str, match: Match) -> bool:
    words = _WORD.findall(secret)
    return len(words) in LENGTHS and len(set(words)) > len(words) * 2 // 3 and _NOT_LISTED.search(secret) is None


def _untold(secret: str, match: Match) -> bool | tuple[int, int]:
    """Where the phrase lies, a rare word of which stands between two others."""
    three = list(_WORD.finditer(secret))
    if len(three) != 3 or not all(each.group() in NUMBERS for each in three):
        return False
    text, at = match.text, match.start + three[1].start()
    between = secret[three[1].end() : three[2].start()]
    backwards = text[:at][::-1]
    for sign, ahead, back in _CHAINS:
        if sign.fullmatch(between) is None:
            continue
        before, behind = back.match(backwards), ahead.match(text, at)
        if before is None or behind is None:
            continue
        front = [(at - end, at - start) for start, end in _words(before.group(), -1)]
        row = [*front[::-1], *((at + start, at + end) for start, end in _words(behind.group(), 1))]
        if len(row) < LENGTHS[0]:
            continue
        if (found := _phrase([text[start:end] for start, end in row], len(front))) is not None:
            return row[found[0]][0], row[found[1]][1]
    return False


def _words(text: str, step: int) -> Iterator[tuple[int, int]]:
    """Where words stand, up to the first that is not on the list; with `step` -1 they are read backwards."""
    for found in _WORD.finditer(text):
        if found.group()[::step] not in NUMBERS:
            return
        yield found.span()


def _phrase(words: Sequence[str], rare: int) -> tuple[int, int] | None:
    """The numbers of the first and the last word of a phrase that has the rare one inside it, if nearly all are its."""
    for length in reversed(LENGTHS):
        for first in range(len(words) - length + 1 if len(words) <= length + _SPARE else 0):
            last = first + length - 1
            if first < rare < last and closes(words[first : last + 1]):
                return first, last
    return None


def _generate(size: int) -> Callable[[random.Random], str]:
    return lambda rng: " ".join(phrase(rng.randbytes(size)))


VALIDATORS: Final[dict[str, Validator]] = {"seed-phrase": _told, "seed-words": _untold}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {"seed-12": _generate(16), "seed-24": _generate(32)}
