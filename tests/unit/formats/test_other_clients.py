"""What clients for JavaScript and Java write down: their names, clocks of milliseconds, spans around spans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace

from ...contract.recorded import BEGIN, attributes, resource, spans

ARGUMENTS = json.dumps({"who": "Ann"})
_CALL = {"toolCallId": "c1", "toolName": "find", "args": {"who": "Ann"}}
RUN = [("system", "be brief"), ("prompt", "where is Ann?"), ("tool_call", {"who": "Ann"}), ("tool_result", "at home"),
       ("output", "Ann is at home.")]  # fmt: skip
_ASKED = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "where is Ann?"}]


def trace_of(found: list[dict[str, Any]]) -> Trace:
    payload = json.dumps({"resourceSpans": [resource(*found)]}).encode()
    (trace,) = open_document(payload, content_type=None, forced=None, limits=Limits()).traces()
    return trace


def told(found: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(step.kind.value, step.content) for step in trace_of(found).steps if step.content]


def _mastra(kind: str, **sides: Any) -> dict[str, Any]:
    written = {f"mastra.{kind}.{side}": json.dumps(value) for side, value in sides.items()}
    return {"mastra.span.type": kind, **written}


_SPANS: Mapping[str, list[dict[str, Any]]] = {
    "Mastra, whose calls of a model say what they answered alone": [
        _mastra("model_generation", input={"messages": _ASKED}, output={"text": "Ann is at home.", "files": []}),
        _mastra("model_step", input=_ASKED, output={"text": "", "toolCalls": [_CALL]}),
        {"mastra.span.type": "tool_call", "gen_ai.tool.name": "find", "gen_ai.tool.call.id": "c1",
         "gen_ai.tool.call.arguments": ARGUMENTS, "gen_ai.tool.call.result": "at home"},
        {"gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [
            {"type": "text", "content": "Ann is at home."}]}])},
    ],
    "Laminar": [
        {"lmnr.span.type": "LLM", "lmnr.span.input": json.dumps(_ASKED),
         "lmnr.span.output": json.dumps({"role": "assistant", "tool_calls": [
             {"id": "c1", "type": "function", "function": {"name": "find", "arguments": ARGUMENTS}}]})},
        {"lmnr.span.type": "TOOL", "lmnr.span.input": ARGUMENTS, "lmnr.span.output": "at home", "name": "find"},
        {"gen_ai.completion.0.content": "Ann is at home."},
    ],
    "Genkit for Go": [
        {"genkit:metadata:subtype": "model", "genkit:input": json.dumps({"messages": [
            {"role": each["role"], "content": [{"text": each["content"]}]} for each in _ASKED]}),
         "genkit:output": json.dumps({"message": {"role": "model", "content": [
             {"toolRequest": {"name": "find", "ref": "c1", "input": {"who": "Ann"}}}]}})},
        {"genkit:metadata:subtype": "tool.v2", "genkit:input": ARGUMENTS, "name": "find",
         "genkit:output": '{"output": "at home"}'},
        {"gen_ai.completion": "Ann is at home."},
    ],
    "Sentry": [
        {"gen_ai.system_instructions": '[{"type": "text", "content": "be brief"}]',
         "gen_ai.input.messages": json.dumps(_ASKED[1:]), "gen_ai.response.text": '[""]',
         "gen_ai.response.tool_calls": json.dumps([
             {"id": "c1", "type": "function", "function": {"name": "find", "arguments": ARGUMENTS}}])},
        {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find", "gen_ai.tool.input": ARGUMENTS,
         "gen_ai.tool.output": "at home"},
        {"gen_ai.response.text": '["Ann is at home."]'},
    ],
    "Spring AI": [
        {"gen_ai.prompt": json.dumps(_ASKED), "gen_ai.response.finish_reasons": '["TOOL_CALLS"]'},
        {"spring.ai.kind": "tool_call", "spring.ai.tool.definition.name": "find",
         "spring.ai.tool.call.arguments": ARGUMENTS, "spring.ai.tool.call.result": "at home"},
        {"gen_ai.completion": "Ann is at home."},
    ],
    "Langfuse, of LangChain's messages": [
        {"langfuse.observation.type": "generation", "langfuse.observation.input": json.dumps({"messages": _ASKED}),
         "langfuse.observation.output": json.dumps({"role": "assistant", "content": "", "tool_calls": [
             {"name": "find", "args": {"who": "Ann"}, "type": "tool_call", "id": "c1"}]})},
        {"langfuse.observation.type": "tool", "langfuse.observation.input": ARGUMENTS,
         "langfuse.observation.output": json.dumps({
             "lc": 1, "type": "constructor", "id": ["langchain_core", "messages", "ToolMessage"],
             "kwargs": {"status": "success", "content": "at home", "tool_call_id": "c1", "name": "find"}})},
        {"langfuse.observation.type": "generation", "langfuse.observation.output": "Ann is at home.",
         "langfuse.observation.input": json.dumps([
             *_ASKED, {"content": "at home", "additional_kwargs": {}, "role": "find"}])},
    ],
    "Langfuse and OpenInference, whose clients keep instructions apart": [
        {"langfuse.observation.type": "generation", "langfuse.observation.metadata.instructions": "be brief",
         "langfuse.observation.input": "where is Ann?"},
        {"openinference.span.kind": "LLM", "llm.invocation_parameters": '{"system": "be brief", "max_tokens": 9}',
         "llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": "where is Ann?",
         "llm.input_messages.1.message.role": "assistant",
         "llm.input_messages.1.message.tool_calls.0.tool_call.id": "c1",
         "llm.input_messages.1.message.tool_calls.0.tool_call.function.name": "find",
         "llm.input_messages.1.message.tool_calls.0.tool_call.function.arguments": ARGUMENTS,
         "llm.input_messages.2.message.role": "user", "llm.input_messages.2.message.tool_call_id": "c1",
         "llm.input_messages.2.message.content": "at home",
         "llm.output_messages.0.message.role": "assistant",
         "llm.output_messages.0.message.content": "Ann is at home."},
    ],
}  # fmt: skip


@pytest.mark.parametrize("client", _SPANS)
def test_each_thing_said_is_a_step_once_whatever_its_client_calls_it(client: str) -> None:
    whole = spans({"work": True}, *_SPANS[client])
    for node in whole:
        node["name"] = next((each["value"]["stringValue"] for each in node["attributes"] if each["key"] == "name"), "x")
    whole[0]["endTimeUnixNano"] = str(BEGIN + 60 * 10**9)
    whole[1]["endTimeUnixNano"] = str(BEGIN + 50 * 10**9)
    for inner in whole[2:] if client.startswith("Mastra") else ():
        inner["parentSpanId"] = whole[1]["spanId"]
    assert told(whole) == RUN


def test_a_span_stands_before_those_in_it_that_began_in_the_same_millisecond() -> None:
    call = {"gen_ai.prompt": "where is Ann?", "gen_ai.completion": "Ann is at home."}
    outer, inner = spans({"work": True}, call)
    inner["startTimeUnixNano"] = outer["startTimeUnixNano"]
    assert [step.name for step in trace_of([inner, outer]).steps] == ["work", "", ""]


def test_an_error_that_goes_up_through_spans_is_one_where_it_began() -> None:
    found = spans({"work": True}, {"work": True}, {"gen_ai.prompt": "where is Ann?"})
    found[2]["parentSpanId"] = found[1]["spanId"]
    for number, node in enumerate(found):
        node["endTimeUnixNano"] = str(BEGIN + (9 - number) * 10**9)
        said = {"exception.type": "Error", "exception.message": "no such person"}
        node["events"] = [{"name": "exception", "timeUnixNano": str(BEGIN), "attributes": attributes(said)}]
    found[0]["events"] = []
    found[0]["status"] = {"code": 2, "message": "no answer"}
    steps = trace_of(found).steps
    assert [(step.kind.value, step.content) for step in steps[2:]] == [
        ("prompt", "where is Ann?"), ("error", "no such person"), ("error", "no answer"),
    ]  # fmt: skip
    assert [path.partition("['events']")[0][-3:] for path in (steps[3].path, *steps[3].further)] == ["[2]", "[1]"]


def test_an_error_is_one_too_where_no_span_says_what_it_stands_in() -> None:
    found = spans({"work": True}, {"work": True}, {"work": True})
    for number, node in enumerate(found):
        node.pop("parentSpanId", None)
        node["endTimeUnixNano"] = str(BEGIN + (9 - number) * 10**9)
        node["status"] = {"code": 2, "message": "no answer" if number else "gone"}
    assert told(found) == [("error", "gone"), ("error", "no answer")]


@pytest.mark.parametrize("given", [{"args": [ARGUMENTS]}, {"args": [], "kwargs": {"who": "Ann"}}])
def test_a_tool_is_known_by_the_message_that_it_answered_with(given: Any) -> None:
    answer = {"lc": 1, "type": "constructor", "id": ["langchain_core", "messages", "ToolMessage"],
              "kwargs": {"content": "at home", "tool_call_id": "c1", "name": "find"}}  # fmt: skip
    kinds = {"traceloop.span.kind": "tool", "traceloop.entity.name": "DynamicStructuredTool"}
    said = {"traceloop.entity.input": json.dumps(given), "traceloop.entity.output": json.dumps(answer)}
    inference = {"openinference.span.kind": "TOOL", "input.value": ARGUMENTS,
                 "output.value": json.dumps({"output": answer})}  # fmt: skip
    for values in ({**kinds, **said}, inference):
        call, result = trace_of(spans(values)).steps
        assert (call.name, call.call_id, call.content) == ("find", "c1", {"who": "Ann"})
        assert (result.parent, result.content) == (0, "at home")


def test_an_observation_of_langfuse_says_by_its_level_that_it_failed() -> None:
    failed = {"langfuse.observation.level": "ERROR", "langfuse.observation.status_message": "no such person"}
    assert told(spans(failed)) == [("error", "no such person")]


@pytest.mark.parametrize("name", ["ai.telemetry.metadata.sessionId", "lmnr.association.properties.session_id"])
def test_the_session_is_told_by_each_clients_name(name: str) -> None:
    assert trace_of(spans({name: "s1"})).session_id == "s1"


def test_what_is_embedded_is_told() -> None:
    assert told(spans({"ai.operationId": "ai.embed", "ai.value": "where is Ann?"})) == [
        ("event", {"input": "where is Ann?"})
    ]


def test_a_call_that_stands_in_what_was_sent_too_is_one_call() -> None:
    """Clients that keep a list of messages write it down when more was added to it."""
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": ARGUMENTS}}
    answer = {"role": "assistant", "content": None, "tool_calls": [call]}
    history = [*_ASKED, answer, {"role": "tool", "tool_call_id": "c1", "content": "at home"}]
    assert told(spans({"gen_ai.prompt": json.dumps(history), "gen_ai.completion": json.dumps(answer)})) == RUN[:-1]


def test_tokens_are_counted_where_they_are_written_as_texts() -> None:
    values = {"gen_ai.usage.input_tokens": "57", "gen_ai.usage.output_tokens": "19", "gen_ai.response.model": "none"}
    assert trace_of(spans({**values, "gen_ai.request.model": "m"})).attributes == {
        "model": "m", "usage": {"input_tokens": 57, "output_tokens": 19},
    }  # fmt: skip
