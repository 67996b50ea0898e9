"""Ids that tell the traces of a record apart: whatever a policy does to them, the same traces are read back."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from reticent.model import Masked, Topic
from reticent.sinks import rows as archive

from ...contract.recorded import multipart
from ..judging import Judge
from ..records import Record

ANA, BEN = "run-ana.silva@mail.example.org", "run-ben.stone@mail.example.org"
TIMES = {"startTime": "2026-01-01T00:00:00Z", "timestamp": "2026-01-01T00:00:00Z"}


def langfuse(trace: str, n: int) -> list[Any]:
    made = {"id": f"o{n}", "traceId": trace, "type": "GENERATION", "input": f"ask {n}", "output": "x", **TIMES}
    return [
        {"id": f"e{n}", "type": "trace-create", "body": {"id": trace, "name": "t", **TIMES}},
        {"id": f"f{n}", "type": "generation-create", "body": made},
        {"id": f"g{n}", "type": "generation-update", "body": {"id": f"o{n}", "output": f"answer {n}"}},
    ]


def langsmith(trace: str, n: int) -> list[Any]:
    at = {"start_time": TIMES["startTime"], "end_time": TIMES["startTime"]}
    asked, said = {"messages": [{"role": "user", "content": f"ask {n}"}]}, {"output": f"answer {n}"}
    return [
        {"id": trace, "run_type": "chain", "name": "c", "inputs": {}, **at},
        {"id": f"r{n}", "trace_id": trace, "parent_run_id": trace, "run_type": "llm", "name": "l", **at,
         "inputs": asked, "outputs": said},
        {"run_id": trace, "key": "good", "score": 1},
    ]  # fmt: skip


def weave(trace: str, n: int) -> list[Any]:
    call = {"project_id": "p", "id": trace, "op_name": "openai.chat.completions.create", "trace_id": trace,
            "started_at": TIMES["startTime"], "attributes": {}, "inputs": {"messages": f"ask {n}"}}  # fmt: skip
    return [
        {"mode": "start", "req": {"start": call}},
        {"mode": "end", "req": {"end": {"id": trace, "ended_at": TIMES["startTime"], "output": f"answer {n}"}}},
    ]


def otel_spans(trace: str, n: int) -> list[Any]:
    context = {"trace_id": trace, "span_id": f"{trace}/1"}
    attributes = {"openinference.span.kind": "LLM", "input.value": f"ask {n}", "output.value": f"answer {n}"}
    return [{"name": "s", "context": context, "parent_id": None, "attributes": attributes}]


def otlp(trace: str, n: int) -> list[Any]:
    said = [{"key": "gen_ai.prompt", "value": {"stringValue": f"ask {n}"}},
            {"key": "gen_ai.completion", "value": {"stringValue": f"answer {n}"}}]  # fmt: skip
    return [{"traceId": trace, "spanId": "00f067aa0ba902b7", "name": "s", "attributes": said}]


def litellm(trace: str, n: int) -> list[Any]:
    asked = [{"role": "user", "content": f"ask {n}"}]
    return [{"id": f"c{n}", "trace_id": trace, "call_type": "completion", "messages": asked, "response": f"answer {n}"}]


def native(trace: str, n: int) -> list[Any]:
    return [{"trace_id": trace, "steps": [{"seq": at, "kind": kind, "content": f"{said} {n}"}]}
            for at, (kind, said) in enumerate((("prompt", "ask"), ("output", "answer")))]  # fmt: skip


def whole(made: Any, wrap: Any) -> bytes:
    return json.dumps(wrap([*made(ANA, 1), *made(BEN, 2)])).encode()


BATCHES = {
    "langfuse": whole(langfuse, lambda found: {"batch": found}),
    "langsmith": whole(langsmith, lambda found: {"post": found}),
    "weave": whole(weave, lambda found: {"batch": found}),
    "otel-spans": whole(otel_spans, lambda found: {"spans": found}),
    "otlp-traces": whole(otlp, lambda found: {"resourceSpans": [{"scopeSpans": [{"spans": found}]}]}),
    "litellm": whole(litellm, lambda found: found),
    "jsonl": b"\n".join(json.dumps(each).encode() for each in [*native(ANA, 1), *native(BEN, 2)]),
}
POLICIES = {
    "drop": "{rules: ['*'], action: drop}",
    "summarise": "{rules: ['*'], action: summarise}",
    "drop in some places": "{rules: ['*'], where: {path: '$..id'}, action: partial}, {rules: ['*'], action: drop}",
    "hash in one": "{rules: ['*'], where: {path: '$[*][*].traceId'}, action: hash}, {rules: ['*'], action: redact}",
}


@functools.cache
def judging(policy: str) -> Judge:
    return Judge(f"version: 1\npacks: [pii]\napply: [{POLICIES[policy]}]\napprovals: {{groups: [security]}}\n")


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("format", BATCHES)
def test_a_batch_whose_ids_are_masked_is_read_back_as_the_same_traces(format: str, policy: str) -> None:
    judge = judging(policy)
    (found,) = judge(judge.record(BATCHES[format]))
    released = found[Topic.SANITIZED]
    assert isinstance(released.value, Masked)
    assert b"@mail" not in released.value.content
    headers = dict(released.headers)
    assert headers["reticent-format"].decode() == format
    told = [place["trace_id"] for place in json.loads(headers["reticent-traces"])]
    assert len(set(told)) == 2 and all(told)
    steps = archive.rows(Record(value=released.value.content, headers=list(released.headers)))["steps"]
    for trace, n in zip(told, (1, 2), strict=True):
        said = [row["content"] for row in steps if row["trace_id"] == trace and row["kind"] != "event"]
        assert said == [f"ask {n}", f"answer {n}"]


def helicone(trace: str, n: int) -> list[Any]:
    asked = {"model": "m", "messages": [{"role": "user", "content": f"ask {n}"}]}
    said = {"choices": [{"message": {"role": "assistant", "content": f"answer {n}"}}]}
    return [{"request_id": trace, "request_body": asked, "response_body": said}]


@pytest.mark.parametrize("action", ["redact", "partial", "hash"])
@pytest.mark.parametrize("make", [langfuse, langsmith, weave, otel_spans, litellm, helicone])
def test_an_id_that_is_a_number_tells_a_trace_too(make: Any, action: str) -> None:
    """Masked, it is a text."""
    card = 4111111111111111
    made = json.loads(json.dumps([*make(f"{card}", 1), *make("r-2", 2)]).replace(f'"{card}"', f"{card}"))
    wrap = {"langfuse": "batch", "langsmith": "post", "weave": "batch", "otel_spans": "spans"}.get(make.__name__)
    judge = Judge(
        f"version: 1\npacks: [financial]\napply: [{{rules: ['*'], action: {action}}}]\n"
        "approvals: {groups: [security]}\n"
    )
    (found,) = judge(judge.record(json.dumps({wrap: made} if wrap else made).encode()))
    released = found[Topic.SANITIZED]
    assert isinstance(released.value, Masked)
    assert str(card).encode() not in released.value.content
    assert len(json.loads(dict(released.headers)["reticent-traces"])) == 2
    steps = archive.rows(Record(value=released.value.content, headers=list(released.headers)))["steps"]
    said = [row["content"] for row in steps if row["kind"] != "event"]
    assert said == ["ask 1", "answer 1", "ask 2", "answer 2"]


def test_what_is_nobodys_id_is_dropped() -> None:
    judge = judging("drop")
    call = langsmith("r-1", 1)[1] | {"inputs": {"id": ANA, "messages": [{"role": "user", "content": "ask"}]}}
    (found,) = judge(judge.record(json.dumps(call).encode()))
    assert json.loads(found[Topic.SANITIZED].value.content)["inputs"]["id"] is None


def test_equal_ids_are_equal_in_other_records_too() -> None:
    judge = judging("drop")
    one, two = judge(judge.record(json.dumps(native(ANA, 1)[0]).encode()), judge.record(BATCHES["jsonl"]))
    first = dict(one[Topic.SANITIZED].headers)["reticent-trace-id"].decode()
    assert first == json.loads(dict(two[Topic.SANITIZED].headers)["reticent-traces"])[0]["trace_id"] != ""


def test_parts_of_a_multipart_body_keep_their_run() -> None:
    run = {"id": "r-1", "trace_id": "r-1", "run_type": "llm", "name": ANA, "start_time": TIMES["startTime"]}
    asked = {"messages": [{"role": "user", "content": "ask"}]}
    body = multipart(
        ("post.r-1", "application/json", json.dumps(run).encode()),
        ("post.r-1.inputs", f"application/json; note={BEN.partition('-')[2]}", json.dumps(asked).encode()),
    )
    judge = judging("drop")
    (found,) = judge(judge.record(body, ("content-type", b"multipart/form-data; boundary=b0undary")))
    released = found[Topic.SANITIZED]
    assert isinstance(released.value, Masked)
    assert b"@mail" not in released.value.content
    steps = archive.rows(Record(value=released.value.content, headers=list(released.headers)))["steps"]
    assert [(row["kind"], row["content"]) for row in steps] == [("prompt", "ask")]
