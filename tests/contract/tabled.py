"""The run of the contract suite, or its first words and an answer, as further agents, builders of bots, applications,
providers and data sets tell it."""

from __future__ import annotations

import json
from typing import Any

_ARGUMENTS: dict[str, Any] = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)
AT = "2026-11-24T08:00:00.000Z"
_MILLISECONDS = 1764000000000


def event(kind: str, **more: Any) -> dict[str, Any]:
    """Of a session of Claude's managed agents."""
    return {"type": kind, "id": "e1", "processed_at": AT, **more}


def line(kind: str, **more: Any) -> dict[str, Any]:
    """Of Gemini CLI's stream."""
    return {"type": kind, "timestamp": AT, **more}


def kiro(kind: str, *content: Any) -> dict[str, Any]:
    return {"version": "v1", "kind": kind, "data": {"message_id": kind, "content": list(content)}}


def exchange(said: str = "", nodes: Any = (), answered: Any = ()) -> dict[str, Any]:
    return {"completed": True, "finishedAt": AT, "exchange": {
        "request_message": said, "response_text": "", "request_id": "r", "request_nodes": list(nodes),
        "response_nodes": list(answered)}}  # fmt: skip


def part(kind: str, **more: Any) -> dict[str, Any]:
    """An event of Pydantic AI's streams."""
    return {"event_kind": kind, "index": 0, **more}


ASSISTANTS: dict[str, Any] = {
    "managed-agents": {"data": [
        event("user.message", content=[{"type": "text", "text": "hello"}]), event("agent.thinking"),
        {**event("agent.tool_use", name="f", input=_ARGUMENTS), "id": "c1"},
        event("agent.tool_result", tool_use_id="c1", content=[{"type": "text", "text": "done"}], is_error=False)]},
    "gemini-stream": [
        line("init", session_id="s1", model="m"), line("message", role="user", content="hello"),
        line("tool_use", tool_name="f", tool_id="c1", parameters=_ARGUMENTS),
        line("tool_result", tool_id="c1", status="success", output="done")],
    "kiro": [
        kiro("Prompt", {"kind": "text", "data": "hello"}),
        kiro("AssistantMessage", {"kind": "toolUse", "data": {"toolUseId": "c1", "name": "f", "input": _ARGUMENTS}}),
        kiro("ToolResults", {"kind": "toolResult", "data": {
            "toolUseId": "c1", "status": "success", "content": [{"kind": "text", "data": "done"}]}})],
    "augment": {"sessionId": "s1", "chatHistory": [
        exchange("hello", answered=[{"id": 1, "type": 5, "content": "", "tool_use": {
            "tool_use_id": "c1", "tool_name": "f", "input_json": _WRITTEN}}]),
        exchange(nodes=[{"id": 1, "type": 1, "tool_result_node": {
            "tool_use_id": "c1", "content": "done", "is_error": False}}])]},
    "stagehand": {"success": True, "message": "done", "completed": True, "actions": [
        {"type": "f", "reasoning": "hello", "taskCompleted": False, **_ARGUMENTS}]},
    "browser-use-cloud": {
        "id": "t", "sessionId": "s1", "task": "hello", "status": "finished", "llm": "m", "createdAt": AT, "steps": [
            {"number": 1, "memory": "one", "evaluationPreviousGoal": "two", "nextGoal": "three", "url": "about:blank",
             "actions": [_WRITTEN]}], "output": "done"},
    "jules": {"activities": [
        {"name": "sessions/s1/activities/1", "originator": "user", "createTime": AT,
         "userMessaged": {"userMessage": "hello"}},
        {"name": "sessions/s1/activities/2", "originator": "agent", "createTime": AT,
         "agentMessaged": {"agentMessage": "done"}}]},
    "devin": {"session_id": "s1", "status": "running", "messages": [
        {"event_id": "1", "type": "initial_user_message", "message": "hello", "timestamp": AT},
        {"event_id": "2", "type": "devin_message", "message": "done", "timestamp": AT}]},
    "pydantic-ai-events": [
        part("part_start", part={"part_kind": "text", "content": "hel"}),
        part("part_delta", delta={"part_delta_kind": "text", "content_delta": "lo"}),
        {"event_kind": "function_tool_call", "part": {
            "part_kind": "tool-call", "tool_name": "f", "tool_call_id": "c1", "args": _WRITTEN}},
        {"event_kind": "function_tool_result", "result": {
            "part_kind": "tool-return", "tool_name": "f", "tool_call_id": "c1", "content": "done"}}],
    "agentkit": {"messages": [
        {"type": "text", "role": "user", "content": "hello"},
        {"type": "tool_call", "role": "assistant", "stop_reason": "tool", "tools": [
            {"type": "tool", "id": "c1", "name": "f", "input": _ARGUMENTS}]},
        {"type": "tool_result", "role": "tool_result", "content": {"data": "done"},
         "tool": {"id": "c1", "name": "f"}}]},
    "n8n-chat": [
        {"sessionId": "s1", "action": "sendMessage", "chatInput": "hello"},
        *({"type": "item", "content": said, "metadata": {"nodeId": "n", "nodeName": "a", "timestamp": _MILLISECONDS}}
          for said in ("do", "ne"))],
    "voiceflow": [
        {"turnID": "1", "type": "request", "payload": {"type": "text", "payload": "hello"}, "startTime": AT},
        {"turnID": "1", "type": "text", "payload": {"type": "text", "payload": {"message": "done"}}, "startTime": AT}],
    "botpress": {"messages": [
        {"id": said, "createdAt": AT, "conversationId": "s1", "direction": direction, "type": "text",
         "payload": {"text": said}} for said, direction in (("hello", "incoming"), ("done", "outgoing"))]},
    "dialogflow-webhook": {
        "detectIntentResponseId": "r", "text": "hello", "fulfillmentInfo": {"tag": "t"},
        "sessionInfo": {"session": "s1"},
        "intentInfo": {"displayName": "i", "parameters": {"p": {"originalValue": "one"}}},
        "messages": [{"text": {"text": ["done"]}}]},
    "watsonx-assistant": [
        {"session_id": "s1", "input": {"message_type": "text", "text": "hello"}},
        {"session_id": "s1", "output": {"generic": [{"response_type": "text", "text": "done"}], "intents": []}}],
    "amazon-q-business": {"messages": [
        {"messageId": said, "body": said, "time": AT, "type": kind} for said, kind in (
            ("hello", "USER"), ("done", "SYSTEM"))]},
    "sillytavern": [
        {"user_name": "a", "character_name": "b", "create_date": AT},
        {"name": "a", "is_user": True, "mes": "hello", "send_date": AT},
        {"name": "b", "is_user": False, "mes": "done", "send_date": AT}],
    "glean": {"messages": [
        {"author": who, "messageType": "CONTENT", "fragments": [{"text": said}]}
        for who, said in (("USER", "hello"), ("GLEAN_AI", "done"))]},
    "agent-engine": {"class_method": "stream_query", "input": {
        "user_id": "u", "session_id": "s1", "message": "hello"}},
    "memories": {"results": [{"id": "m", "memory": "hello", "hash": "h", "score": 0.5, "created_at": AT}]},
    "haystack-results": {"replies": ["hello", "done"], "meta": [{"model": "m"}, {"model": "m"}]},
    "guardrails": {"source": "OUTPUT", "content": [{"text": {"text": "hello"}}]},
    "skyvern": {"task_id": "s1", "status": "completed", "created_at": AT, "request": {
        "url": "about:blank", "navigation_goal": "hello"}, "extracted_information": "done", "failure_reason": None},
}  # fmt: skip


def chunk(said: str) -> dict[str, Any]:
    """Of DashScope."""
    return {"request_id": "r", "usage": {"total_tokens": 3}, "output": {"choices": [
        {"finish_reason": "null", "message": {"role": "assistant", "content": said}}]}}  # fmt: skip


PROVIDED: dict[str, Any] = {
    "hunyuan": {"Model": "m", "Messages": [
        {"Role": "user", "Content": "hello"},
        {"Role": "assistant", "Content": "", "ToolCalls": [
            {"Id": "c1", "Type": "function", "Function": {"Name": "f", "Arguments": _WRITTEN}}]},
        {"Role": "tool", "ToolCallId": "c1", "Content": "done"}]},
    "dashscope": [{"model": "m", "input": {"messages": [{"role": "user", "content": "hello"}]}, "parameters": {}},
                  chunk("do"), chunk("done")],
    "qianfan": [{"id": "r", "result": said, "is_truncated": False, "need_clear_history": False, "usage": {}}
                for said in ("hello, ", "done")],
    "gemini-enterprise": [
        {"session": "s1", "query": {"text": "hello"}},
        *({"sessionInfo": {"session": "s1"}, "answer": {"state": "IN_PROGRESS", "replies": [
            {"groundedContent": {"content": {"role": "model", "text": said}}}]}} for said in ("do", "ne"))],
    "conversational-analytics": [
        {"timestamp": AT, "userMessage": {"text": "hello"}},
        {"timestamp": AT, "systemMessage": {"data": {"generatedSql": "select 1"}}},
        {"timestamp": AT, "systemMessage": {"text": {"parts": ["done"], "textType": "FINAL_RESPONSE"}}}],
    "genie": {"messages": [
        {"id": "m", "space_id": "p", "conversation_id": "s1", "content": "hello", "created_timestamp": _MILLISECONDS,
         "attachments": [{"query": {"query": "select 1"}}, {"text": {"content": "done"}}]}]},
}  # fmt: skip
EXPORTS: dict[str, Any] = {
    "lm-studio-chats": {"name": "t", "createdAt": _MILLISECONDS, "systemPrompt": "", "messages": [
        {"currentlySelected": 0, "versions": [{"type": "singleStep", "role": "user", "content": [
            {"type": "text", "text": "hello"}]}]},
        {"currentlySelected": 0, "versions": [{"type": "multiStep", "role": "assistant", "steps": [
            {"type": "contentBlock", "content": [
                {"type": "toolCallRequest", "callId": "c1", "name": "f", "parameters": _ARGUMENTS}]},
            {"type": "contentBlock", "content": [
                {"type": "toolCallResult", "callId": "c1", "content": "done"}]}]}]}]},
    "chatbox": {"chat-sessions-list": [{"id": "s1"}], "session:s1": {"id": "s1", "name": "t", "messages": [
        {"id": "1", "role": "user", "timestamp": _MILLISECONDS, "contentParts": [{"type": "text", "text": "hello"}]},
        {"id": "2", "role": "assistant", "timestamp": _MILLISECONDS, "contentParts": [
            {"type": "tool-call", "toolCallId": "c1", "toolName": "f", "args": _ARGUMENTS, "result": "done"}]}]}},
    "big-agi": {"conversations": [{"id": "s1", "messages": [
        {"id": said, "role": role, "created": _MILLISECONDS, "fragments": [{"ft": "content", "part": {
            "pt": "text", "text": said}}]} for role, said in (("user", "hello"), ("assistant", "done"))]}]},
    "deepseek-export": [{"id": "s1", "title": "t", "mapping": {
        "1": {"parent": None, "message": {"inserted_at": AT, "fragments": [
            {"type": "REQUEST", "content": "hello"}]}},
        "2": {"parent": "1", "message": {"inserted_at": AT, "fragments": [
            {"type": "RESPONSE", "content": "done"}]}}}}],
    "grok-export": {"conversations": [{"conversation": {"id": "s1"}, "responses": [
        {"response": {"message": said, "sender": who, "model": "m"}}
        for who, said in (("human", "hello"), ("assistant", "done"))]}]},
    "gemini-takeout": [{"header": "Gemini Apps", "title": "hello", "time": AT, "products": ["Gemini Apps"],
                        "safeHtmlItem": [{"html": "done"}]}],
    "cody": {"id": "s1", "interactions": [
        {"humanMessage": {"speaker": "human", "text": "hello"},
         "assistantMessage": {"speaker": "assistant", "text": "done"}}]},
    "copilot-log": {"prompt": "hello", "promptId": "s1", "logs": [
        {"id": "c1", "kind": "toolCall", "tool": "f", "args": _WRITTEN, "time": AT, "response": ["done"]}]},
    "mind2web": {"annotation_id": "s1", "website": "w", "confirmed_task": "hello", "actions": [
        {"action_uid": "1", "operation": {"op": "CLICK", "value": "done"}}]},
    "webarena": {"task_id": 1, "sites": ["shop"], "intent": "hello", "eval": {
        "reference_answers": {"exact_match": "done"}}},
    "appworld": {"task_id": "s1", "instruction": "hello", "supervisor": {"first_name": "done"}},
    "preference-pairs": {"prompt": "hello", "chosen": "done", "rejected": "two"},
    "dataset-items": {"data": [{"id": "s1", "datasetId": "d", "input": "hello", "expectedOutput": "done",
                                "metadata": None, "createdAt": AT}]},
}  # fmt: skip
LOGFIRE: dict[str, Any] = {"rows": [
    {"trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "0af7651916cd43dd", "parent_span_id": None,
     "span_name": "chat m", "start_timestamp": AT, "end_timestamp": AT, "kind": "span", "attributes": {
         "gen_ai.operation.name": "chat", "gen_ai.input.messages": [
             {"role": "user", "parts": [{"type": "text", "content": "hello"}]},
             {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "f", "arguments": _ARGUMENTS}]},
             {"role": "tool", "parts": [
                 {"type": "tool_call_response", "id": "c1", "response": "done"}]}]}}]}  # fmt: skip
CHERRY_STUDIO: dict[str, Any] = {"version": 5, "localStorage": {}, "indexedDB": {
    "topics": [{"id": "s1", "messages": [
        {"id": "1", "role": "user", "blocks": ["b1"]}, {"id": "2", "role": "assistant", "blocks": ["b2"]}]}],
    "message_blocks": [
        {"id": "b1", "messageId": "1", "type": "main_text", "createdAt": AT, "content": "hello"},
        {"id": "b2", "messageId": "2", "type": "tool", "createdAt": AT, "toolId": "c1", "toolName": "f",
         "arguments": _ARGUMENTS, "content": "done"}]}}  # fmt: skip
DOCUMENTS: dict[str, Any] = {**ASSISTANTS, **PROVIDED, **EXPORTS, "logfire": LOGFIRE, "cherry-studio": CHERRY_STUDIO}
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
_ANSWERED = ("jules", "devin", "n8n-chat", "voiceflow", "botpress", "watsonx-assistant", "amazon-q-business",
             "sillytavern", "glean", "skyvern", "dashscope", "gemini-enterprise", "big-agi", "deepseek-export",
             "grok-export", "gemini-takeout", "cody", "dataset-items")  # fmt: skip
OTHERWISE: dict[str, list[str]] = {
    **{name: ["prompt", "output"] for name in _ANSWERED},
    "stagehand": ["thinking", "tool_call", "output"],
    "browser-use-cloud": ["prompt", "thinking", "memory", "plan", "tool_call", "output"],
    "pydantic-ai-events": ["output", "tool_call", "tool_result"],
    "dialogflow-webhook": ["prompt", "event", "output"],
    "agent-engine": ["prompt"],
    "memories": ["memory"],
    "haystack-results": ["output", "output"],
    "guardrails": ["output"],
    "qianfan": ["output"],
    "conversational-analytics": ["prompt", "db_query", "output"],
    "genie": ["prompt", "db_query", "output"],
    "mind2web": ["prompt", "tool_call"],
    "webarena": ["prompt"],
    "appworld": ["prompt"],
    "preference-pairs": ["prompt", "output", "output"],
}
"""The kinds of the steps of those that ask no tools, or whose tools have no ids."""
