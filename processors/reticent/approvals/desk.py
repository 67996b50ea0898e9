"""The approvals of one partition: requests and decisions come in, and what leaves for them goes out.

There is no I/O here but `prepare`, and no clock. The state machine decides (`machine.py`); the desk remembers,
verifies what it is given, and says what leaves. Its state can be rebuilt from approval_state at any moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from ..envelope import source_of
from ..errors import RecordError
from ..model import Identity, Outgoing, RawRecord, Topic, VerdictKind, rfc3339
from . import statements
from .intake import Seals, open_content, refuse_replay, taken_at, verify
from .machine import FINAL, Approval, Ballot, RefusedError, State, Vote
from .recall import Recall, opened
from .shelves import Shelves, size
from .statements import Turn
from .wire import (
    ApprovalRequest,
    ApprovalState,
    DecisionMessage,
    EarlyDecision,
    is_approval_id,
    parse_decision,
    parse_request,
    seconds,
)

log = logging.getLogger(__name__)

EARLY_SECONDS = 900.0
"""How long a decision waits for its request: the two come by different topics, whose order is nobody's promise."""
EARLY_MOST, EARLY_EACH = 1000, 16
"""Approvals for which decisions wait, and decisions that wait for one approval."""
EXPIRE_MOST = 100
"""Approvals that end in one call of `expire`; the next call ends more."""
DISCARD_MOST = 1000
DOUBTED_MOST = 10
"""States that are written anew in one call of `expire`: each may hold a whole trace."""
OPEN_BYTES, OPEN_BYTES_EACH = 64 * 1024 * 1024, 32 * 1024 * 1024
"""What open approvals may take in a desk's memory, and those of one tenant. What is held beyond that is blocked."""


class Authenticates(Protocol):
    """What the desk asks of identity."""

    async def prepare(self, records: Sequence[RawRecord]) -> None: ...
    def authenticate(self, record: RawRecord, now: float) -> Identity: ...


class ApprovalDesk:
    """`mask_reason(tenant, text)` masks what an approver wrote, before it goes anywhere."""

    def __init__(
        self, partition: int, *, authenticator: Authenticates, sealer: Seals, mask_reason: Callable[[str, str], str]
    ) -> None:
        self.partition = partition
        self._authenticator, self._sealer, self._mask_reason = authenticator, sealer, mask_reason
        self._shelves = Shelves()
        self._recall = Recall(partition, sealer, self._shelves)

    @property
    def approvals(self) -> Mapping[str, ApprovalState]:
        """Everything the desk knows, by approval id."""
        return self._shelves.everything()

    # what the shell asks

    def restore(self, key: bytes, value: bytes | None) -> None:
        """One committed record of approval_state, in order from the beginning."""
        self._recall.restore(key, value)

    @property
    def lost(self) -> Collection[str]:
        """Approvals that `restore` could not read, and whose requests `recover` needs."""
        return self._recall.lost

    def recover(self, record: RawRecord) -> None:
        """One committed record of approvals, of those before the partition's offset."""
        self._recall.recover(record)

    async def prepare(self, records: Sequence[RawRecord]) -> None:
        await self._authenticator.prepare(records)

    def handle(self, record: RawRecord, now: float, *, source: Literal["approvals", "decisions"]) -> Sequence[Outgoing]:
        """The outputs of one record. Whatever is wrong with it becomes evidence, never an exception; where our own
        code fails on it, nothing of it counts and the others go on."""
        identifier = (record.key or b"").decode("utf-8", "replace")
        before = self._shelves.known(identifier)
        try:
            return self._request(record, now) if source == "approvals" else self._decision(record, now)
        except Exception as error:
            log.error("a record made the desk's own code fail (%s): %s", type(error).__name__, source_of(record))  # noqa: TRY400 - its text may hold the record's
            self._shelves.drop(identifier)
            if before is not None:
                self._shelves.put(before)
            refused = self._refused(record, None, None, _INTERNAL, now)
            return self._rejected(record, refused) if source == "approvals" else [refused]

    def replace(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        """The outputs of `record` were too large: the approval that it began or ended is withdrawn by the gateway."""
        identifier = (record.key or b"").decode("utf-8", "replace")
        known = self._shelves.requested(identifier)
        if known is None or known.request is None:
            return [self._refused(record, None, None, _TOO_LARGE, now)]
        if known.state in FINAL and known.ended_by != source_of(record):
            return []  # what ended it leaves with the record that did
        turn = Turn(State.WITHDRAWN, by=source_of(record), reason=statements.TOO_LARGE)
        return self._end(known, turn, now)

    def expire(self, now: float) -> Sequence[Outgoing]:
        """What expired by now: final verdicts, evidence and state. At most `EXPIRE_MOST` at a time.

        What was written to approval_state behind the desk's back has its evidence here, and is written over."""
        outputs: list[Outgoing] = []
        for identifier in self._recall.doubted(DOUBTED_MOST):
            outputs += self._set_right(identifier, now)
        for known in self._shelves.expired(now, EXPIRE_MOST):
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
        gone = self._shelves.aged(before, DISCARD_MOST)
        for identifier in gone:
            self._shelves.drop(identifier)
        return [statements.tombstone(identifier) for identifier in gone]

    # requests

    def _request(self, record: RawRecord, now: float) -> list[Outgoing]:
        try:
            request = parse_request(record.value)
            digest = verify(record, request, self._sealer)
            if self._shelves.requested(request.approval_id) is not None:
                return []  # a replay of what is known
            refuse_replay(record, request, now)
        except RecordError as error:
            return self._rejected(record, self._refused(record, None, None, error, now))
        waiting = self._shelves.early.get(request.approval_id)
        known = opened(request, digest, rfc3339(now))
        if seconds(request.expires_at) <= now:
            begun = self._expire(known, now)
        elif self._crowded(request.tenant, size(known)):
            turn = Turn(State.WITHDRAWN, by=source_of(record), reason=statements.TOO_MANY_HELD)
            begun = self._end(known, turn, now)
        else:
            self._shelves.put(known)
            begun = [self._state(known)]
        return [*begun, *self._settle(record, known, waiting, now)]

    def _crowded(self, tenant: str, more: int) -> bool:
        """Nobody's traces may take all the room: neither the worker's nor that of other tenants."""
        room = self._shelves.room
        return room[tenant] + more > OPEN_BYTES_EACH or room.total() + more > OPEN_BYTES

    def _settle(
        self, record: RawRecord, known: ApprovalState, waiting: ApprovalState | None, now: float
    ) -> list[Outgoing]:
        """Decisions that came before the request count now, in the order they came."""
        outputs: list[Outgoing] = []
        for early in waiting.early if waiting else ():
            try:
                outputs += self._vote(source_of(record), early.voter, early.message(known.approval_id), early.at, now)
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
            at = taken_at(record, now)
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
            turn = Turn(State.PENDING, who, source, vote)
            return [statements.step(request, voted, turn, now), self._state(voted)]
        if approval.state is State.APPROVED:
            return self._release(voted, approval, vote, now, source)
        return self._end(voted, Turn(approval.state, who, source, vote), now)

    def _release(self, known: ApprovalState, approved: Approval, vote: Vote, now: float, by: str) -> list[Outgoing]:
        request = _request_of(known)
        try:
            masked = open_content(request, known.trace_digest, self._sealer)
        except RecordError:
            # Whoever can write approval_state could have changed it; the seal is what releases, not the vote.
            turn = Turn(approved.withdraw().state, by=by, reason=statements.BROKEN_CONTENT)
            return self._end(known, turn, now)
        turn = Turn(approved.release().state, statements.actor(vote), by, vote)
        return [statements.sanitized(request, masked, now), *self._end(known, turn, now)]

    def _wait(
        self, record: RawRecord, voter: Identity, message: DecisionMessage, at: float, now: float
    ) -> list[Outgoing]:
        """Keeps a decision whose request has not come. Raises RefusedError where it cannot be kept."""
        known = self._shelves.early.get(message.approval_id)
        crowded = len(self._shelves.early) >= EARLY_MOST if known is None else len(known.early) >= EARLY_EACH
        if crowded or now - at > EARLY_SECONDS:
            raise _UNKNOWN
        early = EarlyDecision.of(voter, message, at, source_of(record))
        kept = ApprovalState(
            approval_id=message.approval_id,
            updated_at=rfc3339(now),
            early=[*(known.early if known else ()), early],
        )
        self._shelves.put(kept)
        return [self._state(kept)]

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
        return self._end(known, Turn(known.approval(_request_of(known)).expire().state), now)

    def _end(self, known: ApprovalState, turn: Turn, now: float) -> list[Outgoing]:
        """Verdict, evidence and state of an approval that has ended."""
        request = _request_of(known)
        ended = msgspec.structs.replace(
            known,
            state=turn.state,
            request=msgspec.structs.replace(request, content="", details=request.details | {"found": []}),
            updated_at=rfc3339(now),
            ended_at=rfc3339(now),
            ended_by=turn.by,
        )
        self._shelves.put(ended)
        kind = VerdictKind.RELEASED if turn.state is State.RELEASED else VerdictKind.BLOCKED
        return [
            *statements.final(request, kind, statements.why(turn), now),
            statements.step(request, ended, turn, now),
            self._state(ended),
        ]

    def _state(self, known: ApprovalState) -> Outgoing:
        return statements.state(self._recall.sealed(known))

    # evidence

    def _rejected(self, record: RawRecord, refused: Outgoing) -> list[Outgoing]:
        """A request that is none: said again where operators look for it."""
        rejected = Outgoing(Topic.REJECTED, source_of(record).encode(), refused.value, refused.headers)
        return [refused, rejected]

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
        refused = statements.Refused(
            identifier if is_approval_id(identifier) else "",
            error,
            source_of(record),
            message.decision.value if message else "",
            message.reason if message and voter else "",
        )
        return statements.refusal(known, voter, refused, now)

    def _set_right(self, identifier: str, now: float) -> list[Outgoing]:
        known = self._shelves.known(identifier)
        named = is_approval_id(identifier)
        refused = statements.Refused(identifier if named else "", _FORGED_STATE, "")
        evidence = statements.refusal(self._shelves.requested(identifier), None, refused, now)
        if known is not None:
            return [evidence, self._state(known)]
        return [evidence, statements.tombstone(identifier)] if named else [evidence]

    def _refused_early(self, early: EarlyDecision, identifier: str, error: RecordError, now: float) -> Outgoing:
        refused = statements.Refused(identifier, error, early.source, early.decision.value, early.reason)
        return statements.refusal(self._shelves.requested(identifier), early.voter, refused, now)


_UNKNOWN = RefusedError(
    "unknown-approval", "no approval of this id is known; take the id from `reticent approvals list` and decide again"
)
_FORGED_STATE = RefusedError(
    "forged-state",
    "a record of approval_state is not the desk's own, so it does not count; find out who may write to that topic",
)
_INTERNAL = RefusedError("internal", "the gateway's own code failed on this record; report it with its source")
_TOO_LARGE = RefusedError("output-too-large", "the evidence about this record is larger than the broker takes")


def _request_of(known: ApprovalState) -> ApprovalRequest:
    if known.request is None:
        raise LookupError("only decisions have come, and no request")
    return known.request
