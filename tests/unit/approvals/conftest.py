"""A held trace as the gateway asks about it, and the people of its tenant."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from reticent.approvals import wire
from reticent.approvals.desk import ApprovalDesk
from reticent.approvals.wire import ApprovalRequest
from reticent.errors import AuthenticationError
from reticent.masking import Sealer
from reticent.model import Evidence, Identity, Outgoing, RawRecord, Reason, Topic, rfc3339

from ..records import Record

NOW = 1_790_000_000.0
IDP = "https://idp.example"
MASTER = secrets.token_bytes(32)
SEALER = Sealer(MASTER)
CONTENT = b'{"trace_id":"t-1","steps":[{"content":"the key is [REDACTED:aws:abcdefgh]"}]}'
_offsets = itertools.count()


def person(name: str, **changes: Any) -> Identity:
    """Somebody of acme's security group, with the client that people use."""
    return Identity(**{"issuer": IDP, "subject": name, "tenant": "acme", "producer": "reticent-cli",
                       "groups": ("security",)} | changes)  # fmt: skip


PRODUCER = person("svc-1", producer="inference", groups=("security", "admin"))


def request(content: bytes = CONTENT, *, sealer: Sealer = SEALER, **changes: Any) -> ApprovalRequest:
    """A request as the gateway seals it; `changes` are made before it is sealed."""
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    fields: dict[str, Any] = {
        "source": "traces.raw-0-7", "trace_id": "t-1", "session_id": "s-1", "request_id": "r-1", "tenant": "acme",
        "producer": PRODUCER.producer, "subject": PRODUCER.subject, "issuer": IDP,
        "reasons": [Reason("threshold", "too many secrets", "many-secrets")], "findings": {"secrets": 3},
        "content_digest": digest, "policy": "sha256:" + "0" * 64, "requested_at": rfc3339(NOW),
        "expires_at": rfc3339(NOW + 3600), "minimum": 1, "groups": ["security"],
        "trace": {"trace_id": "t-1", "steps": []}, "content": wire.pack(content), "content_type": "application/json",
        "format": "native", "seal": "", "details": {"bytes": 90, "found_total": 3},
    }  # fmt: skip
    fields |= changes
    asked = ApprovalRequest(**{"approval_id": wire.approval_id(fields["source"], fields["content_digest"])} | fields)
    seal = sealer.seal(content, content_type=asked.content_type, format=asked.format, context=wire.seal_context(asked))
    return msgspec.structs.replace(asked, seal=seal)


def asking(asked: ApprovalRequest) -> Record:
    """The request's record on the approvals topic."""
    return Record(
        msgspec.json.encode(asked), key=asked.approval_id.encode(), topic="traces.approvals", offset=next(_offsets)
    )


def deciding(asked: ApprovalRequest, who: str, decision: str = "approve", *, at: float = NOW, **changes: Any) -> Record:
    """A decision's record: here the token is the name of who decides."""
    message = {
        "approval_id": asked.approval_id, "decision": decision, "content_digest": asked.content_digest,
    } | changes  # fmt: skip
    return Record(
        msgspec.json.encode(message), [("authorization", who.encode())], message["approval_id"].encode(),
        "traces.decisions", 0, next(_offsets), int(at * 1000),
    )  # fmt: skip


class People:
    """Knows people by name; what a real authenticator does is identity's business."""

    def __init__(self) -> None:
        self.known = {name: person(name) for name in ("alice", "bob", "carol")} | {"svc-1": PRODUCER}

    async def prepare(self, records: Sequence[RawRecord]) -> None: ...

    def authenticate(self, record: RawRecord, now: float) -> Identity:
        try:
            return self.known[record.headers[0][1].decode()]
        except (IndexError, KeyError):
            raise AuthenticationError("no-token", "nobody") from None


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def desks(people: People) -> Callable[[], ApprovalDesk]:
    return lambda: ApprovalDesk(0, authenticator=people, sealer=SEALER, mask_reason=masked)


@pytest.fixture
def desk(desks: Callable[[], ApprovalDesk]) -> ApprovalDesk:
    return desks()


def masked(tenant: str, text: str) -> str:
    if "boom" in text:
        raise ValueError(text)
    return text.replace("hunter2", f"[REDACTED:password:{tenant}]")


def of(outputs: Sequence[Outgoing], topic: Topic) -> list[Any]:
    """What was written to a topic: parsed statements, or the Masked itself."""
    found = [output.value for output in outputs if output.topic is topic]
    return [msgspec.json.decode(value.content) if isinstance(value, Evidence) else value for value in found]


def events(outputs: Sequence[Outgoing]) -> list[str]:
    return [event["event"] for event in of(outputs, Topic.AUDIT)]


def codes(outputs: Sequence[Outgoing]) -> list[str]:
    """The codes of refusals."""
    return [event["details"]["code"] for event in of(outputs, Topic.AUDIT) if event["event"] == "approval.refused"]
