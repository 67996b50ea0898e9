"""Talks as tracing tools record them, and as reticent's own trace."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import fastavro
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from tests.contract import recorded
from tests.contract.registered import framed

from reticent.formats.avro.native import to_avro
from reticent.model import Step, StepKind, Trace

from .provider import dumps, messages
from .talk import Talk, Turn

_AT = "2026-11-24T08:00:00.000Z"
_KINDS = {
    "system": StepKind.SYSTEM, "user": StepKind.PROMPT, "call": StepKind.TOOL_CALL, "result": StepKind.TOOL_RESULT,
    "assistant": StepKind.OUTPUT,
}  # fmt: skip


def native(talk: Talk) -> bytes:
    steps = [
        {"seq": number, "kind": _KINDS[turn.role].value, "name": turn.tool, "call_id": turn.call,
         "content": turn.text or turn.arguments}
        for number, turn in enumerate(talk.turns)
    ]  # fmt: skip
    head = {"trace_id": talk.trace, "session_id": talk.session, "started_at": _AT, "attributes": {"model": "m"}}
    return dumps({**head, "steps": steps})


def native_avro(talk: Talk) -> bytes:
    steps = [
        Step(number, _KINDS[turn.role], turn.text or turn.arguments, name=turn.tool, call_id=turn.call)
        for number, turn in enumerate(talk.turns)
    ]
    return to_avro(Trace(talk.trace, talk.session, _AT, _AT, {"model": "m"}, steps))


# OpenTelemetry


def otlp_json(talk: Talk) -> bytes:
    return dumps({"resourceSpans": [recorded.resource(*recorded.spans(*_genai(talk), trace=talk.trace))]})


def otlp_protobuf(talk: Talk) -> bytes:
    return recorded.traces_proto(*_genai(talk), trace=talk.trace).SerializeToString()


def _genai(talk: Talk) -> list[dict[str, Any]]:
    """The span of a call of a model and that of a tool; messages are JSON in strings."""
    *before, last = talk.turns
    chat = {
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.request.temperature": 0.5,
        "gen_ai.usage.input_tokens": 1200, "gen_ai.conversation.id": talk.session,
        "gen_ai.input.messages": _spoken(before), "gen_ai.output.messages": _spoken([last]),
    }  # fmt: skip
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find_notes", "gen_ai.tool.call.id": "call_1"}
    return [chat, tool]


def _spoken(turns: Sequence[Turn]) -> str:
    return json.dumps([{"role": _role(turn), "parts": [_part(turn)]} for turn in turns])


def _role(turn: Turn) -> str:
    return {"call": "assistant", "result": "tool"}.get(turn.role, turn.role)


def _part(turn: Turn) -> dict[str, Any]:
    if turn.role == "call":
        return {"type": "tool_call", "id": turn.call, "name": turn.tool, "arguments": turn.arguments}
    if turn.role == "result":
        return {"type": "tool_call_response", "id": turn.call, "response": turn.text}
    return {"type": "text", "content": turn.text}


def _events(talk: Talk) -> list[tuple[str, Any]]:
    """Of the conventions' log-based generation."""
    return [(f"gen_ai.{message['role']}.message", message) for message in messages(talk.turns)]


def logs_json(talk: Talk) -> bytes:
    records = [{**each, "traceId": talk.trace} for each in recorded.records(*_filled(talk))]
    return dumps({"resourceLogs": [recorded.resource(*records, signal="Logs")]})


def _filled(talk: Talk) -> list[tuple[str, Any]]:
    return [
        (name, {key: value for key, value in message.items() if value is not None}) for name, message in _events(talk)
    ]


def logs_protobuf(talk: Talk) -> bytes:
    data = LogsData()
    inner = data.resource_logs.add().scope_logs.add()
    for number, (name, body) in enumerate(_filled(talk)):
        inner.log_records.add(
            time_unix_nano=recorded.BEGIN + number, severity_number=9, body=recorded.proto_value(body), event_name=name,
            trace_id=bytes.fromhex(talk.trace), span_id=bytes.fromhex(recorded.FIRST),
        )  # fmt: skip
    return data.SerializeToString()


def openinference(talk: Talk) -> bytes:
    """Protobuf, as its instrumentations export it: messages flattened, and again as JSON in `input.value`."""
    *before, last = talk.turns
    said = {"messages": messages(before)}
    found: dict[str, Any] = {
        "openinference.span.kind": "LLM", "llm.model_name": "m", "llm.token_count.total": 1500,
        "input.mime_type": "application/json", "input.value": json.dumps(said), "output.value": last.text,
        "session.id": talk.session,
    }  # fmt: skip
    for side, turns in (("input", before), ("output", [last])):
        for number, message in enumerate(messages(turns)):
            found |= _flat(f"llm.{side}_messages.{number}.message", message)
    return recorded.traces_proto(found, trace=talk.trace).SerializeToString()


def _flat(prefix: str, message: dict[str, Any]) -> dict[str, Any]:
    found = {
        f"{prefix}.{key}": message[key] for key in ("role", "content", "tool_call_id") if message.get(key) is not None
    }
    for number, call in enumerate(message.get("tool_calls", ())):
        at = f"{prefix}.tool_calls.{number}.tool_call"
        found |= {f"{at}.id": call["id"], f"{at}.function.name": call["function"]["name"]}
        found[f"{at}.function.arguments"] = call["function"]["arguments"]
    return found


# others


def langfuse(talk: Talk) -> bytes:
    *before, last = talk.turns
    generation = {"id": f"o-{talk.session}", "traceId": talk.trace, "name": "chat", "model": "m", "startTime": _AT}
    asked, answered = {"input": messages(before)}, {"output": messages([last])[0], "usageDetails": {"input": 1200}}
    bodies = (
        ("trace-create", {"id": talk.trace, "sessionId": talk.session, "name": "agent"}),
        ("generation-create", {**generation, **asked}),
        ("generation-update", {**generation, **answered, "endTime": _AT}),
    )
    batch = [
        {"id": f"e{number}", "type": kind, "timestamp": _AT, "body": body} for number, (kind, body) in enumerate(bodies)
    ]
    return dumps({"batch": batch, "metadata": {"sdk_name": "python"}})


def _run(talk: Talk) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A run, its inputs and its outputs."""
    *before, last = talk.turns
    run = {"id": talk.trace, "trace_id": talk.trace, "dotted_order": "1", "run_type": "llm", "name": "ChatModel",
           "start_time": _AT, "end_time": _AT, "extra": {"metadata": {"ls_model_name": "m"}}}  # fmt: skip
    return run, {"messages": messages(before)}, {"choices": [{"message": messages([last])[0]}]}


def langsmith(talk: Talk) -> bytes:
    run, inputs, outputs = _run(talk)
    return dumps({**run, "inputs": inputs, "outputs": outputs})


def langsmith_parts(talk: Talk) -> bytes:
    """As its clients send batches."""
    run, inputs, outputs = _run(talk)
    names = ("", ".inputs", ".outputs")
    return recorded.multipart(
        *(
            (f"post.{talk.trace}{name}", "application/json", dumps(body))
            for name, body in zip(names, (run, inputs, outputs), strict=True)
        )
    )


def weave(talk: Talk) -> bytes:
    _, inputs, outputs = _run(talk)
    call = {
        "id": talk.session, "op_name": "weave:///w/p/op/openai.chat.completions.create:1", "trace_id": talk.trace,
        "started_at": _AT, "ended_at": _AT, "attributes": {}, "summary": {"usage": {"m": {"prompt_tokens": 1200}}},
    }  # fmt: skip
    return dumps({"calls": [{**call, "inputs": {"model": "m", **inputs}, "output": outputs}]})


def litellm(talk: Talk) -> bytes:
    _, inputs, outputs = _run(talk)
    return dumps({
        "id": f"chatcmpl-{talk.session}", "trace_id": talk.trace, "call_type": "acompletion", "model": "m",
        "startTime": 1764000000.5, **inputs, "response": outputs, "prompt_tokens": 1200,
    })  # fmt: skip


# a schema registry's framing

CALL_ID = 3
CALL_SCHEMA = {
    "type": "record", "name": "Call", "namespace": "example",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "cost", "type": "double"},
        {"name": "tags", "type": {"type": "map", "values": "string"}},
        {"name": "turns", "type": {"type": "array", "items": {
            "type": "record", "name": "Turn",
            "fields": [
                {"name": "role", "type": {"type": "enum", "name": "Role",
                                          "symbols": ["system", "user", "assistant", "call", "result"]}},
                {"name": "text", "type": ["null", "string"]},
                {"name": "tool", "type": ["null", "string"]},
                {"name": "tokens", "type": "int"},
            ]}}},
    ],
}  # fmt: skip
CALL = fastavro.parse_schema(CALL_SCHEMA)


def registered(talk: Talk) -> bytes:
    """Somebody's own schema."""
    turns = [
        {"role": turn.role, "text": turn.text or json.dumps(turn.arguments), "tool": turn.tool or None, "tokens": 90}
        for turn in talk.turns
    ]
    record = {"id": talk.trace, "at": 1764000000000, "cost": 0.25, "tags": {"area": "warehouse"}, "turns": turns}
    out = io.BytesIO()
    fastavro.schemaless_writer(out, CALL, record)
    return framed(CALL_ID, out.getvalue())
