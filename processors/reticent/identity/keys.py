"""Key sets (RFC 7517) as the verifier needs them: public keys, each with the algorithms it may be used with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey | Ed448PublicKey

RSA_BITS = range(2048, 8193)
"""NIST SP 800-131A wants 2048; beyond 8192 a verification costs more than a record is worth."""
USABLE = "asymmetric, for signatures, and as RSA of 2048 bits or more"
KEYS_MOST = 100
KEY_SET_BYTES = 512 * 1024

_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
# https://www.rfc-editor.org/rfc/rfc7518#section-3.1 and https://www.rfc-editor.org/rfc/rfc8037#section-3.1
_ALGORITHMS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("RSA", ""): _RSA,
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
    ("OKP", "Ed448"): ("EdDSA",),
}
ASYMMETRIC = frozenset(name for names in _ALGORITHMS.values() for name in names)
"""Every algorithm a token may be signed with."""
# Private members are left behind: a key set file that holds them still gives public keys only.
_PUBLIC: Mapping[str, tuple[str, ...]] = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}


@dataclass(frozen=True, slots=True)
class Key:
    kid: str | None
    algorithms: tuple[str, ...]
    material: PublicKey = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class KeySet:
    """The usable keys of one issuer at one time. `digest` is the same for the same keys; a set equals only itself."""

    keys: tuple[Key, ...]
    digest: str

    def knows(self, kid: str | None) -> bool:
        return bool(self.candidates(kid))

    def candidates(self, kid: str | None) -> tuple[Key, ...]:
        """Keys that may have signed a token with this `kid`; without one, the only key there is."""
        if kid is None:
            return self.keys if len(self.keys) == 1 else ()
        return tuple(key for key in self.keys if key.kid == kid)


def parse_key_set(content: bytes) -> KeySet:
    """The usable keys of a JWK set. Symmetric, weak, foreign and broken keys are left out, as RFC 7517 section 5 says.

    A set without any is a set: the issuer has withdrawn its keys. Raises ValueError where it is no key set."""
    if len(content) > KEY_SET_BYTES:
        raise ValueError(f"the key set is larger than {KEY_SET_BYTES} bytes")
    try:
        members = msgspec.json.decode(content, type=dict[str, Any]).get("keys")
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ValueError("the key set is not a JSON object") from None
    if not isinstance(members, list) or len(members) > KEYS_MOST:
        raise ValueError(f"a key set has a list `keys` of at most {KEYS_MOST}")
    keys = tuple(key for member in members if isinstance(member, dict) and (key := _key(member)))
    return KeySet(keys, hashlib.sha256(msgspec.json.encode(members, order="sorted")).hexdigest())


def _key(member: dict[str, Any]) -> Key | None:
    kty, kid, alg = member.get("kty"), member.get("kid"), member.get("alg")
    if not isinstance(kty, str) or kty not in _PUBLIC or not isinstance(kid, str | None) or not _for_signatures(member):
        return None
    fitting = _ALGORITHMS.get((kty, "" if kty == "RSA" else str(member.get("crv"))), ())
    algorithms = fitting if alg is None else tuple(name for name in fitting if name == alg)
    if not algorithms:
        return None
    public = {"kty": kty} | {name: member.get(name) for name in _PUBLIC[kty]}
    try:
        material = jwt.PyJWK(public, algorithm=algorithms[0]).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if not isinstance(material, PublicKey):
        return None
    if isinstance(material, RSAPublicKey) and material.key_size not in RSA_BITS:
        return None
    return Key(kid, algorithms, material)


def _for_signatures(member: dict[str, Any]) -> bool:
    operations = member.get("key_ops", ["verify"])
    return member.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
