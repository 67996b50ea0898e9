"""Rows say what records say, in types that ClickHouse takes, whatever producers wrote."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from reticent.errors import DecodeError
from reticent.model import Topic
from reticent.sinks.rows import merged, rows, skipped

from ...contract import benches, chats, flows, framed, services, shaped, spoken, stores, tabled
from ...contract.registered import FORMATS
from ...contract.test_formats import FIXTURES
from ..judging import Judge
from ..records import Record
from .conftest import AT, audited, released, written

MOMENT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def step(**fields: Any) -> dict[str, Any]:
    """The row of one step of a released native trace."""
    trace = {"trace_id": "t1", "steps": [{"seq": 0, "kind": "output", "content": "x"} | fields]}
    (row,) = rows(released(json.dumps(trace).encode()))["steps"]
    return row


KINDS = {case: ["prompt", "tool_call", "tool_result"] for case in FIXTURES} | {
    "json": ["other"],
    "jsonl": ["other", "other"],
    "text": ["other"],
    # of what a stream answers
    "openai-agents-events": ["tool_call", "tool_result"],
    "bedrock-chunks": ["output"],
    "bedrock-agent answer": ["output"],
    "browser-use": ["thinking", "memory", "plan", "tool_call", "tool_result"],
    "open-webui": ["prompt", "output"],
    "ai-sdk-data": ["event", "tool_call", "tool_result"],
    "agno-events": ["tool_call", "tool_result", "output"],
    "codex-events": ["tool_call", "tool_result", "output"],
    **benches.OTHERWISE,
    **services.OTHERWISE,
    **stores.OTHERWISE,
    **spoken.OTHERWISE,
    **framed.OTHERWISE,
    **flows.OTHERWISE,
    **chats.OTHERWISE,
    **shaped.OTHERWISE,
    **tabled.OTHERWISE,
}


@pytest.mark.parametrize("name", KINDS)
def test_a_released_trace_of_any_format_becomes_its_steps(judge: Judge, name: str) -> None:
    (outputs,) = judge(judge.record(FIXTURES[name], ("reticent-format", name.partition(" ")[0].encode()), offset=7))
    (record,) = written([outputs[Topic.SANITIZED]])
    found = rows(record, FORMATS)
    assert set(found) == {"steps"}
    assert [row["kind"] for row in found["steps"]] == KINDS[name]
    assert [row["number"] for row in found["steps"]] == list(range(len(KINDS[name])))
    assert {(row["tenant"], row["producer"], row["source"]) for row in found["steps"]} == {
        ("acme", "agent", "traces.raw-0-7")
    }
    assert all(isinstance(row["content"], str) and isinstance(row["attributes"], str) for row in found["steps"])


def test_what_is_no_text_is_stored_as_json() -> None:
    assert step(content={"q": [1, 2.5]}, attributes={"n": 1e3})["content"] == '{"q":[1,2.5]}'
    assert step(content=None)["content"] == "null"
    assert step(content=2**80)["content"] == str(2**80)
    assert step(attributes={"model": "m"})["attributes"] == '{"model":"m"}'


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2026-11-24T08:00:00.000Z", MOMENT),
        ("2026-11-24T10:00:00+02:00", MOMENT),
        ("2026-11-24T08:00:00", MOMENT),
        ("1900-01-01T00:00:00Z", None),
        ("2299-12-31T00:00:00Z", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_that_are_none_or_out_of_range_are_left_out(text: str, stored: datetime | None) -> None:
    assert step(started_at=text)["started_at"] == stored
    assert step(ended_at=text)["ended_at"] == stored


@pytest.mark.parametrize(
    ("given", "stored"),
    [({"seq": -1}, ("seq", 0)), ({"seq": 2**40}, ("seq", 2**32 - 1)), ({"parent": 2**63}, ("parent", None)),
     ({"parent": -(2**63)}, ("parent", -(2**63))), ({"parent": -(2**70)}, ("parent", None)),
     ({"parent": 3}, ("parent", 3)), ({"parent": None}, ("parent", None))],
)  # fmt: skip
def test_numbers_that_no_column_takes_are_cut_or_left_out(given: dict[str, Any], stored: tuple[str, Any]) -> None:
    assert step(**given)[stored[0]] == stored[1]


@pytest.mark.parametrize("at", ["", "9999-12-31T23:59:59Z", "not a time"])
@pytest.mark.parametrize("timestamp", [-1, 0, 1_790_000_000_000, 2**62])
def test_a_record_without_a_usable_time_has_that_of_its_append(at: str, timestamp: int) -> None:
    record = released(b'{"trace_id": "t", "steps": [{"kind": "output"}]}', reticent_at=at)
    (row,) = rows(Record(record.value, record.headers, topic=record.topic, timestamp=timestamp))["steps"]
    assert 1970 <= row["at"].year <= 2286
    assert row["version"] >= 0


@pytest.mark.parametrize("kind", ["released", "held", "blocked", "rejected"])
def test_a_verdict_becomes_a_trace_its_findings_and_its_audit_event(judge: Judge, kind: str) -> None:
    secrets = " ".join(f"password = {n}Qz8vT2kLw{n}xR{n}" for n in range(4))
    cards = " ".join(["4111 1111 1111 1111"] * 5)
    record = {
        "released": judge.record(b'{"messages":[{"role":"user","content":"mail ana@mail.example.org"}]}'),
        "held": judge.record(json.dumps({"a": secrets}).encode()),
        "blocked": judge.record(json.dumps({"a": cards}).encode()),
        "rejected": judge.record(b"{}", token=None),
    }[kind]
    (outputs,) = judge(record)
    found = rows(written([outputs[Topic.AUDIT]])[0])
    assert set(found) == {"traces", "findings", "audit", *(["approvals"] if kind == "held" else [])}
    (trace,), (event,) = found["traces"], found["audit"]
    assert (trace["verdict"], event["event"]) == (kind, f"trace.{kind}")
    assert trace["bytes"] == len(record.value or b"")
    assert trace["found"] == len(found["findings"]) == sum(trace["findings"].values())
    assert (trace["approval_id"] != "") == (kind == "held")
    assert [row["number"] for row in found["findings"]] == list(range(trace["found"]))
    assert all(row["token"] and row["rule"] and row["path"].startswith("$") for row in found["findings"])


def test_the_final_verdict_is_newer_than_the_hold_whatever_the_clocks_say() -> None:
    details = {"source": "traces.raw-0-1", "approval_id": "ap-aaaaaaaaaaaaaaaa", "verdict": "held"}
    (held,) = rows(audited("trace.held", details=details))["traces"]
    late = {"at": "2026-11-24T07:59:00.000Z"}
    (final,) = rows(audited("trace.released", details=details | {"verdict": "released"}, **late))["traces"]
    assert final["at"] < held["at"]
    assert final["version"] > held["version"]
    assert (final["tenant"], final["source"]) == (held["tenant"], held["source"])


def test_what_waits_for_approval_is_a_row_from_the_start(judge: Judge) -> None:
    secrets = " ".join(f"password = {n}Qz8vT2kLw{n}xR{n}" for n in range(4))
    (outputs,) = judge(judge.record(json.dumps({"a": secrets}).encode()))
    found = rows(written([outputs[Topic.AUDIT]])[0])
    (row,), (trace,) = found["approvals"], found["traces"]
    assert (row["event"], row["actor"], row["votes"]) == ("requested", "reticent", 0)
    assert row["minimum"] >= 1
    assert row["expires_at"] > row["at"]
    assert row["approval_id"] == trace["approval_id"] != ""


@pytest.mark.parametrize("kind", ["voted", "approved", "rejected", "expired", "withdrawn", "refused"])
def test_every_step_of_an_approval_becomes_a_row(kind: str) -> None:
    details = {"approval_id": "ap-aaaaaaaaaaaaaaaa", "decision": "approve", "code": "", "reason": "looked at it",
               "votes": 1, "minimum": 2, "content_digest": "sha256:1", "expires_at": AT, "source": "s"}  # fmt: skip
    found = rows(audited(f"approval.{kind}", details=details, actor="https://idp noor"))
    assert set(found) == {"approvals", "audit"}
    (row,) = found["approvals"]
    assert (row["event"], row["actor"], row["votes"], row["minimum"]) == (kind, "https://idp noor", 1, 2)
    assert row["expires_at"] == MOMENT
    (event,) = found["audit"]
    assert json.loads(event["details"]) == details


@pytest.mark.parametrize("event", ["policy.loaded", "archive.skipped", "something.new"])
def test_what_is_about_no_trace_is_audit_alone(event: str) -> None:
    assert set(rows(audited(event))) == {"audit"}


@pytest.mark.parametrize(
    "record",
    [
        Record(b"no JSON", topic="traces.audit"),
        Record(None, topic="traces.audit"),
        Record(b"{}", topic="traces.audit"),
        Record(b"\xff\xfe", topic="traces.audit"),
        released(b"no JSON"),
        released(b'{"trace_id": "t", "steps": []}', reticent_verdict="held"),
        released(b"{}", reticent_format="no-such-format"),
    ],
)
def test_what_is_none_of_ours_is_refused_and_not_quoted(record: Record) -> None:
    with pytest.raises(DecodeError) as caught:
        rows(record)
    assert "no JSON" not in str(caught.value)


@pytest.mark.parametrize("timestamp", [-(2**62), -1, 0, 2**62])
def test_evidence_of_what_is_skipped_names_its_place_and_nothing_of_it(timestamp: int) -> None:
    record = Record(b"a value", [("x", b"a header")], b"a key", "traces.audit", 3, 14, timestamp)
    ((table, (row,)),) = skipped(record, "malformed").items()
    assert (table, row["event"], row["record"]) == ("audit", "archive.skipped", "traces.audit-3-14")
    assert json.loads(row["details"]) == {"source": "traces.audit-3-14", "code": "malformed"}
    assert not any(secret in str(row) for secret in ("a value", "a header", "a key"))


def test_rows_of_many_records_come_together_by_table() -> None:
    each = [rows(audited("policy.loaded", n)) for n in range(3)] + [rows(audited("trace.held", 3))]
    together = merged(each)
    assert {table: len(found) for table, found in together.items()} == {
        "audit": 4, "traces": 1, "findings": 0, "approvals": 1,
    }  # fmt: skip
    assert msgspec.json.encode(together)
