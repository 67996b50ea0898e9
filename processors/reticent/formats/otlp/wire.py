"""Protobuf's wire format, for what no descriptor knows (https://protobuf.dev/programming-guides/encoding/)."""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
_SIZES = {FIXED64: 8, FIXED32: 4}

Value = int | bytes


def fields(data: bytes, at: int = 0, end: int | None = None) -> Iterator[tuple[int, int, int, int]]:
    """(number, wire type, where its content begins, where it ends) of each field; the end of one that is cut lies
    behind the data's. Raises ValueError on what is no field, and on groups."""
    end = len(data) if end is None else min(end, len(data))
    while at < end:
        tag, at = _varint(data, at, end)
        kind, begin = tag & 7, at
        if kind == VARINT:
            _, at = _varint(data, at, end)
        elif kind == LENGTH:
            size, begin = _varint(data, at, end)
            at = begin + size
        elif kind in _SIZES:
            at += _SIZES[kind]
        else:
            raise ValueError("no wire type")
        if not 0 < tag >> 3 < 1 << 29:
            raise ValueError("no field number")
        yield tag >> 3, kind, begin, at


def message(data: bytes) -> list[tuple[int, int, Value]] | None:
    """(number, wire type, value) of the fields of what is one message from its first byte to its last, or None."""
    found: list[tuple[int, int, Value]] = []
    try:
        for number, kind, begin, end in fields(data):
            if end > len(data):
                return None
            content = data[begin:end]
            found.append((number, kind, content if kind == LENGTH else _number(kind, content)))
    except ValueError:
        return None
    return found


def field(number: int, kind: int, value: Value) -> bytes:
    """One field as it stands in a message."""
    tag = to_varint(number << 3 | kind)
    if isinstance(value, bytes):
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
