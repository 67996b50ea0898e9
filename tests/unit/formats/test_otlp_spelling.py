"""OTLP's JSON however it is spelled: names of the JSON mapping or of the protobuf files, ids in hex or in base64."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from reticent.formats.document import ALL, Document, Part
from reticent.formats.otlp.names import snake
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Topic
from reticent.steps import StepIndex

from ...contract.recorded import CHAT, TOOL, TRACE, by_protobuf, logs_proto, records, resource, spans, traces_proto
from ..judging import Judge

OTHER = "5b8efff798038103d269b633813fc60c"
MAIL = "ana.silva@mail.example.org"


def _respelled(node: Any) -> Any:
    """In snake_case, with the ids as they are."""
    if isinstance(node, Mapping):
        return {snake(key): _respelled(value) for key, value in node.items()}
    return [_respelled(each) for each in node] if isinstance(node, list | tuple) else node


def _spellings(*sets: Mapping[str, Any]) -> dict[str, Any]:
    data = traces_proto(*sets)
    return {
        "camel hex": {"resourceSpans": [resource(*spans(*sets))]},
        "snake hex": _respelled({"resourceSpans": [resource(*spans(*sets))]}),
        "camel base64": by_protobuf(data, snake=False),
        "snake base64": by_protobuf(data, snake=True),
    }


SPELLINGS = _spellings(CHAT, TOOL)


def _opened(payload: Any) -> Document:
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return open_document(payload, content_type=None, forced=None, limits=Limits())


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_however_it_is_spelled_the_trace_is_the_same(spelling: str) -> None:
    (own,), document = _opened(SPELLINGS["camel hex"]).traces(), _opened(SPELLINGS[spelling])
    assert document.format == "otlp-traces"
    (trace,) = document.traces()
    assert (trace.trace_id, trace.started_at, trace.attributes) == (TRACE, own.started_at, own.attributes)
    fields = ("seq", "kind", "content", "name", "call_id", "parent", "started_at", "ended_at")
    for step, like in zip(trace.steps, own.steps, strict=True):
        assert [getattr(step, name) for name in fields] == [getattr(like, name) for name in fields]
    index = StepIndex(document.traces())
    places = {text: document.path(leaf) for leaf, text in enumerate(document.leaves().texts)}
    (result,) = [place for text, place in places.items() if text == "gen_ai.tool.call.result\x01done"]
    assert index.kind(result) == "tool_result"
    (name,) = [place for text, place in places.items() if text == "name\x01f"]
    assert index.kind(name) == "tool_call", "within a list of objects, too"


def _mixed(node: Any, draw: Callable[[], bool]) -> Any:
    """Each name in the one or the other spelling."""
    if isinstance(node, Mapping):
        return {snake(key) if draw() else key: _mixed(value, draw) for key, value in node.items()}
    return [_mixed(each, draw) for each in node] if isinstance(node, list | tuple) else node


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_names_in_both_spellings_are_read_and_written_as_they_came(random: Random, logs: bool) -> None:
    payload = {"resourceSpans": [resource(*spans({**CHAT, "to": MAIL}, TOOL))]}
    if logs:
        said = records(("gen_ai.user.message", {"content": f"mail {MAIL}"}), ("note", "x"))
        payload = {"resourceLogs": [resource(*said, signal="Logs")]}
    else:
        inner = payload["resourceSpans"][0]["scopeSpans"][0]["spans"]
        inner[0]["events"] = [{"name": "e", "timeUnixNano": "1764000000000000000", "attributes": []}]
    mixed = json.loads(json.dumps(_mixed(payload, lambda: random.random() < 0.5)))
    document, like = _opened(mixed), _opened(payload)
    assert document.format == like.format
    (trace,), (own,) = document.traces(), like.traces()
    assert (trace.trace_id, trace.started_at, trace.ended_at, trace.attributes) == (
        own.trace_id, own.started_at, own.ended_at, own.attributes
    )  # fmt: skip
    fields = ("seq", "kind", "content", "name", "call_id", "parent", "started_at", "ended_at")
    for step, other in zip(trace.steps, own.steps, strict=True):
        assert [getattr(step, name) for name in fields] == [getattr(other, name) for name in fields]
    assert len(document.leaves().ids) == len(like.leaves().ids)
    for leaf, text in enumerate(document.leaves().texts):
        if MAIL in text:
            document.replace(leaf, Part.VALUE, text[document.leaves().heads[leaf] :].replace(MAIL, "MASKED"))
    assert document.encode() == json.dumps(mixed, separators=(",", ":")).replace(MAIL, "MASKED").encode()


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_is_masked_is_written_in_the_spelling_it_came_in(spelling: str, judge: Judge) -> None:
    values = {"note": f"mail {MAIL}", "count": 7, "deep": {"list": [1.5, True, f"{MAIL}"]}}
    payload = _spellings(values)[spelling]
    (found,) = judge(judge.record(json.dumps(payload).encode()))
    masked = json.loads(found[Topic.SANITIZED].value.content)
    text = json.dumps(masked)
    assert MAIL not in text and "[REDACTED:email" in text
    token = text.partition("[REDACTED:")[2].partition("]")[0]
    assert json.loads(json.dumps(payload).replace(MAIL, f"[REDACTED:{token}]")) == masked
    if "base64" in spelling:
        json_format.ParseDict(masked, TracesData())


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_masked_id_or_number_is_one_of_its_spelling(spelling: str) -> None:
    document = _opened(_spellings({"count": 7})[spelling])
    leaves = document.leaves()
    camel, hexadecimal = spelling.startswith("camel"), spelling.endswith("hex")
    trace, count = "traceId" if camel else "trace_id", "count\x017"
    for leaf, text in enumerate(leaves.texts):
        if text.startswith(f"{trace}\x01") or text == count:
            document.replace(leaf, Part.VALUE, "[REDACTED:r:aaaaaaaa]")
        elif text.startswith(f"{trace[:5]}\x01"):
            document.replace(leaf, Part.KEY, "renamed")
    masked = json.loads(document.encode())
    outer, inner = ("resourceSpans", "scopeSpans") if camel else ("resource_spans", "scope_spans")
    (span,) = masked[outer][0][inner][0]["spans"]
    raw = bytes.fromhex(span[trace]) if hexadecimal else base64.b64decode(span[trace], validate=True)
    assert len(raw) == 16 and raw.hex() != TRACE
    (attribute,) = span["attributes"]
    assert attribute["value"] == {"stringValue" if camel else "string_value": "[REDACTED:r:aaaaaaaa]"}


def test_ids_and_times_are_not_looked_into_and_parts_leave_alone() -> None:
    data = traces_proto({"a": "one"})
    data.MergeFrom(traces_proto({"b": "two"}, trace=OTHER))
    for snaked in (True, False):
        payload = by_protobuf(data, snake=snaked)
        document = _opened(payload)
        assert [trace.trace_id for trace in document.traces()] == [TRACE, OTHER]
        assert set(document.owners()) == {0, 1, ALL}
        assert len(document.leaves().ids) == 8, "two ids and two times of each span"
        (left,) = _opened(document.encode([1])).traces()
        assert left.trace_id == OTHER


def test_log_records_are_read_in_either_spelling_and_severities_by_name() -> None:
    data = logs_proto()
    last = data.resource_logs[0].scope_logs[0].log_records.add(severity_number=17, severity_text="ERROR")
    last.body.string_value = "no"
    (own,) = _opened(data.SerializeToString()).traces()[:1]
    for snaked in (True, False):
        document = _opened(by_protobuf(data, snake=snaked))
        assert document.format == "otlp-logs"
        trace, failed = document.traces()
        assert [(s.kind, s.name, s.content, s.started_at) for s in trace.steps] == [
            (s.kind, s.name, s.content, s.started_at) for s in own.steps
        ]
        assert [(step.kind.value, step.content) for step in failed.steps] == [("error", "no")]
        json_format.ParseDict(json.loads(document.encode()), LogsData())
