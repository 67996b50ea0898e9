"""OTLP's protobuf messages as the tree of its JSON mapping, and the tree's changes back into the messages.

What the messages' own fields do not hold is not lost, and not passed over: fields that are unknown here stand in the
tree under `unknown`, as [{number: value}, ...], and what is hidden in the bytes (a field that is given twice, of which
the last one counts) does not leave, because then the record leaves as it was understood, not as the bytes it came in.
"""

from __future__ import annotations

import base64
import enum
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.message import DecodeError as ProtobufError
from google.protobuf.unknown_fields import UnknownFieldSet
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import BlobKind
from ..blobs import is_text
from ..jsontext import Number
from . import wire
from .names import IDS, KINDS

Trail = Sequence[str | int]
"""The names and indices that lead to a node of the tree."""
Edit = tuple[Trail, Any, Any]
"""Where an object of the tree stands, or a list of texts, itself, and which of its fields, or items, was written."""

UNKNOWN = "unknown"


def _names(descriptor: Any, found: set[str]) -> set[str]:
    """The names of a message's fields, and of those below it, in both spellings."""
    for field in descriptor.fields:
        if field.json_name not in found:
            found.update((field.json_name, field.name))
            if field.message_type is not None:
                _names(field.message_type, found)
    return found


NAMES = frozenset(_names(TracesData.DESCRIPTOR, set()) | _names(LogsData.DESCRIPTOR, set()))
"""OTLP's own field names."""


class Message(enum.Enum):
    """The outermost message of a record. What exporters send to a collector (Export...ServiceRequest) is the same."""

    TRACES = TracesData
    LOGS = LogsData

    def recognises(self, payload: bytes) -> bool:
        """By its first span or log record, which lies at 1.2.2: by the first field of it that only one of them has."""
        if not payload.startswith(b"\x0a"):
            return False
        try:
            return (
                next((found for sign in _first(payload, 0, len(payload), 3) if (found := _SIGNS.get(sign))), "")
                == self.name
            )
        except ValueError:
            return False


_SIGNS: Mapping[tuple[int, int, int], str] = {
    # trace_id, start and end time
    **dict.fromkeys(((1, wire.LENGTH, 16), (7, wire.FIXED64, 8), (8, wire.FIXED64, 8)), "TRACES"),
    # time, observed time, severity, trace_id
    **dict.fromkeys(((1, wire.FIXED64, 8), (11, wire.FIXED64, 8), (2, wire.VARINT, 1), (9, wire.LENGTH, 16)), "LOGS"),
}
"""By (number, wire type, size) of a field."""


def _first(payload: bytes, begin: int, end: int, levels: int) -> Iterator[tuple[int, int, int]]:
    """The fields of the first item that has any: of the outermost message's first field, and twice of the second."""
    if not levels:
        for number, kind, at, last in wire.fields(payload, begin, end):
            yield number, kind, last - at
        return
    wanted = 1 if levels == 3 else 2
    for number, kind, at, last in wire.fields(payload, begin, end):
        if number == wanted and kind == wire.LENGTH:
            empty = True
            for sign in _first(payload, at, last, levels - 1):
                empty = False
                yield sign
            if not empty:
                return


class ProtoRecord:
    """`tree` is the record, `source` its bytes. Raises DecodeError, LimitError."""

    def __init__(self, message: Message, payload: bytes, limits: Limits) -> None:
        self._type: Any = message.value
        self._room, self._most = limits.leaves, limits.leaves
        try:
            self._root = self._type.FromString(payload)
        except (ProtobufError, UnicodeDecodeError):
            raise DecodeError("not-protobuf", f"the payload is no OTLP {message.name.lower()}, or is cut") from None
        self.source: bytes = self._root.SerializeToString(deterministic=True)
        self.blobs: list[tuple[Any, Any, BlobKind]] = []
        self._odd: list[tuple[Any, list[dict[str, Any]]]] = []
        self._kinds: dict[int, int] = {}
        known = self._type.FromString(payload)
        known.DiscardUnknownFields()
        self._whole = known.SerializeToString(deterministic=True) == self.source
        self.tree: dict[str, Any] = self._object(self._root, _TABLES[self._type.DESCRIPTOR.full_name])

    # message -> tree

    def _object(self, message: Any, table: _Table) -> dict[str, Any]:
        node: dict[str, Any] = {}
        for field, value in message.ListFields():
            name, read = table[field.number]
            node[name] = read(self, value)
        if not self._whole:
            self._add_unknown(message, node, table)
        return node

    def _objects(self, messages: Any, table: _Table) -> list[dict[str, Any]]:
        self._count(messages)
        return [self._object(each, table) for each in messages]

    def _attributes(self, attributes: Any, table: _Table) -> list[dict[str, Any]]:
        if not self._whole:
            return self._objects(attributes, table)
        self._count(attributes)
        found: list[dict[str, Any]] = []
        for each in attributes:
            value = each.value
            if value.WhichOneof("value") == "string_value":
                found.append({"key": each.key, "value": {"stringValue": value.string_value}})
            else:
                found.append(self._object(each, table))
        return found

    def _texts(self, values: Any) -> list[str]:
        self._count(values)
        return list(values)

    def _count(self, values: Any) -> None:
        """Before anything is made of them: a few bytes of payload are an attribute."""
        self._room -= len(values)
        if self._room < 0:
            raise LimitError("too-many-leaves", f"the document holds more than the {self._most} leaves allowed")

    # fields without a descriptor

    def _add_unknown(self, message: Any, node: dict[str, Any], table: _Table) -> None:
        entries: list[dict[str, Any]] = []
        found: Any = UnknownFieldSet(message)
        for field in found:
            if field.field_number in table:
                raise DecodeError("wrong-format", "a field of the OTLP record has another wire type than it should")
            if field.wire_type not in (wire.VARINT, wire.FIXED64, wire.LENGTH, wire.FIXED32):
                raise DecodeError("wrong-format", "the OTLP record holds a protobuf group, which OTLP never has")
            entries.append(self._entry(field.field_number, field.wire_type, field.data, 0))
        if entries:
            node[UNKNOWN] = entries
            self._odd.append((message, entries))

    def _entry(self, number: int, kind: int, value: wire.Value, depth: int) -> dict[str, Any]:
        self._count((value,))
        entry: dict[str, Any] = {}
        self._kinds[id(entry)] = kind
        if isinstance(value, int):
            entry[str(number)] = value
            return entry
        inner = wire.message(value) if depth < 50 else None
        written = _written(value)
        if inner and (written is None or all(each == wire.LENGTH for _, each, _ in inner)):
            entry[str(number)] = [self._entry(*each, depth + 1) for each in inner]
        elif written is not None or is_text(value):
            entry[str(number)] = value.decode()
        else:
            entry[str(number)] = base64.b64encode(value).decode()
            self.blobs.append((entry, str(number), BlobKind.BINARY))
        return entry

    # tree -> message

    def encode(self, edits: Iterable[Edit], gone: Collection[tuple[int, ...]] = ()) -> bytes:
        """With the edits in it, and without the items at these places, nor what held no others."""
        unknown = False
        for trail, node, name in edits:
            if UNKNOWN in trail:
                unknown = True
            else:
                message = self._at(trail)
                if message is not None:
                    _write(message, node, name)
        if unknown:
            self._root.DiscardUnknownFields()
            for message, entries in self._odd:
                message.MergeFromString(self._bytes(entries))
        root = self._root
        if gone:
            root = self._type()
            root.CopyFrom(self._root)
            _remove(root, gone)
        written: bytes = root.SerializeToString(deterministic=True)
        return written

    def _at(self, trail: Trail) -> Any:
        """The message there; None below what became a text meanwhile."""
        found: Any = self._root
        for segment in trail:
            if isinstance(segment, str):
                found = getattr(found, _snake(segment))
            elif segment < len(found):
                found = found[segment]
            else:
                return None
        return found

    def _bytes(self, entries: Iterable[Mapping[str, Any]]) -> bytes:
        blobs = {id(entry) for entry, _, _ in self.blobs}
        return b"".join(part for entry in entries for part in self._fields(entry, id(entry) in blobs))

    def _fields(self, entry: Mapping[str, Any], blob: bool) -> Iterator[bytes]:
        """A number that was masked has no place in its field, and goes."""
        kind = self._kinds[id(entry)]
        for number, value in entry.items():
            if isinstance(value, list):
                yield wire.field(int(number), kind, self._bytes(value))
            elif isinstance(value, int):
                yield wire.field(int(number), kind, value)
            elif isinstance(value, str) and kind == wire.LENGTH and number.isdigit():
                yield wire.field(int(number), kind, _unless_masked(value) if blob else value.encode())


def _unless_masked(value: str) -> bytes:
    return value.encode() if value.startswith("[") else base64.b64decode(value)


def _written(value: bytes) -> str | None:
    """What people write: no control characters but those of lines and columns."""
    try:
        found = value.decode()
    except UnicodeDecodeError:
        return None
    return found if all(sign >= " " or sign in "\t\r\n" for sign in found) else None


def _write(message: Any, node: Any, name: Any) -> None:
    if isinstance(node, list):
        message[name] = node[name] or ""  # texts of protobuf have no null
        return
    if message.DESCRIPTOR is AnyValue.DESCRIPTOR:
        value = next((node[kind] for kind in KINDS if kind in node), None)
        if value is None:
            message.Clear()
        else:
            message.string_value = value
        return
    field, value = _snake(name), node.get(name)
    if value is None:
        message.ClearField(field)
    else:
        setattr(message, field, bytes.fromhex(value) if name in IDS else value)


def _remove(root: Any, gone: Collection[tuple[int, ...]]) -> None:
    """Items, then the scopes and resources that they leave empty."""
    outers = root.ListFields()[0][1]
    scopes: set[tuple[int, int]] = set()
    for i, j, k in sorted(gone, reverse=True):
        del _below(_below(outers[i])[j])[k]
        scopes.add((i, j))
    resources: set[int] = set()
    for i, j in sorted(scopes, reverse=True):
        inners = _below(outers[i])
        if not _below(inners[j]):
            del inners[j]
            resources.add(i)
    for i in sorted(resources, reverse=True):
        if not _below(outers[i]):
            del outers[i]


def _below(message: Any) -> Any:
    """The list of what a resource or a scope is of."""
    return getattr(message, message.DESCRIPTOR.fields_by_number[2].name)


_Read = Callable[[ProtoRecord, Any], Any]
_Table = dict[int, tuple[str, _Read]]
"""By field number its name in JSON, and how its value is read."""


def _table(descriptor: Any, known: dict[str, _Table]) -> _Table:
    found = known.get(descriptor.full_name)
    if found is None:
        # known before it is filled: a message may hold others of its own kind
        found = known[descriptor.full_name] = {}
        found.update((field.number, (field.json_name, _reader(field, known))) for field in descriptor.fields)
    return found


def _reader(field: Any, known: dict[str, _Table]) -> _Read:
    if field.message_type is not None:
        below = _table(field.message_type, known)
        if not field.is_repeated:
            return lambda record, value: record._object(value, below)
        if field.message_type.name == "KeyValue":
            return lambda record, values: record._attributes(values, below)
        return lambda record, values: record._objects(values, below)
    if field.is_repeated:
        return ProtoRecord._texts
    if field.type == field.TYPE_BYTES:
        return (
            (lambda _, value: value.hex())
            if field.json_name in IDS
            else (lambda _, value: base64.b64encode(value).decode())
        )
    if field.type in (field.TYPE_INT64, field.TYPE_UINT64, field.TYPE_FIXED64, field.TYPE_SFIXED64):
        return lambda _, value: str(value)
    if field.type == field.TYPE_DOUBLE:
        return lambda _, value: Number(repr(value).encode())
    return lambda _, value: value


_TABLES: dict[str, _Table] = {}
for _message in Message:
    _table(_message.value.DESCRIPTOR, _TABLES)


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
