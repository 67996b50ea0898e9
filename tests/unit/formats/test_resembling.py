"""What is new in a provider's words, or broken, does not make a document one that nobody knows."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from reticent.formats.document import Document
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import BlobKind, StepKind

DATA = base64.b64encode(bytes(range(60))).decode()
NEW: Any = {"type": "hologram", "shape": "cube"}
CALL = {"type": "tool_use", "id": "c1", "name": "look", "input": {"city": "Rome"}}
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": DATA}
EVENTS = [
    {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": []}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}},
]


def opened(tree: Any) -> Document:
    return open_document(json.dumps(tree).encode(), content_type=None, forced=None, limits=Limits())


def asks(*content: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(content)}


@pytest.mark.parametrize(
    ("tree", "name", "told"),
    [
        ({"messages": [asks(NEW, THOUGHT, CALL)]}, "anthropic-messages", "thinking tool_call"),
        ([asks({"type": "text", "text": "hi"}), asks(NEW), asks(CALL)], "anthropic-messages", "prompt tool_call"),
        ([{"role": "user", "content": "hi"}, asks(THOUGHT, CALL)], "anthropic-messages", "prompt thinking tool_call"),
        ([*EVENTS, NEW], "anthropic-messages", "output"),
        ([{"role": "critic", "content": "no"}, {"role": "user", "content": "hi"}], "openai-chat", "other prompt"),
        ({"model": "m", "messages": [asks({"type": "text", "text": "hi"}, NEW)]}, "openai-chat", "prompt"),
        ({"messages": [{"role": "user", "content": "hi"}, None]}, "openai-chat", "prompt"),
        ({"model": "m", "input": [{"role": "user", "content": "hi"}, NEW]}, "openai-responses", "prompt"),
        ({"contents": [{"role": "user", "parts": [{"text": "hi"}, NEW]}]}, "gemini", "prompt"),
        ({"contents": [{"role": "user", "parts": [{"cube": {}}]}, {"parts": [{"text": "hi"}]}]}, "gemini", "prompt"),
        ({"messages": [asks({"text": "hi"}, {"cube": {}}, {"toolUse": {"toolUseId": "c"}})]}, "bedrock-converse",
         "prompt tool_call"),
        ([{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "look"}}, {"jsonrpc": "2.0"}], "mcp",
         "tool_call"),
    ],
)  # fmt: skip
def test_the_rest_tells_whose_it_is_and_its_steps(tree: Any, name: str, told: str) -> None:
    document = opened(tree)
    (trace,) = document.traces()
    unknown = [step for step in trace.steps if step.content == NEW]
    assert document.format == name
    assert " ".join(step.kind.value for step in trace.steps if step not in unknown) == told
    assert all(step.kind is StepKind.OTHER and step.name == "hologram" for step in unknown)


def test_a_line_is_told_so_too() -> None:
    rows = [{"messages": [asks({"type": "text", "text": "hi"}, NEW, CALL)]}, {"n": 1}]
    document = open_document("\n".join(map(json.dumps, rows)).encode(), content_type=None, forced=None, limits=Limits())
    (trace,) = document.traces()
    assert [step.kind.value for step in trace.steps] == ["prompt", "other", "tool_call", "other"]
    assert trace.steps[2].path == "$[0]['messages'][0]['content'][2]"


def test_what_is_no_text_is_set_apart_beside_what_is_new() -> None:
    (blob,) = opened({"messages": [asks(NEW, THOUGHT)]}).leaves().blobs
    assert (blob.kind, blob.data) == (BlobKind.SIGNATURE, DATA)


def test_a_block_of_a_new_kind_is_a_step() -> None:
    (step,) = opened({"messages": [asks({**NEW, "call_id": "c1"}, CALL)]}).traces()[0].steps[:1]
    assert (step.kind, step.name, step.call_id) == (StepKind.OTHER, "hologram", "c1")
    assert step.path == "$['messages'][0]['content'][0]"


@pytest.mark.parametrize(
    "tree",
    [
        {"messages": [{"id": 1, "body": "hi"}], "content": [{"a": 1}]},
        [{"type": "page"}, {"id": 3}],
        [*EVENTS[:1], NEW, NEW, NEW],
        {"content": [NEW]},
        {"messages": [[], "hi", None]},
    ],
)
def test_what_resembles_nobodys_words_stays_unknown(tree: Any) -> None:
    assert opened(tree).format == "json"
