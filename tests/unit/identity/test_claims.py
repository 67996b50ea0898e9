"""Claims: what each identity provider's tokens mean, and what a configuration may change about it."""

from __future__ import annotations

from typing import Any

import pytest

from reticent.errors import AuthenticationError
from reticent.identity.claims import ClaimMapping, find
from reticent.model import Identity
from reticent.settings import Claims, Issuer

COMMON = {"iss": "https://idp.example", "sub": "s-1", "exp": 2_000_000_000}


def read(row: dict[str, Any], **claims: Any) -> Identity:
    return ClaimMapping(Issuer(issuer="https://idp.example", audience="reticent", **row)).identity(COMMON | claims)


@pytest.mark.parametrize(
    ("row", "claims", "expected"),
    [
        ({}, {"tenant": "acme", "client_id": "svc"}, ("acme", "svc", "s-1")),
        ({"preset": "keycloak"}, {"tenant": "acme", "azp": "svc"}, ("acme", "svc", "s-1")),
        ({"preset": "okta", "tenant": "acme"}, {"cid": "0oa1", "uid": "00u1"}, ("acme", "0oa1", "s-1")),
        ({"preset": "entra"}, {"tid": "t-1", "azp": "app-1", "oid": "o-1"}, ("t-1", "app-1", "o-1")),
        ({"preset": "entra"}, {"tid": "t-1", "appid": "app-1", "oid": "o-1"}, ("t-1", "app-1", "o-1")),
        ({"preset": "google"}, {"hd": "acme.example", "azp": "app-1"}, ("acme.example", "app-1", "s-1")),
    ],
)
def test_a_preset_knows_where_its_provider_puts_things(
    row: dict[str, Any], claims: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    identity = read(row, **claims)
    assert (identity.tenant, identity.producer, identity.subject) == expected


def test_what_claims_say_overrides_the_preset() -> None:
    row = {"preset": "keycloak", "claims": Claims(tenant="org.name", groups="realm_access.roles")}
    identity = read(row, org={"name": "globex"}, tenant="acme", azp="svc", realm_access={"roles": ["security", 7]})
    assert identity.tenant == "globex"
    assert identity.groups == ("security",)


def test_an_issuer_of_one_tenant_cannot_speak_for_another() -> None:
    assert read({"tenant": "acme"}, tenant="globex", azp="svc").tenant == "acme"


def test_a_claim_whose_own_name_has_dots_is_found() -> None:
    assert find({"https://example.com/tenant": "acme"}, "https://example.com/tenant") == "acme"
    assert find({"https://example.com/org": {"name": "acme"}}, "https://example.com/org.name") == "acme"
    assert find({"a": "text"}, "a.b") is None


def test_a_refusal_names_the_claim_to_look_at() -> None:
    with pytest.raises(AuthenticationError, match=r"no tenant in the claim tid") as caught:
        read({"preset": "entra"}, azp="svc", oid="o-1")
    assert caught.value.code == "missing-claim"
