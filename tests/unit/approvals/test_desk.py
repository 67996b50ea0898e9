"""The desk: requests and decisions in; released content, final verdicts and evidence out."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reticent.approvals import desk as desk_module
from reticent.approvals import wire
from reticent.approvals.desk import ApprovalDesk
from reticent.masking import Sealer
from reticent.model import Masked, Topic, rfc3339

from ..records import Record
from .conftest import CONTENT, NOW, People, asking, codes, deciding, events, of, person, request


def ask(desk: ApprovalDesk, **changes: object) -> wire.ApprovalRequest:
    asked = request(**changes)
    outputs = desk.handle(asking(asked), NOW, source="approvals")
    assert [output.topic for output in outputs] == [Topic.APPROVAL_STATE]
    return asked


def test_an_approved_trace_is_released_as_it_was_masked(desk: ApprovalDesk) -> None:
    asked = ask(desk, traceparent="00-" + "1" * 32 + "-" + "2" * 16 + "-01")
    outputs = desk.handle(deciding(asked, "alice", reason="fine, hunter2"), NOW + 5, source="decisions")
    (released,) = of(outputs, Topic.SANITIZED)
    assert isinstance(released, Masked)
    assert released.content == CONTENT
    assert outputs[0].key == b"s-1"
    headers = dict(outputs[0].headers)
    assert headers["reticent-verdict"] == b"released"
    assert headers["reticent-source"] == b"traces.raw-0-7"
    assert headers["traceparent"].startswith(b"00-")
    assert "authorization" not in headers
    (verdict,) = of(outputs, Topic.VERDICTS)
    assert (verdict["verdict"], verdict["request_id"], verdict["approval_id"], verdict["reasons"][0]["code"]) == (
        "released", "r-1", asked.approval_id, "approved",
    )  # fmt: skip
    assert events(outputs) == ["trace.released", "approval.approved"]
    trace, step = of(outputs, Topic.AUDIT)
    assert trace["details"]["found_total"] == 3
    assert [reason["code"] for reason in trace["details"]["reasons"]] == ["approved", "threshold"]
    assert step["actor"] == "https://idp.example alice"
    assert step["details"]["reason"] == "fine, [REDACTED:password:acme]"
    assert step["details"]["votes"] == step["details"]["minimum"] == 1
    assert all("hunter2" not in str(output.value.content) for output in outputs if output.value)


def test_two_people_are_needed_where_the_policy_says_two(desk: ApprovalDesk) -> None:
    asked = ask(desk, minimum=2)
    first = desk.handle(deciding(asked, "alice"), NOW, source="decisions")
    assert events(first) == ["approval.voted"]
    assert of(first, Topic.SANITIZED) == of(first, Topic.VERDICTS) == []
    again = desk.handle(deciding(asked, "alice"), NOW, source="decisions")
    assert codes(again) == ["already-voted"]
    assert events(desk.handle(deciding(asked, "bob"), NOW, source="decisions"))[-1] == "approval.approved"


def test_a_rejection_blocks_and_says_why(desk: ApprovalDesk) -> None:
    asked = ask(desk, minimum=2)
    outputs = desk.handle(deciding(asked, "bob", "reject", reason="hunter2 shows"), NOW, source="decisions")
    assert events(outputs) == ["trace.blocked", "approval.rejected"]
    assert of(outputs, Topic.SANITIZED) == []
    (verdict,) = of(outputs, Topic.VERDICTS)
    assert verdict["verdict"] == "blocked"
    assert verdict["reasons"][0]["code"] == "approval-rejected"
    assert "[REDACTED:password:acme] shows" in verdict["reasons"][0]["message"]
    assert codes(desk.handle(deciding(asked, "alice"), NOW, source="decisions")) == ["already-decided"]


def test_the_producer_may_withdraw_and_nothing_else(desk: ApprovalDesk) -> None:
    asked = ask(desk)
    assert codes(desk.handle(deciding(asked, "svc-1"), NOW, source="decisions")) == ["own-trace"]
    withdrawn = desk.handle(deciding(asked, "svc-1", "withdraw"), NOW, source="decisions")
    assert events(withdrawn) == ["trace.blocked", "approval.withdrawn"]


def test_expiry_blocks(desk: ApprovalDesk) -> None:
    asked = ask(desk)
    assert desk.expire(NOW + 3599) == []
    outputs = desk.expire(NOW + 3600)
    assert events(outputs) == ["trace.blocked", "approval.expired"]
    assert of(outputs, Topic.AUDIT)[1]["actor"] == "reticent"
    assert of(outputs, Topic.VERDICTS)[0]["reasons"][0]["code"] == "approval-expired"
    assert desk.expire(NOW + 3601) == []
    assert codes(desk.handle(deciding(asked, "alice"), NOW + 3601, source="decisions")) == ["already-decided"]


def test_a_decision_counts_when_the_broker_took_it(desk: ApprovalDesk) -> None:
    late = ask(desk)
    assert codes(desk.handle(deciding(late, "alice", at=NOW + 3600), NOW + 3600, source="decisions")) == [
        "approval-expired"
    ]
    in_time = deciding(late, "alice", at=NOW + 3599)
    assert "approval.approved" in events(desk.handle(in_time, NOW + 3605, source="decisions"))


def test_a_request_that_comes_too_late_is_blocked_at_once(desk: ApprovalDesk) -> None:
    outputs = desk.handle(asking(request()), NOW + 4000, source="approvals")
    assert events(outputs) == ["trace.blocked", "approval.expired"]


def test_a_request_replayed_changes_nothing(desk: ApprovalDesk) -> None:
    asked = ask(desk)
    assert desk.handle(asking(asked), NOW + 1, source="approvals") == []
    desk.handle(deciding(asked, "alice"), NOW, source="decisions")
    assert desk.handle(asking(asked), NOW + 2, source="approvals") == []


@pytest.mark.parametrize(
    "forge",
    [
        lambda asked: request(sealer=Sealer(b"x" * 32)),
        lambda asked: msgspec.structs.replace(asked, minimum=0),
        lambda asked: msgspec.structs.replace(asked, groups=[]),
        lambda asked: msgspec.structs.replace(asked, subject="mallory"),
        lambda asked: msgspec.structs.replace(asked, expires_at="2099-01-01T00:00:00.000Z"),
        lambda asked: msgspec.structs.replace(asked, trace={"steps": ["something harmless"]}),
        lambda asked: msgspec.structs.replace(asked, content=wire.pack(b"the raw secret")),
        lambda asked: msgspec.structs.replace(asked, approval_id=wire.approval_id("else", asked.content_digest)),
        lambda asked: request(content_digest="sha256:" + "0" * 64),
    ],
)
def test_a_forged_request_is_refused_with_evidence(
    desk: ApprovalDesk, forge: Callable[[wire.ApprovalRequest], wire.ApprovalRequest]
) -> None:
    forged = forge(request())
    outputs = desk.handle(asking(forged), NOW, source="approvals")
    assert codes(outputs) == ["forged-request"]
    assert [event["event"] for event in of(outputs, Topic.REJECTED)] == ["approval.refused"]
    assert {output.topic for output in outputs} == {Topic.AUDIT, Topic.REJECTED}
    assert desk.approvals == {}
    assert not any(b"mallory" in output.value.content for output in outputs if output.value)


@pytest.mark.parametrize("value", [None, b"", b"{}", b"\xff", b"[" * 100_000])
def test_a_broken_request_is_refused_with_evidence(desk: ApprovalDesk, value: bytes | None) -> None:
    outputs = desk.handle(Record(value, key=b"ap-x"), NOW, source="approvals")
    assert codes(outputs) == ["broken-request"]


def test_a_decision_nobody_signed_is_refused(desk: ApprovalDesk) -> None:
    asked = ask(desk)
    outputs = desk.handle(deciding(asked, "mallory", reason="hunter2"), NOW, source="decisions")
    assert codes(outputs) == ["no-token"]
    (event,) = of(outputs, Topic.AUDIT)
    assert (event["actor"], event["details"]["reason"], event["tenant"]) == ("", "", "acme")


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        ("globex", {}, "wrong-tenant"),
        ("guest", {}, "not-entitled"),
        ("alice", {"content_digest": "sha256:" + "f" * 64}, "wrong-digest"),
        ("alice", {"decision": "maybe"}, "malformed-decision"),
    ],
)
def test_refusals_name_who_tried(
    desk: ApprovalDesk, people: People, who: str, changes: dict[str, str], code: str
) -> None:
    people.known |= {"globex": person("globex", tenant="globex"), "guest": person("guest", groups=())}
    asked = ask(desk)
    outputs = desk.handle(deciding(asked, who, **changes), NOW, source="decisions")
    assert codes(outputs) == [code]
    assert of(outputs, Topic.AUDIT)[0]["actor"] == f"https://idp.example {who}"
    assert [output.topic for output in outputs] == [Topic.AUDIT]


def test_a_reason_that_cannot_be_masked_is_not_shown(desk: ApprovalDesk) -> None:
    outputs = desk.handle(deciding(ask(desk), "alice", reason="boom hunter2"), NOW, source="decisions")
    assert of(outputs, Topic.AUDIT)[1]["details"]["reason"] == "[the reason could not be masked]"


def test_a_decision_may_come_before_its_request(desk: ApprovalDesk) -> None:
    asked = request(minimum=2)
    early = [deciding(asked, who) for who in ("alice", "svc-1", "alice", "bob")]
    for record in early:
        assert [o.topic for o in desk.handle(record, NOW, source="decisions")] == [Topic.APPROVAL_STATE]
    outputs = desk.handle(asking(asked), NOW + 1, source="approvals")
    assert codes(outputs) == ["own-trace", "already-voted"]
    assert events(outputs)[-1] == "approval.approved"
    assert len(of(outputs, Topic.SANITIZED)) == 1


def test_a_decision_waits_for_its_request_within_bounds(desk: ApprovalDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "EARLY_MOST", 2)
    asked = [request(source=f"traces.raw-0-{number}") for number in range(3)]
    for each in asked[:2]:
        desk.handle(deciding(each, "alice"), NOW, source="decisions")
    assert codes(desk.handle(deciding(asked[2], "alice"), NOW, source="decisions")) == ["unknown-approval"]
    gone = desk.expire(NOW + desk_module.EARLY_SECONDS + 1)
    assert codes(gone) == ["unknown-approval"] * 2
    assert [output.value for output in gone if output.topic is Topic.APPROVAL_STATE] == [None, None]
    assert desk.approvals == {}


def test_content_too_large_to_leave_blocks_the_approval(desk: ApprovalDesk) -> None:
    asked = ask(desk)
    record = deciding(asked, "alice")
    desk.handle(record, NOW, source="decisions")
    outputs = desk.replace(record, NOW)
    assert events(outputs) == ["trace.blocked", "approval.withdrawn"]
    assert of(outputs, Topic.VERDICTS)[0]["reasons"][0]["code"] == "output-too-large"
    assert of(outputs, Topic.APPROVAL_STATE)[0]["state"] == "withdrawn"
    assert codes(desk.handle(deciding(asked, "bob"), NOW, source="decisions")) == ["already-decided"]


def test_replacing_what_did_not_end_the_approval_leaves_its_end_alone(desk: ApprovalDesk) -> None:
    asked = request()
    asking_again = asking(asked)
    desk.handle(asking_again, NOW, source="approvals")
    desk.handle(deciding(asked, "alice"), NOW, source="decisions")
    assert desk.replace(asking_again, NOW) == []


def test_an_end_is_remembered_until_a_replay_could_do_no_harm(desk: ApprovalDesk) -> None:
    asked = ask(desk)
    desk.handle(deciding(asked, "alice"), NOW, source="decisions")
    assert desk.discard_final(NOW + 3600) == []
    (gone,) = desk.discard_final(NOW + 3601)
    assert (gone.topic, gone.key, gone.value) == (Topic.APPROVAL_STATE, asked.approval_id.encode(), None)
    replayed = desk.handle(asking(asked), NOW + 7200, source="approvals")
    assert events(replayed) == ["trace.blocked", "approval.expired"]
    assert codes(desk.handle(deciding(asked, "alice"), NOW + 7200, source="decisions")) == ["already-decided"]


def test_evidence_names_the_record_that_decided(desk: ApprovalDesk) -> None:
    record = deciding(ask(desk), "alice")
    (_, step) = of(desk.handle(record, NOW, source="decisions"), Topic.AUDIT)
    assert step["details"]["record"] == f"traces.decisions-0-{record.offset}"
    assert step["details"]["source"] == "traces.raw-0-7"


@given(value=st.binary(max_size=300) | st.text(max_size=100).map(lambda text: msgspec.json.encode({"reason": text})))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_by_hand_gives_evidence_and_no_exception(desk: ApprovalDesk, value: bytes) -> None:
    for key in (b"ap-x", None, b"\xff"):
        record = Record(value, [("authorization", b"alice")], key)
        assert len(codes(desk.handle(record, NOW, source="decisions"))) == 1
        assert len(codes(desk.handle(record, NOW, source="approvals"))) == 1


@pytest.mark.parametrize("reason", [b"\\ud800", b"\\u0000", b"\xed\xa0\x80", b"\xff"])
def test_odd_characters_in_a_reason_do_no_harm(desk: ApprovalDesk, reason: bytes) -> None:
    record = deciding(ask(desk), "alice", reason="XX")
    odd = Record(record.value.replace(b"XX", reason), record.headers, record.key)
    assert events(desk.handle(odd, NOW, source="decisions"))[-1] in ("approval.approved", "approval.refused")


def test_a_record_that_makes_the_code_fail_counts_for_nothing_and_the_others_go_on(
    desk: ApprovalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(desk)

    def fails(*_: object) -> None:
        raise ValueError("hunter2")

    with monkeypatch.context() as broken:
        broken.setattr(desk_module.statements, "final", fails)  # after the state has changed
        outputs = desk.handle(deciding(asked, "alice"), NOW, source="decisions")
    assert [output.topic for output in outputs] == [Topic.AUDIT]
    assert codes(outputs) == ["internal"]
    assert "hunter2" not in str(of(outputs, Topic.AUDIT))
    assert events(desk.handle(deciding(asked, "alice"), NOW, source="decisions"))[-1] == "approval.approved"


def test_a_request_that_makes_the_code_fail_is_rejected_with_evidence(
    desk: ApprovalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request()
    with monkeypatch.context() as broken:
        broken.setattr(desk_module.statements, "state", lambda _: 1 / 0)
        outputs = desk.handle(asking(asked), NOW, source="approvals")
    assert [output.topic for output in outputs] == [Topic.AUDIT, Topic.REJECTED]
    assert codes(outputs) == ["internal"]
    assert dict(desk.approvals) == {}


def test_what_is_held_beyond_the_room_is_blocked_and_other_tenants_keep_theirs(
    desk: ApprovalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = request().content
    monkeypatch.setattr(desk_module, "OPEN_BYTES_EACH", 2 * (len(one) + 4096))
    monkeypatch.setattr(desk_module, "OPEN_BYTES", 3 * (len(one) + 4096))
    held = [ask(desk, source=f"traces.raw-0-{number}") for number in range(2)]
    third = request(source="traces.raw-0-3")
    outputs = desk.handle(asking(third), NOW, source="approvals")
    (verdict,) = of(outputs, Topic.VERDICTS)
    assert (verdict["verdict"], verdict["reasons"][0]["code"]) == ("blocked", "too-many-held")
    assert events(outputs) == ["trace.blocked", "approval.withdrawn"]
    ask(desk, source="traces.raw-0-4", tenant="globex")
    desk.handle(deciding(held[0], "alice", "reject"), NOW, source="decisions")
    ask(desk, source="traces.raw-0-5")  # there is room again
    assert codes(desk.handle(deciding(third, "alice"), NOW, source="decisions")) == ["already-decided"]


def test_of_what_has_ended_little_is_kept(desk: ApprovalDesk) -> None:
    found = [{"rule": "aws", "path": "$"}] * 1000
    asked = ask(desk, details={"bytes": 90, "found_total": 1000, "found": found})
    outputs = desk.handle(deciding(asked, "alice"), NOW, source="decisions")
    assert len(of(outputs, Topic.AUDIT)[0]["details"]["found"]) == 1000
    (kept,) = desk.approvals.values()
    assert kept.request is not None
    assert (kept.request.content, kept.request.details["found"], kept.request.details["bytes"]) == ("", [], 90)


def test_looking_for_what_is_due_does_not_look_at_everything(desk: ApprovalDesk) -> None:
    for number in range(300):
        ask(desk, source=f"traces.raw-0-{number}", expires_at=rfc3339(NOW + 100 + number % 3))
    ended = [desk.expire(NOW + 101) for _ in range(4)]
    assert [len(of(outputs, Topic.VERDICTS)) for outputs in ended] == [100, 100, 0, 0]
    assert len(of(desk.expire(NOW + 102), Topic.VERDICTS)) == 100
    assert desk.discard_final(NOW + 90) == []
    assert len(desk.discard_final(NOW + 200)) == 300
    assert dict(desk.approvals) == {}
