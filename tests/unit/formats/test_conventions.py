"""A run has the same steps by whatever convention its spans were written, each step once, in order of time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Step, Trace

from ...contract.recorded import FIRST, any_value, attributes, printed, records, resource, spans, traces_proto

_CALLS = [{"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"who": "Ann"}'}}]
_PARTS_SENT = [
    {"role": "user", "parts": [{"type": "text", "content": "where is Ann?"}]},
]
_PARTS_ANSWERED = [
    {"role": "assistant", "parts": [
        {"type": "reasoning", "content": "look it up"},
        {"type": "tool_call", "id": "c1", "name": "find", "arguments": {"who": "Ann"}},
    ], "finish_reason": "tool_call"},
]  # fmt: skip
_PARTS_RESULT = [{"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "at home"}]}]
_PARTS_LAST = [
    {"role": "assistant", "parts": [{"type": "text", "content": "Ann is at home."}], "finish_reason": "stop"}
]
_RULES = [{"type": "text", "content": "be brief"}]

EXPECTED = [
    ("system", "", "be brief", "", None), ("prompt", "", "where is Ann?", "", None),
    ("thinking", "", "look it up", "", None), ("tool_call", "find", {"who": "Ann"}, "c1", None),
    ("tool_result", "find", "at home", "c1", 3), ("output", "", "Ann is at home.", "", None),
]  # fmt: skip


def _third(wrap: Any) -> list[dict[str, Any]]:
    """gen_ai.input.messages and its sisters; `wrap`: as they are, or as JSON in a string."""
    history = [*_PARTS_SENT, *_PARTS_ANSWERED, *_PARTS_RESULT]
    base = {"gen_ai.operation.name": "chat", "gen_ai.system_instructions": wrap(_RULES)}
    return [
        {**base, "gen_ai.input.messages": wrap(_PARTS_SENT), "gen_ai.output.messages": wrap(_PARTS_ANSWERED)},
        {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find", "gen_ai.tool.call.id": "c1",
         "gen_ai.tool.call.arguments": wrap({"who": "Ann"}), "gen_ai.tool.call.result": "at home"},
        {**base, "gen_ai.input.messages": wrap(history), "gen_ai.output.messages": wrap(_PARTS_LAST)},
    ]  # fmt: skip


def _first() -> list[dict[str, Any]]:
    """gen_ai.prompt.N and gen_ai.completion.N, and Traceloop's tools."""
    asked = {
        "gen_ai.prompt.0.role": "system", "gen_ai.prompt.0.content": "be brief",
        "gen_ai.prompt.1.role": "user", "gen_ai.prompt.1.content": "where is Ann?",
    }  # fmt: skip

    def said(prefix: str) -> dict[str, Any]:
        return {
            f"{prefix}.role": "assistant", f"{prefix}.reasoning_content": "look it up",
            f"{prefix}.tool_calls.0.id": "c1", f"{prefix}.tool_calls.0.name": "find",
            f"{prefix}.tool_calls.0.arguments": '{"who": "Ann"}',
        }  # fmt: skip

    result = {
        "gen_ai.prompt.3.role": "tool",
        "gen_ai.prompt.3.content": "at home",
        "gen_ai.prompt.3.tool_call_id": "c1",
    }
    return [
        {**asked, **said("gen_ai.completion.0")},
        {"traceloop.span.kind": "tool", "traceloop.entity.name": "find", "traceloop.entity.input": '{"who": "Ann"}',
         "traceloop.entity.output": "at home"},
        {**asked, **said("gen_ai.prompt.2"), **result, "gen_ai.completion.0.role": "assistant",
         "gen_ai.completion.0.content": "Ann is at home."},
    ]  # fmt: skip


def _openinference() -> list[dict[str, Any]]:
    def message(prefix: str, **fields: Any) -> dict[str, Any]:
        return {f"{prefix}.message.{name.replace('__', '.')}": value for name, value in fields.items()}

    def call(prefix: str) -> dict[str, Any]:
        return message(
            prefix, role="assistant", reasoning_content="look it up", tool_calls__0__tool_call__id="c1",
            tool_calls__0__tool_call__function__name="find",
            tool_calls__0__tool_call__function__arguments='{"who": "Ann"}',
        )  # fmt: skip

    sent, answered = "llm.input_messages", "llm.output_messages"
    rules = message(f"{sent}.0", role="system", content="be brief")
    asked = {**rules, **message(f"{sent}.1", role="user", content="where is Ann?")}
    result = message(f"{sent}.3", role="tool", content="at home", tool_call_id="c1")
    kind = "openinference.span.kind"
    return [
        {kind: "LLM", "input.value": '{"messages": []}', **asked, **call(f"{answered}.0")},
        {kind: "TOOL", "tool.name": "find", "input.value": '{"who": "Ann"}', "output.value": "at home"},
        {kind: "LLM", **asked, **call(f"{sent}.2"), **result,
         **message(f"{answered}.0", role="assistant", content="Ann is at home.")},
    ]  # fmt: skip


def _vercel() -> list[dict[str, Any]]:
    asked = [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": [{"type": "text", "text": "where is Ann?"}]},
    ]
    call = {"type": "tool-call", "toolCallId": "c1", "toolName": "find", "input": {"who": "Ann"}}
    result = {
        "type": "tool-result",
        "toolCallId": "c1",
        "toolName": "find",
        "output": {"type": "text", "value": "at home"},
    }
    history = [
        *asked, {"role": "assistant", "content": [{"type": "reasoning", "text": "look it up"}, call]},
        {"role": "tool", "content": [result]},
    ]  # fmt: skip
    return [
        {"ai.operationId": "ai.generateText.doGenerate", "ai.prompt.messages": json.dumps(asked),
         "ai.response.reasoning": "look it up",
         "ai.response.toolCalls": json.dumps([{**call, "input": '{"who": "Ann"}'}])},
        {"ai.operationId": "ai.toolCall", "ai.toolCall.name": "find", "ai.toolCall.id": "c1",
         "ai.toolCall.args": '{"who": "Ann"}', "ai.toolCall.result": "at home"},
        {"ai.operationId": "ai.generateText.doGenerate", "ai.prompt.messages": json.dumps(history),
         "ai.response.text": "Ann is at home."},
    ]  # fmt: skip


_EVENTS = [
    [("gen_ai.system.message", {"content": "be brief"}), ("gen_ai.user.message", {"content": "where is Ann?"}),
     ("gen_ai.choice", {"index": 0, "message": {"reasoning_content": "look it up", "tool_calls": _CALLS}})],
    [("gen_ai.system.message", {"content": "be brief"}), ("gen_ai.user.message", {"content": "where is Ann?"}),
     ("gen_ai.assistant.message", {"reasoning_content": "look it up", "tool_calls": _CALLS}),
     ("gen_ai.tool.message", {"id": "c1", "content": "at home"}),
     ("gen_ai.choice", {"index": 0, "message": {"content": "Ann is at home."}})],
]  # fmt: skip


def _as_events(write: Any) -> dict[str, Any]:
    """The second generation, as events of two spans; `write` makes the attributes of an event from its body."""
    nodes = spans({}, {})
    for node, events in zip(nodes, _EVENTS, strict=True):
        node["events"] = [
            {"timeUnixNano": node["startTimeUnixNano"], "name": name, "attributes": attributes(write(body))}
            for name, body in events
        ]
    return {"resourceSpans": [resource(*nodes)]}


def _as_logs() -> dict[str, Any]:
    nodes = [node for events in _EVENTS for node in records(*events)]
    for number, node in enumerate(nodes):
        node["spanId"] = FIRST if number < len(_EVENTS[0]) else "00f067aa0ba902b7"
        node["timeUnixNano"] = str(int(nodes[0]["timeUnixNano"]) + number)
    return {"resourceLogs": [resource(*nodes, signal="Logs")]}


def _strings(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}


def _spans_of(sets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """An export holds spans in the order in which they ended, mostly."""
    return {"resourceSpans": [resource(*reversed(spans(*sets)))]}


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """As Phoenix keeps attributes."""
    whole: dict[str, Any] = {}
    for name, value in values.items():
        *above, last = name.split(".")
        node = whole
        for segment in above:
            node = node.setdefault(segment, {})
        node[last] = value
    return {name: _listed(child) for name, child in whole.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    children = {name: _listed(child) for name, child in node.items()}
    return list(children.values()) if all(name.isdigit() for name in children) else children


def _columns() -> list[dict[str, Any]]:
    """As Phoenix exports a table of spans."""
    return [
        {
            "name": node["name"], "span_kind": node["attributes"]["openinference.span.kind"],
            "context.trace_id": "t", "context.span_id": node["context"]["span_id"], "parent_id": node["parent_id"],
            "start_time": node["start_time"], "end_time": node["end_time"], "status_code": "OK",
            **{f"attributes.{name}": value for name, value in _nested(node["attributes"]).items()},
        }
        for node in printed(*_openinference())
    ]  # fmt: skip


_RUNS: dict[str, Any] = {
    "printed by an SDK": list(reversed(printed(*_third(json.dumps)))),
    "Phoenix, nested": [{**node, "attributes": _nested(node["attributes"])} for node in printed(*_openinference())],
    "Phoenix, columns": _columns(),
    "third generation, structured": _spans_of(_third(lambda value: value)),
    "third generation, JSON in strings": _spans_of(_third(json.dumps)),
    "third generation, protobuf": traces_proto(*_third(lambda value: value)).SerializeToString(),
    "second generation, attributes of events": _as_events(_strings),
    "second generation, structured": _as_events(lambda body: body),
    "second generation, one attribute": _as_events(lambda body: {"gen_ai.event.content": json.dumps(body)}),
    "second generation, log records": _as_logs(),
    "first generation": _spans_of(_first()),
    "OpenInference": _spans_of(_openinference()),
    "Vercel AI SDK": _spans_of(_vercel()),
}


def _trace(payload: Any) -> Trace:
    written = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    (trace,) = open_document(written, content_type=None, forced=None, limits=Limits()).traces()
    return trace


def _told(steps: Sequence[Step]) -> list[tuple[Any, ...]]:
    return [(step.kind.value, step.name, step.content, step.call_id, step.parent) for step in steps]


@pytest.mark.parametrize("case", _RUNS)
def test_a_run_has_the_same_steps_by_any_convention(case: str) -> None:
    steps = _trace(_RUNS[case]).steps
    assert _told(steps) == EXPECTED
    assert [step.seq for step in steps] == list(range(len(steps)))
    assert all(step.path.startswith(("$['resource", "$[")) and step.started_at for step in steps)


def test_a_structured_message_has_a_place_of_its_own() -> None:
    paths = [step.path for step in _trace(_RUNS["third generation, structured"]).steps]
    message = "['attributes'][3]['value']['arrayValue']['values'][0]"
    assert paths[2].endswith(message + "['kvlistValue']['values'][1]['value']['arrayValue']['values'][0]")
    assert len(set(paths)) == len(paths)


def test_a_span_around_others_adds_no_step_twice() -> None:
    agent = {
        "gen_ai.operation.name": "invoke_agent", "gen_ai.conversation.id": "s7", "gen_ai.system_instructions": _RULES,
        "gen_ai.input.messages": _PARTS_SENT, "gen_ai.output.messages": _PARTS_LAST,
    }  # fmt: skip
    nodes = spans(agent, *_third(json.dumps))
    nodes[0]["endTimeUnixNano"] = nodes[-1]["endTimeUnixNano"]
    trace = _trace({"resourceSpans": [resource(*reversed(nodes))]})
    assert trace.session_id == "s7"
    kinds = [step.kind.value for step in trace.steps]
    assert kinds == ["event", *(each[0] for each in EXPECTED)]


def test_what_no_convention_knows_is_an_event_with_its_name() -> None:
    node = {
        **spans({"input.value": "x", "work": 1})[0],
        "events": [{"name": "cache.miss", "attributes": attributes({"key": "k"})}],
    }
    assert _told(_trace({"resourceSpans": [resource(node)]}).steps) == [
        ("event", "work", {"input": "x"}, "", None), ("event", "cache.miss", {"key": "k"}, "", None),
    ]  # fmt: skip


def test_a_failure_is_an_error_and_its_exception_says_it_once() -> None:
    failed = {**spans({})[0], "status": {"code": 2, "message": "no table"}}
    assert _told(_trace({"resourceSpans": [resource(failed)]}).steps)[1] == ("error", "work", "no table", "", None)
    exception = {
        "name": "exception",
        "attributes": attributes({"exception.type": "KeyError", "exception.message": "no key"}),
    }
    steps = _trace({"resourceSpans": [resource({**failed, "events": [exception]})]}).steps
    assert [each for each in _told(steps) if each[0] == "error"] == [("error", "KeyError", "no key", "", None)]


@pytest.mark.parametrize(("values", "expected"), [
    ({"db.system.name": "postgresql", "db.query.text": "SELECT 1"}, ("db_query", "postgresql", "SELECT 1")),
    ({"mcp.method.name": "tools/call", "gen_ai.tool.name": "f", "gen_ai.tool.call.arguments": '{"a": 1}'},
     ("tool_call", "f", {"a": 1})),
    ({"mcp.method.name": "resources/read", "mcp.resource.uri": "file:///a"},
     ("retrieval", "resources/read",
      {"mcp.method.name": "resources/read", "mcp.resource.uri": "file:///a", "gen_ai.operation.name": "work"})),
    ({"openinference.span.kind": "RETRIEVER", "input.value": "who", "retrieval.documents.0.document.content": "Ann"},
     ("retrieval", "work", [{"content": "Ann"}])),
    ({"gen_ai.operation.name": "chat", "input": "hello"}, ("prompt", "", "hello")),
    ({"langfuse.observation.type": "generation", "langfuse.observation.output": "hi"}, ("output", "", "hi")),
])  # fmt: skip
def test_other_spans_that_say_what_they_are(values: dict[str, Any], expected: tuple[Any, ...]) -> None:
    steps = _trace(_spans_of([{**values, "gen_ai.operation.name": values.get("gen_ai.operation.name", "work")}])).steps
    assert (steps[0].kind.value, steps[0].name, steps[0].content) == expected


def test_the_model_and_all_tokens_are_told_of_the_trace() -> None:
    values = {"gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2}
    trace = _trace(_spans_of([{**values, "gen_ai.usage.input_tokens": "7"}, values]))
    assert trace.attributes == {"model": "m", "usage": {"input_tokens": 17, "output_tokens": 4}}
    assert (trace.started_at, trace.ended_at) == ("2025-11-24T16:00:00.000Z", "2025-11-24T16:00:01.500Z")


def test_tokens_that_a_span_around_calls_counts_again_are_those_of_the_calls() -> None:
    call = {"gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2}
    summed = {"gen_ai.usage.input_tokens": 20, "gen_ai.usage.output_tokens": 4}
    told = _trace(_spans_of([summed, call, call])).attributes
    assert told == _trace(_spans_of([{"work": True}, call, call])).attributes == {"model": "m", "usage": {
        "input_tokens": 20, "output_tokens": 4}}  # fmt: skip


def test_tokens_of_langfuses_own_clients_are_counted() -> None:
    values = {
        "langfuse.observation.type": "generation", "langfuse.observation.model.name": "m",
        "langfuse.observation.usage_details": json.dumps({"input": 10, "output": 2, "total": 12}),
    }  # fmt: skip
    trace = _trace(_spans_of([{"work": True}, values, values]))
    assert trace.attributes == {"model": "m", "usage": {"input_tokens": 20, "output_tokens": 4}}


def test_tokens_of_a_log_record_count_once() -> None:
    values = {"gen_ai.input.messages": _PARTS_SENT, "gen_ai.usage.input_tokens": 10}
    record = {"eventName": "gen_ai.client.inference.operation.details", "attributes": attributes(values)}
    trace = _trace({"resourceLogs": [resource(record, signal="Logs")]})
    assert trace.attributes == {"usage": {"input_tokens": 10}}


@pytest.mark.parametrize("twice", [True, False])
def test_a_call_among_the_contents_of_a_message_is_one_call(twice: bool) -> None:
    """As OpenInference's instrumentation of Anthropic writes it."""
    message = "llm.output_messages.0.message"
    name, arguments = "function.name", "function.arguments"
    said = {f"tool_call.{name}": "find", f"tool_call.{arguments}": '{"who": "Ann"}', "tool_call.id": "c1"}
    values = {f"{message}.role": "assistant", f"{message}.contents.0.message_content.type": "tool_use"}
    values |= {f"{message}.contents.0.{key}": value for key, value in said.items()}
    if twice:
        values |= {f"{message}.tool_calls.0.{key}": value for key, value in said.items()}
    (step,) = _trace(_spans_of([values])).steps
    assert (step.kind.value, step.name, step.content, step.call_id) == ("tool_call", "find", {"who": "Ann"}, "c1")
    wanted = f"{message}.{'tool_calls' if twice else 'contents'}.0.tool_call.{arguments}"
    assert step.path.endswith(f"['attributes'][{list(values).index(wanted)}]['value']")


def test_blocks_of_text_in_the_content_of_a_result_are_one_text() -> None:
    message = "llm.input_messages.0.message"
    blocks = json.dumps([{"type": "text", "text": "at home"}])
    values = {f"{message}.role": "tool", f"{message}.tool_call_id": "c1", f"{message}.content": blocks}
    (step,) = _trace(_spans_of([values])).steps
    assert (step.kind.value, step.content, step.call_id) == ("tool_result", "at home", "c1")


@pytest.mark.parametrize("failed", [True, False])
def test_a_result_of_an_mcp_tool_is_what_the_tool_said(failed: bool) -> None:
    result = json.dumps({"content": [{"type": "text", "text": "sun"}], "isError": failed})
    values = {"mcp.method.name": "tools/call", "gen_ai.tool.name": "look", "gen_ai.tool.call.result": result}
    steps = _trace(_spans_of([values])).steps
    assert (steps[-1].kind.value, steps[-1].name, steps[-1].content) == ("tool_result", "look", "sun")
    assert steps[-1].attributes == ({"error": True} if failed else {})


def test_a_summary_of_thinking_in_a_string_is_what_it_says() -> None:
    part = {"type": "reasoning", "content": json.dumps([{"type": "summary_text", "text": "look it up"}])}
    values = {"gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [part]}])}
    (step,) = _trace(_spans_of([values])).steps
    assert (step.kind.value, step.content) == ("thinking", "look it up")


def test_a_log_record_of_a_whole_call_is_that_call() -> None:
    values = {"gen_ai.input.messages": _PARTS_SENT, "gen_ai.output.messages": _PARTS_LAST}
    record = {"eventName": "gen_ai.client.inference.operation.details", "attributes": attributes(values),
              "body": any_value("")}  # fmt: skip
    assert [each[0] for each in _told(_trace({"resourceLogs": [resource(record, signal="Logs")]}).steps)] == [
        "prompt",
        "output",
    ]


def test_a_step_knows_every_place_that_says_it_again() -> None:
    steps = _trace(_RUNS["third generation, structured"]).steps
    result = next(step for step in steps if step.kind.value == "tool_result")
    assert "['spans'][1]" in result.path and result.path.endswith("['attributes'][4]['value']")
    (again,) = result.further
    assert "['spans'][0]" in again and "['arrayValue']['values'][2]" in again


def test_reading_messages_of_names_within_names_changes_no_document() -> None:
    name = "llm.input_messages.0.message.content"
    payload = json.dumps({"openinference.span.kind": "LLM", name: {"a": 1}, f"{name}.b": "hello"}).encode()
    document = open_document(payload, content_type=None, forced="otel-attributes", limits=Limits())
    assert len(document.traces()[0].steps) == 1
    assert document.leaves().texts == [
        "openinference.span.kind\x01LLM", f"{name}\x01", f"{name}.b\x01hello", "a\x011",
    ]  # fmt: skip
