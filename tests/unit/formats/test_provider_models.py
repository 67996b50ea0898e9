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
