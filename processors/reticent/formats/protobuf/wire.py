"""Protobuf's wire format, for what no descriptor knows (https://protobuf.dev/programming-guides/encoding/)."""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, LENGTH, GROUP, END, FIXED32 = 0, 1, 2, 3, 4, 5
_SIZES = {FIXED64: 8, FIXED32: 4}
_DEEPEST = 100
"""Groups within one another, as protobuf allows."""

Value = int | bytes


def fields(data: bytes, at: int = 0, end: int | None = None) -> Iterator[tuple[int, int, int, int]]:
    """(number, wire type, where its content begins, where it ends) of each field; the end of one that is cut lies
    behind the data's. The content of a group is its fields. Raises ValueError on what is no field."""
    end = len(data) if end is None else min(end, len(data))
    while at < end:
        number, kind, at = _tag(data, at, end)
        begin, last, at = _content(data, at, end, number, kind, 0)
        yield number, kind, begin, last


def _tag(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    tag, at = _varint(data, at, end)
    if not 0 < tag >> 3 < 1 << 29:
        raise ValueError("no field number")
    return tag >> 3, tag & 7, at


def _content(data: bytes, at: int, end: int, number: int, kind: int, depth: int) -> tuple[int, int, int]:
    """Where a field's content begins and ends, and where the field does."""
    if kind == VARINT:
        _, last = _varint(data, at, end)
        return at, last, last
    if kind == LENGTH:
        size, at = _varint(data, at, end)
        return at, at + size, at + size
    if kind in _SIZES:
        return at, at + _SIZES[kind], at + _SIZES[kind]
    if kind != GROUP or depth > _DEEPEST:
        raise ValueError("no wire type, or too many groups within one another")
    begin = at
    while True:
        inner, of, after = _tag(data, at, end)
        if of == END and inner == number:
            return begin, at, after
        _, _, at = _content(data, after, end, inner, of, depth + 1)


def message(data: bytes) -> list[tuple[int, int, Value]] | None:
    """(number, wire type, value) of the fields of what is one message from its first byte to its last, or None."""
    found: list[tuple[int, int, Value]] = []
    try:
        for number, kind, begin, end in fields(data):
            if end > len(data):
                return None
            content = data[begin:end]
            found.append((number, kind, content if kind in (LENGTH, GROUP) else _number(kind, content)))
    except ValueError:
        return None
    return found


def field(number: int, kind: int, value: Value) -> bytes:
    """One field as it stands in a message."""
    tag = to_varint(number << 3 | kind)
    if isinstance(value, bytes):
        if kind == GROUP:
            return tag + value + to_varint(number << 3 | END)
        return tag + to_varint(len(value)) + value
    return tag + (to_varint(value) if kind == VARINT else value.to_bytes(_SIZES[kind], "little"))


def _number(kind: int, content: bytes) -> int:
    return _varint(content, 0, len(content))[0] if kind == VARINT else int.from_bytes(content, "little")


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    if at < end and (byte := data[at]) < 0x80:
        return byte, at + 1
    value = shift = 0
    while at < end and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    raise ValueError("no varint")


def to_varint(value: int) -> bytes:
    """A number of no sign, seven bits a byte, the lowest first; Avro's numbers are written so, too."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
