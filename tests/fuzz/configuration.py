"""Laws of files that people write: a mistake is a ConfigError with its place, and nothing else."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reticent import settings, yamlfile
from reticent.errors import ConfigError
from reticent.policy.compile import compile_policy

from ..unit.policy.test_policy_errors import CASES

_SETTINGS = (
    """kafka: {bootstrap: "127.0.0.1:9092", sasl: {mechanism: PLAIN, username: u}, tls: {ca_file: ca.pem}}
topics: {raw: traces.raw, sanitized: "traces.sanitized"}
clickhouse: {dsn: "http://user@host:8123/reticent"}
identity:
  issuers:
    - {issuer: "https://idp.example", audience: reticent, jwks: keys.json, preset: keycloak, claims: {tenant: tenant}}
  tenants: [acme, globex]
policy: policy.yaml
masking: {key_file: token.key}
http: {bind: "127.0.0.1:6066"}
""",
    """sinks: [{name: a, type: otlp, url: "https://x.example/v1"},
  {name: b, type: file, path: out.jsonl, tenants: [acme]}]
schemas: {registry: "https://registry.example", folder: schemas, auth_file: auth}
limits: {depth: 100, leaves: 5, scan_seconds: 1.5}
topics: {raw: "raw.{tenant}"}
identity: {tenants: [acme]}
""",
)
_POLICY = """version: 1
mode: enforce
rules:
  - {id: acme-order, category: pii, severity: high, pattern: 'AC-\\d{8}', keywords: [ac-], validators: [luhn],
     examples: {match: [AC-00000001], no_match: [AC-1]}, context: {support: [order], window: 40}, entropy: 1.5}
  - {id: rows, category: pii, shape: {kind: table, least: 2}}
  - {id: names, category: pii, at: {key: name, path: '$..name', step: output}}
apply:
  - {rules: [acme-*], where: {tenant: acme, step: tool_result, path: '$..contact', format: json}, action: partial}
  - {rules: ['*'], action: redact}
thresholds:
  - {id: many, when: {category: pii, findings: 3, severity: high, rules: [names]}, action: hold}
approvals: {groups: [security], minimum: 1, expires: 24h}
opaque: {default: replace, image: drop}
"""


class Policy:
    head = 0

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()

    def seeds(self) -> Iterator[bytes]:
        yield from (text.encode() for text, *_ in CASES.values())
        yield from _both(_POLICY)

    def __call__(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        try:
            compile_policy(yamlfile.parse(text, "policy.yaml"), Path(self._folder.name))
        except ConfigError as error:
            if not error.where:
                raise AssertionError("a mistake has no place") from error


class Settings:
    head = 0

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()

    def seeds(self) -> Iterator[bytes]:
        for text in _SETTINGS:
            yield from _both(text)

    def __call__(self, data: bytes) -> None:
        file = Path(self._folder.name, "reticent.yaml")
        file.write_bytes(data)
        try:
            settings.load(file, {})
        except ConfigError as error:
            if not error.where:
                raise AssertionError("a mistake has no place") from error


def _both(text: str) -> Iterator[bytes]:
    """As people write it, and as JSON, which is YAML that the mutations of trees can take apart."""
    yield text.encode()
    yield json.dumps(yamlfile.parse(text, "x").value).encode()
