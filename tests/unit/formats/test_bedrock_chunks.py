"""Events in chunks of Bedrock are read as one stream, and each chunk is packed again as it was."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from reticent.errors import DecodeError
from reticent.formats.document import Document
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Topic

from ...contract.clients import packed
from ..judging import Judge
from .laws import check_read_masked_and_written

ADDRESS = "ann.marlow@" + "corp-mail.com"
SAID = f"write to {ADDRESS} now"


def events() -> list[dict[str, Any]]:
    pieces = [SAID[at : at + 5] for at in range(0, len(SAID), 5)]
    return [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": p}} for p in pieces),
        {"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 1.0}},
    ]


WAYS = {
    "base64": lambda event: {"chunk": {"bytes": packed(event)}},
    "bytes": lambda event: {"bytes": packed(event), "p": "abcdef"},
    "text": lambda event: {"chunk": {"bytes": json.dumps(event)}},
}


def opened(payload: bytes) -> Document:
    return open_document(payload, content_type=None, forced=None, limits=Limits())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lines", [True, False])
def test_a_value_that_goes_over_chunks_is_masked_in_all_and_others_keep_their_bytes(way: str, lines: bool) -> None:
    rows = [WAYS[way](event) for event in events()]
    payload = b"\n".join(json.dumps(row).encode() for row in rows) if lines else json.dumps(rows).encode()
    document = opened(payload)
    assert document.format == ("jsonl" if lines else "bedrock-chunks")
    (trace,) = document.traces()
    assert [step.content for step in trace.steps] == [SAID]
    assert "[1]" in trace.steps[0].path and "['bytes']['delta']['text']" in trace.steps[0].path
    judge = Judge("version: 1\npacks: [pii]\napprovals: {groups: [security]}\n")
    headers = [("content-type", b"application/x-ndjson")] if lines else []
    (out,) = judge(judge.record(payload, *headers))
    content = getattr(out[Topic.SANITIZED].value, "content", b"")
    (masked,) = opened(content).traces()
    assert masked.steps[0].content.startswith("write to [REDACTED:email:")
    told = [json.loads(line) for line in content.splitlines()] if lines else json.loads(content)
    assert (told[0], told[1], told[-1]) == (rows[0], rows[1], rows[-1])
    assert len(told) == len(rows) and told[3] != rows[3]
    check_read_masked_and_written(lambda: opened(payload))


def test_what_is_no_event_of_a_model_is_no_chunk() -> None:
    for held in ("aGVsbG8=", packed({"a": 1}), packed([1]), "{", "", None, 7, {"type": "x"}):
        said = "bedrock-agent" if isinstance(held, str) else "json"  # an agent says anything
        assert opened(json.dumps({"chunk": {"bytes": held}}).encode()).format == said
        assert opened(json.dumps({"bytes": held}).encode()).format == "json"
        with pytest.raises(DecodeError):
            open_document(b"[{}]", content_type=None, forced="bedrock-chunks", limits=Limits())
    doubled = base64.b64encode(b'{"type": "message_stop", "a": 1, "a": 2}').decode()
    with pytest.raises(DecodeError, match="duplicate"):
        opened(json.dumps([{"bytes": doubled}]).encode()).leaves()


def test_what_an_agent_says_is_read_and_masked_as_text_in_base64_and_as_it_is() -> None:
    pieces = [SAID[:14], SAID[14:]]
    final = {"trace": {"sessionId": "s1", "trace": {"orchestrationTrace": {"observation": {
        "traceId": "t", "type": "FINISH", "finalResponse": {"text": SAID}}}}}}  # fmt: skip
    (trace,) = opened(json.dumps([final, {"chunk": {"bytes": SAID}}]).encode()).traces()
    assert [(step.content, len(step.further)) for step in trace.steps] == [(SAID, 1)] and trace.session_id == "s1"
    judge = Judge("version: 1\npacks: [pii]\napprovals: {groups: [security]}\n")
    for pack in (lambda text: base64.b64encode(text.encode()).decode(), str):
        rows = [*({"chunk": {"bytes": pack(piece)}} for piece in pieces), {"chunk": {"bytes": pack("good bye")}}]
        document = opened(json.dumps(rows).encode())
        (trace,) = document.traces()
        assert [step.content for step in trace.steps] == [SAID + "good bye"]
        (out,) = judge(judge.record(json.dumps(rows).encode()))
        told = json.loads(getattr(out[Topic.SANITIZED].value, "content", b""))
        assert told[2] == rows[2]
        (masked,) = opened(json.dumps(told).encode()).traces()
        assert masked.steps[0].content.startswith("write to [REDACTED:email:")
        check_read_masked_and_written(lambda rows=rows: opened(json.dumps(rows).encode()))
