"""The run of the contract suite (a prompt, a tool call, its result) as builders of flows and chats keep it, protocols
between agents carry it, and coding agents tell it to hooks."""

from __future__ import annotations

import json
from typing import Any

_ARGUMENTS: dict[str, Any] = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)
AT = ["2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z", "2026-11-24T08:00:02.000Z"]
_FUNCTION = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": _WRITTEN}}


def hook(event: str, **more: Any) -> dict[str, Any]:
    return {"session_id": "s1", "transcript_path": "/srv/s1.jsonl", "cwd": "/srv", "hook_event_name": event, **more}


_USED = {"tool_name": "f", "tool_input": _ARGUMENTS, "tool_use_id": "c1"}
HOOKS: list[Any] = [
    hook("SessionStart", source="startup"), hook("UserPromptSubmit", prompt="hello"), hook("PreToolUse", **_USED),
    hook("PostToolUse", **_USED, tool_response="done"),
]  # fmt: skip


def cascade(action: str, **about: Any) -> dict[str, Any]:
    return {"agent_action_name": action, "trajectory_id": "s1", "execution_id": "e1", "timestamp": AT[0],
            "model_name": "m", "tool_info": about}  # fmt: skip


WINDSURF: list[Any] = [
    cascade("pre_user_prompt", user_prompt="hello"),
    cascade("post_mcp_tool_use", mcp_server_name="s", mcp_tool_name="f", mcp_tool_arguments=_ARGUMENTS,
            mcp_result="done"),
]  # fmt: skip


def item(kind: str, number: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"i{number}", "thread_id": "s1", "created_at": AT[number], **more}


_USER = item("user_message", 0, content=[{"type": "input_text", "text": "hello"}], attachments=[], quoted_text=None,
             inference_options={"tool_choice": None, "model": "m"})  # fmt: skip
_CALLED = item("client_tool_call", 1, status="completed", call_id="c1", name="f", arguments=_ARGUMENTS, output="done")
CHATKIT: dict[str, Any] = {
    "id": "s1", "title": None, "created_at": AT[0], "status": {"type": "active"}, "metadata": {},
    "items": {"data": [_USER, _CALLED], "has_more": False, "after": None},
}  # fmt: skip
CHATKIT_STREAM: list[Any] = [
    {"type": "thread.created", "thread": {**CHATKIT, "items": {"data": [], "has_more": False, "after": None}}},
    {"type": "thread.item.done", "item": _USER}, {"type": "progress_update", "icon": None, "text": "soon"},
    {"type": "thread.item.added", "item": {**_CALLED, "status": "pending", "output": None}},
    {"type": "thread.item.done", "item": _CALLED},
]  # fmt: skip


def said(role: str, **part: Any) -> dict[str, Any]:
    return {"role": role, "created_at": AT[0], "completed_at": AT[1], "parts": [
        {"name": None, "content_type": "text/plain", "content": None, "content_encoding": "plain", "content_url": None,
         **part}]}  # fmt: skip


USED_TOOL = {"kind": "trajectory", "message": None, "tool_name": "f", "tool_input": _ARGUMENTS, "tool_output": "done"}
AGENT_RUNS: list[Any] = [
    {"agent_name": "a", "session_id": "s1", "mode": "sync", "input": [said("user", content="hello")]},
    {"run_id": "r1", "agent_name": "a", "session_id": "s1", "status": "completed", "await_request": None, "error": None,
     "output": [said("agent/a", metadata=USED_TOOL)], "created_at": AT[0], "finished_at": AT[2]},
]  # fmt: skip


def nemo(kind: str, own: str, name: str, **data: Any) -> dict[str, Any]:
    ancestry = {"function_id": "f1", "function_name": "root", "parent_id": None, "parent_name": None}
    payload = {"event_type": kind, "event_timestamp": 1764000000.5, "framework": "langchain", "name": name,
               "tags": None, "metadata": None, "data": {"input": None, "output": None, "chunk": None, **data},
               "usage_info": {"token_usage": {"total_tokens": 15}, "num_llm_calls": 1}, "UUID": own}  # fmt: skip
    return {"parent_id": "root", "function_ancestry": ancestry, "payload": payload}


NEMO: list[Any] = [
    nemo("WORKFLOW_START", "w1", "w", input="hello"), nemo("TOOL_START", "c1", "f", input=_ARGUMENTS),
    nemo("TOOL_END", "c1", "f", input=_ARGUMENTS, output="done"),
]  # fmt: skip


def step(kind: str, own: str, **more: Any) -> dict[str, Any]:
    return {"id": own, "threadId": "s1", "parentId": None, "type": kind, "name": "n", "input": "", "output": "",
            "createdAt": AT[0], "start": AT[0], "end": AT[1], "isError": False, "streaming": False, **more}  # fmt: skip


CHAINLIT: dict[str, Any] = {
    "id": "s1", "createdAt": AT[0], "name": "talk", "userIdentifier": "u", "metadata": {}, "elements": [], "steps": [
        step("user_message", "m1", output="hello"), step("tool", "c1", name="f", input=_WRITTEN, output="done")],
}  # fmt: skip


def message(sender: str, own: str, text: str, *contents: Any) -> dict[str, Any]:
    blocks = [{"title": "Agent Steps", "contents": list(contents), "allow_markdown": True, "media_url": None}]
    return {"id": own, "flow_id": "f1", "session_id": "s1", "timestamp": "2026-11-24 08:00:00 UTC", "sender": sender,
            "sender_name": sender, "text": text, "files": [], "error": False, "edit": False, "category": "message",
            "properties": {"source": {"id": "a", "source": "m"}, "state": "complete"},
            "content_blocks": blocks if contents else []}  # fmt: skip


TOOL_USED = {"type": "tool_use", "header": {"title": "f", "icon": "T"}, "name": "f", "tool_input": _ARGUMENTS,
             "output": "done", "error": None, "duration": 5}  # fmt: skip
LANGFLOW: dict[str, Any] = {"session_id": "s1", "outputs": [{"inputs": {"input_value": "hello"}, "outputs": [
    {"results": {"message": {"text_key": "text", "data": message("Machine", "m2", "", TOOL_USED), "text": ""}},
     "artifacts": {}, "component_id": "c", "component_display_name": "Chat Output"},
    {"results": {"message": {"text_key": "text", "data": message("Machine", "m3", "well", TOOL_USED), "text": "well"}},
     "artifacts": {}, "component_id": "d", "component_display_name": "Chat Output"}]}]}  # fmt: skip
FLOWISE: list[Any] = [
    {"id": "m1", "role": "userMessage", "chatflowid": "f1", "content": "hello", "chatType": "INTERNAL", "chatId": "s1",
     "sourceDocuments": None, "usedTools": None, "createdDate": AT[0]},
    {"id": "m2", "role": "apiMessage", "chatflowid": "f1", "content": "well", "chatType": "INTERNAL", "chatId": "s1",
     "usedTools": [{"tool": "f", "toolInput": _ARGUMENTS, "toolOutput": "done"}], "createdDate": AT[1]},
]  # fmt: skip


def heard(kind: str, **content: Any) -> dict[str, Any]:
    return {"type": kind, "content": {"uuid": f"u-{kind}", **content}}


AG2: list[Any] = [
    heard("text", content="hello", sender="user", recipient="helper"),
    heard("tool_call", content=None, sender="helper", recipient="user", tool_calls=[_FUNCTION]),
    heard("execute_function", func_name="f", call_id="c1", arguments=_ARGUMENTS, recipient="user"),
    heard("executed_function", func_name="f", call_id="c1", arguments=_ARGUMENTS, content="done", recipient="user",
          is_exec_success=True),
    heard("tool_response", role="tool", sender="user", recipient="helper", content="done", tool_responses=[
        {"tool_call_id": "c1", "role": "tool", "content": "done"}]),
]  # fmt: skip
_OF = "ag2.events."
AG2_KEPT: list[Any] = [
    {"__event__": _OF + "input_events.ModelRequest", "created_at": 1764000000.5, "parts": [
        {"__event__": _OF + "input_events.TextInput", "content": "hello", "metadata": {}}]},
    {"__event__": _OF + "types.ModelResponse", "message": None, "model": "m", "tool_calls": {
        "__event__": _OF + "tool_events.ToolCallsEvent", "calls": [
            {"__event__": _OF + "tool_events.ToolCallEvent", "id": "c1", "name": "f", "arguments": _WRITTEN}]}},
    {"__event__": _OF + "tool_events.ToolResultsEvent", "created_at": 1764000002.5, "results": [
        {"__event__": _OF + "tool_events.ToolResultEvent", "parent_id": "c1", "name": "f", "result": {
            "__dataclass__": _OF + "tool_events.ToolResult", "data": {"final": False, "metadata": {}, "parts": [
                {"__event__": _OF + "input_events.TextInput", "content": "done", "metadata": {}}]}}}]},
]  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "agent-hooks": HOOKS, "agent-hooks windsurf": WINDSURF, "chatkit": CHATKIT, "chatkit streamed": CHATKIT_STREAM,
    "agent-runs": AGENT_RUNS, "nemo-agent": NEMO, "chainlit": CHAINLIT, "langflow": LANGFLOW, "flowise kept": FLOWISE,
    "ag2-events": AG2, "ag2-events kept": AG2_KEPT,
}  # fmt: skip
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
_USES = ["prompt", "tool_call", "tool_result"]
OTHERWISE: dict[str, list[str]] = {
    "agent-hooks windsurf": _USES,
    "agent-runs": _USES,
    "langflow": [*_USES, "output"],
    "flowise kept": [*_USES, "output"],
}
"""The kinds of the steps of those whose tools have no ids, or that say more than the run."""
