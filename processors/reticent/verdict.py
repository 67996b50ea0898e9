"""Verdicts: the one place where it is decided what becomes of a trace, with reasons for programs and for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .errors import AuthenticationError, DecodeError, RecordError
from .model import Finding, Reason, Severity, VerdictKind
from .policy import CompiledPolicy
from .policy.compile import Threshold

REASONS: Mapping[str, str] = {
    # identity: rejected
    "no-token": "send exactly one authorization header with a bearer token",
    "two-tokens": "send exactly one authorization header",
    "malformed-token": "send a JWT that the issuer signed, as `Bearer <JWT>`",
    "unsupported-algorithm": "sign with an asymmetric algorithm that fits the issuer's key",
    "unknown-issuer": "have the issuer added to identity.issuers",
    "unknown-key": "check that the issuer still publishes the key that signed the token",
    "keys-unavailable": "check that the gateway can reach the issuer's keys, then send again",
    "bad-signature": "get a fresh token from the issuer",
    "wrong-audience": "ask the issuer for a token of the gateway's audience",
    "expired": "get a fresh token and send again",
    "not-yet-valid": "check the clock of the producer and the issuer",
    "missing-claim": "check the claim mapping in identity.issuers",
    "unknown-crit": "send a token without critical extensions",
    "unknown-tenant": "have the tenant added to identity.tenants",
    "wrong-tenant-topic": "write to the topic of the token's own tenant",
    "stale": "send again: the record waited too long behind its token's end",
    # decoding: rejected
    "empty": "send one document a record",
    "malformed": "check the record's headers",
    "header-too-large": "send smaller headers",
    "not-json": "check the producer's serializer or content-type",
    "truncated": "send the whole document",
    "not-protobuf": "send the whole message, and check reticent-format and content-type",
    "not-utf8": "encode the document as UTF-8",
    "not-finite": "send null or a string for NaN and Infinity",
    "duplicate-keys": "send each key of an object once",
    "wrong-format": "check reticent-format and content-type against docs/formats.md",
    "unknown-format": "name a format of docs/formats.md",
    "unknown-content-type": "name a media type of docs/formats.md, or set reticent-format",
    "unknown-schema": "write with the schema in schemas/, or one that the registry of the configuration knows",
    "schema-unavailable": "check that the gateway can reach the schema registry, then send again",
    "unknown-encoding": "use identity, gzip or zstd",
    "broken-encoding": "check content-encoding",
    # limits: blocked
    "too-large": "split the trace, or raise limits.record_bytes and limits.inflated_bytes",
    "too-deep": "flatten the document, or raise limits.depth",
    "too-many-leaves": "split the trace, or raise limits.leaves",
    "too-many-findings": "split the trace, or raise limits.findings",
    "scan-timeout": "split the trace, or raise limits.scan_seconds",
    "engine-error": "report it with the record's source; nothing left unscanned",
    "residue": "report it with the record's source; nothing left half masked",
    "output-too-large": "send smaller traces, or raise max.message.bytes of the output topics",
    "internal": "report it with the record's source; the gateway went on",
    # judgement
    "threshold": "an approver decides on a held trace: `reticent approvals list`",
    "shadow": "nothing: the policy is in shadow mode and only says what it would have done",
    "approved": "nothing: an approver let it pass",
    "approval-rejected": "ask the approver, who may have given a reason",
    "approval-withdrawn": "send the trace again when it is wanted",
    "forged-request": "find out who may write to the approvals topics; nothing of it left",
    "too-many-held": "decide on what waits (`reticent approvals list`), then send it again",
    "approval-expired": "send the trace again and have it approved in time",
}
"""Every code a verdict may carry, with what to do about it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What thresholds weigh besides findings. `bytes`: of the raw payload."""

    bytes: int
    steps: int
    leaves: int
    format: str
    tenant: str
    producer: str
    session: str


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: VerdictKind
    reasons: tuple[Reason, ...] = ()


def decide(policy: CompiledPolicy, facts: Facts, findings: Sequence[Finding]) -> Decision:
    """What the thresholds say: blocked before held before released. In shadow mode it is released, and the reasons
    say what enforcing would have done."""
    reached = [(each, why) for each in policy.thresholds if (why := _reached(each, facts, findings))]
    if not reached:
        return Decision(VerdictKind.RELEASED)
    kind = VerdictKind.BLOCKED if any(each.action == "block" for each, _ in reached) else VerdictKind.HELD
    reasons = [Reason("threshold", f"{why}; {_NEXT[each.action]}", each.id) for each, why in reached]
    if policy.mode == "shadow":
        shadow = Reason("shadow", f"the policy would have made this {kind.value}, but it is in shadow mode")
        return Decision(VerdictKind.RELEASED, (shadow, *reasons))
    return Decision(kind, tuple(reasons))


_NEXT = {
    "hold": "the masked trace waits for an approver (`reticent approvals list`)",
    "block": "nothing of it leaves; remove the cause and send it again",
}


def _reached(threshold: Threshold, facts: Facts, findings: Sequence[Finding]) -> str:
    """Why the threshold is reached, or an empty text."""
    when = threshold.when
    if when.tenant not in (None, facts.tenant) or when.format not in (None, facts.format):
        return ""
    why: list[str] = []
    for name, least in (("bytes", when.bytes), ("steps", when.steps), ("leaves", when.leaves)):
        if least is not None:
            value = getattr(facts, name)
            if value < least:
                return ""
            why.append(f"the trace has {value} {name} ({least} are allowed to pass unseen)")
    counted = any(x is not None for x in (when.findings, when.distinct, when.repeated, when.category, when.severity))
    if counted or threshold.rules:
        about = [finding for finding in findings if _selected(threshold, finding)]
        named = f"{when.category} " if when.category else ""
        for least, measure, text in (
            (when.distinct, _distinct, "different {}values were found"),
            (when.repeated, _repeated, "times the same {}value was found"),
            (when.findings or 1, len, "{}findings"),
        ):
            if least is not None:
                value = measure(about)
                if value < least:
                    return ""
                words = text.format(named)
                why.append(f"{value} {words.removesuffix('s') if value == 1 else words}")
    return " and ".join(why[:2])


def _selected(threshold: Threshold, finding: Finding) -> bool:
    when = threshold.when
    return (
        (when.category is None or finding.category == when.category)
        and (when.severity is None or Severity[finding.severity.upper()] >= Severity[when.severity.upper()])
        and (not threshold.rules or finding.rule in threshold.rules)
    )


def _distinct(findings: Sequence[Finding]) -> int:
    return len({finding.token for finding in findings})


def _repeated(findings: Sequence[Finding]) -> int:
    return max(Counter(finding.token for finding in findings).values(), default=0)


_Measure = Callable[[Sequence[Finding]], int]


def failure(error: RecordError) -> Decision:
    """Rejected when the record cannot be believed or read, blocked when it reached a limit."""
    refused = isinstance(error, AuthenticationError | DecodeError)
    advice = REASONS.get(error.code, "")
    message = error.message if advice in error.message else f"{error.message} - {advice}"
    return Decision(VerdictKind.REJECTED if refused else VerdictKind.BLOCKED, (Reason(error.code, message),))


def internal() -> Decision:
    message = f"the gateway's own code failed on this record, so it is blocked - {REASONS['internal']}"
    return Decision(VerdictKind.BLOCKED, (Reason("internal", message),))


def count(findings: Sequence[Finding]) -> dict[str, int]:
    """Findings by category."""
    return dict(Counter(finding.category for finding in findings))
