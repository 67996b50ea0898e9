"""What Avro's logical types say, as people write it: a date as 2026-11-24, so that it is seen for what it is."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ..jsontext import Number

UNITS: Mapping[str, int] = {
    "date": 1, "time-millis": 3, "time-micros": 6, "timestamp-millis": 3, "timestamp-micros": 6, "timestamp-nanos": 9,
    "local-timestamp-millis": 3, "local-timestamp-micros": 6, "local-timestamp-nanos": 9,
}  # fmt: skip
"""Of numbers that are a time: digits of a second that they count (a date counts days)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400


def shown(logical: str, value: int) -> Any:
    """As RFC 3339 writes it; the number itself where that is not possible."""
    if logical == "date":
        moment = _moment(value * _DAY)
        return value if moment is None else moment.date().isoformat()
    digits = UNITS[logical]
    seconds, fraction = divmod(value, 10**digits)
    moment = _moment(seconds)
    if moment is None or (logical.startswith("time-") and not 0 <= seconds < _DAY):
        return value
    text = f"{moment.replace(tzinfo=None).isoformat()}.{fraction:0{digits}d}"
    if logical.startswith("time-"):
        return text.partition("T")[2]
    return text + ("" if logical.startswith("local") else "Z")


def _moment(seconds: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


def decimal(data: bytes, scale: int) -> Number:
    """Two's-complement, big-endian, with all the digits of its scale."""
    value = int.from_bytes(data, "big", signed=True)
    digits = str(abs(value)).rjust(scale + 1, "0")
    text = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    return Number(f"{'-' if value < 0 else ''}{text}".encode())


def duration(data: bytes) -> str:
    """As ISO 8601 writes it."""
    months, days, milliseconds = struct.unpack("<III", data)
    return f"P{months}M{days}DT{milliseconds // 1000}.{milliseconds % 1000:03d}S"


def uuid(data: bytes) -> str:
    return str(UUID(bytes=data))


def short(value: float) -> float:
    """A number of single precision as the shortest that is it: 0.1, and not 0.10000000149011612."""
    if not math.isfinite(value):
        return value
    packed = struct.pack("<f", value)
    for digits in range(6, 9):
        found = float(f"{value:.{digits}g}")
        try:
            if struct.pack("<f", found) == packed:
                return found
        except OverflowError:
            continue
    return value
