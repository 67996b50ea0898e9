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

from ..errors import DecodeError, LimitError
from ..limits import Limits
from ..model import Trace
from ..resources import schema_path
from . import jsontext, native
from .document import Document
from .tree import Dialect, TreeDocument

MEDIA_TYPE = "application/vnd.reticent.trace+avro"
MARKER = b"\xc3\x01"
_HEADER = 10


@functools.cache
def _schema() -> tuple[Any, bytes]:
    """The parsed schema and its fingerprint (CRC-64-AVRO, little-endian)."""
    written = json.loads(schema_path("trace.avsc").read_text(encoding="utf-8"))
    digest = fingerprint(to_parsing_canonical_form(written), "CRC-64-AVRO")
    return fastavro.parse_schema(written), bytes.fromhex(digest)


class NativeAvro:
    name = "native-avro"
    media_types: Sequence[str] = (MEDIA_TYPE,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return payload.startswith(MARKER)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        schema, digest = _schema()
        if not payload.startswith(MARKER):
            raise DecodeError("wrong-format", "the record is not Avro in single-object framing (it begins C3 01)")
        if len(payload) < _HEADER:
            raise DecodeError("truncated", "the Avro record ends inside its header; send the whole record")
        if payload[2:_HEADER] != digest:
            raise DecodeError("unknown-schema", "the Avro schema is not the native trace's; see schemas/trace.avsc")
        _Walk(payload, limits).record()
        try:
            found: Any = fastavro.schemaless_reader(io.BytesIO(payload[_HEADER:]), schema, None)
        except Exception:  # fastavro raises whatever it stumbles over
            raise DecodeError("truncated", "the Avro record is broken or cut; send the whole record") from None
        return TreeDocument(_opened(found, limits), _DIALECT, source=payload, limits=limits)


class _Walk:
    """Checks lengths before fastavro allocates by them: a few bytes may claim gigabytes."""

    def __init__(self, payload: bytes, limits: Limits) -> None:
        self._bytes, self._at, self._limits = payload, _HEADER, limits
        self._items = 0

    def record(self) -> None:
        for _ in range(4):
            self._skip()
        self._map()
        for _ in self._blocks():
            self._step()
        if self._at != len(self._bytes):
            raise DecodeError("wrong-format", "bytes follow the end of the Avro record; send one record a message")

    def _step(self) -> None:
        self._long()  # seq
        for _ in range(3):  # kind, name, call_id
            self._skip()
        if self._union():
            self._long()
        self._skip()  # content
        self._skip()  # content_type
        self._map()
        self._skip()
        self._skip()

    def _map(self) -> None:
        for _ in self._blocks():
            self._skip()
            self._skip()

    def _blocks(self) -> Any:
        while count := self._long():
            if count < 0:
                count = -count
                self._long()
            self._items += count
            if self._items > self._limits.leaves:
                raise LimitError("too-many-leaves", f"the record holds more than {self._limits.leaves} items")
            if count > len(self._bytes) - self._at:
                raise _cut()
            yield from range(count)

    def _skip(self) -> None:
        length = self._long()
        if length < 0 or length > len(self._bytes) - self._at:
            raise _cut()
        self._at += length

    def _union(self) -> bool:
        branch = self._long()
        if branch not in (0, 1):
            raise DecodeError("wrong-format", "the Avro record names a union branch that does not exist")
        return branch == 1

    def _long(self) -> int:
        """A zig-zag variable-length integer of at most ten bytes."""
        value = shift = 0
        while True:
            if self._at >= len(self._bytes) or shift > 63:
                raise _cut()
            byte = self._bytes[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)


def _cut() -> DecodeError:
    return DecodeError("truncated", "the Avro record is cut or its lengths are wrong; send the whole record")


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


def _values(attributes: Mapping[str, str], limits: Limits) -> dict[str, Any]:
    return {name: jsontext.parse_whole(text.encode(), limits) for name, text in attributes.items()}


def _encode(tree: Any) -> bytes:
    schema, digest = _schema()
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, {**tree, **_closed(tree), "steps": [_step(s) for s in tree["steps"]]})
    return MARKER + digest + out.getvalue()


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    closed = {**step, **_closed(step)}
    if step["content_type"] == jsontext_type:
        closed["content"] = jsontext.encode(step["content"]).decode()
    seq, parent = step.get("seq"), step.get("parent")
    return {
        **{name: value if isinstance(value, str) else "" for name, value in closed.items() if name != "attributes"},
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


_DIALECT = Dialect("native-avro", MEDIA_TYPE, native.read_traces, encode=_encode)
