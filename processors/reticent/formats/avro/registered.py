"""Records in the framing of schema registries: a zero byte, the schema's id in four bytes, or in eight as Apicurio's
clients write it, then Avro or JSON; or a byte of 1 and the schema's GUID in sixteen. Clients may write the same into a
header of the record instead.

Framing: https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/#wire-format
https://www.apicur.io/registry/docs/
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from ...errors import DecodeError, LimitError
from ...limits import Limits
from .. import json, jsontext
from ..document import Document, Format, Part
from ..tree import Dialect
from . import container as avrocontainer
from . import record as avrorecord
from .record import AvroDocument, is_native, native_traces
from .schema import Schema
from .source import Source
from .types import Type

MAGIC = b"\x00"
HEADER = 5
GUID_MAGIC = b"\x01"
LONG_HEADER = 9
GUID_HEADER = 17
NAMED: Mapping[bytes, str] = {b"\x02": "globalId", b"\x03": "contentId"}
"""Of ids in Apicurio's headers, what stands here for the zero byte: which of its two numbers it is."""
SchemaId = int | str
"""A registry's number, a GUID as text, or a number of Apicurio's with its name: `globalId-7`."""
IDS, LONG_IDS = 1 << 31, 1 << 63
"""There is no id from here on."""
_NONE = bytes(4)
"""No id in four bytes: it has eight."""
JSON_MEDIA_TYPE = "application/vnd.confluent.json"


class Schemas(Protocol):
    """Where schemas are known by their ids."""

    def get(self, number: SchemaId) -> Schema:
        """At once. Raises DecodeError: unknown-schema, schema-unavailable."""
        ...


class NoSchemas:
    def get(self, number: SchemaId) -> Schema:
        raise DecodeError(
            "unknown-schema",
            "the record is in a schema registry's framing; say in schemas.registry or schemas.folder where its "
            "schemas are",
        )


def schema_id(payload: bytes) -> SchemaId | None:
    """The id that a record begins with, as far as it is one."""
    if payload.startswith(GUID_MAGIC):
        return str(uuid.UUID(bytes=payload[1:GUID_HEADER])) if len(payload) >= GUID_HEADER else None
    if payload[:1] in NAMED:
        number = int.from_bytes(payload[1:LONG_HEADER], "big")
        return f"{NAMED[payload[:1]]}-{number}" if len(payload) >= LONG_HEADER and number < LONG_IDS else None
    size, end = _head(payload), LONG_IDS if payload[1:HEADER] == _NONE else IDS
    number = int.from_bytes(payload[1:size], "big")
    return number if payload.startswith(MAGIC) and len(payload) >= size and number < end else None


def _head(payload: bytes) -> int:
    """Bytes before the content."""
    if payload.startswith(GUID_MAGIC):
        return GUID_HEADER
    return LONG_HEADER if payload[1:HEADER] == _NONE else HEADER


class Avro:
    """Anybody's records: one step, the record; the native trace's by its full name, as it is read from
    `native-avro`. And files of them, which bring their schema along."""

    name = avrorecord.NAME
    media_types: Sequence[str] = (avrorecord.MEDIA_TYPE, "avro/binary", "application/vnd.confluent.avro")

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def recognises(self, payload: bytes, tree: Any) -> bool:
        if tree is None and payload.startswith(avrocontainer.MAGIC):
            return True
        return tree is None and payload.startswith(MAGIC) and len(payload) >= HEADER

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        if payload.startswith(avrocontainer.MAGIC):
            return avrocontainer.decode(payload, limits)
        schema = _schema(self._schemas, payload)
        if schema.kind != "AVRO":
            raise _other_kind(schema)
        source = Source(payload, _head(payload), limits)
        try:
            root = schema.type.read(source, None, 0)
        except RecursionError:
            raise LimitError("too-deep", f"the record nests deeper than the {limits.depth} levels allowed") from None
        if source.at != len(payload):
            raise DecodeError("wrong-format", "bytes follow the end of the Avro record; send one record a message")
        dialect = Dialect(
            Avro.name, avrorecord.MEDIA_TYPE, native_traces if is_native(schema) else json.read_traces,
            encode=lambda tree: _rewritten(source, schema.type, tree), ties=json.TIES,
        )  # fmt: skip
        return AvroDocument(root, source, dialect)


def _schema(schemas: Schemas, payload: bytes) -> Schema:
    if not payload.startswith((MAGIC, GUID_MAGIC)):
        raise DecodeError("wrong-format", "the record is not in a schema registry's framing (it begins with 00)")
    if len(payload) < _head(payload):
        raise DecodeError("truncated", "the record ends inside its schema's id; send the whole record")
    number = schema_id(payload)
    if number is None:
        raise DecodeError("unknown-schema", "the record's schema id is none that a registry gives")
    return schemas.get(number)


def _other_kind(schema: Schema) -> DecodeError:
    if schema.kind == "PROTOBUF":
        return DecodeError("unknown-schema", "the record's schema is Protobuf, which is not read; send Avro or JSON")
    name = "json-schema" if schema.kind == "JSON" else "avro"
    return DecodeError("wrong-format", f"the record's schema says that its reticent-format is {name}")


def _rewritten(source: Source, kind: Type, tree: Any) -> bytes:
    head = _head(source.data)
    out = bytearray(source.data[:head])
    kind.write(Source(source.data, head, source.limits), out, tree)
    return bytes(out)


class JsonSchema:
    """JSON behind the same five bytes, read as its content says: `documents` are the formats it may be."""

    name = "json-schema"
    media_types: Sequence[str] = (JSON_MEDIA_TYPE,)

    def __init__(self, schemas: Schemas, documents: Sequence[Format]) -> None:
        self._schemas, self._documents = schemas, documents

    def recognises(self, payload: bytes, tree: Any) -> bool:
        if tree is not None or not payload.startswith(MAGIC) or len(payload) <= HEADER:
            return False
        try:
            return _schema(self._schemas, payload).kind == "JSON"
        except DecodeError:
            return False

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        schema = _schema(self._schemas, payload)
        if schema.kind != "JSON":
            raise _other_kind(schema)
        head = _head(payload)
        content = payload[head:]
        found = jsontext.parse(content, limits)
        chosen = next((each for each in self._documents if each.recognises(content, found)), json.Json())
        return _Framed(payload[:head], chosen.decode(content, limits, found))


class _Framed:
    """A document behind the bytes that say its schema."""

    format = JsonSchema.name
    content_type = JSON_MEDIA_TYPE

    def __init__(self, head: bytes, inner: Document) -> None:
        self._head, self._inner = head, inner
        self.leaves, self.path, self.traces, self.owners = inner.leaves, inner.path, inner.traces, inner.owners
        self.ties = inner.ties

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        self._inner.replace(leaf, part, text)

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        return self._head + self._inner.encode(traces)
