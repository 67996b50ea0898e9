"""The approvals of one partition: requests and decisions come in, and what leaves for them goes out.

There is no I/O here but `prepare`, and no clock. The state machine decides (`machine.py`); the desk remembers,
verifies what it is given, and says what leaves. Its state can be rebuilt from approval_state at any moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

from ..envelope import source_of
from ..errors import DecodeError, RecordError, UnmaskedError
from ..model import Identity, Masked, Outgoing, RawRecord, Reason, Topic, VerdictKind, from_rfc3339, rfc3339
from . import statements
from .machine import FINAL, Approval, Ballot, Choice, RefusedError, State, Vote
from .shelves import Shelves
from .statements import GATEWAY
from .wire import (
    ApprovalRequest,
    ApprovalState,
    DecisionMessage,
    EarlyDecision,
    approval_id,
    digest_of_trace,
    is_approval_id,
    parse_decision,
    parse_request,
    parse_state,
    seal_context,
    seconds,
    terms,
    unpack,
)

log = logging.getLogger(__name__)

EARLY_SECONDS = 900.0
"""How long a decision waits for its request: the two come by different topics, whose order is nobody's promise."""
EARLY_MOST, EARLY_EACH = 1000, 16
"""Approvals for which decisions wait, and decisions that wait for one approval."""
EXPIRE_MOST = 100
"""Approvals that end in one call of `expire`; the next call ends more."""
DISCARD_MOST = 1000
_LOG_APPEND_TIME = 1


class Authenticates(Protocol):
    """What the desk asks of identity."""

    async def prepare(self, records: Sequence[RawRecord]) -> None: ...
    def authenticate(self, record: RawRecord, now: float) -> Identity: ...


class Opens(Protocol):
    """What the desk asks of masking: the one way back to `Masked`."""

    def open(self, content: bytes, *, content_type: str, format: str, context: bytes, seal: str) -> Masked: ...


@dataclass(frozen=True, slots=True)
class _Ending:
    """How an approval ends. `by`: the source of the record that ends it; `reason` where the state does not say it."""

    state: State
    who: str = GATEWAY
    by: str = ""
    vote: Vote | None = None
    reason: Reason | None = None


class ApprovalDesk:
    """`mask_reason(tenant, text)` masks what an approver wrote, before it goes anywhere."""

    def __init__(
        self, partition: int, *, authenticator: Authenticates, sealer: Opens, mask_reason: Callable[[str, str], str]
    ) -> None:
        self.partition = partition
        self._authenticator, self._sealer, self._mask_reason = authenticator, sealer, mask_reason
        self._shelves = Shelves()

    @property
    def approvals(self) -> Mapping[str, ApprovalState]:
        """Everything the desk knows, by approval id."""
        return self._shelves.everything()

    # what the shell asks

    def restore(self, key: bytes, value: bytes | None) -> None:
        """One committed record of approval_state, in order from the beginning."""
        identifier = key.decode("utf-8", "replace")
        self._shelves.drop(identifier)
        if value is None:
            return
        try:
            known = parse_state(value)
        except DecodeError:
            log.error("the state of an approval on partition %d cannot be read; it is not released", self.partition)  # noqa: TRY400 - the exception's text adds nothing
            return
        if known.approval_id == identifier:
            self._shelves.put(known)

    async def prepare(self, records: Sequence[RawRecord]) -> None:
        await self._authenticator.prepare(records)

    def handle(self, record: RawRecord, now: float, *, source: Literal["approvals", "decisions"]) -> Sequence[Outgoing]:
        """The outputs of one record. Whatever is wrong with it becomes evidence, never an exception."""
        return self._request(record, now) if source == "approvals" else self._decision(record, now)

    def replace(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        """The outputs of `record` were too large: the approval that it began or ended is withdrawn by the gateway."""
        identifier = (record.key or b"").decode("utf-8", "replace")
        known = self._shelves.requested(identifier)
        if known is None or known.request is None:
            return [self._refused(record, None, None, _TOO_LARGE, now)]
        if known.state in FINAL and known.ended_by != source_of(record):
            return []  # what ended it leaves with the record that did
        ending = _Ending(State.WITHDRAWN, by=source_of(record), reason=statements.TOO_LARGE)
        return self._end(known, ending, now)

    def expire(self, now: float) -> Sequence[Outgoing]:
        """What expired by now: final verdicts, evidence and state. At most `EXPIRE_MOST` at a time."""
        outputs: list[Outgoing] = []
        due = [
            known for known in self._shelves.open.values() if known.request and seconds(known.request.expires_at) <= now
        ]
        for known in due[:EXPIRE_MOST]:
            outputs += self._expire(known, now)
        for known in [known for known in self._shelves.early.values() if self._waited(known, now)][:EXPIRE_MOST]:
            self._shelves.drop(known.approval_id)
            outputs += [self._refused_early(each, known.approval_id, _UNKNOWN, now) for each in known.early]
            outputs.append(statements.tombstone(known.approval_id))
        return outputs

    def discard_final(self, before: float) -> Sequence[Outgoing]:
        """Tombstones for approvals that ended before that moment.

        One that could still be approved, were its request replayed, is kept until that time has passed too: it is
        what keeps a replay from releasing twice."""
        gone = [
            known.approval_id
            for known in self._shelves.ended.values()
            if known.ended_at is not None
            and from_rfc3339(known.ended_at) < before
            and known.request is not None
            and seconds(known.request.expires_at) < before
        ][:DISCARD_MOST]
        for identifier in gone:
            self._shelves.drop(identifier)
        return [statements.tombstone(identifier) for identifier in gone]

    # requests

    def _request(self, record: RawRecord, now: float) -> list[Outgoing]:
        try:
            request = parse_request(record.value)
            if self._shelves.requested(request.approval_id):
                return []  # a replay of what is known
            digest = digest_of_trace(request.trace)
            self._verify(record, request, digest)
            ends = terms(request).expires_at
        except (DecodeError, UnmaskedError) as error:
            code = error.code if isinstance(error, DecodeError) else "forged-request"
            message = error.message if isinstance(error, DecodeError) else str(error)
            refused = self._refused(record, None, None, RefusedError(code, message), now)
            rejected = Outgoing(Topic.REJECTED, source_of(record).encode(), refused.value, refused.headers)
            return [refused, rejected]
        waiting = self._shelves.early.get(request.approval_id)
        known = ApprovalState(
            approval_id=request.approval_id,
            request=msgspec.structs.replace(request, trace={}),
            trace_digest=digest,
            updated_at=rfc3339(now),
        )
        self._shelves.put(known)
        if ends <= now:
            return self._expire(known, now)
        return [statements.state(known), *self._settle(record, known, waiting, now)]

    def _verify(self, record: RawRecord, request: ApprovalRequest, trace_digest: str) -> Masked:
        """The content, if the gateway masked and sealed exactly this request."""
        wanted = approval_id(request.source, request.content_digest)
        if request.approval_id != wanted or (record.key or b"") != wanted.encode():
            raise UnmaskedError("the approval id is not that of this source and content")
        return self._opened(request, trace_digest)

    def _opened(self, request: ApprovalRequest, trace_digest: str) -> Masked:
        masked = self._sealer.open(
            unpack(request.content),
            content_type=request.content_type,
            format=request.format,
            context=seal_context(request, trace_digest),
            seal=request.seal,
        )
        if masked.digest != request.content_digest:
            raise UnmaskedError("the content is not what its digest says")
        return masked

    def _settle(
        self, record: RawRecord, known: ApprovalState, waiting: ApprovalState | None, now: float
    ) -> list[Outgoing]:
        """Decisions that came before the request count now, in the order they came."""
        outputs: list[Outgoing] = []
        for early in waiting.early if waiting else ():
            message = DecisionMessage(
                approval_id=known.approval_id,
                decision=early.decision,
                content_digest=early.content_digest,
                reason=early.reason,
                policy=early.policy,
            )
            try:
                outputs += self._vote(source_of(record), early.voter, message, early.at, now)
            except RecordError as error:
                outputs.append(self._refused_early(early, known.approval_id, error, now))
        return outputs

    # decisions

    def _decision(self, record: RawRecord, now: float) -> list[Outgoing]:
        voter: Identity | None = None
        message: DecisionMessage | None = None
        try:
            voter = self._authenticator.authenticate(record, now)
            message = parse_decision(record.key, record.value)
            message = msgspec.structs.replace(message, reason=self._masked_reason(voter, message.reason))
            at = _taken_at(record, now)
            if self._shelves.requested(message.approval_id) is None:
                return self._wait(record, voter, message, at, now)
            return self._vote(source_of(record), voter, message, at, now)
        except RecordError as error:
            return [self._refused(record, voter, message, error, now)]

    def _vote(self, source: str, voter: Identity, message: DecisionMessage, at: float, now: float) -> list[Outgoing]:
        """One step of the state machine, and what leaves for it. Raises RefusedError."""
        known = self._shelves.requested(message.approval_id)
        if known is None or known.request is None:
            raise _UNKNOWN
        request = known.request
        vote = Vote(
            issuer=voter.issuer,
            subject=voter.subject,
            decision=message.decision,
            at=rfc3339(at),
            reason=message.reason,
        )
        ballot = Ballot(voter, message.decision, message.content_digest, at, message.policy)
        approval = known.approval(request).decide(ballot, vote)
        voted = msgspec.structs.replace(known, votes=list(approval.votes), updated_at=rfc3339(now))
        who = statements.actor(voter)
        if approval.state is State.PENDING:
            self._shelves.put(voted)
            return [statements.step(request, voted, who, now, vote), statements.state(voted)]
        if approval.state is State.APPROVED:
            return self._release(voted, approval, vote, now, source)
        return self._end(voted, _Ending(approval.state, who, source, vote), now)

    def _release(self, known: ApprovalState, approved: Approval, vote: Vote, now: float, by: str) -> list[Outgoing]:
        request = _request_of(known)
        try:
            masked = self._opened(request, known.trace_digest)
        except (DecodeError, UnmaskedError):
            # Whoever can write approval_state could have changed it; the seal is what releases, not the vote.
            ending = _Ending(approved.withdraw().state, by=by, reason=statements.BROKEN_CONTENT)
            return self._end(known, ending, now)
        ending = _Ending(approved.release().state, statements.actor(vote), by, vote)
        return [statements.sanitized(request, masked, now), *self._end(known, ending, now)]

    def _wait(
        self, record: RawRecord, voter: Identity, message: DecisionMessage, at: float, now: float
    ) -> list[Outgoing]:
        """Keeps a decision whose request has not come. Raises RefusedError where it cannot be kept."""
        known = self._shelves.early.get(message.approval_id)
        crowded = len(self._shelves.early) >= EARLY_MOST if known is None else len(known.early) >= EARLY_EACH
        if crowded or now - at > EARLY_SECONDS:
            raise _UNKNOWN
        early = EarlyDecision(
            issuer=voter.issuer,
            subject=voter.subject,
            tenant=voter.tenant,
            producer=voter.producer,
            groups=list(voter.groups),
            decision=message.decision,
            content_digest=message.content_digest,
            policy=message.policy,
            reason=message.reason,
            at=at,
            source=source_of(record),
        )
        kept = ApprovalState(
            approval_id=message.approval_id,
            updated_at=rfc3339(now),
            early=[*(known.early if known else ()), early],
        )
        self._shelves.put(kept)
        return [statements.state(kept)]

    def _waited(self, known: ApprovalState, now: float) -> bool:
        return now - known.early[0].at > EARLY_SECONDS

    def _masked_reason(self, voter: Identity, reason: str) -> str:
        if not reason:
            return ""
        try:
            return self._mask_reason(voter.tenant, reason)
        except Exception as error:
            # Any failure of masking hides the reason; it must neither leak it nor stop the decision.
            log.error("an approver's reason could not be masked: %s", type(error).__name__)  # noqa: TRY400 - its text may hold the reason
            return "[the reason could not be masked]"

    # ends

    def _expire(self, known: ApprovalState, now: float) -> list[Outgoing]:
        return self._end(known, _Ending(known.approval(_request_of(known)).expire().state), now)

    def _end(self, known: ApprovalState, ending: _Ending, now: float) -> list[Outgoing]:
        """Verdict, evidence and state of an approval that has ended."""
        request = _request_of(known)
        ended = msgspec.structs.replace(
            known,
            state=ending.state,
            request=msgspec.structs.replace(request, content=""),
            updated_at=rfc3339(now),
            ended_at=rfc3339(now),
            ended_by=ending.by,
        )
        self._shelves.put(ended)
        kind = VerdictKind.RELEASED if ending.state is State.RELEASED else VerdictKind.BLOCKED
        return [
            *statements.final(request, kind, ending.reason or _said(ending), now),
            statements.step(request, ended, ending.who, now, ending.vote),
            statements.state(ended),
        ]

    # evidence

    def _refused(
        self,
        record: RawRecord,
        voter: Identity | None,
        message: DecisionMessage | None,
        error: RecordError,
        now: float,
    ) -> Outgoing:
        identifier = message.approval_id if message else (record.key or b"").decode("utf-8", "replace")
        known = self._shelves.requested(identifier)
        details = {
            "approval_id": identifier if is_approval_id(identifier) else "",
            "code": error.code,
            "message": error.message,
            "decision": message.decision.value if message else "",
            "reason": message.reason if message and voter else "",
            "source": source_of(record),
            "bytes": len(record.value or b""),
        }
        return statements.refusal(known.request if known else None, known, voter, details, now)

    def _refused_early(self, early: EarlyDecision, identifier: str, error: RecordError, now: float) -> Outgoing:
        known = self._shelves.requested(identifier)
        details = {
            "approval_id": identifier,
            "code": error.code,
            "message": error.message,
            "decision": early.decision.value,
            "reason": early.reason,
            "source": early.source,
        }
        return statements.refusal(known.request if known else None, known, early.voter, details, now)


_UNKNOWN = RefusedError(
    "unknown-approval", "no approval of this id is known; take the id from `reticent approvals list` and decide again"
)
_TOO_LARGE = RefusedError("output-too-large", "the evidence about this record is larger than the broker takes")


def _taken_at(record: RawRecord, now: float) -> float:
    """When the broker took the record; never later than now, whatever the broker's clock says."""
    if record.timestamp_type == _LOG_APPEND_TIME:
        return min(record.timestamp / 1000, now)
    return now


def _request_of(known: ApprovalState) -> ApprovalRequest:
    if known.request is None:
        raise LookupError("only decisions have come, and no request")
    return known.request


def _said(ending: _Ending) -> Reason:
    code, message = statements.REASONS[ending.state]
    vote = ending.vote
    if vote is not None and vote.reason and vote.decision is not Choice.APPROVE:
        message = f"{message}; the reason given: {vote.reason}"
    return Reason(code, message)
