"""Records that others wrap have the steps of what they hold; spans of Jaeger and of Zipkin are spans."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from reticent.formats.document import Document, Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.steps import StepIndex

from ...contract.clients import CHANGE, CLOUD_WATCH, JAEGER, ZIPKIN
from ...contract.recorded import BEGIN, CHAT, TOOL, TRACE, resource, spans
from .laws import check_read_masked_and_written

RUN = [("prompt", "hello"), ("tool_call", {"q": [1, "two"]}), ("tool_result", "done")]
_CHAT = CLOUD_WATCH["logEvents"][0]["message"]


def opened(payload: Any, forced: str | None = None) -> Document:
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return open_document(payload, content_type=None, forced=forced, limits=Limits())


def told(payload: Any) -> list[list[tuple[str, Any]]]:
    return [[(step.kind.value, step.content) for step in trace.steps] for trace in opened(payload).traces()]


@pytest.mark.parametrize("record", [
    {"schema": {"type": "string", "optional": False}, "payload": _CHAT},
    {"schema": {"type": "struct", "fields": []}, "payload": json.loads(_CHAT)},
    CHANGE["payload"], {**CHANGE["payload"], "after": None, "before": CHANGE["payload"]["after"], "op": "d"},
    {"specversion": "1.0", "id": "e1", "source": "/a", "type": "chat", "data": json.loads(_CHAT)},
    {"version": "0", "id": "e1", "detail-type": "chat", "source": "a", "detail": json.loads(_CHAT)},
    {"Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:t", "Message": _CHAT},
    {"@timestamp": "2026-11-24T08:00:00Z", "message": _CHAT, "host": {"name": "h"}},
    {"log": _CHAT + "\n", "stream": "stdout", "time": "2026-11-24T08:00:00Z"},
    {"date": 1764000000.5, "log": _CHAT + "\n"},
])  # fmt: skip
def test_a_record_has_the_steps_of_what_it_holds(record: Any) -> None:
    assert opened(record).format == "wrapped"
    assert told(record) == [RUN]
    assert told(json.dumps(record).encode() + b"\n" + json.dumps(record).encode()) == [RUN, RUN]


def test_a_record_that_holds_nothing_known_is_json() -> None:
    for held in ("all well", '{"a": 1}', "", None, 7):
        assert opened({"@timestamp": "t", "message": held}).format == "json"


def test_lines_of_a_log_are_traces_of_their_own_unless_they_say_otherwise() -> None:
    first, second = (json.dumps({"resourceSpans": [resource(node)]}) for node in spans(CHAT, TOOL))
    events = [{"id": str(n), "timestamp": n, "message": m} for n, m in enumerate((first, "all well", second))]
    payload = {**CLOUD_WATCH, "logEvents": events}
    assert told(payload) == [RUN, [("other", "all well")]]
    document = opened(payload)
    assert document.traces()[0].trace_id == TRACE
    assert [each["id"] for each in json.loads(document.encode([1]))["logEvents"]] == ["1"]


def test_a_place_in_a_string_that_is_wrapped_is_of_its_step() -> None:
    document = opened(CLOUD_WATCH)
    (leaf,) = (at for at, text in enumerate(document.leaves().texts) if "hello" in text)
    assert document.path(leaf) == "$['logEvents'][0]['message']"
    index = StepIndex(document.traces())
    assert index.kind(document.path(leaf), _CHAT, _CHAT.index("hello")) == "prompt"
    assert index.kind(document.path(leaf), _CHAT, _CHAT.index("done")) == "tool_result"
    document.replace(leaf, Part.VALUE, _CHAT.replace("hello", "MASKED"))
    assert document.traces()[0].steps[0].content == "MASKED"


def test_traces_of_jaegers_interface_and_batches_are_spans_too() -> None:
    ids = {"traceID": TRACE, "spanID": "b7ad6b7169203331"}
    tags = [{"key": key, "type": "string", "value": value if isinstance(value, str) else json.dumps(value)}
            for key, value in CHAT.items()]  # fmt: skip
    said = [{"key": "event", "value": "exception"}, {"key": "exception.message", "value": "no"}]
    span = {**ids, "operationName": "chat", "references": [], "startTime": BEGIN // 1000, "duration": 500000,
            "tags": tags, "logs": [{"timestamp": BEGIN // 1000, "fields": said}], "processID": "p1"}  # fmt: skip
    data = {"data": [{"traceID": TRACE, "spans": [span], "processes": {"p1": {"serviceName": "agent"}}}]}
    for payload in (data, {"process": {"serviceName": "agent"}, "spans": [span]}, [span]):
        (trace,) = opened(payload).traces()
        assert opened(payload).format == "jaeger"
        assert [(step.kind.value, step.content) for step in trace.steps] == [*RUN[:2], ("error", "no")]
        assert (trace.trace_id, trace.ended_at) == (TRACE, "2025-11-24T16:00:00.500Z")


def test_what_failed_is_told_of_jaegers_and_zipkins_spans() -> None:
    told_so = [{"key": "error", "vType": "BOOL", "vBool": True}, {"key": "otel.status_description", "vStr": "no"}]
    assert told([{**JAEGER[0], "tags": told_so}])[0][-1] == ("error", "no")
    failed = {**ZIPKIN[0], "tags": {"error": "no"}, "annotations": [{"timestamp": BEGIN // 1000, "value": "sent"}]}
    (trace,) = opened([[failed]]).traces()
    assert [(step.kind.value, step.name, step.content) for step in trace.steps][1:] == [
        ("event", "sent", ""), ("error", "chat", "no"),
    ]  # fmt: skip
    assert trace.steps[-1].path == "$[0][0]['tags']['error']"


@pytest.mark.parametrize("payload", [JAEGER, ZIPKIN, CLOUD_WATCH, CHANGE])
@pytest.mark.parametrize("wrong", [None, "x", 1, [], {}, [1], base64.b64encode(b"x").decode()])
def test_whatever_stands_in_the_tree_it_is_read_masked_and_written(payload: Any, wrong: Any) -> None:
    def spoiled(node: Any, at: list[int]) -> Any:
        at[0] -= 1
        if at[0] == 0:
            return wrong
        if isinstance(node, dict):
            return {key: spoiled(child, at) for key, child in node.items()}
        return [spoiled(child, at) for child in node] if isinstance(node, list) else node

    name = opened(payload).format
    for number in range(1, 50):
        written = json.dumps(spoiled(payload, [number])).encode()
        check_read_masked_and_written(lambda written=written: opened(written, name))  # type: ignore[misc]
