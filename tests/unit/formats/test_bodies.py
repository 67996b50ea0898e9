"""A stream that stands whole in one text is read and masked as it is alone: what its deltas say together is found,
masked in each of them, and the text stays the stream that it was."""

from __future__ import annotations

import json
import random
import tracemalloc
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Detector
from reticent.errors import LimitError
from reticent.formats.providers import bodies
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Rule

from ..redacted import redacted

LIMITS = Limits()
RULES = (
    Rule("key", "K", "secrets", Severity.CRITICAL, r"\bkey_[0-9a-f]{24}\b"),
    Rule("number", "N", "pii", Severity.HIGH, r"\b4000[0-9]{12}\b"),
)
DETECTOR = Detector(RULES, limits=Limits(scan_seconds=300), validators={})
KEY, NUMBER = f"key_{uuid.uuid4().hex[:24]}", "4000" + "".join(random.choices("0123456789", k=12))  # noqa: S311


def _chat(pieces: Sequence[str]) -> list[Any]:
    return [{"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
        {"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in pieces]  # fmt: skip


def _arguments(pieces: Sequence[str]) -> list[Any]:
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "f", "arguments": ""}}
    return [{"id": "c1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"tool_calls": [
        {**(call if not at else {"index": 0}), "function": {"arguments": piece, **({"name": "f"} if not at else {})}}
    ]}}]} for at, piece in enumerate(pieces)]  # fmt: skip


def _blocks(pieces: Sequence[str]) -> list[Any]:
    return [
        {"type": "message_start", "message": {"id": "m1", "type": "message", "role": "assistant", "content": []}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
          for piece in pieces),
    ]  # fmt: skip


def _items(pieces: Sequence[str]) -> list[Any]:
    return [{"type": "response.output_text.delta", "item_id": "i", "output_index": 0, "content_index": 0,
             "sequence_number": at, "delta": piece} for at, piece in enumerate(pieces)]  # fmt: skip


def _nobodys(pieces: Sequence[str]) -> list[Any]:
    return [{"kind": "piece", "token": piece} for piece in pieces]


def _ollama(pieces: Sequence[str]) -> list[Any]:
    return [{"model": "m", "created_at": "2026-11-01T10:00:00Z", "message": {"role": "assistant", "content": piece},
             "done": False} for piece in pieces]  # fmt: skip


def _gemini(pieces: Sequence[str]) -> list[Any]:
    return [{"candidates": [{"content": {"role": "model", "parts": [{"text": piece}]}, "index": 0}],
             "modelVersion": "m"} for piece in pieces]  # fmt: skip


def _sent(events: Sequence[Any]) -> str:
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"


def _named(events: Sequence[Any]) -> str:
    return "".join(f"event: {event['type']}\r\ndata: {json.dumps(event)}\r\n\r\n" for event in events)


def _lines(events: Sequence[Any]) -> str:
    return "".join(f"{json.dumps(event)}\n" for event in events)


STREAMS: Mapping[str, tuple[Callable[[Sequence[str]], list[Any]], Callable[[Sequence[Any]], str]]] = {
    "chat": (_chat, _sent), "arguments": (_arguments, _sent), "blocks": (_blocks, _named), "items": (_items, _sent),
    "nobody's": (_nobodys, _sent), "Ollama's lines": (_ollama, _lines), "Gemini's list": (_gemini, json.dumps),
    "a list of chunks": (_chat, json.dumps),
    "chunks of an object": (_chat, lambda events: json.dumps({"note": "a", "of": {"chunks": events, "n": 1}})),
}  # fmt: skip


def _har(body: str) -> bytes:
    return json.dumps({"log": {"entries": [{"response": {"content": {
        "mimeType": "text/event-stream", "text": body}}}]}}).encode()  # fmt: skip


def _cassette(body: str) -> dict[str, Any]:
    return {"interactions": [{"request": {"uri": "https://api.example"}, "response": {"body": {"string": body}}}]}


def _of_cassette(tree: Any) -> str:
    return str(tree["interactions"][0]["response"]["body"]["string"])


def _styled(style: str | None) -> Callable[[str], bytes]:
    return lambda body: yaml.dump(_cassette(body), default_style=style, width=80).encode()


def _of_yaml(content: bytes) -> str:
    return _of_cassette(yaml.safe_load(content))


HOLDERS: Mapping[str, tuple[str, Callable[[str], bytes], Callable[[bytes], str]]] = {
    "HAR": ("json", _har, lambda b: str(json.loads(b)["log"]["entries"][0]["response"]["content"]["text"])),
    "a cassette of JSON": ("json", lambda body: json.dumps(_cassette(body)).encode(),
                           lambda content: _of_cassette(json.loads(content))),
    "JSON in a string": ("json", lambda body: json.dumps({"log": json.dumps(_cassette(body))}).encode(),
                         lambda content: _of_cassette(json.loads(json.loads(content)["log"]))),
    "a line of a log": ("text", lambda body: f"12:00 got {json.dumps(body)} in 3 s".encode(),
                        lambda content: str(json.loads(content.decode()[10:-7]))),
    "YAML": ("text", _styled(None), _of_yaml), "YAML in quotes": ("text", _styled('"'), _of_yaml),
    "YAML as it is": ("text", _styled("|"), _of_yaml), "text": ("text", str.encode, bytes.decode),
}  # fmt: skip


def _masked(payload: bytes, forced: str) -> bytes:
    return redacted(payload, DETECTOR, forced)


def _events(body: str) -> list[Any]:
    """As a client reads them."""
    if body.startswith("["):
        return list(json.loads(body))
    if body.startswith('{"note"'):
        return list(json.loads(body)["of"]["chunks"])
    lines = (line.removeprefix("data: ") for line in body.splitlines() if line and not line.startswith("event:"))
    return [json.loads(line) for line in lines if line != "[DONE]"]


def _said(node: Any) -> str:
    if isinstance(node, dict):
        told = ("content", "text", "token", "arguments", "delta")
        held = [value for name, value in node.items() if isinstance(value, dict | list) or name in told]
        return "".join(map(_said, held))
    return "".join(map(_said, node)) if isinstance(node, list) else node if isinstance(node, str) else ""


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("size", [1, 5, 19])
def test_a_key_in_pieces_is_masked_in_each_and_the_text_stays_a_stream(stream: str, holder: str, size: int) -> None:
    made, written = STREAMS[stream]
    forced, put, got = HOLDERS[holder]
    text = f'{{"note": "it\'s {KEY} \u00e9 \U0001f600", "q": 1}} and so on'
    events = made([text[at : at + size] for at in range(0, len(text), size)])
    content = _masked(put(written(events)), forced)
    after = _events(got(content))
    assert len(after) == len(events)
    said = _said(after)
    assert "[REDACTED:key:" in said and "and so on" in said and "\U0001f600" in said
    assert not any(KEY[at : at + 6] in said.replace("[REDACTED:key:", "") for at in range(4, len(KEY) - 6))
    assert _masked(content, forced) == content


@pytest.mark.parametrize("holder", HOLDERS)
def test_arguments_in_pieces_stay_json(holder: str) -> None:
    forced, put, got = HOLDERS[holder]
    text = f'{{"card": {NUMBER}, "to": "a \\"b\\""}}'
    events = _arguments([text[at : at + 7] for at in range(0, len(text), 7)])
    after = _events(got(_masked(put(_sent(events)), forced)))
    told = json.loads("".join(each["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"] for each in after))
    assert told["to"] == 'a "b"' and told["card"].startswith("[REDACTED:number:")


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_masked_number_of_an_event_leaves_it_json(holder: str) -> None:
    forced, put, got = HOLDERS[holder]
    events = [{"type": "row", "card": int(NUMBER), "of": at} for at in range(3)]
    after = _events(got(_masked(put(_sent(events)), forced)))
    assert all(each["card"].startswith("[REDACTED:number:") for each in after) and after[2]["of"] == 2


@pytest.mark.parametrize("line", ["data: {}\n\n", "event: token\r\ndata: {}\r\n\r\n", '0:"{}"\n', 'g:"{}"\n'])
def test_a_body_whose_lines_are_texts_is_read_as_one(line: str) -> None:
    pieces = ["it's ", KEY[:5], KEY[5:17], KEY[17:], " now"]
    after = json.loads(_masked(_har("".join(line.format(piece) for piece in pieces)), "json"))
    body = after["log"]["entries"][0]["response"]["content"]["text"]
    assert body.count("[REDACTED:key:") == 3 and line.format("it's ") in body and line.format(" now") in body


def test_lines_of_a_text_that_is_no_stream_are_none() -> None:
    assert list(bodies.texts("data: one\nother: two\n")) == []
    assert list(bodies.texts(f"see:\ndata: {KEY[:9]}\ndata: {KEY[9:]}\ndata: x\n")) == []


def test_streams_of_two_answers_are_two_texts() -> None:
    halves = _sent(_chat([KEY[:9]])), _sent(_chat([KEY[9:]]))
    apart = _har('{"first": "'.join(halves))
    assert _masked(apart, "json") == apart


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=2, max_size=40), level=st.integers(0, 2))
@settings(max_examples=200, deadline=None)
def test_what_pieces_say_is_what_their_events_say_and_each_knows_where(text: str, level: int) -> None:
    body = _sent(_chat(list(text)))
    for _ in range(level):
        body = json.dumps(body)
    (pieces,) = bodies.texts(body)
    assert "".join(piece.text for piece in pieces) == text
    for piece in pieces:
        start, end = piece.place(0, len(piece.text))
        raw = body[start:end]
        for _ in range(level + 1):
            raw = json.loads(f'"{raw}"')
        assert raw == piece.text


@given(st.text(st.sampled_from('data: {"}[]\\n\n,1done": false'), max_size=120))
@settings(max_examples=500, deadline=None)
def test_what_looks_like_one_and_is_none_says_nothing_wrong(text: str) -> None:
    for pieces in bodies.texts(text * 3):
        for piece in pieces:
            start, end = piece.place(0, len(piece.text))
            assert 0 <= start <= end <= len(text) * 3


def test_a_body_of_depth_is_refused_as_the_stream_alone_is() -> None:
    deep = '{"a":' * 400 + '"b"' + "}" * 400
    with pytest.raises(LimitError):
        list(bodies.texts(f"data: {deep}\n\ndata: {deep}\n\n"))


def test_a_text_of_more_events_than_any_stream_has_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_EVENTS_MOST", 50)
    few, many = ("\n\n".join(f"data: {json.dumps(each)}" for each in _chat(["a "] * size)) for size in (50, 51))
    DETECTOR.scan_text(few)
    with pytest.raises(LimitError, match="more than the 50 events"):
        DETECTOR.scan_text(many)


def test_small_objects_in_quotes_that_are_escaped_twice_take_little_memory() -> None:
    text = '\\\\\\"done\\\\\\": false ' + '{\\\\\\"a\\\\\\":1 } ' * 3000
    tracemalloc.start()
    try:
        assert list(bodies.texts(text)) == []
        assert tracemalloc.get_traced_memory()[1] < 500 * len(text)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("role", ["assistant", "user"])
@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("write", [json.dumps, lambda tree: json.dumps(tree, separators=(",", ":"))])
@pytest.mark.parametrize(("part", "name"), [
    ({"type": "text", "content": ""}, "content"), ({"content": "", "type": "text"}, "content"), ({"text": ""}, "text"),
    ({"type": "text", "text": ""}, "text"), ({"type": "thinking", "thinking": ""}, "thinking"),
])  # fmt: skip
def test_a_key_split_over_the_parts_of_a_message_is_masked_in_each(
    part: dict[str, Any], name: str, write: Callable[[Any], str], role: str, escaped: bool
) -> None:
    long = "what was looked up in the long list that the office keeps of everybody says: "
    said = [f"{long}{KEY[:9]}", f"{KEY[9:]} and {long}"]
    message = {"role": role, "parts": [{**part, name: text} for text in said]}
    text = write({"of": write([message])}) if escaped else write([message])
    document = json.dumps({"gen_ai.input.messages": text}).encode()
    left = redacted(document, DETECTOR)
    inner = json.loads(json.loads(left)["gen_ai.input.messages"])
    (kept,) = json.loads(inner["of"]) if escaped else inner
    assert KEY[:9] not in left.decode() and KEY[9:] not in left.decode()
    assert [each[name].startswith(long) or each[name].endswith(long) for each in kept["parts"]] == [True, True]
