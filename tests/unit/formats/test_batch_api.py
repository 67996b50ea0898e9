"""Files of batch interfaces: each line is a trace, read as what it wraps, alone and in JSON Lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.errors import DecodeError
from reticent.formats.document import ALL, Document
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import StepKind, Topic
from reticent.steps import StepIndex

from ..judging import Judge
from .laws import check_read_masked_and_written
from .providers import RUNS, SAID
from .test_sse import KEY, _masked

_URLS = {"openai-chat": "/v1/chat/completions", "openai-responses": "/v1/responses"}


def _request(name: str, number: int, body: Any) -> dict[str, Any]:
    if name in _URLS:
        return {"custom_id": f"request-{number}", "method": "POST", "url": _URLS[name], "body": body}
    if name == "gemini":
        return {"key": f"request-{number}", "request": body}
    if name == "bedrock-converse":
        return {"recordId": f"CALL{number:07}", "modelInput": body}
    return {"custom_id": f"request-{number}", "params": body}


def _result(name: str, number: int, body: Any) -> dict[str, Any]:
    if name in _URLS:
        response = {"status_code": 200, "request_id": f"req_{number}", "body": body}
        return {"id": f"batch_req_{number}", "custom_id": f"request-{number}", "response": response, "error": None}
    if name == "gemini":
        return {"key": f"request-{number}", "response": body}
    if name == "bedrock-converse":
        return {"recordId": f"CALL{number:07}", "modelOutput": body}
    return {"custom_id": f"request-{number}", "result": {"type": "succeeded", "message": body}}


def _opened(payload: Any, name: str | None = None) -> Document:
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return open_document(payload, content_type=None, forced=name, limits=Limits())


def _lines(*documents: Any) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


_NAMES = sorted(set(RUNS) & {"openai-chat", "openai-responses", "anthropic-messages", "gemini", "bedrock-converse"})


@pytest.mark.parametrize("name", _NAMES)
def test_a_line_alone_has_the_steps_of_what_it_wraps_and_its_number(name: str) -> None:
    request, answer = RUNS[name].requests[1], RUNS[name].responses[1]
    for line, wrapped in ((_request(name, 1, request), request), (_result(name, 1, answer), answer)):
        document = _opened(line)
        assert document.format == "batch-api"
        (trace,), (plain,) = document.traces(), _opened(wrapped, name).traces()
        assert [(s.kind, s.content, s.name) for s in trace.steps] == [(s.kind, s.content, s.name) for s in plain.steps]
        assert len(trace.steps) > 0
        number = next(iter({"custom_id", "key", "recordId"} & set(line)))
        assert trace.attributes == {**plain.attributes, number: line[number]}


def test_a_path_leads_into_what_is_wrapped() -> None:
    (request,) = _opened(_request("openai-chat", 1, RUNS["openai-chat"].requests[0])).traces()
    assert all(step.path.startswith("$['body']['messages'][") for step in request.steps)
    document = _opened(_result("anthropic-messages", 1, RUNS["anthropic-messages"].responses[0]))
    index = StepIndex(document.traces())
    kinds = {index.kind(document.path(leaf)) for leaf in range(len(document.leaves().texts))}
    assert {"thinking", "output", "tool_call"} <= kinds
    assert all(step.path.startswith("$['result']['message']['content']") for step in document.traces()[0].steps)


@pytest.mark.parametrize("name", _NAMES)
def test_each_line_of_a_file_is_a_trace_of_its_own(name: str) -> None:
    run = RUNS[name]
    payload = _lines(_request(name, 1, run.requests[0]), _request(name, 2, run.requests[1]))
    document = _opened(payload)
    assert document.format == "jsonl"
    first, second = document.traces()
    assert [(step.kind, step.content, step.name) for step in second.steps] == SAID[:-1]
    assert len(first.steps) == 2
    assert set(document.owners()) == {0, 1}
    assert document.encode([1]) == payload.splitlines(keepends=True)[1]


def test_a_list_of_lines_and_anthropics_document_of_them_are_split_by_line() -> None:
    lines = [_request("anthropic-messages", number, RUNS["anthropic-messages"].requests[0]) for number in (1, 2)]
    for whole in (lines, {"requests": lines}):
        document = _opened(whole)
        assert document.format == "batch-api"
        assert [trace.attributes["custom_id"] for trace in document.traces()] == ["request-1", "request-2"]
        assert set(document.owners()) <= {0, 1, ALL}
        (left,) = _opened(document.encode([1])).traces()
        assert left.attributes["custom_id"] == "request-2"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"id": "b", "custom_id": "r", "response": None, "error": {"code": "expired", "message": "late"}}, "late"),
        ({"id": "b", "custom_id": "r", "response": {"status_code": 400, "body": {"error": {"message": "no"}}}}, "no"),
        ({"custom_id": "r", "result": {"type": "errored", "error": {
            "type": "error", "error": {"type": "invalid_request_error", "message": "too long"}}}}, "too long"),
        ({"custom_id": "r", "result": {"type": "expired"}}, "expired"),
        ({"custom_id": "r", "result": {"type": "canceled"}}, "canceled"),
    ],
)  # fmt: skip
def test_what_failed_is_an_error(line: Any, said: str) -> None:
    document = _opened(line)
    assert document.format == "batch-api"
    (trace,) = document.traces()
    assert [(step.kind, step.content) for step in trace.steps] == [(StepKind.ERROR, said)]


def test_what_no_provider_claims_is_one_step() -> None:
    line = {"custom_id": "r", "method": "POST", "url": "/v1/embeddings", "body": {"model": "m", "input": "words"}}
    (trace,) = _opened(line).traces()
    assert [(step.kind, step.content, step.path) for step in trace.steps] == [
        (StepKind.OTHER, line["body"], "$['body']")
    ]


@pytest.mark.parametrize("name", ["openai-chat", "openai-responses", "anthropic-messages"])
def test_a_masked_result_is_still_the_providers_own(name: str) -> None:
    module, model = {
        "openai-chat": ("openai.types.chat", "ChatCompletion"),
        "openai-responses": ("openai.types.responses", "Response"),
        "anthropic-messages": ("anthropic.types.messages", "MessageBatchIndividualResponse"),
    }[name]
    adapter = pytest.importorskip("pydantic").TypeAdapter(getattr(pytest.importorskip(module), model))
    response = json.loads(json.dumps(RUNS[name].responses[0]).replace("one moment", f"it is {KEY}"))
    line = _result(name, 1, response)
    masked = json.loads(_masked(json.dumps(line).encode()))
    assert KEY not in json.dumps(masked)
    assert masked["custom_id"] == line["custom_id"]
    adapter.validate_json(json.dumps(masked["response"]["body"] if name in _URLS else masked), strict=True)


def test_a_masked_request_is_still_anthropics_own() -> None:
    types = pytest.importorskip("anthropic.types.messages.batch_create_params")
    request = json.loads(json.dumps(RUNS["anthropic-messages"].requests[1]).replace("weather?", f"it is {KEY}"))
    masked = json.loads(_masked(json.dumps({"requests": [_request("anthropic-messages", 1, request)]}).encode()))
    assert KEY not in json.dumps(masked)
    pytest.importorskip("pydantic").TypeAdapter(types.BatchCreateParams).validate_python(masked)


def test_the_shipped_rules_leave_the_wrapping_alone() -> None:
    judge = Judge()
    lines = [_result(name, 1, RUNS[name].responses[1]) for name in _NAMES]
    lines += [_request(name, 1, RUNS[name].requests[0]) for name in _NAMES]
    for line in lines:
        (found,) = judge(judge.record(json.dumps(line).encode()))
        assert found[Topic.SANITIZED].value.content == json.dumps(line).encode()


def test_what_is_no_batch_is_refused() -> None:
    for tree in ({}, [], {"custom_id": "x"}, {"key": "x", "value": 1}, {"requests": [1]}, "x"):
        with pytest.raises(DecodeError):
            _opened(tree, "batch-api")
    for tree in ({"custom_id": "x", "error": "y"}, {"key": "k", "response": {"a": 1}}, {"key": "k", "request": "r"}):
        assert _opened(tree).format == "json"


_FIELDS = ("custom_id", "params", "result", "body", "url", "response", "error", "message", "messages", "type", "key",
           "request", "role", "content", "requests", "recordId", "modelInput", "modelOutput", "contents")  # fmt: skip
_TREES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["user", "message", "canceled", "/v1/responses", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_FIELDS), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(_TREES, _TREES)
def test_whatever_a_line_wraps_it_is_read_masked_and_written(one: Any, other: Any) -> None:
    for name in ("openai-chat", "anthropic-messages", "gemini", "bedrock-converse"):
        lines = [_request(name, 1, one), {**_result(name, 2, other), "error": one}]
        check_read_masked_and_written(lambda lines=lines: _opened(lines, "batch-api"))
