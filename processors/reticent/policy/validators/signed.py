"""Signed and sealed objects: JSON Web Tokens and their kin, told by the JSON in their header."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from ..rule import Match, Validator
from .checksums import decoded

_HEADER_MOST: Final = 4096
_PARAMETER: Final = re.compile(
    rb'"(?:alg|enc|typ|cty|kid|jku|jwk|x5[uct]|x5t#S256|crit|zip|apu|apv|epk|iv|tag|p2[sc]|b64|url|nonce|svt|ppt|iss|aud'
    rb'|sub|key_ops|kty|use|ver)"\s*:'
)
"""Names of the header's parameters (IANA, JSON Object Signing and Encryption)."""


def _object(part: str) -> dict[str, Any]:
    """A part's JSON object; empty where it holds none."""
    if len(part) > _HEADER_MOST:
        return {}
    try:
        held = msgspec.json.decode(decoded(part))
    except (ValueError, msgspec.DecodeError):
        return {}
    return held if isinstance(held, dict) else {}


def _jws(secret: str, match: Match) -> bool:
    """The header (RFC 7515) has a parameter that is registered for one; it may be damaged otherwise."""
    header = secret.partition(".")[0][:_HEADER_MOST]
    return _PARAMETER.search(decoded(header[: len(header) // 4 * 4])) is not None


_JOINT: Final = re.compile(r"\\?[\"'`][\s+.&\\]*[\"'`]")
"""Between two pieces: quotes, and the sign that a language has for one behind the other."""
_IN_PIECES: Final = re.compile(r"[\w\-]{8,}\.(?:[\w\-]{8,}\.[\w\-]{16,}|eyJ[\w\-]{8,}\.?)")


def _pieces(secret: str, match: Match) -> bool:
    """Pieces that are a token together."""
    whole = _JOINT.sub("", secret)
    return _IN_PIECES.fullmatch(whole) is not None and _jws(whole, match)


def _jwe(secret: str, match: Match) -> bool:
    """Header, key, nonce, ciphertext, tag (RFC 7516)."""
    return _object(secret.partition(".")[0]).keys() >= {"alg", "enc"}


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _json_part(content: dict[str, Any]) -> str:
    return _part(msgspec.json.encode(content))


def _jwt(rng: random.Random, kind: str = "ES256") -> str:
    claims = {"sub": f"u{rng.randrange(10**6)}", "aud": "api", "exp": rng.randrange(1_800_000_000, 1_900_000_000)}
    return ".".join([_json_part({"alg": kind, "typ": "JWT"}), _json_part(claims), _part(rng.randbytes(64))])


def _in_pieces(rng: random.Random, size: int, joint: str) -> str:
    token = _jwt(rng)
    return joint.join(token[at : at + size] for at in range(0, len(token), size))


def _nested(rng: random.Random) -> str:
    inner = _jwt(rng)
    return ".".join([_json_part({"alg": "RS256", "cty": "JWT"}), _part(inner.encode()), _part(rng.randbytes(256))])


def _sealed(rng: random.Random) -> str:
    header = _json_part({"alg": "RSA-OAEP-256", "enc": "A256GCM"})
    return ".".join([header, *(_part(rng.randbytes(size)) for size in (256, 12, 90, 16))])


def _sealed_service(rng: random.Random) -> str:
    """The payload of tokens such as `ops_eyJ...` and `sntrys_eyJ...`."""
    return base64.b64encode(msgspec.json.encode({"iat": rng.randrange(10**9), "key": rng.randbytes(90).hex()})).decode()


VALIDATORS: Final[dict[str, Validator]] = {"jws": _jws, "jws-in-pieces": _pieces, "jwe": _jwe}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "signed-token": _jwt,
    "signed-hmac": lambda rng: _jwt(rng, "HS256"),
    "signed-token-in-two": lambda rng: _in_pieces(rng, 120, '" + "'),
    "signed-token-in-lines": lambda rng: _in_pieces(rng, 60, '"\n    + "'),
    "nested-token": _nested,
    "empty-token": lambda rng: ".".join([_json_part({"alg": "HS256"}), _json_part({}), _part(rng.randbytes(32))]),
    "sealed-token": _sealed,
    "base64-json": _sealed_service,
}
