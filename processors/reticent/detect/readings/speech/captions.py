"""Captions of SRT and WebVTT, read as the one text that they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..views import Piece

_CAPTION: Final = re.compile(
    r"(?P<end>[.?!:]?)[\"”]?[ \t]*\r?\n[ \t]*\r?\n(?:\d{1,6}\r?\n)?"
    r"(?:\d{1,3}:)?\d\d:\d\d[.,]\d{3} --> [^\n]{5,60}\n"
    r"(?:<v(?:\.[\w.]{1,24})? [^<>\n]{1,40}>|- ?)?"
)
"""Where a caption of SRT or WebVTT ends, up to the text of the next one."""
_TIMES: Final = re.compile(r"[.,]\d{3} --> \d")


def captions(text: str, at: int = 0) -> Iterator[Piece]:
    """What stands between captions: a line end behind a sentence, a blank within one."""
    if " --> " in text and _TIMES.search(text) is not None:
        for found in _CAPTION.finditer(text, at):
            start = found.end("end")
            yield start, found.end(), "\n" if found["end"] else " "
