"""The run of the contract suite (a prompt, a tool call, its result) as tracing tools record it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

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


FIXTURES: dict[str, bytes] = {
    "otlp-traces": json.dumps({"resourceSpans": [resource(*spans(CHAT, TOOL))]}).encode(),
    "otlp-traces protobuf": traces_proto(CHAT, TOOL).SerializeToString(),
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
