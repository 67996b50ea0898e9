"""Key sets: which keys are usable, and for which algorithms."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from reticent.identity.issuer import LocalIssuer
from reticent.identity.keys import KEY_SET_BYTES, parse_key_set


def public(algorithm: str = "ES256") -> dict[str, Any]:
    return LocalIssuer("https://idp.example", "reticent", algorithm=algorithm).jwks()["keys"][0]


def parse(*members: object) -> Any:
    return parse_key_set(msgspec.json.encode({"keys": members}))


def rsa_key(bits: int) -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "r"}


def test_a_key_says_which_algorithms_it_is_for() -> None:
    assert parse(public("ES384")).keys[0].algorithms == ("ES384",)
    assert parse(public("RS256")).keys[0].algorithms[:2] == ("RS256", "RS384")
    assert parse(public("RS256") | {"alg": "PS512"}).keys[0].algorithms == ("PS512",)


@pytest.mark.parametrize(
    "unusable",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "a"},
        {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"},
        {"kty": "RSA", "n": "AQAB"},
        {"kty": ["RSA"]},
        "no key",
        None,
    ],
)
def test_unusable_keys_are_left_out(unusable: object) -> None:
    good = public()
    assert [key.kid for key in parse(unusable, good).keys] == [good["kid"]]
    assert parse(unusable).keys == ()


def test_keys_for_something_else_are_left_out() -> None:
    for change in ({"use": "enc"}, {"key_ops": ["encrypt"]}, {"alg": "ES384"}, {"alg": "none"}, {"kid": 7}):
        assert parse(public() | change).keys == ()


def test_a_weak_rsa_key_is_refused() -> None:
    assert parse(rsa_key(1024)).keys == ()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"keys": 1}', b"[" * 5000, b" " * (KEY_SET_BYTES + 1), b"\xff"]
)
def test_what_is_no_key_set_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="key set"):
        parse_key_set(content)


def test_equal_sets_have_equal_digests() -> None:
    key = public()
    assert parse(key).digest == parse(dict(reversed(key.items()))).digest
    assert parse(key).digest != parse(public()).digest
