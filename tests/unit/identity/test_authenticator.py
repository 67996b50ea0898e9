"""Authentication: what is believed, what is refused, and with which code."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent import settings
from reticent.assembly import authenticator as make_authenticator
from reticent.errors import AuthenticationError
from reticent.identity import Authenticator
from reticent.identity.authenticator import _span
from reticent.identity.issuer import LocalIssuer
from reticent.verdict import REASONS

from ..records import Record
from .conftest import NOW, WHO, record

Make = Callable[..., Authenticator]


def refused(authenticator: Authenticator, given: Record, now: float = NOW) -> str:
    with pytest.raises(AuthenticationError) as caught:
        authenticator.authenticate(given, now)
    return caught.value.code


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_an_identity_is_what_the_verified_token_says(issuer: LocalIssuer, authenticator: Make) -> None:
    token = issuer.token(**WHO, groups=["security"])
    identity = authenticator().authenticate(record(token), NOW)
    assert (identity.tenant, identity.producer, identity.person, identity.groups) == (
        "acme", "inference", (issuer.url, "svc-1"), ("security",),
    )  # fmt: skip


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA"])
def test_every_asymmetric_algorithm_is_verified(algorithm: str, tmp_path: Path) -> None:
    issuer = LocalIssuer("https://idp.example", "reticent", algorithm=algorithm)
    row = settings.Issuer(issuer=issuer.url, audience="reticent", jwks=str(issuer.write_jwks(tmp_path / "k.json")))
    known = Authenticator(settings.Identity(issuers=(row,)), lag_seconds=60)
    assert known.authenticate(record(issuer.token(**WHO)), NOW).subject == "svc-1"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([], "no-token"),
        ([("Authorization", b"Bearer a.b.c"), ("authorization", b"Bearer a.b.c")], "two-tokens"),
        ([("authorization", b"Basic dTpw")], "malformed-token"),
        ([("authorization", b"Bearer ")], "malformed-token"),
        ([("authorization", b"Bearer " + b"x" * 1_000_000)], "malformed-token"),
        ([("authorization", b"Bearer a.b")], "malformed-token"),
        ([("authorization", b"Bearer a.b.c.d.e")], "malformed-token"),
        ([("authorization", b"Bearer \xff.\xfe.\xfd")], "malformed-token"),
        ([("authorization", b"Bearer " + b64(b"[" * 9000).encode() + b".e30.x")], "malformed-token"),
    ],
)
def test_exactly_one_bearer_token_is_asked_for(
    authenticator: Make, headers: list[tuple[str, bytes]], code: str
) -> None:
    assert refused(authenticator(), Record(headers=headers)) == code


def test_a_token_without_signature_is_refused(issuer: LocalIssuer, authenticator: Make) -> None:
    claims = issuer.token(**WHO).split(".")[1]
    for alg in ("none", "None", "NONE", ""):
        head = b64(json.dumps({"alg": alg, "typ": "JWT", "kid": issuer.kid}).encode())
        assert refused(authenticator(), record(f"{head}.{claims}.")) == "unsupported-algorithm"


def test_a_public_key_is_no_shared_secret(issuer: LocalIssuer, authenticator: Make) -> None:
    """The classic confusion: HS256 under the text of the public key."""
    claims = issuer.token(**WHO).split(".")[1]
    signed = f"{b64(json.dumps({'alg': 'HS256', 'kid': issuer.kid}).encode())}.{claims}"
    signature = hmac.digest(json.dumps(issuer.jwks()["keys"][0]).encode(), signed.encode(), "sha256")
    assert refused(authenticator(), record(f"{signed}.{b64(signature)}")) == "unsupported-algorithm"


def test_the_algorithm_must_fit_the_key(issuer: LocalIssuer, authenticator: Make) -> None:
    _, claims, signature = issuer.token(**WHO).split(".")
    head = b64(json.dumps({"alg": "RS256", "kid": issuer.kid}).encode())
    assert refused(authenticator(), record(f"{head}.{claims}.{signature}")) == "unsupported-algorithm"


def test_keys_that_a_token_brings_are_ignored(issuer: LocalIssuer, authenticator: Make) -> None:
    stranger = LocalIssuer(issuer.url, issuer.audience)
    claims = jwt.decode(stranger.token(**WHO), options={"verify_signature": False})
    brought = {"jwk": stranger.jwks()["keys"][0], "jku": "https://evil.example/keys", "x5u": "https://evil.example/c"}
    known = authenticator()
    assert refused(known, record(stranger.sign(claims, brought | {"kid": issuer.kid}))) == "bad-signature"
    assert refused(known, record(stranger.sign(claims, brought | {"kid": stranger.kid}))) == "unknown-key"
    honest = issuer.sign(claims, brought)
    assert known.authenticate(record(honest), NOW).subject == "svc-1"


@pytest.mark.parametrize("crit", [["exp"], [], "exp", ["https://example.com/unknown"]])
def test_critical_extensions_are_refused(issuer: LocalIssuer, authenticator: Make, crit: object) -> None:
    _, claims, signature = issuer.token(**WHO).split(".")
    head = b64(json.dumps({"alg": "ES256", "kid": issuer.kid, "crit": crit, "exp": 1}).encode())
    assert refused(authenticator(), record(f"{head}.{claims}.{signature}")) == "unknown-crit"


def test_a_token_of_another_kind_is_refused(issuer: LocalIssuer, authenticator: Make) -> None:
    claims = jwt.decode(issuer.token(**WHO), options={"verify_signature": False})
    known = authenticator()
    assert refused(known, record(issuer.sign(claims, {"typ": "logout+jwt"}))) == "malformed-token"
    assert known.authenticate(record(issuer.sign(claims, {"typ": "at+jwt"})), NOW)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://evil.example"}, "unknown-issuer"),
        ({"iss": None}, "missing-claim"),
        ({"aud": "another"}, "wrong-audience"),
        ({"aud": None}, "missing-claim"),
        ({"sub": None}, "missing-claim"),
        ({"iat": None}, "missing-claim"),
        ({"exp": None}, "missing-claim"),
        ({"exp": True}, "missing-claim"),
        ({"exp": 10**400}, "missing-claim"),
        ({"azp": None}, "missing-claim"),
        ({"tenant": None}, "missing-claim"),
        ({"tenant": ["acme"]}, "missing-claim"),
        ({"tenant": "a/b"}, "unknown-tenant"),
        ({"tenant": "../etc"}, "unknown-tenant"),
        ({"tenant": "umbrella"}, "unknown-tenant"),
        ({"sub": "x" * 129}, "missing-claim"),
        ({"sub": "two\nlines"}, "missing-claim"),
        ({"nbf": int(NOW) + 3600}, "not-yet-valid"),
        ({"iat": int(NOW) + 3600}, "not-yet-valid"),
    ],
)
def test_what_a_token_must_say(issuer: LocalIssuer, authenticator: Make, changes: dict[str, Any], code: str) -> None:
    token = issuer.token(**WHO | changes)
    assert refused(authenticator(tenants=("acme",)), record(token)) == code


def test_an_audience_among_several_is_enough(issuer: LocalIssuer, authenticator: Make) -> None:
    token = issuer.token(**WHO, aud=["another", "reticent"])
    assert authenticator().authenticate(record(token), NOW).tenant == "acme"


def test_the_end_of_a_token_is_judged_when_the_broker_took_the_record(issuer: LocalIssuer, authenticator: Make) -> None:
    token = issuer.token(**WHO | {"exp": int(NOW) + 60})
    known = authenticator(lag=3600, leeway=0.0)
    queued = record(token, at=NOW)
    assert known.authenticate(queued, NOW + 1000)
    assert refused(known, record(token, at=NOW + 61), NOW + 61) == "expired"
    assert refused(known, queued, NOW + 60 + 3601) == "stale"


def test_a_producers_own_time_is_believed_by_nobody(issuer: LocalIssuer, authenticator: Make) -> None:
    token = issuer.token(**WHO | {"exp": int(NOW) + 60})
    back_dated = record(token, at=NOW, appended=False)
    assert refused(authenticator(leeway=0.0), back_dated, NOW + 61) == "expired"


def test_each_record_is_judged_though_its_token_was_verified_before(issuer: LocalIssuer, authenticator: Make) -> None:
    known = authenticator(leeway=0.0)
    token = issuer.token(**WHO | {"exp": int(NOW) + 60})
    assert known.authenticate(record(token), NOW)
    assert refused(known, record(token, at=NOW + 61), NOW + 61) == "expired"
    assert known.authenticate(record(token, at=NOW + 59), NOW + 59)


def test_a_token_is_verified_once(issuer: LocalIssuer, authenticator: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    known, calls = authenticator(), []
    decode = jwt.decode
    monkeypatch.setattr(jwt, "decode", lambda *args, **kwargs: calls.append(1) or decode(*args, **kwargs))
    token = issuer.token(**WHO)
    for _ in range(500):
        known.authenticate(record(token), NOW)
    bad = token[:-8] + ("A" * 8)
    assert [refused(known, record(bad)) for _ in range(5)] == ["bad-signature"] * 5
    assert len(calls) == 2


async def test_a_key_that_is_withdrawn_ends_what_was_verified_with_it(
    issuer: LocalIssuer, authenticator: Make, tmp_path: Path
) -> None:
    known = authenticator()
    old = record(issuer.token(**WHO))
    assert known.authenticate(old, NOW)
    issuer.rotate(keep=False)
    issuer.write_jwks(tmp_path / "keys.json")
    new = record(issuer.token(**WHO))
    await known.prepare([new])
    assert known.authenticate(new, NOW)
    assert refused(known, old) == "unknown-key"
    await known.aclose()


def test_a_tenants_topic_takes_no_other_tenants_records(issuer: LocalIssuer, tmp_path: Path) -> None:
    path = issuer.write_jwks(tmp_path / "keys.json")
    whole = settings.Settings(
        topics=settings.Topics(raw="raw.{tenant}"),
        identity=settings.Identity(
            issuers=(settings.Issuer(issuer=issuer.url, audience=issuer.audience, jwks=str(path)),),
            tenants=("acme", "globex"),
        ),
    )
    known = make_authenticator(whole)
    sent = record(issuer.token(**WHO))
    assert known.authenticate(replace(sent, topic="raw.acme"), NOW).tenant == "acme"
    assert refused(known, replace(sent, topic="raw.globex")) == "wrong-tenant-topic"
    assert known.authenticate(replace(sent, topic="traces.decisions"), NOW).tenant == "acme"
    assert "wrong-tenant-topic" in REASONS


def test_a_token_that_names_no_key_is_tried_when_there_is_one(issuer: LocalIssuer, authenticator: Make) -> None:
    claims = jwt.decode(issuer.token(**WHO), options={"verify_signature": False})
    nameless = issuer.sign(claims, {"kid": None})
    assert authenticator().authenticate(record(nameless), NOW)
    issuer.rotate()
    assert refused(authenticator(), record(issuer.sign(claims, {"kid": None}))) == "unknown-key"


def test_an_issuer_may_serve_two_audiences(issuer: LocalIssuer, tmp_path: Path) -> None:
    jwks = str(issuer.write_jwks(tmp_path / "keys.json"))
    rows = tuple(
        settings.Issuer(issuer=issuer.url, audience=audience, jwks=jwks, tenant=tenant)
        for audience, tenant in (("services", "acme"), ("people", "globex"))
    )
    known = Authenticator(settings.Identity(issuers=rows), lag_seconds=60)
    assert known.authenticate(record(issuer.token(**WHO, aud="people")), NOW).tenant == "globex"
    assert refused(known, record(issuer.token(**WHO, aud="nobody"))) == "wrong-audience"


def test_no_refusal_holds_anything_of_the_token(issuer: LocalIssuer, authenticator: Make) -> None:
    secret = "Zq8Tn2Lw5Xr9"
    changes: list[dict[str, Any]] = [
        {"iss": secret}, {"aud": secret}, {"tenant": secret}, {"tenant": f"{secret}/"}, {"sub": f"{secret}\n"},
        {"exp": secret}, {"azp": [secret]},
    ]  # fmt: skip
    known = authenticator(tenants=("acme",))
    for change in changes:
        token = issuer.token(**WHO | change)
        with pytest.raises(AuthenticationError) as caught:
            known.authenticate(record(token), NOW)
        assert secret not in str(caught.value)
        assert not any(part in str(caught.value) for part in token.split("."))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalIssuer, Authenticator]:
    issuer = LocalIssuer("https://idp.example", "reticent")
    jwks = str(issuer.write_jwks(tmp_path_factory.mktemp("keys") / "keys.json"))
    row = settings.Issuer(issuer=issuer.url, audience="reticent", jwks=jwks)
    return issuer, Authenticator(settings.Identity(issuers=(row,)), lag_seconds=60)


@given(value=st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda junk: b"Bearer " + junk)))
def test_no_bytes_raise_anything_but_a_refusal(shared: tuple[LocalIssuer, Authenticator], value: bytes) -> None:
    with pytest.raises(AuthenticationError):
        shared[1].authenticate(Record(headers=[("authorization", value)]), NOW)


@given(data=st.data())
def test_a_token_changed_in_any_place_is_refused(
    shared: tuple[LocalIssuer, Authenticator], data: st.DataObject
) -> None:
    issuer, known = shared
    token = bytearray(issuer.token(**WHO).encode())
    at = data.draw(st.integers(0, len(token) - 1))
    token[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != token[at]))
    with pytest.raises(AuthenticationError):
        known.authenticate(record(bytes(token)), NOW)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 s"), (119, "119 s"), (600, "10 minutes"), (7200, "2 hours"), (1_795_623_059, "20783 days")],
)
def test_a_span_is_said_in_a_unit_that_people_grasp(seconds: float, said: str) -> None:
    assert _span(seconds) == said
