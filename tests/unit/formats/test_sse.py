"""Server-sent events: what is split over deltas is masked in every one, and every other line keeps its bytes."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Detector
from reticent.errors import DecodeError, LimitError
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.masking import MaskItem, MaskResult, Tokens, mask_batch
from reticent.model import Action, BlobAction, Severity
from reticent.policy.rule import Rule

from .providers import RUNS, as_sse

LIMITS = Limits()
RULES = (
    Rule("key", "K", "secrets", Severity.CRITICAL, r"\bkey_[0-9a-f]{96}\b"),
    Rule("number", "N", "pii", Severity.HIGH, r"\b90210[0-9]{9}\b"),
    Rule("pin", "P", "secrets", Severity.HIGH, r"(?i)\bpin is (?P<secret>[0-9a-z]{4,12})"),
)
DETECTOR = Detector(RULES, limits=LIMITS, validators={})
KEY = "key_" + "".join(uuid.uuid4().hex for _ in range(3))
"""Long enough to be cut into many pieces that are no short chunks."""


def _masked(payload: bytes, action: Action = Action.REDACT, blob: BlobAction = BlobAction.REPLACE) -> bytes:
    document = open_document(payload, content_type=None, forced=None, limits=LIMITS)
    leaves = document.leaves()
    (spans,) = DETECTOR.scan([leaves])
    assert not isinstance(spans, LimitError)
    item = MaskItem(
        document, leaves, spans, lambda *_: action, Tokens(b"k" * 32, "t"), blob=lambda _: blob
    )  # fmt: skip
    (result,) = mask_batch([item], DETECTOR)
    assert isinstance(result, MaskResult)
    assert (result.masked.content_type == "text/event-stream") is (document.format == "sse")
    return result.masked.content


@pytest.mark.parametrize("size", [1, 7, 40])
@pytest.mark.parametrize("where", ["words", "thought", "arguments"])
@pytest.mark.parametrize("name", RUNS)
def test_a_value_split_over_deltas_is_masked_in_every_one(name: str, where: str, size: int) -> None:
    said = json.dumps({"city": KEY}) if where == "arguments" else f"well, it is {KEY} and so on"
    events = RUNS[name].events(**{where: said}, size=size)
    for payload in (as_sse(events, named=RUNS[name].named), json.dumps(events).encode()):
        masked = _masked(payload)
        assert not [at for at in range(len(KEY) - 8) if KEY[at : at + 8].encode() in masked]
        document = open_document(masked, content_type=None, forced=None, limits=LIMITS)
        text = json.dumps([str(step.content) for step in document.traces()[0].steps])
        assert "[REDACTED:key:" in text
        if where != "arguments":
            assert "well, it is " in text
            assert " and so on" in text


@pytest.mark.parametrize("size", [1, 2, 5, 30])
@pytest.mark.parametrize("name", [name for name in RUNS if name != "gemini"])
def test_arguments_in_pieces_stay_json_when_a_number_in_them_is_masked(name: str, size: int) -> None:
    events = RUNS[name].events(arguments=json.dumps({"pins": [90210123456789], "city": "Oslo"}), size=size)
    lines = b"".join(json.dumps(event).encode() + b"\n" for event in events)
    for payload in (as_sse(events, named=RUNS[name].named), json.dumps(events).encode(), lines):
        masked = _masked(payload)
        assert b"90210123456789" not in masked
        steps = open_document(masked, content_type=None, forced=None, limits=LIMITS).traces()[0].steps
        (said,) = [step.content for step in steps if step.kind == "tool_call"]
        assert said["city"] == "Oslo"
        assert said["pins"][0].startswith("[REDACTED:number:")


def test_what_names_a_value_may_stand_in_another_delta() -> None:
    words = [
        "in a long line of words that comes first, the pin",
        " is ",
        "4711x",
        " as you may know from earlier words",
    ]
    events = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": each}} for each in words
    ]
    masked = _masked(as_sse(events, named=True))
    assert b"4711x" not in masked
    assert b"that comes first, the pin" in masked


def test_lines_that_did_not_change_keep_their_bytes() -> None:
    before = (
        b'\xef\xbb\xbf: opened\r\n\r\nevent:message_start\ndata:{ "type": "ping" , "n":1.0}\n\n'
        b"retry: 3000\r\rid:7\nx-own: 1\nunknown\n\n\n"
    )
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": f"it is {KEY}"}}
    changed = b"event: content_block_delta\r\ndata:  %s\r\nid: 8\r\n\r\n" % json.dumps(delta).encode()
    after = b"data: [DONE]\n\ndata: cut {\n"
    masked = _masked(before + changed + after)
    assert masked.startswith(before + b"event: content_block_delta\r\ndata: {")
    assert masked.endswith(b"}\r\nid: 8\r\n\r\n" + after)
    assert KEY.encode() not in masked


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_comments_ids_names_and_text_are_masked_too(end: bytes) -> None:
    key = KEY.encode()
    lines = [
        b": said " + key,
        b"event: " + key,
        b"id: " + key,
        b"other " + key,
        b"data: first",
        b"data: then " + key,
        b"data",
        b"",
    ]
    masked = _masked(end.join([*lines, b"data: last", b""]))
    assert key not in masked
    found = masked.split(end)
    assert [line.partition(b"[REDACTED:key:")[0] for line in found] == [
        b": said ", b"event: ", b"id: ", b"other ", b"data: first", b"data: then ", b"data", b"", b"data: last", b"",
    ]  # fmt: skip


def test_names_and_ids_that_are_given_twice_are_masked_both() -> None:
    key = KEY.encode()
    masked = _masked(b"event: %s\nid: 1\nevent: x\nid: %s\nevent: %s\ndata: y\n\n" % (key, key, key))
    assert key not in masked
    assert [line[:9] for line in masked.split(b"\n")] == [
        b"event: [R", b"id: 1", b"event: x", b"id: [REDA", b"event: [R", b"data: y", b"", b""]  # fmt: skip


def test_json_over_several_data_lines_stays_one_event() -> None:
    masked = _masked(b'data: {"choices": [{"delta":\ndata: {"content": "%s"}}]}\nid: 1\n\n' % KEY.encode())
    assert masked.startswith(b'data: {"choices":[{"delta":{"content":"[REDACTED:key:')
    assert masked.endswith(b'"}}]}\nid: 1\n\n')
    assert masked.count(b"data:") == 1


def test_dropped_values_leave_the_events_whole() -> None:
    masked = _masked(b': %s\nid: %s\ndata: %s\n\ndata: {"a": "%s"}\n\n' % ((KEY.encode(),) * 4), Action.DROP)
    assert masked == b': \nid: \ndata: \n\ndata: {"a":null}\n\n'


def test_an_event_without_an_end_is_masked_too() -> None:
    assert KEY.encode() not in _masked(b"data: x\n\ndata: " + KEY.encode())


@pytest.mark.parametrize(
    "payload", [b"event: x\n\n", b"data: \xff\n\n", b'data: {"a":1,"a":2}\n\n', b'data: {"a": NaN}\n\n']
)
def test_what_is_no_stream_is_refused(payload: bytes) -> None:
    with pytest.raises(DecodeError):
        open_document(payload, content_type="text/event-stream", forced=None, limits=LIMITS).leaves()


def test_the_same_key_in_two_events_is_no_key_given_twice() -> None:
    text = b': {"a": 1}\nid: "a"\ndata: {"a": "b\\"c"}\n\ndata: "a": 1\n\ndata: {"a"\ndata: : [{"a": 1}]}\n\n'
    assert _masked(text) == text
    with pytest.raises(DecodeError) as caught:
        _masked(text + b'data: {"a"\ndata: :1, "a": 2}\n\n')
    assert caught.value.code == "duplicate-keys"


_LINES = st.lists(
    st.sampled_from(
        [
            "data",
            "event",
            "id",
            "",
            "retry",
            "x",
            "data: ",
            'data: {"a": [1]}',
            "data: {",
            ": c",
            "id:",
            "event: 1",
            KEY,
        ]
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(_LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_any_lines_come_out_as_they_went_in_but_for_what_is_masked(lines: list[str], end: str, ended: bool) -> None:
    payload = (end.join(["data: x", "", *lines]) + (end if ended else "")).encode()
    document = open_document(payload, content_type="text/event-stream", forced=None, limits=LIMITS)
    document.leaves()
    document.traces()
    assert document.encode() == payload
    masked = _masked(payload)
    if KEY.encode() not in payload:
        assert masked == payload
    else:
        assert KEY.encode() not in masked
        assert masked.count(b"[REDACTED:key:") == payload.count(KEY.encode())


def test_a_stream_with_a_line_of_its_own_kind_is_still_read() -> None:
    events: list[Any] = RUNS["openai-chat"].events()
    body = b": keep-alive\n\n" + as_sse(events) + b"data: something else\n\n"
    steps = open_document(body, content_type=None, forced=None, limits=LIMITS).traces()[0].steps
    assert [step.kind.value for step in steps] == ["thinking", "output", "tool_call", "other"]
