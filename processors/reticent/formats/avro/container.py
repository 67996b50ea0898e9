"""Avro's container files as one record: rows in packed blocks, and the schema that the file brings along.

The schema and whatever else stands in the file's head leave with it: they are scanned as the rows are.
https://avro.apache.org/docs/1.12.0/specification/#object-container-files
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import BlobKind, Trace
from .. import json
from ..blobs import is_text
from ..document import Part
from ..parts import moved, together
from ..tree import Dialect, ReadTraces
from . import codecs as avrocodecs
from . import names as avronames
from .record import MEDIA_TYPE, NAME, AvroDocument, is_native, native_traces
from .schema import Schema, SchemaError, avro
from .source import Source, long

MAGIC = b"Obj\x01"
_SYNC = 16
_SCHEMA, _CODEC = "avro.schema", "avro.codec"
HEAD, ROWS = "head", "rows"
"""What we call the parts of a file."""


@dataclass(frozen=True, slots=True)
class _Block:
    """`packed`: as it came, with its count and size. `end`: of its rows among those of all blocks."""

    count: int
    packed: bytes
    end: int


@dataclass(frozen=True, slots=True)
class _File:
    head: Mapping[str, bytes]
    sync: bytes
    schema: Schema
    blocks: Sequence[_Block]
    rows: bytes

    @property
    def codec(self) -> str:
        return self.head.get(_CODEC, b"null").decode("ascii", "replace")


def decode(payload: bytes, limits: Limits) -> AvroDocument:
    """Raises DecodeError: truncated, wrong-format, unknown-schema, unknown-encoding, broken-encoding; LimitError."""
    file = _read(payload, limits)
    source = Source(file.rows, 0, limits)
    rows: list[Any] = []
    try:
        for block in file.blocks:
            for _ in range(block.count):
                rows.append(file.schema.type.read(source, rows, len(rows)))
            if source.at != block.end:
                raise DecodeError("wrong-format", "a block of the Avro file holds other rows than it says")
    except RecursionError:
        raise LimitError("too-deep", f"the record nests deeper than the {limits.depth} levels allowed") from None
    head: dict[str, Any] = {}
    for name, value in file.head.items():
        if name != _CODEC:
            head[name] = _shown(value)
            if not is_text(value):
                source.blobs.append((head, name, BlobKind.BINARY))
    tree = {HEAD: head, ROWS: rows}
    source.records.add(id(tree))
    return _Rows(tree, source, file, payload)


def _read(payload: bytes, limits: Limits) -> _File:
    source = Source(payload, len(MAGIC), limits)
    head: dict[str, bytes] = {}
    while count := source.block()[0]:
        for _ in range(count):
            name = source.text()
            if name in head:
                raise DecodeError("duplicate-keys", "the head of the Avro file holds a key twice")
            head[name] = source.take(source.long())
    sync = source.take(_SYNC)
    file = _File(head, sync, _schema(head.get(_SCHEMA, b"")), (), b"")
    blocks, rows, total = [], bytearray(), 0
    while source.at < len(payload):
        begin = source.at
        count, packed = source.long(), source.take(source.long())
        total += max(count, 0)
        if count < 0:
            raise DecodeError("wrong-format", "a block of the Avro file holds fewer rows than none")
        if total > limits.leaves:
            raise LimitError("too-many-leaves", f"the file holds more than the {limits.leaves} rows allowed")
        rows += avrocodecs.unpacked(packed, file.codec, limits.inflated_bytes - len(rows))
        blocks.append(_Block(count, payload[begin : source.at], len(rows)))
        if source.take(_SYNC) != sync:
            raise DecodeError("wrong-format", "a block of the Avro file does not end with the mark of its head")
    return replace(file, blocks=blocks, rows=bytes(rows))


@functools.lru_cache(maxsize=16)
def _schema(text: bytes) -> Schema:
    try:
        return avro(text)
    except SchemaError as error:
        raise DecodeError("unknown-schema", f"the schema of the Avro file cannot be read: {error}") from None


def _shown(value: bytes) -> str:
    return value.decode() if is_text(value) else base64.b64encode(value).decode()


class _Rows(AvroDocument):
    """A row is what it is as a record: of the native trace a trace, of any other schema a step. Rows that name the same
    trace are one, and so are those that name none, but for native ones."""

    def __init__(self, tree: Any, source: Source, file: _File, payload: bytes) -> None:
        self._file = file
        read = native_traces if is_native(file.schema) else json.read_traces
        self._numbers = numbers = _numbered(tree[ROWS], read, apart=read is native_traces)
        dialect = Dialect(
            NAME,
            MEDIA_TYPE,
            lambda tree: _traces(tree, numbers, read),
            split=lambda tree: _shares(tree, numbers),
            ties=json.TIES,
        )
        super().__init__(tree, source, dialect, payload=payload)

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        """The name of the schema stays."""
        if part is Part.VALUE or self.leaves().slot(leaf)[1] != _SCHEMA:
            super().replace(leaf, part, text)

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        whole = traces is None or len(traces) == len(self._shares)
        if whole and not self._changed:
            return self._source
        self.rename()
        kept = [whole or number in (traces or ()) for number in self._numbers]
        return _written(self._file, self._root[0], kept, self._limits)


def _numbered(rows: Sequence[Any], read: ReadTraces, *, apart: bool) -> list[int]:
    """Of each row the number of its trace."""
    known: dict[Any, int] = {}
    found = []
    for at, row in enumerate(rows):
        name = read(row)[0].trace_id or (at if apart else "")
        found.append(known.setdefault(name, len(known)))
    return found


def _shares(tree: Any, numbers: Sequence[int]) -> Sequence[Sequence[Any]]:
    found: list[list[Any]] = [[] for _ in range(max(numbers, default=0) + 1)]
    for row, number in zip(tree[ROWS], numbers, strict=True):
        found[number].append(row)
    return found


def _traces(tree: Any, numbers: Sequence[int], read: ReadTraces) -> Sequence[Trace]:
    rows = tree[ROWS] if isinstance(tree[ROWS], list) else []  # one word stands for rows that were masked together
    found: list[Trace | None] = [None] * (max(numbers, default=0) + 1)
    for at, (row, number) in enumerate(zip(rows, numbers, strict=False)):
        trace = moved(read(row)[0], functools.partial(_path, at))
        known = found[number]
        found[number] = trace if known is None else together(known, trace)
    return [trace or Trace() for trace in found]


def _path(row: int, path: str) -> str:
    return f"$['{ROWS}'][{row}]{path[1:]}"


def _written(file: _File, tree: Any, kept: Sequence[bool], limits: Limits) -> bytes:
    """Blocks in which nothing was masked are packed as they were."""
    rows = tree[ROWS] if isinstance(tree[ROWS], list) else []
    out = bytearray(MAGIC + _head(file, tree[HEAD]) + file.sync)
    source, at = Source(file.rows, 0, limits), 0
    for block in file.blocks:
        begin, body, count = source.at, bytearray(), 0
        for _ in range(block.count):
            if kept[at] and at < len(rows):
                file.schema.type.write(source, body, rows[at])
                count += 1
            else:
                file.schema.type.read(source, (), 0)
            at += 1
        if count == block.count and body == file.rows[begin : source.at]:
            out += block.packed
        elif count:
            packed = avrocodecs.packed(bytes(body), file.codec)
            out += long(count) + long(len(packed)) + packed
        else:
            continue
        out += file.sync
    return bytes(out)


def _head(file: _File, shown: Any) -> bytes:
    """A map of bytes, in the order in which it came."""
    now = iter(shown.items()) if isinstance(shown, dict) else iter(())
    found: dict[str, bytes] = {}
    for name, value in file.head.items():
        if name == _CODEC:
            found[name] = value
            continue
        key, text = next(now, (name if name == _SCHEMA else "", None))
        if text == _shown(value):
            found[key] = value
        elif name == _SCHEMA:
            found[key] = avronames.masked(value, text)
        elif key:
            found[key] = str(text or "").encode()
    entries = (long(len(key.encode())) + key.encode() + long(len(value)) + value for key, value in found.items())
    return long(len(found)) + b"".join(entries) + b"\x00"
