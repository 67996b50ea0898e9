"""Other readings of a text: unescaped, decoded, normalised. What is found in one is masked in the text itself.

A view is a sequence of segments, each either the text as it stands or a piece that stands for something else (an
escape, an entity, a zero-width character, a whole base64 token); a span that touches such a piece covers all of it.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

import re2

DEPTH = 3
"""Views of views: JSON in a string in a string."""
TOKEN_MOST = 1_000_000
"""Characters of an encoded token, and bytes of what a compressed one becomes."""


@dataclass(slots=True)
class View:
    """`text` and, for each segment, where it begins here and there; `literal` segments are the same in both."""

    text: str
    here: list[int] = field(default_factory=list)
    there: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    literal: list[bool] = field(default_factory=list)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that a range of this one stands for."""
        first = bisect_right(self.here, start) - 1
        last = bisect_right(self.here, max(start, end - 1)) - 1
        begin = self.there[first] + (start - self.here[first] if self.literal[first] else 0)
        if self.literal[last]:
            return begin, self.there[last] + end - self.here[last]
        return begin, self.there[last] + self.lengths[last]


Decode = Callable[[re.Match[str]], str | None]
"""What a piece stands for; None: it stands for itself."""


def _view(text: str, pieces: re.Pattern[str], decode: Decode) -> View | None:
    """None where nothing in the text stands for something else."""
    view = View("")
    parts: list[str] = []
    size = at = 0

    def add(piece: str, there: int, length: int, literal: bool) -> None:
        nonlocal size
        if piece:
            view.here.append(size)
            view.there.append(there)
            view.lengths.append(length)
            view.literal.append(literal)
            parts.append(piece)
            size += len(piece)

    changed = False
    for found in pieces.finditer(text):
        piece = decode(found)
        if piece is None:
            continue
        changed = True
        add(text[at : found.start()], at, found.start() - at, True)
        add(piece, found.start(), found.end() - found.start(), False)
        at = found.end()
    if not changed:
        return None
    add(text[at:], at, len(text) - at, True)
    view.text = "".join(parts)
    return view if view.text else None


_ESCAPE = re.compile(r'\\+(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|["\'/bfnrt])')
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _unescape(found: re.Match[str]) -> str | None:
    body = found.group().lstrip("\\")
    if body[0] in "ux" and len(body) > 1:
        code = int(body[1:], 16)
        return chr(code) if not 0xD800 <= code < 0xE000 else None
    return _LETTERS.get(body, body)


_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def _unquote(found: re.Match[str]) -> str:
    return unquote_to_bytes(found.group()).decode("utf-8", "replace")


_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|commat|period|colon|nbsp);")

# characters that show nothing, and letters of other scripts that look like Latin ones (Unicode TR39 confusables)
_ODD = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\uff01-\uff5e\u0391-\u03c9\u0410-\u044f]"
)
_LOOKALIKE = str.maketrans("АВЕКМНОРСТУХаеорсухіјѕԁΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ", "ABEKMHOPCTYXaeopcyxijsdABEZHIKMNOPTYXovp")


def _normal(found: re.Match[str]) -> str | None:
    letter = found.group()
    if unicodedata.category(letter) in ("Cf", "Mn"):
        return ""
    plain = unicodedata.normalize("NFKC", letter).translate(_LOOKALIKE)
    return plain if plain != letter else None


def _normalised(text: str) -> View | None:
    if text.isascii() or _ODD.search(text) is None:
        return None
    # real Cyrillic or Greek prose stays as it is: only mixed words are folded
    return _view(text, _ODD, _normal)


_TOKEN = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_GZIP, _ZLIB = b"\x1f\x8b", b"\x78"


def _decoded(found: re.Match[str]) -> str | None:
    token = found.group()
    if len(token) > TOKEN_MOST:
        return None
    plain = _hex(token) or _base64(token)
    if plain is None:
        return None
    if plain.startswith((_GZIP, _ZLIB)):
        plain = _inflated(plain) or plain
    try:
        text = plain.decode()
    except UnicodeDecodeError:
        return None
    odd = sum(not (c.isprintable() or c in "\r\n\t") for c in text)
    # between line ends, so that what stands around the token is no context of what stands in it
    return f"\n{text}\n" if text and odd == 0 else None


def _hex(token: str) -> bytes | None:
    try:
        return binascii.unhexlify(token)
    except (binascii.Error, ValueError):
        return None


def _base64(token: str) -> bytes | None:
    bare = token.rstrip("=")
    if len(bare) % 4 == 1:
        return None
    try:
        return base64.b64decode(bare.translate(_URLSAFE) + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


_URLSAFE = str.maketrans("-_", "+/")


def _inflated(data: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(47).decompress(data, TOKEN_MOST)
    except zlib.error:
        return None


def _readings(text: str) -> Iterator[View]:
    if "\\" in text:
        yield from _some(_view(text, _ESCAPE, _unescape))
    if "%" in text:
        yield from _some(_view(text, _PERCENT, _unquote))
    if "&" in text:
        yield from _some(_view(text, _ENTITY, lambda found: html.unescape(found.group())))
    yield from _some(_normalised(text))
    if len(text) >= 24:
        yield from _some(_view(text, _TOKEN, _decoded))


def _some(view: View | None) -> Iterator[View]:
    if view is not None:
        yield view


_HINT: Any = re2.compile(r"\\[\"'/bfnrtux]|%[0-9A-Fa-f]{2}|&[#a-z]|[A-Za-z0-9+/_-]{24}|[^\x00-\x7f]")


def may_read_otherwise(text: str) -> bool:
    """A text without any of the hints has no other reading: one search over a batch spares looking at each leaf."""
    return _HINT.search(text.encode("utf-8", "replace")) is not None


def views(text: str, depth: int = DEPTH) -> list[list[View]]:
    """Every other reading of a text, each as its chain of views, the outermost first."""
    found: list[list[View]] = []
    for view in _readings(text):
        found.append([view])
        if depth > 1:
            found += [[view, *deeper] for deeper in views(view.text, depth - 1)]
    return found


def origin(chain: list[View], start: int, end: int) -> tuple[int, int]:
    """A range of the innermost reading as a range of the text itself."""
    for view in reversed(chain):
        start, end = view.origin(start, end)
    return start, end
