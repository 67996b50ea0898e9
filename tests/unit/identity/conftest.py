"""An issuer with its key file, and the records its tokens travel on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reticent import settings
from reticent.identity import Authenticator
from reticent.identity.issuer import LocalIssuer

from ..records import Record

NOW = float(int(time.time()))
WHO: dict[str, Any] = {
    "subject": "svc-1", "tenant": "acme", "producer": "inference", "iat": int(NOW), "exp": int(NOW) + 300,
}  # fmt: skip
"""A token of five minutes from NOW, whatever the clock says by then."""


@pytest.fixture
def issuer() -> LocalIssuer:
    return LocalIssuer("https://idp.example", "reticent")


@pytest.fixture
def authenticator(issuer: LocalIssuer, tmp_path: Path) -> Callable[..., Authenticator]:
    """An authenticator of the issuer's key file; arguments go to the issuer's row, `tenants` and `lag` beside it."""

    def make(tenants: tuple[str, ...] | None = None, lag: float = 3600.0, **row: Any) -> Authenticator:
        path = issuer.write_jwks(tmp_path / "keys.json")
        defaults = {"issuer": issuer.url, "audience": issuer.audience, "jwks": path.name}
        identity = settings.Identity(issuers=(settings.Issuer(**defaults | row),), tenants=tenants, cooldown=30.0)
        return Authenticator(identity, lag_seconds=lag, base=tmp_path)

    return make


def record(token: str | bytes, *, at: float = NOW, appended: bool = True) -> Record:
    """A record with this token, appended by the broker `at` (or stamped so by its producer)."""
    value = b"Bearer " + (token.encode() if isinstance(token, str) else token)
    return Record(headers=[("authorization", value)], timestamp=int(at * 1000), timestamp_type=1 if appended else 0)
