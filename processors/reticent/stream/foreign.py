"""Batches that the client library would end the reader at, again and again.

Records whose header names are no UTF-8, which librdkafka and the broker take: such a batch is read once more, and what
is no UTF-8 is written as \\xff. Batches that inflate to more than anybody sends: a megabyte may say it is 16 gigabytes.
Nothing of such a batch is read; in its place stands one record without a value, which is refused.
"""

from __future__ import annotations

import logging
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

from ..errors import RecordError
from ..formats.encoding import inflate
from ..limits import Limits

log = logging.getLogger(__name__)
INFLATED_MOST = 256 * 1024 * 1024
"""Bytes of a batch. lz4 and snappy cannot make more than 255 times what a fetch brings; gzip and zstd can."""

_LENGTH_AT, _OVERHEAD = 8, 12
"""Of a batch: where its length stands, and the bytes that this does not count."""
_MAGIC_AT, _MAGIC = 16, 2


class _Bytes(bytearray):
    """Decodes whatever it holds, and so do its slices."""

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return found if isinstance(found, int) else _Bytes(found)

    def decode(self, *_: Any, **__: Any) -> str:
        return bytes(self).decode("utf-8", "backslashreplace")


class _Lenient(_DefaultRecordBatchPy):  # type: ignore[misc]  # aiokafka has no types
    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        lenient: Any = self
        lenient._buffer = _Bytes(lenient._buffer)


@dataclass(frozen=True, slots=True)
class _Unread:
    """What stands for a batch that is not read."""

    offset: int
    timestamp: int
    timestamp_type: int
    checksum: None = None
    key: None = None
    value: None = None
    headers: tuple[()] = ()


def _bounded(encoding: str) -> Callable[[Any], bytes]:
    """Raises DecodeError, LimitError."""
    return lambda payload: inflate(bytes(payload), encoding, Limits(inflated_bytes=INFLATED_MOST))


class _Batch:
    """A batch of the library, with the bytes it was read from."""

    def __init__(self, batch: Any, content: memoryview) -> None:
        self._batch, self._content = batch, content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._batch
        except RecordError as error:
            last = self._batch.next_offset - 1
            log.error("a batch that ends at offset %d is not read: %s", last, error.code)  # noqa: TRY400 - no fault of ours
            yield _Unread(last, self._batch.max_timestamp, self._batch.timestamp_type)
        except (UnicodeDecodeError, CorruptRecordException) as error:
            cause = error if isinstance(error, UnicodeDecodeError) else error.__cause__
            if not isinstance(cause, UnicodeDecodeError) or self._content[_MAGIC_AT] != _MAGIC:
                raise
            yield from _Lenient(self._content)  # from its beginning: the reader skips what it has had


class Records:
    """The batches of a fetch, instead of the library's `MemoryRecords`."""

    def __init__(self, content: Any) -> None:
        self._content, self._records, self._start = memoryview(content), MemoryRecords(content), 0

    def size_in_bytes(self) -> int:
        size: int = self._records.size_in_bytes()
        return size

    def has_next(self) -> bool:
        there: bool = self._records.has_next()
        return there

    def next_batch(self) -> _Batch | None:
        batch = self._records.next_batch()
        if batch is None:
            return None
        (length,) = struct.unpack_from(">i", self._content, self._start + _LENGTH_AT)
        content = self._content[self._start : self._start + _OVERHEAD + length]
        self._start += len(content)
        return _Batch(batch, content)


def install() -> None:
    """For all consumers of the process."""
    fetcher.MemoryRecords = Records
    for reader in {_DefaultRecordBatchPy.__module__, DefaultRecordBatch.__module__}:
        for encoding in ("gzip", "zstd"):
            setattr(sys.modules[reader], f"{encoding}_decode", _bounded(encoding))
