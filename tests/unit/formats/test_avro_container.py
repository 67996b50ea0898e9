"""Container files of Avro as records: each row is masked, and schema, codec, mark and untouched blocks stay."""

from __future__ import annotations

import io
import json
import uuid
from decimal import Decimal
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.errors import DecodeError, LimitError
from reticent.formats.avro.source import long
from reticent.formats.document import Document, Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import BlobKind, Topic
from reticent.resources import schema_path

from ...contract.registered import SYNC, container
from ..judging import Judge
from .laws import check_read_masked_and_written

TRACE = json.loads(schema_path("trace.avsc").read_text())
CODECS = ["null", "deflate", "bzip2", "xz", "zstandard", "snappy"]
MAIL = "ana.silva@mail.example.org"
PERSON: dict[str, Any] = {
    "type": "record", "name": "acme.Person", "doc": "who asked", "fields": [
        {"name": "note", "type": "string"}, {"name": "age", "type": ["null", "int"], "default": None},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["new", "old"]}},
        {"name": "paid", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "raw", "type": "bytes"}, {"name": "next", "type": ["null", "acme.Person"], "default": None}],
}  # fmt: skip


def _person(note: str) -> dict[str, Any]:
    return {"note": note, "age": 41, "kind": "old", "paid": Decimal("12.50"), "raw": b"\xff\x00", "next": None}


def _rows(payload: bytes) -> list[Any]:
    return list(fastavro.reader(io.BytesIO(payload)))


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Without the bytes, for which a placeholder stands."""
    return {name: value for name, value in row.items() if name != "raw"}


def _opened(payload: bytes, limits: Limits | None = None) -> Document:
    return open_document(payload, content_type=None, forced=None, limits=limits or Limits())


def _leaf(document: Document, path: str) -> int:
    (found,) = [leaf for leaf in range(len(document.leaves().texts)) if document.path(leaf) == path]
    return found


def _masked(payload: bytes) -> bytes:
    judge = Judge()
    (found,) = judge(judge.record(payload, ("content-type", b"application/avro")))
    content: bytes = found[Topic.SANITIZED].value.content
    return content


@pytest.mark.parametrize("codec", CODECS)
def test_each_row_is_masked_and_the_file_is_of_the_same_schema_codec_and_mark(codec: str) -> None:
    people = [_person(f"hello {number}") for number in range(3)]
    people[1]["note"] = f"mail {MAIL}"
    payload = container(PERSON, people, codec, owner="nobody")
    written = _masked(payload)
    reader = fastavro.reader(io.BytesIO(written))
    first, second, third = list(reader)
    assert [_readable(row) for row in (first, third)] == [_readable(_rows(payload)[at]) for at in (0, 2)]
    assert second["note"].startswith("mail [REDACTED:email")
    assert _readable({**second, "note": ""}) == _readable({**_rows(payload)[1], "note": ""})
    assert first["raw"].startswith(b"[OPAQUE:binary:4:")
    assert reader.metadata == fastavro.reader(io.BytesIO(payload)).metadata
    assert reader.codec == codec
    assert written.endswith(SYNC)


def test_a_block_in_which_nothing_was_masked_keeps_its_bytes() -> None:
    first = container(PERSON, [_person("one")], "deflate")
    head = first[: first.index(SYNC) + 16]
    block, more = first[len(head) :], container(PERSON, [_person(f"mail {MAIL}")], "deflate")[len(head) :]
    document = _opened(head + block + more + block)
    document.replace(_leaf(document, "$['rows'][1]['note']"), Part.VALUE, "MASKED")
    written = document.encode()
    assert written.startswith(head + block) and written.endswith(block)
    assert [row["note"] for row in _rows(written)] == ["one", "MASKED", "one"]


def test_rows_of_any_schema_are_steps_and_bytes_are_blobs() -> None:
    document = _opened(container(PERSON, [_person("one"), _person("two")]))
    (trace,) = document.traces()
    assert [(step.content["note"], step.path) for step in trace.steps] == [
        ("one", "$['rows'][0]"), ("two", "$['rows'][1]")
    ]  # fmt: skip
    assert [blob.kind for blob in document.leaves().blobs] == [BlobKind.BINARY] * 2
    assert "note\x02one" in document.leaves().texts, "names of fields stand in the schema"


def _trace(trace_id: str, *contents: str) -> dict[str, Any]:
    steps = [{"seq": at, "kind": "output", "content": content} for at, content in enumerate(contents)]
    return {"trace_id": trace_id, "steps": steps}


def test_native_rows_are_traces_and_one_that_is_left_out_takes_its_rows() -> None:
    rows = [_trace("t1", "a"), _trace("t2", "b"), _trace("t1", "c")]
    document = _opened(container(TRACE, rows, "deflate"))
    first, second = document.traces()
    assert [(step.seq, step.content, step.path) for step in first.steps] == [
        (0, "a", "$['rows'][0]['steps'][0]"), (1, "c", "$['rows'][2]['steps'][0]")
    ]  # fmt: skip
    assert second.trace_id == "t2"
    left = _opened(document.encode([1]))
    assert [trace.trace_id for trace in left.traces()] == ["t2"]
    assert [row["trace_id"] for row in _rows(document.encode([0]))] == ["t1", "t1"]


def test_rows_of_another_schema_that_name_their_traces_are_parted_too() -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": n, "type": "string"} for n in ("traceId", "x")]}
    document = _opened(container(schema, [{"traceId": each, "x": each} for each in ("t1", "t2", "t1")]))
    assert [(trace.trace_id, len(trace.steps)) for trace in document.traces()] == [("t1", 2), ("t2", 1)]
    assert [row["x"] for row in _rows(document.encode([1]))] == ["t2"]


def test_what_the_schema_says_is_masked_and_it_still_reads_the_rows() -> None:
    payload = container({**PERSON, "doc": f"ask {MAIL}"}, [_person("one")], owner=MAIL)
    written = _masked(payload)
    assert MAIL.encode() not in written
    reader = fastavro.reader(io.BytesIO(written))
    assert [_readable(row) for row in reader] == [_readable(row) for row in _rows(payload)]
    assert reader.writer_schema["doc"].startswith("ask [REDACTED:email")
    assert reader.writer_schema["name"] == "acme.Person"
    assert reader.metadata["owner"].startswith("[REDACTED:email")


def test_a_schema_whose_names_are_masked_keeps_its_shape_alone() -> None:
    payload = container(PERSON, [_person("one")])
    for text in (json.dumps(PERSON).replace("acme", "[REDACTED:x:aaaaaaaa]"), "no schema", None):
        document = _opened(payload)
        document.replace(_leaf(document, "$['head']['avro.schema']"), Part.VALUE, text)
        (row,) = _rows(document.encode())
        assert list(row.values()) == ["one", 41, "s1", _person("")["paid"], b"\xff\x00", None]
        assert b"acme" not in document.encode()


def test_what_is_no_text_in_the_head_is_a_blob_and_keeps_its_bytes() -> None:
    out = io.BytesIO()
    fastavro.writer(out, PERSON, [_person("one")], metadata={"k": "XXXX"}, sync_marker=SYNC)
    payload = out.getvalue().replace(b"XXXX", b"\xff\xfe\xfd\xfc")
    document = _opened(payload)
    assert len(document.leaves().blobs) == 2
    document.replace(_leaf(document, "$['rows'][0]['note']"), Part.VALUE, "two")
    assert document.encode() == payload.replace(b"one", b"two")


def test_a_file_of_no_rows_is_one_trace_of_no_steps() -> None:
    payload = container(PERSON, [])
    document = _opened(payload)
    (trace,) = document.traces()
    assert (list(trace.steps), document.encode()) == ([], payload)


def test_rows_that_are_masked_together_are_gone() -> None:
    document = _opened(container(PERSON, [_person("one")] * 6))
    document.replace(_leaf(document, "$['rows']"), Part.VALUE, "[SUMMARY: 6 rows]")
    assert _rows(document.encode()) == []
    assert len(document.traces()) == 1


@pytest.mark.parametrize("codec", CODECS)
def test_no_block_unpacks_past_the_limit(codec: str) -> None:
    payload = container(PERSON, [_person("x" * 100_000)] * 3, codec)
    with pytest.raises(LimitError, match="too-large"):
        _opened(payload, Limits(inflated_bytes=200_000))


def test_rows_of_no_bytes_are_counted_before_they_are_made() -> None:
    payload = container("null", [None])
    sync = payload.index(SYNC) + 16
    for count, error in ((1_000_000, LimitError), (2_000, DecodeError)):
        with pytest.raises((error, LimitError)):
            _opened(payload[:sync] + long(count) + long(0) + SYNC, Limits(leaves=1_500))


@pytest.mark.parametrize("broken", ["schema", "codec", "mark", "cut", "count", "packed"])
def test_broken_files_are_refused(broken: str) -> None:
    payload = container(PERSON, [_person("one")], "deflate")
    head = payload.index(SYNC) + 16
    made = {
        "schema": payload.replace(b'"record"', b'"recorb"', 1),
        "codec": payload.replace(b"deflate", b"deflato"),
        "mark": payload[:-1] + b"!",
        "cut": payload[:-20],
        "count": payload[:head] + b"\x04" + payload[head + 1 :],
        "packed": payload[: head + 3] + bytes(8) + payload[head + 11 :],
    }[broken]
    assert made != payload
    with pytest.raises(DecodeError) as caught:
        _opened(made).leaves()
    assert caught.value.code in ("unknown-schema", "unknown-encoding", "wrong-format", "truncated", "broken-encoding")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=6), st.sampled_from(CODECS), st.booleans())
def test_whatever_the_bytes_are_they_are_refused_or_read_masked_and_written(
    at: int, noise: bytes, codec: str, native: bool
) -> None:
    rows = [_trace("t1", "a"), _trace("", "b")] if native else [_person("one"), _person("two")]
    payload = container(TRACE if native else PERSON, rows, codec)
    at = len(payload) * at // 400
    check_read_masked_and_written(lambda: _opened(payload[:at] + noise + payload[at + len(noise) :]))


def test_a_secret_in_a_name_does_not_leave() -> None:
    secret = "key_" + uuid.uuid4().hex
    schema = {"type": "record", "name": "R", "fields": [{"name": secret, "type": "string"}]}
    document = _opened(container(schema, [{secret: "x"}]))
    leaf = _leaf(document, "$['head']['avro.schema']")
    text = document.leaves().texts[leaf].partition("\x01")[2]
    document.replace(leaf, Part.VALUE, text.replace(secret, "[REDACTED:key:aaaaaaaa]"))
    assert secret.encode() not in document.encode()
    assert _rows(document.encode()) == [{"f0": "x"}]
