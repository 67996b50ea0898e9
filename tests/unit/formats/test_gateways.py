"""What gateways log of calls, and what platforms and buses tell of runs: both sides of a call, each thing said once."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.formats.document import Part
from reticent.formats.providers.streams import Stream

from ...contract import gateways
from ...contract.gateways import ASSISTANTS, AZURE, CLOUDFLARE, CREWAI, HELICONE, KONG, OPIK, PORTKEY, VERTEX, WEBHOOK
from ...fuzz.mutations import places_in
from .laws import check_read_masked_and_written
from .providers import as_sse
from .test_agents import lines, opened, told, trace_of

RUN = [("prompt", "hello"), ("tool_call", {"q": [1, "two"]}), ("tool_result", "done")]
ANSWER = {"id": "a", "object": "chat.completion", "model": "m", "usage": {"prompt_tokens": 12, "completion_tokens": 3},
          "choices": [{"index": 0, "message": {"role": "assistant", "content": "all good"}}]}  # fmt: skip
GEMINI = {"candidates": [{"content": {"role": "model", "parts": [{"text": "all good"}]}}], "modelVersion": "m",
          "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 3}}  # fmt: skip


def _with(document: Any, way: str, said: Any) -> Any:
    """A copy in which something else stands there."""
    made = copy.deepcopy(document)
    *names, last = [int(name) if name.isdigit() else name for name in way.split(".")]
    node = made
    for name in names:
        node = node[name]
    node[last] = said
    return made


ANSWERED = {
    "helicone": _with(HELICONE, "response_body", ANSWER),
    "helicone webhook": _with(WEBHOOK, "response_body", json.dumps(ANSWER)),
    "portkey": _with(PORTKEY, "response.body", ANSWER),
    "vertex-log": _with(VERTEX, "full_response", GEMINI),
    "azure-apim": _with(AZURE, "records.0.properties.responseMessages", json.dumps(ANSWER["choices"])),
    "kong": _with(KONG, "ai.proxy.payload.response", json.dumps(ANSWER)),
    "cloudflare-gateway": _with(CLOUDFLARE, "response", json.dumps(ANSWER)),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_a_log_says_what_a_model_was_asked_and_what_it_answered(name: str) -> None:
    document = ANSWERED[name]
    assert opened(document).format == name.partition(" ")[0]
    assert told(document) == [*RUN, ("output", "all good")]
    trace = trace_of(document)
    assert trace.trace_id
    assert trace.attributes["model"] == "m"
    tokens = {"input_tokens": 12, "output_tokens": 3}
    assert trace.attributes.get("usage", tokens) == tokens


def test_a_log_says_whose_call_it_was_and_when() -> None:
    trace = trace_of(ANSWERED["helicone"])
    assert (trace.session_id, trace.started_at) == ("s1", "2026-11-24T08:00:00.000Z")
    assert trace.ended_at == "2026-11-24T08:00:01.000Z"
    assert trace_of(VERTEX).session_id == trace_of(CLOUDFLARE).session_id == "s1"
    assert trace_of(AZURE).trace_id == HELICONE["request_id"]


def test_what_stands_in_a_string_has_its_place_there() -> None:
    steps = trace_of(ANSWERED["kong"]).steps
    assert steps[0].path == "$['ai']['proxy']['payload']['request']$['messages'][0]"
    assert steps[3].path == "$['ai']['proxy']['payload']['response']$['choices'][0]['message']"


def test_parts_of_one_exchange_are_one_trace_and_others_are_their_own() -> None:
    (entry,) = AZURE["records"]
    answer = _with(_with(entry, "properties.requestMessages", ""), "properties.responseMessages",
                   json.dumps(ANSWER["choices"]))  # fmt: skip
    other = {**entry, "correlationId": "another"}
    document = opened({"records": [entry, other, answer]})
    first, second = document.traces()
    assert [step.content for step in first.steps] == [said for _, said in [*RUN, ("output", "all good")]]
    assert [step.content for step in second.steps] == [said for _, said in RUN]
    alone = opened(json.loads(document.encode([0])))
    assert [trace.trace_id for trace in alone.traces()] == [first.trace_id]
    assert b"another" not in document.encode([0])


def test_what_a_gateway_says_went_wrong_is_an_error() -> None:
    failed = _with(VERTEX, "full_response", {"error": {"code": 429, "message": "too many"}})
    assert ("error", "too many") in told(failed)


def test_encrypted_bodies_are_opaque() -> None:
    body = {"type": "encrypted", "data": "QUJDRA=="}
    event = {"Gateway": "g", "Provider": "openai", "Model": "m", "RequestBody": body, "ResponseBody": body}
    document = opened(event)
    assert document.format == "cloudflare-gateway"
    assert len(document.leaves().blobs) == 2


def test_opiks_spans_are_a_run_and_its_traces_alone_an_event() -> None:
    failed = _with(OPIK, "spans.1.error_info", {"exception_type": "E", "message": "broken", "traceback": "t"})
    assert ("error", "broken") in told(failed)
    trace = {"id": "t1", "name": "chat", "start_time": "2026-11-24T08:00:00Z", "project_name": "p", "thread_id": "s1",
             "input": {"question": "hello"}, "output": {"answer": "done"}}  # fmt: skip
    assert opened({"traces": [trace]}).format == "opik"
    (step,) = trace_of({"traces": [trace]}).steps
    assert (step.kind, step.name) == ("event", "chat")
    assert trace_of([trace, *OPIK["spans"]]).session_id == "s1"
    assert [kind for kind, _ in told({"content": OPIK["spans"]})] == ["prompt", "tool_call", "tool_result"]


def test_what_crewais_tools_tell_is_the_call_that_the_model_asked_for() -> None:
    started, _, began, ended = CREWAI
    sent = gateways.crew(2, "llm_call_started", model="m", call_id="l2", messages=gateways.MESSAGES, tools=None)
    final = gateways.crew(2, "llm_call_completed", call_id="l2", response="all good", call_type="llm_call")
    pieces = [gateways.crew(2, "llm_stream_chunk", call_id="l2", chunk=piece) for piece in ("all ", "good")]
    # the model's call shows in what it is sent next alone
    run = [started, began, ended, sent, *pieces, final]
    assert told(run) == [*RUN, ("output", "all good")]
    assert [step.call_id for step in trace_of(run).steps] == ["", "c1", "c1", ""]
    assert told(lines(run)) == told(run)
    assert [len(flow) for flow in opened(run).leaves().flows if isinstance(flow, Stream)] == [2]
    alone = [{**began, "tool_args": '{"q": [1, "two"]}'}, ended]
    assert told(alone) == RUN[1:]
    assert trace_of(alone).steps[1].parent == 0


def test_crewais_other_events_say_what_they_hold() -> None:
    events = [
        gateways.crew(0, "crew_kickoff_started", crew_name="c", inputs={"topic": "x"}),
        gateways.crew(0, "memory_retrieval_completed", memory_content="noted", retrieval_time_ms=1.5),
        gateways.crew(0, "knowledge_retrieval_completed", query="q", retrieved_knowledge="known"),
        gateways.crew(0, "agent_reasoning_completed", plan="first this", ready=True),
        gateways.crew(1, "tool_usage_error", tool_name="f", tool_args={}, error="bad"),
        gateways.crew(1, "llm_call_failed", call_id="l", error="broken"),
        gateways.crew(1, "task_started", context=""),
        gateways.crew(2, "task_completed", output={"raw": "all good", "description": "d"}),
    ]  # fmt: skip
    assert told(events) == [
        ("event", {"topic": "x"}), ("memory", "noted"), ("retrieval", "known"), ("plan", "first this"),
        ("tool_call", {}), ("tool_result", "bad"), ("error", "broken"), ("event", "all good"),
    ]  # fmt: skip


_MESSAGE = {"object": "thread.message.delta", "id": "m1"}


def _piece(**more: Any) -> dict[str, Any]:
    call = {"index": 0, **more}
    return {"object": "thread.run.step.delta", "id": "s1", "delta": {"step_details": {"tool_calls": [call]}}}


def test_a_streamed_run_of_an_assistant_is_what_its_lists_say() -> None:
    run = {
        "object": "thread.run",
        "id": "r1",
        "thread_id": "s1",
        "created_at": 1,
        "model": "m",
        "instructions": "be kind",
    }
    events = [
        {"object": "thread", "id": "s1", "created_at": 1}, ASSISTANTS["data"][1], run,
        _piece(id="c1", type="function", function={"name": "f", "arguments": ""}),
        *[_piece(type="function", function={"arguments": piece}) for piece in ('{"q": [1, ', '"two"]}')],
        ASSISTANTS["data"][0],
        *[{**_MESSAGE, "delta": {"content": [{"index": 0, "type": "text", "text": {"value": piece}}]}}
          for piece in ("all ", "good", ", ", "all ", "of it")],
        {"object": "thread.message", "id": "m1", "role": "assistant", "created_at": 3, "thread_id": "s1", "content": [
            {"type": "text", "text": {"value": "all good, all of it", "annotations": []}}]},
        {**run, "usage": {"prompt_tokens": 12}},
    ]  # fmt: skip
    wanted = [RUN[0], ("system", "be kind"), *RUN[1:], ("output", "all good, all of it")]
    for document in (events, lines(events), as_sse(events, done=True)):
        assert told(document) == wanted
        trace = trace_of(document)
        assert (trace.session_id, trace.attributes) == ("s1", {"model": "m", "usage": {"prompt_tokens": 12}})
        assert sorted(len(flow) for flow in opened(document).leaves().flows if isinstance(flow, Stream)) == [3, 5]


def test_lists_are_read_the_oldest_first() -> None:
    there = {**ASSISTANTS, "data": ASSISTANTS["data"][::-1]}
    assert told(ASSISTANTS) == told(there) == RUN
    retrieved = _with(ASSISTANTS, "data.0.step_details.tool_calls", [
        {"id": "c2", "type": "file_search", "file_search": {"results": [{"content": [{"text": "found"}]}]}},
        {"id": "c3", "type": "code_interpreter", "code_interpreter": {"input": "1 + 1", "outputs": [{"logs": "2"}]}},
    ])  # fmt: skip
    assert [kind for kind, _ in told(retrieved)] == ["prompt", "tool_call", "retrieval", "tool_call", "tool_result"]
    asked = {"object": "thread.run", "id": "r", "required_action": {"submit_tool_outputs": {"tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"q": [1, "two"]}'}}]}},
        "last_error": {"code": "e", "message": "broken"}}  # fmt: skip
    assert told(asked) == [RUN[1], ("error", "broken")]


def test_lists_of_answers_and_of_items_are_read_too() -> None:
    later = {**ANSWER, "id": "b", "created": 8, "choices": [{"message": {"role": "assistant", "content": "b"}}]}
    answers = {"object": "list", "data": [later, {**ANSWER, "created": 7}], "has_more": False}
    assert opened(answers).format == "openai-chat"
    assert told(answers) == [("output", "all good"), ("output", "b")]
    items = [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}], "id": "1"},
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"q": [1, "two"]}', "id": "2"},
        {"type": "function_call_output", "call_id": "c1", "output": "done", "id": "3"},
    ]
    for held in (items, items[::-1]):
        assert opened({"object": "list", "data": held}).format == "openai-responses"
        assert told({"object": "list", "data": held}) == RUN
    nested = b'{"object":"list","data":[' * 90 + json.dumps(answers).encode() + b"]}" * 90
    assert opened(nested).format == "json"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(gateways.FIXTURES)), st.data())
def test_whatever_stands_in_them_they_are_read_masked_and_written(name: str, data: st.DataObject) -> None:
    tree = json.loads(gateways.FIXTURES[name])
    node, key = data.draw(st.sampled_from(places_in(tree)))
    node[key] = data.draw(st.sampled_from([None, 7, 1.5, "x", "[", [], {}, [[]], {"a": [1]}, [{"type": "function"}]]))
    check_read_masked_and_written(lambda: opened(tree))


@pytest.mark.parametrize("name", gateways.FIXTURES)
def test_a_masked_id_parts_nothing_and_joins_nothing(name: str) -> None:
    document = opened(json.loads(gateways.FIXTURES[name]))
    for leaf, text in enumerate(document.leaves().texts):
        if "\x01" in text and document.ties(leaf):
            document.replace(leaf, Part.VALUE, "MASKED")
    again = opened(json.loads(document.encode()))
    assert len(again.traces()) == 1
    assert [step.kind for step in again.traces()[0].steps] == ["prompt", "tool_call", "tool_result"]
