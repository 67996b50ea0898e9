"""The run of the contract suite, or its first words and an answer, as voice agents, messaging services and helpdesks
tell it."""

from __future__ import annotations

import json
from typing import Any

_ARGUMENTS: dict[str, Any] = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)
AT = "2026-11-24T08:00:00.000Z"
_SECONDS = 1764000000
_CALL = {"id": "s1", "orgId": "o1", "type": "webCall"}


def vapi(kind: str, **more: Any) -> dict[str, Any]:
    return {"message": {"timestamp": 1000 * _SECONDS, "type": kind, "call": _CALL, **more}}


def rtvi(kind: str, **data: Any) -> dict[str, Any]:
    return {"label": "rtvi-ai", "type": kind, "data": data}


def connect(role: str, said: str) -> dict[str, Any]:
    return {"Id": said, "Content": said, "ContentType": "text/plain", "Type": "MESSAGE", "DisplayName": "n",
            "ParticipantId": role, "ParticipantRole": role, "AbsoluteTime": AT}  # fmt: skip


_BY_HOOK = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "9"}}
VOICES: dict[str, Any] = {
    "vapi-messages": [
        vapi("transcript", role="user", transcriptType="final", transcript="hello"),
        vapi("tool-calls", toolCallList=[{"id": "c1", "type": "function", "function": {
            "name": "f", "arguments": _ARGUMENTS}}]),
        {"results": [{"toolCallId": "c1", "result": "done"}]}],
    "elevenlabs-events": [
        {"type": "user_transcript", "user_transcription_event": {"user_transcript": "hello"}},
        {"type": "client_tool_call", "client_tool_call": {
            "tool_name": "f", "tool_call_id": "c1", "parameters": _ARGUMENTS}},
        {"type": "client_tool_result", "tool_call_id": "c1", "result": "done", "is_error": False}],
    "retell-llm": [
        {"interaction_type": "response_required", "response_id": 1, "transcript": [
            {"role": "user", "content": "hello"}]},
        {"response_type": "tool_call_invocation", "tool_call_id": "c1", "name": "f", "arguments": _WRITTEN},
        {"response_type": "tool_call_result", "tool_call_id": "c1", "content": "done"}],
    "conversation-relay": [
        {"type": "setup", "sessionId": "s1", "callSid": "k1"},
        {"type": "prompt", "voicePrompt": "hello", "lang": "en-GB", "last": True},
        {"type": "text", "token": "do", "last": False}, {"type": "text", "token": "ne", "last": True}],
    "deepgram-agent": [
        {"type": "ConversationText", "role": "user", "content": "hello"},
        {"type": "FunctionCallRequest", "functions": [
            {"id": "c1", "name": "f", "arguments": _WRITTEN, "client_side": True}]},
        {"type": "FunctionCallResponse", "id": "c1", "name": "f", "content": "done"}],
    "rtvi": [
        rtvi("user-transcription", text="hello", user_id="u", timestamp=AT, final=True),
        rtvi("llm-function-call", function_name="f", tool_call_id="c1", args=_ARGUMENTS),
        rtvi("llm-function-call-result", function_name="f", tool_call_id="c1", result="done")],
    "hume": [
        {"type": "chat_metadata", "chat_id": "s1", "chat_group_id": "g1", "request_id": "r1"},
        {"type": "user_message", "message": {"role": "user", "content": "hello"}, "models": {}, "from_text": False,
         "interim": False},
        {"type": "tool_call", "name": "f", "parameters": _WRITTEN, "tool_call_id": "c1", "tool_type": "function"},
        {"type": "tool_response", "tool_call_id": "c1", "content": "done", "tool_name": "f"}],
    "ultravox": {"total": 3, "results": [
        {"role": "MESSAGE_ROLE_USER", "text": "hello", "callStageMessageIndex": 0},
        {"role": "MESSAGE_ROLE_TOOL_CALL", "text": _WRITTEN, "toolName": "f", "invocationId": "c1",
         "callStageMessageIndex": 1},
        {"role": "MESSAGE_ROLE_TOOL_RESULT", "text": "done", "toolName": "f", "invocationId": "c1",
         "callStageMessageIndex": 2}]},
    "bland": {"call_id": "s1", "completed": True, "concatenated_transcript": "user: hello", "transcripts": [
        {"id": 1, "created_at": AT, "text": "hello", "user": "user"},
        {"id": 2, "created_at": AT, "text": "done", "user": "assistant"}]},
    "amazon-connect": {"AWSAccountId": "1", "ContactId": "s1", "Transcript": [
        connect("CUSTOMER", "hello"), connect("AGENT", "done")]},
    "livekit-events": [
        {"type": "user_input_transcribed", "transcript": "hello", "is_final": True, "created_at": _SECONDS + 0.5},
        {"type": "function_tools_executed", "created_at": _SECONDS + 0.5, "function_calls": [
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": _WRITTEN}], "function_call_outputs": [
            {"type": "function_call_output", "call_id": "c1", "name": "f", "output": "done", "is_error": False}]}],
}  # fmt: skip


def told(**value: Any) -> dict[str, Any]:
    """By WhatsApp."""
    return {"object": "whatsapp_business_account", "entry": [
        {"id": "9", "changes": [{"field": "messages", "value": {**_BY_HOOK, **value}}]}]}  # fmt: skip


def page(said: str, **more: Any) -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": "9", "time": 1000 * _SECONDS, "messaging": [
        {"sender": {"id": "1"}, "recipient": {"id": "2"}, "timestamp": 1000 * _SECONDS, "message": {
            "mid": said, "text": said, **more}}]}]}  # fmt: skip


def texted(said: str, direction: str) -> dict[str, Any]:
    return {"sid": said, "body": said, "direction": direction, "from": "a", "to": "b", "status": "sent"}


def chat(said: str, kind: str) -> dict[str, Any]:
    return {"type": "MESSAGE", "eventTime": AT, "space": {"name": "spaces/s1"}, "message": {
        "name": f"spaces/s1/messages/{kind}", "sender": {"name": "users/1", "displayName": "n", "type": kind},
        "text": said, "createTime": AT}}  # fmt: skip


def received(said: str, kind: str) -> dict[str, Any]:
    return {"schema": "2.0", "header": {"event_id": said, "event_type": "im.message.receive_v1"}, "event": {
        "sender": {"sender_id": {"open_id": "u"}, "sender_type": kind}, "message": {
            "message_id": said, "chat_id": "s1", "message_type": "text",
            "content": json.dumps({"text": said})}}}  # fmt: skip


def room(said: str, kind: str) -> dict[str, Any]:
    return {"type": "m.room.message", "sender": "@a:example.org", "event_id": said, "room_id": "s1",
            "origin_server_ts": 1000 * _SECONDS, "content": {"msgtype": kind, "body": said}}  # fmt: skip


def post(said: str, **props: Any) -> dict[str, Any]:
    return {"id": said, "create_at": 1000 * _SECONDS, "user_id": "u", "channel_id": "s1", "message": said, "type": "",
            "props": props}  # fmt: skip


MESSAGING: dict[str, Any] = {
    "whatsapp": [
        told(messages=[{"from": "1", "id": "w1", "timestamp": str(_SECONDS), "type": "text", "text": {
            "body": "hello"}}]),
        {"messaging_product": "whatsapp", "to": "1", "type": "text", "text": {"body": "done"}}],
    "messenger": [page("hello"), page("done", is_echo=True)],
    "line": [
        {"destination": "d", "events": [{"type": "message", "timestamp": 1000 * _SECONDS, "replyToken": "r",
            "message": {"type": "text", "id": "1", "text": "hello"}, "source": {"type": "user", "userId": "s1"}}]},
        {"replyToken": "r", "messages": [{"type": "text", "text": "done"}]}],
    "telegram-chats": [
        {"name": "n", "type": "personal_chat", "id": 9, "messages": [
            {"id": 1, "type": "message", "date": AT[:19], "from": "n", "from_id": "user1", "text": "hello"}]},
        {"chat_id": 9, "text": "done", "parse_mode": "HTML"}],
    "twilio": [texted("hello", "inbound"), texted("done", "outbound-reply")],
    "google-chat": [chat("hello", "HUMAN"), chat("done", "BOT")],
    "feishu": [received("hello", "user"), received("done", "app")],
    "dingtalk": [
        {"conversationId": "s1", "msgId": "1", "senderNick": "n", "createAt": 1000 * _SECONDS, "msgtype": "text",
         "text": {"content": "hello"}}, {"msgtype": "text", "text": {"content": "done"}}],
    "viber": {"event": "message", "timestamp": 1000 * _SECONDS, "message_token": 1, "sender": {"id": "s1", "name": "n"},
              "message": {"type": "text", "text": "hello"}},
    "matrix": {"chunk": [room("hello", "m.text"), room("done", "m.notice")]},
    "mattermost": {"order": ["a", "b"], "posts": {"a": post("hello"), "b": post("done", from_bot="true")}},
}  # fmt: skip


def heard(said: str, kind: str) -> dict[str, Any]:
    return {"id": said, "received": AT, "author": {"type": kind, "displayName": "n"}, "source": {"type": "web"},
            "content": {"type": "text", "text": said}}  # fmt: skip


def mailed(said: str, *, inbound: bool) -> dict[str, Any]:
    return {"id": said, "type": "email", "is_inbound": inbound, "created_at": _SECONDS + 0.5, "body": said,
            "text": said, "author": None}  # fmt: skip


HELPDESKS: dict[str, Any] = {
    "zendesk": {"messages": [heard("hello", "user"), heard("done", "business")], "meta": {}},
    "freshdesk": {"conversations": [
        {"id": at, "body": said, "body_text": said, "incoming": incoming, "private": False, "user_id": 1,
         "created_at": AT}
        for at, (said, incoming) in enumerate((("hello", True), ("done", False)))]},
    "front": {"_results": [mailed("hello", inbound=True), mailed("done", inbound=False)]},
    "hubspot": {"results": [
        {"id": said, "type": "MESSAGE", "createdAt": AT, "text": said, "direction": direction,
         "senders": [{"name": "n"}], "conversationsThreadId": "s1"}
        for said, direction in (("hello", "INCOMING"), ("done", "OUTGOING"))]},
    "chatwoot": [
        {"event": "message_created", "id": 1, "content": said, "message_type": kind, "content_type": "text",
         "created_at": AT, "sender": {"name": "n"}, "conversation": {"id": 9}}
        for said, kind in (("hello", "incoming"), ("done", "outgoing"))],
    "crisp": {"data": [
        {"session_id": "s1", "type": "text", "from": who, "content": said, "fingerprint": 1,
         "timestamp": 1000 * _SECONDS}
        for said, who in (("hello", "user"), ("done", "operator"))]},
    "gorgias": {"data": [
        {"id": 1, "ticket_id": 9, "channel": "chat", "from_agent": agent, "body_text": said, "created_datetime": AT}
        for said, agent in (("hello", False), ("done", True))]},
    "genesys": {"id": "s1", "messages": [
        {"type": "Text", "text": said, "direction": direction, "originatingEntity": "Human", "channel": {"time": AT}}
        for said, direction in (("hello", "Inbound"), ("done", "Outbound"))]},
    "liveperson": {"conversationHistoryRecords": [{"info": {"conversationId": "s1"}, "messageRecords": [
        {"type": "TEXT_PLAIN", "messageData": {"msg": {"text": said}}, "messageId": said, "time": AT, "sentBy": who}
        for said, who in (("hello", "Consumer"), ("done", "Agent"))]}]},
    "agentforce": [
        {"message": {"sequenceId": 1, "type": "Text", "text": "hello"}, "variables": []},
        *({"timestamp": 1000 * _SECONDS, "originEventId": "e", "traceId": "t", "message": {
            "id": "m", "type": kind, "message": said}}
          for kind, said in (("TextChunk", "do"), ("TextChunk", "ne"), ("Inform", "done")))],
    "servicenow": [
        {"requestId": "r", "clientSessionId": "s1", "message": {"text": "hello", "typed": True}},
        {"requestId": "r", "clientSessionId": "s1", "body": [{"uiType": "OutputText", "value": "done"}]}],
}  # fmt: skip
DOCUMENTS: dict[str, Any] = {**VOICES, **MESSAGING, **HELPDESKS}
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
OTHERWISE: dict[str, list[str]] = {
    **{name: ["prompt", "output"] for name in (*MESSAGING, *HELPDESKS, "bland", "amazon-connect")},
    "conversation-relay": ["event", "prompt", "output"],
    "viber": ["prompt"],
}
"""The kinds of the steps of those that ask no tools."""
