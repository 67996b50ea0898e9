"""Avro's types: binary values as a tree, and the tree's changes back into the very bytes that they came from.

What was not replaced keeps its bytes, so that nothing is lost by what a tree can say of it (scales, widths, blocks).
Encoding: https://avro.apache.org/docs/1.12.0/specification/
"""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from ...errors import DecodeError
from ...model import BlobKind
from ...placeholders import OPAQUE
from ..jsontext import Number
from . import logical as avrological
from .source import Source, long

DECIMAL_BYTES: Final = 256
"""Of a decimal that is shown as a number; a longer one is a blob."""


class Type(Protocol):
    def read(self, source: Source, node: Any, key: Any) -> Any:
        """The next value, which will stand in `node` under `key`. Raises DecodeError, LimitError."""
        ...

    def write(self, source: Source, out: bytearray, value: Any) -> None:
        """The next value of the source as `value` says it: its own bytes where it says the same."""
        ...

    def put(self, text: str | None) -> bytes:
        """A value of this type in place of one that was masked: `text` where the type takes it."""
        ...


class Scalar:
    """A value without parts. `empty`: what stands in place of one that was masked."""

    empty = b"\x00"

    def read(self, source: Source, node: Any, key: Any) -> Any:
        raise NotImplementedError

    def write(self, source: Source, out: bytearray, value: Any) -> None:
        begin = source.at
        found = self.read(source, (), 0)
        out += source.data[begin : source.at] if _same(found, value) else self.put(_replaced(value))

    def put(self, text: str | None) -> bytes:
        return self.empty


def _same(found: Any, value: Any) -> bool:
    if type(found) is not type(value):
        return False
    if type(found) is Number:
        return bytes(found) == bytes(value)
    return bool(found == value) or (type(found) is float and math.isnan(found) and math.isnan(value))


def _replaced(value: Any) -> str | None:
    return value if isinstance(value, str) else None


class Null(Scalar):
    empty = b""

    def read(self, source: Source, node: Any, key: Any) -> None:
        return None


class Boolean(Scalar):
    def read(self, source: Source, node: Any, key: Any) -> bool:
        found = source.take(1)
        if found not in (b"\x00", b"\x01"):
            raise DecodeError("wrong-format", "a boolean of the Avro record is neither 0 nor 1")
        return found == b"\x01"


@dataclass(frozen=True, slots=True)
class Integer(Scalar):
    """int and long. `logical`: how a date or time is told."""

    logical: str = ""

    def read(self, source: Source, node: Any, key: Any) -> Any:
        return avrological.shown(self.logical, source.long()) if self.logical else source.long()


class Float(Scalar):
    empty = bytes(4)

    def read(self, source: Source, node: Any, key: Any) -> float:
        return avrological.short(struct.unpack("<f", source.take(4))[0])


class Double(Scalar):
    empty = bytes(8)

    def read(self, source: Source, node: Any, key: Any) -> float:
        found: float = struct.unpack("<d", source.take(8))[0]
        return found


class String(Scalar):
    def read(self, source: Source, node: Any, key: Any) -> str:
        return source.text()

    def put(self, text: str | None) -> bytes:
        return _sized(text)


def _sized(text: str | None) -> bytes:
    data = (text or "").encode("utf-8", "surrogatepass")
    return long(len(data)) + data


class Bytes(Scalar):
    """A placeholder that masking wrote reads as a text; everything else is a blob, and stands as base64."""

    def read(self, source: Source, node: Any, key: Any) -> str:
        return _blob(source, source.take(source.long()), node, key)

    def put(self, text: str | None) -> bytes:
        return _sized(text)


@dataclass(frozen=True, slots=True)
class Fixed(Scalar):
    """`logical`: duration or uuid."""

    size: int
    logical: str = ""

    def read(self, source: Source, node: Any, key: Any) -> str:
        data = source.take(self.size)
        if self.logical == "duration":
            return avrological.duration(data)
        return avrological.uuid(data) if self.logical == "uuid" else _blob(source, data, node, key)

    def put(self, text: str | None) -> bytes:
        return bytes(self.size)


def _blob(source: Source, data: bytes, node: Any, key: Any) -> str:
    if data.startswith(OPAQUE.encode()):
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    source.blobs.append((node, key, BlobKind.BINARY))
    return base64.b64encode(data).decode()


@dataclass(frozen=True, slots=True)
class Decimal(Scalar):
    """`size`: of fixed; None where each value says its own."""

    scale: int
    size: int | None

    def read(self, source: Source, node: Any, key: Any) -> Any:
        data = source.take(source.long() if self.size is None else self.size)
        return avrological.decimal(data, self.scale) if len(data) <= DECIMAL_BYTES else _blob(source, data, node, key)

    def put(self, text: str | None) -> bytes:
        return b"\x02\x00" if self.size is None else bytes(self.size)


@dataclass(frozen=True, slots=True)
class Enum(Scalar):
    symbols: Sequence[str]

    def read(self, source: Source, node: Any, key: Any) -> str:
        index = source.long()
        if not 0 <= index < len(self.symbols):
            raise DecodeError("wrong-format", "the Avro record names a symbol that its enum does not have")
        source.symbols.add((id(node), key))
        return self.symbols[index]


@dataclass(slots=True)
class Array:
    items: Type

    def read(self, source: Source, node: Any, key: Any) -> list[Any]:
        source.enter()
        found: list[Any] = []
        read = self.items.read
        while count := source.block()[0]:
            for index in range(len(found), len(found) + count):
                found.append(read(source, found, index))
        source.depth -= 1
        return found

    def write(self, source: Source, out: bytearray, value: Any) -> None:
        if type(value) is not list:
            _put_instead(self, source, out, _replaced(value))
            return
        each = iter(value)
        _copy_blocks(source, out, lambda body: self.items.write(source, body, next(each)))

    def put(self, text: str | None) -> bytes:
        """A list of texts takes the text as its one item."""
        if text is None or not isinstance(self.items, String):
            return b"\x00"
        return b"\x02" + self.items.put(text) + b"\x00"


@dataclass(slots=True)
class Map:
    values: Type

    def read(self, source: Source, node: Any, key: Any) -> dict[str, Any]:
        source.enter()
        found: dict[str, Any] = {}
        read = self.values.read
        while count := source.block()[0]:
            for _ in range(count):
                name = source.text()
                if name in found:
                    raise DecodeError("duplicate-keys", "a map holds a key twice; which one counts is anybody's guess")
                found[name] = None
                found[name] = read(source, found, name)
        source.depth -= 1
        return found

    def write(self, source: Source, out: bytearray, value: Any) -> None:
        if type(value) is not dict:
            _put_instead(self, source, out, None)
            return
        each = iter(value.items())

        def entry(body: bytearray) -> None:
            name, child = next(each)
            _TEXT.write(source, body, name)
            self.values.write(source, body, child)

        _copy_blocks(source, out, entry)

    def put(self, text: str | None) -> bytes:
        return b"\x00"


_TEXT = String()


def _put_instead(kind: Type, source: Source, out: bytearray, text: str | None) -> None:
    """For the source's next value, which was masked whole."""
    kind.read(source, None, 0)
    out += kind.put(text)


def _copy_blocks(source: Source, out: bytearray, item: Callable[[bytearray], None]) -> None:
    """Blocks as they were cut; their sizes are those they have now."""
    while True:
        begin = source.at
        count, sized = source.block()
        head = source.data[begin : source.at]
        body, first = bytearray(), source.at
        for _ in range(count):
            item(body)
        if sized and len(body) != source.at - first:
            head = long(-count) + long(len(body))
        out += head
        out += body
        if not count:
            return


@dataclass(slots=True)
class Record:
    """`name` with its namespace; `defaults`: the fields that have one."""

    name: str
    fields: list[tuple[str, Type]] = field(default_factory=list)
    defaults: frozenset[str] = frozenset()

    def read(self, source: Source, node: Any, key: Any) -> dict[str, Any]:
        source.enter()
        found: dict[str, Any] = {}
        for name, kind in self.fields:
            found[name] = kind.read(source, found, name)
        source.records.add(id(found))
        source.depth -= 1
        return found

    def write(self, source: Source, out: bytearray, value: Any) -> None:
        if type(value) is not dict:
            _put_instead(self, source, out, None)
            return
        for name, kind in self.fields:
            kind.write(source, out, value.get(name))

    def put(self, text: str | None) -> bytes:
        return b"".join(kind.put(None) for _, kind in self.fields)


@dataclass(slots=True)
class Union:
    """What was masked goes where a text can stand, else it becomes null, else what its own branch has for it."""

    branches: Sequence[Type]

    def read(self, source: Source, node: Any, key: Any) -> Any:
        return self._branch(source.long()).read(source, node, key)

    def _branch(self, index: int) -> Type:
        if not 0 <= index < len(self.branches):
            raise DecodeError("wrong-format", "the Avro record names a union branch that does not exist")
        return self.branches[index]

    def write(self, source: Source, out: bytearray, value: Any) -> None:
        begin = source.at
        index = source.long()
        head = source.data[begin : source.at]
        branch = self._branch(index)
        if isinstance(branch, Scalar):
            found = branch.read(source, (), 0)
            same = _same(found, value)
        else:
            same = type(value) is (list if isinstance(branch, Array) else dict)
            if same:
                out += head
                branch.write(source, out, value)
                return
            branch.read(source, None, 0)
        out += source.data[begin : source.at] if same else self._masked(index, _replaced(value))

    def put(self, text: str | None) -> bytes:
        return self._masked(0, text)

    def _masked(self, own: int, text: str | None) -> bytes:
        takes = [index for index, branch in enumerate(self.branches) if isinstance(branch, String | Bytes)]
        nulls = [index for index, branch in enumerate(self.branches) if isinstance(branch, Null)]
        if text is None:
            index = next(iter(nulls), own)
        elif own in takes:
            index = own
        else:
            strings = [index for index in takes if isinstance(self.branches[index], String)]
            index = next(iter([*strings, *nulls]), own)
        return long(index) + self.branches[index].put(text)


PRIMITIVES: Mapping[str, Type] = {
    "null": Null(), "boolean": Boolean(), "int": Integer(), "long": Integer(), "float": Float(), "double": Double(),
    "string": _TEXT, "bytes": Bytes(),
}  # fmt: skip
