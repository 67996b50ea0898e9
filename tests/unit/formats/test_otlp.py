"""OTLP: what is masked stays OTLP, what is not stays as it was, and nothing hides in the bytes."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from reticent.detect import Detector
from reticent.errors import DecodeError, LimitError
from reticent.formats.document import ALL, Document, Part
from reticent.formats.protobuf import wire
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import BlobKind, Topic
from reticent.policy.packs import load_packs

from ...contract.recorded import CALL, CHAT, FIRST, TOOL, TRACE, any_value, proto_value, resource, spans, traces_proto
from ..judging import Judge, verdict_of
from .laws import check_read_masked_and_written

OTHER = "5b8efff798038103d269b633813fc60c"


_POLICY = """version: 1
packs: [secrets, pii, phi, financial, code, traces-shape]
apply:
  - {rules: [email], where: {step: tool_result}, action: drop}
  - {rules: ['*'], action: redact}
"""


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(_POLICY)


def opened(payload: Any, name: str = "otlp-traces", limits: Limits | None = None) -> Document:
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return open_document(payload, content_type=None, forced=name, limits=limits or Limits())


def leaf_of(document: Document, ending: str) -> int:
    (found,) = [number for number, text in enumerate(document.leaves().texts) if text.endswith(ending)]
    return found


def two_traces() -> list[bytes]:
    """Of two services; the second trace is in both, and alone in the second."""
    first, second = spans({"a": "one"}), spans({"b": "two"}, trace=OTHER)
    more = spans({"c": "three"}, trace=OTHER)
    tree = {"resourceSpans": [resource(*first, *second), resource(*more)]}
    data = traces_proto({"a": "one"})
    data.resource_spans[0].scope_spans[0].spans.extend(
        traces_proto({"b": "two"}, trace=OTHER).resource_spans[0].scope_spans[0].spans
    )
    data.resource_spans.extend(traces_proto({"c": "three"}, trace=OTHER).resource_spans)
    return [json.dumps(tree).encode(), data.SerializeToString()]


@pytest.mark.parametrize("payload", two_traces(), ids=["json", "protobuf"])
def test_each_trace_of_a_record_has_its_own_share_and_leaves_alone(payload: bytes) -> None:
    document = opened(payload)
    assert [trace.trace_id for trace in document.traces()] == [TRACE, OTHER]
    owners = dict(zip(document.leaves().texts, document.owners(), strict=True))
    assert owners["service.name\x01agent"] == ALL
    assert [owners[text] for text in ("a\x01one", "b\x01two", "c\x01three")] == [0, 1, 1]
    alone = opened(document.encode([0]))
    assert [trace.trace_id for trace in alone.traces()] == [TRACE]
    assert not any("two" in text or "three" in text for text in alone.leaves().texts)
    assert len([text for text in alone.leaves().texts if text.startswith("service.name")]) == 1, (
        "an empty resource goes"
    )
    both = opened(document.encode([0, 1]))
    assert both.leaves().texts == document.leaves().texts


@pytest.mark.parametrize("encoding", ["json", "protobuf"])
@pytest.mark.parametrize("value", [4111, 4.5, True, "text", b"\xff\xfe"])
def test_what_is_masked_becomes_text_and_the_record_stays_otlp(encoding: str, value: Any) -> None:
    if encoding == "json" and isinstance(value, bytes):
        tree = {"resourceSpans": [resource(*spans({}))]}
        tree["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"] = [
            {"key": "k", "value": {"bytesValue": "//4="}}
        ]
    else:
        tree = {"resourceSpans": [resource(*spans({"k": value}))]} if encoding == "json" else None
    document = opened(tree if tree is not None else traces_proto({"k": value}).SerializeToString())
    leaves = document.leaves()
    (leaf,) = [number for number, text in enumerate(leaves.texts) if text.startswith("k\x01")]
    assert bool(leaves.blobs) is isinstance(value, bytes)
    document.replace(leaf, Part.VALUE, "[REDACTED:r:aaaaaaaa]")
    document.replace(leaf, Part.KEY, "masked")
    document.replace(leaf, Part.VALUE, "[REDACTED:s:bbbbbbbb]")  # as a second round does
    written = document.encode()
    data = (
        TracesData.FromString(written)
        if encoding == "protobuf"
        else json_format.Parse(_without_hex(written), TracesData())
    )
    (attribute,) = data.resource_spans[0].scope_spans[0].spans[0].attributes
    assert (attribute.key, attribute.value.string_value) == ("masked", "[REDACTED:s:bbbbbbbb]")
    assert document.path(leaf).endswith("['attributes'][0]['value']['stringValue']")


def _without_hex(payload: bytes) -> bytes:
    """Google's parser takes ids in base64 alone."""
    for name, value in (("traceId", TRACE), ("spanId", FIRST)):
        payload = payload.replace(f'"{name}":"{value}",'.encode(), b"")
    return payload


@pytest.mark.parametrize("payload", two_traces(), ids=["json", "protobuf"])
def test_a_masked_id_is_another_id_and_equal_ones_stay_equal(payload: bytes) -> None:
    document = opened(payload)
    for leaf, text in enumerate(document.leaves().texts):
        if text == "traceId\x01" + OTHER:
            document.replace(leaf, Part.VALUE, "[REDACTED:r:aaaaaaaa]")
    first, second = opened(document.encode()).traces()
    assert first.trace_id == TRACE
    assert second.trace_id != OTHER and len(bytes.fromhex(second.trace_id)) == 16
    assert len(second.steps) == 2, "both spans are of one trace still"


@pytest.mark.parametrize("payload", two_traces(), ids=["json", "protobuf"])
def test_a_masked_time_is_gone_and_a_name_of_otlp_stays(payload: bytes) -> None:
    document = opened(payload)
    for leaf, text in enumerate(document.leaves().texts):
        if text.startswith("startTimeUnixNano"):
            document.replace(leaf, Part.VALUE, "MASKED")
            document.replace(leaf, Part.KEY, "MASKED")
    written = document.encode()
    assert b"MASKED" not in written
    assert all(trace.started_at == "" for trace in opened(written).traces())


def test_values_of_any_depth_are_leaves_beside_their_attributes_key() -> None:
    value = {"list": ["one", 2, {"deep": "three"}], "empty": [], "no": False}
    for document in (
        opened({"resourceSpans": [resource(*spans({"k": value}))]}),
        opened(traces_proto({"k": value}).SerializeToString()),
    ):
        texts = document.leaves().texts
        assert {"list\x02one", "list\x022", "deep\x01three", "no\x01", "k\x01"} <= set(texts)
        document.replace(texts.index("list\x022"), Part.VALUE, "MASKED")
        document.replace(texts.index("deep\x01three"), Part.KEY, "shallow")
        again = opened(document.encode()).leaves().texts
        assert {"list\x02one", "list\x02MASKED", "shallow\x01three"} <= set(again)


@pytest.mark.parametrize("text", ["[REDACTED:email:aaaaaaaa]", None])
def test_texts_in_a_list_of_otlps_own_are_masked_where_they_stand(text: str | None) -> None:
    data = traces_proto({"a": "one"})
    data.resource_spans[0].resource.entity_refs.add(type="host", id_keys=["host.id", "secret.id"])
    document = opened(data.SerializeToString())
    document.replace(leaf_of(document, "secret.id"), Part.VALUE, text)
    (written,) = TracesData.FromString(document.encode()).resource_spans[0].resource.entity_refs
    assert (written.type, list(written.id_keys)) == ("host", ["host.id", text or ""])


def test_fields_that_nobody_knows_are_kept_and_scanned() -> None:
    nested = wire.field(3, wire.LENGTH, b"secret") + wire.field(4, wire.VARINT, 300)
    unknown = [
        wire.field(100, wire.LENGTH, b"words of a newer version"), wire.field(101, wire.LENGTH, nested),
        wire.field(102, wire.LENGTH, b"\xff\xfe\xfd"), wire.field(103, wire.VARINT, 4111111111111111),
        wire.field(104, wire.FIXED64, 7), wire.field(105, wire.FIXED32, 8),
    ]  # fmt: skip
    payload = _with_unknown(b"".join(unknown))
    document = opened(payload)
    leaves = document.leaves()
    assert document.encode() == payload
    assert {"100\x01words of a newer version", "3\x01secret", "4\x01300", "103\x014111111111111111", "104\x017"} <= set(
        leaves.texts
    )
    (blob,) = leaves.blobs
    assert blob.kind is BlobKind.BINARY
    document.replace(leaf_of(document, "\x01secret"), Part.VALUE, "masked!")
    document.replace(leaf_of(document, "4111111111111111"), Part.VALUE, "[REDACTED:r:aaaaaaaa]")
    document.replace(blob.leaf, Part.VALUE, "[OPAQUE:binary:3:aaaaaaaa]")
    written = document.encode()
    inner = wire.field(3, wire.LENGTH, b"masked!") + wire.field(4, wire.VARINT, 300)
    assert unknown[0] in written and unknown[4] in written and unknown[5] in written
    assert wire.field(101, wire.LENGTH, inner) in written
    assert wire.field(102, wire.LENGTH, b"[OPAQUE:binary:3:aaaaaaaa]") in written
    assert b"\xff\xfe\xfd" not in written and unknown[3] not in written
    assert opened(written).leaves().texts.count("3\x01masked!") == 1


def _with_unknown(raw: bytes) -> bytes:
    data = traces_proto({"k": "v"})
    data.resource_spans[0].scope_spans[0].spans[0].attributes[0].value.MergeFromString(raw)
    return data.SerializeToString()


def test_a_value_that_a_later_one_hides_does_not_leave() -> None:
    hidden = proto_value("hidden").SerializeToString() + proto_value("shown").SerializeToString()
    attribute = wire.field(1, wire.LENGTH, b"k") + wire.field(2, wire.LENGTH, hidden)
    span = wire.field(9, wire.LENGTH, attribute) + wire.field(7, wire.FIXED64, 5)
    payload = wire.field(1, wire.LENGTH, wire.field(2, wire.LENGTH, wire.field(2, wire.LENGTH, span)))
    document = opened(payload)
    assert "k\x01shown" in document.leaves().texts
    assert b"hidden" not in document.encode() and b"shown" in document.encode()


def test_groups_of_fields_that_nobody_knows_are_kept_and_scanned() -> None:
    """proto2's, which OTLP never had; also within bytes that are a message."""
    inner = wire.field(1, wire.LENGTH, b"secret") + wire.field(2, wire.GROUP, wire.field(3, wire.FIXED32, 7))
    group = wire.field(100, wire.GROUP, inner)
    for unknown in (group, wire.field(101, wire.LENGTH, wire.field(2, wire.VARINT, 1) + group)):
        payload = _with_unknown(unknown)
        document = opened(payload)
        assert document.encode() == payload
        document.replace(leaf_of(document, "1\x01secret"), Part.VALUE, "[REDACTED]")
        masked = inner.replace(b"\x06secret", b"\x0a[REDACTED]")
        assert wire.field(100, wire.GROUP, masked) in document.encode()
        assert "1\x01[REDACTED]" in opened(document.encode()).leaves().texts
    assert wire.message(group[:-1]) is None and wire.message(wire.field(1, wire.GROUP, b"") * 3) is not None
    assert wire.message(bytes([0x0B]) * 5000) is None, "groups within one another without end"


def test_wrong_wire_types_and_cut_payloads_are_refused() -> None:
    def inside(span: bytes) -> bytes:
        return wire.field(1, wire.LENGTH, wire.field(2, wire.LENGTH, wire.field(2, wire.LENGTH, span)))

    whole = traces_proto(CHAT).SerializeToString()
    group = wire.field(5, wire.GROUP, b"")
    for payload in (inside(wire.field(5, wire.VARINT, 1)), inside(group), whole[:-1], b"\x0a\xff", b"\x07"):
        with pytest.raises(DecodeError):
            opened(payload)
    with pytest.raises(DecodeError):
        open_document(b"\x0a\x00", content_type="application/x-protobuf", forced=None, limits=Limits())
    with pytest.raises(DecodeError, match="resourceLogs"):
        opened({"resourceSpans": []}, "otlp-logs")


def test_more_attributes_than_allowed_are_refused_before_they_are_made() -> None:
    data = TracesData()
    data.resource_spans.add().scope_spans.add().spans.add().attributes.extend([KeyValue()] * 3000)
    with pytest.raises(LimitError, match="too-many-leaves"):
        opened(data.SerializeToString(), limits=Limits(leaves=2000))


@pytest.mark.parametrize("length", [123, 91])
@pytest.mark.parametrize("media", ["application/x-protobuf", "application/json", None])
def test_protobuf_that_begins_as_json_does_is_protobuf(length: int, media: str | None) -> None:
    data = TracesData()
    span = data.resource_spans.add().scope_spans.add().spans.add(trace_id=bytes.fromhex(TRACE), name="x")
    span.name = "x" * (length - data.resource_spans[0].ByteSize() + 1)
    payload = data.SerializeToString()
    assert payload[:2] == bytes([0x0A, length]) and payload.lstrip()[:1] in (b"{", b"[")
    for forced in (None, "otlp-traces"):
        assert open_document(payload, content_type=media, forced=forced, limits=Limits()).format == "otlp-traces"


def test_a_media_type_says_protobuf_and_the_content_says_which() -> None:
    for payload, name in ((traces_proto(CHAT).SerializeToString(), "otlp-traces"), (_logs(), "otlp-logs")):
        for media in ("application/x-protobuf", None):
            assert open_document(payload, content_type=media, forced=None, limits=Limits()).format == name


def _logs() -> bytes:
    data = LogsData()
    data.resource_logs.add().scope_logs.add().log_records.add(time_unix_nano=5, body=proto_value("words"))
    return data.SerializeToString()


def test_log_records_without_a_trace_are_one_trace_of_events_and_errors() -> None:
    records = [
        {"severityNumber": 9, "body": any_value("ready"), "eventName": "started"},
        {"severityNumber": 17, "severityText": "ERROR", "body": any_value({"why": "no table"})},
    ]
    (trace,) = opened({"resourceLogs": [resource(*records, signal="Logs")]}, "otlp-logs").traces()
    assert [(step.kind.value, step.name, step.content) for step in trace.steps] == [
        ("event", "started", "ready"), ("error", "ERROR", {"why": "no table"}),
    ]  # fmt: skip


_NAMES = (
    "key", "value", "stringValue", "arrayValue", "kvlistValue", "values", "bytesValue", "attributes", "events", "spans",
    "scopeSpans", "traceId", "name", "startTimeUnixNano", "status", "code", "x",
)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(_NAMES), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(_VALUES, _VALUES, st.sampled_from(["Spans", "Logs"]))
def test_whatever_stands_in_the_tree_it_is_read_masked_and_written(outer: Any, inner: Any, signal: str) -> None:
    items = "spans" if signal == "Spans" else "logRecords"
    nodes = [{"attributes": inner, "traceId": "t", **(inner if isinstance(inner, dict) else {})}, inner]
    tree = {f"resource{signal}": [{"resource": outer, f"scope{signal}": [{"scope": outer, items: nodes}]}, outer]}
    check_read_masked_and_written(lambda: opened(tree, "otlp-traces" if signal == "Spans" else "otlp-logs"))


def test_ids_times_and_counts_are_no_findings_of_the_shipped_packs(judge: Judge) -> None:
    chance = random.Random(7)  # noqa: S311 - ids that only look like some
    payloads = []
    for _ in range(60):
        chat = {
            **CHAT, "gen_ai.response.id": f"chatcmpl-{chance.getrandbits(160):040x}",
            "thread.id": chance.getrandbits(47), "gen_ai.usage.input_tokens": chance.randrange(10**6),
        }  # fmt: skip
        tool = {**TOOL, "gen_ai.tool.call.id": f"call_{chance.getrandbits(140):035x}"}
        payloads.append(traces_proto(chat, tool, trace=f"{chance.getrandbits(128):032x}").SerializeToString())
    verdicts = [verdict_of(found) for found in judge(*(judge.record(payload) for payload in payloads))]
    assert [verdict.findings for verdict in verdicts] == [{}] * len(payloads)


@pytest.mark.parametrize("encoding", ["json", "protobuf"])
def test_a_policy_for_a_kind_of_step_meets_every_copy_of_it(judge: Judge, encoding: str) -> None:
    address = "ann@" + "corp-mail.com"
    sent = [
        {"role": "user", "parts": [{"type": "text", "content": f"who is {address}?"}]}, *[CALL],
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": f"it is {address}"}]},
    ]  # fmt: skip
    sets = ({**TOOL, "gen_ai.tool.call.result": f"it is {address}"}, {**CHAT, "gen_ai.input.messages": sent})
    whole = {"json": json.dumps({"resourceSpans": [resource(*spans(*sets))]}).encode()}
    payload = whole.get(encoding) or traces_proto(*sets).SerializeToString()
    (out,) = judge(judge.record(payload))
    document = opened(getattr(out[Topic.SANITIZED].value, "content", b""))
    said = [step.content for step in document.traces()[0].steps]
    assert address not in json.dumps(said) and f"it is {address}".encode() not in document.encode()
    assert [text for text in document.leaves().texts if "REDACTED:email" in text and "it is" in text] == []
    assert len([text for text in document.leaves().texts if "who is [REDACTED:email:" in text]) == 1


def test_arguments_in_a_string_stay_json_through_the_gateway(judge: Judge) -> None:
    card = int("4111" + 3 * "1111")
    sent = json.dumps(
        [{"role": "assistant", "parts": [{"type": "tool_call", "name": "pay", "arguments": {"card": card}}]}]
    )
    (out,) = judge(judge.record(traces_proto({"gen_ai.input.messages": sent, "input.value": sent}).SerializeToString()))
    assert verdict_of(out).findings == {"financial": 2}
    content = getattr(out[Topic.SANITIZED].value, "content", b"")
    data = traces_proto({}).FromString(content)
    first, second = data.resource_spans[0].scope_spans[0].spans[0].attributes
    assert first.value.string_value == second.value.string_value, "what is said twice is masked alike"
    (message,) = json.loads(first.value.string_value)
    assert message["parts"][0]["arguments"]["card"].startswith("[REDACTED:card-number:")


@pytest.mark.parametrize("form", ["json", "protobuf"])
def test_ids_and_times_of_the_formats_own_form_are_not_looked_into(form: str) -> None:
    """A time in nanoseconds has as many digits as a card, and some of them pass its checksum."""
    card = "4111" + "1" * 12
    tree = {"resourceSpans": [resource(*spans({"note": f"card {card}"}))]}
    span = tree["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    span["spanId"], span["startTimeUnixNano"] = card, "4" + "1" * 18
    payload: Any = tree
    if form == "protobuf":
        data = TracesData()
        json_format.ParseDict(tree, data)
        data.resource_spans[0].scope_spans[0].spans[0].span_id = bytes.fromhex(card)
        payload = data.SerializeToString()
    document = opened(payload)
    leaves = document.leaves()
    own = {leaves.texts[leaf] for leaf in leaves.ids}
    assert {f"spanId\x01{card}", "startTimeUnixNano\x014" + "1" * 18} <= own
    (found,) = Detector(load_packs(["financial"]), limits=Limits()).scan([leaves])
    assert isinstance(found, list) and [leaves.texts[span.leaf] for span in found] == [f"note\x01card {card}"]


def test_what_only_stands_where_an_id_or_a_time_does_is_looked_into() -> None:
    card = "4111" + "1" * 12
    tree = {"resourceSpans": [resource(*spans({"a": "b"}))]}
    span = tree["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    span["traceId"], span["startTimeUnixNano"] = f"card {card}", f"{card[:4]} {card[4:8]} {card[8:12]} {card[12:]}"
    leaves = opened(tree).leaves()
    (found,) = Detector(load_packs(["financial"]), limits=Limits()).scan([leaves])
    assert isinstance(found, list) and len(found) == 2


@pytest.mark.parametrize("written", [bytes.hex, lambda said: base64.b64encode(said).decode(), None])
def test_text_in_the_bytes_of_an_id_is_looked_into(written: Any) -> None:
    """Sixteen letters have the size of a trace's id, and no chance makes them."""
    said = b"4111" + b"1" * 12
    if written is None:
        data = traces_proto({"a": "b"})
        data.resource_spans[0].scope_spans[0].spans[0].trace_id = said
        document = opened(data.SerializeToString())
    else:
        document = opened({"resourceSpans": [resource(*spans({"a": "b"}, trace=written(said)))]})
    leaves = document.leaves()
    assert not any(leaves.texts[leaf].startswith("traceId") for leaf in leaves.ids)
    assert any(leaves.texts[leaf].startswith("spanId") for leaf in leaves.ids)
