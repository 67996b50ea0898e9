"""Avro of any schema: outside what is masked every byte stays, and what is masked is of its schema still."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent import Scanner, yamlfile
from reticent.errors import DecodeError, LimitError
from reticent.formats.avro import schema as avroschema
from reticent.formats.avro.schema import SchemaError
from reticent.formats.avro.source import long
from reticent.formats.document import Document, Part
from reticent.formats.registry import Formats
from reticent.limits import Limits
from reticent.model import BlobKind, StepKind
from reticent.policy.compile import compile_policy
from reticent.resources import schema_path

from ...contract.registered import FORMATS, JSON_ID, PROTOBUF_ID, Known, framed

TRACE = json.loads(schema_path("trace.avsc").read_text())


def record(*fields: Any, name: str = "acme.Event", **more: Any) -> dict[str, Any]:
    """A record's schema: fields are (name, type) or (name, type, default)."""
    made = [{"name": each[0], "type": each[1], **({"default": each[2]} if len(each) > 2 else {})} for each in fields]
    return {"type": "record", "name": name, "fields": made, **more}


def written(schema: Any, value: Any) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(schema), value)
    return framed(1, out.getvalue())


def read(schema: Any, payload: bytes) -> Any:
    source = io.BytesIO(payload[5:])
    found = fastavro.schemaless_reader(source, fastavro.parse_schema(schema), None)
    assert source.read() == b""
    return found


def opened(schema: Any, payload: bytes, limits: Limits | None = None) -> Document:
    formats = Formats(Known({1: avroschema.avro(json.dumps(schema))}))
    return formats.open(payload, content_type=None, forced=None, limits=limits or Limits())


def tree(document: Document) -> Any:
    return document.traces()[0].steps[0].content


def replaced(document: Document, path: str, text: str | None, part: Part = Part.VALUE) -> bytes:
    (leaf,) = [n for n in range(len(document.leaves().texts)) if document.path(n) == path]
    document.replace(leaf, part, text)
    return document.encode()


LOGICAL = record(
    ("born", {"type": "int", "logicalType": "date"}),
    ("at", {"type": "long", "logicalType": "timestamp-micros"}),
    ("clock", {"type": "int", "logicalType": "time-millis"}),
    ("price", {"type": "bytes", "logicalType": "decimal", "precision": 8, "scale": 2}),
    ("rate", {"type": "fixed", "name": "Four", "size": 4, "logicalType": "decimal", "precision": 8}),
    ("id", {"type": {"type": "fixed", "name": "Uuid", "size": 16, "logicalType": "uuid"}}),
    ("wait", {"type": {"type": "fixed", "name": "Wait", "size": 12, "logicalType": "duration"}}),
    ("odd", {"type": "string", "logicalType": "nobody-knows"}),
    ("far", {"type": "long", "logicalType": "timestamp-millis"}),
    ("share", "float"),
    ("note", "string"),
)
PLAIN = b"".join([
    long(3650), long(1_790_000_000_000_001), long(1), b"\x04\xfb\x2e", b"\x00\x00\x00\x07", bytes(range(16)),
    b"\x01\x00\x00\x00\x02\x00\x00\x00\xe9\x03\x00\x00", long(1) + b"x", long(2**62), b"\xcd\xcc\xcc\x3d",
    long(4) + b"mine",
])  # fmt: skip


def test_logical_types_read_as_people_write_them_and_keep_their_bytes() -> None:
    payload = framed(1, PLAIN)
    document = opened(LOGICAL, payload)
    shown = json.loads(json.dumps(tree(document), default=lambda number: bytes(number).decode()))
    assert shown == {
        "born": "1979-12-30", "at": "2026-09-21T14:13:20.000001Z", "clock": "00:00:00.001", "price": "-12.34",
        "rate": "7", "id": "00010203-0405-0607-0809-0a0b0c0d0e0f", "wait": "P1M2DT1.001S", "odd": "x", "far": 2**62,
        "share": 0.1, "note": "mine",
    }  # fmt: skip
    assert replaced(document, "$['note']", "[X]") == payload[:-5] + long(3) + b"[X]"


def test_a_rule_of_a_key_finds_the_field_of_that_name() -> None:
    rule = "version: 1\nrules: [{id: ssn, category: pii, at: {key: ssn}}]\n"
    schema = record(("ssn", "string"), ("note", "string"))
    formats = Formats(Known({1: avroschema.avro(json.dumps(schema))}))
    scanner = Scanner(compile_policy(yamlfile.parse(rule, "p.yaml"), Path()), formats=formats)
    masked = read(schema, scanner.mask(written(schema, {"ssn": "abc", "note": "abc"})).content)
    assert masked["ssn"].startswith("[REDACTED:ssn:")
    assert masked["note"] == "abc"


@pytest.mark.parametrize("logical", [[], {}, None, 7, "nobody-knows"])
def test_a_logical_type_that_is_none_says_nothing(logical: Any) -> None:
    assert tree(opened(record(("it", {"type": "long", "logicalType": logical})), framed(1, long(7)))) == {"it": 7}


@pytest.mark.parametrize(
    ("kind", "value", "becomes"),
    [
        ("string", "a", "[X]"),
        (["null", "string"], "a", "[X]"),
        (["string", "long"], 5, "[X]"),
        (["null", "long"], 5, None),
        ("long", 5, 0),
        ("int", 5, 0),
        ("double", 5.5, 0.0),
        ("float", 5.5, 0.0),
        ({"type": "int", "logicalType": "date"}, 9000, 0),
        (["null", {"type": "long", "logicalType": "timestamp-millis"}, "string"], 1_790_000_000_000, "[X]"),
        ("bytes", b"\x01\x02", b"[X]"),
        (["null", "bytes"], b"\x01\x02", b"[X]"),
        ({"type": "fixed", "name": "F", "size": 3}, b"abc", b"\0\0\0"),
        (["null", {"type": "fixed", "name": "F", "size": 3}], b"abc", None),
        ({"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 1}, b"\x02\x03", b"\x00"),
    ],
)
def test_what_is_masked_is_a_text_or_null_or_nothing_as_the_schema_allows(kind: Any, value: Any, becomes: Any) -> None:
    bare = json.loads(json.dumps(kind).replace("logicalType", "was"))
    schema = record(("before", "string"), ("it", kind), ("after", "long"))
    plain = record(("before", "string"), ("it", bare), ("after", "long"))
    payload = written(plain, {"before": "b", "it": value, "after": -7})
    masked = replaced(opened(schema, payload), "$['it']", "[X]")
    assert read(plain, masked) == {"before": "b", "it": becomes, "after": -7}


def test_what_is_dropped_is_null_where_that_may_be_and_else_empty() -> None:
    schema = record(("a", ["null", "string"]), ("b", "string"))
    payload = written(schema, {"a": "x", "b": "y"})
    assert read(schema, replaced(opened(schema, payload), "$['a']", None)) == {"a": None, "b": "y"}
    assert read(schema, replaced(opened(schema, payload), "$['b']", None)) == {"a": "x", "b": ""}


def test_fields_and_symbols_are_the_schemas_and_keys_of_maps_are_the_records() -> None:
    schema = record(
        ("password", "string"),
        ("state", {"type": "enum", "name": "State", "symbols": ["ON", "OFF"]}),
        ("tags", {"type": "map", "values": "long"}),
    )
    document = opened(schema, written(schema, {"password": "p", "state": "OFF", "tags": {"ana": 1, "bo": 2}}))
    assert document.leaves().texts == ["password\x02p", "state\x02", "tags\x02", "ana\x011", "bo\x012"]
    assert tree(document)["state"] == "OFF"
    masked = replaced(document, "$['tags']['ana']", "[X]", Part.KEY)
    assert read(schema, masked) == {"password": "p", "state": "OFF", "tags": {"[X]": 1, "bo": 2}}


def test_bytes_are_blobs_unless_masking_wrote_them() -> None:
    schema = record(("data", "bytes"), ("more", "bytes"))
    document = opened(schema, written(schema, {"data": b"\x00\x01", "more": b"[OPAQUE:binary:4:aaaaaaaa]"}))
    assert [(blob.kind, blob.data) for blob in document.leaves().blobs] == [(BlobKind.BINARY, "AAE=")]
    assert document.leaves().texts[1] == "more\x02[OPAQUE:binary:4:aaaaaaaa]"


def test_a_list_that_is_summarised_is_of_its_schema_still() -> None:
    row = record(("n", "long"), name="Row")
    schema = record(("rows", {"type": "array", "items": row}), ("names", {"type": "array", "items": "string"}))
    payload = written(schema, {"rows": [{"n": 1}, {"n": 2}], "names": ["a", "b"]})
    summed = replaced(opened(schema, payload), "$['rows']", "[SUMMARY]")
    assert read(schema, summed) == {"rows": [], "names": ["a", "b"]}
    assert read(schema, replaced(opened(schema, payload), "$['names']", "[X]")) == {
        "rows": [{"n": 1}, {"n": 2}], "names": ["[X]"],
    }  # fmt: skip


def test_blocks_stay_as_they_were_cut_and_their_sizes_are_right() -> None:
    schema = record(("names", {"type": "array", "items": "string"}), ("end", "long"))
    one, two = long(1) + b"a", long(2) + b"bc"
    blocks = long(-1) + long(len(one)) + one + long(1) + two + long(0)
    payload = framed(1, blocks + long(9))
    masked = replaced(opened(schema, payload), "$['names'][0]", "[LONGER]")
    new = long(8) + b"[LONGER]"
    assert masked == framed(1, long(-1) + long(len(new)) + new + long(1) + two + long(0) + long(9))


def test_recursive_records_and_unions_of_records() -> None:
    node = record(("name", "string"), ("next", ["null", "Node"]), name="Node")
    leaf = record(("size", "long"), name="Leaf")
    schema = record(("it", ["string", node, leaf]), ("also", ["Leaf", "Node"]))
    value = {
        "it": ("acme.Node", {"name": "a", "next": {"name": "b", "next": None}}),
        "also": ("acme.Leaf", {"size": 3}),
    }
    schema = {**schema, "namespace": "acme", "name": "Event"}
    payload = written(schema, value)
    masked = replaced(opened(schema, payload), "$['it']['next']['name']", "[X]")
    assert read(schema, masked) == {"it": {"name": "a", "next": {"name": "[X]", "next": None}}, "also": {"size": 3}}


def test_references_come_first() -> None:
    person = json.dumps(record(("name", "string"), name="acme.Person"))
    event = json.dumps(record(("who", "acme.Person")))
    with pytest.raises(SchemaError, match="defined nowhere") as caught:
        avroschema.avro(event)
    assert caught.value.missing == "acme.Person"
    assert avroschema.avro(event, [person]).name == "acme.Event"


@pytest.mark.parametrize(
    "text",
    ["", "[", "1", '"nobody"', '{"type": "record"}', '{"type": "record", "name": "A", "fields": [{"type": "int"}]}',
     '{"type": "enum", "name": "A"}', '{"type": "fixed", "name": "A", "size": -1}', '{"type": "array"}', '{"type": {}}',
     '{"type": "record", "name": "A", "fields": [{"name": "a", "type": {"type": "fixed", "name": "A", "size": 1}}]}',
     '{"type":' * 3000 + '"int"' + "}" * 3000, "\ud800"],
)  # fmt: skip
def test_what_is_no_schema_is_refused(text: str) -> None:
    with pytest.raises(SchemaError):
        avroschema.avro(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("schema", "content", "code"),
    [
        ("string", long(1 << 40) + b"x", "truncated"),
        ("string", long(-1), "truncated"),
        ("string", long(1) + b"\xff", "not-utf8"),
        ("bytes", long(1 << 62), "truncated"),
        ("long", b"\xff" * 11, "truncated"),
        ("long", b"\xff" * 9 + b"\x02", "truncated"),
        ("boolean", b"\x02", "wrong-format"),
        (["null", "int"], long(2), "wrong-format"),
        (["null", "int"], long(-1), "wrong-format"),
        ({"type": "enum", "name": "E", "symbols": ["A"]}, long(1), "wrong-format"),
        ({"type": "array", "items": "null"}, long(1 << 40), "too-many-leaves"),
        ({"type": "array", "items": {"type": "record", "name": "N", "fields": []}}, long(-(1 << 60)), "truncated"),
        ({"type": "array", "items": "int"}, long(1000), "truncated"),
        ({"type": "map", "values": "int"}, long(2) + (long(1) + b"a" + long(1)) * 2 + long(0), "duplicate-keys"),
        ("int", long(1) + b"\x00", "wrong-format"),
        ({"type": "fixed", "name": "F", "size": 1 << 30}, b"x", "truncated"),
        (record(("next", ["null", "acme.Node"]), name="acme.Node"), b"\x02" * 5000 + b"\x00", "too-deep"),
    ],
)  # fmt: skip
def test_no_length_and_no_branch_is_believed(schema: Any, content: bytes, code: str) -> None:
    with pytest.raises((DecodeError, LimitError)) as caught:
        opened(schema, framed(1, content)).leaves()
    assert caught.value.code == code


def test_deep_recursion_is_a_limit_and_no_crash() -> None:
    schema = record(("next", ["null", "acme.Node"]), name="acme.Node")
    with pytest.raises(LimitError, match="too-deep"):
        opened(schema, framed(1, b"\x02" * 5000 + b"\x00"), Limits(depth=100_000)).leaves()


# the native trace under a registry's id

STEP = {
    "seq": 0,
    "kind": "tool_call",
    "content": '{"q": [1, "two"]}',
    "content_type": "application/json",
    "attributes": {"n": "1.5"},
}


def test_the_native_trace_is_known_by_its_name_and_gives_its_steps() -> None:
    payload = written(TRACE, {"trace_id": "t", "steps": [{"seq": 3, "kind": "output", "content": "hi"}, STEP]})
    (trace,) = opened(TRACE, payload).traces()
    assert [(step.kind, step.content, step.path) for step in trace.steps] == [
        (StepKind.OUTPUT, "hi", "$['steps'][0]"), (StepKind.TOOL_CALL, {"q": [1, "two"]}, "$['steps'][1]"),
    ]  # fmt: skip
    assert (trace.trace_id, str(trace.steps[0].seq)) == ("t", "3")


def changed(schema: Mapping[str, Any], *, without: tuple[str, ...] = (), more: tuple[dict[str, Any], ...] = ()) -> Any:
    return {**schema, "fields": [each for each in schema["fields"] if each["name"] not in without] + list(more)}


def test_older_and_newer_versions_are_resolved_and_written_as_they_were() -> None:
    older = changed(TRACE, without=("session_id", "attributes"))
    newer = changed(TRACE, more=({"name": "region", "type": ["null", "string"], "default": None},))
    for schema in (older, newer):
        payload = written(schema, {"trace_id": "t", "steps": [STEP], **({"region": "eu"} if schema is newer else {})})
        document = opened(schema, payload)
        (trace,) = document.traces()
        assert (trace.trace_id, trace.session_id) == ("t", "")
        assert [step.content for step in trace.steps] == [{"q": [1, "two"]}]
        masked = replaced(document, "$['trace_id']", "[X]")
        assert read(schema, masked) == {**read(schema, payload), "trace_id": "[X]"}


def test_a_trace_of_another_shape_is_refused() -> None:
    schema = changed(TRACE, without=("steps",), more=({"name": "steps", "type": "long"},))
    with pytest.raises(DecodeError, match="unknown-schema"):
        opened(schema, written(schema, {"steps": 1}))


# the other kinds of a registry


def test_json_behind_a_schema_id_is_read_as_what_it_is() -> None:
    body = b'{"messages": [{"role": "user", "content": "hello"}], "model": "m", "n": 1.0}'
    document = FORMATS.open(framed(JSON_ID, body), content_type=None, forced=None, limits=Limits())
    assert (document.format, document.traces()[0].steps[0].kind) == ("json-schema", StepKind.PROMPT)
    assert replaced(document, "$['messages'][0]['content']", "[X]") == framed(
        JSON_ID, b'{"messages":[{"role":"user","content":"[X]"}],"model":"m","n":1.0}'
    )


@pytest.mark.parametrize(
    ("payload", "forced", "said"),
    [
        (framed(PROTOBUF_ID, b"\x00\x0a"), None, "Protobuf"),
        (framed(JSON_ID, b"{}"), "avro", "json-schema"),
        (framed(7, b"{}"), "json-schema", "avro"),
        (framed(1234, b"{}"), None, "nobody knows"),
        (b"\x00\xff\xff\xff\xffxx", None, "none that a registry gives"),
        (b"\x00\x00", "avro", "inside its schema's id"),
        (b"{}", "avro", "framing"),
    ],
)
def test_what_cannot_be_read_says_why(payload: bytes, forced: str | None, said: str) -> None:
    with pytest.raises(DecodeError, match=said):
        FORMATS.open(payload, content_type=None, forced=forced, limits=Limits())


# any schema


@st.composite
def schemas(draw: st.DrawFn, depth: int = 3) -> Any:
    plain = st.sampled_from(["null", "boolean", "int", "long", "float", "double", "string", "bytes"])
    kinds = ["plain", "fixed", "enum"] + (["array", "map", "record", "union"] if depth else [])
    kind = draw(st.sampled_from(kinds))
    if kind == "fixed":
        return {"type": "fixed", "name": "F", "size": draw(st.integers(0, 9))}
    if kind == "enum":
        return {"type": "enum", "name": "E", "symbols": ["A", "B", "C"]}
    if kind == "array":
        return {"type": "array", "items": draw(schemas(depth - 1))}
    if kind == "map":
        return {"type": "map", "values": draw(schemas(depth - 1))}
    if kind == "record":
        fields = [{"name": f"f{n}", "type": draw(schemas(depth - 1))} for n in range(draw(st.integers(0, 3)))]
        return {"type": "record", "name": "R", "fields": fields}
    if kind == "union":
        return draw(st.lists(plain, min_size=1, max_size=3, unique=True))
    return draw(plain)


def named(schema: Any, numbers: Iterator[int]) -> Any:
    """Each type with a name of its own."""
    if isinstance(schema, list):
        return [named(each, numbers) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: named(value, numbers) for key, value in schema.items()}
    if found.get("type") in ("record", "enum", "fixed"):
        found["name"] += str(next(numbers))
    return found


ANY = schemas().map(lambda schema: named(schema, itertools.count()))


def values(schema: Any) -> st.SearchStrategy[bytes]:
    """Encoded values of a schema, by the specification."""
    if isinstance(schema, list):
        return st.sampled_from(range(len(schema))).flatmap(
            lambda index: values(schema[index]).map(lambda body: long(index) + body)
        )
    kind = schema if isinstance(schema, str) else schema["type"]
    sized = st.text(max_size=6).map(str.encode) if kind == "string" else st.binary(max_size=6)
    if kind in ("string", "bytes"):
        return sized.map(lambda data: long(len(data)) + data)
    if kind == "array":
        return st.lists(values(schema["items"]), max_size=3).flatmap(_blocks)
    if kind == "map":
        keys = st.lists(st.text(max_size=3), max_size=3, unique=True)
        return keys.flatmap(
            lambda names: st.tuples(*(values(schema["values"]) for _ in names)).flatmap(
                lambda each: _blocks(
                    [long(len(n.encode())) + n.encode() + body for n, body in zip(names, each, strict=True)]
                )
            )
        )
    if kind == "record":
        return st.tuples(*(values(each["type"]) for each in schema["fields"])).map(b"".join)
    size = schema["size"] if kind == "fixed" else 0
    return {
        "null": st.just(b""), "boolean": st.sampled_from([b"\x00", b"\x01"]),
        "int": st.integers(-(2**31), 2**31 - 1).map(long), "long": st.integers(-(2**63), 2**63 - 1).map(long),
        "float": st.binary(min_size=4, max_size=4), "double": st.binary(min_size=8, max_size=8),
        "enum": st.integers(0, 2).map(long),
        "fixed": st.binary(min_size=size, max_size=size),
    }[kind]  # fmt: skip


def _blocks(items: list[bytes]) -> st.SearchStrategy[bytes]:
    whole = b"".join(items)
    plain = (long(len(items)) + whole if items else b"") + long(0)
    sized = (long(-len(items)) + long(len(whole)) + whole if items else b"") + long(0)
    each = b"".join(long(1) + item for item in items) + long(0)
    return st.sampled_from([plain, sized, each])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_record_of_any_schema_keeps_its_bytes_and_stays_of_its_schema_when_masked(data: st.DataObject) -> None:
    schema = data.draw(ANY)
    payload = framed(1, data.draw(values(schema)))
    document = opened(schema, payload)
    leaves = document.leaves()
    assert document.encode() == payload
    # as if written: nothing is kept of what does not change
    document._changed = True  # type: ignore[attr-defined]
    assert document.encode() == payload
    maskable = [leaf for leaf, text in enumerate(leaves.texts) if text[abs(leaves.heads[leaf]) :]]
    maskable += [blob.leaf for blob in leaves.blobs]
    for leaf in data.draw(st.lists(st.sampled_from(maskable), max_size=3, unique=True)) if maskable else ():
        document.replace(leaf, Part.VALUE, data.draw(st.sampled_from(["[X]", None])))
    keys = [n for n, head in enumerate(leaves.heads) if head > 0]
    for leaf in data.draw(st.lists(st.sampled_from(keys), max_size=2, unique=True)) if keys else ():
        document.replace(leaf, Part.KEY, "[K]")
    read(schema, document.encode())
    opened(schema, document.encode()).leaves()
    document.traces()


@settings(max_examples=150, deadline=None)
@given(st.data(), st.binary(max_size=30))
def test_any_bytes_under_any_schema_are_read_or_refused(data: st.DataObject, content: bytes) -> None:
    try:
        document = opened(data.draw(ANY), framed(1, content))
        document.leaves()
        document.traces()
        assert document.encode() == framed(1, content)
    except (DecodeError, LimitError):
        return
