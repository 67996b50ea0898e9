"""The state machine: who may decide, and how an approval may go on."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from reticent.approvals.machine import (
    FINAL,
    REFUSALS,
    TRANSITIONS,
    Approval,
    Ballot,
    Choice,
    IllegalTransitionError,
    Input,
    RefusedError,
    State,
    Terms,
    Vote,
)
from reticent.model import Identity

from .conftest import IDP, NOW, PRODUCER, person

DIGEST = "sha256:" + "a" * 64


def approval(minimum: int = 1, groups: frozenset[str] = frozenset({"security"})) -> Approval:
    return Approval(
        Terms(
            tenant="acme",
            issuer=IDP,
            subject=PRODUCER.subject,
            producer=PRODUCER.producer,
            content_digest=DIGEST,
            policy="sha256:p",
            minimum=minimum,
            groups=groups,
            expires_at=NOW + 60,
        )
    )


def decide(on: Approval, who: Identity, choice: Choice = Choice.APPROVE, **changes: Any) -> Approval:
    ballot = Ballot(**{"voter": who, "choice": choice, "content_digest": DIGEST, "at": NOW} | changes)
    return on.decide(ballot, Vote(issuer=who.issuer, subject=who.subject, decision=choice, at=""))


def refused(on: Approval, who: Identity, choice: Choice = Choice.APPROVE, **changes: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        decide(on, who, choice, **changes)
    assert caught.value.message == REFUSALS[caught.value.code]
    return caught.value.code


def test_enough_people_approve_and_it_is_released_once() -> None:
    one = decide(approval(minimum=2), person("alice"))
    assert one.state is State.PENDING
    two = decide(one, person("bob"))
    assert two.state is State.APPROVED
    released = two.release()
    assert released.state is State.RELEASED
    with pytest.raises(IllegalTransitionError):
        released.release()


def test_nothing_leads_out_of_an_end() -> None:
    for state, given in itertools.product(FINAL, Input):
        assert (state, given) not in TRANSITIONS


def test_nothing_is_released_that_was_not_approved() -> None:
    assert [state for state, given in TRANSITIONS if given is Input.RELEASE] == [State.APPROVED]
    for state in set(State) - {State.APPROVED}:
        with pytest.raises(IllegalTransitionError):
            Approval(approval().terms, state).release()


def test_one_rejection_ends_it() -> None:
    half = decide(approval(minimum=2), person("alice"))
    rejected = decide(half, person("bob"), Choice.REJECT)
    assert rejected.state is State.REJECTED
    assert refused(rejected, person("carol")) == "already-decided"


def test_one_person_counts_once_but_may_change_to_no() -> None:
    half = decide(approval(minimum=2), person("alice"))
    assert refused(half, person("alice")) == "already-voted"
    assert refused(half, person("alice", groups=("security", "more"))) == "already-voted"
    assert decide(half, person("alice"), Choice.REJECT).state is State.REJECTED


def test_the_same_subject_of_another_issuer_is_another_person() -> None:
    half = decide(approval(minimum=2), person("alice"))
    assert decide(half, person("alice", issuer="https://other.example")).state is State.APPROVED


@pytest.mark.parametrize(
    "who",
    [
        PRODUCER,
        person(PRODUCER.subject),
        person("alice", producer=PRODUCER.producer),
        person(PRODUCER.producer),
        person(PRODUCER.subject, groups=("security", "admin", "root")),
    ],
)
def test_nobody_decides_on_their_own_trace(who: Identity) -> None:
    assert refused(approval(), who) == "own-trace"
    assert refused(approval(groups=frozenset()), who) == "own-trace"
    assert refused(approval(), who, Choice.REJECT) == "own-trace"


def test_the_submitter_alone_may_withdraw() -> None:
    assert decide(approval(), PRODUCER, Choice.WITHDRAW).state is State.WITHDRAWN
    assert refused(approval(), person("alice"), Choice.WITHDRAW) == "not-submitter"


@pytest.mark.parametrize("choice", [Choice.APPROVE, Choice.REJECT])
def test_refusals(choice: Choice) -> None:
    alice = person("alice")
    assert refused(approval(), person("alice", tenant="globex"), choice) == "wrong-tenant"
    assert refused(approval(), person("alice", groups=("staff",)), choice) == "not-entitled"
    assert refused(approval(), alice, choice, content_digest="sha256:" + "b" * 64) == "wrong-digest"
    assert refused(approval(), alice, choice, policy="sha256:q") == "wrong-policy"
    assert refused(approval(), alice, choice, at=NOW + 60) == "approval-expired"
    assert refused(approval().expire(), alice, choice) == "already-decided"


def test_a_policy_that_names_no_group_asks_for_any_other_person_of_the_tenant() -> None:
    assert decide(approval(groups=frozenset()), person("alice", groups=())).state is State.APPROVED


def test_a_minimum_of_nobody_still_asks_for_somebody() -> None:
    assert approval(minimum=0).state is State.PENDING
    assert decide(approval(minimum=0), person("alice")).state is State.APPROVED
