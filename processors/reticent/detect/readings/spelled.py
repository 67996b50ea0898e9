"""Values that are told one by one: characters with a blank or a hyphen behind each, digits as words, as people dictate
them and models give them away; bytes as numbers, as programs print them.

Patterns are RE2's, and in lower case where case is folded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_LEAST: Final = 8
"""Characters that are spelled: fewer are initials and columns of a matrix."""
_DIGITS_LEAST: Final = 4
"""Digits that are told as words."""

_DIGIT_WORDS: Final = {
    0: "zero oh o nought null cero zéro nul",
    1: "one eins ein uno un uma een één",
    2: "two zwei zwo dos deux due dois duas twee",
    3: "three drei tres trois tre três drie",
    4: "four vier cuatro quatre quattro quatro",
    5: "five fünf cinco cinq cinque vijf",
    6: "six sechs seis sei zes meia",
    7: "seven sieben siete sept sette sete zeven",
    8: "eight acht ocho huit otto oito",
    9: "nine neun nueve neuf nove negen",
}
_TEN_WORDS: Final = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_TIMES: Final = {"double": 2, "triple": 3}
_VALUES: Final = {word: str(digit) for digit, words in _DIGIT_WORDS.items() for word in words.split()} | {
    word: str(number) for word, number in _TEN_WORDS.items()
}
_SAYS: Final = frozenset({*_VALUES, *_TIMES})
_ROUND: Final = frozenset(word for word, number in _TEN_WORDS.items() if number >= 20)

_CHARACTER: Final = "0-9A-Za-z_+/=.$@:#!~%*&?-"
_ANY_WORD: Final = "|".join(sorted(_SAYS, key=len, reverse=True))
_GAP: Final = r"[ ,.;-]{1,3}"
CHARACTERS: Final = (
    rf"\b(?:[{_CHARACTER}] ){{{_LEAST - 1},}}[{_CHARACTER}]\b|\b(?:[0-9A-Za-z]-){{{_LEAST - 1},}}[0-9A-Za-z]\b"
)
WORDS: Final = rf"\b(?i:(?:{_ANY_WORD})(?:{_GAP}(?:{_ANY_WORD})){{{_DIGITS_LEAST - 1},}})\b"
HINT: Final = (
    rf"(?:[{_CHARACTER}] ){{{_LEAST - 1}}}[{_CHARACTER}]|(?:[0-9A-Za-z]-){{{_LEAST - 1}}}[0-9A-Za-z]"
    rf"|(?i:(?:{_ANY_WORD})(?:{_GAP}(?:{_ANY_WORD})){{{_DIGITS_LEAST - 1}}})"
)
"""Where one of them may be, and hardly anything else."""
BYTES_LEAST: Final = 16
"""Numbers in a list that may be the bytes of a text."""
_COMMA: Final = r"\s{0,2},\s{0,16}"
_BYTE: Final = r"(?:0x[0-9A-Fa-f]{2}|[0-9]{1,3})"
BYTES: Final = rf"\b{_BYTE}(?:{_COMMA}{_BYTE}){{{BYTES_LEAST - 1},}}\b"
BYTES_HINT: Final = rf"(?:(?:0x[0-9A-Fa-f]{{2}}|[0-9]{{2,3}}){_COMMA}){{{BYTES_LEAST // 2}}}"
_PLAIN: Final = frozenset((9, 10, 13, *range(32, 127)))
_WORD: Final = re.compile(r"[^\W\d_]+")


def told(piece: str) -> str | None:
    """What a piece that one of the patterns takes tells; None where it tells nothing, or none took it."""
    if len(piece) > 2 * _LEAST - 2 and piece[1] in " -" and piece[3] == piece[1] == piece[-2] != piece[0]:
        return piece[::2]
    first = _WORD.match(piece)
    return _digits(piece) if first is not None and first.group().lower() in _SAYS else None


def written(piece: str) -> bytes | None:
    """The bytes that a list of numbers is; None where they are those of no text."""
    return of_text([int(each, 16 if "x" in each else 10) for each in re.split(r"\s*,\s*", piece)])


def of_text(numbers: Sequence[int]) -> bytes | None:
    """Numbers as bytes, if nearly all of them are what texts have."""
    if max(numbers) > 0xFF or 8 * sum(number not in _PLAIN for number in numbers) > len(numbers):
        return None
    return bytes(numbers)


def _digits(piece: str) -> str | None:
    """The digits that words tell, four at least: `forty two` is 42, `double five` is 55."""
    words = [word.lower() for word in _WORD.findall(piece)]
    if not _SAYS.issuperset(words):
        return None
    said: list[str] = []
    for before, word in pairwise(["", *words]):
        if word in _TIMES:
            continue
        value = _VALUES[word]
        if before in _ROUND and len(value) == 1 and value != "0":
            said[-1] = said[-1][:-1] + value
        else:
            said.append(value * _TIMES.get(before, 1))
    found = "".join(said)
    return found if len(found) >= _DIGITS_LEAST else None
