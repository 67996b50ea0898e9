"""After masking, the providers' own packages still take the documents. Each is skipped where its package is missing."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest

from .providers import RUNS, as_sse
from .test_sse import KEY, _masked

_MODELS: dict[str, tuple[str, str, Any]] = {
    "openai-chat": ("openai.types.chat", "ChatCompletion", "ChatCompletionChunk"),
    "openai-responses": ("openai.types.responses", "Response", "ResponseStreamEvent"),
    "anthropic-messages": ("anthropic.types", "Message", "RawMessageStreamEvent"),
    "gemini": ("google.genai.types", "GenerateContentResponse", "GenerateContentResponse"),
}
"""By format: the module, the type of a response and that of a streamed event."""
NUMBER = 90210123456789


def _check(model: Any, document: Any) -> None:
    """Strictly: a field of another type is an error."""
    adapter = importlib.import_module("pydantic").TypeAdapter(model)
    adapter.validate_json(json.dumps(document), strict=True)


@pytest.mark.parametrize("name", _MODELS)
def test_a_masked_response_is_still_the_providers_own(name: str) -> None:
    module, whole, _ = _MODELS[name]
    model = getattr(pytest.importorskip(module), whole)
    response = json.loads(json.dumps(RUNS[name].responses[0]).replace("one moment", f"it is {KEY}"))
    _check(model, response)
    masked = json.loads(_masked(json.dumps(response).encode()))
    assert masked != response
    _check(model, masked)


@pytest.mark.parametrize("name", _MODELS)
def test_every_masked_event_is_still_the_providers_own(name: str) -> None:
    module, _, event = _MODELS[name]
    model = getattr(pytest.importorskip(module), event)
    events = RUNS[name].events(words=f"it is {KEY}", arguments=json.dumps({"city": KEY}))
    body = _masked(as_sse(events, named=RUNS[name].named)).decode()
    masked = [json.loads(line.removeprefix("data: ")) for line in body.splitlines() if line.startswith("data: ")]
    assert masked != events
    for document in masked:
        if document.get("type") != "ping":
            _check(model, document)


@pytest.mark.parametrize("name", ["openai-chat", "openai-responses", "anthropic-messages"])
def test_numbers_of_the_providers_own_stay_numbers(name: str) -> None:
    module, whole, _ = _MODELS[name]
    model = getattr(pytest.importorskip(module), whole)
    response = json.loads(json.dumps(RUNS[name].responses[0]))
    response["usage"] = {field: said if isinstance(said, dict) else NUMBER for field, said in response["usage"].items()}
    _check(model, response)
    masked = json.loads(_masked(json.dumps(response).encode()))
    assert {each for each in masked["usage"].values() if not isinstance(each, dict)} == {0}
    _check(model, masked)


def test_masked_messages_of_mcp_are_still_its_own() -> None:
    types = pytest.importorskip("mcp.types")
    result = {
        "content": [{"type": "text", "text": f"it is {KEY}"}],
        "structuredContent": {"key": KEY},
        "isError": False,
    }
    masked = json.loads(_masked(json.dumps({"jsonrpc": "2.0", "id": 7, "result": result}).encode()))
    assert masked["id"] == 7
    assert KEY not in json.dumps(masked)
    _check(types.CallToolResult, masked["result"])


def test_masked_updates_of_an_agent_client_are_still_its_protocols_own() -> None:
    schema = pytest.importorskip("acp.schema")
    updates = [
        {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": f"it is {KEY[:20]}"}},
        {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": f"{KEY[20:]} so"}},
        {"sessionUpdate": "tool_call", "toolCallId": "c1", "title": "f", "kind": "read", "status": "pending",
         "rawInput": {"key": KEY}},
        {"sessionUpdate": "tool_call_update", "toolCallId": "c1", "status": "completed", "content": [
            {"type": "content", "content": {"type": "text", "text": KEY}}]},
        {"sessionUpdate": "plan", "entries": [{"content": KEY, "priority": "high", "status": "pending"}]},
    ]  # fmt: skip
    notes = [{"jsonrpc": "2.0", "method": "session/update", "params": {"sessionId": "s1", "update": update}}
             for update in updates]  # fmt: skip
    asked = {"sessionId": "s1", "prompt": [{"type": "text", "text": f"it is {KEY}"}]}
    masked = json.loads(_masked(json.dumps(
        [{"jsonrpc": "2.0", "id": 1, "method": "session/prompt", "params": asked}, *notes]).encode()))  # fmt: skip
    assert KEY[:20] not in json.dumps(masked) and KEY[20:] not in json.dumps(masked)
    schema.PromptRequest.model_validate(masked[0]["params"])
    for note in masked[1:]:
        schema.SessionNotification.model_validate(note["params"])


def test_masked_messages_between_agents_are_still_their_protocols_own() -> None:
    types = pytest.importorskip("a2a.types")
    if not hasattr(types.StreamResponse, "DESCRIPTOR"):
        pytest.skip("version 0.3, whose types are no messages of protobuf")
    json_format = pytest.importorskip("google.protobuf.json_format")
    said = types.Message(message_id="m1", context_id="s1", role="ROLE_AGENT", parts=[types.Part(text=f"it is {KEY}")])
    pieces = [types.TaskArtifactUpdateEvent(
        task_id="t1", context_id="s1", append=bool(at),
        artifact=types.Artifact(artifact_id="a", parts=[types.Part(text=piece)]))
        for at, piece in enumerate((KEY[:20], KEY[20:]))]  # fmt: skip
    sent = [types.StreamResponse(message=said), *(types.StreamResponse(artifact_update=piece) for piece in pieces)]
    payload = json.dumps([json.loads(json_format.MessageToJson(each)) for each in sent]).encode()
    masked = json.loads(_masked(payload))
    assert KEY[:20] not in json.dumps(masked) and KEY[20:] not in json.dumps(masked)
    for before, document in zip(sent, masked, strict=True):
        after = json_format.ParseDict(document, types.StreamResponse())
        assert after.WhichOneof("payload") == before.WhichOneof("payload")


def test_a_masked_trace_of_mlflow_is_still_its_own() -> None:
    mlflow = pytest.importorskip("mlflow.entities")
    span = {
        "trace_id": "cKTLiZ3ifwQ5ZG8UEnDAsg==", "span_id": "K3ZcDDDQYSw=", "parent_span_id": None, "name": "chat",
        "start_time_unix_nano": 1764000000000000000, "end_time_unix_nano": 1764000001000000000, "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {
            "mlflow.traceRequestId": '"tr-70a4cb899de27f0439646f141270c0b2"', "mlflow.spanType": '"CHAT_MODEL"',
            "mlflow.spanInputs": json.dumps({"messages": [{"role": "user", "content": f"it is {KEY}"}]}),
            "mlflow.spanOutputs": json.dumps({"choices": [{"message": {"role": "assistant", "content": "hi"}}]})},
    }  # fmt: skip
    trace = {"info": {
        "trace_id": "tr-70a4cb899de27f0439646f141270c0b2", "state": "OK", "request_time": "2026-11-01T10:00:00Z",
        "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}},
        "execution_duration": "1s", "trace_metadata": {}, "tags": {}}, "data": {"spans": [span]}}  # fmt: skip
    before = mlflow.Trace.from_dict(json.loads(json.dumps(trace)))
    masked = json.loads(_masked(json.dumps(trace).encode()))
    assert KEY not in json.dumps(masked)
    after = mlflow.Trace.from_dict(masked)
    assert after.info.trace_id == before.info.trace_id
    assert after.data.spans[0].inputs["messages"][0]["content"].startswith("it is [REDACTED:")
