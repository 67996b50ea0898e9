"""A folder with all that a gateway needs: configuration, policy, keys and tokens, made at run time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from .. import settings as configuration
from ..identity.issuer import LocalIssuer
from ..settings import Settings

AUDIENCE = "reticent"


@dataclass(frozen=True, slots=True)
class Person:
    """Who gets a token: `file` names it in the folder."""

    file: str
    subject: str
    tenant: str
    producer: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workspace:
    folder: Path
    config: Path
    settings: Settings
    tokens: Mapping[str, Path]


def make(
    folder: Path,
    people: list[Person],
    *,
    bootstrap: str,
    dsn: str,
    bind: str,
    policy: str = "",
    lifetime: float = 43200.0,
) -> Workspace:
    """Writes reticent.yaml, policy.yaml, token.key, keys.json and a token for each person. `lifetime`: seconds."""
    issuer = LocalIssuer("https://issuer.local", AUDIENCE)
    folder.mkdir(parents=True, exist_ok=True)
    private(folder / "token.key", secrets.token_hex(32))
    private(folder / "keys.json", msgspec.json.encode(issuer.jwks()).decode())
    (folder / "policy.yaml").write_text(policy or POLICY, encoding="utf-8")
    config = folder / "reticent.yaml"
    config.write_text(
        f'kafka: {{bootstrap: "{bootstrap}"}}\n'
        f'clickhouse: {{dsn: "{dsn}", batch_seconds: 0.2}}\n'
        f'identity:\n  issuers:\n    - {{issuer: "{issuer.url}", audience: {AUDIENCE}, jwks: keys.json}}\n'
        f'policy: policy.yaml\nmasking: {{key_file: token.key}}\nhttp: {{bind: "{bind}"}}\n',
        encoding="utf-8",
    )
    tokens = {}
    for person in people:
        jwt = issuer.token(
            subject=person.subject,
            tenant=person.tenant,
            producer=person.producer,
            groups=person.groups,
            lifetime=lifetime,
        )
        tokens[person.file] = folder / f"{person.file}.jwt"
        private(tokens[person.file], jwt)
    return Workspace(folder, config, configuration.load(config, {}), tokens)


def private(path: Path, text: str) -> None:
    """For its owner's eyes alone."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


POLICY = """version: 1
mode: enforce
packs: [secrets, pii, phi, financial, code, traces-shape]
apply:
  - {rules: ['*'], action: redact}
thresholds:
  - {id: many-secrets, when: {category: secrets, distinct: 3}, action: hold}
approvals: {groups: [security], minimum: 1, expires: 24h}
"""
