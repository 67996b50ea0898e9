"""Avro's bytes as they are read: numbers, lengths and blocks, none of which is believed before the bytes are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import BlobKind
from ..protobuf.wire import to_varint

WEIGHTLESS_MOST = 1000


@dataclass(slots=True)
class Source:
    """Bytes that are read. `blobs`: (container, key, kind). `records`: identities of the containers whose keys are the
    schema's. `symbols`: identity and key of values that are the schema's, too."""

    data: bytes
    at: int
    limits: Limits
    depth: int = 0
    room: int = field(init=False)
    blobs: list[tuple[Any, Any, BlobKind]] = field(default_factory=list)
    records: set[int] = field(default_factory=set)
    symbols: set[tuple[int, Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        # items of no bytes (nulls, records without fields) are few where they are meant
        self.room = len(self.data) + WEIGHTLESS_MOST

    def long(self) -> int:
        """A zig-zag variable-length integer of at most ten bytes."""
        data, at, value, shift = self.data, self.at, 0, 0
        if at < len(data) and (byte := data[at]) < 0x80:
            self.at = at + 1
            return (byte >> 1) ^ -(byte & 1)
        try:
            while (byte := data[at]) > 0x7F:
                value |= (byte & 0x7F) << shift
                at, shift = at + 1, shift + 7
                if shift > 63:
                    raise _broken()
        except IndexError:
            raise _broken() from None
        self.at = at + 1
        value |= byte << shift
        if value >> 64:
            raise _broken()
        return (value >> 1) ^ -(value & 1)

    def take(self, size: int) -> bytes:
        begin, end = self.at, self.at + size
        if size < 0 or end > len(self.data):
            raise _broken()
        self.at = end
        return self.data[begin:end]

    def text(self) -> str:
        try:
            return self.take(self.long()).decode()
        except UnicodeDecodeError:
            raise DecodeError("not-utf8", "a string of the Avro record is not UTF-8") from None

    def enter(self) -> None:
        self.depth += 1
        if self.depth > self.limits.depth:
            raise LimitError("too-deep", f"the document nests deeper than the {self.limits.depth} levels allowed")

    def block(self) -> tuple[int, bool]:
        """How many items come, and whether their size in bytes stood before them. They count before they are made: they
        may have no bytes at all."""
        count = self.long()
        sized = count < 0
        if sized:
            count = -count
            self.long()
        if count > self.limits.leaves:
            raise LimitError("too-many-leaves", f"the record holds more than the {self.limits.leaves} leaves allowed")
        self.room -= count
        if self.room < 0:
            raise _broken()
        return count, sized


def _broken() -> DecodeError:
    return DecodeError("truncated", "the Avro record is cut or its lengths are wrong; send the whole record")


def long(value: int) -> bytes:
    """As Avro writes an int and a long."""
    return to_varint((value << 1) ^ (value >> 63))
