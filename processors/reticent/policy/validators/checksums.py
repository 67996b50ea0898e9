"""Tokens that prove themselves: a checksum, or a structure that must decode, inside the token.

A wrong checksum is no proof that nothing leaks: a token may have been cut, misread or invented by a model. So what
has the form and looks random, and only its checksum is wrong, is left to rules of its own (`no-crc`), less severe.
"""

from __future__ import annotations

import base64
import binascii
import random
import re
import string
import zlib
from collections.abc import Callable
from typing import Final

from ..rule import Match, Validator
from .randomness import is_filler

BASE62: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase


def base62(number: int, width: int) -> str:
    """`number` in base 62 (0-9A-Za-z), filled up with zeros to `width`."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return digits.rjust(width, "0")


def crc_closes(secret: str) -> bool:
    """The last six characters are CRC-32 of the random part in base 62 (GitHub's and npm's), or the last part is
    that of all before it in hexadecimal (Grafana's)."""
    head, _, body = secret.rpartition("_")
    if len(body) == 8 and "_" in head:
        return f"{zlib.crc32(head.encode()):08x}" == body
    return base62(zlib.crc32(body[:-6].encode()), 6) == body[-6:]


def _checked(secret: str, match: Match) -> bool:
    return crc_closes(secret)


def _unchecked(secret: str, match: Match) -> bool:
    return not crc_closes(secret)


def _discord(secret: str, match: Match) -> bool:
    """The first part is the bot's numeric id in base64."""
    head = secret.partition(".")[0]
    return decoded(head).isdigit() and not is_filler(secret[len(head) :])


def _data_center(secret: str, match: Match) -> bool:
    """Atlassian's: the number of the token, a colon and twenty random bytes."""
    return re.match(rb"\d{9,14}:", decoded(secret)) is not None


def _macaroon(secret: str, match: Match) -> bool:
    """PyPI's tokens are macaroons, version 2, whose first packet is the location."""
    plain = decoded(secret.partition("-")[2][:60].rstrip("="))
    location = re.match(rb"\x02\x01.(?:test\.)?pypi\.org", plain, re.DOTALL)
    return location is not None and not is_filler(secret)


def decoded(text: str) -> bytes:
    """Base64 (either alphabet, padding optional) as bytes; empty where it is none."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


_BASIC: Final = re.compile(rb"[\x21-\x39\x3b-\x7e\x80-\xff]{1,128}:[\x20-\x7e\x80-\xff]{1,256}")


def _basic(secret: str, match: Match) -> bool:
    """`user:password` in base64, as RFC 7617 has it, and no template."""
    plain = decoded(secret)
    if not _BASIC.fullmatch(plain):
        return False
    word = plain.partition(b":")[2].decode("latin-1")
    return not re.fullmatch(r"(?i)[$%<{].*[>}%]|x+|\*+|\.+", word)


_BINARY_LEAST: Final = 24
"""Characters of base64 that hold bytes and no text."""


def _data(secret: str, match: Match) -> bool:
    """Base64 of a text, or of so many bytes that it is no word by chance."""
    if len(secret) % 4:
        return False
    plain = decoded(secret)
    try:
        text = plain.decode()
    except UnicodeDecodeError:
        text = ""
    kinds = (str.isdigit, str.islower, str.isupper)
    return (len(text) > 3 and text.strip().isprintable()) or (
        len(secret) >= _BINARY_LEAST and all(any(map(kind, secret)) for kind in kinds)
    )


def _closed(prefix: str, *, good: bool = True) -> Callable[[random.Random], str]:
    def generate(rng: random.Random) -> str:
        body = "".join(rng.choices(BASE62, k=30))
        return prefix + body + base62(zlib.crc32(body.encode()) ^ (not good), 6)

    return generate


def _grafana(rng: random.Random, *, good: bool = True) -> str:
    body = "glsa_" + "".join(rng.choices(BASE62, k=32))
    return f"{body}_{zlib.crc32(body.encode()) ^ (not good):08x}"


def _discord_token(rng: random.Random) -> str:
    head = base64.b64encode(str(rng.randrange(10**17, 10**18)).encode()).decode()
    return f"{head}.{''.join(rng.choices(BASE62, k=6))}.{''.join(rng.choices(BASE62, k=27))}"


def _data_center_token(rng: random.Random) -> str:
    return base64.b64encode(f"{rng.randrange(10**11, 10**12)}:".encode() + rng.randbytes(20)).decode()


def _pypi_token(rng: random.Random) -> str:
    plain = b"\x02\x01\x08pypi.org\x02\x24" + rng.randbytes(27).hex().encode() + rng.randbytes(60)
    return "pypi-" + base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _basic_value(rng: random.Random) -> str:
    return base64.b64encode(f"service:{''.join(rng.choices(BASE62, k=14))}".encode()).decode()


VALIDATORS: Final[dict[str, Validator]] = {
    "crc": _checked,
    "no-crc": _unchecked,
    "discord-id": _discord,
    "data-center-token": _data_center,
    "macaroon": _macaroon,
    "basic-auth": _basic,
    "base64-data": _data,
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "github-token": _closed("ghp_"),
    "github-oauth": _closed("gho_"),
    "github-app": _closed("ghs_"),
    "github-refresh": _closed("ghr_"),
    "github-broken": _closed("ghp_", good=False),
    "npm-token": _closed("npm_"),
    "npm-broken": _closed("npm_", good=False),
    "grafana-token": _grafana,
    "grafana-broken": lambda rng: _grafana(rng, good=False),
    "discord-token": _discord_token,
    "data-center-token": _data_center_token,
    "pypi-token": _pypi_token,
    "basic-auth": _basic_value,
    "basic-auth-short": lambda rng: base64.b64encode(f"a:{''.join(rng.choices(BASE62, k=3))}".encode()).decode(),
    "base64-text": lambda rng: base64.b64encode("".join(rng.choices(BASE62, k=15)).encode()).decode(),
}
