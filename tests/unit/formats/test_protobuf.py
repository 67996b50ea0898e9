"""Spans of Jaeger and of Zipkin in protobuf are those of their JSON, and stay protobuf."""

from __future__ import annotations

import pytest

from reticent.errors import DecodeError
from reticent.formats.document import Document, Part
from reticent.formats.protobuf import wire
from reticent.formats.protobuf.record import HEXADECIMAL
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import BlobKind

from ...contract.clients import JAEGER, RUN_TAGS, ZIPKIN, jaeger_proto, zipkin_proto
from ...contract.recorded import CHAT, TOOL, TRACE
from .test_wrapped import RUN, opened, told

OTHER = "5b8efff798038103d269b633813fc60c"
RECORDS = {"jaeger": jaeger_proto(RUN_TAGS), "zipkin": zipkin_proto(CHAT, TOOL)}


def leaf_of(document: Document, ending: str) -> int:
    return next(number for number, text in enumerate(document.leaves().texts) if text.endswith(ending))


def test_a_span_has_the_steps_and_the_times_that_it_has_in_json() -> None:
    (zipkin,), (same,) = opened(RECORDS["zipkin"]).traces(), opened(ZIPKIN).traces()
    assert [(step.kind, step.content, step.started_at) for step in zipkin.steps] == [
        (step.kind, step.content, step.started_at) for step in same.steps
    ]
    (jaeger,), (first,) = opened(RECORDS["jaeger"]).traces(), opened(JAEGER).traces()
    assert told(RECORDS["jaeger"]) == [RUN]
    assert jaeger.ended_at == "2025-11-24T16:00:00.500Z"
    assert {trace.trace_id for trace in (zipkin, same, jaeger, first)} == {TRACE}
    assert jaeger.attributes == first.attributes == zipkin.attributes


@pytest.mark.parametrize("name", RECORDS)
def test_it_goes_by_its_content_its_media_type_or_the_collectors_name(name: str) -> None:
    payload = RECORDS[name]
    for media, forced in ((None, None), ("application/x-protobuf", None), (None, f"{name}_proto"), (None, name)):
        document = open_document(payload, content_type=media, forced=forced, limits=Limits())
        assert (document.format, document.content_type) == (name, "application/x-protobuf")
    assert opened({"jaeger": JAEGER, "zipkin": ZIPKIN}[name], f"{name}_json").format == name
    with pytest.raises(DecodeError):
        opened(b"\x0a\xff" + payload, name)


def test_a_masked_tag_is_a_text_of_its_kind_and_fields_that_nobody_knows_stay() -> None:
    unknown = wire.field(100, wire.LENGTH, b"of a newer version")
    payload = jaeger_proto({**RUN_TAGS, "password": "hunter2"}, unknown)
    binary = (
        wire.field(1, wire.LENGTH, b"raw") + wire.field(2, wire.VARINT, 4) + wire.field(7, wire.LENGTH, b"\xff\xfe")
    )
    payload += wire.field(8, wire.LENGTH, binary)
    document = opened(payload)
    leaves = document.leaves()
    assert {"password\x02hunter2", "gen_ai.usage.input_tokens\x0212"} <= set(leaves.texts)
    (blob,) = leaves.blobs
    assert blob.kind is BlobKind.BINARY
    document.replace(blob.leaf, Part.VALUE, "[OPAQUE:binary:2:aaaaaaaa]")
    document.replace(leaf_of(document, "input_tokens\x0212"), Part.VALUE, "[REDACTED:r:aaaaaaaa]")
    document.replace(leaf_of(document, "password"), Part.VALUE, "[REDACTED:s:bbbbbbbb]")
    document.replace(leaf_of(document, "traceId\x01" + TRACE), Part.VALUE, "[REDACTED:t:cccccccc]")
    written = document.encode()
    texts = opened(written).leaves().texts
    assert {"raw\x02[OPAQUE:binary:2:aaaaaaaa]", "gen_ai.usage.input_tokens\x02[REDACTED:r:aaaaaaaa]"} <= set(texts)
    assert "[REDACTED:s:bbbbbbbb]\x02hunter2" in texts
    assert unknown in written and b"\xff\xfe" not in written
    (trace,) = opened(written).traces()
    assert trace.trace_id != TRACE and len(bytes.fromhex(trace.trace_id)) == 16


def test_traces_of_a_list_part_and_what_takes_no_text_is_empty_once_it_is_masked() -> None:
    payload = zipkin_proto(CHAT) + zipkin_proto({"a": "two"}, trace=OTHER)
    document = opened(payload)
    leaf = document.leaves().texts.index("ipv4\x0110.1.2.3")
    assert [trace.trace_id for trace in document.traces()] == [TRACE, OTHER]
    assert document.encode([1]) == zipkin_proto({"a": "two"}, trace=OTHER)
    document.replace(leaf, Part.VALUE, "[REDACTED:ip:aaaaaaaa]")
    document.replace(leaf_of(document, "\x02two"), Part.VALUE, "masked")
    first, second = opened(document.encode([0])), opened(document.encode([1]))
    assert not any(text.startswith("ipv4") for text in first.leaves().texts)
    assert b"two" not in second.encode() and [trace.trace_id for trace in second.traces()] == [OTHER]


@pytest.mark.parametrize("name", RECORDS)
def test_ids_of_their_own_form_are_not_looked_into_and_others_are(name: str) -> None:
    leaves = opened(RECORDS[name]).leaves()
    assert "traceId\x01" + TRACE in {leaves.texts[leaf] for leaf in leaves.ids}
    wrong = RECORDS[name].replace(bytes.fromhex(TRACE), b"password: hunter")
    document = opened(wrong)
    assert not any(document.leaves().texts[leaf].startswith("traceId") for leaf in document.leaves().ids)
    document.replace(leaf_of(document, "traceId\x01" + b"password: hunter".hex()), Part.VALUE, "[REDACTED:r:aaaaaaaa]")
    assert b"hunter" not in document.encode()


def test_what_is_no_id_is_written_as_none() -> None:
    assert HEXADECIMAL.write(HEXADECIMAL.read(bytes.fromhex(TRACE))) == bytes.fromhex(TRACE)
    assert HEXADECIMAL.write("[REDACTED:r:aaaaaaaa]") is None


def test_what_the_collector_writes_of_an_event_is_that_event() -> None:
    said = 'exception|{"exception.message":"no"}|0'
    annotation = wire.field(1, wire.FIXED64, 1764000000000000) + wire.field(2, wire.LENGTH, said.encode())
    failed = {**CHAT, "error": "true", "otel.status_description": "it broke"}
    (trace,) = opened(zipkin_proto(failed, more=wire.field(10, wire.LENGTH, annotation))).traces()
    assert (trace.steps[-1].kind.value, trace.steps[-1].name, trace.steps[-1].content) == ("error", "exception", "no")
    (trace,) = opened(zipkin_proto(failed)).traces()
    assert trace.steps[-1].content == "it broke"
    assert trace.steps[-1].path.endswith("['value']")
