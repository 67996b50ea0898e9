"""Whether a value looks like a token and not like what stands in its place, and structures that tell by themselves."""

from __future__ import annotations

import base64
import binascii
import math
import random
from collections import Counter
from collections.abc import Callable
from typing import Final

import msgspec

from ..rule import Match, Validator
from .credential_values import code, stand_in, uuid


def words_of(table: str) -> frozenset[str]:
    """The words of a table that is written as text."""
    return frozenset(table.split())


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values()) if size else 0.0


def jwt(text: str, _: Match) -> bool:
    """The first part decodes to a JSON object with `alg` (RFC 7515)."""
    head = text.split(".", 1)[0]
    try:
        header = msgspec.json.decode(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, binascii.Error, msgspec.DecodeError):
        return False
    return isinstance(header, dict) and "alg" in header


def _jwt(chance: random.Random) -> str:
    def part(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    return ".".join([part(b'{"alg":"ES256","typ":"JWT"}'), part(b'{"sub":"1","aud":"x"}'), part(chance.randbytes(64))])


def placeholder(text: str, _: Match) -> bool:
    """Not a placeholder, a variable, or one character again and again."""
    return len(set(text)) > 3 and not stand_in(text)


_OPENED: Final = frozenset("\"'`\x01\x02>:\uff1a=|*")
_CLOSED: Final = frozenset("\"'`\n\r<,;|\\}")


def alone(found: Match) -> bool:
    """In quotes, or from where a field or a line's value begins to its end."""
    before, behind = found.text[: found.start].rstrip(" ")[-1:], found.text[found.end : found.end + 1]
    return (not before or before in _OPENED) and (not behind or behind in _CLOSED)


def token_like(text: str, found: Match) -> bool:
    """Random-looking: long tokens of mixed characters, not UUIDs and not words."""
    if not placeholder(text, found) or uuid(text) or code(text):
        return False
    return entropy(text) >= 3.0 and any(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def _pem(chance: random.Random) -> str:
    body = base64.b64encode(chance.randbytes(240)).decode()
    lines = "\n".join(body[i : i + 64] for i in range(0, len(body), 64))
    kind = "PRIVATE" + " KEY"
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


VALIDATORS: dict[str, Validator] = {
    "jwt": jwt,
    "placeholder": placeholder,
    "token-like": token_like,
}
GENERATORS: dict[str, Callable[[random.Random], str]] = {
    "jwt": _jwt,
    "pem": _pem,
    "pem-escaped": lambda chance: _pem(chance).replace("\n", "\\n"),
}
