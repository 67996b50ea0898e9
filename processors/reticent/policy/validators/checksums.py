"""Checksums inside tokens. A right one proves a token; a wrong one does not clear a value that looks random,
for a token that was cut, misread or invented by a model is still treated as one."""

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


def crc_closes(body: str, check: str) -> bool:
    """GitHub's and npm's scheme: the last six characters are CRC-32 of the random part, in base 62."""
    return base62(zlib.crc32(body.encode()), 6) == check


def _github(secret: str, match: Match) -> bool:
    body = secret.rpartition("_")[2]
    return crc_closes(body[:-6], body[-6:]) or not is_filler(body)


def _grafana(secret: str, match: Match) -> bool:
    body, _, check = secret.rpartition("_")
    return f"{zlib.crc32(body.encode()):08x}" == check or not is_filler(body.rpartition("_")[2])


def _discord(secret: str, match: Match) -> bool:
    """The first part is the bot's numeric id in base64: always so, hence a proof that may also refuse."""
    head = secret.partition(".")[0]
    return decoded(head).isdigit() and not is_filler(secret[len(head) :])


def decoded(text: str) -> bytes:
    """Base64 (either alphabet, padding optional) as bytes; empty where it is none."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


_BASIC: Final = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,128}:[\x20-\x7e\x80-\xff]{1,256}")


def _basic(secret: str, match: Match) -> bool:
    """`user:password` in base64, as RFC 7617 has it, with a password that is not filler."""
    plain = decoded(secret)
    if not _BASIC.fullmatch(plain):
        return False
    word = plain.partition(b":")[2].decode("latin-1")
    return not re.fullmatch(r"(?i)[$%<{].*[>}%]|password|pass|x+|\*+|\.+", word)


def _checked(prefix: str) -> Callable[[random.Random], str]:
    def generate(rng: random.Random) -> str:
        body = "".join(rng.choices(BASE62, k=30))
        return prefix + body + base62(zlib.crc32(body.encode()), 6)

    return generate


def _grafana_token(rng: random.Random) -> str:
    body = "glsa_" + "".join(rng.choices(BASE62, k=32))
    return f"{body}_{zlib.crc32(body.encode()):08x}"


def _discord_token(rng: random.Random) -> str:
    head = base64.b64encode(str(rng.randrange(10**17, 10**18)).encode()).decode()
    return f"{head}.{''.join(rng.choices(BASE62, k=6))}.{''.join(rng.choices(BASE62, k=27))}"


def _basic_value(rng: random.Random) -> str:
    return base64.b64encode(f"service:{''.join(rng.choices(BASE62, k=14))}".encode()).decode()


VALIDATORS: Final[dict[str, Validator]] = {
    "github-crc": _github,
    "npm-crc": _github,
    "grafana-crc": _grafana,
    "discord-id": _discord,
    "basic-auth": _basic,
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "github-token": _checked("ghp_"),
    "github-oauth": _checked("gho_"),
    "github-app": _checked("ghs_"),
    "github-refresh": _checked("ghr_"),
    "npm-token": _checked("npm_"),
    "grafana-token": _grafana_token,
    "discord-token": _discord_token,
    "basic-auth": _basic_value,
}
