"""A bearer token: found in a record's headers, read before it is believed, then verified. Pure.

No message here holds anything out of a token: messages name places, and what the configuration says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jwt
import msgspec
from jwt.utils import base64url_decode

from ..errors import AuthenticationError
from .keys import ASYMMETRIC, KeySet

AUTHORIZATION = "authorization"
TOKEN_BYTES = 16 * 1024
_LATEST = 1e12
_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""Media types of tokens that say who somebody is (RFC 7519, RFC 9068); others, such as logout tokens, do not."""


class Head(msgspec.Struct, frozen=True):
    """What an unverified token claims about how to verify it. jku, jwk, x5u and x5c are not even read."""

    alg: str
    kid: str | None = None
    typ: str = "JWT"
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Named(msgspec.Struct, frozen=True):
    iss: str | None = None


_heads = msgspec.json.Decoder(Head)
_named = msgspec.json.Decoder(_Named)


def bearer(headers: Sequence[tuple[str, bytes]]) -> bytes:
    """The token of the one authorization header. Raises AuthenticationError: no-token, two-tokens, malformed-token."""
    values = [value for name, value in headers if name.lower() == AUTHORIZATION]
    if not values:
        raise AuthenticationError("no-token", "the record has no authorization header")
    if len(values) > 1:
        raise AuthenticationError("two-tokens", f"the record has {len(values)} authorization headers")
    value = values[0] or b""
    if len(value) > TOKEN_BYTES:
        raise AuthenticationError("malformed-token", f"the authorization header is longer than {TOKEN_BYTES} bytes")
    scheme, _, token = value.partition(b" ")
    token = token.strip(b" ")
    if scheme.lower() != b"bearer" or not token:
        raise AuthenticationError("malformed-token", "the authorization header is not `Bearer <JWT>`")
    return token


def read_unverified(token: bytes) -> tuple[Head, str]:
    """The head and the issuer that a token names, believed by nobody yet: they only choose the keys to try.

    Raises AuthenticationError: malformed-token, unsupported-algorithm, unknown-crit, missing-claim."""
    parts = token.split(b".")
    if len(parts) != 3:
        raise AuthenticationError("malformed-token", "the token is not a signed JWT of three parts")
    try:
        head, named = _heads.decode(base64url_decode(parts[0])), _named.decode(base64url_decode(parts[1]))
    except (ValueError, RecursionError):
        # msgspec's errors, binascii's and UnicodeDecodeError are ValueErrors
        raise AuthenticationError("malformed-token", "the token's head or claims are not JSON in base64url") from None
    if head.crit is not msgspec.UNSET:
        raise AuthenticationError("unknown-crit", "the token has critical extensions, and reticent knows none")
    if head.alg not in ASYMMETRIC:
        raise AuthenticationError("unsupported-algorithm", "the token is not signed with an asymmetric algorithm")
    if head.typ.lower() not in _TYPES:
        raise AuthenticationError("malformed-token", "the token's type is not JWT or at+jwt")
    if not named.iss:
        raise AuthenticationError("missing-claim", "the token names no issuer (iss)")
    return head, named.iss


def verify(token: bytes, head: Head, keys: KeySet, *, issuer: str, audience: Sequence[str]) -> Mapping[str, Any]:
    """The token's claims, once its signature, issuer and audience hold; times are not judged here.

    Raises AuthenticationError: unknown-key, unsupported-algorithm, bad-signature, wrong-audience, missing-claim."""
    candidates = keys.candidates(head.kid)
    if not candidates:
        what = (
            "no key of the issuer has the token's key id"
            if head.kid
            else "the token names no key, and there are several"
        )
        raise AuthenticationError("unknown-key", what)
    fitting = [key for key in candidates if head.alg in key.algorithms]
    if not fitting:
        raise AuthenticationError("unsupported-algorithm", "the token's algorithm does not fit the issuer's key")
    for key in fitting:
        try:
            claims = jwt.decode(
                token,
                key.material,
                algorithms=[head.alg],
                audience=list(audience),
                issuer=issuer,
                options={
                    "require": ["iss", "aud", "sub", "iat", "exp"],
                    # Times are judged per record, at the broker's append time.
                    "verify_exp": False, "verify_iat": False, "verify_nbf": False,
                },
            )  # fmt: skip
        except jwt.InvalidSignatureError:
            continue
        except Exception as error:
            raise _explained(error, audience) from None
        return _dated(claims)
    raise AuthenticationError("bad-signature", "the token's signature does not hold under the issuer's key")


def _explained(error: Exception, audience: Sequence[str]) -> AuthenticationError:
    """PyJWT's error as ours; its text may hold what the token holds, and is not looked at."""
    if isinstance(error, jwt.MissingRequiredClaimError):
        return AuthenticationError("missing-claim", f"the token lacks the claim {error.claim}")
    if isinstance(error, jwt.InvalidAudienceError):
        return AuthenticationError("wrong-audience", f"the token is for another audience than {' or '.join(audience)}")
    if isinstance(error, jwt.InvalidIssuerError):
        return AuthenticationError("unknown-issuer", "the token's issuer is not the one whose keys signed it")
    return AuthenticationError("malformed-token", "the token cannot be read as a JWT")


def _dated(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in ("exp", "iat", "nbf"):
        value = claims.get(name)
        if value is None and name == "nbf":
            continue
        # The range shuts out NaN and what no float can hold.
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LATEST:
            raise AuthenticationError("missing-claim", f"the claim {name} is not a number of seconds")
    return claims
