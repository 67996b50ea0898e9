"""A conversation in an envelope of somebody's own making has its steps; what is none stays one step."""

from __future__ import annotations

import json
from typing import Any

import jsonpath_rfc9535
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace
from reticent.steps import split_path

MESSAGES = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hello"}]
ASKED = {"model": "m", "messages": MESSAGES}
SAID = {"id": "c1", "object": "chat.completion", "choices": [
    {"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}]}  # fmt: skip
TURNS = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}]
WHOLE, TURN = ["system", "prompt", "output"], ["prompt", "output"]
CHUNKS = [{"id": "c1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": word}}]}
          for word in ("h", "i")]  # fmt: skip
STREAM = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in CHUNKS) + "data: [DONE]\n\n"
ENVELOPES: dict[str, tuple[Any, list[str]]] = {
    "a request beside its response": ({"ts": 1, "user": "u", "request": ASKED, "response": SAID}, WHOLE),
    "the response before it": ({"response": SAID, "request": ASKED}, WHOLE),
    "bodies": ({"request": {"method": "POST", "body": ASKED}, "response": {"status": 200, "body": SAID}}, WHOLE),
    "bodies that are texts": ({"request": {"body": json.dumps(ASKED)}, "response": json.dumps(SAID)}, WHOLE),
    "messages beside an answer": ({"event": "call", "data": {"messages": MESSAGES, "response": "hi"}}, WHOLE),
    "agents by their names": ({"history": [
        {"role": "human", "content": "hello"}, {"role": "Planner (thought)", "content": "where?"},
        {"role": "Planner (-> Seeker)", "content": "seek"}, {"role": "Seeker", "content": "found"}]},
        ["prompt", "thinking", "output", "output"]),
    "turns of which one has words of its own": ({"history": [
        {"role": "human", "content": "hello"}, {"role": "assistant", "result": "hi"}]}, TURN),
    "sides": ({"input": json.dumps(MESSAGES), "output": SAID["choices"][0]["message"]}, WHOLE),
    "a history": ({"id": "k", "history": TURNS}, TURN),
    "a question and its answer": ({"session": "s", "question": "hello", "answer": "hi"}, TURN),
    "instructions": ([{"instruction": "hello", "input": "", "output": "hi"}], TURN),
    "speakers": ({"turns": [{"speaker": "Customer", "text": "hello"}, {"speaker": "bot", "text": "hi"}]}, TURN),
    "from and value": ({"conversations": [{"from": "human", "value": "hello"}, {"from": "gpt", "value": "hi"}]}, TURN),
    "events": ({"events": [
        {"type": "user_message", "content": "hello"}, {"type": "tool_call", "name": "f", "arguments": "{\"q\":1}"},
        {"type": "tool_result", "name": "f", "content": "done"}, {"type": "assistant_message", "content": "hi"},
    ]}, ["prompt", "tool_call", "tool_result", "output"]),
    "thoughts, actions and observations": ({"steps": [
        {"thought": "hm", "action": "f", "action_input": {"q": 1}, "observation": "done"}], "final_answer": "hi"},
        ["thinking", "tool_call", "tool_result", "output"]),
}  # fmt: skip
OTHERS: dict[str, Any] = {
    "settings": {"name": "a", "type": "module", "scripts": {"test": "x"}, "authors": [{"name": "n", "role": "owner"}]},
    "a query of a database": {"query": "select 1", "result": "1"},
    "types": {"fields": [{"type": "text", "value": "a"}, {"type": "number", "value": "b"}]},
    "an answer without its question": {"answer": "hi", "rows": [1, 2]},
    "calls of nobody's": {"jobs": [{"action": "deploy"}, {"action": "test"}]},
    "people": [{"author": "user", "content": "a"}, {"author": "mary", "content": "b"}],
}


def _open(payload: bytes) -> Any:
    return open_document(payload, content_type=None, forced=None, limits=Limits())


def _read(tree: Any) -> Trace:
    document = _open(json.dumps(tree).encode())
    assert document.format == "json"
    (trace,) = document.traces()
    return trace


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_conversation_is_told_by_its_steps_each_where_it_stands(name: str) -> None:
    tree, kinds = ENVELOPES[name]
    trace = _read(tree)
    assert [step.kind.value for step in trace.steps] == kinds
    assert {"hello", "hi"} & {str(step.content) for step in trace.steps}
    for step in trace.steps:
        outer, within = split_path(step.path)
        (node,) = jsonpath_rfc9535.find(outer, tree)
        if within:
            (node,) = jsonpath_rfc9535.find("$" + within.removeprefix("$"), json.loads(node.value))


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_conversation_is_one_step(name: str) -> None:
    (step,) = _read(OTHERS[name]).steps
    assert (step.kind.value, step.path, step.content) == ("other", "$", OTHERS[name])


def test_the_trace_has_the_ids_of_the_envelope_and_the_model_of_the_request() -> None:
    trace = _read({"trace_id": "t1", "session_id": "s1", "request": ASKED, "response": SAID})
    assert (trace.trace_id, trace.session_id, trace.attributes["model"]) == ("t1", "s1", "m")


def test_what_is_asked_again_is_told_once() -> None:
    more = [*MESSAGES, {"role": "assistant", "content": "hi"}, {"role": "user", "content": "and?"}]
    calls = [{"request": ASKED, "response": SAID}, {"request": {**ASKED, "messages": more}, "response": SAID}]
    assert [step.kind.value for step in _read({"calls": calls}).steps] == [*WHOLE, "prompt", "output"]


def test_lines_are_a_conversation_or_hold_some() -> None:
    spoken = ENVELOPES["speakers"][0]["turns"]
    for lines, kinds in ((spoken, TURN), ([ENVELOPES["bodies"][0], {"level": "info"}], [*WHOLE, "other"])):
        document = _open(b"\n".join(json.dumps(line).encode() for line in lines))
        (trace,) = document.traces()
        assert (document.format, [step.kind.value for step in trace.steps]) == ("jsonl", kinds)


_NAMES = ("role", "type", "content", "messages", "response", "thought", "action", "observation", "question", "answer",
          "arguments", "request")  # fmt: skip
_TREES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["user", "hello", "tool_call", '{"role": "user"}', "[1", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(_TREES)
def test_whatever_stands_in_it_it_has_steps(tree: Any) -> None:
    for trace in _open(json.dumps([tree]).encode()).traces():
        assert [step.seq for step in trace.steps] == list(range(len(trace.steps)))


def test_lines_of_a_conversation_may_say_otherwise_whose_they_are() -> None:
    lines = [*TURNS[:1], {"type": "tool_call", "function": "f", "arguments": "{}"},
             {"type": "tool_result", "name": "f", "result": "done"}, TURNS[1]]  # fmt: skip
    payload = b"\n".join(json.dumps(each).encode() for each in lines)
    (trace,) = open_document(payload, content_type=None, forced=None, limits=Limits()).traces()
    assert [step.kind.value for step in trace.steps] == ["prompt", "tool_call", "tool_result", "output"]
    assert trace.steps[2].parent == 1


def test_chunks_in_a_text_of_a_line_are_one_answer_and_no_leaves() -> None:
    for body in (json.dumps(CHUNKS), STREAM):
        payload = b"\n".join(json.dumps({"at": at, "body": body}).encode() for at in (1, 2))
        document = open_document(payload, content_type=None, forced=None, limits=Limits())
        document.leaves()
        (trace,) = document.traces()
        assert [(step.kind.value, step.content[:2]) for step in trace.steps] == [("output", "hi")]


def test_a_recorded_exchange_has_the_answer_that_was_streamed() -> None:
    content = {"mimeType": "text/event-stream", "text": STREAM}
    entry = {"request": {"postData": {"text": json.dumps(ASKED)}}, "response": {"content": content}}
    assert [step.kind.value for step in _read({"log": {"entries": [entry]}}).steps] == WHOLE


def test_agents_under_other_names_keep_their_calls() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    for role in ("agent", "Seeker"):
        messages = [
            {"role": "user", "content": "hello", "tool_calls": None},
            {"role": role, "content": "well", "tool_calls": [call]},
            {"role": "tool", "content": "done", "tool_calls": None, "tool_call_id": "c1"},
        ]
        trace = _read({"a": messages})
        assert [step.kind.value for step in trace.steps] == ["prompt", "output", "tool_call", "tool_result"]
        assert trace.steps[3].parent == 2
