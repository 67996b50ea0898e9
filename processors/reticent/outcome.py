"""What leaves for each verdict: the one place where outgoing records of the gateway are put together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from . import verdict
from .approvals.wire import ApprovalRequest, approval_id, canonical, pack, seal_context
from .envelope import Envelope
from .masking import Sealer, Tokens
from .model import (
    AuditEvent,
    Evidence,
    Finding,
    Header,
    Identity,
    Masked,
    Outgoing,
    Topic,
    Trace,
    Verdict,
    VerdictKind,
    rfc3339,
)
from .policy import CompiledPolicy
from .policy.compile import ApprovalTerms
from .verdict import Decision, Facts

FOUND_MOST = 1000
"""Findings that an audit event lists one by one; `found_total` counts them all."""
_ID_MOST = 256
"""Characters of an id that come out of a document; a longer one is replaced by its digest."""

ACTOR = "reticent"
TRACES = "reticent-traces"
"""The header of a record with several released traces: a JSON list of each one's trace_id, session_id and source, in
their order. One header, because noida-db keeps only one of a name."""


@dataclass(frozen=True, slots=True)
class About:
    """Whom and what a record is about: said alike on every record that leaves for it."""

    source: str
    request_id: str
    trace_id: str
    session_id: str
    tenant: str
    producer: str
    subject: str
    issuer: str
    policy: str
    mode: str
    traceparent: str
    now: float

    @property
    def at(self) -> str:
        return rfc3339(self.now)


@dataclass(frozen=True, slots=True)
class Judged:
    """A masked trace with its verdict."""

    about: About
    decision: Decision
    facts: Facts
    findings: Sequence[Finding]
    masked: Masked
    trace: Trace
    blobs: Mapping[str, int] = field(default_factory=dict)
    """How many values that are no text had what done with them, such as `image replace`."""
    traces: int = 1
    """How many the record holds."""


def about(
    source: str,
    envelope: Envelope,
    identity: Identity | None,
    trace: Trace,
    *,
    request_id: str,
    key: str,
    policy: CompiledPolicy,
    now: float,
) -> About:
    """`trace`, `request_id` and `key` are masked already; `identity` is None where there is none to be sure of.
    `source`: the record's, and which of its traces it is where it holds several.

    The trace id is the document's own, else that of `traceparent`, else made from the record's place; the session
    is the document's own, else the record's key, else the trace."""
    trace_id = (
        _bounded(trace.trace_id) or envelope.traceparent[3:35] or hashlib.sha256(source.encode()).hexdigest()[:32]
    )
    return About(
        source=source,
        request_id=_bounded(request_id),
        trace_id=trace_id,
        session_id=_bounded(trace.session_id) or _bounded(key) or trace_id,
        tenant=identity.tenant if identity else "",
        producer=identity.producer if identity else "",
        subject=identity.subject if identity else "",
        issuer=identity.issuer if identity else "",
        policy=policy.digest,
        mode=policy.mode,
        traceparent=envelope.traceparent,
        now=now,
    )


def released(together: Sequence[Judged]) -> list[Outgoing]:
    """What one record holds of released traces on the sanitized topic, once, and the answer and the evidence of each.
    They share their `masked`."""
    first = together[0]
    about = first.about
    headers = sanitized_headers(first)
    if len(together) > 1:
        headers.append((TRACES, msgspec.json.encode([_place(judged.about) for judged in together])))
    out = [Outgoing(Topic.SANITIZED, about.session_id.encode(), first.masked, headers, about.tenant)]
    for judged in together:
        out += [_verdict(judged), _audit(judged, _details(judged))]
    return out


def held(judged: Judged, terms: ApprovalTerms, sealer: Sealer) -> list[Outgoing]:
    """The masked trace on the approvals topic, sealed, so that only what the gateway wrote can be released."""
    about, masked = judged.about, judged.masked
    identifier = approval_id(about.source, masked.digest)
    expires_at = rfc3339(about.now + terms.expires)
    details = _details(judged) | {"approval_id": identifier, "expires_at": expires_at, "minimum": terms.minimum}
    trace, truncated = canonical(judged.trace)
    request = ApprovalRequest(
        approval_id=identifier,
        trace_id=about.trace_id,
        session_id=about.session_id,
        request_id=about.request_id,
        tenant=about.tenant,
        producer=about.producer,
        subject=about.subject,
        issuer=about.issuer,
        reasons=list(judged.decision.reasons),
        findings=verdict.count(judged.findings),
        content_digest=masked.digest,
        policy=about.policy,
        requested_at=about.at,
        expires_at=expires_at,
        minimum=terms.minimum,
        groups=list(terms.groups),
        trace=trace,
        truncated=truncated,
        content=pack(masked.content),
        content_type=masked.content_type,
        format=masked.format,
        source=about.source,
        traceparent=about.traceparent,
        details=details,
        seal="",
    )
    seal = sealer.seal(
        masked.content, content_type=masked.content_type, format=masked.format, context=seal_context(request)
    )
    sealed = Evidence(msgspec.structs.replace(request, seal=seal))
    return [
        Outgoing(Topic.APPROVALS, identifier.encode(), sealed, _headers(about, VerdictKind.HELD), about.tenant),
        _verdict(judged, identifier),
        _audit(judged, details),
    ]


def blocked(judged: Judged) -> list[Outgoing]:
    """No payload leaves: the answer and the evidence."""
    return [_verdict(judged), _audit(judged, _details(judged))]


def refused(about: About, decision: Decision, payload: bytes, tokens: Tokens) -> list[Outgoing]:
    """A record that never became a masked trace: the answer, the evidence, and again where operators look for it."""
    details = {
        "verdict": decision.verdict.value,
        "reasons": msgspec.to_builtins(decision.reasons),
        "findings": {},
        "found": [],
        "found_total": 0,
        "bytes": len(payload),
        "steps": 0,
        "format": "",
        "content_type": "",
        # keyed, because a plain digest of a short secret is as good as the secret
        "content_digest": tokens.digest(payload),
        "source": about.source,
        "mode": about.mode,
        "started_at": "",
        "ended_at": "",
    }
    evidence = Evidence(_event(about, decision, details))
    headers = _headers(about, decision.verdict)
    return [
        Outgoing(
            Topic.VERDICTS, about.request_id.encode(), Evidence(_answer(about, decision, {})), headers, about.tenant
        ),
        Outgoing(Topic.AUDIT, _audit_key(about), evidence, headers, about.tenant),
        Outgoing(Topic.REJECTED, about.request_id.encode(), evidence, headers, about.tenant),
    ]


def policy_loaded(policy: CompiledPolicy, now: float) -> Outgoing:
    """Evidence that from now on this policy judges."""
    event = AuditEvent(
        event="policy.loaded",
        at=rfc3339(now),
        tenant="",
        producer="",
        subject="",
        issuer="",
        actor=ACTOR,
        session_id="",
        trace_id="",
        request_id="",
        policy=policy.digest,
        details={"digest": policy.digest, "mode": policy.mode, "rules": len(policy.rules)},
    )
    return Outgoing(Topic.AUDIT, b"/", Evidence(event), [("content-type", b"application/json")])


def sanitized_headers(judged: Judged) -> list[Header]:
    """Of a released record, per the design: never `authorization`."""
    about, masked = judged.about, judged.masked
    return [
        *_headers(about, VerdictKind.RELEASED, masked.content_type),
        ("reticent-format", masked.format.encode()),
        ("reticent-session-id", about.session_id.encode()),
        ("reticent-producer", about.producer.encode()),
        ("reticent-subject", about.subject.encode()),
        ("reticent-request-id", about.request_id.encode()),
        ("reticent-source", about.source.encode()),
        ("reticent-at", about.at.encode()),
        *([("traceparent", about.traceparent.encode())] if about.traceparent else []),
    ]


def _place(about: About) -> dict[str, str]:
    """Which trace of a record it is."""
    return {"trace_id": about.trace_id, "session_id": about.session_id, "source": about.source}


def _headers(about: About, kind: VerdictKind, content_type: str = "application/json") -> list[Header]:
    return [
        ("content-type", content_type.encode()),
        ("reticent-trace-id", about.trace_id.encode()),
        ("reticent-tenant", about.tenant.encode()),
        ("reticent-verdict", kind.value.encode()),
        ("reticent-policy", about.policy.encode()),
    ]


def _details(judged: Judged) -> dict[str, Any]:
    decision, facts, masked, trace = judged.decision, judged.facts, judged.masked, judged.trace
    return {
        "verdict": decision.verdict.value,
        "reasons": msgspec.to_builtins(decision.reasons),
        "findings": verdict.count(judged.findings),
        "found": judged.findings[:FOUND_MOST],
        "found_total": len(judged.findings),
        "bytes": facts.bytes,
        "steps": facts.steps,
        "opaque": dict(judged.blobs),
        "format": masked.format,
        "content_type": masked.content_type,
        "content_digest": masked.digest,
        "source": judged.about.source,
        "mode": judged.about.mode,
        "started_at": trace.started_at,
        "ended_at": trace.ended_at,
    }


def _verdict(judged: Judged, identifier: str | None = None) -> Outgoing:
    about, decision = judged.about, judged.decision
    answer = _answer(about, decision, verdict.count(judged.findings), identifier, judged.traces)
    return Outgoing(
        Topic.VERDICTS, about.request_id.encode(), Evidence(answer), _headers(about, decision.verdict), about.tenant
    )


def _answer(
    about: About, decision: Decision, findings: dict[str, int], identifier: str | None = None, traces: int = 1
) -> Verdict:
    return Verdict(
        request_id=about.request_id,
        trace_id=about.trace_id,
        tenant=about.tenant,
        producer=about.producer,
        verdict=decision.verdict.value,
        reasons=list(decision.reasons),
        findings=findings,
        policy=about.policy,
        approval_id=identifier,
        at=about.at,
        traces=traces,
    )


def _audit(judged: Judged, details: dict[str, Any]) -> Outgoing:
    about, decision = judged.about, judged.decision
    event = Evidence(_event(about, decision, details))
    return Outgoing(Topic.AUDIT, _audit_key(about), event, _headers(about, decision.verdict), about.tenant)


def _event(about: About, decision: Decision, details: dict[str, Any]) -> AuditEvent:
    return AuditEvent(
        event=f"trace.{decision.verdict.value}",
        at=about.at,
        tenant=about.tenant,
        producer=about.producer,
        subject=about.subject,
        issuer=about.issuer,
        actor=ACTOR,
        session_id=about.session_id,
        trace_id=about.trace_id,
        request_id=about.request_id,
        policy=about.policy,
        details=details,
    )


def _audit_key(about: About) -> bytes:
    return f"{about.tenant}/{about.trace_id}".encode()


def _bounded(identifier: str) -> str:
    """Ids go into keys and headers: a long one is known by its digest (it is masked, so the digest may be plain)."""
    if len(identifier) <= _ID_MOST:
        return identifier
    return "sha256:" + hashlib.sha256(identifier.encode("utf-8", "replace")).hexdigest()
