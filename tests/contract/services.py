"""The run of the contract suite (a prompt, a tool call, its result) as assistants, workflows and older interfaces of
models keep it; those that ask no tools have its first words, and an answer."""

from __future__ import annotations

import json
from typing import Any

from .recorded import BEGIN, CALL, FIRST, PROMPT, SECOND, TRACE

_ARGUMENTS: dict[str, Any] = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)
_AT = [1_764_000_000.5, 1_764_000_001.5, 1_764_000_002.5]

INTERACTIONS: dict[str, Any] = {
    "id": "i1", "object": "interaction", "status": "completed", "model": "m", "created": "2026-11-24T08:00:00Z",
    "usage": {"total_tokens": 15}, "steps": [
        {"type": "user_input", "content": [{"type": "text", "text": "hello"}]},
        {"type": "function_call", "id": "c1", "name": "f", "arguments": _ARGUMENTS},
        {"type": "function_result", "call_id": "c1", "name": "f", "result": "done"}],
}  # fmt: skip
STREAMED: list[Any] = [
    {"event_type": "interaction.created", "interaction": {"id": "i1", "object": "interaction", "model": "m"}},
    {"event_type": "step.start", "index": 0, "step": {"type": "user_input", "content": [
        {"type": "text", "text": "hello"}]}},
    {"event_type": "step.start", "index": 1, "step": {"type": "function_call", "id": "c1", "name": "f",
                                                      "arguments": {}}},
    {"event_type": "step.delta", "index": 1, "delta": {"type": "arguments_delta", "arguments": _WRITTEN[:9]}},
    {"event_type": "step.delta", "index": 1, "delta": {"type": "arguments_delta", "arguments": _WRITTEN[9:]}},
    {"event_type": "step.stop", "index": 1},
    {"event_type": "step.start", "index": 2, "step": {"type": "function_result", "call_id": "c1", "result": "done"}},
    {"event_type": "interaction.completed", "interaction": {"id": "i1", "usage": {"total_tokens": 15}}},
]  # fmt: skip
COHERE_1: dict[str, Any] = {
    "model": "m", "message": "", "chat_history": [{"role": "USER", "message": "hello"}, {
        "role": "CHATBOT", "message": "", "tool_calls": [{"name": "f", "parameters": _ARGUMENTS}]}],
    "tool_results": [{"call": {"name": "f", "parameters": _ARGUMENTS}, "outputs": [{"text": "done"}]}],
}  # fmt: skip
COMPLETED: list[Any] = [
    {"model": "m", "prompt": "hello", "max_tokens_to_sample": 9},
    {"type": "completion", "completion": "do", "stop_reason": None, "model": "m", "log_id": "l"},
    {"type": "completion", "completion": "ne", "stop_reason": "stop_sequence", "model": "m", "log_id": "l"},
]


def _tracked(number: int, event: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "timestamp": _AT[number], "metadata": {}, **more}


RASA: dict[str, Any] = {
    "sender_id": "s1", "slots": {"city": None}, "latest_message": {"text": "hello"}, "events": [
        _tracked(0, "action", name="action_listen", policy=None, confidence=None),
        _tracked(0, "user", text="hello", input_channel="rest", parse_data={"text": "hello", "entities": []}),
        _tracked(1, "action", name="utter_done", policy="rules", confidence=1),
        _tracked(2, "bot", text="done", data={"buttons": None})],
}  # fmt: skip
LIVEKIT: dict[str, Any] = {
    "job_id": "j1", "room_id": "s1", "room": "lobby", "events": [], "chat_history": {"items": [
        {"id": "m1", "type": "message", "role": "user", "content": ["hello"], "interrupted": False,
         "created_at": _AT[0]},
        {"id": "m2", "type": "function_call", "call_id": "c1", "name": "f", "arguments": _WRITTEN,
         "created_at": _AT[1]},
        {"id": "m3", "type": "function_call_output", "call_id": "c1", "name": "f", "output": "done",
         "is_error": False, "created_at": _AT[2]}]},
}  # fmt: skip
MOATLESS: dict[str, Any] = {"nodes": [
    {"node_id": 0, "user_message": "hello", "action_steps": [], "visits": 1},
    {"node_id": 1, "parent_id": 0, "action_steps": [{
        "action": {"thoughts": "well", **_ARGUMENTS, "action_args_class": "a.actions.f.fArgs"},
        "observation": {"message": "done", "terminal": False}, "start_time": "2026-11-24T08:00:00"}]},
]}  # fmt: skip
AUTOGPT: dict[str, Any] = {"agent_id": "s1", "task": "hello", "history": {"cursor": 1, "episodes": [{
    "action": {"name": "f", "args": _ARGUMENTS, "reasoning": "well"}, "summary": None,
    "result": {"outputs": "done", "status": "success"}}]}}  # fmt: skip


def _ran(number: int, side: str, kind: str, node: dict[str, Any], given: dict[str, Any]) -> list[Any]:
    return [{"startTime": 1_764_000_000_000 + number, "executionTime": 1, "executionStatus": "success", "source": [],
             side: {kind: [[{"json": given}]]}, "data": {kind: [[{"json": node}]]}}]  # fmt: skip


N8N: dict[str, Any] = {
    "id": "7", "finished": True, "startedAt": "2026-11-24T08:00:00.000Z", "stoppedAt": "2026-11-24T08:00:02.000Z",
    "workflowData": {"name": "help", "nodes": [{"name": "Agent", "type": "@n8n/n8n-nodes-langchain.agent"}]},
    "data": {"resultData": {"lastNodeExecuted": "Agent", "runData": {
        "Agent": _ran(9, "hints", "main", {"output": "hello done"}, {}),
        "Chat": _ran(0, "hints", "main", {"chatInput": "hello", "sessionId": "s1"}, {}),
        "Model": _ran(2, "inputOverride", "ai_languageModel",
                      {"response": {"generations": [[{"text": "", "generationInfo": {}}]]}},
                      {"messages": ["System: be kind\nHuman: hello"], "options": {"model": "m"}}),
        "f": _ran(4, "inputOverride", "ai_tool", {"response": "done"}, {"query": _ARGUMENTS}),
    }}},
}  # fmt: skip


def _sent(number: int, kind: str, **more: Any) -> dict[str, Any]:
    at = ("2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z")
    return {"id": f"e{number}", "event_type": kind, "init_timestamp": at[number], "end_timestamp": at[number],
            "session_id": "s1", **more}  # fmt: skip


AGENTOPS: dict[str, Any] = {"events": [
    _sent(0, "llms", model="m", prompt=[{"role": "user", "content": "hello"}], prompt_tokens=12, completion_tokens=3,
          completion={"role": "assistant", "content": "well"}, params={}, returns=None),
    _sent(1, "tools", name="f", tool_name="f", params=_ARGUMENTS, returns="done"),
]}  # fmt: skip
_CHAT: dict[str, Any] = {
    "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.input.messages": json.dumps([PROMPT]),
    "gen_ai.output.messages": json.dumps([CALL]),
}  # fmt: skip
_TOOL: dict[str, Any] = {
    "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "f", "gen_ai.tool.call.id": "c1",
    "gen_ai.tool.call.arguments": _WRITTEN, "gen_ai.tool.call.result": "done",
}  # fmt: skip
_SECONDS = BEGIN // 10**9
JS_SPANS: list[Any] = [
    {"name": "chat", "kind": 2, "spanContext": {"traceId": TRACE, "spanId": FIRST, "traceFlags": 1},
     "startTime": [_SECONDS, 0], "endTime": [_SECONDS + 1, 5], "status": {"code": 0}, "attributes": _CHAT,
     "events": [], "links": []},
    {"name": "execute_tool f", "kind": 0, "spanContext": {"traceId": TRACE, "spanId": SECOND, "traceFlags": 1},
     "parentSpanContext": {"traceId": TRACE, "spanId": FIRST}, "startTime": [_SECONDS + 1, 0],
     "endTime": [_SECONDS + 2, 0], "status": {"code": 0}, "attributes": _TOOL, "events": [], "links": []},
]  # fmt: skip


def _printed(number: int, attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource": {"attributes": {"service.name": "agent"}}, "instrumentationScope": {"name": "ai"},
        "traceId": TRACE, "parentId": FIRST if number else "", "name": "work", "id": (FIRST, SECOND)[number],
        "kind": 0, "timestamp": (_SECONDS + number) * 10**6, "duration": 500_000.25, "attributes": attributes,
        "status": {"code": 0}, "events": [], "links": [],
    }  # fmt: skip


PRINTED: list[Any] = [_printed(0, _CHAT), _printed(1, _TOOL)]
AGENT_SDK: list[Any] = [
    {"type": kind, "parent_tool_use_id": None, "message": {"role": kind, "content": content}}
    for kind, content in (
        ("user", "hello"),
        ("assistant", [{"type": "tool_use", "id": "c1", "name": "f", "input": _ARGUMENTS}]),
        ("user", [{"type": "tool_result", "tool_use_id": "c1", "content": "done"}]),
    )
]
DOCUMENTS: dict[str, Any] = {
    "gemini-interactions": INTERACTIONS, "gemini-interactions streamed": STREAMED, "cohere version-1": COHERE_1,
    "text-completions": COMPLETED, "rasa": RASA, "livekit": LIVEKIT, "moatless": MOATLESS, "autogpt": AUTOGPT,
    "n8n": N8N, "agentops": AGENTOPS, "otel-spans javascript": JS_SPANS, "otel-spans printed": PRINTED,
    "claude-code sdk": AGENT_SDK,
}  # fmt: skip
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
OTHERWISE: dict[str, list[str]] = {
    "cohere version-1": ["prompt", "tool_call", "tool_result"],
    "text-completions": ["prompt", "output"],
    "rasa": ["prompt", "output"],
    "moatless": ["prompt", "thinking", "tool_call", "tool_result"],
    "autogpt": ["prompt", "thinking", "tool_call", "tool_result"],
    "n8n": ["prompt", "system", "tool_call", "tool_result", "output"],
    "agentops": ["prompt", "output", "tool_call", "tool_result"],
}
"""The kinds of the steps of those that ask no tools, whose tools have no ids, or that say more than the run."""
