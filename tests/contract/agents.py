"""The run of the contract suite (a prompt, a tool call, its result) as agents and their frameworks keep it."""

from __future__ import annotations

import json
from typing import Any

AT = ("2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z", "2026-11-24T08:00:02.000Z")
ARGUMENTS = {"q": [1, "two"]}
_WRITTEN = json.dumps(ARGUMENTS)


def _line(kind: str, number: int, message: dict[str, Any], **more: Any) -> dict[str, Any]:
    parent = f"0000000{number - 1}-0000-4000-8000-000000000000" if number else None
    return {
        "parentUuid": parent, "isSidechain": False, "userType": "external", "cwd": "/home/dev/app",
        "sessionId": "0a1b2c3d-0000-4000-8000-000000000000", "version": "2.0.1", "gitBranch": "main", "type": kind,
        "message": message, "uuid": f"0000000{number}-0000-4000-8000-000000000000", "timestamp": AT[number], **more,
    }  # fmt: skip


CLAUDE_CODE: list[Any] = [
    _line("user", 0, {"role": "user", "content": "hello"}),
    _line("assistant", 1, {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": None,
                           "content": [{"type": "tool_use", "id": "c1", "name": "f", "input": ARGUMENTS}],
                           "usage": {"input_tokens": 12, "output_tokens": 3}}, requestId="req_1"),
    _line("user", 2, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "done"}]},
          toolUseResult={"stdout": "done", "stderr": "", "interrupted": False}),
]  # fmt: skip
CODEX: list[Any] = [
    {"timestamp": AT[0], "type": "session_meta", "payload": {
        "id": "0a1b2c3d-0000-7000-8000-000000000000", "timestamp": AT[0], "cwd": "/home/dev/app",
        "originator": "codex_cli_rs", "cli_version": "0.50.0", "instructions": None}},
    {"timestamp": AT[0], "type": "turn_context", "payload": {"cwd": "/home/dev/app", "model": "m", "effort": "high"}},
    {"timestamp": AT[0], "type": "response_item", "payload": {
        "type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}},
    {"timestamp": AT[0], "type": "event_msg", "payload": {"type": "user_message", "message": "hello", "kind": "plain"}},
    {"timestamp": AT[1], "type": "response_item", "payload": {
        "type": "function_call", "name": "f", "arguments": _WRITTEN, "call_id": "c1"}},
    {"timestamp": AT[2], "type": "response_item", "payload": {
        "type": "function_call_output", "call_id": "c1", "output": "done"}},
    {"timestamp": AT[2], "type": "event_msg", "payload": {"type": "token_count", "info": {
        "total_token_usage": {"input_tokens": 12, "output_tokens": 3, "total_tokens": 15}}}},
]  # fmt: skip
PYDANTIC_AI: list[Any] = [
    {"parts": [{"content": "hello", "timestamp": AT[0], "part_kind": "user-prompt"}], "instructions": None,
     "kind": "request"},
    {"parts": [{"tool_name": "f", "args": _WRITTEN, "tool_call_id": "c1", "part_kind": "tool-call"}],
     "usage": {"input_tokens": 12, "output_tokens": 3, "details": {}}, "model_name": "m", "timestamp": AT[1],
     "kind": "response", "provider_name": "test", "finish_reason": "tool_call"},
    {"parts": [{"tool_name": "f", "content": "done", "tool_call_id": "c1", "metadata": None, "timestamp": AT[2],
                "part_kind": "tool-return"}], "instructions": None, "kind": "request"},
]  # fmt: skip
AUTOGEN: dict[str, Any] = {"messages": [
    {"id": "m1", "source": "user", "models_usage": None, "metadata": {}, "created_at": AT[0], "content": "hello",
     "type": "TextMessage"},
    {"id": "m2", "source": "assistant", "models_usage": {"prompt_tokens": 12, "completion_tokens": 3}, "metadata": {},
     "created_at": AT[1], "content": [{"id": "c1", "arguments": _WRITTEN, "name": "f"}],
     "type": "ToolCallRequestEvent"},
    {"id": "m3", "source": "assistant", "models_usage": None, "metadata": {}, "created_at": AT[2],
     "content": [{"content": "done", "name": "f", "call_id": "c1", "is_error": False}],
     "type": "ToolCallExecutionEvent"},
], "stop_reason": None}  # fmt: skip


def _event(number: int, author: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "content": content, "invocation_id": "e-0001", "author": author, "actions": {"state_delta": {}},
        "id": f"ev{number}", "timestamp": 1764000000.5 + number,
    }  # fmt: skip


GOOGLE_ADK: dict[str, Any] = {
    "id": "s1", "app_name": "app", "user_id": "u", "state": {}, "last_update_time": 1764000003.5, "events": [
        _event(0, "user", {"role": "user", "parts": [{"text": "hello"}]}),
        _event(1, "agent", {"role": "model", "parts": [
            {"function_call": {"id": "c1", "name": "f", "args": ARGUMENTS}}]}),
        _event(2, "agent", {"role": "user", "parts": [
            {"function_response": {"id": "c1", "name": "f", "response": {"result": "done"}}}]}),
    ],
}  # fmt: skip
_CALLED = {"function_name": "f", "tool_call_id": "c1", "total_calls_in_response": 1}
OPENHANDS: list[Any] = [
    {"id": 0, "timestamp": AT[0], "source": "user", "message": "hello", "action": "message",
     "args": {"content": "hello", "image_urls": None, "wait_for_response": False}},
    {"id": 1, "timestamp": AT[1], "source": "agent", "message": "Calling f", "action": "call_tool_mcp",
     "args": {"name": "f", "arguments": ARGUMENTS, "thought": ""}, "tool_call_metadata": _CALLED},
    {"id": 2, "timestamp": AT[2], "source": "agent", "message": "done", "cause": 1, "observation": "mcp",
     "content": "done", "extras": {"name": "f", "arguments": ARGUMENTS}, "tool_call_metadata": _CALLED},
]  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "claude-code": CLAUDE_CODE,
    "codex": CODEX,
    "pydantic-ai": PYDANTIC_AI,
    "autogen": AUTOGEN,
    "google-adk": GOOGLE_ADK,
    "openhands": OPENHANDS,
}
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
