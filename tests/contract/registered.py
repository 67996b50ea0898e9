"""The run of the contract suite in a schema registry's framing, and the schemas by id."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import fastavro

from reticent.errors import DecodeError
from reticent.formats.avro import schema as avroschema
from reticent.formats.avro.registered import SchemaId
from reticent.formats.avro.schema import Schema
from reticent.formats.registry import Formats
from reticent.resources import schema_path

SYNC = b"sixteen letters."
TRACE_ID, JSON_ID, PROTOBUF_ID = 7, 8, 9


class Known:
    """Schemas that a test knows."""

    def __init__(self, schemas: Mapping[Any, Schema]) -> None:
        self._schemas = schemas

    def get(self, number: SchemaId) -> Schema:
        if number not in self._schemas:
            raise DecodeError("unknown-schema", "nobody knows the schema")
        return self._schemas[number]


SCHEMAS = Known({
    TRACE_ID: avroschema.avro(schema_path("trace.avsc").read_bytes()),
    JSON_ID: Schema("JSON"),
    PROTOBUF_ID: Schema("PROTOBUF"),
})  # fmt: skip
FORMATS = Formats(SCHEMAS)


def framed(number: int, content: bytes) -> bytes:
    return b"\x00" + number.to_bytes(4, "big") + content


def container(schema: Any, rows: Iterable[Any], codec: str = "null", **metadata: str) -> bytes:
    """A container file, whose mark is made of letters, so that a test may name it."""
    out = io.BytesIO()
    fastavro.writer(out, schema, rows, codec=codec, metadata=metadata or None, sync_marker=SYNC)
    return out.getvalue()


def fixtures(native: bytes, native_avro: bytes) -> dict[str, bytes]:
    """`native_avro`: in single-object framing, whose header has ten bytes."""
    schema = json.loads(schema_path("trace.avsc").read_bytes())
    row = fastavro.schemaless_reader(io.BytesIO(native_avro[10:]), fastavro.parse_schema(schema), None)
    return {
        "avro": framed(TRACE_ID, native_avro[10:]),
        "avro container": container(schema, [row]),
        "json-schema": framed(JSON_ID, native),
    }
