"""Events that echo the one before: what is read of them, and what leaves, is as if each had been parsed alone."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.errors import LimitError
from reticent.formats.document import Document, Part
from reticent.formats.jsontext import number_text
from reticent.formats.providers.listening import Listening
from reticent.formats.providers.sse import EventStream, _EventDocument
from reticent.formats.providers.streams import Stream
from reticent.limits import Limits
from reticent.model import Trace

from .providers import RUNS, as_sse

LIMITS = Limits()
WORDS = 'Two of them came, and the third one stayed where it was. \u00e9\u4e2d \\ " \n'
KEY = "key" + uuid.uuid4().hex


def _both(payload: bytes) -> tuple[Document, Document]:
    """With echoes, and without."""
    plain = _EventDocument(Listening(payload, LIMITS, echoing=False), LIMITS)
    return EventStream().decode(payload, LIMITS), plain


def _told(traces: Sequence[Trace]) -> Any:
    return [
        (trace.trace_id, trace.session_id, json.dumps(trace.attributes, default=number_text), [
            (step.seq, step.kind, step.name, step.call_id, step.parent, step.content, step.path, list(step.further),
             step.started_at)
            for step in trace.steps])
        for trace in traces
    ]  # fmt: skip


def _said(masked: bytes) -> list[Any]:
    """Lines, those of JSON as what they say."""
    lines = [line.split(b": ", 1) for line in masked.splitlines()]
    return [[*head, _parsed(rest[0])] if rest else head for head, *rest in lines]


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _replaced(document: Document, hidden: str, mask: str | None) -> bytes:
    leaves = document.leaves()
    for leaf, (text, head) in enumerate(zip(leaves.texts, leaves.heads, strict=True)):
        value = text[abs(head) :]
        if hidden in value:
            document.replace(leaf, Part.VALUE, mask and value.replace(hidden, mask))
    return document.encode()


def _streams(document: Document) -> list[list[str]]:
    return [[document.path(leaf) for leaf in flow] for flow in document.leaves().flows if isinstance(flow, Stream)]


def _agree(payload: bytes, hidden: str, mask: str | None = "[MASKED]") -> int:
    """The number of leaves that echoes spare."""
    echoing, plain = _both(payload)
    assert echoing.encode() == plain.encode() == payload
    assert _told(echoing.traces()) == _told(plain.traces())
    every = {plain.path(leaf): text for leaf, text in enumerate(plain.leaves().texts)}
    found = {echoing.path(leaf): text for leaf, text in enumerate(echoing.leaves().texts)}
    assert found.items() <= every.items()
    assert set(every.values()) == set(found.values())
    flows = [
        {document.path(leaf) for leaf in flow} for document in (echoing, plain) for flow in document.leaves().flows
    ]
    assert all(flow & found.keys() <= set().union(*flows) for flow in flows)
    masked = _replaced(echoing, hidden, mask)
    assert _said(masked) == _said(_replaced(plain, hidden, mask))
    assert _told(echoing.traces()) == _told(_both(masked)[1].traces())
    return len(every) - len(found)


def _noise(name: str, events: list[Any]) -> list[Any]:
    """As providers add it."""
    for number, event in enumerate(events):
        if name == "gemini":
            event["usageMetadata"] = {
                "promptTokenCount": 3,
                "candidatesTokenCount": number,
                "totalTokenCount": 3 + number,
            }
        elif name == "openai-chat":
            event |= {"created": 1764000000 + number // 7, "obfuscation": uuid.uuid4().hex[: 3 + number % 5]}
        elif name == "openai-responses" and "delta" in event:
            event["obfuscation"] = uuid.uuid4().hex[: 3 + number % 5]
    return events


@pytest.mark.parametrize("mask", ["[MASKED]", None])
@pytest.mark.parametrize("hidden", ["it was", "chatcmpl-1", "msg_1", "gpt-5", "gemini-3-pro", "e", "output_text"])
@pytest.mark.parametrize("name", RUNS)
def test_a_stream_is_read_and_masked_as_if_every_event_were_parsed(name: str, hidden: str, mask: str | None) -> None:
    events = _noise(name, RUNS[name].events(words=WORDS * 3, thought=WORDS * 2, size=2))
    spared = _agree(as_sse(events, named=RUNS[name].named, done=True), hidden, mask)
    assert spared > 100 or name == "bedrock-converse"


def test_two_answers_one_after_the_other_are_two() -> None:
    events = RUNS["anthropic-messages"].events(words=WORDS * 2)
    later = json.loads(json.dumps(events).replace("msg_1", "msg_2"))
    for second in (later, events):
        assert _agree(as_sse([*events, *second], named=True), "stayed") > 100


def test_choices_that_take_turns_are_each_their_own() -> None:
    chunk = {"id": "c", "object": "chat.completion.chunk", "model": "m"}
    turns = [
        {**chunk, "choices": [{"index": index, "delta": {"content": f"{index}{word} "}, "finish_reason": None}]}
        for word in WORDS.split()
        for index in (0, 1, 1)
    ]
    _agree(as_sse(turns), "came")


def test_what_is_counted_counts_as_the_last_event_has_it() -> None:
    events = _noise("gemini", RUNS["gemini"].events(words=WORDS * 3))[:-1]
    assert _agree(as_sse(events), "stayed") > 100
    (trace,) = EventStream().decode(as_sse(events), LIMITS).traces()
    assert trace.attributes["usage"] == events[-1]["usageMetadata"]


def test_blank_lines_belong_to_the_event_before_them() -> None:
    lines = as_sse(RUNS["openai-chat"].events(words=WORDS * 3)).split(b"\n\n")
    payload = b"".join(line + b"\n\n" + b"\n" * (number % 7 == 0) for number, line in enumerate(lines))
    assert _agree(payload, "stayed") > 100


@pytest.mark.parametrize("name", ["id", "model", "object"])
def test_what_else_differs_makes_an_event_one_of_its_own(name: str) -> None:
    events = RUNS["openai-chat"].events(words=WORDS * 3)[-40:-8]
    assert _agree(as_sse(events), "stayed") > 100
    assert not _agree(as_sse({**event, name: f"{number}"} for number, event in enumerate(events)), "stayed")


def test_events_of_nobodys_format_are_a_step_each_and_a_text_together() -> None:
    pieces = [f"{word} " for word in (WORDS + f"the pin {KEY[:9]} {KEY[9:]} is new").split()]
    events = [{"kind": "own", "at": number, "token": piece} for number, piece in enumerate(pieces)]
    assert _agree(as_sse(events), "stayed") > 20
    document = EventStream().decode(as_sse(events), LIMITS)
    assert [step.content for step in document.traces()[0].steps] == events
    (flow,) = document.leaves().flows
    assert [document.path(leaf) for leaf in flow] == [f"$[{at}]['data']['token']" for at in range(len(events))]


def test_what_pads_an_event_may_be_of_any_length() -> None:
    lines = as_sse(RUNS["anthropic-messages"].events(words=WORDS * 3), named=True).split(b"\n")
    payload = b"\n".join(
        line[:-1] + b" " * (number % 5) + b"}" if line.startswith(b"data: {") else line
        for number, line in enumerate(lines)
    )
    assert _agree(payload, "stayed") > 100


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\r\n"])
def test_lines_may_end_in_any_way(end: str) -> None:
    payload = as_sse(RUNS["openai-chat"].events(words=WORDS * 3), done=True).decode().replace("\n", end).encode()
    assert _agree(payload, "stayed") > 100


def test_only_what_was_masked_of_an_echo_is_written_anew() -> None:
    words = ["a", "b", "c", f"it is {KEY}", "\\u00e9", "f"]
    lines = [
        b'data: { "id" : "x",  "choices" : [ {"index": 0, "delta": {"content":"%s"}, "n": 1.0}]  }\n\n' % word.encode()
        for word in words
    ]
    echoing, _ = _both(b"".join(lines))
    assert len(echoing.leaves().texts) < 30
    assert _replaced(echoing, KEY, "[MASKED]") == b"".join(lines).replace(KEY.encode(), b"[MASKED]")


def test_what_is_always_the_same_is_masked_in_every_event() -> None:
    events = json.loads(json.dumps(RUNS["openai-chat"].events(words=WORDS * 3)).replace("gpt-5", KEY))
    masked = _replaced(EventStream().decode(as_sse(events), LIMITS), KEY, "[MASKED]")
    assert KEY.encode() not in masked
    assert masked.count(b'"model":"[MASKED]"') == len(events)
    _agree(as_sse(events), KEY)


def test_a_key_that_is_masked_is_masked_in_every_event() -> None:
    payload = as_sse(RUNS["openai-chat"].events(words="plain words " * 9))
    for name in ("content", "finish_reason", "choices"):
        document = EventStream().decode(payload, LIMITS)
        for leaf, text in enumerate(document.leaves().texts):
            if text.startswith(f"{name}\x01"):
                document.replace(leaf, Part.KEY, "MASKED")
        assert document.encode() == payload.replace(f'"{name}"'.encode(), b'"MASKED"')


def test_echoes_count_against_the_limit_of_leaves() -> None:
    payload = as_sse(_noise("openai-chat", RUNS["openai-chat"].events(words=WORDS * 30)))
    limits = Limits(leaves=payload.count(b"\n") + 10)
    with pytest.raises(LimitError) as caught:
        EventStream().decode(payload, limits).leaves()
    assert caught.value.code == "too-many-leaves"


_DELTAS = [
    '{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":%s}}]}',
    '{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"reasoning":%s}}]}',
    '{"id":"c","object":"chat.completion.chunk","choices":[{"index":1,"delta":{"content":%s}}],"created":1}',
    '{"id":"d","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":%s}}]}',
    '{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":%s}}]}}]}',
    '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%s}}',
    '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%s}  }',
    '{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":%s}}',
    '{"type":"response.output_text.delta","item_id":"i","delta":%s,"sequence_number":7,"output_index":0}',
    '{"type":"response.output_text.delta","item_id":"i","delta":%s,"sequence_number":71,"output_index":0}',
    '{"type":"response.audio.delta","item_id":"i","delta":%s}',
    '{"candidates":[{"content":{"parts":[{"text":%s}]}}],"usageMetadata":{"totalTokenCount":2}}',
    '{"candidates":[{"content":{"parts":[{"text":%s}]}}],"usageMetadata":{"totalTokenCount":3}}',
    '{"candidates":[{"content":{"parts":[{"text":%s,"thought":true}]}}],"modelVersion":"m"}',
    '{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":%s}}}',
    '{"type":"ping","n":%s}',
    '{"some":%s}',
    '{"kind":"own","token":%s,"number":1}',
    '{"kind":"own","token":%s,"number":2}',
    '{"kind":"own","more":{"chunk":%s,"data":"x"}}',
    '{"kind":"own","name":"password","value":%s}',
    '{"id":"c","object":"chat.completion.chunk","model":%s,"choices":[{"index":0,"delta":{"content":"a"}}]}',
    "not JSON %s",
]  # fmt: skip
_TEXTS = st.sampled_from(
    [
        '"a"',
        '"b c"',
        '""',
        '"a"',
        f'"{KEY}"',
        '"\\u00e9\\n"',
        '"\\ud800"',
        "1",
        "null",
        '"x\\"y"',
        '"AAAA"',
        "1e5",
        '"{"',
    ]
)
_EVENTS = st.lists(st.tuples(st.sampled_from(_DELTAS), st.lists(_TEXTS, min_size=1, max_size=6)), max_size=6)


@settings(max_examples=200, deadline=None)
@given(_EVENTS, st.sampled_from(["\n\n", "\n\n\n", "\n", "\r\r"]), st.sampled_from(["", "event: e\n", "id: 7\n"]))
def test_any_events_are_read_and_masked_as_if_each_were_parsed(
    runs: list[tuple[str, list[str]]], end: str, name: str
) -> None:
    said = [f"{name}data: {template % text}{end}" for template, texts in runs for text in texts]
    _agree("".join(["data: x\n\n", *said]).encode(), KEY)


def test_what_only_looks_like_echoes_is_not_asked_for_ever() -> None:
    """And once there are echoes again, they are found."""
    unlike = [{"kind": "own", "name": f"n{number}", "token": "x"} for number in range(40)]
    alike = [{"kind": "own", "name": "n", "token": f"{number}"} for number in range(200)]
    stream = Listening(as_sse([*unlike, *alike]), LIMITS)
    assert stream.understood()
    assert sum(len(group.echoes) for group in stream.echoes) > 100
    assert len(stream.echoes) < 5
