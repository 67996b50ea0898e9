"""Values that are told one by one: characters with a blank or a hyphen behind each, as models give
them away; bytes as numbers, as programs print them. (`spoken` has what people say.)

Patterns are RE2's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_LEAST: Final = 8
"""Characters that are spelled: fewer are initials and columns of a matrix."""

_CHARACTER: Final = "0-9A-Za-z_+/=.$@:#!~%*&?-"
CHARACTERS: Final = (
    rf"\b(?:[{_CHARACTER}] ){{{_LEAST - 1},}}[{_CHARACTER}]\b|\b(?:[0-9A-Za-z]-){{{_LEAST - 1},}}[0-9A-Za-z]\b"
)
HINT: Final = rf"(?:[{_CHARACTER}] ){{{_LEAST - 1}}}[{_CHARACTER}]|(?:[0-9A-Za-z]-){{{_LEAST - 1}}}[0-9A-Za-z]"
"""Where one of them may be, and hardly anything else."""
BYTES_LEAST: Final = 16
"""Numbers in a list that may be the bytes of a text."""
_COMMA: Final = r"\s{0,2},\s{0,16}"
_BYTE: Final = r"(?:0x[0-9A-Fa-f]{2}|[0-9]{1,3})"
BYTES: Final = rf"\b{_BYTE}(?:{_COMMA}{_BYTE}){{{BYTES_LEAST - 1},}}\b"
BYTES_HINT: Final = rf"(?:(?:0x[0-9A-Fa-f]{{2}}|[0-9]{{2,3}}){_COMMA}){{{BYTES_LEAST // 2}}}"
_PLAIN: Final = frozenset((9, 10, 13, *range(32, 127)))


def spelled(piece: str) -> str | None:
    """What a piece that the pattern of characters takes tells; None where it took none."""
    if len(piece) > 2 * _LEAST - 2 and piece[1] in " -" and piece[3] == piece[1] == piece[-2] != piece[0]:
        return piece[::2]
    return None


def written(piece: str) -> bytes | None:
    """The bytes that a list of numbers is; None where they are those of no text."""
    return of_text([int(each, 16 if "x" in each else 10) for each in re.split(r"\s*,\s*", piece)])


def of_text(numbers: Sequence[int]) -> bytes | None:
    """Numbers as bytes, if nearly all of them are what texts have."""
    if max(numbers) > 0xFF or 8 * sum(number not in _PLAIN for number in numbers) > len(numbers):
        return None
    return bytes(numbers)
