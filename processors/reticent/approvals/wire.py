"""What approvals look like on the topics: requests, decisions and state, read strictly and within bounds."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import zstandard

from ..errors import DecodeError
from ..formats.jsontext import refuse_repeats
from ..model import Identity, Reason, Step, Trace, from_rfc3339
from .machine import Approval, Choice, State, Terms, Vote

DECISION_BYTES = 64 * 1024
REASON_CHARACTERS = 2000
CONTENT_BYTES = 64 * 1024 * 1024
"""The most that a request's content may inflate to."""
TRACE_BYTES = 512 * 1024
"""What the readable trace of a request may take; the content to be released is never cut."""
TEXT_CHARACTERS = 16 * 1024
"""Of one text in the readable trace."""
_ID = re.compile(r"ap-[a-z2-7]{16}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_DEPTH = 64


class ApprovalRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A held trace that asks for approval. `content` is base64 of zstd of the masked wire bytes; `seal` is the
    gateway's, over the content and `seal_context`; `trace` is what people read, cut where `truncated`."""

    approval_id: str
    trace_id: str
    session_id: str
    request_id: str
    tenant: str
    producer: str
    subject: str
    issuer: str
    reasons: list[Reason]
    findings: dict[str, int]
    content_digest: str
    policy: str
    requested_at: str
    expires_at: str
    minimum: int
    groups: list[str]
    trace: dict[str, Any]
    content: str
    content_type: str
    format: str
    seal: str
    source: str
    traceparent: str = ""
    truncated: bool = False
    details: dict[str, Any] = {}


class DecisionMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person says. `content_digest` binds it to the content they looked at; `policy`, when given, to the
    policy that held it."""

    approval_id: str
    decision: Choice
    content_digest: str
    reason: str = ""
    policy: str = ""


class EarlyDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that came before its request, from a verified token. `at`: seconds since the epoch, of the broker."""

    issuer: str
    subject: str
    tenant: str
    producer: str
    groups: list[str]
    decision: Choice
    content_digest: str
    policy: str
    reason: str
    at: float
    source: str

    @classmethod
    def of(cls, voter: Identity, message: DecisionMessage, at: float, source: str) -> EarlyDecision:
        return cls(
            issuer=voter.issuer, subject=voter.subject, tenant=voter.tenant, producer=voter.producer,
            groups=list(voter.groups), decision=message.decision, content_digest=message.content_digest,
            policy=message.policy, reason=message.reason, at=at, source=source,
        )  # fmt: skip

    @property
    def voter(self) -> Identity:
        return Identity(self.issuer, self.subject, self.tenant, self.producer, tuple(self.groups))

    def message(self, approval_id: str) -> DecisionMessage:
        return DecisionMessage(
            approval_id=approval_id, decision=self.decision, content_digest=self.content_digest, reason=self.reason,
            policy=self.policy,
        )  # fmt: skip


class ApprovalState(msgspec.Struct, frozen=True, kw_only=True):
    """All the desk knows of one approval, as it stands on the compacted approval_state topic.

    `request` is kept without its trace, and without its content once the approval ended; it is None while only
    decisions have come (`early`). `ended_by` is the source of the record that ended it, empty for time. `seal` is the
    desk's, over all the rest.
    """

    approval_id: str
    state: State = State.PENDING
    votes: list[Vote] = []
    request: ApprovalRequest | None = None
    trace_digest: str = ""
    updated_at: str
    ended_at: str | None = None
    ended_by: str = ""
    early: list[EarlyDecision] = []
    seal: str = ""

    def approval(self, request: ApprovalRequest) -> Approval:
        """As the state machine sees it."""
        return Approval(terms(request), self.state, tuple(self.votes))


def terms(request: ApprovalRequest) -> Terms:
    """Raises DecodeError where `expires_at` is no time."""
    return Terms(
        tenant=request.tenant,
        issuer=request.issuer,
        subject=request.subject,
        producer=request.producer,
        content_digest=request.content_digest,
        policy=request.policy,
        minimum=request.minimum,
        groups=frozenset(request.groups),
        expires_at=seconds(request.expires_at),
    )


def seconds(text: str) -> float:
    """RFC 3339 to seconds since the epoch. Raises DecodeError."""
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        raise DecodeError("broken-request", "a time in the request is not RFC 3339") from None


def approval_id(source: str, content_digest: str) -> str:
    """The same for the same record with the same masked content, so that a replay asks for nothing twice."""
    digest = hashlib.sha256(f"{source}\n{content_digest}".encode()).digest()
    return "ap-" + base64.b32encode(digest).decode()[:16].lower()


def is_approval_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def digest_of_trace(trace: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(trace, order="sorted")).hexdigest()


def seal_context(request: ApprovalRequest, trace_digest: str = "") -> bytes:
    """All of a request that decides or informs a decision, but the content: what the seal is over besides it.

    The trace that people read enters by its digest, which `trace_digest` gives where the trace itself is gone.
    """
    bare = msgspec.structs.replace(request, seal="", content="", trace={})
    digest = trace_digest or digest_of_trace(request.trace)
    return msgspec.json.encode([bare, digest], order="sorted")


def pack(content: bytes) -> str:
    """base64 of zstd, as requests carry content."""
    return base64.b64encode(zstandard.ZstdCompressor(level=3).compress(content)).decode()


def unpack(text: str, limit: int = CONTENT_BYTES) -> bytes:
    """The inverse of `pack`. Raises DecodeError `broken-request`, also past `limit` bytes."""
    try:
        packed = base64.b64decode(text, validate=True)
        # A frame of ours always says its size; -1 is one that does not, which could inflate to anything.
        known = 0 <= zstandard.frame_content_size(packed) <= limit
        content = zstandard.ZstdDecompressor().decompress(packed) if known else None
    except (binascii.Error, ValueError, zstandard.ZstdError):
        raise DecodeError("broken-request", "the request's content is not base64 of zstd") from None
    if content is None:
        raise DecodeError("broken-request", f"the request's content does not say its size, or exceeds {limit} bytes")
    return content


_requests = msgspec.json.Decoder(ApprovalRequest)
_decisions = msgspec.json.Decoder(DecisionMessage)
_states = msgspec.json.Decoder(ApprovalState)


def parse_request(value: bytes | None) -> ApprovalRequest:
    """Raises DecodeError `broken-request`."""
    try:
        return _requests.decode(value or b"")
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise DecodeError(
            "broken-request", "the record is no approval request; only the gateway writes there"
        ) from None


def parse_state(value: bytes) -> ApprovalState:
    """Raises DecodeError `broken-state`."""
    try:
        known = _states.decode(value)
        for moment in (known.request.expires_at if known.request else None, known.ended_at):
            if moment is not None:
                seconds(moment)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, DecodeError):
        raise DecodeError("broken-state", "the record is no approval's state; only reticent writes there") from None
    if known.request is None and not known.early:
        raise DecodeError("broken-state", "neither a request nor a decision is in the state")
    return known


def parse_decision(key: bytes | None, value: bytes | None) -> DecisionMessage:
    """A decision, which people may have written by hand.

    Raises DecodeError: empty, too-large, not-json, duplicate-keys, malformed-decision, wrong-key.
    """
    if not value:
        raise DecodeError("empty", "a decision is a JSON object: {approval_id, decision, content_digest, reason}")
    if len(value) > DECISION_BYTES:
        raise DecodeError("too-large", f"a decision has at most {DECISION_BYTES} bytes; shorten the reason")
    try:
        message = _decisions.decode(value)
    except msgspec.ValidationError as error:
        raise DecodeError("malformed-decision", _explained(str(error))) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise DecodeError("not-json", "a decision is one JSON object in UTF-8") from None
    # no field holds an object, so these are all the keys there are
    refuse_repeats(value, 2 * len(msgspec.json.decode(value, type=dict[str, str])))
    if not is_approval_id(message.approval_id):
        raise DecodeError("malformed-decision", "approval_id is ap- and 16 characters; see `reticent approvals list`")
    if not _DIGEST.fullmatch(message.content_digest):
        raise DecodeError(
            "malformed-decision", "content_digest is sha256: and 64 hexadecimal digits, as in the request"
        )
    if len(message.reason) > REASON_CHARACTERS:
        raise DecodeError("malformed-decision", f"a reason has at most {REASON_CHARACTERS} characters")
    if key is None or key != message.approval_id.encode():
        raise DecodeError("wrong-key", "the record's key must be its approval_id, so that it meets its request")
    return message


_FIELDS = ", ".join(DecisionMessage.__struct_fields__)
_NAMED = re.compile(r"`(?:\$\.)?([a-z_]{1,20})`")


def _explained(complaint: str) -> str:
    """msgspec's complaint without anything a person wrote: only names of our own fields pass."""
    named = [name for name in _NAMED.findall(complaint) if name in DecisionMessage.__struct_fields__]
    what = (
        f"{named[-1]} is missing or not as it should be" if named else "there is a field that a decision does not have"
    )
    return f"{what}; a decision has {_FIELDS}, and says approve, reject or withdraw"


def canonical(trace: Trace) -> tuple[dict[str, Any], bool]:
    """The masked trace as people read it, and whether it was cut to `TRACE_BYTES`."""
    cutter = _Cutter()
    steps: list[dict[str, Any]] = []
    shown: dict[str, Any] = {
        "trace_id": cutter.plain(trace.trace_id),
        "session_id": cutter.plain(trace.session_id),
        "started_at": cutter.plain(trace.started_at),
        "ended_at": cutter.plain(trace.ended_at),
        "attributes": cutter.bounded(trace.attributes, TEXT_CHARACTERS),
        "steps": steps,
    }
    room = TRACE_BYTES - len(msgspec.json.encode(shown))
    for step in trace.steps:
        plain = _step(step, cutter)
        room -= len(msgspec.json.encode(plain)) + 1
        if room < 0:
            cutter.cut = True
            break
        steps.append(plain)
    return shown, cutter.cut


def _step(step: Step, cutter: _Cutter) -> dict[str, Any]:
    return {
        "seq": step.seq,
        "kind": step.kind.value,
        "name": cutter.plain(step.name),
        "call_id": cutter.plain(step.call_id),
        "parent": step.parent,
        "content": cutter.plain(step.content),
        "attributes": cutter.plain(step.attributes),
        "started_at": cutter.plain(step.started_at),
        "ended_at": cutter.plain(step.ended_at),
    }


class _Cutter:
    """Makes any value JSON that always encodes, and remembers whether something was left out."""

    def __init__(self) -> None:
        self.cut = False

    def plain(self, value: Any, depth: int = 0) -> Any:
        if isinstance(value, Mapping | list | tuple):
            return self._container(value, depth + 1)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if isinstance(value, int) and not -(2**63) <= value < 2**64:
            return self._text(hex(value))
        return value if value is None or isinstance(value, int | float) else self._text(str(value))

    def _container(self, value: Mapping[Any, Any] | Sequence[Any], depth: int) -> Any:
        if depth > _DEPTH:
            self.cut = True
            return "..."
        if isinstance(value, Mapping):
            return {self._text(str(key)): self.plain(item, depth) for key, item in value.items()}
        return [self.plain(item, depth) for item in value]

    def bounded(self, value: Mapping[str, Any], limit: int) -> Any:
        plain = self.plain(value)
        if len(msgspec.json.encode(plain)) <= limit:
            return plain
        self.cut = True
        return {}

    def _text(self, text: str) -> str:
        if len(text) > TEXT_CHARACTERS:
            self.cut = True
            text = text[:TEXT_CHARACTERS] + "..."
        # A lone surrogate has no UTF-8.
        return text.encode("utf-8", "replace").decode()
