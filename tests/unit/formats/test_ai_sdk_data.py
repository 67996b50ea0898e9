"""The AI SDK's data stream of version 4, sent as text, has the steps of its parts, and other lines keep their bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent.errors import DecodeError
from reticent.formats.document import Document
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import BlobKind, Topic

from ...contract.clients import AI_SDK_DATA
from ..judging import Judge
from .laws import check_read_masked_and_written


def lines(*parts: tuple[str, Any], end: str = "\n") -> bytes:
    return "".join(f"{sign}:{json.dumps(said)}{end}" for sign, said in parts).encode()


def opened(payload: bytes, media: str | None = "text/plain; charset=utf-8") -> Document:
    return open_document(payload, content_type=media, forced=None, limits=Limits())


def test_each_part_is_what_its_sign_says() -> None:
    payload = lines(
        ("f", {"messageId": "m1"}), ("g", "let me "), ("g", "see"), ("j", {"signature": "c2lnbmF0dXJl" * 9}),
        ("9", {"toolCallId": "c1", "toolName": "f", "args": {"q": 1}}), ("a", {"toolCallId": "c1", "result": "done"}),
        ("e", {"finishReason": "tool-calls"}), ("f", {"messageId": "m2"}), ("0", "it "), ("0", "is so"),
        ("3", "broken"), ("8", [{"note": 1}]), ("d", {"finishReason": "stop", "usage": {"promptTokens": 12}}),
    )  # fmt: skip
    for media in ("text/plain; charset=utf-8", None):
        document = opened(payload, media)
        assert document.format == "ai-sdk-data"
        (trace,) = document.traces()
        assert [(step.kind.value, step.content) for step in trace.steps] == [
            ("thinking", "let me see"), ("tool_call", {"q": 1}), ("tool_result", "done"), ("output", "it is so"),
            ("error", "broken"), ("event", [{"note": 1}]),
        ]  # fmt: skip
        assert trace.attributes == {"usage": {"promptTokens": 12}}
        assert [blob.kind for blob in document.leaves().blobs] == [BlobKind.SIGNATURE]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_value_in_pieces_is_masked_in_each_and_other_lines_keep_their_bytes(end: str) -> None:
    address = "ann.marlow@" + "corp-mail.com"
    said = f"write to {address} now"
    pieces = [("0", said[at : at + 6]) for at in range(0, len(said), 6)]
    arguments = json.dumps({"to": address})
    call = [("c", {"toolCallId": "c1", "argsTextDelta": arguments[at : at + 7]}) for at in range(0, len(arguments), 7)]
    payload = lines(("f", {"messageId": "m1"}), *pieces, *call, end=end) + b'd:{ "finishReason" : "stop" }'
    judge = Judge("version: 1\npacks: [pii]\napprovals: {groups: [security]}\n")
    (out,) = judge(judge.record(payload, ("content-type", b"text/plain")))
    content = getattr(out[Topic.SANITIZED].value, "content", b"")
    assert content.endswith(b'd:{ "finishReason" : "stop" }') and content.startswith(payload[:22])
    assert content.count(b"\n") == payload.count(b"\n")
    (trace,) = opened(content).traces()
    output, made = trace.steps
    assert output.content.startswith("write to [REDACTED:email:") and output.content.endswith("] now")
    assert made.content["to"].startswith("[REDACTED:email:")


def test_a_line_that_is_cut_or_none_is_kept_and_text_is_text() -> None:
    (trace,) = opened(AI_SDK_DATA + b'0:"and so').traces()
    assert (trace.steps[-1].kind.value, trace.steps[-1].content) == ("other", '0:"and so')
    for text in (b"0: nothing\n", b"9:15 we met\n0:x\n", b'0:"a"\nplain words\n', b"0:", b'0:"a"', b""):
        assert opened(text).format == "text"
    (trace,) = open_document(b"words", content_type=None, forced="ai-sdk-data", limits=Limits()).traces()
    assert [step.content for step in trace.steps] == ["words"]
    with pytest.raises(DecodeError):
        opened(b'0:"a"\n9:{"a": 1, "a": 2}\n').leaves()
    for forced in (b'0:"a"\nplain words\n0:"b"', b'0:"a"\n9:[1]\na:"x"\nc:[]\n2:{}\n3:{}\nd:[]\nb:[]\n'):
        check_read_masked_and_written(
            lambda forced=forced: open_document(forced, content_type=None, forced="ai-sdk-data", limits=Limits())  # type: ignore[misc]
        )
