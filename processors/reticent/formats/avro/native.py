"""The native trace in Avro (schemas/trace.avsc), one record in Avro's single-object framing.

Avro has no "any": `content` and attributes are JSON texts, told apart from plain text by `content_type`.
Framing: https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import fastavro
import msgspec
from fastavro.schema import fingerprint, to_parsing_canonical_form

from ...errors import DecodeError
from ...limits import Limits
from ...model import StepKind, Trace
from ...resources import schema_path
from .. import jsontext, native
from ..document import Document, Part
from ..tree import Dialect, TreeDocument
from . import schema as avroschema
from .source import Source

MEDIA_TYPE = "application/vnd.reticent.trace+avro"
MARKER = b"\xc3\x01"
_HEADER = 10


@functools.cache
def _schema() -> tuple[Any, bytes]:
    """The parsed schema and its fingerprint (CRC-64-AVRO, little-endian)."""
    written = json.loads(schema_path("trace.avsc").read_text(encoding="utf-8"))
    digest = fingerprint(to_parsing_canonical_form(written), "CRC-64-AVRO")
    return fastavro.parse_schema(written), bytes.fromhex(digest)


@functools.cache
def trace_schema() -> avroschema.Schema:
    """The same, to read records by."""
    return avroschema.avro(schema_path("trace.avsc").read_bytes())


class NativeAvro:
    name = "native-avro"
    media_types: Sequence[str] = (MEDIA_TYPE,)
    members = frozenset[str]()
    """No object of JSON is one."""

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return payload.startswith(MARKER)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        _, digest = _schema()
        if not payload.startswith(MARKER):
            raise DecodeError("wrong-format", "the record is not Avro in single-object framing (it begins C3 01)")
        if len(payload) < _HEADER:
            raise DecodeError("truncated", "the Avro record ends inside its header; send the whole record")
        if payload[2:_HEADER] != digest:
            raise DecodeError("unknown-schema", "the Avro schema is not the native trace's; see schemas/trace.avsc")
        source = Source(payload, _HEADER, limits)
        found = trace_schema().type.read(source, None, 0)
        if source.at != len(payload):
            raise DecodeError("wrong-format", "bytes follow the end of the Avro record; send one record a message")
        return _NativeDocument(_opened(found, limits), _DIALECT, source=payload, limits=limits)


class _NativeDocument(TreeDocument):
    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        """A field's name stands in the schema, and not in the record: it stays."""
        container, _ = self.leaves().slot(leaf)
        trace = self._root[0]
        if part is Part.KEY and (container is trace or any(container is step for step in trace["steps"])):
            return
        super().replace(leaf, part, text)


def _opened(record: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """The record as the native tree: JSON texts become what they hold."""
    tree: dict[str, Any] = {**record, "attributes": _values(record["attributes"], limits), "steps": []}
    for step in record["steps"]:
        opened = {**step, "attributes": _values(step["attributes"], limits)}
        if step["content_type"] == jsontext_type:
            opened["content"] = jsontext.parse_whole(step["content"].encode(), limits)
        tree["steps"].append(opened)
    native.check(tree)
    return tree


jsontext_type = "application/json"


def opened_text(text: Any) -> Any:
    """What a JSON text holds; the text itself where it is none any more."""
    try:
        return jsontext.read_text(text) if isinstance(text, str) else text
    except (msgspec.DecodeError, RecursionError):
        return text


def _values(attributes: Mapping[str, str], limits: Limits) -> dict[str, Any]:
    return {name: jsontext.parse_whole(text.encode(), limits) for name, text in attributes.items()}


def _encode(tree: Any) -> bytes:
    schema, digest = _schema()
    out = io.BytesIO()
    steps = [_step(step) for step in tree["steps"]]
    fastavro.schemaless_writer(out, schema, {**_texts(tree), **_closed(tree), "steps": steps})
    return MARKER + digest + out.getvalue()


def _texts(node: Mapping[str, Any]) -> dict[str, str]:
    """What was dropped is empty: these fields take no null."""
    return {name: value if isinstance(value, str) else "" for name, value in node.items()}


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    closed = {**step, **_closed(step)}
    if step["content_type"] == jsontext_type:
        closed["content"] = jsontext.encode(step["content"]).decode()
    seq, parent = step.get("seq"), step.get("parent")
    return {
        **_texts(closed),
        "kind": closed["kind"] if isinstance(closed["kind"], str) else StepKind.OTHER.value,
        "attributes": closed["attributes"],
        "seq": seq if isinstance(seq, int) else 0,
        "parent": parent if isinstance(parent, int) else None,
    }


def _closed(node: Mapping[str, Any]) -> dict[str, Any]:
    return {"attributes": {k: jsontext.encode(v).decode() for k, v in (node.get("attributes") or {}).items()}}


def to_avro(trace: Trace) -> bytes:
    """A canonical trace as this format's bytes, for producers and tests."""

    def text(value: Any) -> tuple[str, str]:
        return (value, "text/plain") if isinstance(value, str) else (msgspec.json.encode(value).decode(), jsontext_type)

    steps = []
    for step in trace.steps:
        content, kind = text(step.content)
        steps.append(
            {
                "seq": step.seq, "kind": step.kind.value, "name": step.name, "call_id": step.call_id,
                "parent": step.parent, "content": content, "content_type": kind,
                "attributes": {k: msgspec.json.encode(v).decode() for k, v in step.attributes.items()},
                "started_at": step.started_at, "ended_at": step.ended_at,
            }
        )  # fmt: skip
    schema, digest = _schema()
    out = io.BytesIO()
    fields = {
        "trace_id": trace.trace_id, "session_id": trace.session_id, "started_at": trace.started_at,
        "ended_at": trace.ended_at, "steps": steps,
        "attributes": {k: msgspec.json.encode(v).decode() for k, v in trace.attributes.items()},
    }  # fmt: skip
    fastavro.schemaless_writer(out, schema, fields)
    return MARKER + digest + out.getvalue()


_DIALECT = Dialect("native-avro", MEDIA_TYPE, native.read_traces, encode=_encode, ties=native.TIES)
