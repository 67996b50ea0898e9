"""A schema of a registry, read once: Avro's becomes types that read and write, with the schemas it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from . import logical as avrological
from .types import PRIMITIVES, Array, Bytes, Decimal, Enum, Fixed, Integer, Map, Record, Scalar, Type, Union

SCHEMA_BYTES = 1 << 20
DEPTH_MOST = 100
Kind = Literal["AVRO", "JSON", "PROTOBUF"]
_DECIMAL_SCALE_MOST = 1000


class SchemaError(ValueError):
    """What is wrong with a schema, in words. `missing`: the full name of a type that is defined nowhere."""

    def __init__(self, what: str, missing: str = "") -> None:
        self.missing = missing
        super().__init__(what)


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """`kind`: the registry's schemaType. `type` and `name` are Avro's: the name of what it describes."""

    kind: Kind
    type: Type = PRIMITIVES["null"]
    name: str = ""


def avro(text: str | bytes, references: Iterable[str | bytes] = ()) -> Schema:
    """Of Avro's JSON; `references` define types that it names, in an order in which each knows those before it.

    Raises SchemaError."""
    reading = _Reading()
    try:
        for each in references:
            reading.type(_parsed(each), "", 0)
        found = reading.type(_parsed(text), "", 0)
    except RecursionError:
        raise SchemaError("it nests too deep") from None
    return Schema("AVRO", found, found.name if isinstance(found, Record) else "")


def _parsed(text: str | bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SchemaError("it is no JSON") from None


@dataclass(slots=True)
class _Reading:
    names: dict[str, Type] = field(default_factory=dict)

    def type(self, node: Any, space: str, depth: int) -> Type:
        """`space`: the namespace around it."""
        if depth > DEPTH_MOST:
            raise SchemaError("it nests too deep")
        if isinstance(node, str):
            return self._named(node, space)
        if isinstance(node, list):
            return Union([self.type(each, space, depth + 1) for each in node])
        if not isinstance(node, dict):
            raise SchemaError("a type is neither a name, an object nor a list")
        kind = node.get("type")
        if kind == "array":
            return Array(self.type(node.get("items"), space, depth + 1))
        if kind == "map":
            return Map(self.type(node.get("values"), space, depth + 1))
        if kind in ("record", "error", "enum", "fixed"):
            return self._definition(kind, node, space, depth)
        found = self.type(kind, space, depth + 1)
        return _logical(found, node) if isinstance(kind, str) else found

    def _named(self, name: str, space: str) -> Type:
        if name in PRIMITIVES:
            return PRIMITIVES[name]
        full = _full(name, space)
        if full not in self.names and name not in self.names:
            raise SchemaError("it names a type that is defined nowhere", full)
        return self.names.get(full) or self.names[name]

    def _definition(self, kind: str, node: Mapping[str, Any], space: str, depth: int) -> Type:
        name, inner = node.get("name"), node.get("namespace")
        if not isinstance(name, str) or not name:
            raise SchemaError(f"a type of kind {kind} has no name")
        full = _full(name, inner if isinstance(inner, str) else space)
        if full in self.names:
            raise SchemaError("it defines a type twice")
        if kind == "enum":
            symbols = node.get("symbols")
            if not _is_texts(symbols):
                raise SchemaError("an enum has no list of symbols")
            self.names[full] = Enum(tuple(symbols or ()))
        elif kind == "fixed":
            size = node.get("size")
            if type(size) is not int or not 0 <= size < 1 << 31:
                raise SchemaError("a fixed has no size")
            self.names[full] = _logical(Fixed(size), node)
        else:
            record = self.names[full] = Record(full)
            self._fields(record, node.get("fields"), full.rpartition(".")[0], depth)
        return self.names[full]

    def _fields(self, record: Record, fields: Any, space: str, depth: int) -> None:
        """The record is known before its fields are, so that these may name it."""
        if not isinstance(fields, list) or not all(isinstance(each, dict) for each in fields):
            raise SchemaError("a record has no list of fields")
        names = [each.get("name") for each in fields]
        if not _is_texts(names) or len(set(names)) != len(names):
            raise SchemaError("the fields of a record have no names of their own")
        record.fields += [(each["name"], self.type(each.get("type"), space, depth + 1)) for each in fields]
        record.defaults = frozenset(each["name"] for each in fields if "default" in each)


def _full(name: str, space: str) -> str:
    return name if "." in name or not space else f"{space}.{name}"


def _is_texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(each, str) for each in found)


def _logical(found: Type, node: Mapping[str, Any]) -> Type:
    """A logical type that is unknown, or does not fit, says nothing (Avro's rule)."""
    logical = node.get("logicalType")
    if isinstance(found, Integer):
        return Integer(logical) if isinstance(logical, str) and logical in avrological.UNITS else found
    if logical == "decimal" and isinstance(found, Bytes | Fixed):
        scale = node.get("scale", 0)
        if type(scale) is int and 0 <= scale <= _DECIMAL_SCALE_MOST:
            return Decimal(scale, found.size if isinstance(found, Fixed) else None)
    if isinstance(found, Fixed) and (logical, found.size) in (("duration", 12), ("uuid", 16)):
        return Fixed(found.size, str(logical))
    return found


def resolves(writer: Type, reader: Type) -> bool:
    """Whether what `writer` wrote can be read as `reader`'s, by Avro's rules; of a union some branch must. The reader
    is not recursive."""
    if isinstance(writer, Union):
        return any(resolves(each, reader) for each in writer.branches)
    if isinstance(reader, Union):
        return any(resolves(writer, each) for each in reader.branches)
    if isinstance(reader, Record):
        return isinstance(writer, Record) and _fields_resolve(writer, reader)
    if isinstance(reader, Array):
        return isinstance(writer, Array) and resolves(writer.items, reader.items)
    if isinstance(reader, Map):
        return isinstance(writer, Map) and resolves(writer.values, reader.values)
    return isinstance(reader, Scalar) and type(writer) is type(reader)


def _fields_resolve(writer: Record, reader: Record) -> bool:
    written = dict(writer.fields)
    return writer.name.rpartition(".")[2] == reader.name.rpartition(".")[2] and all(
        resolves(written[name], kind) if name in written else name in reader.defaults for name, kind in reader.fields
    )
