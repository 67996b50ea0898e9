"""The life of one approval as a pure state machine: who may decide, what counts, and how it ends.

The whole of it is the table below. An approval begins PENDING. Every vote that counts is one step: VOTE while more
are needed, ENOUGH with the one that completes the minimum, REJECT with the first entitled person who says no. Time
gives EXPIRE; the submitter (or the gateway, when the content cannot leave) gives WITHDRAW. APPROVED is not the end:
the content has still to leave, and RELEASE can happen once, because RELEASED is in no key of the table. What is not
in the table cannot happen; asking for it raises.

    PENDING --VOTE--> PENDING --ENOUGH--> APPROVED --RELEASE--> RELEASED
       |--REJECT--> REJECTED    |--EXPIRE--> EXPIRED    |--WITHDRAW--> WITHDRAWN

Before a vote is a step it passes `_RULES`, in order; each refuses with a code. Nobody is exempt: there is no
administrator here. A refused vote changes nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import msgspec

from ..errors import RecordError
from ..model import Identity


class State(enum.StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    RELEASED = "released"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Input(enum.Enum):
    VOTE = "vote"
    ENOUGH = "enough"
    REJECT = "reject"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    RELEASE = "release"


TRANSITIONS: Mapping[tuple[State, Input], State] = {
    (State.PENDING, Input.VOTE): State.PENDING,
    (State.PENDING, Input.ENOUGH): State.APPROVED,
    (State.PENDING, Input.REJECT): State.REJECTED,
    (State.PENDING, Input.EXPIRE): State.EXPIRED,
    (State.PENDING, Input.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Input.RELEASE): State.RELEASED,
    (State.APPROVED, Input.WITHDRAW): State.WITHDRAWN,
}

FINAL = frozenset({State.RELEASED, State.REJECTED, State.EXPIRED, State.WITHDRAWN})


class Choice(enum.StrEnum):
    """What a person may say. Withdrawing is the submitter's own; the other two are everybody else's."""

    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class RefusedError(RecordError):
    """A decision that does not count. `code` is one of `REFUSALS`."""


class IllegalTransitionError(RuntimeError):
    """A step that the table does not know: a bug in the caller, never the fault of a person."""


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that counted. `at` is RFC 3339; `reason` is masked."""

    issuer: str
    subject: str
    decision: Choice
    at: str
    reason: str = ""

    @property
    def person(self) -> tuple[str, str]:
        return self.issuer, self.subject


@dataclass(frozen=True, slots=True)
class Terms:
    """What an approval binds, fixed when the trace was held. `expires_at`: seconds since the epoch.

    `issuer`, `subject` and `producer` are the submitting token's. Without `groups` any other person of the tenant
    may decide.
    """

    tenant: str
    issuer: str
    subject: str
    producer: str
    content_digest: str
    policy: str
    minimum: int
    groups: frozenset[str]
    expires_at: float


@dataclass(frozen=True, slots=True)
class Ballot:
    """A decision as it was cast. `at`: when the broker took it, seconds since the epoch. An empty `policy` makes
    no claim about the policy."""

    voter: Identity
    choice: Choice
    content_digest: str
    at: float
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval at one moment; every step gives another."""

    terms: Terms
    state: State = State.PENDING
    votes: tuple[Vote, ...] = ()

    @property
    def approvers(self) -> frozenset[tuple[str, str]]:
        """The distinct people who approved."""
        return frozenset(vote.person for vote in self.votes if vote.decision is Choice.APPROVE)

    def decide(self, ballot: Ballot, vote: Vote) -> Approval:
        """The approval after this ballot, of which `vote` is kept. Raises RefusedError, and then nothing changed."""
        for rule in _RULES:
            rule(self, ballot)
        voted = replace(self, votes=(*self.votes, vote))
        if ballot.choice is Choice.WITHDRAW:
            return voted._step(Input.WITHDRAW)
        if ballot.choice is Choice.REJECT:
            return voted._step(Input.REJECT)
        enough = len(voted.approvers) >= max(1, self.terms.minimum)
        return voted._step(Input.ENOUGH if enough else Input.VOTE)

    def release(self) -> Approval:
        return self._step(Input.RELEASE)

    def expire(self) -> Approval:
        return self._step(Input.EXPIRE)

    def withdraw(self) -> Approval:
        """By the gateway, because the content cannot leave."""
        return self._step(Input.WITHDRAW)

    def _step(self, given: Input) -> Approval:
        try:
            return replace(self, state=TRANSITIONS[self.state, given])
        except KeyError:
            raise IllegalTransitionError(f"{given.value} is no step of an approval that is {self.state}") from None


REFUSALS: Mapping[str, str] = {
    "already-decided": "the approval has ended, so this decision changes nothing; see `reticent approvals show`",
    "approval-expired": "the approval expired before this decision; have the producer send the trace again",
    "wrong-tenant": "the approver belongs to another tenant; somebody of the trace's own tenant must decide",
    "own-trace": "nobody decides on what they or their own service submitted; ask another person",
    "not-submitter": "only who submitted the trace may withdraw it; reject it instead",
    "not-entitled": "the approver is in none of the groups the policy names; ask somebody who is",
    "wrong-digest": "the decision is about other content than what is held; look again and give its content_digest",
    "wrong-policy": "the decision is about another policy than the one that held the trace; look at it again",
    "already-voted": "this person has approved already and counts once; another person must approve",
}
"""Every code of a refusal made here, with what happened and what to do."""


def _refuse(code: str) -> RefusedError:
    return RefusedError(code, REFUSALS[code])


def _is_open(approval: Approval, ballot: Ballot) -> None:
    if approval.state is not State.PENDING:
        raise _refuse("already-decided")
    if ballot.at >= approval.terms.expires_at:
        raise _refuse("approval-expired")


def _is_of_the_tenant(approval: Approval, ballot: Ballot) -> None:
    if ballot.voter.tenant != approval.terms.tenant:
        raise _refuse("wrong-tenant")


def _is_another_person(approval: Approval, ballot: Ballot) -> None:
    terms, voter = approval.terms, ballot.voter
    submitter = voter.person == (terms.issuer, terms.subject)
    if ballot.choice is Choice.WITHDRAW:
        if not submitter:
            raise _refuse("not-submitter")
        return
    # A service may act under its client id as subject, so the producer's name counts on both sides.
    if submitter or terms.producer in (voter.producer, voter.subject):
        raise _refuse("own-trace")


def _is_entitled(approval: Approval, ballot: Ballot) -> None:
    groups = approval.terms.groups
    if ballot.choice is not Choice.WITHDRAW and groups and groups.isdisjoint(ballot.voter.groups):
        raise _refuse("not-entitled")


def _is_about_this(approval: Approval, ballot: Ballot) -> None:
    if ballot.content_digest != approval.terms.content_digest:
        raise _refuse("wrong-digest")
    if ballot.policy and ballot.policy != approval.terms.policy:
        raise _refuse("wrong-policy")


def _is_new(approval: Approval, ballot: Ballot) -> None:
    # Who approved may still reject: a change of mind towards caution is welcome.
    if ballot.choice is Choice.APPROVE and ballot.voter.person in approval.approvers:
        raise _refuse("already-voted")


_RULES: tuple[Callable[[Approval, Ballot], None], ...] = (
    _is_open,
    _is_of_the_tenant,
    _is_another_person,
    _is_entitled,
    _is_about_this,
    _is_new,
)
