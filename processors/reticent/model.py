"""The types that flow through the house: records in, documents, findings, verdicts, records out.

Times are seconds since the epoch (float, UTC) inside, RFC 3339 with milliseconds and `Z` on the wire.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

import msgspec

Header = tuple[str, bytes]


class Topic(enum.StrEnum):
    """Logical topics; `settings.Topics` gives each its name on the broker."""

    RAW = "raw"
    SANITIZED = "sanitized"
    APPROVALS = "approvals"
    DECISIONS = "decisions"
    VERDICTS = "verdicts"
    AUDIT = "audit"
    REJECTED = "rejected"
    APPROVAL_STATE = "approval_state"


class Severity(enum.IntEnum):
    """Ordered: overlapping findings resolve to the higher one."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        return self.name.lower()


class VerdictKind(enum.StrEnum):
    RELEASED = "released"
    HELD = "held"
    BLOCKED = "blocked"
    REJECTED = "rejected"


class Action(enum.StrEnum):
    """What is done about a finding, once a policy's applications have chosen.

    redact: a placeholder. partial: the placeholder and the last few characters. hash: the full keyed digest.
    drop: the whole leaf becomes null. summarise: the whole leaf becomes counts and column names. Of JSON in a string
    both take the value in which the finding lies; in ids by which traces are told apart both redact.
    """

    REDACT = "redact"
    PARTIAL = "partial"
    HASH = "hash"
    DROP = "drop"
    SUMMARISE = "summarise"


class BlobKind(enum.StrEnum):
    """What a value is that nobody can read as text. reasoning: encrypted thinking; signature: of thinking."""

    SIGNATURE = "signature"
    REASONING = "reasoning"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    BINARY = "binary"


class BlobAction(enum.StrEnum):
    """What becomes of a blob: `[OPAQUE:<kind>:<bytes>:<digest>]`, null, or itself, unread."""

    REPLACE = "replace"
    DROP = "drop"
    PASS = "pass"  # noqa: S105 - no password


class StepKind(enum.StrEnum):
    SYSTEM = "system"
    PROMPT = "prompt"
    THINKING = "thinking"
    PLAN = "plan"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"
    DB_QUERY = "db_query"
    DB_RESULT = "db_result"
    RETRIEVAL = "retrieval"
    MEMORY = "memory"
    OUTPUT = "output"
    EVENT = "event"
    ERROR = "error"
    OTHER = "other"


class RawRecord(Protocol):
    """What the pure core needs of a consumed record; aiokafka's ConsumerRecord is one as it is.

    `timestamp` is in milliseconds; `timestamp_type` is 1 for LogAppendTime, 0 for CreateTime.
    """

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def timestamp_type(self) -> int | None: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who wrote a record or took a decision, from a verified token only."""

    issuer: str
    subject: str
    tenant: str
    producer: str
    groups: tuple[str, ...] = ()
    expires_at: float = 0.0

    @property
    def person(self) -> tuple[str, str]:
        """What makes two people distinct: (issuer, subject)."""
        return self.issuer, self.subject


class Step(msgspec.Struct, gc=False):
    """One canonical step of a trace. `content` is text or any JSON value; `parent` is another step's seq.

    `path` is the RFC 9535 normalised path of the part of the document it was read from (of JSON in a string, that of
    the string and behind it the path within the JSON): leaves below it are the step's own, which is how a policy
    selects by step kind. `further` are the paths of more parts that carry it on,
    such as the deltas of a stream. Nothing that a step holds leads back to it: Python's collector need not look."""

    seq: int
    kind: StepKind
    content: Any = ""
    name: str = ""
    call_id: str = ""
    parent: int | None = None
    attributes: Mapping[str, Any] = {}
    started_at: str = ""
    ended_at: str = ""
    path: str = ""
    further: Sequence[str] = ()


@dataclass(slots=True)
class Trace:
    """A canonical trace as read from a document of any format. Ids may be empty: the pipeline fills them.

    `steps` may be read only when somebody looks; their number is known at once."""

    trace_id: str = ""
    session_id: str = ""
    started_at: str = ""
    ended_at: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[Step] = ()


class Reason(msgspec.Struct, frozen=True):
    """Why a verdict is what it is: `code` for programs, `message` for people, `rule` the rule or threshold."""

    code: str
    message: str
    rule: str = ""


class Finding(msgspec.Struct, frozen=True):
    """Where something was found; never what. `start` and `end` count characters of the leaf at `path`
    (RFC 9535 normalised path over masked keys). `token` is equal for equal values of one tenant."""

    rule: str
    category: str
    severity: str
    path: str
    start: int
    end: int
    token: str
    action: str = "redact"
    part: Literal["value", "key"] = "value"


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """The answer to the producer, as it stands on traces.verdicts. `traces`: how many the record holds; each of them
    gets its own answer, under the same request id."""

    request_id: str
    trace_id: str
    tenant: str
    producer: str
    verdict: str
    reasons: list[Reason]
    findings: dict[str, int]
    policy: str
    at: str
    approval_id: str | None = None
    traces: int = 1


class AuditEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the gateway with its identity, as it stands on traces.audit.

    `event` is e.g. trace.released, trace.held, trace.blocked, trace.rejected, approval.approved,
    approval.rejected, approval.refused, approval.expired, policy.loaded. `details` holds counts, codes,
    digests and findings, never payload.
    """

    event: str
    at: str
    tenant: str
    producer: str
    subject: str
    issuer: str
    actor: str
    session_id: str
    trace_id: str
    request_id: str
    policy: str
    details: dict[str, Any]


class Masked:
    """Content that has been through masking: the only payload that may leave.

    Made by `masking.py` alone (`_seal` is its key); everything that writes calls `require`.
    """

    __slots__ = ("content", "content_type", "digest", "format")

    def __init__(self, seal: object, *, content: bytes, content_type: str, format: str, digest: str) -> None:
        if seal is not _SEAL:
            msg = "Masked content is made by reticent.masking only"
            raise TypeError(msg)
        self.content, self.content_type, self.format, self.digest = content, content_type, format, digest

    def __repr__(self) -> str:
        return f"Masked({self.format}, {len(self.content)} bytes, {self.digest})"


_SEAL = object()


class Evidence:
    """A typed statement of ours (verdict, audit event, approval request) as canonical JSON bytes."""

    __slots__ = ("content",)

    def __init__(self, statement: msgspec.Struct) -> None:
        self.content: bytes = _encode(statement)

    def __repr__(self) -> str:
        return f"Evidence({len(self.content)} bytes)"


_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to be written. `value` None is a tombstone (allowed on approval_state only)."""

    topic: Topic
    key: bytes
    value: Masked | Evidence | None
    headers: Sequence[Header] = ()
    tenant: str = ""


def rfc3339(seconds: float) -> str:
    """Seconds since the epoch as RFC 3339 UTC with milliseconds: 2026-11-24T08:00:00.000Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_rfc3339(text: str) -> float:
    """The inverse of `rfc3339`. Raises ValueError on anything that is not a date and time with an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        msg = "a time needs an offset, such as Z"
        raise ValueError(msg)
    return moment.timestamp()
