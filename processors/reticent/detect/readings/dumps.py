"""Bytes as programs show them to people: in pairs of digits with a sign between (`50:6c`, `50 6c`, `50-6C`), and line
by line, sixteen each, with their offset before them and their characters behind (xxd, hexdump -C, tcpdump -X).

Of a line everything behind its offset is masked: its characters say once more what its digits say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .views import Piece

_PAIR: Final = "[0-9A-Fa-f]{2}"
_PAIRS_LEAST: Final = 16
PAIRS: Final = "|".join(rf"\b(?:{_PAIR}{sign}){{{_PAIRS_LEAST - 1},}}{_PAIR}\b" for sign in (":", " ", "-"))
PAIRS_HINT: Final = "|".join(rf"(?:{_PAIR}{sign}){{{_PAIRS_LEAST // 2}}}" for sign in (":", " ", "-"))
HINT: Final = rf"(?:^|[\x00-\x02\n])[> \t]*(?:0x)?[0-9A-Fa-f]{{4,8}}:?  ?{_PAIR}(?:(?: ?{_PAIR})? {{1,2}}{_PAIR}){{4}}"
"""Where such bytes are, and hardly anything else (RE2)."""
_LINE: Final = re.compile(
    rf"(?m)^[> \t]{{0,40}}(?:0x)?[0-9A-Fa-f]{{4,8}}:? {{1,2}}(?P<bytes>{_PAIR}(?: {{0,2}}{_PAIR}){{0,15}})"
    r"(?: {2,40}[^\n]{1,40}| *)$"
)


def unpaired(token: str) -> str | None:
    """The digits of such pairs alone; None where it is none."""
    sign = token[2:3]
    return token.replace(sign, "") if sign in (" ", ":", "-") and token[5:6] == sign else None


def dumped(text: str) -> Iterator[Piece]:
    """Lines of dumps, each as what its bytes say; what is no text is a line end, so that nothing is found across it."""
    behind = -1
    for line in _LINE.finditer(text):
        start = line.start("bytes")
        # from the line before it on, whose line end is none of the text
        yield (behind if line.start() - 1 == behind else line.start()), start, ""
        told = bytes.fromhex(line["bytes"]).decode("latin-1")
        yield start, line.end(), "".join(sign if sign.isascii() and sign.isprintable() else "\n" for sign in told)
        behind = line.end()
