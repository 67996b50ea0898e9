"""Avro container files, record by record, whatever their schema. No size in them is believed.

Format: https://avro.apache.org/docs/1.12.0/specification/#object-container-files
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import fastavro
import msgspec

from ..errors import DecodeError, LimitError
from ..formats.avro.codecs import unpacked
from ..limits import Limits
from .streams import Stream

MAGIC = b"Obj\x01"
_SYNC = 16
_HEADER_MOST = 4 * 1024 * 1024
"""Bytes of the header's values, the schema among them."""


def records(stream: Stream, limits: Limits) -> Iterator[bytes]:
    """Each record as JSON. Raises DecodeError: broken-encoding, unknown-schema; LimitError too-large."""
    stream.read(len(MAGIC))
    header = dict(_header(stream))
    sync = _exactly(stream, _SYNC)
    schema = _schema(header.get("avro.schema", b""))
    codec = header.get("avro.codec", b"null").decode("ascii", "replace")
    while stream.peek(1):
        count, size = _long(stream), _long(stream)
        if size > limits.record_bytes:
            raise LimitError("too-large", f"a block has more than the {limits.record_bytes} bytes allowed")
        plain = unpacked(_exactly(stream, size), codec, limits.record_bytes)
        if count < 0 or count > len(plain):
            raise _broken()
        source = io.BytesIO(plain)
        for _ in range(count):
            yield _record(source, schema)
        if _exactly(stream, _SYNC) != sync:
            raise _broken()


def _header(stream: Stream) -> Iterator[tuple[str, bytes]]:
    room = _HEADER_MOST
    while count := _long(stream):
        if count < 0:
            count = -count
            _long(stream)
        for _ in range(count):
            name, value = _sized(stream, room), _sized(stream, room)
            room -= len(name) + len(value) + 1
            if room < 0:
                raise _broken()
            yield name.decode("utf-8", "replace"), value


def _schema(text: bytes) -> Any:
    try:
        written = json.loads(text)
        parsed: Any = fastavro.parse_schema(written)
    except Exception:  # fastavro raises whatever it stumbles over
        raise DecodeError("unknown-schema", "the Avro file has no schema that can be read") from None
    if not _wide(written, frozenset()):
        raise DecodeError("unknown-schema", "values of no width in the Avro schema: a few bytes may claim any number")
    return parsed


def _wide(schema: Any, inside: frozenset[str]) -> bool:
    """Whether a value takes a byte at least, and the items of every array in it do."""
    if isinstance(schema, list):
        return all(_wide(each, inside) or each == "null" for each in schema)
    if not isinstance(schema, Mapping):
        return bool(schema != "null")
    kind = schema.get("type")
    if kind == "array":
        return _wide(schema.get("items"), inside)
    if kind == "map":
        return _wide(schema.get("values"), inside) or bool(schema.get("values") == "null")  # a key has a length
    if kind in ("record", "error"):
        name = str(schema.get("name"))
        fields = schema.get("fields") or []
        if name in inside:
            return True
        below = inside | {name}
        known = [each.get("type") for each in fields]
        return (
            bool(known)
            and any(each != "null" for each in known)
            and all(_wide(each, below) or each == "null" for each in known)
        )
    if kind == "fixed":
        return bool(schema.get("size"))
    return True if kind == "enum" else _wide(kind, inside)


def _record(source: io.BytesIO, schema: Any) -> bytes:
    try:
        return msgspec.json.encode(fastavro.schemaless_reader(source, schema, None), enc_hook=str)
    except Exception:  # fastavro raises whatever it stumbles over
        raise _broken() from None


def _sized(stream: Stream, most: int) -> bytes:
    size = _long(stream)
    if size > most:
        raise _broken()
    return _exactly(stream, size)


def _exactly(stream: Stream, size: int) -> bytes:
    data = stream.read(size) if size >= 0 else b""
    if len(data) != size:
        raise _broken()
    return data


def _long(stream: Stream) -> int:
    value = shift = 0
    while True:
        byte = _exactly(stream, 1)[0]
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1)
        if shift > 63:
            raise _broken()


def _broken() -> DecodeError:
    return DecodeError("broken-encoding", "the Avro file is broken or cut")
