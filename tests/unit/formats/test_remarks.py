"""Scores, feedback and logs of clients: events of the trace that they are about, whose words are masked."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from reticent.formats.document import Document
from reticent.formats.registry import open_document
from reticent.formats.tree import plain
from reticent.limits import Limits
from reticent.model import Topic

from ...contract.recorded import LANGFUSE, LANGSMITH_OUTPUTS, LANGSMITH_RUNS, langsmith_parts, multipart
from ..judging import Judge

MAIL = "ana.silva@mail.example.org"
_LATER = "2026-11-24T08:00:09.000Z"
_SCORE = {"id": "s1", "traceId": "t1", "observationId": "o1", "name": "helpful", "value": 0.9, "dataType": "NUMERIC",
          "comment": f"ask {MAIL}"}  # fmt: skip
_FEEDBACK = {"id": "f1", "run_id": "r2", "key": "helpful", "score": 0.9, "value": None, "comment": f"ask {MAIL}",
             "created_at": _LATER, "feedback_source": {"type": "api"}}  # fmt: skip


def _opened(payload: Any) -> Document:
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return open_document(payload, content_type=None, forced=None, limits=Limits())


def _event(type: str, body: Any) -> dict[str, Any]:
    return {"id": "e9", "type": type, "timestamp": _LATER, "body": body}


def _exported(**more: Any) -> dict[str, Any]:
    observation = {"id": "o2", "type": "TOOL", "name": "f", "startTime": "2026-11-24T08:00:00.000Z",
                   "input": {"q": 1}, "output": "done"}  # fmt: skip
    return {"id": "t1", "timestamp": "2026-11-24T08:00:00.000Z", "name": "agent", "observations": [observation], **more}


def _with_runs(feedback: Any) -> dict[str, Any]:
    return {
        "post": [*LANGSMITH_RUNS, feedback],
        "patch": [{"id": "r1", "trace_id": "r1", "outputs": LANGSMITH_OUTPUTS}],
    }


def _parts(*feedback: Any, runs: bool = True) -> bytes:
    found = [(f"feedback.{each['id']}", "application/json", json.dumps(each).encode()) for each in feedback]
    return multipart(*(langsmith_parts() if runs else []), *found)


_CASES: dict[str, tuple[Any, str]] = {
    "score in a batch": (
        {"batch": [*LANGFUSE["batch"], _event("score-create", _SCORE)]}, "$['batch'][4]['body']"),
    "score of an observation, which names no trace": (
        {"batch": [_event("score-create", {**_SCORE, "traceId": None}), *LANGFUSE["batch"]]}, "$['batch'][0]['body']"),
    "scores of an exported trace": (
        _exported(scores=[{**_SCORE, "timestamp": _LATER}]), "$['scores'][0]"),
    "scores within an export": (
        {"trace": {"id": "t1", "scores": [_SCORE]}, "observations": _exported()["observations"]},
        "$['trace']['scores'][0]"),
    "feedback in a batch": (_with_runs(_FEEDBACK), "$['post'][2]"),
    "feedback in parts": (_parts({**_FEEDBACK, "trace_id": "r1"}), "$[6]['body']"),
    "feedback in parts, which names a run alone": (_parts(_FEEDBACK), "$[6]['body']"),
}  # fmt: skip


@pytest.mark.parametrize("case", _CASES)
def test_it_is_the_last_event_of_its_trace(case: str) -> None:
    payload, path = _CASES[case]
    (trace,) = _opened(payload).traces()
    *others, last = trace.steps
    value = "score" if "feedback" in case else "value"
    assert (last.kind.value, last.name, last.path) == ("event", "helpful", path)
    assert plain(last.content) == {value: 0.9, "comment": f"ask {MAIL}"}
    assert last.attributes["id"] in ("s1", "f1")
    assert {"tool_call", "tool_result"} <= {step.kind.value for step in others}
    assert "helpful" not in {step.name for step in others}


@pytest.mark.parametrize(
    ("payload", "format", "trace"),
    [
        ({"batch": [_event("score-create", _SCORE)]}, "langfuse", "t1"),
        ({"data": [_SCORE], "meta": {"page": 1}}, "langfuse", "t1"),
        (_SCORE, "langfuse", "t1"),
        (_FEEDBACK, "langsmith", "r2"),
        ([_FEEDBACK], "langsmith", "r2"),
        ({**_FEEDBACK, "trace_id": "r1"}, "langsmith", "r1"),
        (_parts({**_FEEDBACK, "trace_id": "r1"}, runs=False), "langsmith", "r1"),
    ],
    ids=["batch", "exported list", "alone", "feedback alone", "list", "of a trace", "parts"],
)
def test_it_may_come_alone(payload: Any, format: str, trace: str) -> None:
    document = _opened(payload)
    assert document.format == format
    (found,) = document.traces()
    assert found.trace_id == trace
    assert [(step.kind.value, step.name) for step in found.steps] == [("event", "helpful")]


def test_scores_of_different_traces_are_parted() -> None:
    document = _opened({"data": [_SCORE, {**_SCORE, "id": "s2", "traceId": "t2"}]})
    assert [trace.trace_id for trace in document.traces()] == ["t1", "t2"]
    assert json.loads(document.encode([1]))["data"][0]["id"] == "s2"
    document = _opened(_parts(_FEEDBACK, {**_FEEDBACK, "id": "f2", "run_id": "r7"}))
    assert [trace.trace_id for trace in document.traces()] == ["r1", "r7"]
    assert b"f2" not in document.encode([0])


def test_a_log_of_a_client_is_an_event_of_the_trace_that_it_names() -> None:
    body = {"traceId": "t1", "log": {"level": "WARN", "message": "slow"}}
    (trace,) = _opened({"batch": [*LANGFUSE["batch"], _event("sdk-log", body)]}).traces()
    assert (trace.steps[-1].kind.value, trace.steps[-1].content) == ("event", body["log"])
    (trace,) = _opened({"batch": [_event("sdk-log", {"log": "slow"})]}).traces()
    assert [(step.kind.value, step.name, step.content) for step in trace.steps] == [("event", "sdk-log", "slow")]


@pytest.mark.parametrize("case", _CASES)
def test_its_words_are_masked_and_ids_and_numbers_are_not(case: str) -> None:
    payload = _CASES[case][0]
    ids = {
        name: str(uuid.UUID(int=(0xA1B2C3D4 << 96) + number)) for number, name in enumerate(("t1", "o1", "s1", "f1"))
    }

    def real(text: str) -> str:
        for name, identity in ids.items():
            text = text.replace(f'"{name}"', f'"{identity}"')
        return text

    body = payload if isinstance(payload, bytes) else real(json.dumps(payload)).encode()
    judge = Judge()
    headers = [("content-type", b"multipart/form-data; boundary=b0undary")] if isinstance(payload, bytes) else []
    (found,) = judge(judge.record(body, *headers))
    masked = found[Topic.SANITIZED].value.content
    assert MAIL.encode() not in masked
    assert masked.count(b"[REDACTED:") == body.count(MAIL.encode()) == 1
    if not isinstance(payload, bytes):
        token = masked.partition(b"[REDACTED:")[2].partition(b"]")[0]
        assert json.loads(body.replace(MAIL.encode(), b"[REDACTED:%s]" % token)) == json.loads(masked)
