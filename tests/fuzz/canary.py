"""A text and a number that must not leave: always the same, so that inputs can be kept, and of no meaning."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import html
import re
import zlib
from collections.abc import Iterator, Sequence
from urllib.parse import unquote_to_bytes

_MADE = hashlib.sha256(b"what must not leave").hexdigest()
CANARY = "canary" + _MADE[:14]
NUMBER = int(f"90210{int(_MADE, 16):010d}"[:15])
RULE = r"canary[0-9a-f]{14}|90210[0-9]{10}"
_FORBIDDEN = (CANARY.encode(), str(NUMBER).encode())
_SAID = f"the key is {CANARY} ok"
ENCODED: Sequence[str] = (
    base64.b64encode(_SAID.encode()).decode(),
    base64.urlsafe_b64encode(f"\ufeff{_SAID}\0".encode()).decode().rstrip("="),
    base64.b64encode(_SAID.encode("utf-16")).decode(),
    base64.b64encode(base64.b64encode(_SAID.encode())).decode(),
    base64.b64encode(gzip.compress(_SAID.encode(), mtime=0)).decode(),
    _SAID.encode().hex(),
    "".join(f"%{byte:02x}" for byte in _SAID.encode()),
    "".join(f"&#{byte};" for byte in _SAID.encode()),
    "".join(f"\\u{byte:04x}" for byte in _SAID.encode()),
)
"""The canary as other readings of a text have it."""
_TOKEN = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
_ITS_FIRST_LETTERS = re.compile(rb"((?<!\\)(?:\\\\)*\\u00ca)(?=nary)")
"""An escape whose digits only look like the beginning of the canary."""
_ESCAPED = re.compile(rb"\\+u00([0-9a-f]{2})")


def leaks(content: bytes) -> bool:
    return any(canary in reading for reading in _readings(content) for canary in _FORBIDDEN)


def _readings(content: bytes) -> Iterator[bytes]:
    """As it stands, and with the encodings undone that `ENCODED` has."""
    yield _ITS_FIRST_LETTERS.sub(rb"\1 ", content)
    if b"%" in content:
        yield unquote_to_bytes(content)
    if b"&#" in content:
        yield html.unescape(content.decode("utf-8", "replace")).encode()
    if b"u00" in content:
        yield _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    for token in _TOKEN.findall(content):
        yield from _decoded(token, 2)


def _decoded(token: bytes, depth: int) -> Iterator[bytes]:
    """What a token says, if that is a text: one that other letters are glued to is another token."""
    whole = token.translate(bytes.maketrans(b"-_", b"+/"))
    plain = base64.b64decode(whole[: len(whole) // 4 * 4])
    with contextlib.suppress(OSError, EOFError, zlib.error):
        plain = gzip.decompress(plain)
    text = plain.decode("utf-16-le" if plain[1:2] == b"\0" or plain[:2] == b"\xff\xfe" else "utf-8", "replace")
    if sum(letter.isascii() and letter.isprintable() for letter in text) * 8 > len(text) * 7:
        yield text.encode()
        if depth > 1:
            for inner in _TOKEN.findall(plain):
                yield from _decoded(inner, depth - 1)
    if re.fullmatch(rb"(?:[0-9a-f]{2})+", token):
        yield bytes.fromhex(token.decode())
