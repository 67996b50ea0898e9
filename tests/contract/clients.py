"""The run of the contract suite (a prompt, a tool call, its result) as clients for JavaScript send it."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

from reticent.formats.protobuf.wire import FIXED64, LENGTH, VARINT, field

from .recorded import BEGIN, CALL, CHAT, FIRST, PROMPT, SECOND, TOOL, TRACE

_AT = ("2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z", "2026-11-24T08:00:02.000Z")
_ARGUMENTS = {"q": [1, "two"]}
_MESSAGES = [{"role": "user", "content": "hello"}]
_CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": json.dumps(_ARGUMENTS)}}
_RESULT = {"role": "tool", "tool_call_id": "c1", "content": "done"}


def _posthog(number: int, event: str, **properties: Any) -> dict[str, Any]:
    return {
        "event": event, "timestamp": _AT[number], "uuid": f"0000000{number}-0000-4000-8000-000000000000",
        "distinct_id": "u1", "properties": {
            "$lib": "posthog-node", "$ai_lib": "posthog-ai", "$ai_trace_id": "t1", "$ai_session_id": "s1",
            "$ai_model": "m", "$ai_latency": 0.25, **properties},
    }  # fmt: skip


POSTHOG: dict[str, Any] = {
    "api_key": "k",
    "batch": [
        _posthog(0, "$ai_generation", **{
            "$ai_input": _MESSAGES, "$ai_input_tokens": 12, "$ai_output_tokens": 3,
            "$ai_output_choices": [{"role": "assistant", "content": [_CALL]}]}),
        _posthog(1, "$ai_generation", **{
            "$ai_input": [*_MESSAGES, {"role": "assistant", "content": None, "tool_calls": [_CALL]}, _RESULT],
            "$ai_output_choices": []}),
        {"event": "clicked", "timestamp": _AT[2], "distinct_id": "u1", "properties": {"button": "buy"}},
    ],
}  # fmt: skip


def _mastra(number: int, type: str, **more: Any) -> dict[str, Any]:
    return {
        "id": (FIRST, SECOND)[number], "traceId": TRACE, "name": f"{type}: {number}", "type": type,
        "entityType": "agent", "entityId": "helper", "entityName": "helper", "metadata": {"threadId": "s1"},
        "startTime": _AT[number], "endTime": _AT[number + 1], "isEvent": False, "isRootSpan": not number,
        **({"parentSpanId": FIRST} if number else {}), **more,
    }  # fmt: skip


MASTRA: list[Any] = [
    _mastra(1, "tool_call", entityName="f", attributes={"toolType": "tool", "toolCallId": "c1", "success": True},
            input=_ARGUMENTS, output="done"),
    _mastra(0, "model_generation", attributes={
        "model": "m", "provider": "p", "usage": {"inputTokens": 12, "outputTokens": 3}}, input={"messages": _MESSAGES},
        output={"text": "", "toolCalls": [{"toolCallId": "c1", "toolName": "f", "args": _ARGUMENTS}]}),
]  # fmt: skip


def _genkit(number: int, kind: str, name: str, given: Any, answered: Any) -> dict[str, Any]:
    return {
        "spanId": (FIRST, SECOND)[number], "traceId": TRACE, "startTime": BEGIN // 10**6 + number * 1000,
        "endTime": BEGIN / 1e6 + number * 1000 + 500.25, "displayName": name, "links": [], "spanKind": "INTERNAL",
        "attributes": {
            "genkit:type": "action", "genkit:metadata:subtype": kind, "genkit:name": name, "genkit:state": "success",
            "genkit:input": json.dumps(given), "genkit:output": json.dumps(answered) if kind == "model" else answered},
        "status": {"code": 0}, "timeEvents": {"timeEvent": []}, **({"parentSpanId": FIRST} if number else {}),
        "instrumentationLibrary": {"name": "genkit-tracer", "version": "v1"},
    }  # fmt: skip


GENKIT: dict[str, Any] = {
    "traceId": TRACE, "displayName": "helper", "startTime": BEGIN // 10**6, "spans": {
        FIRST: _genkit(0, "model", "m", {"messages": [{"role": "user", "content": [{"text": "hello"}]}]}, {
            "message": {"role": "model", "content": [{"toolRequest": {"name": "f", "ref": "c1", "input": _ARGUMENTS}}]},
            "finishReason": "stop", "usage": {"inputTokens": 12, "outputTokens": 3}}),
        SECOND: _genkit(1, "tool", "f", _ARGUMENTS, "done")},
}  # fmt: skip


def _row(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"r{number}", "span_id": (FIRST, SECOND)[number], "root_span_id": TRACE, "project_id": "p",
        "log_id": "g", **more,
    }  # fmt: skip


BRAINTRUST_ROWS: dict[str, Any] = {
    "rows": [
        _row(0, span_attributes={"name": "Chat Completion", "type": "llm"}, created=_AT[0], _is_merge=False,
             metrics={"start": BEGIN // 10**9}),
        _row(0, _is_merge=True, input=_MESSAGES, metadata={"model": "m"}, metrics={
            "end": BEGIN // 10**9 + 1, "prompt_tokens": 12, "completion_tokens": 3},
            output=[{"index": 0, "message": {"role": "assistant", "content": None, "tool_calls": [_CALL]}}]),
        _row(1, span_attributes={"name": "f", "type": "tool"}, span_parents=[FIRST], input=_ARGUMENTS, output="done",
             metrics={"start": BEGIN // 10**9 + 1}),
    ],
    "api_version": 2,
}  # fmt: skip


def envelope(*items: tuple[dict[str, Any], Any], head: dict[str, Any] | None = None) -> bytes:
    """Of (header, body) each."""
    lines = [{"event_id": "e1", "sent_at": _AT[2], "sdk": {"name": "sentry.javascript.node"}} if head is None else head]
    for header, body in items:
        lines += [header, body]
    written = [each if isinstance(each, bytes) else json.dumps(each, separators=(",", ":")).encode() for each in lines]
    return b"\n".join(written) + b"\n"


def transaction(*spans: dict[str, Any], **data: Any) -> dict[str, Any]:
    began = BEGIN // 10**9
    own = {"trace_id": TRACE, "span_id": FIRST, "op": "gen_ai.chat", "status": "ok", "data": data}
    return {
        "type": "transaction", "transaction": "helper", "start_timestamp": began, "timestamp": began + 2.5,
        "contexts": {"trace": own, "runtime": {"name": "node", "version": "v20"}}, "spans": list(spans),
    }  # fmt: skip


SENTRY = envelope((
    {"type": "transaction"},
    transaction({
        "span_id": SECOND, "trace_id": TRACE, "parent_span_id": FIRST, "op": "gen_ai.execute_tool",
        "description": "execute_tool f", "start_timestamp": BEGIN // 10**9 + 1, "timestamp": BEGIN // 10**9 + 2,
        "status": "ok", "data": TOOL}, **CHAT),
), ({"type": "client_report"}, {"discarded_events": []}))  # fmt: skip

AGENTS_STATE_JS: dict[str, Any] = {
    "$schemaVersion": "1.22", "currentTurn": 1, "currentAgent": {"name": "helper"}, "originalInput": "hello",
    "modelResponses": [], "context": {"usage": {"inputTokens": 12, "outputTokens": 3}},
    "generatedItems": [
        {"type": "tool_call_item", "agent": {"name": "helper"}, "rawItem": {
            "type": "function_call", "id": "i1", "callId": "c1", "name": "f", "arguments": json.dumps(_ARGUMENTS)}},
        {"type": "tool_call_output_item", "agent": {"name": "helper"}, "output": "done", "rawItem": {
            "type": "function_call_result", "name": "f", "callId": "c1", "output": {"type": "text", "text": "done"}}}],
}  # fmt: skip


def _langchain(kind: str, **fields: Any) -> dict[str, Any]:
    """As its packages for JavaScript write a message."""
    return {"lc": 1, "type": "constructor", "id": ["langchain_core", "messages", kind], "kwargs": fields}


LANGCHAIN: dict[str, Any] = {
    "messages": [
        _langchain("HumanMessage", content="hello", additional_kwargs={}, response_metadata={}, id="m1"),
        _langchain("AIMessage", content="", additional_kwargs={"tool_calls": [_CALL]}, id="m2", type="ai",
                   tool_calls=[{"name": "f", "args": _ARGUMENTS, "type": "tool_call", "id": "c1"}],
                   response_metadata={"model_name": "m", "finish_reason": "tool_calls"}, invalid_tool_calls=[],
                   usage_metadata={"input_tokens": 12, "output_tokens": 3, "total_tokens": 15}),
        _langchain("ToolMessage", content="done", status="success", tool_call_id="c1", name="f", id="m3"),
    ],
    "remaining_steps": 24,
}  # fmt: skip
_PLAIN = {"additional_kwargs": {}, "response_metadata": {}}
LANGCHAIN_PLAIN: list[Any] = [
    {"content": "hello", **_PLAIN, "type": "human", "name": None, "id": "m1", "example": False},
    {"content": "", **_PLAIN, "type": "ai", "name": None, "id": "m2", "invalid_tool_calls": [],
     "tool_calls": [{"name": "f", "args": _ARGUMENTS, "id": "c1", "type": "tool_call"}]},
    {"content": "done", **_PLAIN, "type": "tool", "name": "f", "id": "m3", "tool_call_id": "c1", "artifact": None,
     "status": "success"},
]  # fmt: skip
UI_MESSAGES: list[Any] = [
    {"id": "m1", "role": "user", "parts": [{"type": "text", "text": "hello"}]},
    {"id": "m2", "role": "assistant", "parts": [
        {"type": "step-start"},
        {"type": "tool-f", "toolCallId": "c1", "state": "output-available", "input": _ARGUMENTS, "output": "done"}]},
]  # fmt: skip
MODEL_MESSAGES: list[Any] = [
    *_MESSAGES,
    {"role": "assistant", "content": [
        {"type": "tool-call", "toolCallId": "c1", "toolName": "f", "input": _ARGUMENTS}]},
    {"role": "tool", "content": [
        {"type": "tool-result", "toolCallId": "c1", "toolName": "f", "output": {"type": "text", "value": "done"}}]},
]  # fmt: skip


def _jaeger(number: int, values: dict[str, Any]) -> dict[str, Any]:
    """As the OpenTelemetry Collector writes a span to Kafka (`jaeger_json`)."""
    ids = {"traceId": "CvdlGRbNQ92ESOshHIAxnA==", "spanId": ("t61rcWkgMzE=", "APBnqgupArc=")[number]}
    tags = [
        {"key": key, "vStr": value} if isinstance(value, str) else
        {"key": key, "vType": "INT64", "vInt64": str(value)} if type(value) is int else
        {"key": key, "vStr": json.dumps(value)}
        for key, value in values.items()
    ]  # fmt: skip
    parent = [{"traceId": ids["traceId"], "spanId": "t61rcWkgMzE="}] if number else []
    return {**ids, "operationName": "chat", "references": parent, "startTime": _AT[number], "duration": "0.500s",
            "tags": tags, "process": {"serviceName": "agent", "tags": [{"key": "host", "vStr": "h"}]}}  # fmt: skip


def _zipkin(number: int, values: dict[str, Any]) -> dict[str, Any]:
    parent = {"parentId": FIRST} if number else {}
    return {
        "traceId": TRACE, "id": (FIRST, SECOND)[number], **parent, "name": "chat", "kind": "CLIENT",
        "timestamp": BEGIN // 1000 + number * 10**6, "duration": 500000, "localEndpoint": {"serviceName": "agent"},
        "tags": {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()},
    }  # fmt: skip


_CHAT = {"model": "m", "messages": [*_MESSAGES, {"role": "assistant", "content": None, "tool_calls": [_CALL]}, _RESULT]}
CLOUD_WATCH: dict[str, Any] = {
    "messageType": "DATA_MESSAGE", "owner": "o", "logGroup": "g", "logStream": "s", "subscriptionFilters": ["f"],
    "logEvents": [{"id": "1", "timestamp": 1764000000000, "message": json.dumps(_CHAT)}],
}  # fmt: skip
CHANGE: dict[str, Any] = {
    "schema": {"type": "struct", "fields": [{"type": "string", "field": "op"}], "name": "runs.Envelope"},
    "payload": {"before": None, "after": {"id": 7, "chat": json.dumps(_CHAT)}, "op": "c", "ts_ms": 1764000000000,
                "source": {"connector": "postgresql", "table": "runs"}},
}  # fmt: skip
_ANSWERED = {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "done"}]}
RUN_TAGS: dict[str, Any] = {**CHAT, "gen_ai.input.messages": [PROMPT, CALL, _ANSWERED], "gen_ai.output.messages": []}
"""The run as the tags of one span."""


def jaeger_proto(values: dict[str, Any], more: bytes = b"") -> bytes:
    """As the Collector writes a span to Kafka (`jaeger_proto`). `more`: further fields of the span."""

    def tag(key: str, value: Any) -> bytes:
        if type(value) is int:
            return field(1, LENGTH, key.encode()) + field(2, VARINT, 2) + field(5, VARINT, value)
        written = value if isinstance(value, str) else json.dumps(value)
        return field(1, LENGTH, key.encode()) + field(3, LENGTH, written.encode())

    began, lasted = field(1, VARINT, BEGIN // 10**9), field(2, VARINT, 5 * 10**8)
    process = field(1, LENGTH, b"agent") + field(2, LENGTH, tag("host", "h"))
    return b"".join((
        field(1, LENGTH, bytes.fromhex(TRACE)), field(2, LENGTH, bytes.fromhex(FIRST)), field(3, LENGTH, b"chat"),
        field(6, LENGTH, began), field(7, LENGTH, lasted),
        *(field(8, LENGTH, tag(key, value)) for key, value in values.items()),
        field(10, LENGTH, process), more,
    ))  # fmt: skip


def zipkin_proto(*sets: dict[str, Any], trace: str = TRACE, more: bytes = b"") -> bytes:
    """As the Collector writes spans to Kafka (`zipkin_proto`). `more`: further fields of each span."""

    def span(number: int, values: dict[str, Any]) -> bytes:
        said = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
        parent = field(2, LENGTH, bytes.fromhex(FIRST)) if number else b""
        endpoint = field(1, LENGTH, b"agent") + field(2, LENGTH, bytes([10, 1, 2, 3])) + field(4, VARINT, 8080)
        return b"".join((
            field(1, LENGTH, bytes.fromhex(trace)), parent, field(3, LENGTH, bytes.fromhex((FIRST, SECOND)[number])),
            field(4, VARINT, 1), field(5, LENGTH, b"chat"), field(6, FIXED64, BEGIN // 1000 + number * 10**6),
            field(7, VARINT, 500000), field(8, LENGTH, endpoint),
            *(field(11, LENGTH, field(1, LENGTH, key.encode()) + field(2, LENGTH, value.encode()))
              for key, value in said.items()),
            more,
        ))  # fmt: skip

    return b"".join(field(1, LENGTH, span(number, values)) for number, values in enumerate(sets))


def packed(document: Any, compress: Callable[[bytes], bytes] = bytes) -> str:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.b64encode(compress(content)).decode()


KINESIS: dict[str, Any] = {"Records": [{
    "kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": "p", "sequenceNumber": "4959", "data": packed(_CHAT)},
    "eventSource": "aws:kinesis", "eventID": "shardId-0:4959", "awsRegion": "eu-west-1",
}]}  # fmt: skip
JAEGER: list[Any] = [_jaeger(0, CHAT), _jaeger(1, TOOL)]
ZIPKIN: list[Any] = [_zipkin(0, CHAT), _zipkin(1, TOOL)]


def _model_event(kind: str, **more: Any) -> dict[str, Any]:
    event = {"type": f"response.{kind}", "output_index": 0, "sequence_number": 1, **more}
    return {"type": "raw_model_stream_event", "source": "openai-responses", "data": {"type": "model", "event": event}}


BEDROCK_CHUNKS: list[Any] = [{"chunk": {"bytes": packed(event)}} for event in (
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "hello"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ", done"}},
)]  # fmt: skip
_FUNCTION = {"type": "function_call", "id": "i1", "call_id": "c1", "name": "f"}
_AGENT = {"name": "helper"}
AGENTS_EVENTS: list[Any] = [
    _model_event("output_item.added", item={**_FUNCTION, "arguments": ""}),
    _model_event("function_call_arguments.delta", item_id="i1", delta='{"q": [1, '),
    _model_event("function_call_arguments.delta", item_id="i1", delta='"two"]}'),
    _model_event("output_item.done", item={**_FUNCTION, "arguments": json.dumps(_ARGUMENTS)}),
    {"type": "raw_model_stream_event", "data": {"type": "response_done", "response": {
        "id": "r1", "usage": {"inputTokens": 12, "outputTokens": 3}, "output": [
            {"type": "function_call", "callId": "c1", "name": "f", "arguments": json.dumps(_ARGUMENTS)}]}}},
    {"type": "run_item_stream_event", "name": "tool_called", "item": {
        **AGENTS_STATE_JS["generatedItems"][0], "agent": _AGENT}},
    {"type": "run_item_stream_event", "name": "tool_output", "item": {
        **AGENTS_STATE_JS["generatedItems"][1], "agent": _AGENT}},
]  # fmt: skip
# an answer alone
AI_SDK_DATA = b"".join(f"{sign}:{json.dumps(said)}\n".encode() for sign, said in (
    ("2", [{"to": "it"}]), ("f", {"messageId": "m1"}), ("b", {"toolCallId": "c1", "toolName": "f"}),
    ("c", {"toolCallId": "c1", "argsTextDelta": '{"q": [1, '}), ("c", {"toolCallId": "c1", "argsTextDelta": '"two"]}'}),
    ("9", {"toolCallId": "c1", "toolName": "f", "args": _ARGUMENTS}), ("a", {"toolCallId": "c1", "result": "done"}),
    ("e", {"finishReason": "stop", "usage": {"promptTokens": 12, "completionTokens": 3}, "isContinued": False}),
    ("d", {"finishReason": "stop", "usage": {"promptTokens": 12, "completionTokens": 3}}),
))  # fmt: skip
FIXTURES: dict[str, bytes] = {
    **{
        name: json.dumps(document).encode()
        for name, document in {
            "openai-agents-events": AGENTS_EVENTS, "bedrock-chunks": BEDROCK_CHUNKS,
            "langgraph-updates": [{"agent": {"messages": [each]}} for each in LANGCHAIN_PLAIN],
            "posthog": POSTHOG, "mastra": MASTRA, "genkit": GENKIT, "braintrust rows": BRAINTRUST_ROWS,
            "openai-agents-state js": AGENTS_STATE_JS, "langchain": LANGCHAIN, "langchain plain": LANGCHAIN_PLAIN,
            "wrapped": CLOUD_WATCH, "wrapped change": CHANGE, "jaeger": JAEGER, "zipkin": ZIPKIN,
            "ai-sdk": UI_MESSAGES, "ai-sdk model": MODEL_MESSAGES,
            "langchain stored": [{"type": each["type"], "data": each} for each in LANGCHAIN_PLAIN],
        }.items()
    },
    "sentry": SENTRY,
    "ai-sdk-data": AI_SDK_DATA,
    "wrapped packed": json.dumps({"awslogs": {"data": packed(CLOUD_WATCH, gzip.compress)}}).encode(),
    "wrapped kinesis": json.dumps(KINESIS).encode(),
    "jaeger protobuf": jaeger_proto(RUN_TAGS),
    "zipkin protobuf": zipkin_proto(CHAT, TOOL),
}  # fmt: skip
