"""The run of the contract suite (a prompt, a tool call, its result) as gateways, platforms and their buses log it."""

from __future__ import annotations

import json
from typing import Any

from .stacks import MESSAGES

_ID = "00000000-0000-4000-8000-000000000000"
_AT = ("2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z", "2026-11-24T08:00:02.000Z")
_BEGAN = 1764000000
REQUEST: dict[str, Any] = {"model": "m", "temperature": 0.5, "messages": MESSAGES}
HELICONE: dict[str, Any] = {
    "request_id": _ID, "request_created_at": _AT[0], "request_body": REQUEST, "request_user_id": "u1",
    "request_properties": {"Helicone-Session-Id": "s1"}, "request_model": "m",
    "response_id": _ID, "response_created_at": _AT[1], "response_status": 200, "response_body": {},
    "provider": "OPENAI", "delay_ms": 425, "prompt_tokens": 12, "completion_tokens": 3,
}  # fmt: skip
WEBHOOK: dict[str, Any] = {
    "request_id": _ID, "user_id": "u1", "request_body": json.dumps(REQUEST), "response_body": "{}", "model": "m",
    "metadata": {"cost": 0.001, "promptTokens": 12, "completionTokens": 3, "latencyMs": 425},
}  # fmt: skip
"""As Helicone's webhooks send it."""
PORTKEY: dict[str, Any] = {
    "request": {"url": "https://api.example/v1", "method": "POST", "headers": {}, "body": REQUEST},
    "response": {"status": 200, "headers": {}, "body": {}, "response_time": 425},
    "metadata": {"trace_id": "t1", "span_id": "1", "span_name": "call", "_user": "u1"},
}  # fmt: skip
PORTKEY_EXPORT: dict[str, Any] = {
    "id": _ID, "trace_id": "t1", "created_at": _AT[0], "request": REQUEST, "response": {}, "is_success": True,
    "ai_org": "openai", "ai_model": "m", "req_units": 12, "res_units": 3, "cost": 0.001,
}  # fmt: skip
_CONTENTS = [
    {"role": "user", "parts": [{"text": "hello"}]},
    {"role": "model", "parts": [{"functionCall": {"id": "c1", "name": "f", "args": {"q": [1, "two"]}}}]},
    {"role": "user", "parts": [{"functionResponse": {"id": "c1", "name": "f", "response": {"result": "done"}}}]},
]
VERTEX: dict[str, Any] = {
    "endpoint": "projects/p/locations/l/publishers/google/models/m", "deployed_model_id": "", "request_id": "7",
    "logging_time": _AT[0], "request_payload": [], "response_payload": [], "model": "m", "model_version": "default",
    "api_method": "generateContent", "full_request": {"contents": _CONTENTS, "labels": {"session_id": "s1"}},
    "full_response": {}, "metadata": None,
}  # fmt: skip
AZURE: dict[str, Any] = {"records": [{
    "time": _AT[0], "resourceId": "/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.APIMANAGEMENT/SERVICE/A",
    "operationName": "Microsoft.ApiManagement/GatewayLlmLogs", "category": "GatewayLlmLogs", "correlationId": _ID,
    "properties": {"modelName": "m", "promptTokens": 12, "completionTokens": 3, "sequenceNumber": 0,
                   "isStreamCompletion": False, "requestMessages": json.dumps(MESSAGES), "responseMessages": ""},
}]}  # fmt: skip
AZURE_TABLE: dict[str, Any] = {
    "TimeGenerated": _AT[0], "CorrelationId": _ID, "ModelName": "m", "PromptTokens": 12, "SequenceNumber": 0,
    "RequestMessages": MESSAGES, "ResponseMessages": [], "Type": "ApiManagementGatewayLlmLog",
}  # fmt: skip
KONG: dict[str, Any] = {
    "ai": {"proxy": {
        "meta": {"plugin_id": _ID, "provider_name": "openai", "request_model": "m", "response_model": "m"},
        "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15},
        "payload": {"request": json.dumps(REQUEST), "response": ""}}},
    "request": {"id": "r1", "method": "POST", "uri": "/chat", "headers": {"host": "gateway"}},
    "response": {"status": 200, "size": 425}, "client_ip": "127.0.0.1", "started_at": _BEGAN * 1000,
}  # fmt: skip
CLOUDFLARE: dict[str, Any] = {
    "id": _ID, "created_at": _AT[0], "provider": "openai", "model": "m", "model_type": "chat",
    "path": "chat/completions", "duration": 425, "cached": False, "success": True, "status_code": 200, "step": 0,
    "tokens_in": 12, "tokens_out": 3,
    "metadata": {"session_id": "s1"}, "request": json.dumps(REQUEST), "response": "",
}  # fmt: skip
OPIK: dict[str, Any] = {"spans": [
    {"id": "1", "trace_id": "t1", "name": "chat", "type": "llm", "start_time": _AT[0], "end_time": _AT[1], "model": "m",
     "input": {"messages": MESSAGES[:1]}, "output": {"choices": [{"index": 0, "message": MESSAGES[1]}]},
     "usage": {"prompt_tokens": 12, "completion_tokens": 3}, "project_name": "p", "metadata": {}},
    {"id": "2", "trace_id": "t1", "parent_span_id": "1", "name": "f", "type": "tool", "start_time": _AT[1],
     "end_time": _AT[2], "input": {"q": [1, "two"]}, "output": {"output": "done"}, "project_name": "p"},
]}  # fmt: skip


def crew(number: int, type: str, **more: Any) -> dict[str, Any]:
    return {
        "timestamp": _AT[number], "type": type, "source_fingerprint": None, "source_type": None,
        "fingerprint_metadata": None, "task_id": None, "task_name": None, "agent_id": None, "agent_role": "helper",
        "event_id": f"0000000{number}-0000-4000-8000-000000000000", "parent_event_id": None, "started_event_id": None,
        "emission_sequence": number, **more,
    }  # fmt: skip


_USED = {"tool_name": "f", "tool_args": {"q": [1, "two"]}, "tool_class": "F", "run_attempts": 0}
CREWAI: list[Any] = [
    crew(0, "llm_call_started", model="m", call_id="l1", messages=MESSAGES[:1], tools=None),
    crew(1, "llm_call_completed", model="m", call_id="l1", messages=MESSAGES[:1], response=MESSAGES[1]["tool_calls"],
         call_type="tool_call", usage={"prompt_tokens": 12}),
    crew(1, "tool_usage_started", **_USED),
    crew(2, "tool_usage_finished", **_USED, started_at=_AT[1], finished_at=_AT[2], from_cache=False, output="done"),
]  # fmt: skip
CREWAI[3]["started_event_id"] = CREWAI[2]["event_id"]
CREWAI_BATCH: dict[str, Any] = {
    "events": [
        {"event_id": event["event_id"], "timestamp": event["timestamp"], "type": event["type"], "event_data": event}
        for event in CREWAI
    ],
    "batch_metadata": {"events_count": len(CREWAI), "batch_sequence": 1, "is_final_batch": True},
}


def assistant(number: int, object: str, **more: Any) -> dict[str, Any]:
    return {"id": f"{object}_{number}", "object": object, "created_at": _BEGAN + number, "thread_id": "s1",
            "assistant_id": "asst_1", **more}  # fmt: skip


ASSISTANTS: dict[str, Any] = {"object": "list", "first_id": "a", "last_id": "b", "has_more": False, "data": [
    assistant(1, "thread.run.step", run_id="run_1", type="tool_calls", status="completed", last_error=None,
              step_details={"type": "tool_calls", "tool_calls": [{"id": "c1", "type": "function", "function": {
                  "name": "f", "arguments": '{"q": [1, "two"]}', "output": "done"}}]}),
    assistant(0, "thread.message", run_id=None, role="user", metadata={}, attachments=[], content=[
        {"type": "text", "text": {"value": "hello", "annotations": []}}]),
]}  # fmt: skip
_DOCUMENTS: dict[str, Any] = {
    "helicone": HELICONE,
    "helicone webhook": WEBHOOK,
    "portkey": PORTKEY,
    "portkey export": PORTKEY_EXPORT,
    "vertex-log": VERTEX,
    "azure-apim": AZURE,
    "azure-apim table": AZURE_TABLE,
    "kong": KONG,
    "cloudflare-gateway": CLOUDFLARE,
    "opik": OPIK,
    "crewai": CREWAI,
    "crewai batch": CREWAI_BATCH,
    "openai-assistants": ASSISTANTS,
}
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in _DOCUMENTS.items()}
