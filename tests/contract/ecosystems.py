"""The run of the contract suite (a prompt, a tool call, its result) as packages for TypeScript, the JVM and Go keep it,
and as agents tell it to one another and to front ends."""

from __future__ import annotations

import json
from typing import Any

_ARGUMENTS = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)
_AT = "2026-11-24T08:00:00.000Z"

A2A: dict[str, Any] = {"jsonrpc": "2.0", "id": "r1", "result": {
    "kind": "task", "id": "t1", "contextId": "s1", "history": [
        {"kind": "message", "messageId": "m1", "role": "user", "parts": [{"kind": "text", "text": "hello"}]},
        {"kind": "message", "messageId": "m2", "role": "agent", "parts": [
            {"kind": "data", "data": {"id": "c1", "name": "f", "args": _ARGUMENTS},
             "metadata": {"adk_type": "function_call"}},
            {"kind": "data", "data": {"id": "c1", "name": "f", "response": {"result": "done"}},
             "metadata": {"adk_type": "function_response"}}]}],
    "status": {"state": "completed", "timestamp": _AT}}}  # fmt: skip
A2A_1: dict[str, Any] = {"task": {
    "id": "t1", "contextId": "s1", "status": {"state": "TASK_STATE_COMPLETED", "timestamp": _AT}, "history": [
        {"messageId": "m1", "role": "ROLE_USER", "parts": [{"text": "hello"}]},
        {"messageId": "m2", "role": "ROLE_AGENT", "parts": [
            {"data": {"id": "c1", "name": "f", "args": _ARGUMENTS}, "metadata": {"type": "function_call"}},
            {"data": {"id": "c1", "name": "f", "response": "done"}, "metadata": {"type": "function_response"}}]}],
}}  # fmt: skip
AG_UI: list[Any] = [
    {"type": "RUN_STARTED", "threadId": "s1", "runId": "r1", "timestamp": 1764000000500},
    {"type": "MESSAGES_SNAPSHOT", "messages": [{"id": "m1", "role": "user", "content": "hello"}]},
    {"type": "TOOL_CALL_START", "toolCallId": "c1", "toolCallName": "f", "parentMessageId": "m2"},
    {"type": "TOOL_CALL_ARGS", "toolCallId": "c1", "delta": _WRITTEN[:5]},
    {"type": "TOOL_CALL_ARGS", "toolCallId": "c1", "delta": _WRITTEN[5:]},
    {"type": "TOOL_CALL_END", "toolCallId": "c1"},
    {"type": "TOOL_CALL_RESULT", "messageId": "m3", "toolCallId": "c1", "content": "done", "role": "tool"},
    {"type": "RUN_FINISHED", "threadId": "s1", "runId": "r1"},
]
GENKIT: dict[str, Any] = {
    "message": {"role": "model", "content": []}, "finishReason": "stop", "usage": {"inputTokens": 12}, "request": {
        "messages": [
            {"role": "user", "content": [{"text": "hello"}]},
            {"role": "model", "content": [{"toolRequest": {"name": "f", "ref": "c1", "input": _ARGUMENTS}}]},
            {"role": "tool", "content": [{"toolResponse": {"name": "f", "ref": "c1", "output": "done"}}]}]},
}  # fmt: skip
LANGCHAIN4J: list[Any] = [
    {"type": "USER", "contents": [{"type": "TEXT", "text": "hello"}]},
    {"type": "AI", "toolExecutionRequests": [{"id": "c1", "name": "f", "arguments": _WRITTEN}], "attributes": {}},
    {"type": "TOOL_EXECUTION_RESULT", "id": "c1", "toolName": "f", "text": "done", "isError": False},
]
SPRING_AI: list[Any] = [
    {"messageType": "USER", "metadata": {"messageType": "USER"}, "media": [], "text": "hello"},
    {"messageType": "ASSISTANT", "metadata": {}, "media": [], "text": "", "toolCalls": [
        {"id": "c1", "type": "function", "name": "f", "arguments": _WRITTEN}]},
    {"messageType": "TOOL", "metadata": {}, "text": "", "responses": [
        {"id": "c1", "name": "f", "responseData": "done"}]},
]  # fmt: skip
LANGCHAINGO: list[Any] = [
    {"role": "human", "text": "hello"},
    {"role": "ai", "parts": [{"type": "tool_call", "tool_call": {
        "id": "c1", "type": "function", "function": {"name": "f", "arguments": _WRITTEN}}}]},
    {"role": "tool", "parts": [{"type": "tool_response", "tool_response": {
        "tool_call_id": "c1", "name": "f", "content": "done"}}]},
]  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "a2a": A2A, "a2a one": A2A_1, "ag-ui": AG_UI, "genkit-messages": GENKIT, "langchain4j": LANGCHAIN4J,
    "spring-ai": SPRING_AI, "langchaingo": LANGCHAINGO,
}  # fmt: skip
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
