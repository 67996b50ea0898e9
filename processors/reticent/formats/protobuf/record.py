"""Messages of protobuf as the tree of their JSON mapping, and the tree's changes back into the messages.

What the messages' own fields do not hold is not lost, and not passed over: fields that are unknown here stand in the
tree under `unknown`, as [{number: value}, ...], and what is hidden in the bytes (a field that is given twice, of which
the last one counts) does not leave, because then the record leaves as it was understood, not as the bytes it came in.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import DecodeError as ProtobufError
from google.protobuf.unknown_fields import UnknownFieldSet

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import BlobKind
from ..blobs import is_text
from ..jsontext import Number
from . import wire

Trail = Sequence[str | int]
"""The names and indices that lead to a node of the tree."""
Edit = tuple[Trail, Any, Any]
"""Where an object of the tree stands, or a list of texts, itself, and which of its fields, or items, was written."""

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Form:
    """How the bytes of a field stand in the tree. `write` gives None where a text is none of these."""

    read: Callable[[bytes], str]
    write: Callable[[str], bytes | None]


IN_BASE64 = Form(lambda value: base64.b64encode(value).decode(), lambda text: None)


def _identity(value: bytes) -> str:
    """Bytes of another size than ids have are no id: text among them is seen as it stands."""
    return value.hex() if len(value) in (8, 16) else value.decode("latin-1")


def _identified(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


HEXADECIMAL = Form(_identity, _identified)


Read = Callable[["ProtoRecord", Any], Any]
Table = dict[int, tuple[str, Read]]
"""By field number its name in JSON, and how its value is read."""
Lists = Callable[["ProtoRecord", Any, Table], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record. `message`: the outermost. `says`: what it is, for people. `items`: the names of the lists that
    lead to an item; none where the message is one. `forms`: of fields of bytes, by name. `wide`: what numbers of 64
    bits are in the tree. `read`, `write`: of messages, by full name, lists of which are read, or fields of which are
    written, in a way of their own."""

    message: Any
    says: str
    items: Sequence[str] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
    wide: Callable[[int], Any] = str
    read: Mapping[str, Lists] = field(default_factory=dict)
    write: Mapping[str, Callable[[Any, Any, Any], None]] = field(default_factory=dict)
    table: Table = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", self._table(self.message.DESCRIPTOR, {}))

    def _table(self, descriptor: Any, known: dict[str, Table]) -> Table:
        found = known.get(descriptor.full_name)
        if found is None:
            # known before it is filled: a message may hold others of its own kind
            found = known[descriptor.full_name] = {}
            found.update((each.number, (each.json_name, self._reader(each, known))) for each in descriptor.fields)
        return found

    def _reader(self, each: Any, known: dict[str, Table]) -> Read:
        if each.message_type is not None:
            below = self._table(each.message_type, known)
            if not each.is_repeated:
                return lambda record, value: record.object(value, below)
            lists = self.read.get(each.message_type.full_name, ProtoRecord.objects)
            return lambda record, values: lists(record, values, below)
        if each.is_repeated:
            return ProtoRecord.texts
        if each.type == each.TYPE_BYTES:
            read = self.forms.get(each.json_name, IN_BASE64).read
            return lambda _, value: read(value)
        if each.type in (each.TYPE_INT64, each.TYPE_UINT64, each.TYPE_FIXED64, each.TYPE_SFIXED64):
            wide = self.wide
            return lambda _, value: wide(value)
        if each.type == each.TYPE_DOUBLE:
            return lambda _, value: Number(repr(value).encode())
        return lambda _, value: value


class ProtoRecord:
    """`tree` is the record, `source` its bytes; `blobs` are those of unknown fields. Raises DecodeError, LimitError."""

    def __init__(self, kind: Kind, payload: bytes, limits: Limits) -> None:
        self._kind = kind
        self._type: Any = kind.message
        self._room, self._most = limits.leaves, limits.leaves
        try:
            self._root = self._type.FromString(payload)
        except (ProtobufError, UnicodeDecodeError):
            raise DecodeError("not-protobuf", f"the payload is no {kind.says}, or is cut") from None
        self.source: bytes = self._root.SerializeToString(deterministic=True)
        self.blobs: list[tuple[Any, Any, BlobKind]] = []
        self._odd: list[tuple[Any, list[dict[str, Any]]]] = []
        self._kinds: dict[int, int] = {}
        known = self._type.FromString(payload)
        known.DiscardUnknownFields()
        self.whole = known.SerializeToString(deterministic=True) == self.source
        """Whether all its fields are known."""
        self.tree: dict[str, Any] = self.object(self._root, kind.table)

    # message -> tree

    def object(self, message: Any, table: Table) -> dict[str, Any]:
        node: dict[str, Any] = {}
        for each, value in message.ListFields():
            name, read = table[each.number]
            node[name] = read(self, value)
        if not self.whole:
            self._add_unknown(message, node, table)
        return node

    def objects(self, messages: Any, table: Table) -> list[dict[str, Any]]:
        self.count(messages)
        return [self.object(each, table) for each in messages]

    def texts(self, values: Any) -> list[str]:
        self.count(values)
        return list(values)

    def count(self, values: Any) -> None:
        """Before anything is made of them: a few bytes of payload are an attribute."""
        self._room -= len(values)
        if self._room < 0:
            raise LimitError("too-many-leaves", f"the document holds more than the {self._most} leaves allowed")

    # fields without a descriptor

    def _add_unknown(self, message: Any, node: dict[str, Any], table: Table) -> None:
        unknown = _fields_of(UnknownFieldSet(message))
        if any(number in table for number, _, _ in unknown):
            raise DecodeError("wrong-format", f"a field of the {self._kind.says} has another wire type than it should")
        if entries := [self._entry(number, kind, value, 0) for number, kind, value in unknown]:
            node[UNKNOWN] = entries
            self._odd.append((message, entries))

    def _entry(self, number: int, kind: int, value: Any, depth: int) -> dict[str, Any]:
        """`value`: a number, bytes, or what is known of a group's fields."""
        self.count((value,))
        entry: dict[str, Any] = {}
        self._kinds[id(entry)] = kind
        if isinstance(value, int):
            entry[str(number)] = value
        elif kind == wire.GROUP:
            fields = _fields_of(value) if not isinstance(value, bytes) else wire.message(value)
            entry[str(number)] = [self._entry(of, how, each, depth + 1) for of, how, each in fields or ()]
        else:
            self._read_bytes(entry, str(number), value, depth)
        return entry

    def _read_bytes(self, entry: dict[str, Any], name: str, value: bytes, depth: int) -> None:
        inner = wire.message(value) if depth < 50 else None
        written = _written(value)
        if inner and (written is None or all(each == wire.LENGTH for _, each, _ in inner)):
            entry[name] = [self._entry(*each, depth + 1) for each in inner]
        elif written is not None or is_text(value):
            entry[name] = value.decode()
        else:
            entry[name] = base64.b64encode(value).decode()
            self.blobs.append((entry, name, BlobKind.BINARY))

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
                    self._write(message, node, name)
        if unknown:
            self._root.DiscardUnknownFields()
            for message, entries in self._odd:
                message.MergeFromString(self._bytes(entries))
        root = self._root
        if gone:
            root = self._type()
            if self._kind.items:
                root.CopyFrom(self._root)
                _remove(root, self._kind.items, gone)
        written: bytes = root.SerializeToString(deterministic=True)
        return written

    def _at(self, trail: Trail) -> Any:
        """The message there; None below what became a text meanwhile."""
        found: Any = self._root
        for segment in trail:
            if isinstance(segment, str):
                found = getattr(found, snake(segment))
            elif segment < len(found):
                found = found[segment]
            else:
                return None
        return found

    def _write(self, message: Any, node: Any, name: Any) -> None:
        """A text in a field that takes none empties it."""
        if isinstance(node, list):
            message[name] = node[name] or ""  # texts of protobuf have no null
            return
        own = self._kind.write.get(message.DESCRIPTOR.full_name)
        if own is not None:
            own(message, node, name)
            return
        known, value = message.DESCRIPTOR.fields_by_name[snake(name)], node.get(name)
        if isinstance(value, str) and known.type != known.TYPE_STRING:
            value = self._kind.forms.get(name, IN_BASE64).write(value) if known.type == known.TYPE_BYTES else None
        if value is None:
            message.ClearField(known.name)
        else:
            setattr(message, known.name, value)

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


def _fields_of(unknown: Any) -> list[tuple[int, int, Any]]:
    return [(each.field_number, each.wire_type, each.data) for each in unknown]


def _unless_masked(value: str) -> bytes:
    return value.encode() if value.startswith("[") else base64.b64decode(value)


def _written(value: bytes) -> str | None:
    """What people write: no control characters but those of lines and columns."""
    try:
        found = value.decode()
    except UnicodeDecodeError:
        return None
    return found if all(sign >= " " or sign in "\t\r\n" for sign in found) else None


def _remove(message: Any, lists: Sequence[str], gone: Collection[tuple[int, ...]]) -> None:
    """Items, then what they leave empty of the lists that led to them."""
    values = getattr(message, snake(lists[0]))
    inner: dict[int, list[tuple[int, ...]]] = {}
    for first, *rest in gone:
        inner.setdefault(first, []).append(tuple(rest))
    for index in sorted(inner, reverse=True):
        if len(lists) > 1:
            _remove(values[index], lists[1:], inner[index])
        if len(lists) == 1 or not getattr(values[index], snake(lists[1])):
            del values[index]


def snake(name: str) -> str:
    """A field's name as protobuf's files have it."""
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
