"""Records in the framing of schema registries: a zero byte, the schema's id in four bytes, then Avro or JSON.

Framing: https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/#wire-format
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from typing import Any, Protocol

from ..errors import DecodeError, LimitError
from ..limits import Limits
from ..model import Trace
from . import json, jsontext, native
from .avro import opened_text, trace_schema
from .avroschema import Schema, resolves
from .avrosource import Source
from .avrotypes import Type
from .document import LABEL, Document, Format, Leaves, Part
from .tree import Dialect, TreeDocument

MAGIC = b"\x00"
HEADER = 5
IDS = 1 << 31
"""There is no id from here on."""
MEDIA_TYPE = "application/avro"
JSON_MEDIA_TYPE = "application/vnd.confluent.json"


class Schemas(Protocol):
    """Where schemas are known by their ids."""

    def get(self, number: int) -> Schema:
        """At once. Raises DecodeError: unknown-schema, schema-unavailable."""
        ...


class NoSchemas:
    def get(self, number: int) -> Schema:
        raise DecodeError(
            "unknown-schema",
            "the record is in a schema registry's framing; say in schemas.registry or schemas.folder where its "
            "schemas are",
        )


def schema_id(payload: bytes) -> int | None:
    """The id that a record begins with, as far as it is one."""
    number = int.from_bytes(payload[1:HEADER], "big")
    return number if payload.startswith(MAGIC) and len(payload) >= HEADER and number < IDS else None


class Avro:
    """Anybody's records: one step, the record; the native trace's by its full name, as it is read from
    `native-avro`."""

    name = "avro"
    media_types: Sequence[str] = (MEDIA_TYPE, "avro/binary", "application/vnd.confluent.avro")

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return tree is None and payload.startswith(MAGIC) and len(payload) >= HEADER

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        schema = _schema(self._schemas, payload)
        if schema.kind != "AVRO":
            raise _other_kind(schema)
        source = Source(payload, HEADER, limits)
        try:
            root = schema.type.read(source, None, 0)
        except RecursionError:
            raise LimitError("too-deep", f"the record nests deeper than the {limits.depth} levels allowed") from None
        if source.at != len(payload):
            raise DecodeError("wrong-format", "bytes follow the end of the Avro record; send one record a message")
        return _AvroDocument(root, source, schema)


def _schema(schemas: Schemas, payload: bytes) -> Schema:
    if not payload.startswith(MAGIC):
        raise DecodeError("wrong-format", "the record is not in a schema registry's framing (it begins with 00)")
    if len(payload) < HEADER:
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


class _AvroDocument(TreeDocument):
    def __init__(self, root: Any, source: Source, schema: Schema) -> None:
        self._read_from = source
        read = native_traces if _is_native(schema) else json.read_traces

        def encode(tree: Any) -> bytes:
            return _rewritten(source, schema.type, tree)

        dialect = Dialect(Avro.name, MEDIA_TYPE, read, encode=encode, blobs=lambda _: source.blobs)
        super().__init__(root, dialect, source=source.data, limits=source.limits)

    def leaves(self) -> Leaves:
        known = self._leaves
        leaves = super().leaves()
        if known is None:
            self._keep_what_is_the_schemas(leaves)
        return leaves

    def _keep_what_is_the_schemas(self, leaves: Leaves) -> None:
        """A field's name is a label: it stands in the schema, and not in the record. So does an enum's symbol."""
        records, symbols = self._read_from.records, self._read_from.symbols
        for leaf, (container, key) in enumerate(leaves.slots):
            head = leaves.heads[leaf]
            if (id(container), key) in symbols:
                leaves.texts[leaf] = leaves.texts[leaf][: abs(head)]
            if head > 0 and id(container) in records:
                text = leaves.texts[leaf]
                leaves.texts[leaf] = f"{text[: head - 1]}{LABEL}{text[head:]}"
                leaves.heads[leaf] = -head


def _rewritten(source: Source, kind: Type, tree: Any) -> bytes:
    out = bytearray(source.data[:HEADER])
    kind.write(Source(source.data, HEADER, source.limits), out, tree)
    return bytes(out)


@functools.lru_cache(maxsize=256)
def _is_native(schema: Schema) -> bool:
    """Whether it is the native trace's. Raises DecodeError where only the name is."""
    if schema.name != trace_schema().name:
        return False
    if not resolves(schema.type, trace_schema().type):
        raise DecodeError("unknown-schema", f"the schema {schema.name} cannot be read as schemas/trace.avsc is")
    return True


def native_traces(tree: Any) -> Sequence[Trace]:
    """What the writer's schema lacks has the default of ours, and what ours lacks is left out; JSON texts are opened
    where masking left them whole."""
    node = tree if isinstance(tree, dict) else {}
    steps = node.get("steps")
    return native.read_traces(
        {**_opened(node), "steps": [_opened(step) for step in steps] if isinstance(steps, list) else []}
    )


def _opened(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    attributes, content = node.get("attributes"), node.get("content")
    opened = {**node, "attributes": {}}
    if isinstance(attributes, dict):
        opened["attributes"] = {name: opened_text(value) for name, value in attributes.items()}
    if node.get("content_type") == "application/json":
        opened["content"] = opened_text(content)
    return opened


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
        content = payload[HEADER:]
        found = jsontext.parse(content, limits)
        chosen = next((each for each in self._documents if each.recognises(content, found)), json.Json())
        return _Framed(payload[:HEADER], chosen.decode(content, limits, found))


class _Framed:
    """A document behind the bytes that say its schema."""

    format = JsonSchema.name
    content_type = JSON_MEDIA_TYPE

    def __init__(self, head: bytes, inner: Document) -> None:
        self._head, self._inner = head, inner
        self.leaves, self.path, self.traces, self.owners = inner.leaves, inner.path, inner.traces, inner.owners

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        self._inner.replace(leaf, part, text)

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        return self._head + self._inner.encode(traces)
