"""What is a row of a table (`shapes.py`): voice agents, messaging services and helpdesks have their steps, whatever
stands in them, and a value that is split over pieces is masked in each."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from anthropic.types.beta.sessions import BetaManagedAgentsSessionEvent
from pydantic import TypeAdapter

from reticent import Scanner
from reticent.formats.document import Document
from reticent.formats.registry import open_document
from reticent.limits import Limits

from ...contract import shaped, tabled
from .laws import check_read_masked_and_written
from .test_flows import read, told

DOCUMENTS = {**shaped.DOCUMENTS, **tabled.DOCUMENTS}
FIXTURES = {**shaped.FIXTURES, **tabled.FIXTURES}
OTHERWISE = {**shaped.OTHERWISE, **tabled.OTHERWISE}
_SECRET = ("anna.lo", "vell@exa", "mple.org")
"""An address of nobody, in pieces."""


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_run_has_its_steps(name: str) -> None:
    trace = read(FIXTURES[name], name.partition(" ")[0])
    assert [step.kind.value for step in trace.steps] == OTHERWISE[name]


PIECES: dict[str, list[Any]] = {
    "conversation-relay": [{"type": "text", "token": each, "last": False} for each in _SECRET],
    "agentforce": [
        {"originEventId": "e", "message": {"id": "m", "type": "TextChunk", "sequenceId": at, "message": each}}
        for at, each in enumerate(_SECRET)],
    "rtvi": [shaped.rtvi("bot-llm-text", text=each) for each in _SECRET],
    "vapi-messages": [shaped.vapi("model-output", output=each) for each in _SECRET],
    "elevenlabs-events": [{"type": "agent_chat_response_part", "text_response_part": {"type": "delta", "text": each}}
                          for each in _SECRET],
    "retell-llm": [{"response_type": "response", "response_id": 2, "content": each, "content_complete": False}
                   for each in _SECRET],
    "gemini-stream": [tabled.line("message", role="assistant", content=each, delta=True) for each in _SECRET],
    "managed-agents": [{"type": "event_delta", "event_id": "e", "delta": {
        "type": "content_delta", "index": 0, "content": {"type": "text", "text": each}}} for each in _SECRET],
    "pydantic-ai-events": [
        tabled.part("part_delta", delta={"part_delta_kind": "text", "content_delta": each}) for each in _SECRET],
    "n8n-chat": [{"type": "item", "content": each, "metadata": {"nodeId": "n"}} for each in _SECRET],
    "dashscope": [tabled.chunk(each) for each in _SECRET],
    "qianfan": [{"id": "r", "result": each, "need_clear_history": False} for each in _SECRET],
    "hunyuan": [{"Id": "r", "Choices": [{"Index": 0, "Delta": {"Role": "assistant", "Content": each}}]}
                for each in _SECRET],
    "gemini-enterprise": [{"answer": {"replies": [{"groundedContent": {"content": {"text": each}}}]}}
                          for each in _SECRET],
    "ultravox": [{"type": "transcript", "role": "agent", "medium": "voice", "ordinal": 3, "final": False, "delta": each}
                 for each in _SECRET],
}  # fmt: skip


@pytest.mark.parametrize("name", PIECES)
def test_pieces_are_one_step_and_a_value_split_over_them_is_masked_in_each(name: str) -> None:
    trace = read(PIECES[name], name)
    assert told(trace) == [("output", "".join(_SECRET))] and len(trace.steps[0].further) == 2
    scanner = Scanner.load()
    payload = json.dumps(PIECES[name]).encode()
    masked = scanner.mask(payload).content
    assert not any(each.encode() in masked for each in _SECRET)
    assert scanner.mask(masked).content == masked
    lines = b"\n".join(json.dumps(each).encode() for each in PIECES[name])
    assert not any(each.encode() in scanner.mask(lines).content for each in _SECRET)


def test_what_ends_a_stream_says_it_again_and_the_next_begins_anew() -> None:
    said = [*PIECES["rtvi"], shaped.rtvi("bot-transcription", text="hm"), *PIECES["rtvi"]]
    assert told(read(said, "rtvi")) == [("output", "hm"), ("output", "".join(_SECRET))]
    last = {"type": "text", "token": "?", "last": True}
    relayed = [*PIECES["conversation-relay"], last, last]
    assert told(read(relayed, "conversation-relay")) == [("output", "".join(_SECRET) + "?"), ("output", "?")]


def test_what_a_stream_says_again_with_each_piece_is_one_step_and_masked_in_all() -> None:
    said = ["".join(_SECRET[:end]) for end in (1, 2, 3)]
    grown = [tabled.chunk(each) for each in said]
    assert told(read(grown, "dashscope")) == [("output", said[-1])]
    masked = Scanner.load().mask(json.dumps(grown).encode()).content
    assert not any(each.encode() in masked for each in _SECRET)


def test_pieces_behind_a_call_are_of_another_text() -> None:
    piece, call = PIECES["pydantic-ai-events"], tabled.ASSISTANTS["pydantic-ai-events"][2:]
    trace = read([*piece, *call, *piece], "pydantic-ai-events")
    assert [step.kind.value for step in trace.steps] == ["output", "tool_call", "tool_result", "output"]


def test_what_a_run_of_pydantic_ai_says_in_the_end_it_said_before() -> None:
    text = {"part_kind": "text", "content": "".join(_SECRET)}
    ends = [
        tabled.part("part_end", part=text),
        {"event_kind": "agent_run_result", "result": {"output": "".join(_SECRET)}},
    ]
    trace = read([*PIECES["pydantic-ai-events"], *ends], "pydantic-ai-events")
    assert told(trace) == [("output", "".join(_SECRET))] and len(trace.steps[0].further) == 4


def test_what_a_managed_agent_is_sent_and_has_received_is_one_step_and_is_still_an_event_of_it() -> None:
    content = [{"type": "text", "text": "write to anna.lovell@example.org"}]
    sent, arrived = {"type": "user.message", "content": content}, tabled.event("user.message", content=content)
    answer = tabled.event("agent.message", content=content)
    assert told(read([sent, arrived], "managed-agents")) == [("prompt", content[0]["text"])]
    assert len(read([arrived, answer, arrived], "managed-agents").steps) == 3
    events = [arrived, *tabled.ASSISTANTS["managed-agents"]["data"]]
    masked = json.loads(Scanner.load().mask(json.dumps(events).encode()).content)
    assert "lovell" not in json.dumps(masked)
    for each in masked:
        TypeAdapter(BetaManagedAgentsSessionEvent).validate_python(each)


def test_a_function_that_retell_asks_stands_behind_what_was_said() -> None:
    said = {"role": "user", "content": "hello", "words": []}
    asked = {"name": "f", "args": {"q": 1}, "call": {"call_id": "s1", "transcript_object": [said]}}
    assert told(read(asked, "retell")) == [("prompt", "hello"), ("tool_call", {"q": 1})]


@pytest.mark.parametrize("document", [
    {"type": "error", "severity": "high", "message": "no", "host": "a", "timestamp": shaped.AT},
    {"type": "Error", "description": "no", "code": "E1", "requestId": "r"},
    {"type": "text", "payload": {"a": 1}}, {"recipient": "a", "message": "hello"},
    {"messages": [{"id": 1, "text": "hello"}]}, {"data": [{"id": 1, "from": "a", "content": "hello"}]},
    {"transcript": [{"id": 1, "content": "hello"}]}, {"chat_id": 1, "text": "hello", "size": 3},
    {"results": [{"type": "a", "text": "hello"}]}, {"type": "item", "metadata": {"a": 1}, "content": "hello"},
])  # fmt: skip
def test_what_only_resembles_it_is_nobodys(document: Any) -> None:
    opened = open_document(json.dumps(document).encode(), content_type=None, forced=None, limits=Limits())
    assert opened.format == "json"


def test_words_that_stand_apart_are_masked_where_what_they_say_is() -> None:
    number = ["4111", "1111", "1111", "1111"]
    said = "card " + " ".join(number)
    words = [{"Content": each, "BeginOffsetMillis": 1, "EndOffsetMillis": 2} for each in said.split()]
    heard = {**shaped.connect("CUSTOMER", said), "Items": words}
    masked = Scanner.load().mask(json.dumps({"ContactId": "k", "Transcript": [heard]}).encode()).content
    assert not any(each.encode() in masked for each in number)


_ODD: tuple[Any, ...] = (None, 7, 1.5, True, "", "x", [], {}, [[]], {"a": [1]}, [{"type": 1}], "9" * 400)


def _spoilt(tree: Any) -> Iterator[Any]:
    """The tree, each time with one value gone, or another one in its place."""
    stack: list[tuple[Any, ...]] = [()]
    while stack:
        way = stack.pop()
        node = tree
        for key in way:
            node = node[key]
        inner = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        stack += [(*way, key) for key in inner]
        for odd in _ODD if way else ():
            spoilt = copy.deepcopy(tree)
            above = spoilt
            for key in way[:-1]:
                above = above[key]
            above[way[-1]] = odd
            yield spoilt
            if odd is None:
                del above[way[-1]]
                yield spoilt


def _opened(payload: bytes, format: str) -> Document:
    return open_document(payload, content_type=None, forced=format, limits=Limits())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_whatever_stands_in_it_it_is_refused_or_read(name: str) -> None:
    format = name.partition(" ")[0]
    for spoilt in _spoilt(DOCUMENTS[name]):
        payload = json.dumps(spoilt).encode()
        check_read_masked_and_written(lambda payload=payload: _opened(payload, format))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_ids_times_and_names_of_tools_stay_and_masking_twice_is_masking_once(name: str) -> None:
    payload = FIXTURES[name].replace(b"hello", b"write to anna.lovell@example.org")
    scanner = Scanner.load()
    masked = scanner.mask(payload)
    assert b"anna.lovell" not in masked.content
    assert scanner.mask(masked.content).content == masked.content
    before, after = FIXTURES[name], masked.content
    for kept in (b'"s1"', b'"c1"', b'"f"', b'"m"', shaped.AT.encode(), b"1764000000"):
        assert before.count(kept) == after.count(kept)
