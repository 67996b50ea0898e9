"""The run of the contract suite (a prompt, a tool call, its result) as tracing tools record it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

TRACE, FIRST, SECOND = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"
BEGIN = 1_764_000_000_000_000_000
PROMPT = {"role": "user", "parts": [{"type": "text", "content": "hello"}]}
CALL = {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "f", "arguments": {"q": [1, "two"]}}]}


def any_value(value: Any) -> dict[str, Any]:
    """As OTLP's JSON writes it."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [any_value(each) for each in value]}}
    if isinstance(value, Mapping):
        return {"kvlistValue": {"values": attributes(value)}}
    return {"stringValue": value}


def attributes(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": any_value(value)} for key, value in values.items()]


def proto_value(value: Any) -> AnyValue:
    made = AnyValue()
    if isinstance(value, bool):
        made.bool_value = value
    elif isinstance(value, int):
        made.int_value = value
    elif isinstance(value, float):
        made.double_value = value
    elif isinstance(value, bytes):
        made.bytes_value = value
    elif isinstance(value, list):
        made.array_value.values.extend(map(proto_value, value))
    elif isinstance(value, Mapping):
        made.kvlist_value.values.extend(proto_attributes(value))
    else:
        made.string_value = value
    return made


def proto_attributes(values: Mapping[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=proto_value(value)) for key, value in values.items()]


CHAT: dict[str, Any] = {
    "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.request.temperature": 0.5,
    "gen_ai.usage.input_tokens": 12, "stream": True, "gen_ai.input.messages": json.dumps([PROMPT]),
    "gen_ai.output.messages": [CALL],
}  # fmt: skip
TOOL: dict[str, Any] = {
    "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "f", "gen_ai.tool.call.id": "c1",
    "gen_ai.tool.call.arguments": {"q": [1, "two"]}, "gen_ai.tool.call.result": "done",
}  # fmt: skip


def spans(*sets: Mapping[str, Any], trace: str = TRACE) -> list[dict[str, Any]]:
    """A span for each set of attributes, one after the other, children of the first."""
    ids = [FIRST, SECOND, *(f"{number:016x}" for number in range(3, len(sets) + 1))]
    return [
        {
            "traceId": trace, "spanId": ids[number], **({"parentSpanId": FIRST} if number else {}),
            "name": str(values.get("gen_ai.operation.name", "work")), "kind": 3,
            "startTimeUnixNano": str(BEGIN + number * 10**9),
            "endTimeUnixNano": str(BEGIN + number * 10**9 + 5 * 10**8),
            "attributes": attributes(values),
        }
        for number, values in enumerate(sets)
    ]  # fmt: skip


def resource(*inner: Mapping[str, Any], signal: str = "Spans") -> dict[str, Any]:
    """Of one service and one scope."""
    return {
        "resource": {"attributes": attributes({"service.name": "agent", "host.cpus": 4})},
        f"scope{signal}": [
            {
                "scope": {"name": "instrumentation", "version": "1.0"},
                "spans" if signal == "Spans" else "logRecords": inner,
            }
        ],
        "schemaUrl": "https://opentelemetry.io/schemas/1.37.0",
    }


def records(*events: tuple[str, Any]) -> list[dict[str, Any]]:
    """A log record for each event: name and body. A tool's message begins a second call."""
    return [
        {
            "timeUnixNano": str(BEGIN + number * 10**9), "severityNumber": 9, "severityText": "INFO",
            "body": any_value(body), "attributes": attributes({"gen_ai.system": "openai"}), "eventName": name,
            "traceId": TRACE, "spanId": SECOND if name == "gen_ai.tool.message" else FIRST,
        }
        for number, (name, body) in enumerate(events)
    ]  # fmt: skip


def traces_proto(*sets: Mapping[str, Any], trace: str = TRACE) -> TracesData:
    """As `resource(*spans(...))`, in protobuf."""
    data = TracesData()
    outer = data.resource_spans.add(schema_url="https://opentelemetry.io/schemas/1.37.0")
    outer.resource.attributes.extend(proto_attributes({"service.name": "agent"}))
    inner = outer.scope_spans.add()
    inner.scope.name = "instrumentation"
    for values, node in zip(sets, spans(*sets, trace=trace), strict=True):
        inner.spans.add(
            trace_id=bytes.fromhex(node["traceId"]), span_id=bytes.fromhex(node["spanId"]), name=node["name"], kind=3,
            parent_span_id=bytes.fromhex(node.get("parentSpanId", "")), attributes=proto_attributes(values),
            start_time_unix_nano=int(node["startTimeUnixNano"]), end_time_unix_nano=int(node["endTimeUnixNano"]),
        )  # fmt: skip
    return data


_CALLS = [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"q": [1, "two"]}'}}]
_EVENTS = (
    ("gen_ai.user.message", {"content": "hello"}),
    (
        "gen_ai.choice",
        {"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "tool_calls": _CALLS}},
    ),
    ("gen_ai.tool.message", {"id": "c1", "content": "done"}),
)


def logs_proto() -> LogsData:
    data = LogsData()
    inner = data.resource_logs.add().scope_logs.add()
    for (name, body), node in zip(_EVENTS, records(*_EVENTS), strict=True):
        inner.log_records.add(
            time_unix_nano=int(node["timeUnixNano"]), severity_number=9, body=proto_value(body), event_name=name,
            trace_id=bytes.fromhex(TRACE), span_id=bytes.fromhex(node["spanId"]),
        )  # fmt: skip
    return data


def by_protobuf(message: Any, *, snake: bool) -> dict[str, Any]:
    """As protobuf's own printer writes a message: ids in base64, and names of its files where `snake`."""
    return json_format.MessageToDict(message, preserving_proto_field_name=snake)


_FIRST, _LAST = "2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z"
_ASKED = {"messages": [{"role": "user", "content": "hello"}]}
_ANSWER = {"role": "assistant", "content": None, "tool_calls": _CALLS}
_ARGUMENTS = {"q": [1, "two"]}

LANGFUSE = {"batch": [
    {"id": "e1", "type": "trace-create", "timestamp": _FIRST, "body": {"id": "t1", "sessionId": "s1", "name": "agent"}},
    {"id": "e2", "type": "generation-create", "timestamp": _FIRST, "body": {
        "id": "o1", "traceId": "t1", "name": "chat", "model": "m", "startTime": _FIRST, "input": json.dumps(_ASKED)}},
    {"id": "e3", "type": "generation-update", "timestamp": _LAST, "body": {
        "id": "o1", "output": _ANSWER, "endTime": _LAST, "usageDetails": {"input": 12, "output": 3}}},
    {"id": "e4", "type": "observation-create", "timestamp": _LAST, "body": {
        "id": "o2", "traceId": "t1", "type": "TOOL", "name": "f", "startTime": _LAST, "input": _ARGUMENTS,
        "output": "done"}},
], "metadata": {"sdk_name": "python"}}  # fmt: skip
LANGSMITH_RUNS = [
    {"id": "r1", "trace_id": "r1", "dotted_order": "1", "run_type": "llm", "name": "ChatModel", "start_time": _FIRST,
     "end_time": _LAST, "inputs": _ASKED, "extra": {"metadata": {"ls_model_name": "m", "thread_id": "s1"}}},
    {"id": "r2", "trace_id": "r1", "dotted_order": "1.2", "run_type": "tool", "name": "f", "start_time": _LAST,
     "parent_run_id": "r1", "inputs": _ARGUMENTS, "outputs": {"output": "done"}},
]  # fmt: skip
LANGSMITH_OUTPUTS = {"choices": [{"message": _ANSWER}]}
WEAVE = [
    {"id": "c1", "op_name": "weave:///w/p/op/openai.chat.completions.create:1", "trace_id": "t1", "started_at": _FIRST,
     "attributes": {}, "inputs": {"model": "m", **_ASKED}, "ended_at": _LAST, "output": LANGSMITH_OUTPUTS,
     "summary": {"usage": {"m": {"prompt_tokens": 12, "completion_tokens": 3}}}},
    {"id": "c2", "op_name": "weave:///w/p/op/f:1", "trace_id": "t1", "started_at": _LAST, "inputs": _ARGUMENTS,
     "attributes": {"weave": {"kind": "tool"}}, "output": "done"},
]  # fmt: skip
LITELLM = {
    "id": "chatcmpl-1", "trace_id": "t1", "call_type": "acompletion", "model": "m", "startTime": 1764000000.5,
    "messages": [*_ASKED["messages"], _ANSWER, {"role": "tool", "tool_call_id": "c1", "content": "done"}],
    "response": {"choices": [{"message": {"role": "assistant", "content": None}}]}, "prompt_tokens": 12,
}  # fmt: skip


def multipart(*parts: tuple[str, str, bytes], lengths: bool = True) -> bytes:
    """Of (name, media type, content); `lengths`: the parts say them, as LangSmith's clients do."""
    made: list[bytes] = []
    for name, media, content in parts:
        length = f"; length={len(content)}" if lengths else ""
        head = f'--b0undary\r\nContent-Disposition: form-data; name="{name}"\r\nContent-Type: {media}{length}\r\n\r\n'
        made += [head.encode(), content, b"\r\n"]
    return b"".join([*made, b"--b0undary--\r\n"])


def langsmith_parts() -> list[tuple[str, str, bytes]]:
    first, second = LANGSMITH_RUNS
    inputs = {key: value for key, value in first.items() if key != "inputs"}
    return [
        ("post.r1", "application/json", json.dumps(inputs).encode()),
        ("post.r1.inputs", "application/json", json.dumps(first["inputs"]).encode()),
        ("post.r1.outputs", "application/json", json.dumps(LANGSMITH_OUTPUTS).encode()),
        ("post.r2", "application/json", json.dumps(second).encode()),
        ("attachment.r1.notes", "text/plain", b"some words"),
        ("attachment.r1.picture", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff"),
    ]


def printed(*sets: Mapping[str, Any], trace: str = "0x" + TRACE) -> list[dict[str, Any]]:
    """Spans as OpenTelemetry's SDKs print them."""
    return [
        {
            "name": node["name"], "context": {"trace_id": trace, "span_id": "0x" + node["spanId"], "trace_state": "[]"},
            "parent_id": "0x" + FIRST if number else None, "start_time": f"2026-11-24T08:00:0{number}.000000Z",
            "end_time": f"2026-11-24T08:00:0{number}.500000Z", "status": {"status_code": "UNSET"}, "attributes": values,
            "events": [], "links": [], "resource": {"attributes": {"service.name": "agent"}, "schema_url": ""},
        }
        for number, (values, node) in enumerate(zip(sets, spans(*sets), strict=True))
    ]  # fmt: skip


FIXTURES: dict[str, bytes] = {
    "otel-spans": json.dumps(printed(CHAT, TOOL)).encode(),
    "langfuse": json.dumps(LANGFUSE).encode(),
    "langsmith": json.dumps(
        {"post": LANGSMITH_RUNS, "patch": [{"id": "r1", "trace_id": "r1", "outputs": LANGSMITH_OUTPUTS}]}
    ).encode(),
    "langsmith multipart": multipart(*langsmith_parts(), lengths=False),
    "weave": json.dumps({"calls": WEAVE}).encode(),
    "litellm": json.dumps(LITELLM).encode(),
    "otlp-traces": json.dumps({"resourceSpans": [resource(*spans(CHAT, TOOL))]}).encode(),
    "otlp-traces resource": json.dumps(resource(*spans(CHAT, TOOL))).encode(),
    "otlp-traces spans": json.dumps(spans(CHAT, TOOL)).encode(),
    "otlp-traces requests": json.dumps([{"resourceSpans": [resource(span)]} for span in spans(CHAT, TOOL)]).encode(),
    "otlp-traces protobuf": traces_proto(CHAT, TOOL).SerializeToString(),
    "otlp-traces snake": json.dumps(by_protobuf(traces_proto(CHAT, TOOL), snake=True)).encode(),
    "otlp-logs snake": json.dumps(by_protobuf(logs_proto(), snake=True)).encode(),
    "otlp-logs": json.dumps({"resourceLogs": [resource(*records(*_EVENTS), signal="Logs")]}).encode(),
    "otlp-logs protobuf": logs_proto().SerializeToString(),
    "otel-attributes": json.dumps({
        "openinference.span.kind": "LLM", "llm.model_name": "m", "llm.token_count.total": 3,
        "llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": "hello",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c1",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "f",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"q": [1, "two"]}',
        "llm.output_messages.1.message.role": "tool", "llm.output_messages.1.message.content": "done",
        "llm.output_messages.1.message.tool_call_id": "c1",
    }).encode(),
}  # fmt: skip
