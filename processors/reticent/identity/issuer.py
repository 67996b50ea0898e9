"""An issuer of one's own, with keys made at run time: for the demo and for tests, never for production."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_CURVES: Mapping[str, ec.EllipticCurve] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


class LocalIssuer:
    """`LocalIssuer(url, "reticent")` signs with ES256; `algorithm` may be any other asymmetric one of JWA.

    >>> issuer = LocalIssuer("https://idp.example", "reticent")
    >>> token = issuer.token(subject="svc-1", tenant="acme", producer="inference")
    >>> issuer.jwks()["keys"][0]["kty"]
    'EC'
    """

    def __init__(self, issuer_url: str, audience: str, *, algorithm: str = "ES256") -> None:
        self.url, self.audience, self.algorithm = issuer_url, audience, algorithm
        self._numbers = itertools.count(1)
        self._keys: dict[str, PrivateKey] = {}
        self.rotate()

    def rotate(self, *, keep: bool = True) -> str:
        """Signs with a new key from now on, and returns its id; without `keep` the old ones are published no more."""
        if not keep:
            self._keys.clear()
        self.kid = f"key-{next(self._numbers)}-{secrets.token_hex(4)}"
        self._keys[self.kid] = _make(self.algorithm)
        return self.kid

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set."""
        return {"keys": [_public(key) | {"kid": kid, "use": "sig"} for kid, key in self._keys.items()]}

    def write_jwks(self, path: Path) -> Path:
        """The JWK set as a file, for `identity.issuers[].jwks`."""
        path.write_bytes(msgspec.json.encode(self.jwks()))
        return path

    def token(
        self,
        *,
        subject: str,
        tenant: str,
        producer: str,
        groups: Sequence[str] = (),
        lifetime: float = 300.0,
        **changes: Any,
    ) -> str:
        """A token that ends `lifetime` seconds from now. `changes` replace claims; None leaves one out."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": self.audience,
            "sub": subject,
            "iat": now,
            "exp": now + int(lifetime),
            "jti": secrets.token_hex(8),
            "tenant": tenant,
            "azp": producer,
            "groups": list(groups),
        }
        return self.sign(claims | changes)

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
        """Any claims, under the current key; `headers` go into the token's own header, where None leaves one out."""
        head = {"kid": self.kid} | dict(headers or {})
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            self._keys[self.kid],
            algorithm=self.algorithm,
            headers={name: value for name, value in head.items() if value is not None},
        )

    def __repr__(self) -> str:
        return f"LocalIssuer({self.url}, {len(self._keys)} keys)"


def _make(algorithm: str) -> PrivateKey:
    if algorithm in _CURVES:
        return ec.generate_private_key(_CURVES[algorithm])
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _public(key: PrivateKey) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        return RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
