"""From verified claims to an identity: which claim holds what, per issuer, and what a name may look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import AuthenticationError
from ..model import Identity
from ..settings import Issuer

NAME_CHARACTERS = 128
GROUPS_MOST = 1000
# Tenants go into topic names, so Kafka's alphabet is theirs.
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where to look for each: dotted paths, the first that is there counts."""

    tenant: tuple[str, ...]
    producer: tuple[str, ...]
    subject: tuple[str, ...]
    groups: tuple[str, ...]


PRESETS: Mapping[str | None, Mapped] = {
    None: Mapped(("tenant",), ("azp", "client_id"), ("sub",), ("groups",)),
    # https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/ (access tokens; tenant: a custom claim)
    "okta": Mapped(("tenant",), ("cid",), ("sub",), ("groups",)),
    # https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference: sub differs from one
    # application to the next, so that one person would count as two; oid does not. appid is azp in v1.0 tokens.
    "entra": Mapped(("tid",), ("azp", "appid"), ("oid",), ("groups",)),
    # https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload (no groups in it)
    "google": Mapped(("hd",), ("azp",), ("sub",), ("groups",)),
    # https://www.keycloak.org/docs/latest/server_admin/#_protocol-mappers (tenant and groups: by mappers)
    "keycloak": Mapped(("tenant",), ("azp",), ("sub",), ("groups",)),
}
"""What each identity provider's claims mean, until `claims` says otherwise."""


class ClaimMapping:
    """The mapping of one issuer: its preset, and over it what `claims` and `tenant` say."""

    def __init__(self, issuer: Issuer) -> None:
        preset, own = PRESETS[issuer.preset], issuer.claims
        self._tenant = issuer.tenant
        self._paths = Mapped(
            tenant=(own.tenant,) if own.tenant else preset.tenant,
            producer=(own.producer,) if own.producer else preset.producer,
            subject=(own.subject,) if own.subject else preset.subject,
            groups=(own.groups,) if own.groups else preset.groups,
        )

    def identity(self, claims: Mapping[str, Any]) -> Identity:
        """Raises AuthenticationError: missing-claim, unknown-tenant."""
        paths = self._paths
        tenant = self._tenant or _text(claims, paths.tenant, "tenant")
        if not _TENANT.fullmatch(tenant):
            raise AuthenticationError(
                "unknown-tenant",
                "the token's tenant is no name of a tenant: letters, digits, '.', '_', '-', at most 128 characters",
            )
        return Identity(
            issuer=claims["iss"],
            subject=_name(claims, paths.subject, "subject"),
            tenant=tenant,
            producer=_name(claims, paths.producer, "producer"),
            groups=_groups(_first(claims, paths.groups)),
            expires_at=float(claims["exp"]),
        )


def find(claims: Mapping[str, Any], path: str) -> Any:
    """The claim at a dotted path. A claim whose own name has dots (https://example.com/tenant) comes first."""
    if path in claims:
        return claims[path]
    for at, character in enumerate(path):
        inner = claims.get(path[:at]) if character == "." else None
        if isinstance(inner, Mapping):
            found = find(inner, path[at + 1 :])
            if found is not None:
                return found
    return None


def _first(claims: Mapping[str, Any], paths: tuple[str, ...]) -> Any:
    return next((found for path in paths if (found := find(claims, path)) not in (None, "")), None)


def _text(claims: Mapping[str, Any], paths: tuple[str, ...], what: str) -> str:
    value = _first(claims, paths)
    if not isinstance(value, str):
        raise AuthenticationError("missing-claim", f"the token has no {what} in the claim {' or '.join(paths)}")
    return value


def _name(claims: Mapping[str, Any], paths: tuple[str, ...], what: str) -> str:
    value = _text(claims, paths, what)
    if len(value) > NAME_CHARACTERS or not value.isprintable() or value != value.strip():
        raise AuthenticationError(
            "missing-claim", f"the token's {what} is no usable name: printable, at most {NAME_CHARACTERS} characters"
        )
    return value


def _groups(value: Any) -> tuple[str, ...]:
    """Names of groups; what is no name is nobody's group."""
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(name for name in given[:GROUPS_MOST] if isinstance(name, str) and name.isprintable())
