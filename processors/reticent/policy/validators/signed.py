"""Signed and sealed objects: JSON Web Tokens and their kin, told by the JSON in their header."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from typing import Any, Final

import msgspec

from ..rule import Match, Validator
from .checksums import decoded
from .randomness import is_filler

_HEADER_MOST: Final = 4096
_SAMPLE: Final = ("1234567890", "John Doe")
"""`sub` and `name` of the token that shows how such tokens look."""


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
    """Header, payload, signature (RFC 7515); not the sample that documentation shows."""
    header, payload, signature = secret.split(".")[:3]
    if "alg" not in _object(header) or is_filler(signature):
        return False
    claims = _object(payload)
    return (claims.get("sub"), claims.get("name")) != _SAMPLE


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


def _nested(rng: random.Random) -> str:
    inner = _jwt(rng)
    return ".".join([_json_part({"alg": "RS256", "cty": "JWT"}), _part(inner.encode()), _part(rng.randbytes(256))])


def _sealed(rng: random.Random) -> str:
    header = _json_part({"alg": "RSA-OAEP-256", "enc": "A256GCM"})
    return ".".join([header, *(_part(rng.randbytes(size)) for size in (256, 12, 90, 16))])


def _sample(rng: random.Random) -> str:
    claims = {"sub": _SAMPLE[0], "name": _SAMPLE[1], "iat": rng.randrange(10**9)}
    return ".".join([_json_part({"alg": "HS256", "typ": "JWT"}), _json_part(claims), _part(rng.randbytes(32))])


def _sealed_service(rng: random.Random) -> str:
    """The payload of tokens such as `ops_eyJ...` and `sntrys_eyJ...`."""
    return base64.b64encode(msgspec.json.encode({"iat": rng.randrange(10**9), "key": rng.randbytes(90).hex()})).decode()


VALIDATORS: Final[dict[str, Validator]] = {"jws": _jws, "jwe": _jwe}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "signed-token": _jwt,
    "signed-hmac": lambda rng: _jwt(rng, "HS256"),
    "nested-token": _nested,
    "sealed-token": _sealed,
    "sample-token": _sample,
    "base64-json": _sealed_service,
}
