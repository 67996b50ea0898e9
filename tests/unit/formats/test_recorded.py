"""What tracing services are sent and export: batches part by trace, and the pieces of a step come together."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.errors import DecodeError
from reticent.formats.document import ALL, Document, Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import BlobKind, Step

from ...contract.recorded import LANGFUSE, LANGSMITH_OUTPUTS, LANGSMITH_RUNS, WEAVE, langsmith_parts, multipart
from .laws import check_read_masked_and_written


def opened(payload: Any, name: str | None) -> Document:
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return open_document(payload, content_type=None, forced=name, limits=Limits())


def told(steps: Sequence[Step]) -> list[tuple[str, str, Any]]:
    return [(step.kind.value, step.name, step.content) for step in steps]


def again(node: Any, changes: dict[str, str]) -> Any:
    """The same with other ids."""
    written = json.dumps(node)
    for old, new in changes.items():
        written = written.replace(f'"{old}"', f'"{new}"')
    return json.loads(written)


_OTHERS = {"t1": "t9", "o1": "o8", "o2": "o9", "r1": "r8", "r2": "r9", "c1": "c8", "c2": "c9", "s1": "s9"}


def _langsmith(runs: list[Any]) -> dict[str, Any]:
    return {"post": runs, "patch": [{"id": "r1", "outputs": LANGSMITH_OUTPUTS}]}


def _multipart() -> bytes:
    parts = langsmith_parts()
    others = [
        (".".join(again(name.split("."), _OTHERS)), media, json.dumps(again(json.loads(body), _OTHERS)).encode())
        for name, media, body in parts
        if media == "application/json"
    ]
    return multipart(*parts, *others)


_LOG = {"id": "l", "type": "sdk-log", "body": {"log": "x"}}
_BATCHES: dict[str, Any] = {
    "langfuse": {"batch": [*LANGFUSE["batch"], *again(LANGFUSE["batch"], _OTHERS), _LOG]},
    "langsmith": {key: [*value, *again(value, _OTHERS)] for key, value in _langsmith(LANGSMITH_RUNS).items()},
    "langsmith multipart": _multipart(),
    "weave": {"calls": [*WEAVE, *again(WEAVE, _OTHERS)]},
}


@pytest.mark.parametrize("case", _BATCHES)
def test_each_trace_of_a_batch_has_its_share_and_leaves_alone(case: str) -> None:
    name = case.partition(" ")[0]
    document = opened(_BATCHES[case], name)
    first, second = document.traces()
    assert told(first.steps) == told(second.steps)
    assert [each[0] for each in told(first.steps)] == ["prompt", "tool_call", "tool_result"]
    assert first.trace_id != second.trace_id
    assert {0, 1} <= set(document.owners()) <= {0, 1, ALL}
    alone = opened(document.encode([1]), name)
    assert [trace.trace_id for trace in alone.traces()] == [second.trace_id]
    assert told(alone.traces()[0].steps) == told(second.steps)
    assert first.trace_id.encode() + b'"' not in document.encode([1])


def test_a_trace_is_told_by_any_observation_that_names_it() -> None:
    created = {"id": "o1", "traceId": "t1", "name": "chat"}
    batch = [
        {"id": "e1", "type": "trace-create", "body": created},
        {"id": "e2", "type": "generation-update", "body": {"id": "o1", "output": "done"}},
        {"id": "e3", "type": "span-create", "body": {"id": "o2", "traceId": "t1", "name": "f"}},
    ]  # fmt: skip
    assert [trace.trace_id for trace in opened({"batch": batch}, None).traces()] == ["o1", "t1"]


@pytest.mark.parametrize("forced", ["langsmith", "jsonl"])
@pytest.mark.parametrize("wrap", [lambda runs: {"post": runs}, lambda runs: {"runs": runs}, lambda runs: runs])
def test_a_run_is_one_whatever_stands_beside_it(wrap: Any, forced: str) -> None:
    """Another that says only its id and its inputs is one in a batch alone; what says only an id ends the run of it."""
    weak = {"id": "r2", "inputs": {"input": "hello"}}
    for runs in ([LANGSMITH_RUNS[0], weak], [weak, {"id": "r1"}, LANGSMITH_RUNS[0], {"id": "r3"}]):
        document = opened(json.dumps(wrap(runs)).encode() + b"\n", forced)
        document.leaves()
        ids = [trace.trace_id for trace in document.traces()]
        assert set(ids) == ({"r1", "r2"} if "post" in wrap(runs) else {"r1"})
        for number, identity in enumerate(ids):
            alone = opened(document.encode([number]), forced)
            assert [trace.trace_id for trace in alone.traces()] == [identity]


def test_a_run_that_ends_in_another_piece_is_one_run() -> None:
    (trace,) = opened(LANGFUSE, None).traces()
    assert (trace.trace_id, trace.session_id) == ("t1", "s1")
    assert trace.attributes == {"model": "m", "usage": {"input_tokens": 12, "output_tokens": 3}}
    prompt, call, _ = trace.steps
    assert prompt.path.startswith("$['batch'][1]") and call.path.startswith("$['batch'][2]")
    assert (prompt.started_at, call.ended_at) == ("2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z")


def test_starts_and_ends_of_calls_are_calls() -> None:
    ends = ("ended_at", "output", "summary")
    batch = []
    for call in WEAVE:
        batch.append({"mode": "start", "req": {"start": {name: call[name] for name in call if name not in ends}}})
        batch.append({"mode": "end", "req": {"end": {name: call[name] for name in ("id", *ends) if name in call}}})
    (trace,) = opened({"batch": batch}, None).traces()
    assert told(trace.steps) == told(opened({"calls": WEAVE}, None).traces()[0].steps)


def test_serialised_messages_of_langchain_are_messages() -> None:
    def message(kind: str, **fields: Any) -> dict[str, Any]:
        return {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", kind], "kwargs": fields}

    calls = [{"name": "f", "args": {"q": 1}, "id": "c1", "type": "tool_call"}]
    asked = [message("SystemMessage", content="be kind"), message("HumanMessage", content="hello")]
    answer = {"text": "", "message": message("AIMessage", content="", tool_calls=calls)}
    result = message("ToolMessage", content="done", tool_call_id="c1", name="f", type="tool")
    run = {**LANGSMITH_RUNS[0], "inputs": {"messages": [asked]}, "outputs": {"generations": [[answer]]}}
    tool = {**LANGSMITH_RUNS[1], "outputs": {"output": result}}
    (trace,) = opened([run, tool], None).traces()
    assert told(trace.steps) == [
        ("system", "", "be kind"), ("prompt", "", "hello"), ("tool_call", "f", {"q": 1}), ("tool_result", "f", "done"),
    ]  # fmt: skip
    assert trace.steps[3].parent == 2


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"id": "r", "run_type": "chain", "name": "n", "inputs": {}, "error": "it broke"}, "$['error']"),
        (
            {"batch": [{"id": "e", "type": "span-create", "body": {"id": "s", "traceId": "t", "level": "ERROR",
                                                                   "statusMessage": "it broke"}}]},
            "$['batch'][0]['body']['statusMessage']",
        ),
    ],
)  # fmt: skip
def test_an_error_stands_where_its_text_does(payload: Any, place: str) -> None:
    document = opened(payload, None)
    (error,) = [step for step in document.traces()[0].steps if step.kind.value == "error"]
    assert (error.content, error.path) == ("it broke", place)
    assert place in map(document.path, range(len(document.leaves().texts)))


@pytest.mark.parametrize(
    "said",
    [
        {"extra": {"metadata": {"ls_model_name": "m", "usage_metadata": {"input_tokens": 3}}}},
        {"extra": {"invocation_params": {"model": "m"}}, "outputs": {"usage": {"prompt_tokens": 3}}},
        {"outputs": {"model": "m", "usage_metadata": {"input_tokens": 3}}},
    ],
)
def test_model_and_tokens_of_a_run_are_told_wherever_its_client_puts_them(said: dict[str, Any]) -> None:
    (trace,) = opened({"id": "r", "run_type": "llm", "name": "n", "inputs": {}, **said}, "langsmith").traces()
    assert trace.attributes == {"model": "m", "usage": {"input_tokens": 3}}


def test_a_failed_run_ends_with_its_error_and_a_chain_is_an_event() -> None:
    names = {"id": "r0", "trace_id": "r0", "dotted_order": "0", "run_type": "chain", "name": "agent"}
    chain = {**names, "inputs": {"x": 1}, "error": "no table"}
    (trace,) = opened(chain, None).traces()
    assert told(trace.steps) == [("event", "agent", {"input": {"x": 1}}), ("error", "agent", "no table")]


def test_a_masked_part_says_its_new_length_and_an_attachment_is_a_blob() -> None:
    payload = multipart(*langsmith_parts())
    document = open_document(
        payload, content_type="multipart/form-data; boundary=b0undary", forced=None, limits=Limits()
    )
    assert document.format == "langsmith"
    assert document.content_type == "multipart/form-data; boundary=b0undary"
    leaves = document.leaves()
    (blob,) = leaves.blobs
    assert blob.kind is BlobKind.IMAGE
    document.replace(blob.leaf, Part.VALUE, "[OPAQUE:image:16:aaaaaaaa]")
    document.replace(leaves.texts.index("content\x01hello"), Part.VALUE, "[REDACTED:r:aaaaaaaa]")
    written = document.encode()
    body = b'{"messages":[{"role":"user","content":"[REDACTED:r:aaaaaaaa]"}]}'
    assert f"length={len(body)}\r\n\r\n".encode() + body in written
    assert b"\x89PNG" not in written and b"[OPAQUE:image:16:aaaaaaaa]" in written
    assert b"some words" in written


def test_a_word_that_stands_in_place_of_an_attachment_is_itself() -> None:
    document = opened(multipart(*langsmith_parts()), None)
    (blob,) = document.leaves().blobs
    document.replace(blob.leaf, Part.VALUE, "MASKED")
    assert b"\r\n\r\nMASKED\r\n" in document.encode()


def test_a_boundary_is_masked_and_what_we_call_the_sides_of_a_part_is_not() -> None:
    document = opened(multipart(*langsmith_parts()), None)
    for leaf, text in enumerate(document.leaves().texts):
        if text in ("boundary\x01b0undary", "body\x01some words"):
            document.replace(leaf, Part.VALUE, "[REDACTED:r:aaaaaaaa]")
        if text.startswith(("headers\x01", "body\x01", "boundary\x01")):
            document.replace(leaf, Part.KEY, "[REDACTED:r:bbbbbbbb]")
    written = document.encode()
    assert b"b0undary" not in written
    assert document.content_type == "multipart/form-data; boundary=-REDACTED:r:aaaaaaaa-"
    again = opened(written, None)
    assert "body\x01[REDACTED:r:aaaaaaaa]" in again.leaves().texts
    assert len(again.traces()) == len(document.traces()) == 1


def test_a_part_whose_headers_were_masked_is_json_still() -> None:
    document = opened(multipart(*langsmith_parts()), None)
    (leaf,) = [n for n, text in enumerate(document.leaves().texts) if 'name="post.r2"' in text]
    document.replace(leaf, Part.VALUE, None)
    (node,) = [text for text in opened(document.encode(), None).leaves().texts if '"run_type":"tool"' in text]
    assert json.loads(node.removeprefix("body\x01"))["id"] == "r2"


@pytest.mark.parametrize("text", ["r1", "", None, " " * 80, "reticent-0"])
def test_a_boundary_stands_nowhere_in_the_body(text: str | None) -> None:
    lines = ("post.r3", "text/plain", b"reticent-0 -" + b"-" * 80)
    document = opened(multipart(*langsmith_parts(), lines, lengths=False), None)
    document.replace(len(document.leaves().texts) - 1, Part.VALUE, text)
    again = opened(document.encode(), None)
    assert document.content_type == again.content_type == "multipart/form-data; boundary=reticent-1"
    assert again.leaves().texts[:-1] == document.leaves().texts[:-1]


@pytest.mark.parametrize(
    "cut",
    [b"--b\r\n", b"--b\r\nX: y\r\n\r\n1", b"--b\r\nno end\r\n--b--", b"--b\r\n\xff: 1\r\n\r\n{}\r\n--b--"],
)
def test_broken_multipart_bodies_are_refused(cut: bytes) -> None:
    with pytest.raises(DecodeError):
        opened(cut, "langsmith")


_NAMES = (
    "batch", "body", "type", "id", "traceId", "trace", "observations", "input", "output", "metadata", "post", "patch",
    "run_type", "trace_id", "inputs", "outputs", "extra", "calls", "op_name", "req", "start", "end", "messages",
    "response", "call_type", "startTime", "generations", "kwargs", "data", "child_runs", "scores", "run_id", "key",
    "score", "dataType", "comment",
)  # fmt: skip
_WORDS = ("generation-create", "score-create", "sdk-log", "llm", "GENERATION", "tool", "{}")
_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(_WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["langfuse", "langsmith", "weave", "litellm"]), _TREES, _TREES)
def test_whatever_stands_in_the_tree_it_is_read_masked_and_written(name: str, one: Any, other: Any) -> None:
    whole = {
        "langfuse": {"batch": [{"type": one, "body": other if isinstance(other, dict) else {"id": one}}, one]},
        "langsmith": {"post": [{"run_type": one, "id": "r", "inputs": other, "outputs": one, "extra": other}, other]},
        "weave": {"calls": [{"op_name": one, "trace_id": "t", "inputs": other, "output": one}], "batch": other},
        "litellm": {"call_type": one, "messages": other, "response": one},
    }[name]
    check_read_masked_and_written(lambda: opened(whole, name))


def _corpora() -> Path:
    return Path(os.environ.get("RETICENT_CORPORA") or Path(__file__).resolve().parents[4] / "shared" / "corpora")


@pytest.mark.parametrize("folder", ["framework-traces", "otel-genai"])
def test_what_others_recorded_is_read_to_steps_and_left_as_it_was(folder: str) -> None:
    files = sorted((_corpora() / folder).glob("*.json"))
    if not files:
        pytest.skip("the recorded corpora are not here")
    for file in files:
        document = opened(file.read_bytes(), None)
        assert document.format == {"framework-traces": "langfuse", "otel-genai": "otel-attributes"}[folder]
        assert document.encode() == file.read_bytes()
        (trace,) = document.traces()
        kinds = [step.kind.value for step in trace.steps]
        assert {"prompt", "output"} <= set(kinds) or {"tool_call", "tool_result"} <= set(kinds)
        calls = [step for step in trace.steps if step.kind.value == "tool_call"]
        assert len({(step.call_id, step.name) for step in calls}) == len(calls), "a call is told once"
        assert all(step.parent is not None for step in trace.steps if step.kind.value == "tool_result")
