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
        "parentUuid": parent, "isSidechain": False, "userType": "external", "cwd": "/srv/app",
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
        "id": "0a1b2c3d-0000-7000-8000-000000000000", "timestamp": AT[0], "cwd": "/srv/app",
        "originator": "codex_cli_rs", "cli_version": "0.50.0", "instructions": None}},
    {"timestamp": AT[0], "type": "turn_context", "payload": {"cwd": "/srv/app", "model": "m", "effort": "high"}},
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


def _streamed(event: str, name: str, run: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "event": event, "name": name, "run_id": f"0000000{run}-0000-4000-8000-000000000000", "tags": [], "data": data,
        "metadata": {"thread_id": "s1", "ls_model_name": "m", "langgraph_step": 1}, "parent_ids": [],
    }  # fmt: skip


_ANSWER = {
    "content": "", "type": "ai", "id": "run-1", "tool_calls": [{"name": "f", "args": ARGUMENTS, "id": "c1"}],
    "usage_metadata": {"input_tokens": 12, "output_tokens": 3, "total_tokens": 15},
}  # fmt: skip
LANGGRAPH: list[Any] = [
    _streamed("on_chain_start", "LangGraph", "1", {"input": {"messages": []}}),
    _streamed("on_chat_model_start", "ChatModel", "2", {"input": {"messages": [[
        {"content": "hello", "type": "human"}]]}}),
    _streamed("on_chat_model_end", "ChatModel", "2", {"output": _ANSWER}),
    _streamed("on_tool_start", "f", "3", {"input": ARGUMENTS}),
    _streamed("on_tool_end", "f", "3", {
        "input": ARGUMENTS, "output": {"content": "done", "type": "tool", "name": "f", "tool_call_id": "c1"}}),
]  # fmt: skip
_SPANS = ("span_00000000000000000000000a", "span_00000000000000000000000b")
_CALLS = [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": _WRITTEN}}]
OPENAI_AGENTS: dict[str, Any] = {"data": [
    {"object": "trace", "id": "trace_0af7651916cd43dd8448eb211c80319c", "workflow_name": "Agent workflow",
     "group_id": "s1", "metadata": None},
    {"object": "trace.span", "id": _SPANS[0], "trace_id": "trace_0af7651916cd43dd8448eb211c80319c", "parent_id": None,
     "started_at": AT[0], "ended_at": AT[1], "error": None, "span_data": {
        "type": "generation", "input": [{"role": "user", "content": "hello"}],
        "output": [{"role": "assistant", "content": None, "tool_calls": _CALLS}], "model": "m", "model_config": {},
        "usage": {"input_tokens": 12, "output_tokens": 3}}},
    {"object": "trace.span", "id": _SPANS[1], "trace_id": "trace_0af7651916cd43dd8448eb211c80319c", "parent_id": None,
     "started_at": AT[1], "ended_at": AT[2], "error": None, "span_data": {
        "type": "function", "name": "f", "input": _WRITTEN, "output": "done", "mcp_data": None}},
]}  # fmt: skip
_ASKED = {"messages": [{"role": "user", "content": "hello"}]}
_SAID = {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": _CALLS}}]}
_BEGAN = 1_764_000_000_000_000_000


def _mlflow(number: int, kind: str, name: str, sent: Any, answered: Any, **more: Any) -> dict[str, Any]:
    return {
        "trace_id": "CvdlGRbNQ92ESOshHIAxnA==", "span_id": ("t61rcWkgMzE=", "APBnqguqkCs=")[number],
        "parent_span_id": None, "name": name, "start_time_unix_nano": _BEGAN + number * 10**9,
        "end_time_unix_nano": _BEGAN + (number + 1) * 10**9, "events": [], "links": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {name: json.dumps(value) for name, value in {
            "mlflow.traceRequestId": "tr-0af7651916cd43dd8448eb211c80319c", "mlflow.spanType": kind,
            "mlflow.spanInputs": sent, "mlflow.spanOutputs": answered, **more}.items()},
    }  # fmt: skip


MLFLOW: dict[str, Any] = {
    "info": {"trace_id": "tr-0af7651916cd43dd8448eb211c80319c", "state": "OK", "request_time": AT[0],
             "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "1"}},
             "execution_duration_ms": 2000, "trace_metadata": {"mlflow.trace.session": "s1"}, "tags": {}},
    "data": {"spans": [
        _mlflow(0, "CHAT_MODEL", "chat", _ASKED, _SAID, **{
            "mlflow.llm.model": "m", "mlflow.chat.tokenUsage": {"input_tokens": 12, "output_tokens": 3}}),
        _mlflow(1, "TOOL", "f", ARGUMENTS, "done"),
    ]},
}  # fmt: skip
"""Of the third generation."""


def _older(node: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": node["name"], "parent_id": None,
        "context": {"span_id": "0xb7ad6b7169203331", "trace_id": "0x0af7651916cd43dd8448eb211c80319c"},
        "start_time": node["start_time_unix_nano"], "end_time": node["end_time_unix_nano"],
        "status_code": "OK", "status_message": "", "attributes": node["attributes"], "events": [],
    }  # fmt: skip


MLFLOW_SECOND: dict[str, Any] = {
    "info": {"request_id": "0af7651916cd43dd8448eb211c80319c", "experiment_id": "1", "timestamp_ms": 1764000000000,
             "execution_time_ms": 2000, "status": "OK", "request_metadata": {"mlflow.trace.session": "s1"}, "tags": {}},
    "data": {"request": json.dumps(_ASKED), "response": json.dumps("done"),
             "spans": [_older(node) for node in MLFLOW["data"]["spans"]]},
}  # fmt: skip
SMOLAGENTS: list[Any] = [
    {"task": "hello", "task_images": None},
    {"step_number": 1, "timing": {"start_time": 1764000000.5, "end_time": 1764000001.5, "duration": 1.0},
     "model_input_messages": [{"role": "user", "content": [{"type": "text", "text": "New task: hello"}]}],
     "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": ARGUMENTS}}],
     "error": None, "model_output_message": {"role": "assistant", "content": None, "tool_calls": None},
     "model_output": None, "code_action": None, "observations": "done", "observations_images": None,
     "action_output": None, "token_usage": {"input_tokens": 12, "output_tokens": 3}, "is_final_answer": False},
]  # fmt: skip
SWE_AGENT: dict[str, Any] = {
    "environment": "main", "trajectory": [
        {"action": "f", "observation": "done", "response": "", "thought": "", "execution_time": 0.5, "state": {}}],
    "history": [
        {"role": "user", "content": "hello", "agent": "main", "message_type": "observation"},
        {"role": "assistant", "content": "", "thought": "", "action": "f", "agent": "main", "tool_calls": _CALLS,
         "message_type": "action"},
        {"role": "tool", "content": "done", "agent": "main", "tool_call_ids": ["c1"], "message_type": "observation"}],
    "info": {"exit_status": "submitted", "model_stats": {"tokens_sent": 12}},
}  # fmt: skip


def _datadog(number: int, kind: str, name: str, sent: Any, answered: Any) -> dict[str, Any]:
    return {
        "trace_id": "6925c3f5000000000af7651916cd43dd", "span_id": f"1234567890123456{number}", "name": name,
        "parent_id": "undefined", "start_ns": _BEGAN + number * 10**9, "duration": 10**9, "status": "ok",
        "tags": ["env:prod"],
        "meta": {"kind": kind, "input": sent, "output": answered, "metadata": {"model_name": "m"}},
        "metrics": {"input_tokens": 12, "output_tokens": 3} if kind == "llm" else {},
    }  # fmt: skip


_TOOL_CALL = {"name": "f", "arguments": ARGUMENTS, "tool_id": "c1", "type": "function"}
DATADOG: dict[str, Any] = {"data": {"type": "span", "attributes": {"ml_app": "agent", "session_id": "s1", "spans": [
    _datadog(0, "llm", "chat", _ASKED, {"messages": [
        {"role": "assistant", "content": "", "tool_calls": [_TOOL_CALL]}]}),
    _datadog(1, "tool", "f", {"value": _WRITTEN}, {"value": "done"}),
]}}}  # fmt: skip


def _braintrust(number: int, kind: str, name: str, sent: Any, answered: Any) -> dict[str, Any]:
    return {
        "id": f"0af76519-0000-4000-8000-00000000000{number}", "span_id": f"s{number}", "root_span_id": "s0",
        "span_parents": ["s0"] if number else None, "project_id": "p", "created": AT[number], "input": sent,
        "output": answered, "metadata": {"model": "m"} if kind == "llm" else {}, "tags": None, "scores": {},
        "metrics": {"start": 1764000000.5 + number, "end": 1764000001.5 + number, "prompt_tokens": 12},
        "span_attributes": {"name": name, "type": kind},
    }  # fmt: skip


BRAINTRUST: dict[str, Any] = {"events": [
    _braintrust(0, "llm", "chat", _ASKED["messages"], [{"index": 0, "message": _SAID["choices"][0]["message"]}]),
    _braintrust(1, "tool", "f", ARGUMENTS, "done"),
]}  # fmt: skip
HAYSTACK: list[Any] = [
    {"role": "user", "meta": {}, "name": None, "content": [{"text": "hello"}]},
    {"role": "assistant", "meta": {"model": "m", "finish_reason": "tool_calls"}, "name": None, "content": [
        {"tool_call": {"tool_name": "f", "arguments": ARGUMENTS, "id": "c1", "extra": None}}]},
    {"role": "tool", "meta": {}, "name": None, "content": [{"tool_call_result": {
        "result": "done", "origin": {"tool_name": "f", "arguments": ARGUMENTS, "id": "c1"}, "error": False}}]},
]  # fmt: skip
LLAMA_INDEX: list[Any] = [
    {"role": "user", "additional_kwargs": {}, "blocks": [{"block_type": "text", "text": "hello"}]},
    {"role": "assistant", "additional_kwargs": {}, "blocks": [
        {"block_type": "tool_call", "tool_call_id": "c1", "tool_name": "f", "tool_kwargs": ARGUMENTS}]},
    {"role": "tool", "additional_kwargs": {"tool_call_id": "c1"}, "blocks": [{"block_type": "text", "text": "done"}]},
]  # fmt: skip


def _kernel(role: str, *parts: dict[str, Any]) -> dict[str, Any]:
    found = [{"ai_model_id": None, "metadata": {}, **part} for part in parts]
    return {"ai_model_id": None, "metadata": {}, "content_type": "message", "role": role, "name": None, "items": found}


SEMANTIC_KERNEL: dict[str, Any] = {"messages": [
    _kernel("user", {"content_type": "text", "text": "hello", "encoding": None}),
    _kernel("assistant", {"content_type": "function_call", "id": "c1", "index": None, "name": "f",
                          "function_name": "f", "plugin_name": None, "arguments": _WRITTEN}),
    _kernel("tool", {"content_type": "function_result", "id": "c1", "result": "done", "name": "f",
                     "function_name": "f", "plugin_name": None, "encoding": None}),
]}  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "haystack": HAYSTACK,
    "llama-index": LLAMA_INDEX,
    "semantic-kernel": SEMANTIC_KERNEL,
    "smolagents": SMOLAGENTS,
    "swe-agent": SWE_AGENT,
    "datadog-llm": DATADOG,
    "braintrust": BRAINTRUST,
    "langgraph-events": LANGGRAPH,
    "openai-agents": OPENAI_AGENTS,
    "mlflow": MLFLOW,
    "claude-code": CLAUDE_CODE,
    "codex": CODEX,
    "pydantic-ai": PYDANTIC_AI,
    "autogen": AUTOGEN,
    "google-adk": GOOGLE_ADK,
    "openhands": OPENHANDS,
}
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
FIXTURES["mlflow second"] = json.dumps(MLFLOW_SECOND).encode()
