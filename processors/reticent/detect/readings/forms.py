"""Values of forms and queries (application/x-www-form-urlencoded, https://url.spec.whatwg.org/#urlencoded-serializing),
in which a blank is written as `+`.

Sums and base64 have that sign, too: only a value between `?`, `&` and their like that has nothing but what the
serialiser leaves as it is, is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .views import Piece

_NAME: Final = r"[A-Za-z_][\w.\[\]%\-]"
_SIGN: Final = r"[\w*.%'()!~,:@\-]"
HINT: Final = rf"[?&]{_NAME}*={_SIGN}*\+{_SIGN}|{_NAME}*={_SIGN}*\+(?:{_SIGN}|\+)*&[A-Za-z_]"
"""Where a value of a form may have a blank (RE2)."""
_VALUE: Final = re.compile(
    rf"(?:(?<=[?&])|(?<=&amp;)|(?<![\w%+/=\-.?&;])){_NAME}{{0,80}}=({_SIGN}{{0,2000}}\+[\w*.%'()!~,:@+\-]{{0,4000}})(?![/=])"
)

_WORD_MOST: Final = 16
"""Characters that words have on the average: what has more between its signs is encoded, and they are its own."""


def blanks(text: str) -> Iterator[Piece]:
    """Each `+` that is a blank."""
    for found in _VALUE.finditer(text):
        begin, end = found.span(1)
        if end - begin > _WORD_MOST * (found[1].count("+") + 1):
            continue
        if text[found.start() - 1 : found.start()] in ("?", "&", ";") or text[end : end + 1] == "&":
            yield from ((at, at + 1, " ") for at in range(begin, end) if text[at] == "+")
