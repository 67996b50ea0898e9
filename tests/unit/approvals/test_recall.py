"""What is written to approval_state behind the desk's back does not count, and leaves evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import pytest

from reticent.approvals import wire
from reticent.approvals.desk import ApprovalDesk
from reticent.approvals.machine import Choice, Vote
from reticent.masking import Sealer
from reticent.model import Evidence, Outgoing, Topic, rfc3339

from .conftest import CONTENT, IDP, NOW, SEALER, People, asking, codes, deciding, events, masked, of, request

Make = Callable[[], ApprovalDesk]
GHOST = Vote(issuer=IDP, subject="ghost", decision=Choice.APPROVE, at=rfc3339(NOW))


def states(outputs: Sequence[Outgoing]) -> list[tuple[bytes, bytes | None]]:
    """The records of approval_state among them."""
    return [
        (output.key, output.value.content if isinstance(output.value, Evidence) else None)
        for output in outputs
        if output.topic is Topic.APPROVAL_STATE
    ]


def said(desk: ApprovalDesk, asked: wire.ApprovalRequest, *who: str) -> list[tuple[bytes, bytes | None]]:
    """The state that a request and these people's approvals leave."""
    log = states(desk.handle(asking(asked), NOW, source="approvals"))
    for name in who:
        log += states(desk.handle(deciding(asked, name), NOW, source="decisions"))
    return log


def forged(value: bytes | None, **changes: object) -> bytes:
    assert value is not None
    return msgspec.json.encode(msgspec.structs.replace(wire.parse_state(value), **changes))


def restored(desk: ApprovalDesk, *log: tuple[bytes, bytes | None]) -> ApprovalDesk:
    for key, value in log:
        desk.restore(key, value)
    return desk


def approve(desk: ApprovalDesk, asked: wire.ApprovalRequest, who: str) -> list[str]:
    return events(desk.handle(deciding(asked, who), NOW, source="decisions"))


def test_a_forged_vote_counts_for_nothing(desks: Make) -> None:
    asked = request(minimum=2)
    (key, value), *_ = said(desks(), asked)
    desk = restored(desks(), (key, forged(value, votes=[GHOST])))
    evidence = desk.expire(NOW)
    assert codes(evidence) == ["forged-state"]
    assert approve(desk, asked, "alice") == ["approval.voted"]
    assert approve(desk, asked, "bob")[-1] == "approval.approved"


def test_votes_that_were_cast_outlive_a_forged_state_behind_them(desks: Make) -> None:
    asked = request(minimum=2)
    log = said(desks(), asked, "alice")
    desk = restored(desks(), *log, (log[-1][0], forged(log[-1][1], votes=[GHOST])))
    assert [vote.subject for vote in desk.approvals[asked.approval_id].votes] == ["alice"]
    evidence = desk.expire(NOW)
    assert codes(evidence) == ["forged-state"]
    written = states(evidence)
    assert desk.expire(NOW) == []
    assert restored(desks(), *written).expire(NOW) == []  # what was written over the forged state is believed
    assert approve(desk, asked, "bob")[-1] == "approval.approved"


@pytest.mark.parametrize(
    "change",
    [
        {"trace_digest": "x"}, {"updated_at": rfc3339(NOW + 1)}, {"ended_by": "x"}, {"seal": ""},
        {"state": "released", "ended_at": rfc3339(NOW)}, {"approval_id": "ap-" + "a" * 16}, {"votes": []},
    ],
)  # fmt: skip
def test_the_seal_is_over_all_that_the_desk_relies_on(desks: Make, change: dict[str, object]) -> None:
    *_, (key, value) = said(desks(), request(minimum=2), "alice")
    desk = restored(desks(), (key, forged(value, **change)))
    assert codes(desk.expire(NOW)) == ["forged-state"]


def test_state_of_another_partition_or_installation_is_not_believed(desks: Make, people: People) -> None:
    ((key, value),) = said(desks(), request())
    for partition, sealer in ((1, SEALER), (0, Sealer(b"x" * 32))):
        other = ApprovalDesk(partition, authenticator=people, sealer=sealer, mask_reason=masked)
        assert codes(restored(other, (key, value)).expire(NOW)) == ["forged-state"]


def test_decisions_that_nobody_cast_do_not_wait(desks: Make) -> None:
    asked = request()
    (waiting,) = states(desks().handle(deciding(asked, "alice"), NOW, source="decisions"))
    early = wire.parse_state(waiting[1] or b"").early
    desk = restored(desks(), (waiting[0], forged(waiting[1], early=[msgspec.structs.replace(early[0], subject="eve")])))
    outputs = desk.expire(NOW)
    assert codes(outputs) == ["forged-state"]
    assert states(outputs) == [(waiting[0], None)]
    assert events(desk.handle(asking(asked), NOW, source="approvals")) == []


@pytest.mark.parametrize("junk", [b"{junk", b"{}", b"\xff"])
def test_an_approval_whose_state_cannot_be_read_begins_anew_from_its_request_and_ends(desks: Make, junk: bytes) -> None:
    asked = request(minimum=2)
    said(desks(), asked, "alice")
    desk = restored(desks(), (asked.approval_id.encode(), junk))
    assert set(desk.lost) == {asked.approval_id}
    desk.recover(asking(msgspec.structs.replace(asked, minimum=1)))  # a forged request helps nobody
    assert set(desk.lost) == {asked.approval_id}
    desk.recover(asking(asked))
    assert not desk.lost
    outputs = desk.expire(NOW)
    assert codes(outputs) == ["forged-state"]
    assert len(states(outputs)) == 1
    assert approve(desk, asked, "bob") == ["approval.voted"]
    ended = desk.expire(NOW + 3600)
    assert events(ended) == ["trace.blocked", "approval.expired"]
    assert of(ended, Topic.VERDICTS)[0]["request_id"] == "r-1"


def test_content_that_was_changed_in_the_state_is_taken_from_the_request(desks: Make) -> None:
    asked = request()
    ((key, value),) = said(desks(), asked)
    changed = msgspec.structs.replace(asked, content=wire.pack(b"the raw secret"), trace={})
    desk = restored(desks(), (key, forged(value, request=changed)))
    desk.recover(asking(asked))
    (released,) = of(desk.handle(deciding(asked, "alice"), NOW, source="decisions"), Topic.SANITIZED)
    assert released.content == CONTENT


def test_an_end_is_undone_by_no_tombstone_and_no_older_state(desks: Make) -> None:
    asked = request()
    begun, ended = said(desks(), asked, "alice")
    for behind, evidence in ((None, []), (begun[1], ["forged-state"]), (b"{", ["forged-state"])):
        desk = restored(desks(), begun, ended, (begun[0], behind))
        assert desk.handle(asking(asked), NOW, source="approvals") == []
        assert codes(desk.handle(deciding(asked, "bob"), NOW, source="decisions")) == ["already-decided"]
        assert codes(desk.expire(NOW)) == evidence


def test_what_has_aged_is_forgotten_though_its_tombstone_is_read(desks: Make) -> None:
    asked = request()
    begun, ended = said(desks(), asked, "alice")
    desk = restored(desks(), begun, ended, (begun[0], None))
    assert states(desk.discard_final(NOW + 3601)) == [(begun[0], None)]
    assert dict(desk.approvals) == {}


def test_a_request_written_long_after_the_trace_was_held_is_refused(desk: ApprovalDesk) -> None:
    asked = request(expires_at=rfc3339(NOW + 90_000))
    late = replace(asking(asked), timestamp=int((NOW + 901) * 1000))
    outputs = desk.handle(late, NOW + 901, source="approvals")
    assert codes(outputs) == ["replayed-request"]
    assert [output.topic for output in outputs] == [Topic.AUDIT, Topic.REJECTED]
    assert dict(desk.approvals) == {}
    unknown_time = replace(asking(asked), timestamp_type=0)
    assert codes(desk.handle(unknown_time, NOW + 901, source="approvals")) == ["replayed-request"]
    read_late = asking(asked)  # but written in time
    assert events(desk.handle(read_late, NOW + 80_000, source="approvals")) == []
    assert asked.approval_id in desk.approvals
    assert desk.handle(late, NOW + 80_000, source="approvals") == []  # nothing new to somebody who knows it


def test_a_forged_request_about_an_approval_that_is_known_is_refused_with_evidence(desk: ApprovalDesk) -> None:
    asked = request(minimum=2)
    said(desk, asked)
    before = dict(desk.approvals)
    outputs = desk.handle(asking(msgspec.structs.replace(asked, minimum=1, groups=[])), NOW, source="approvals")
    assert codes(outputs) == ["forged-request"]
    assert [output.topic for output in outputs] == [Topic.AUDIT, Topic.REJECTED]
    assert dict(desk.approvals) == before
    assert desk.handle(asking(asked), NOW, source="approvals") == []
