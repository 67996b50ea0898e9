"""What records hold in base64, compressed or not, has its steps, is masked there, and is packed again as it was."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import Any

import pytest
import zstandard

from reticent.errors import LimitError
from reticent.formats.document import ALL, Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Topic
from reticent.steps import StepIndex

from ...contract.clients import CLOUD_WATCH, KINESIS, packed
from ...contract.recorded import CHAT, TOOL, TRACE, resource, spans, traces_proto
from ..judging import Judge, verdict_of
from .test_wrapped import RUN, opened, told

_CHAT = json.loads(CLOUD_WATCH["logEvents"][0]["message"])
_CONNECT = {"type": "struct", "fields": [{"type": "bytes", "field": "chat"}, {"type": "int64", "field": "n"}]}
_SNS = {"Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:t", "Message": json.dumps(_CHAT)}


@pytest.mark.parametrize("record", [
    {"awslogs": {"data": packed(CLOUD_WATCH, gzip.compress)}},
    KINESIS,
    {"invocationId": "i", "records": [{"recordId": "r", "data": packed(_CHAT, zlib.compress)}]},
    {"requestId": "r", "timestamp": 1764000000000, "records": [{"data": packed(_CHAT)}]},
    {"eventSource": "aws:kafka", "records": {"traces-0": [{"topic": "traces", "offset": 1, "value": packed(_CHAT)}]}},
    {"records": [{"key": None, "value": packed(_CHAT, zstandard.compress), "partition": 0}]},
    {"message": {"data": packed(_CHAT), "messageId": "1"}, "subscription": "projects/p/subscriptions/s"},
    {"receivedMessages": [{"ackId": "a", "message": {"data": packed(_CHAT)}}]},
    {"messages": [{"data": packed(_CHAT), "attributes": {}}]},
    {"specversion": "1.0", "id": "e1", "source": "/a", "type": "chat", "data_base64": packed(_CHAT)},
    {"schema": {"type": "bytes", "optional": False}, "payload": packed(_CHAT)},
    {"schema": _CONNECT, "payload": {"chat": packed(_CHAT), "n": 7}},
    {"Records": [{"kinesis": {"data": packed({"awslogs": {"data": packed(CLOUD_WATCH, gzip.compress)}})}}]},
    {"Records": [{"messageId": "m", "body": json.dumps(_CHAT), "eventSource": "aws:sqs"}]},
    {"Records": [{"EventSource": "aws:sns", "Sns": _SNS}]},
    {"Messages": [{"MessageId": "m", "Body": json.dumps(_SNS), "ReceiptHandle": "h"}]},
    {"Records": [{"messageId": "m", "body": json.dumps({"detail-type": "t", "detail": _CHAT})}]},
])  # fmt: skip
def test_a_record_has_the_steps_of_what_is_packed_in_it(record: Any) -> None:
    document = opened(record)
    assert document.format == "wrapped"
    assert told(record) == [RUN]
    assert told(json.dumps(record).encode() + b"\n" + json.dumps(record).encode()) == [RUN, RUN]
    for leaf, text in enumerate(document.leaves().texts):
        if "hello" in text:
            start = abs(document.leaves().heads[leaf])
            assert StepIndex(document.traces()).kind(document.path(leaf), text[start:], text.index("hello") - start)
            document.replace(leaf, Part.VALUE, text[start:].replace("hello", "MASKED"))
    assert opened(document.encode()).traces()[0].steps[0].content == "MASKED"


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zlib.compress, zstandard.compress])
def test_it_is_packed_as_it_was_and_what_did_not_change_is_as_it_was(compress: Any) -> None:
    spare = {"kinesis": {"data": packed({"all": "well"}, lambda content: gzip.compress(content, 1))}}
    record = {"Records": [spare, {"kinesis": {"data": packed(_CHAT, compress)}, "eventID": "1.0"}]}
    document = opened(record)
    (leaf,) = (at for at, text in enumerate(document.leaves().texts) if text.endswith("hello"))
    assert document.path(leaf) == "$['Records'][1]['kinesis']['data']['messages'][0]['content']"
    document.replace(leaf, Part.VALUE, "MASKED")
    written = json.loads(document.encode())
    assert written["Records"][0] == spare
    content = base64.b64decode(written["Records"][1]["kinesis"]["data"])
    undo = {gzip.compress: gzip.decompress, zlib.compress: zlib.decompress, bytes: bytes}
    plain = undo.get(compress, zstandard.decompress)(content)
    assert json.loads(plain) == json.loads(json.dumps(_CHAT).replace("hello", "MASKED"))


def test_each_is_a_trace_unless_it_says_of_which_it_is_and_leaves_alone() -> None:
    first, second = traces_proto(CHAT).SerializeToString(), {"resourceSpans": [resource(*spans(TOOL))]}
    held = (first, b"all well", second, _CHAT, b"\xff\xfe")
    record = {"Records": [{"kinesis": {"data": packed(each)}, "eventID": str(n)} for n, each in enumerate(held)]}
    document = opened(record)
    assert told(record) == [RUN, [("other", "all well")], RUN]
    assert document.traces()[0].trace_id == TRACE
    owners = dict(zip(document.leaves().texts, document.owners(), strict=True))
    assert (owners["eventID\x010"], owners["all well"], owners["content\x01hello"]) == (ALL, 1, 2)
    left = json.loads(document.encode([1]))["Records"]
    assert [each["eventID"] for each in left] == ["1", "4"], "what is no document is every trace's"


def test_what_is_packed_has_bounds() -> None:
    bomb = {"awslogs": {"data": packed({"a": "x" * 200_000}, gzip.compress)}}
    flat = {"awslogs": {"data": packed({"a": "x" * 200_000}, zlib.compress)}}
    many = {"Records": [{"kinesis": {"data": packed({"a": "x" * 60_000})}}] * 3}
    for record in (bomb, flat, many):
        with pytest.raises(LimitError, match="too-large"):
            open_document(
                json.dumps(record).encode(), content_type=None, forced=None, limits=Limits(inflated_bytes=150_000)
            )
    for broken in ("H4sIAAAA", "eJw=", "KLUv/Q==", "!", ""):
        assert opened({"awslogs": {"data": broken}}).format == "json"
    deep: Any = _CHAT
    for _ in range(9):
        deep = {"awslogs": {"data": packed(deep)}}
    assert opened(deep).traces()[0].steps


def test_a_secret_in_it_is_masked_through_the_gateway() -> None:
    judge = Judge("version: 1\npacks: [pii]\napprovals: {groups: [security]}\n")
    address = "ann@" + "corp-mail.com"
    said = {**CLOUD_WATCH["logEvents"][0], "message": f"mail {address}"}
    record = {"awslogs": {"data": packed({**CLOUD_WATCH, "logEvents": [said]}, gzip.compress)}}
    (out,) = judge(judge.record(json.dumps(record).encode()))
    assert verdict_of(out).findings == {"pii": 1}
    content = getattr(out[Topic.SANITIZED].value, "content", b"")
    plain = gzip.decompress(base64.b64decode(json.loads(content)["awslogs"]["data"]))
    assert address.encode() not in plain and b"mail [REDACTED:email:" in plain


@pytest.mark.parametrize("deep", [False, True])
def test_what_is_packed_in_all_lines_and_within_one_another_has_one_limit(deep: bool) -> None:
    large = b'{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":"' + b"a" * 40_000 + b'"}]}'
    line = json.dumps({"awslogs": {"data": base64.b64encode(gzip.compress(large)).decode()}}).encode()
    if deep:
        record = {"kinesis": {"data": base64.b64encode(gzip.compress(line)).decode()}}
        payload = json.dumps({"Records": [record] * 30}).encode()
    else:
        payload = b"\n".join([line] * 30)
    assert len(payload) < 60_000
    open_document(payload, content_type=None, forced=None, limits=Limits(inflated_bytes=1_300_000)).leaves()
    with pytest.raises(LimitError, match="too-large: what is packed"):
        open_document(payload, content_type=None, forced=None, limits=Limits(inflated_bytes=1_000_000))


def test_what_was_masked_in_it_is_read_again_whatever_of_it_is_left() -> None:
    record = {"messages": [{"data": packed(_CHAT), "attributes": {}}]}
    document = opened(record)
    leaves = document.leaves()
    for leaf, (text, head) in enumerate(zip(leaves.texts, leaves.heads, strict=True)):
        if len(text) > abs(head):
            document.replace(leaf, Part.VALUE, "[REDACTED:email:abcdefgh]")
    again = open_document(document.encode(), content_type=None, forced="wrapped", limits=Limits())
    assert again.format == "wrapped" and len(again.traces()) == 1
