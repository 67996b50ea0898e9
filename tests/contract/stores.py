"""The run of the contract suite (a prompt, a tool call, its result) as stores of events, recorders of calls in calls,
and clients of coding agents keep it."""

from __future__ import annotations

import json
from typing import Any

from .recorded import BEGIN, CALL, FIRST, PROMPT, SECOND, TRACE

_ARGUMENTS: dict[str, Any] = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)
_AT = ("2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z")
_ASKED = [{"role": "user", "content": "hello"}]
_CALLED = {
    "role": "assistant",
    "content": "",
    "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": _WRITTEN}}],
}
_CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "m",
    "gen_ai.input.messages": json.dumps([PROMPT]),
    "gen_ai.output.messages": json.dumps([CALL]),
    "gen_ai.usage.input_tokens": 12,
}
_TOOL = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "f",
    "gen_ai.tool.call.id": "c1",
    "gen_ai.tool.call.arguments": _WRITTEN,
    "gen_ai.tool.call.result": "done",
}
_SPANS = [(FIRST, "", "chat m", _CHAT), (SECOND, FIRST, "execute_tool f", _TOOL)]


def _said(update: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": "session/update", "params": {"sessionId": "s1", "update": update}}


ACP: list[Any] = [
    {"jsonrpc": "2.0", "id": 2, "method": "session/prompt", "params": {
        "sessionId": "s1", "prompt": [{"type": "text", "text": "hello"}]}},
    _said({"sessionUpdate": "tool_call", "toolCallId": "c1", "title": "f", "kind": "read", "status": "pending"}),
    _said({"sessionUpdate": "tool_call_update", "toolCallId": "c1", "rawInput": _ARGUMENTS}),
    _said({"sessionUpdate": "tool_call_update", "toolCallId": "c1", "status": "completed", "content": [
        {"type": "content", "content": {"type": "text", "text": "done"}}]}),
]  # fmt: skip
HONEYCOMB: list[Any] = [
    {"time": _AT[at], "samplerate": 1, "data": {
        "trace.trace_id": TRACE, "trace.span_id": own, **({"trace.parent_id": above} if above else {}), "name": name,
        "duration_ms": 250.5, **attributes}}
    for at, (own, above, name, attributes) in enumerate(_SPANS)
]  # fmt: skip
ELASTIC: dict[str, Any] = {"took": 1, "hits": {"hits": [
    {"_index": "traces", "_id": str(at), "_source": {
        "@timestamp": _AT[at], "trace_id": TRACE, "span_id": own, "parent_span_id": above, "name": name,
        "kind": "Client", "duration": 250500000, "attributes": attributes, "status": {"code": "Ok"}}}
    for at, (own, above, name, attributes) in enumerate(_SPANS)
]}}  # fmt: skip
ECS: list[Any] = [
    {"@timestamp": _AT[at], "trace": {"id": TRACE}, "span": {"id": own, "name": name}, "parent": {"id": above},
     "gen_ai": gen_ai, "event": {"outcome": "success"}}
    for at, (own, above, name, gen_ai) in enumerate((
        (FIRST, "", "chat", {"operation": {"name": "chat"}, "input": {"messages": [PROMPT]},
                             "output": {"messages": [CALL]}, "usage": {"input_tokens": 12}}),
        (SECOND, FIRST, "tool", {"operation": {"name": "execute_tool"}, "tool": {"name": "f", "call": {
            "id": "c1", "arguments": _WRITTEN, "result": "done"}}}),
    ))
]  # fmt: skip
CLOUDWATCH: list[Any] = [
    {"resource": {"attributes": {"service.name": "a"}}, "scope": {"name": "x"}, "traceId": TRACE, "spanId": own,
     **({"parentSpanId": above} if above else {}), "name": name, "kind": "CLIENT",
     "startTimeUnixNano": BEGIN + at * 10**9, "endTimeUnixNano": BEGIN + at * 10**9 + 10**8,
     "attributes": attributes, "status": {"code": "OK"}}
    for at, (own, above, name, attributes) in enumerate(_SPANS)
]  # fmt: skip
LOGGED: list[Any] = [
    {"timeUnixNano": BEGIN, "observedTimeUnixNano": BEGIN, "severityNumber": 9, "traceId": TRACE, "spanId": FIRST,
     "attributes": {"event.name": "tracer", "session.id": "s1"}, "body": {
         "input": {"messages": [{"role": "user", "content": {"content": '[{"text": "hello"}]'}}]},
         "output": {"messages": [{"role": "assistant", "content": {"message": json.dumps([
             {"toolUse": {"toolUseId": "c1", "name": "f", "input": _ARGUMENTS}}])}}]}}},
    {"timeUnixNano": BEGIN + 1, "observedTimeUnixNano": BEGIN + 1, "traceId": TRACE, "spanId": SECOND,
     "attributes": {"event.name": "tracer"}, "body": {"input": {"messages": [
         {"role": "user", "content": {"content": json.dumps([
             {"toolResult": {"toolUseId": "c1", "content": [{"text": "done"}]}}])}}]}}},
]  # fmt: skip
TRULENS: list[Any] = [
    {"event_id": own, "record": {"name": name, "parent_span_id": above, "status": "STATUS_CODE_UNSET"},
     "record_type": "SPAN", "record_attributes": attributes, "start_timestamp": _AT[at], "timestamp": _AT[1],
     "trace": {"trace_id": TRACE, "span_id": own, "parent_id": above}}
    for at, (own, above, name, attributes) in enumerate((
        (FIRST, "", "ask", {"ai.observability.span_type": "generation", "ai.observability.call.kwargs.messages": _ASKED,
                            "ai.observability.call.return": _CALLED}),
        (SECOND, FIRST, "f", {"ai.observability.span_type": "tool", "gen_ai.tool.call.id": "c1",
                              "ai.observability.call.kwargs": _ARGUMENTS, "ai.observability.call.return": "done"}),
    ))
]  # fmt: skip
_OF = {"vendor": "openai", "ingest_source": "Python", "trace_id": TRACE, "response.model": "m"}
NEW_RELIC: list[Any] = [
    {"eventType": "LlmChatCompletionMessage", "timestamp": 1_764_000_000_000, "id": "m0", "completion_id": "k",
     "sequence": 0, "role": "user", "content": "hello", "span_id": FIRST, **_OF},
    {"eventType": "LlmChatCompletionSummary", "timestamp": 1_764_000_000_001, "id": "k", "span_id": FIRST, **_OF},
    {"eventType": "LlmTool", "timestamp": 1_764_000_000_002, "id": "x", "name": "f", "run_id": "c1",
     "input": _WRITTEN, "output": "done", "span_id": SECOND, **_OF},
]  # fmt: skip
GALILEO: dict[str, Any] = {"log_stream_id": "l", "session_id": "s1", "traces": [
    {"type": "trace", "id": "t1", "name": "f", "input": "", "output": "", "created_at": _AT[0], "spans": [
        {"type": "llm", "input": _ASKED, "output": _CALLED, "model": "m", "created_at": _AT[0],
         "metrics": {"num_input_tokens": 12, "num_output_tokens": 3}},
        {"type": "tool", "name": "f", "input": _WRITTEN, "output": "done", "tool_call_id": "c1", "metrics": {}}]},
]}  # fmt: skip
HUMANLOOP: dict[str, Any] = {
    "id": "l1", "flow": {"id": "fl", "path": "x"}, "trace_id": "t1", "session_id": "s1", "inputs": {},
    "start_time": _AT[0], "children": [
        {"id": "l2", "prompt": {"id": "pr", "path": "p", "model": "m"}, "messages": _ASKED, "output_message": _CALLED,
         "start_time": _AT[0], "prompt_tokens": 12},
        {"id": "l3", "tool": {"id": "to", "path": "tools/f", "function": {"name": "f"}}, "inputs": _ARGUMENTS,
         "output": "done", "start_time": _AT[1]}],
}  # fmt: skip
PROMPTFLOW: dict[str, Any] = {"line_number": 0, "run_info": {
    "run_id": "r1_0", "root_run_id": "r1", "inputs": {"question": "hello"}, "output": {"answer": "done"},
    "start_time": _AT[0], "end_time": _AT[1], "error": None, "api_calls": [
        {"name": "create", "type": "LLM", "inputs": {"messages": _ASKED, "model": "m"}, "output": {
            "object": "chat.completion", "model": "m", "choices": [{"index": 0, "message": _CALLED}],
            "usage": {"prompt_tokens": 12}}, "start_time": 1795507200.25, "end_time": 1795507200.5, "children": None},
        {"name": "f", "type": "Tool", "inputs": _ARGUMENTS, "output": "done", "start_time": 1795507200.6,
         "end_time": 1795507200.9, "children": []}]},
}  # fmt: skip
_LINES = (
    "",
    "# aider chat started at 2026-11-24 08:00:00",
    "",
    "> Main model: m  ",
    "",
    "#### hello  ",
    "",
    "done",
    "",
    "#### /run ls  ",
    "",
    "> done  ",
    "",
)
AIDER = "\n".join(_LINES)
COPILOTKIT: dict[str, Any] = {"operationName": "generateCopilotResponse", "variables": {"data": {
    "threadId": "s1", "messages": [
        {"id": "m1", "createdAt": _AT[0], "textMessage": {"content": "hello", "role": "user"}},
        {"id": "c1", "createdAt": _AT[0], "actionExecutionMessage": {"name": "f", "arguments": _WRITTEN}},
        {"id": "m3", "createdAt": _AT[1], "resultMessage": {"result": "done", "actionExecutionId": "c1"}}]}},
}  # fmt: skip
CORTEX: list[Any] = [
    {"object": "message.delta", "id": "m1", "delta": {"content": [block]}} for block in (
        {"index": 0, "type": "text", "text": "hel"}, {"index": 0, "type": "text", "text": "lo"},
        {"index": 1, "type": "tool_use", "tool_use": {"tool_use_id": "c1", "name": "f", "input": _ARGUMENTS}},
        {"index": 2, "type": "tool_results", "tool_results": {
            "tool_use_id": "c1", "status": "success", "content": [{"type": "text", "text": "done"}]}})
]  # fmt: skip
BOT_FRAMEWORK: list[Any] = [
    {"type": "message", "id": "1", "timestamp": _AT[0], "from": {"id": "u", "name": "", "role": "user"},
     "conversation": {"id": "s1"}, "text": "hello"},
    {"type": "event", "id": "2", "timestamp": _AT[0], "from": {"id": "b", "role": "bot"}, "name": "f",
     "conversation": {"id": "s1"}, "value": _ARGUMENTS},
    {"type": "message", "id": "3", "timestamp": _AT[1], "from": {"id": "b", "role": "bot"}, "text": "done",
     "conversation": {"id": "s1"}, "replyToId": "1"},
]  # fmt: skip
DIALOGFLOW: dict[str, Any] = {
    "responseId": "r1", "session": "projects/p/agent/sessions/s1", "queryResult": {
        "queryText": "hello", "parameters": {"q": "two"}, "intent": {"displayName": "f"}, "fulfillmentText": "done",
        "fulfillmentMessages": [{"text": {"text": ["done"]}}]},
}  # fmt: skip
LEX: dict[str, Any] = {
    "sessionId": "s1", "inputTranscript": "hello", "messages": [{"content": "done", "contentType": "PlainText"}],
    "sessionState": {"intent": {"name": "f", "slots": {"q": None}, "state": "Fulfilled"}},
}  # fmt: skip
FLOWISE: dict[str, Any] = {
    "chatId": "s1", "chatMessageId": "m1", "question": "hello", "text": "done",
    "usedTools": [{"tool": "f", "toolInput": _ARGUMENTS, "toolOutput": "done"}],
}  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "acp": ACP, "honeycomb": HONEYCOMB, "elastic": ELASTIC, "elastic common-schema": ECS, "cloudwatch": CLOUDWATCH,
    "cloudwatch logs": LOGGED, "trulens-events": TRULENS, "new-relic": NEW_RELIC, "galileo": GALILEO,
    "humanloop": HUMANLOOP, "promptflow": PROMPTFLOW, "copilotkit": COPILOTKIT, "cortex": CORTEX,
    "bot-framework": BOT_FRAMEWORK, "dialogflow": DIALOGFLOW, "lex": LEX, "flowise": FLOWISE,
}  # fmt: skip
FIXTURES: dict[str, bytes] = {
    **{name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}, "aider": AIDER.encode(),
}  # fmt: skip
OTHERWISE: dict[str, list[str]] = {
    "bot-framework": ["prompt", "event", "output"],
    "dialogflow": ["prompt", "event", "output"],
    "lex": ["prompt", "event", "output"],
    "flowise": ["prompt", "tool_call", "tool_result", "output"],
    "cortex": ["output", "tool_call", "tool_result"],
    "aider": ["event", "prompt", "output", "prompt", "tool_result"],
    "galileo": ["event", "prompt", "tool_call", "tool_result"],
    "humanloop": ["event", "prompt", "tool_call", "tool_result"],
    "promptflow": ["event", "prompt", "tool_call", "tool_result"],
}
"""The kinds of the steps of those whose tools have no ids, or that say more than the run."""
