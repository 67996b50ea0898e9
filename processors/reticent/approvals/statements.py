"""What the desk writes: released content, final verdicts, evidence and state, each as one outgoing record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from ..errors import RecordError
from ..model import (
    AuditEvent,
    Evidence,
    Header,
    Identity,
    Masked,
    Outgoing,
    Reason,
    Topic,
    Verdict,
    VerdictKind,
    rfc3339,
)
from .machine import Choice, State, Vote
from .wire import ApprovalRequest, ApprovalState

GATEWAY = "reticent"
"""The actor of what nobody did: time passed, or content could not leave."""
_JSON = "application/json"

EVENTS = {
    State.PENDING: "approval.voted",
    State.RELEASED: "approval.approved",
    State.REJECTED: "approval.rejected",
    State.EXPIRED: "approval.expired",
    State.WITHDRAWN: "approval.withdrawn",
}
REASONS = {
    State.RELEASED: ("approved", "the approvals that the policy asks for were given, so the masked trace was released"),
    State.REJECTED: ("approval-rejected", "an approver rejected the trace, so it does not leave"),
    State.EXPIRED: ("approval-expired", "nobody decided in time, so the trace does not leave; send it again"),
    State.WITHDRAWN: ("approval-withdrawn", "the trace was withdrawn by who submitted it, so it does not leave"),
}
"""Why the final verdict is what it is, by how the approval ended."""
TOO_LARGE = Reason(
    "output-too-large",
    "the approved content is larger than the broker takes, so it does not leave; send smaller traces",
)
TOO_MANY_HELD = Reason(
    "too-many-held",
    "more traces are held than can wait for approval; decide on those that wait, then send this one again",
)
BROKEN_CONTENT = Reason(
    "forged-request", "what was held is not what the gateway masked, so it does not leave; report it with its source"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that an approval takes. `by`: the source of the record that makes it; `reason` where the state does not
    say it."""

    state: State
    who: str = GATEWAY
    by: str = ""
    vote: Vote | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A request or decision that does not count. `record`: its source. `reason` is masked."""

    approval_id: str
    error: RecordError
    record: str
    decision: str = ""
    reason: str = ""


def why(turn: Turn) -> Reason:
    """The reason of the final verdict; a rejection's says what the approver gave as theirs."""
    if turn.reason is not None:
        return turn.reason
    code, message = REASONS[turn.state]
    vote = turn.vote
    if vote is not None and vote.reason and vote.decision is not Choice.APPROVE:
        message = f"{message}; the reason given: {vote.reason}"
    return Reason(code, message)


def actor(voter: Identity | Vote | None) -> str:
    """`issuer subject`; an issuer is a URL and has no space."""
    return f"{voter.issuer} {voter.subject}" if voter is not None else ""


def state(known: ApprovalState) -> Outgoing:
    return Outgoing(Topic.APPROVAL_STATE, known.approval_id.encode(), Evidence(known))


def tombstone(approval_id: str) -> Outgoing:
    return Outgoing(Topic.APPROVAL_STATE, approval_id.encode(), None)


def sanitized(request: ApprovalRequest, masked: Masked, now: float) -> Outgoing:
    """The released content with the headers it would have had if it had never been held."""
    headers = [
        *_headers(request, VerdictKind.RELEASED.value, masked.content_type),
        ("reticent-format", masked.format.encode()),
        ("reticent-session-id", request.session_id.encode()),
        ("reticent-producer", request.producer.encode()),
        ("reticent-subject", request.subject.encode()),
        ("reticent-request-id", request.request_id.encode()),
        ("reticent-source", request.source.encode()),
        ("reticent-at", rfc3339(now).encode()),
        *([("traceparent", request.traceparent.encode())] if request.traceparent else []),
    ]
    return Outgoing(Topic.SANITIZED, request.session_id.encode(), masked, headers, request.tenant)


def final(request: ApprovalRequest, kind: VerdictKind, reason: Reason, now: float) -> list[Outgoing]:
    """The last verdict of a held trace and its evidence, which takes the place of what was said when it was held."""
    answer = Verdict(
        request_id=request.request_id,
        trace_id=request.trace_id,
        tenant=request.tenant,
        producer=request.producer,
        verdict=kind.value,
        reasons=[reason],
        findings=request.findings,
        policy=request.policy,
        approval_id=request.approval_id,
        at=rfc3339(now),
    )
    details = request.details | {
        "verdict": kind.value,
        "reasons": msgspec.to_builtins([reason, *request.reasons]),
        "approval_id": request.approval_id,
        "expires_at": request.expires_at,
        "content_digest": request.content_digest,
        "source": request.source,
    }
    headers = _headers(request, kind.value)
    return [
        Outgoing(Topic.VERDICTS, request.request_id.encode(), Evidence(answer), headers, request.tenant),
        _audit(request, _event(request, f"trace.{kind.value}", GATEWAY, details, now)),
    ]


def step(request: ApprovalRequest, known: ApprovalState, turn: Turn, now: float) -> Outgoing:
    """Evidence of one step of the approval's life, and who took it."""
    vote = turn.vote
    details = _bound(known) | {
        "decision": vote.decision.value if vote else "",
        "reason": vote.reason if vote else "",
        "code": "",
        "record": turn.by,
    }
    return _audit(request, _event(request, EVENTS[known.state], turn.who, details, now))


def refusal(known: ApprovalState | None, voter: Identity | None, refused: Refused, now: float) -> Outgoing:
    """Evidence of a decision or request that did not count. `known`: the approval it is about, where there is one."""
    details = _bound(known) | {
        "approval_id": refused.approval_id,
        "decision": refused.decision,
        "reason": refused.reason,
        "code": refused.error.code,
        "message": refused.error.message,
        # what was refused, and not the trace: it may be about no trace at all
        "source": refused.record,
        "record": refused.record,
    }
    if known is not None and known.request is not None:
        request = known.request
        return _audit(request, _event(request, "approval.refused", actor(voter), details, now))
    tenant = voter.tenant if voter else ""
    event = AuditEvent(
        event="approval.refused",
        at=rfc3339(now),
        tenant=tenant,
        producer="",
        subject="",
        issuer="",
        actor=actor(voter),
        session_id="",
        trace_id="",
        request_id="",
        policy="",
        details=details,
    )
    headers: list[Header] = [("content-type", _JSON.encode()), ("reticent-tenant", tenant.encode())]
    return Outgoing(Topic.AUDIT, f"{tenant}/{refused.approval_id}".encode(), Evidence(event), headers, tenant)


def _bound(known: ApprovalState | None) -> dict[str, Any]:
    """What every event of an approval says about it."""
    request = known.request if known else None
    return {
        "approval_id": request.approval_id if request else "",
        "content_digest": request.content_digest if request else "",
        "votes": approvals(known) if known else 0,
        "minimum": request.minimum if request else 0,
        "source": request.source if request else "",
        "expires_at": request.expires_at if request else "",
    }


def approvals(known: ApprovalState) -> int:
    """Distinct people who approved."""
    return len({vote.person for vote in known.votes if vote.decision is Choice.APPROVE})


def _event(request: ApprovalRequest, name: str, who: str, details: dict[str, Any], now: float) -> AuditEvent:
    return AuditEvent(
        event=name,
        at=rfc3339(now),
        tenant=request.tenant,
        producer=request.producer,
        subject=request.subject,
        issuer=request.issuer,
        actor=who,
        session_id=request.session_id,
        trace_id=request.trace_id,
        request_id=request.request_id,
        policy=request.policy,
        details=details,
    )


def _audit(request: ApprovalRequest, event: AuditEvent) -> Outgoing:
    verdict = event.event.removeprefix("trace.") if event.event.startswith("trace.") else VerdictKind.HELD.value
    key = f"{request.tenant}/{request.trace_id}".encode()
    return Outgoing(Topic.AUDIT, key, Evidence(event), _headers(request, verdict), request.tenant)


def _headers(request: ApprovalRequest, verdict: str, content_type: str = _JSON) -> list[Header]:
    return [
        ("content-type", content_type.encode()),
        ("reticent-trace-id", request.trace_id.encode()),
        ("reticent-tenant", request.tenant.encode()),
        ("reticent-verdict", verdict.encode()),
        ("reticent-policy", request.policy.encode()),
    ]
