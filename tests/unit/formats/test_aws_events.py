"""Event streams of AWS are read as the events of their services, masked in every delta, and framed again as their
readers take them."""

from __future__ import annotations

import base64
import json
import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Detector
from reticent.errors import DecodeError
from reticent.formats.document import Document
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Severity, StepKind
from reticent.policy.rule import Rule

from ...contract.framed import Headers, event, message, packed
from ..redacted import redacted
from .laws import check_read_masked_and_written

LIMITS = Limits()
RULES = (
    Rule("key", "K", "secrets", Severity.CRITICAL, r"\bkey_[0-9a-f]{24}\b"),
    Rule("number", "N", "pii", Severity.HIGH, r"\b4000[0-9]{12}\b"),
)
DETECTOR = Detector(RULES, limits=Limits(scan_seconds=300), validators={})
KEY = f"key_{uuid.uuid4().hex[:24]}"
TEXT = f"it is {KEY} and so on"
MEDIA = "application/vnd.amazon.eventstream"


def read(stream: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Headers that are strings, and the payload, of messages whose checksums hold."""
    while stream:
        size, count, check = struct.unpack_from(">III", stream)
        assert check == zlib.crc32(stream[:8])
        raw, stream = stream[:size], stream[size:]
        assert struct.unpack(">I", raw[-4:])[0] == zlib.crc32(raw[:-4])
        head, headers = raw[12 : 12 + count], {}
        while head:
            name, kind, rest = head[1 : 1 + head[0]].decode(), head[1 + head[0]], head[2 + head[0] :]
            long = {0: 0, 1: 0, 8: 8, 9: 16}.get(kind)
            begin, long = (2, int.from_bytes(rest[:2], "big")) if long is None else (0, long)
            headers[name] = rest[begin : begin + long].decode() if kind == 7 else rest[begin : begin + long]
            head = rest[begin + long :]
        yield headers, raw[12 + count : -4]


def pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def converse(text: str, arguments: str = "{}", size: int = 5) -> bytes:
    parts = [
        ("messageStart", {"role": "assistant", "p": "abcd"}),
        *(("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}, "p": "abcdefgh"})
          for piece in pieces(text, size)),
        ("contentBlockStop", {"contentBlockIndex": 0, "p": "ab"}),
        ("contentBlockStart", {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "c1", "name": "f"}}}),
        *(("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"toolUse": {"input": piece}}})
          for piece in pieces(arguments, size)),
        ("contentBlockStop", {"contentBlockIndex": 1}),
        ("messageStop", {"stopReason": "tool_use"}),
        ("metadata", {"usage": {"inputTokens": 12, "outputTokens": 3, "totalTokens": 15},
                      "metrics": {"latencyMs": 420}}),
    ]  # fmt: skip
    return b"".join(event(name, payload) for name, payload in parts)


def invoked(text: str, size: int = 5) -> bytes:
    events: Sequence[Any] = [
        {"type": "message_start", "message": {"id": "m1", "type": "message", "role": "assistant", "model": "m",
                                              "content": [], "usage": {"input_tokens": 12, "output_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
          for piece in pieces(text, size)),
        {"type": "message_stop"},
    ]  # fmt: skip
    return b"".join(event("chunk", {"bytes": packed(each), "p": "abcdefghij"}) for each in events)


def agent(text: str, size: int = 5) -> bytes:
    said = [base64.b64encode(piece.encode()).decode() for piece in pieces(text, size)]
    traced = {"agentId": "a", "sessionId": "s1", "trace": {"orchestrationTrace": {
        "rationale": {"traceId": "t1", "text": "look it up"}}}}  # fmt: skip
    return b"".join([event("trace", traced), *(event("chunk", {"bytes": each}) for each in said)])


def opened(payload: bytes, forced: str | None = None) -> Document:
    return open_document(payload, content_type=None, forced=forced, limits=LIMITS)


def masked(payload: bytes, forced: str | None = None) -> bytes:
    return redacted(payload, DETECTOR, forced)


def test_the_events_of_converse_are_its_steps() -> None:
    document = opened(converse("it rains", '{"q": [1, "two"]}'))
    assert document.format == "aws-events" and document.content_type == MEDIA
    (trace,) = document.traces()
    assert [(step.kind, step.content, step.name, step.call_id) for step in trace.steps] == [
        (StepKind.OUTPUT, "it rains", "", ""), (StepKind.TOOL_CALL, {"q": [1, "two"]}, "f", "c1"),
    ]  # fmt: skip
    assert trace.steps[0].path == "$[1]['contentBlockDelta']['delta']['text']"
    assert trace.attributes["usage"]["inputTokens"] == 12


def test_chunks_of_invoke_model_are_the_events_of_their_provider() -> None:
    (trace,) = opened(invoked("it rains")).traces()
    assert [(step.kind, step.content) for step in trace.steps] == [(StepKind.OUTPUT, "it rains")]
    assert trace.steps[0].path == "$[2]['chunk']['bytes']['delta']['text']"


def test_events_of_an_agent_are_its_steps() -> None:
    (trace,) = opened(agent("it rains")).traces()
    assert [(step.kind, step.content) for step in trace.steps] == [
        (StepKind.THINKING, "look it up"), (StepKind.OUTPUT, "it rains")]  # fmt: skip
    assert trace.session_id == "s1"


def test_an_exception_is_an_error() -> None:
    headers = {":exception-type": "throttlingException", ":message-type": "exception"}
    thrown = message(headers, b'{"message": "too many requests"}')
    told = message({":message-type": "error", ":error-code": "500", ":error-message": "it broke"}, b"")
    (trace,) = opened(converse("it") + thrown + told).traces()
    assert [step.kind for step in trace.steps[-2:]] == [StepKind.ERROR, StepKind.ERROR]
    assert trace.steps[-1].content == "it broke"


@pytest.mark.parametrize("made", [converse, invoked, agent])
@pytest.mark.parametrize("size", [1, 5, 40])
def test_a_key_over_deltas_is_masked_in_each_and_messages_are_framed_anew(made: Any, size: int) -> None:
    payload = made(TEXT, size=size)
    after = masked(payload)
    before, now = list(read(payload)), list(read(after))
    assert [headers for headers, _ in before] == [headers for headers, _ in now]
    assert sum(one != other for one, other in zip(before, now, strict=True)) >= 1
    (trace,) = opened(after).traces()
    said = trace.steps[-1 if made is agent else 0].content
    assert said.startswith("it is [REDACTED:key:") and said.endswith("] and so on")
    assert masked(after) == after


def test_arguments_in_pieces_stay_json() -> None:
    number = "4000" + "123456789" + "012"
    after = masked(converse("hello", f'{{"card": {number}, "q": 1}}'))
    (trace,) = opened(after).traces()
    assert trace.steps[1].content["card"].startswith("[REDACTED:number:") and trace.steps[1].content["q"] == 1


def test_headers_are_scanned_and_those_of_other_types_stay() -> None:
    more = {"note": TEXT, "at": 1_764_000_000_000, "flag": True, "raw": b"\xff\x00", "id": uuid.UUID(int=7)}
    payload = converse("hello") + message({":message-type": "event", **more}, b"plain words")
    after = list(read(masked(payload)))
    (headers, said), (_, first) = after[-1], after[0]
    assert headers["note"].startswith("it is [REDACTED:key:") and said == b"plain words"
    assert headers["at"] == more["at"].to_bytes(8, "big") and headers["raw"] == more["raw"]
    assert headers["id"] == more["id"].bytes and json.loads(first)["p"] == "abcd"


def test_what_is_no_text_is_set_apart() -> None:
    document = opened(message({":event-type": "audio", ":message-type": "event"}, b"\xff\xfe" + bytes(60)))
    (blob,) = document.leaves().blobs
    assert document.leaves().texts[blob.leaf] == "audio\x01"


@pytest.mark.parametrize("change", [
    lambda b: b[:-1], lambda b: b[:-1] + bytes((b[-1] ^ 1,)), lambda b: b + b"\x00" * 20,
    lambda b: message({"a": "1"}, b"x") + b[:11],
    lambda b: message({}, b"")[:12],
    lambda b: b[:12] + b"\xff" + b[13:],
])  # fmt: skip
def test_what_is_broken_is_refused(change: Any) -> None:
    with pytest.raises(DecodeError):
        opened(change(event("chunk", {"bytes": "e30="})), "aws-events").leaves()


def test_a_header_given_twice_is_refused() -> None:
    twice = message({"a": "x", "b": "y"}, b"").replace(b"\x01b", b"\x01a")
    head = twice[:-4]
    with pytest.raises(DecodeError, match="repeated-key"):
        opened(head + struct.pack(">I", zlib.crc32(head)), "aws-events")


def har(stream: bytes) -> bytes:
    asked = {"messages": [{"role": "user", "content": [{"text": "hello"}]}]}
    return json.dumps({"log": {"version": "1.2", "entries": [{
        "request": {"method": "POST", "postData": {"mimeType": "application/json", "text": json.dumps(asked)}},
        "response": {"status": 200, "content": {
            "mimeType": MEDIA, "encoding": "base64", "text": base64.b64encode(stream).decode()}},
    }]}}).encode()  # fmt: skip


def test_a_stream_in_base64_of_a_recorded_exchange_is_read_and_packed_again() -> None:
    payload = har(converse(TEXT, '{"q": 1}'))
    document = opened(payload)
    assert document.format == "json"
    (trace,) = document.traces()
    assert [step.kind for step in trace.steps] == [StepKind.PROMPT, StepKind.OUTPUT, StepKind.TOOL_CALL]
    assert document.encode() == payload
    after = masked(payload)
    body = json.loads(after)["log"]["entries"][0]["response"]["content"]["text"]
    now = list(read(base64.b64decode(body, validate=True)))
    assert len(now) == len(list(read(converse(TEXT, '{"q": 1}')))) and KEY[:9] not in str(now)
    (trace,) = opened(after).traces()
    assert trace.steps[1].content.startswith("it is [REDACTED:key:")
    assert masked(after) == after


@pytest.mark.parametrize("made", [converse, invoked, agent])
@pytest.mark.parametrize("lines", [True, False])
def test_a_stream_in_base64_of_any_text_is_masked_within_and_packed_again(made: Any, lines: bool) -> None:
    packed = base64.encodebytes(made(TEXT)).decode().strip().replace("\n", "\n      " if lines else "")
    cassette = f"  body:\n    string: !!binary |\n      {packed}\n    headers: {{}}\n"
    after = masked(cassette.encode(), "text").decode()
    body = yaml.safe_load(after)["body"]["string"]
    assert len(list(read(body))) == len(list(read(made(TEXT)))) and KEY not in str(body)
    (trace,) = opened(body).traces()
    assert "[REDACTED:key:" in str([step.content for step in trace.steps])
    assert max(map(len, after.splitlines())) <= 100 or not lines
    assert masked(after.encode(), "text").decode() == after


def test_a_stream_that_is_cut_is_masked_as_a_whole() -> None:
    packed = base64.b64encode(converse(TEXT)).decode()[:-40]
    after = masked(f"body: {packed} end".encode(), "text").decode()
    assert after.startswith("body: [REDACTED:key:") and after.endswith("] end")


@pytest.mark.parametrize("made", [converse, invoked, agent])
def test_botocore_reads_what_was_masked(made: Any) -> None:
    parser = pytest.importorskip("botocore.eventstream")
    buffer = parser.EventStreamBuffer()
    buffer.add_data(masked(made(TEXT)))
    said = [each.to_response_dict() for each in buffer]
    assert all(each["status_code"] == 200 and json.loads(each["body"]) for each in said)


def test_botocores_model_of_bedrock_takes_what_was_masked() -> None:
    session = pytest.importorskip("botocore.session").Session()
    parsers = pytest.importorskip("botocore.parsers")
    events = pytest.importorskip("botocore.eventstream")
    service = session.get_service_model("bedrock-runtime")
    shape = service.operation_model("ConverseStream").get_event_stream_output()
    parser = parsers.EventStreamJSONParser()
    buffer = events.EventStreamBuffer()
    buffer.add_data(masked(converse(TEXT, '{"q": 1}')))
    told = [parser.parse(each.to_response_dict(), shape) for each in buffer]
    assert [next(iter(each)) for each in told][:2] == ["messageStart", "contentBlockDelta"]
    said = "".join(each["contentBlockDelta"]["delta"].get("text", "") for each in told if "contentBlockDelta" in each)
    assert said.startswith("it is [REDACTED:key:")


_VALUE = st.one_of(st.text(max_size=9), st.integers(-(2**63), 2**63 - 1), st.booleans(), st.binary(max_size=9))
_HEADER = st.dictionaries(st.text(max_size=9), _VALUE, max_size=4)
_PAYLOAD = st.sampled_from([b"{}", b'{"bytes":"e30="}', b'{"delta":{"text":"a"}}', b"[1]", b'{"a":'])


@given(st.lists(st.tuples(_HEADER, st.binary(max_size=30) | _PAYLOAD), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_any_messages_are_read_masked_and_written_or_refused(parts: Iterable[tuple[Headers, bytes]]) -> None:
    payload = b"".join(message({":event-type": "chunk", **headers}, said) for headers, said in parts)
    try:
        document = opened(payload, "aws-events")
    except DecodeError:
        return
    document.leaves()
    assert document.encode() == payload
    check_read_masked_and_written(lambda: opened(payload, "aws-events"))
    for leaf in range(len(document.leaves().texts)):
        document.replace(leaf, 0, "MASKED")  # type: ignore[arg-type]
    list(read(document.encode()))
