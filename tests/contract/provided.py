"""The run of the contract suite (a prompt, a tool call, its result) in the formats of model providers."""

from __future__ import annotations

import json
from typing import Any

_MCP: list[Any] = [
    {"jsonrpc": "2.0", "id": 1, "result": {"messages": [
        {"role": "user", "content": {"type": "text", "text": "hello"}}]}},
    {"jsonrpc": "2.0", "id": "c1", "method": "tools/call", "params": {"name": "f", "arguments": {"q": [1, "two"]}}},
    {"jsonrpc": "2.0", "id": "c1", "result": {"content": [{"type": "text", "text": "done"}], "isError": False}},
]  # fmt: skip
_DOCUMENTS: dict[str, Any] = {
    "openai-responses": {"model": "m", "instructions": None, "input": [
        {"role": "user", "content": "hello"},
        {"type": "function_call", "id": "fc1", "call_id": "c1", "name": "f", "arguments": '{"q": [1, "two"]}'},
        {"type": "function_call_output", "call_id": "c1", "output": "done"}]},
    "anthropic-messages": {"model": "m", "max_tokens": 100, "messages": [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "f", "input": {"q": [1, "two"]}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "done"}]}]},
    "gemini": {"contents": [
        {"role": "user", "parts": [{"text": "hello"}]},
        {"role": "model", "parts": [{"functionCall": {"id": "c1", "name": "f", "args": {"q": [1, "two"]}}}]},
        {"role": "user", "parts": [{"functionResponse": {"id": "c1", "name": "f", "response": {"output": "done"}}}]}]},
    "bedrock-converse": {"modelId": "m", "messages": [
        {"role": "user", "content": [{"text": "hello"}]},
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "c1", "name": "f", "input": {"q": [1, "two"]}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "c1", "content": [{"text": "done"}]}}]}]},
    "batch-api": {"custom_id": "request-1", "method": "POST", "url": "/v1/chat/completions", "body": {
        "model": "m", "messages": [
            {"role": "user", "content": "hello"},
            {"role": "assistant", "content": None, "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"q": [1, "two"]}'}}]},
            {"role": "tool", "tool_call_id": "c1", "content": "done"}]}},
    "mcp": _MCP,
    "trajectories": {"task_id": "7", "reward": 1.0, "traj": [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"q": [1, "two"]}'}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "done"}]},
}  # fmt: skip
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in _DOCUMENTS.items()}
FIXTURES["sse"] = b": begin\n\n" + b"".join(
    b"event: message\r\nid: %d\ndata: %s\n\n" % (at, json.dumps(message).encode()) for at, message in enumerate(_MCP)
)
