"""The configuration of one installation: what `reticent.yaml` and the environment may say."""

from __future__ import annotations

from typing import Literal

import msgspec

from .limits import Limits


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Tls(_Section, frozen=True, kw_only=True):
    """`ca_file` verifies the other side (default: the system's store); certificate and key are the client's own."""

    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None


class Sasl(_Section, frozen=True, kw_only=True):
    """The password comes from `password_file` or the environment (`RETICENT_KAFKA__SASL__PASSWORD`)."""

    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    username: str
    password_file: str | None = None
    password: str | None = None


class Kafka(_Section, frozen=True, kw_only=True):
    """`group` prefixes the consumer groups and transactional ids of this installation."""

    bootstrap: str = "127.0.0.1:9092"
    group: str = "reticent"
    tls: Tls | None = None
    sasl: Sasl | None = None
    session_timeout: float = 10.0
    transaction_timeout: float = 60.0
    chunk_records: int = 500
    chunk_bytes: int = 4 * 1024 * 1024


class Topics(_Section, frozen=True, kw_only=True):
    """Names on the broker; each but approval_state may contain `{tenant}`."""

    raw: str = "traces.raw"
    sanitized: str = "traces.sanitized"
    approvals: str = "traces.approvals"
    decisions: str = "traces.decisions"
    verdicts: str = "traces.verdicts"
    audit: str = "traces.audit"
    rejected: str = "traces.rejected"
    approval_state: str = "traces.approvals-state"


class ClickHouse(_Section, frozen=True, kw_only=True):
    """The password comes from `password_file` or the environment, never from the DSN in a file."""

    dsn: str = "http://default@127.0.0.1:8123/reticent"
    password_file: str | None = None
    password: str | None = None
    batch_rows: int = 10_000
    batch_seconds: float = 1.0


class Claims(_Section, frozen=True, kw_only=True):
    """Which claim holds what; a dotted path reaches into nested claims (realm_access.roles)."""

    tenant: str | None = None
    producer: str | None = None
    subject: str | None = None
    groups: str | None = None


class Issuer(_Section, frozen=True, kw_only=True):
    """`jwks` is a file or an https URL (http on loopback only); default: the issuer's discovery document."""

    issuer: str
    audience: str
    jwks: str | None = None
    preset: Literal["okta", "entra", "google", "keycloak"] | None = None
    claims: Claims = Claims()
    tenant: str | None = None
    leeway: float = 30.0


class Identity(_Section, frozen=True, kw_only=True):
    """`tenants`, when given, are the only ones accepted. `refresh` and `cooldown` (seconds) are for key sets."""

    issuers: tuple[Issuer, ...] = ()
    tenants: tuple[str, ...] | None = None
    refresh: float = 3600.0
    cooldown: float = 30.0


class Masking(_Section, frozen=True, kw_only=True):
    """32 bytes or more in `key_file`; per-tenant keys are derived from it by HKDF-SHA-256."""

    key_file: str = "token.key"


class Http(_Section, frozen=True, kw_only=True):
    bind: str = "127.0.0.1:6066"


class Sink(_Section, frozen=True, kw_only=True):
    """One allow-listed place the forward agent writes masked traces to.

    `otlp`: OTLP/HTTP with JSON at `url`; `webhook`: masked records by POST to `url`; `file`: JSON Lines at `path`.
    `headers_file` holds `Name: value` lines (credentials). `tenants` limits what is forwarded.
    """

    name: str
    type: Literal["otlp", "webhook", "file"]
    url: str | None = None
    path: str | None = None
    headers_file: str | None = None
    tenants: tuple[str, ...] | None = None
    timeout: float = 10.0


class Settings(_Section, frozen=True, kw_only=True):
    kafka: Kafka = Kafka()
    topics: Topics = Topics()
    clickhouse: ClickHouse = ClickHouse()
    identity: Identity = Identity()
    policy: str | None = None
    masking: Masking = Masking()
    http: Http = Http()
    limits: Limits = Limits()
    sinks: tuple[Sink, ...] = ()
