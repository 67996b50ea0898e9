"""`reticent doctor`: looks at everything the gateway depends on, and says what to do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import typer

from ..assembly import authenticator, master_key, policy_path
from ..errors import ReticentError
from ..policy import load_policy
from ..settings import Settings
from ..sinks.query import query
from ..stream import topics
from .context import Config, Json, load_settings
from .output import json_line, table

Finding = tuple[str, str]
"""("ok" or "bad", a sentence)."""


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(config: Config = None, json: Json = False) -> int:
    """Check the broker, topics and retention, ClickHouse, identity, masking key and policy. Exit status 1 when
    something is wrong.

    Example: reticent doctor
    """
    settings = load_settings(config)
    rows = []
    for name, examine in _CHECKS.items():
        try:
            found = list(examine(settings))
        except ReticentError as error:
            found = [("bad", str(error))]
        rows += [(name, state, text) for state, text in found]
    for name, state, text in rows:
        if json:
            json_line({"check": name, "state": state, "message": text})
    if not json:
        table(["check", "state", "what"], rows)
    return 1 if any(state == "bad" for _, state, _ in rows) else 0


def _kafka(settings: Settings) -> Iterator[Finding]:
    report = asyncio.run(topics.check(settings))
    for each in report.differences:
        if each.setting == "exists":
            yield "bad", f"the topic {each.topic} does not exist: run `reticent init`"
        else:
            yield "bad", f"{each.topic}: {each.setting} is {each.found}, and should be {each.wanted}"
    if not report.differences:
        yield "ok", f"{len(report.existing)} topics at {settings.kafka.bootstrap}"


def _clickhouse(settings: Settings) -> Iterator[Finding]:
    rows = query(settings.clickhouse, "SELECT version() AS version")
    query(settings.clickhouse, "SELECT count() FROM traces")
    yield "ok", f"ClickHouse {rows[0]['version']}, the tables are there"


def _identity(settings: Settings) -> Iterator[Finding]:
    authenticator(settings)
    for issuer in settings.identity.issuers:
        if issuer.jwks and "://" not in issuer.jwks and not Path(issuer.jwks).is_file():
            yield "bad", f"the key set {issuer.jwks} of {issuer.issuer} does not exist"
        else:
            yield "ok", f"{issuer.issuer}, audience {issuer.audience}"


def _key(settings: Settings) -> Iterator[Finding]:
    path = Path(settings.masking.key_file)
    master_key(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        yield "bad", f"others may read the masking key: chmod 600 {path}"
    else:
        yield "ok", "the masking key is long enough, and its owner's alone"


def _policy(settings: Settings) -> Iterator[Finding]:
    policy = load_policy(policy_path(settings))
    yield "ok", f"{len(policy.rules)} rules, mode {policy.mode}, {policy.digest[:19]}"
    if policy.mode == "shadow":
        yield "bad", "the policy is in shadow mode: nothing is held or blocked by thresholds"


_CHECKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "policy": _policy,
    "masking key": _key,
    "identity": _identity,
    "kafka": _kafka,
    "clickhouse": _clickhouse,
}
