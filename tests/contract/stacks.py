"""The run of the contract suite (a prompt, a tool call, its result) as further agents, evaluations and providers keep
it."""

from __future__ import annotations

import json
from typing import Any

_AT = ("2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z", "2026-11-24T08:00:02.000Z")
_BEGAN = 1764000000
_ARGUMENTS = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)
_CALLS = [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": _WRITTEN}}]
MESSAGES: list[Any] = [
    {"role": "user", "content": "hello"},
    {"role": "assistant", "content": None, "tool_calls": _CALLS},
    {"role": "tool", "tool_call_id": "c1", "content": "done"},
]  # fmt: skip


def _event(number: int, source: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"0000000{number}-0000-4000-8000-000000000000", "timestamp": _AT[number].rstrip("Z"), "source": source,
        "kind": kind, **more,
    }  # fmt: skip


def _text(text: str) -> dict[str, Any]:
    return {"cache_prompt": False, "type": "text", "text": text}


_TOOL = {"tool_name": "f", "tool_call_id": "c1"}
OPENHANDS_SDK: list[Any] = [
    _event(0, "user", "MessageEvent", llm_message={"role": "user", "content": [_text("hello")], "thinking_blocks": []},
           activated_skills=[], extended_content=[]),
    _event(1, "agent", "ActionEvent", thought=[], thinking_blocks=[], action={**_ARGUMENTS, "kind": "FAction"}, **_TOOL,
           tool_call={"id": "c1", "name": "f", "arguments": _WRITTEN, "origin": "completion"}, llm_response_id="r1",
           security_risk="UNKNOWN"),
    _event(2, "environment", "ObservationEvent", **_TOOL, action_id="00000001-0000-4000-8000-000000000000",
           observation={"content": [_text("done")], "is_error": False, "kind": "FObservation"}, extended_content=[]),
]  # fmt: skip


def _strands(number: int, role: str, *blocks: Any) -> dict[str, Any]:
    message = {"role": role, "content": list(blocks), "tracking_id": f"0000000{number}-0000-4000-8000-000000000000"}
    return {
        "message": message, "message_id": number, "redact_message": None, "created_at": _AT[number],
        "updated_at": _AT[number],
    }  # fmt: skip


STRANDS: list[Any] = [
    _strands(0, "user", {"text": "hello"}),
    _strands(1, "assistant", {"toolUse": {"toolUseId": "c1", "name": "f", "input": _ARGUMENTS}}),
    _strands(2, "user", {"toolResult": {"toolUseId": "c1", "status": "success", "content": [{"text": "done"}]}}),
]


def _agno(number: int, role: str, **more: Any) -> dict[str, Any]:
    return {"id": f"0000000{number}-0000-4000-8000-000000000000", "from_history": False, "role": role,
            "stop_after_tool_call": False, "created_at": _BEGAN + number, **more}  # fmt: skip


AGNO: dict[str, Any] = {
    "run_id": "00000000-0000-4000-8000-000000000000", "agent_id": "brave-archimedes-00000000", "session_id": "s1",
    "content": "done", "content_type": "str", "model": "m", "session_state": {}, "created_at": _BEGAN,
    "status": "COMPLETED", "metrics": {"input_tokens": 12, "output_tokens": 3, "duration": 0.5},
    "messages": [
        _agno(0, "user", content="hello"),
        _agno(1, "assistant", tool_calls=_CALLS),
        _agno(2, "tool", content="done", tool_call_id="c1", tool_name="f", tool_args=_ARGUMENTS, tool_call_error=False),
    ],
    "tools": [{"tool_call_id": "c1", "tool_name": "f", "tool_args": _ARGUMENTS, "tool_call_error": False,
               "result": "done", "metrics": {"start_time": 1764000001.5}, "created_at": _BEGAN + 1}],
    "input": {"input_content": "hello"},
}  # fmt: skip


def _framework(role: str, *contents: dict[str, Any]) -> dict[str, Any]:
    more: dict[str, Any] = {"additional_properties": {}}
    return {"type": "message", "role": role, "contents": [{**each, **more} for each in contents], **more}


AGENT_FRAMEWORK: dict[str, Any] = {
    "type": "session", "session_id": "00000000-0000-4000-8000-000000000000", "service_session_id": None,
    "state": {"in_memory": {"messages": [
        _framework("user", {"type": "text", "text": "hello"}),
        _framework("assistant", {"type": "function_call", "call_id": "c1", "name": "f", "arguments": _WRITTEN,
                                 "hosted": False}),
        _framework("tool", {"type": "function_result", "call_id": "c1", "result": "done",
                            "items": [{"type": "text", "text": "done", "additional_properties": {}}]}),
    ]}},
}  # fmt: skip
EXTENSIONS_AI: list[Any] = [
    {"role": "user", "contents": [{"$type": "text", "text": "hello"}], "createdAt": _AT[0]},
    {"role": "assistant", "contents": [
        {"$type": "functionCall", "callId": "c1", "name": "f", "arguments": _ARGUMENTS}], "messageId": "m1"},
    {"role": "tool", "contents": [{"$type": "functionResult", "callId": "c1", "result": "done"}]},
]  # fmt: skip
"""The same of .NET."""
KERNEL_SHARP: list[Any] = [
    {"Role": {"Label": "user"}, "Items": [{"$type": "TextContent", "Text": "hello"}]},
    {"Role": {"Label": "assistant"}, "ModelId": "m", "Items": [
        {"$type": "FunctionCallContent", "Id": "c1", "FunctionName": "f", "Arguments": _ARGUMENTS}]},
    {"Role": {"Label": "tool"}, "Items": [
        {"$type": "FunctionResultContent", "CallId": "c1", "FunctionName": "f", "Result": "done"}]},
]  # fmt: skip
"""Semantic Kernel's history, of .NET."""
INSPECT_AI: dict[str, Any] = {
    "version": 2, "status": "success", "eval": {"eval_id": "Ci6ZK2FVpWhACew7dmcD45", "task": "task", "model": "m"},
    "samples": [{
        "id": 1, "epoch": 1, "input": "hello", "target": "done", "uuid": "JR2ksqcAHKK6pGg399Dp44",
        "messages": [
            {"id": "J5oymeyVLt2QtYqtkcKPNe", "content": "hello", "source": "input", "role": "user"},
            {"id": "EzddNnZQ8WETc4KxuUzodr", "content": "", "source": "generate", "role": "assistant", "model": "m",
             "tool_calls": [{"id": "c1", "function": "f", "arguments": _ARGUMENTS, "type": "function"}]},
            {"id": "Ey3WuxRoPepSpvH9QahJZT", "content": "done", "role": "tool", "tool_call_id": "c1", "function": "f"},
        ],
        "output": {"model": "m", "choices": [], "completion": ""}, "scores": {}, "metadata": {}, "events": [],
        "started_at": _AT[0], "completed_at": _AT[2],
    }],
}  # fmt: skip


def _called(*messages: Any, **more: Any) -> dict[str, Any]:
    return {
        "prompt": None, "messages": list(messages), "kwargs": {"temperature": 0.5}, "response": None, "outputs": [],
        "usage": {"prompt_tokens": 12, "completion_tokens": 3}, "cost": None, "timestamp": _AT[1].rstrip("Z"),
        "uuid": "00000000-0000-4000-8000-000000000000", "model": "m", "response_model": "m", "model_type": "chat",
        **more,
    }  # fmt: skip


DSPY: list[Any] = [
    _called(MESSAGES[0], outputs=[{"text": None, "tool_calls": _CALLS}]),
    _called(*MESSAGES),
]


def _letta(number: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": f"message-0000000{number}-0000-4000-8000-000000000000", "date": _AT[number], "name": None,
            "message_type": kind, "otid": None, "step_id": None, **more}  # fmt: skip


LETTA: list[Any] = [
    _letta(0, "user_message", content="hello"),
    _letta(1, "tool_call_message", tool_call={"name": "f", "arguments": _WRITTEN, "tool_call_id": "c1"}),
    _letta(2, "tool_return_message", tool_return="done", status="success", tool_call_id="c1"),
]
GEMINI_CLI: dict[str, Any] = {
    "sessionId": "00000000-0000-4000-8000-000000000000", "projectHash": "0f" * 32, "startTime": _AT[0],
    "lastUpdated": _AT[2], "messages": [
        {"id": "00000000-0000-4000-8000-000000000001", "timestamp": _AT[0], "type": "user",
         "content": [{"text": "hello"}]},
        {"id": "00000000-0000-4000-8000-000000000002", "timestamp": _AT[1], "type": "gemini", "content": "",
         "thoughts": [], "model": "m", "tokens": {"input": 12, "output": 3, "cached": 0, "total": 15}, "toolCalls": [
            {"id": "c1", "name": "f", "args": _ARGUMENTS, "status": "success", "timestamp": _AT[2], "result": [
                {"functionResponse": {"id": "c1", "name": "f", "response": {"output": "done"}}}]}]},
    ],
}  # fmt: skip
_OWN = {"sessionID": "ses_7d2b3c", "messageID": "msg_1"}
OPENCODE: dict[str, Any] = {
    "info": {"id": "ses_7d2b3c", "title": "a title", "version": "1.0", "time": {"created": _BEGAN * 1000}},
    "messages": [
        {"info": {"id": "msg_1", "sessionID": "ses_7d2b3c", "role": "user", "time": {"created": _BEGAN * 1000}},
         "parts": [{"id": "prt_1", **_OWN, "type": "text", "text": "hello", "time": {"start": _BEGAN * 1000}}]},
        {"info": {"id": "msg_2", "sessionID": "ses_7d2b3c", "role": "assistant", "parentID": "msg_1", "modelID": "m",
                  "time": {"created": _BEGAN * 1000 + 500}, "tokens": {"input": 12, "output": 3}},
         "parts": [
            {"id": "prt_2", **_OWN, "messageID": "msg_2", "type": "step-start"},
            {"id": "prt_3", **_OWN, "messageID": "msg_2", "type": "tool", "callID": "c1", "tool": "f", "state": {
                "status": "completed", "input": _ARGUMENTS, "output": "done", "title": "", "metadata": {},
                "time": {"start": _BEGAN * 1000 + 1000, "end": _BEGAN * 1000 + 2000}}}]},
    ],
}  # fmt: skip
PROMPTFOO: dict[str, Any] = {
    "evalId": "eval-abc-2026-11-24T08:00:00", "config": {}, "shareableUrl": None, "results": {
        "version": 3, "timestamp": _AT[0], "prompts": [], "stats": {"successes": 1}, "results": [{
            "id": "00000000-0000-4000-8000-000000000000", "promptIdx": 0, "testIdx": 0, "testCase": {"vars": {}},
            "provider": {"id": "m", "label": ""}, "prompt": {"raw": json.dumps(MESSAGES), "label": "chat"}, "vars": {},
            "response": {"tokenUsage": {"total": 15}}, "success": True, "score": 1, "latencyMs": 500}]},
}  # fmt: skip
BEDROCK_LOG: dict[str, Any] = {
    "schemaType": "ModelInvocationLog", "schemaVersion": "1.0", "timestamp": _AT[0], "accountId": "012345678901",
    "region": "us-east-1", "requestId": "00000000-0000-4000-8000-000000000000", "operation": "Converse",
    "modelId": "m", "input": {"inputContentType": "application/json", "inputTokenCount": 12, "inputBodyJson": {
        "messages": [
            {"role": "user", "content": [{"text": "hello"}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "c1", "name": "f", "input": _ARGUMENTS}}]},
            {"role": "user", "content": [{"toolResult": {"toolUseId": "c1", "content": [{"text": "done"}]}}]}]}},
    "output": {"outputContentType": "application/json", "outputTokenCount": 3},
}  # fmt: skip


def _realtime(number: int, **item: Any) -> dict[str, Any]:
    return {"type": "conversation.item.done", "event_id": f"event_{number}", "previous_item_id": None,
            "item": {"id": f"item_{number}", "object": "realtime.item", "status": "completed", **item}}  # fmt: skip


OPENAI_REALTIME: list[Any] = [
    _realtime(1, type="message", role="user", content=[{"type": "input_text", "text": "hello"}]),
    _realtime(2, type="function_call", name="f", call_id="c1", arguments=_WRITTEN),
    _realtime(3, type="function_call_output", call_id="c1", output="done"),
]
_ANSWERED = {"id": "c1", "name": "f", "response": {"output": "done"}}
GEMINI_LIVE: list[Any] = [
    {"clientContent": {"turns": [{"role": "user", "parts": [{"text": "hello"}]}], "turnComplete": True}},
    {"toolCall": {"functionCalls": [{"id": "c1", "name": "f", "args": _ARGUMENTS}]}},
    {"toolResponse": {"functionResponses": [_ANSWERED]}},
]
OLLAMA: dict[str, Any] = {"model": "m", "stream": False, "options": {"temperature": 0.5}, "messages": [
    {"role": "user", "content": "hello"},
    {"role": "assistant", "content": "", "tool_calls": [
        {"id": "c1", "function": {"name": "f", "arguments": _ARGUMENTS}}]},
    {"role": "tool", "content": "done", "tool_name": "f", "tool_call_id": "c1"},
]}  # fmt: skip
COHERE: dict[str, Any] = {"model": "m", "messages": [
    *MESSAGES[:2],
    {"role": "tool", "tool_call_id": "c1", "content": [{"type": "document", "document": {"data": {"result": "done"}}}]},
]}  # fmt: skip


def _entry(number: int, type: str, **more: Any) -> dict[str, Any]:
    return {"object": "entry", "type": type, "id": f"msg_{number}", "created_at": _AT[number], "completed_at": None,
            **more}  # fmt: skip


MISTRAL: dict[str, Any] = {"object": "conversation.history", "conversation_id": "conv_1", "entries": [
    _entry(0, "message.input", role="user", content="hello"),
    _entry(1, "function.call", tool_call_id="c1", name="f", arguments=_WRITTEN),
    _entry(2, "function.result", tool_call_id="c1", result="done"),
]}  # fmt: skip
TAPE: dict[str, Any] = {
    "metadata": {"id": "t1", "parent_id": None, "author": "helper", "author_tape_id": None, "n_added_steps": 2,
                 "error": None, "result": None},
    "context": None,
    "steps": [
        {"metadata": {"id": "1", "prompt_id": "", "node": "", "agent": ""}, "kind": "user", "content": "hello"},
        {"metadata": {"id": "2", "prompt_id": "p", "node": "n", "agent": "a"}, "kind": "assistant", "tool_calls": [
            {"function": {"name": "f", "arguments": _ARGUMENTS}, "id": "c1", "type": "function"}]},
        {"metadata": {"id": "3"}, "kind": "tool", "content": "done", "tool_call_id": "c1"},
    ],
}  # fmt: skip
_RESULT = {"type": "function_call_output", "call_id": "c1", "output": "done"}
_CALLED = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": _WRITTEN}
AGENTS_STATE: dict[str, Any] = {
    "$schemaVersion": "1.21", "current_turn": 1, "current_agent": {"name": "helper"}, "original_input": "hello",
    "model_responses": [{"usage": {"input_tokens": 12}, "output": [_CALLED], "response_id": None}],
    "context": {"usage": {"input_tokens": 12, "output_tokens": 3}, "approvals": {}, "context": None},
    "generated_items": [
        {"type": "tool_call_item", "raw_item": _CALLED, "agent": {"name": "helper"}},
        {"type": "tool_call_output_item", "raw_item": _RESULT, "output": "done", "agent": {"name": "helper"}}],
    "session_items": [], "max_turns": 10, "no_active_agent_run": True, "current_step": None,
}  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "tapeagents": TAPE,
    "openai-agents-state": AGENTS_STATE,
    "openhands-sdk": OPENHANDS_SDK,
    "strands": STRANDS,
    "agno": AGNO,
    "agent-framework": AGENT_FRAMEWORK,
    "inspect-ai": INSPECT_AI,
    "dspy": DSPY,
    "letta": LETTA,
    "gemini-cli": GEMINI_CLI,
    "opencode": OPENCODE,
    "promptfoo": PROMPTFOO,
    "bedrock-log": BEDROCK_LOG,
    "openai-realtime": OPENAI_REALTIME,
    "gemini-live": GEMINI_LIVE,
    "ollama": OLLAMA,
    "cohere": COHERE,
    "mistral-conversations": MISTRAL,
}
FIXTURES: dict[str, bytes] = {
    **{name: json.dumps(document).encode() for name, document in DOCUMENTS.items()},
    "agent-framework sharp": json.dumps(EXTENSIONS_AI).encode(),
    "semantic-kernel sharp": json.dumps(KERNEL_SHARP).encode(),
}
