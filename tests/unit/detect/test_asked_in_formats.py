"""What one message asks for and a later one tells is masked in every format that a talk may come in, also where more is
said behind it; what begins in one message and ends in the next is, too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from reticent import Scanner

SECRET = "Kite" + "4821x!"
KEY = "AK" + "IA" + "Q3EGZX7TPL4MW2RB"
TALKS = [
    (["whats the wifi pw", SECRET, "is it working?", "yes"], [SECRET]),
    (["What is your full name?", "Marta Lindqvist", "thank you very much, bye"], ["Marta Lindqvist"]),
    ([f"The first half of the key is {KEY[:11]}", f"{KEY[11:]} is the rest", "ok, got it"], [KEY[:11], KEY[11:]]),
    (["my dob", "4 may 1987", "ok noted"], ["4 may 1987"]),
]
Said = Sequence[str]


def _role(number: int) -> str:
    return ("user", "assistant")[number % 2]


def _messages(said: Said) -> list[dict[str, Any]]:
    return [{"role": _role(number), "content": each} for number, each in enumerate(said)]


def _text(name: str, value: str) -> dict[str, Any]:
    return {"key": name, "value": {"stringValue": value}}


def _span(attributes: Sequence[Mapping[str, Any]], events: Sequence[Mapping[str, Any]] = ()) -> Any:
    span = {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "chat m",
        "startTimeUnixNano": "1", "endTimeUnixNano": "2", "attributes": attributes, "events": events,
    }  # fmt: skip
    return {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}


def _numbered(said: Said, role: str, content: str) -> Any:
    each = ((number, text) for number, text in enumerate(said))
    pairs = ((_text(role.format(n), _role(n)), _text(content.format(n), text)) for n, text in each)
    return _span([attribute for pair in pairs for attribute in pair])


def _in_parts(said: Said) -> str:
    return json.dumps([{"role": _role(n), "parts": [{"type": "text", "content": each}]} for n, each in enumerate(said)])


FORMATS: Mapping[str, Callable[[Said], Any]] = {
    "native": lambda said: {
        "trace_id": "t1", "steps": [{"seq": n, "kind": "prompt", "content": each} for n, each in enumerate(said)]
    },
    "openai": lambda said: {"model": "m", "messages": _messages(said)},
    "responses": lambda said: {
        "model": "m",
        "input": [
            {"type": "message", "role": _role(n), "content": [{"type": "input_text", "text": each}]}
            for n, each in enumerate(said)
        ],
    },
    "anthropic": lambda said: {
        "model": "m", "max_tokens": 9,
        "messages": [{"role": _role(n), "content": [{"type": "text", "text": t}]} for n, t in enumerate(said)],
    },
    "gemini": lambda said: {
        "contents": [{"role": ("user", "model")[n % 2], "parts": [{"text": t}]} for n, t in enumerate(said)]
    },
    "bedrock": lambda said: {
        "modelId": "m", "messages": [{"role": _role(n), "content": [{"text": t}]} for n, t in enumerate(said)]
    },
    "gen_ai.input.messages": lambda said: _span([_text("gen_ai.input.messages", _in_parts(said))]),
    "gen_ai.prompt.N": lambda said: _numbered(said, "gen_ai.prompt.{}.role", "gen_ai.prompt.{}.content"),
    "openinference": lambda said: _numbered(
        said, "llm.input_messages.{}.message.role", "llm.input_messages.{}.message.content"
    ),
    "input.value": lambda said: _span([_text("input.value", json.dumps({"messages": _messages(said)}))]),
    "events": lambda said: _span(
        [_text("gen_ai.system", "openai")],
        [
            {"timeUnixNano": str(n), "name": f"gen_ai.{_role(n)}.message", "attributes": [_text("content", each)]}
            for n, each in enumerate(said)
        ],
    ),
    "langfuse": lambda said: {
        "batch": [
            {"id": "e", "type": "generation-create", "timestamp": "2026-01-01T00:00:00Z",
             "body": {"id": "g", "traceId": "t", "input": _messages(said)}}
        ]
    },
    "langsmith": lambda said: {
        "id": "0b6b2bd0-4b1a-4bb4-bb1a-000000000001", "run_type": "llm", "name": "x",
        "inputs": {"messages": _messages(said)}, "outputs": {}, "start_time": "2026-01-01T00:00:00Z",
    },
    "a line of a log": lambda said: {"line": "2026-01-01 INFO sent " + json.dumps({"messages": _messages(said)})},
    "JSON Lines": lambda said: "\n".join(json.dumps(each) for each in _messages(said)),
    "a string in a string": lambda said: {"log": json.dumps({"body": json.dumps({"messages": _messages(said)})})},
}  # fmt: skip


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("said", "secrets"), TALKS)
def test_an_answer_is_masked_in_every_format(shipped: Scanner, format: str, said: Said, secrets: Sequence[str]) -> None:
    record = FORMATS[format](said)
    shown = shipped.mask(record.encode() if isinstance(record, str) else json.dumps(record).encode()).text
    assert not [secret for secret in secrets if secret in shown]
    assert said[-1] in shown
