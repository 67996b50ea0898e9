"""The run of the contract suite (a prompt, a tool call, its result) as applications export it, and as the events of
further frameworks tell it."""

from __future__ import annotations

import base64
import json
from typing import Any

from .stacks import MESSAGES

_AT = ("2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z", "2026-11-24T08:00:02.000Z")
_BEGAN = 1764000000.5
_ARGUMENTS = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)


def _chatgpt(own: str, number: int, role: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    message = {
        "id": own, "author": {"role": role, "name": more.pop("name", None), "metadata": {}},
        "create_time": _BEGAN + number, "update_time": None, "content": content, "status": "finished_successfully",
        "end_turn": None, "weight": 1.0, "metadata": {"model_slug": "m"} if role == "assistant" else {},
        "recipient": "all", "channel": None, **more,
    }  # fmt: skip
    return {"id": own, "message": message}


def _linked(*nodes: dict[str, Any]) -> dict[str, Any]:
    names = ["root", *(node["id"] for node in nodes)]
    below = [*([name] for name in names[1:]), []]
    told = [{"id": "root", "message": None}, *nodes]
    parents = [None, *names]
    return {node["id"]: {**node, "parent": parents[at], "children": below[at]} for at, node in enumerate(told)}


CHATGPT: list[Any] = [{
    "title": "hello", "create_time": _BEGAN, "update_time": _BEGAN + 2, "mapping": _linked(
        _chatgpt("m1", 0, "user", {"content_type": "text", "parts": ["hello"]}),
        _chatgpt("c1", 1, "assistant", {"content_type": "code", "language": "unknown", "text": _WRITTEN},
                 recipient="f"),
        _chatgpt("m3", 2, "tool", {"content_type": "execution_output", "text": "done"}, name="f"),
    ), "moderation_results": [], "current_node": "m3", "plugin_ids": None, "conversation_id": "k1", "id": "k1",
    "default_model_slug": "m", "is_archived": False,
}]  # fmt: skip


def _claude(number: int, sender: str, text: str, *content: dict[str, Any]) -> dict[str, Any]:
    return {
        "uuid": f"m{number}", "text": text, "content": list(content), "sender": sender, "created_at": _AT[number],
        "updated_at": _AT[number], "attachments": [], "files": [],
    }  # fmt: skip


CLAUDE: list[Any] = [{
    "uuid": "k1", "name": "hello", "summary": "", "created_at": _AT[0], "updated_at": _AT[2],
    "account": {"uuid": "a1"}, "chat_messages": [
        _claude(0, "human", "hello", {"type": "text", "text": "hello", "citations": []}),
        _claude(1, "assistant", "", {"type": "tool_use", "id": "c1", "name": "f", "input": _ARGUMENTS, "message": None},
                {"type": "tool_result", "tool_use_id": "c1", "name": "f", "is_error": False, "content": [
                    {"type": "text", "text": "done"}]}),
    ],
}]  # fmt: skip
_ASKED = {"id": "m1", "parentId": None, "childrenIds": ["m2"], "role": "user", "content": "hello",
          "timestamp": 1764000000, "models": ["m"]}  # fmt: skip
_SAID = {"id": "m2", "parentId": "m1", "childrenIds": [], "role": "assistant", "content": "done", "model": "m",
         "timestamp": 1764000001, "done": True}  # fmt: skip
OPEN_WEBUI: list[Any] = [{
    "id": "k1", "user_id": "u1", "title": "hello", "chat": {
        "id": "", "title": "hello", "models": ["m"], "params": {}, "messages": [_ASKED, _SAID], "tags": [], "files": [],
        "history": {"messages": {"m1": _ASKED, "m2": _SAID}, "currentId": "m2"}, "timestamp": 1764000000000},
    "updated_at": 1764000001, "created_at": 1764000000, "archived": False, "pinned": False, "meta": {},
}]  # fmt: skip


def _librechat(number: int, by_user: bool, text: str, **more: Any) -> dict[str, Any]:
    return {
        "messageId": f"m{number}", "conversationId": "k1", "parentMessageId": f"m{number - 1}" if number else None,
        "sender": "User" if by_user else "M", "text": text, "isCreatedByUser": by_user, "error": False,
        "createdAt": _AT[number], **more,
    }  # fmt: skip


LIBRECHAT: dict[str, Any] = {
    "conversationId": "k1", "endpoint": "agents", "title": "hello", "exportAt": "08:00:03 GMT", "branches": True,
    "recursive": False, "options": {"model": "m"}, "messages": [
        _librechat(0, True, "hello"),
        _librechat(1, False, "", model="m", content=[{"type": "tool_call", "tool_call": {
            "id": "c1", "name": "f", "args": _WRITTEN, "type": "tool_call", "progress": 1, "output": "done"}}]),
    ],
}  # fmt: skip
CLINE: list[Any] = [
    {"ts": 1764000000500, "type": "say", "say": "text", "text": "hello", "images": []},
    {"ts": 1764000001000, "type": "say", "say": "api_req_started", "text": '{"tokensIn":12,"tokensOut":3}'},
    {"ts": 1764000001500, "type": "ask", "ask": "command", "text": "make f", "partial": False},
    {"ts": 1764000002500, "type": "say", "say": "command_output", "text": "done"},
]
_COMPLETION = {"id": "x", "object": "chat.completion", "created": 1764000001, "model": "m", "choices": [
    {"index": 0, "finish_reason": "tool_calls", "message": MESSAGES[1]}]}  # fmt: skip
AUTOGEN_EVENTS: list[Any] = [
    {"messages": MESSAGES[:1], "response": _COMPLETION, "prompt_tokens": 12, "completion_tokens": 3,
     "agent_id": "helper/1", "type": "LLMCall"},
    {"tool_name": "f", "arguments": _ARGUMENTS, "result": "done", "agent_id": "helper/1", "type": "ToolCall"},
    {"payload": "{}", "sender": "a/1", "receiver": "helper/1", "kind": "MessageKind.DIRECT",
     "delivery_stage": "DeliveryStage.SEND", "type": "Message"},
]  # fmt: skip


def _block(text: str) -> dict[str, Any]:
    return {"block_type": "text", "text": text}


_CALL = {"tool_name": "f", "tool_kwargs": _ARGUMENTS, "tool_id": "c1"}
LLAMA_INDEX_EVENTS: list[Any] = [
    {"input": [{"role": "user", "additional_kwargs": {}, "blocks": [_block("hello")]}], "current_agent_name": "helper"},
    {"response": {"role": "assistant", "additional_kwargs": {}, "blocks": [
        {"block_type": "tool_call", "tool_call_id": "c1", "tool_name": "f", "tool_kwargs": _ARGUMENTS}]},
     "structured_response": None, "current_agent_name": "helper", "tool_calls": [_CALL], "retry_messages": []},
    _CALL,
    {**_CALL, "tool_output": {"blocks": [_block("done")], "tool_name": "f", "raw_input": {"kwargs": _ARGUMENTS},
                              "raw_output": None, "is_error": False}, "return_direct": False},
]  # fmt: skip


def _traced(**trace: Any) -> dict[str, Any]:
    return {"trace": {"agentId": "A", "agentAliasId": "B", "sessionId": "s1", "agentVersion": "1", "eventTime": _AT[1],
                      "trace": trace}}  # fmt: skip


_PROMPT = json.dumps({"system": "", "messages": [{"role": "user", "content": "hello"}]})
BEDROCK_AGENT: list[Any] = [
    _traced(orchestrationTrace={"modelInvocationInput": {
        "traceId": "t-0", "type": "ORCHESTRATION", "text": _PROMPT, "foundationModel": "m"}}),
    _traced(orchestrationTrace={"invocationInput": {
        "traceId": "t-0", "invocationType": "ACTION_GROUP", "actionGroupInvocationInput": {
            "actionGroupName": "g", "function": "f", "invocationId": "c1", "executionType": "LAMBDA",
            "parameters": [{"name": "q", "type": "string", "value": "two"}]}}}),
    _traced(orchestrationTrace={"observation": {
        "traceId": "t-0", "type": "ACTION_GROUP", "actionGroupInvocationOutput": {"text": "done"}}}),
]  # fmt: skip
SAID = "well, done"
AGENT_ANSWER: dict[str, Any] = {"chunk": {"bytes": base64.b64encode(SAID.encode()).decode()}}
GOOSE: list[Any] = [
    {"id": "g1", "role": "user", "created": 1764000000, "content": [{"type": "text", "text": "hello"}],
     "metadata": {"userVisible": True, "agentVisible": True}},
    {"id": "g2", "role": "assistant", "created": 1764000001, "content": [
        {"type": "toolRequest", "id": "c1", "toolCall": {
            "status": "success", "value": {"name": "f", "arguments": _ARGUMENTS}}}]},
    {"id": "g3", "role": "user", "created": 1764000002, "content": [
        {"type": "toolResponse", "id": "c1", "toolResult": {
            "status": "success", "value": {"content": [{"type": "text", "text": "done"}], "isError": False}}}]},
]  # fmt: skip
BROWSER_USE: dict[str, Any] = {"history": [{
    "model_output": {"evaluation_previous_goal": "hello", "memory": "hello", "next_goal": "hello",
                     "action": [{"f": _ARGUMENTS}]},
    "result": [{"is_done": False, "extracted_content": "done"}],
    "state": {"url": "https://example.com/", "title": "hello", "tabs": [], "interacted_element": [None]},
    "metadata": {"step_start_time": _BEGAN, "step_end_time": _BEGAN + 1, "step_number": 1},
}]}  # fmt: skip
COPILOT_CHAT: dict[str, Any] = {
    "version": 3, "requesterUsername": "u", "responderUsername": "GitHub Copilot", "sessionId": "s1",
    "creationDate": 1764000000500, "requests": [{
        "requestId": "request_1", "message": {"text": "hello", "parts": [{"kind": "text", "text": "hello"}]},
        "variableData": {"variables": []}, "timestamp": 1764000000500, "modelId": "m", "response": [
            {"kind": "toolInvocationSerialized", "toolId": "f", "toolCallId": "c1", "isComplete": True,
             "invocationMessage": "Running f", "resultDetails": {"input": _WRITTEN, "output": [
                 {"type": "embed", "isText": True, "value": "done"}]}}],
        "result": {"metadata": {"toolCallRounds": [{"response": "", "toolInputRetry": 0, "toolCalls": [
            {"name": "f", "arguments": _WRITTEN, "id": "c1"}]}],
            "toolCallResults": {"c1": {"content": [{"$mid": 21, "value": "done"}]}}}},
    }],
}  # fmt: skip
_CALLED = {"id": "c1", "name": "f"}
ADK_EVALUATION: dict[str, Any] = {
    "eval_set_id": "set1", "name": "set1", "description": None, "creation_timestamp": _BEGAN, "eval_cases": [{
        "eval_id": "case1", "conversation": [{
            "invocation_id": "e-1", "user_content": {"role": "user", "parts": [{"text": "hello"}]},
            "final_response": None, "intermediate_data": {
                "tool_uses": [{**_CALLED, "args": _ARGUMENTS}],
                "tool_responses": [{**_CALLED, "response": {"result": "done"}}], "intermediate_responses": []},
            "creation_timestamp": _BEGAN}],
        "session_input": {"app_name": "app", "user_id": "u", "state": {}}, "creation_timestamp": _BEGAN}],
}  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "chatgpt-export": CHATGPT, "claude-export": CLAUDE, "open-webui": OPEN_WEBUI, "librechat": LIBRECHAT,
    "cline": CLINE, "autogen-events": AUTOGEN_EVENTS, "llama-index-events": LLAMA_INDEX_EVENTS,
    "bedrock-agent": BEDROCK_AGENT, "bedrock-agent answer": [AGENT_ANSWER],
    "goose": GOOSE, "browser-use": BROWSER_USE, "copilot-chat": COPILOT_CHAT, "adk-evaluation": ADK_EVALUATION,
}  # fmt: skip
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
