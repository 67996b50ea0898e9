"""A pipeline with a policy and an issuer of the test's own, and records signed by it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from reticent import yamlfile
from reticent.identity import Authenticator
from reticent.identity.issuer import LocalIssuer
from reticent.limits import Limits
from reticent.model import AuditEvent, Evidence, Masked, Outgoing, Topic, Verdict
from reticent.pipeline import Pipeline
from reticent.policy.compile import compile_policy
from reticent.settings import Identity, Issuer

from ..contract import registered
from .records import Record

NOW = 1_790_000_000.0
MASTER = b"m" * 32
POLICY = """version: 1
packs: [secrets, pii, phi, financial, code, traces-shape]
apply: [{rules: ['*'], action: redact}]
thresholds:
  - {id: many-secrets, when: {category: secrets, distinct: 3}, action: hold}
  - {id: cards, when: {rules: [card-number], findings: 5}, action: block}
approvals: {groups: [security], minimum: 1, expires: 1h}
"""


class Judge:
    """`judge.record(payload)` makes a signed record, `judge(record, ...)` its outputs by topic."""

    def __init__(
        self, policy: str = POLICY, *, limits: Limits | None = None, tenants: tuple[str, ...] | None = None
    ) -> None:
        self.issuer = LocalIssuer("https://issuer.test", "reticent")
        with tempfile.TemporaryDirectory() as folder:
            keys = self.issuer.write_jwks(Path(folder, "keys.json"))
            issuers = (Issuer(issuer="https://issuer.test", audience="reticent", jwks=str(keys)),)
            self.identity = Authenticator(Identity(issuers=issuers, tenants=tenants), lag_seconds=3600.0)
            self.limits = limits or Limits()
            self.pipeline = Pipeline(
                compile_policy(yamlfile.parse(policy, "policy.yaml"), Path()),
                self.identity,
                master=MASTER,
                limits=self.limits,
                formats=registered.FORMATS,
            )
            asyncio.run(self.identity.prepare([self.record(b"{}")]))
        self._offset = 0

    def token(self, **changes: Any) -> str:
        claims = {"iat": int(NOW) - 10, "exp": int(NOW) + 300, **changes}
        subject, tenant, producer = claims.pop("sub", "svc-1"), claims.pop("tenant", "acme"), claims.pop("azp", "agent")
        return self.issuer.token(subject=subject, tenant=tenant, producer=producer, **claims)

    def record(self, value: bytes | None, *headers: tuple[str, bytes], token: str | None = "", **fields: Any) -> Record:
        signed = [] if token is None else [("authorization", f"Bearer {token or self.token()}".encode())]
        fields = {"timestamp": int(NOW * 1000), **fields}
        return Record(value=value, headers=[*signed, *headers], **fields)

    def __call__(self, *records: Record) -> list[dict[Topic, Outgoing]]:
        outputs = self.pipeline.process(records, NOW + 1)
        return [{each.topic: each for each in found} for found in outputs]

    def verdict(self, record: Record) -> Verdict:
        (found,) = self(record)
        return verdict_of(found)


def verdict_of(outputs: dict[Topic, Outgoing]) -> Verdict:
    value = outputs[Topic.VERDICTS].value
    assert isinstance(value, Evidence)
    return msgspec.json.decode(value.content, type=Verdict)


def event_of(outputs: dict[Topic, Outgoing]) -> AuditEvent:
    value = outputs[Topic.AUDIT].value
    assert isinstance(value, Evidence)
    return msgspec.json.decode(value.content, type=AuditEvent)


def everything(outputs: Sequence[Outgoing]) -> bytes:
    """All bytes that would leave."""
    parts: list[bytes] = []
    for each in outputs:
        parts += [each.key, *(value for _, value in each.headers)]
        if isinstance(each.value, Masked | Evidence):
            parts.append(each.value.content)
    return b"\0".join(parts)
