"""A record that holds several traces: each gets its verdict, and what is held is left out of what goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from reticent import pipeline
from reticent.approvals.wire import ApprovalRequest, unpack
from reticent.formats import jsontext
from reticent.formats.tree import Dialect, TreeDocument
from reticent.limits import Limits
from reticent.model import AuditEvent, BlobKind, Evidence, Masked, Outgoing, Step, StepKind, Topic, Trace, Verdict
from reticent.sinks import rows as archive

from .judging import NOW, Judge, everything
from .records import Record

EMAIL = "ana.silva@mail.example.org"


def runs(tree: Any) -> Sequence[Mapping[str, Any]]:
    return [run for group in tree["groups"] for run in group["runs"]]


def read(tree: Any) -> Sequence[Trace]:
    return [
        Trace(trace_id=str(run["id"]), session_id=run.get("session", ""), steps=[Step(0, StepKind.OUTPUT, run["text"])])
        for run in runs(tree)
    ]


def signed(tree: Any) -> list[tuple[Any, Any, BlobKind]]:
    return [(run, "signature", BlobKind.SIGNATURE) for run in runs(tree) if "signature" in run]


DIALECT = Dialect(
    "runs", "application/json", read, blobs=signed, split=lambda tree: [[run] for run in runs(tree)],
    check=jsontext.refuse_repeats,
)  # fmt: skip


def opened(payload: bytes, **_: Any) -> TreeDocument:
    return TreeDocument(jsontext.parse(payload, Limits()), DIALECT, source=payload, limits=Limits())


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.fixture(autouse=True)
def _runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "open_document", opened)
    monkeypatch.setattr(archive, "open_document", opened)


def run(name: str, text: str, **more: str) -> dict[str, Any]:
    return {"id": name, "text": text, "n": 1, **more}


def batch(*groups: Sequence[Mapping[str, Any]], **shared: str) -> bytes:
    return msgspec.json.encode({"v": 1, "groups": [{"about": "x", "runs": list(group)} for group in groups], **shared})


def risky(name: str, **more: str) -> dict[str, Any]:
    return run(name, " ".join(f"password = Tr0ub4dor{n}x9" for n in range(3)), **more)


def outputs(judge: Judge, payload: bytes, **fields: Any) -> list[Outgoing]:
    (found,) = judge.pipeline.process([judge.record(payload, **fields)], NOW + 1)
    return found


def content(output: Outgoing) -> bytes:
    assert isinstance(output.value, Masked | Evidence)
    return output.value.content


def of(found: Sequence[Outgoing], topic: Topic) -> list[Outgoing]:
    return [each for each in found if each.topic is topic]


def verdicts(found: Sequence[Outgoing]) -> list[Verdict]:
    return [msgspec.json.decode(content(each), type=Verdict) for each in of(found, Topic.VERDICTS)]


def test_each_trace_gets_its_verdict_under_the_records_request_id(judge: Judge) -> None:
    found = verdicts(outputs(judge, batch([run("a", "fine"), risky("b")], [run("c", f"mail {EMAIL}")])))
    assert {each.trace_id: each.verdict for each in found} == {"a": "released", "b": "held", "c": "released"}
    assert {each.trace_id: each.findings for each in found} == {"a": {}, "b": {"secrets": 3}, "c": {"pii": 1}}
    assert len({each.request_id for each in found}) == 1
    assert {each.traces for each in found} == {3}


def test_what_is_released_goes_on_together_without_what_is_held(judge: Judge) -> None:
    found = outputs(judge, batch([risky("b"), run("a", "fine")], [risky("d")], [run("c", "fine")]))
    (released,) = of(found, Topic.SANITIZED)
    left = msgspec.json.decode(content(released))
    assert [[each["id"] for each in group["runs"]] for group in left["groups"]] == [["a"], ["c"]]
    assert left["v"] == 1
    told = msgspec.json.decode(dict(released.headers)["reticent-traces"])
    assert [each["trace_id"] for each in told] == ["a", "c"]


def test_what_is_held_is_asked_for_trace_by_trace(judge: Judge) -> None:
    found = outputs(judge, batch([risky("b"), run("a", "fine")], [risky("d")]))
    asked = [msgspec.json.decode(content(each), type=ApprovalRequest) for each in of(found, Topic.APPROVALS)]
    assert [each.trace_id for each in asked] == ["b", "d"]
    assert len({each.approval_id for each in asked}) == len({each.source for each in asked}) == 2
    for each in asked:
        assert [run["id"] for run in runs(msgspec.json.decode(unpack(each.content)))] == [each.trace_id]
    assert b"Tr0ub4dor" not in everything(found)


def test_a_batch_that_is_released_whole_keeps_its_bytes(judge: Judge) -> None:
    payload = batch([run("a", "fine")], [run("b", "fine")]).replace(b",", b" , ")
    (released,) = of(outputs(judge, payload), Topic.SANITIZED)
    assert content(released) == payload


def test_what_belongs_to_all_counts_for_each(judge: Judge) -> None:
    found = verdicts(outputs(judge, batch([run("a", "fine"), run("b", "fine")], owner=EMAIL)))
    assert [each.findings for each in found] == [{"pii": 1}, {"pii": 1}]


def test_the_archive_tells_the_traces_of_a_batch_apart(judge: Judge) -> None:
    found = outputs(judge, batch([run("a", "one", session="s1"), risky("b")], [run("c", "three", session="s2")]))
    (released,) = of(found, Topic.SANITIZED)
    record = Record(value=content(released), headers=list(released.headers), topic="traces.sanitized")
    steps = archive.rows(record)["steps"]
    assert [(row["trace_id"], row["session_id"], row["content"]) for row in steps] == [
        ("a", "s1", "one"),
        ("c", "s2", "three"),
    ]
    events = [archive.rows(Record(value=content(each))) for each in of(found, Topic.AUDIT)]
    sources = {row["trace_id"]: row["source"] for each in events for row in each["traces"]}
    assert len(set(sources.values())) == 3
    assert {row["trace_id"]: row["source"] for row in steps} == {name: sources[name] for name in ("a", "c")}


def test_the_same_batch_gives_the_same_outputs_again(judge: Judge) -> None:
    payload = batch([run("a", f"mail {EMAIL}"), risky("b")])
    first, second = (everything(outputs(judge, payload)) for _ in range(2))
    assert first == second


def test_blobs_are_replaced_and_never_scanned(judge: Judge) -> None:
    secret = "password = Tr0ub4dor9x9"
    found = outputs(judge, batch([run("a", "fine", signature=secret), run("b", "fine", signature=secret)]))
    (released,) = of(found, Topic.SANITIZED)
    left = [each["signature"] for each in runs(msgspec.json.decode(content(released)))]
    assert left[0] == left[1] and left[0].startswith(f"[OPAQUE:signature:{len(secret)}:")
    events = [msgspec.json.decode(content(each), type=AuditEvent) for each in of(found, Topic.AUDIT)]
    assert [each.details["opaque"] for each in events] == [{"signature replace": 1}] * 2
    assert [each.findings for each in verdicts(found)] == [{}, {}]


@pytest.mark.parametrize(("action", "left"), [("drop", None), ("pass", "c2lnbmVk")])
def test_the_policy_says_what_becomes_of_blobs(action: str, left: str | None) -> None:
    judge = Judge(f"version: 1\npacks: [phi]\nopaque: {{signature: {action}}}\n")
    (released,) = of(outputs(judge, batch([run("a", "fine", signature="c2lnbmVk")])), Topic.SANITIZED)
    assert runs(msgspec.json.decode(content(released)))[0]["signature"] == left


def test_masking_blobs_twice_equals_masking_once(judge: Judge) -> None:
    (once,) = of(outputs(judge, batch([run("a", f"mail {EMAIL}", signature="c2lnbmVk")])), Topic.SANITIZED)
    (twice,) = of(outputs(judge, content(once)), Topic.SANITIZED)
    assert content(once) == content(twice)
