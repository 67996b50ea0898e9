"""The run of the contract suite (a prompt, a tool call, its result) as further coding agents and builders of bots keep
it; of chats where people talk its first words, and an answer."""

from __future__ import annotations

import json
from typing import Any

_ARGUMENTS: dict[str, Any] = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)
AT = ["2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z", "2026-11-24T08:00:02.000Z"]
_CALL = {"call_id": "c1", "name": "f", "arguments": _ARGUMENTS}


def coze(own: str, kind: str, content: str, role: str = "assistant") -> dict[str, Any]:
    return {"id": own, "conversation_id": "s1", "bot_id": "b1", "chat_id": "t1", "role": role, "type": kind,
            "content": content, "content_type": "text", "created_at": 1764000000}  # fmt: skip


COZE: dict[str, Any] = {"code": 0, "msg": "", "data": [
    coze("m1", "question", "hello", "user"), coze("m2", "function_call", json.dumps({
        "name": "f", "arguments": _ARGUMENTS})), coze("m3", "tool_response", "done")]}  # fmt: skip
SLACK: list[Any] = [
    {"type": "message", "user": "U1", "text": "hello", "ts": "1764000000.000100", "team": "T1"},
    {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "helper", "text": "done",
     "ts": "1764000001.000100"},
]  # fmt: skip


def sent(own: str, said: str, **sender: Any) -> dict[str, Any]:
    return {"id": own, "messageType": "message", "createdDateTime": AT[0], "chatId": "s1", "importance": "normal",
            "from": {"application": None, "user": None, **sender}, "body": {"contentType": "text", "content": said},
            "attachments": []}  # fmt: skip


TEAMS: dict[str, Any] = {"@odata.count": 2, "value": [
    sent("1", "hello", user={"id": "u", "displayName": "A"}),
    sent("2", "done", application={"id": "b", "displayName": "helper"})]}  # fmt: skip


def posted(own: str, said: str, bot: bool) -> dict[str, Any]:
    return {"id": own, "type": "Default", "timestamp": AT[0], "content": said, "embeds": [],
            "author": {"id": own, "name": "n", "isBot": bot}}  # fmt: skip


DISCORD: dict[str, Any] = {
    "guild": {"id": "1"},
    "channel": {"id": "2"},
    "messages": [posted("1", "hello", bot=False), posted("2", "done", bot=True)],
}


def update(number: int, said: str, bot: bool) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": number, "date": 1764000000, "text": said, "chat": {
        "id": 9, "type": "private"}, "from": {"id": number, "is_bot": bot, "first_name": "n"}}}  # fmt: skip


TELEGRAM: list[Any] = [update(1, "hello", bot=False), update(2, "done", bot=True)]
INTERCOM: dict[str, Any] = {
    "type": "conversation", "id": "9", "source": {"body": "hello", "author": {"type": "user", "id": "1"}},
    "conversation_parts": {"total_count": 1, "conversation_parts": [
        {"part_type": "comment", "body": "done", "created_at": 1764000000, "author": {"type": "bot", "id": "2"}}]},
}  # fmt: skip
ZED: dict[str, Any] = {"version": "0.3.0", "title": "t", "updated_at": AT[2], "messages": [
    {"User": {"id": "u1", "content": [{"Text": "hello"}]}},
    {"Agent": {"content": [{"ToolUse": {"id": "c1", "name": "f", "raw_input": "", "input": _ARGUMENTS}}],
               "tool_results": {"c1": {"tool_use_id": "c1", "tool_name": "f", "is_error": False,
                                       "content": {"Text": "done"}, "output": None}}}}, "Resume"]}  # fmt: skip
ZED_BEFORE: dict[str, Any] = {"version": "0.2.0", "summary": "t", "updated_at": AT[2], "messages": [
    {"id": 0, "role": "user", "segments": [{"type": "text", "text": "hello"}], "tool_uses": [], "tool_results": []},
    {"id": 1, "role": "assistant", "segments": [], "tool_uses": [{"id": "c1", "name": "f", "input": _ARGUMENTS}],
     "tool_results": [{"tool_use_id": "c1", "is_error": False, "content": "done"}]}]}  # fmt: skip
AMAZON_Q: dict[str, Any] = {"conversation_id": "s1", "transcript": [], "history": [
    {"user": {"content": {"Prompt": {"prompt": "hello"}}, "timestamp": AT[0]}, "assistant": {"ToolUse": {
        "message_id": "m1", "content": "", "tool_uses": [{"id": "c1", "name": "f", "args": _ARGUMENTS}]}}},
    {"user": {"timestamp": AT[1], "content": {"ToolUseResults": {"tool_use_results": [
        {"tool_use_id": "c1", "content": [{"Text": "done"}], "status": "Success"}]}}},
     "assistant": {"Response": {"message_id": "m2", "content": ""}}}]}  # fmt: skip
TRAE: dict[str, Any] = {
    "task": "hello", "start_time": AT[0], "provider": "p", "model": "m", "llm_interactions": [], "success": True,
    "agent_steps": [
        {"step_number": 1, "timestamp": AT[0], "state": "completed", "reflection": None, "error": None,
         "llm_messages": [{"role": "user", "content": "hello"}], "llm_response": {"content": "", "tool_calls": [_CALL]},
         "tool_calls": [_CALL], "tool_results": [{"call_id": "c1", "success": True, "result": "done", "error": None}]}],
}  # fmt: skip
CURSOR: dict[str, Any] = {"composerId": "s1", "name": "t", "conversation": [
    {"type": 1, "bubbleId": "b1", "text": "hello", "richText": ""},
    {"type": 2, "bubbleId": "b2", "text": "", "toolFormerData": {
        "tool": 15, "toolCallId": "c1", "name": "f", "rawArgs": _WRITTEN, "result": "done", "status": "completed"}},
]}  # fmt: skip
WORKED: dict[str, Any] = {"data": [
    {"id": "n1", "index": 1, "node_id": "a", "node_type": "llm", "title": "m", "inputs": {}, "process_data": {
        "model_mode": "chat", "prompts": [{"role": "user", "text": "hello", "files": []}]}, "outputs": {},
     "status": "succeeded", "created_at": 1764000000},
    {"id": "c1", "index": 2, "node_id": "b", "node_type": "tool", "title": "f", "inputs": _ARGUMENTS,
     "process_data": None, "outputs": {"text": "done"}, "status": "succeeded", "created_at": 1764000001}]}  # fmt: skip
LLAMA_CPP: list[Any] = [
    {"index": 0, "content": "do", "tokens": [], "stop": False, "tokens_predicted": 1, "tokens_evaluated": 3},
    {"index": 0, "content": "ne", "tokens": [], "stop": False, "tokens_predicted": 2, "tokens_evaluated": 3},
    {"index": 0, "content": "", "stop": True, "model": "m", "tokens_predicted": 2, "prompt": "hello"},
]
SGLANG: list[Any] = [
    {"text": "hello", "sampling_params": {"max_new_tokens": 9}},
    *({"text": said, "meta_info": {"id": "r1", "completion_tokens": 1}} for said in ("do", "done")),
]
LM_STUDIO: list[Any] = [
    {"model": "m", "input": "hello", "context_length": 900, "stream": True},
    {"type": "chat.start", "model_instance_id": "m"}, {"type": "tool_call.start", "tool": "f"},
    {"type": "tool_call.arguments", "tool": "f", "arguments": _ARGUMENTS},
    {"type": "tool_call.success", "tool": "f", "arguments": _ARGUMENTS, "output": "done"},
    {"type": "chat.end", "result": {"model_instance_id": "m", "stats": {"input_tokens": 5}, "output": [
        {"type": "tool_call", "tool": "f", "arguments": _ARGUMENTS, "output": "done"}]}},
]  # fmt: skip
EVALUATED: dict[str, Any] = {
    "object": "eval.run.output_item", "id": "o1", "eval_id": "e1", "run_id": "r1", "status": "pass", "results": [],
    "sample": {"model": "m", "input": [{"role": "user", "content": "hello"}], "output": [
        {"role": "assistant", "content": "done"}], "finish_reason": "stop", "error": None}}  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "lm-studio": LM_STUDIO, "openai-eval-items": EVALUATED, "rasa channel": [{"recipient_id": "s1", "text": "done"}],
    "coze": COZE, "slack": SLACK, "teams": TEAMS, "discord": DISCORD, "telegram": TELEGRAM, "intercom": INTERCOM,
    "zed": ZED, "zed before": ZED_BEFORE, "amazon-q": AMAZON_Q, "trae": TRAE, "cursor editor": CURSOR,
    "dify nodes": WORKED, "text-completions llama.cpp": LLAMA_CPP, "text-completions sglang": SGLANG,
}  # fmt: skip
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
_ANSWERED = ("openai-eval-items", "slack", "teams", "discord", "telegram", "intercom", "text-completions llama.cpp",
             "text-completions sglang")  # fmt: skip
OTHERWISE: dict[str, list[str]] = {
    **{name: ["prompt", "output"] for name in _ANSWERED},
    "rasa channel": ["output"],
    "lm-studio": ["prompt", "tool_call", "tool_result"],
    "coze": ["prompt", "tool_call", "tool_result"],
}
"""The kinds of the steps of those that ask no tools, or whose tools have no ids."""
