"""Seed phrases of wallets (BIP-39): the list of words, whether words make a phrase, and what one looks like.

A phrase of 12 words has 132 bits, the last four of which are the checksum of those before; of 24 words, eight of 264.
So words that are on the list and stand in a row by chance pass once in 16 times or less.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

_WORD_BITS: Final = 11
LENGTHS: Final = (12, 15, 18, 21, 24)
"""Words of a phrase: with each three of them 32 bits of entropy and one of checksum."""

_MARK: Final = "!"
_LISTED: Final = [
    word
    for line in files(__package__).joinpath("mnemonics.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
]
WORDS: Final = [word.rstrip(_MARK) for word in _LISTED]
NUMBERS: Final = {word: number for number, word in enumerate(WORDS)}
RARE: Final = frozenset(word.rstrip(_MARK) for word in _LISTED if word.endswith(_MARK))
"""Words that little else has, three of eight: 99 phrases of 100 have one between two others."""


def closes(words: Sequence[str]) -> bool:
    """Whether words of the list are a phrase: as many as one has, with the right checksum."""
    if len(words) not in LENGTHS:
        return False
    bits = 0
    for word in words:
        bits = bits << _WORD_BITS | NUMBERS[word]
    size = len(words) // 3
    return bits & ((1 << size) - 1) == _checksum(bits >> size, size)


def phrase(entropy: bytes) -> list[str]:
    """The words that stand for 16, 20, 24, 28 or 32 bytes."""
    size = len(entropy) // 4
    number = int.from_bytes(entropy, "big")
    bits = number << size | _checksum(number, size)
    places = range((len(entropy) * 8 + size) // _WORD_BITS - 1, -1, -1)
    return [WORDS[bits >> place * _WORD_BITS & len(WORDS) - 1] for place in places]


def _checksum(entropy: int, size: int) -> int:
    return hashlib.sha256(entropy.to_bytes(size * 4, "big")).digest()[0] >> 8 - size


# as patterns

WORD: Final = "[a-z]{3,8}"
SEPARATORS: Final = (
    (" ", " "),
    (r"\r?\n", r"\n\r?"),
    (r",\s?", r"\s?,"),
    (r"[\s,]{1,2}\d{1,2}[.):]?\s?", r"\s?[.):]?\d{1,2}[\s,]{1,2}"),
    (r"[\"'],\s{0,12}[\"']", r"[\"']\s{0,12},[\"']"),
)
"""What stands between two words, the same all along (a blank, a line's end, a comma, a number, quotes of a list), as it
is read forwards and backwards."""
_BETWEEN: Final = f"(?:{'|'.join(sign for sign, _ in SEPARATORS)})"
_ANY: Final = f"(?:{'|'.join(sorted(WORDS))})"
TRIPLE: Final = rf"\b{_ANY}{_BETWEEN}(?:{'|'.join(sorted(RARE))}){_BETWEEN}{_ANY}\b"
"""A rare word between two others."""
RARE_WORD: Final = rf"[\s,\"'.):0-9](?:{'|'.join(sorted(RARE))})[\s,\"'][a-z0-9\s,\"'][a-z0-9\s.):\"']"
"""A rare word between two others."""
