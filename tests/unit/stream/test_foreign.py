"""A batch that inflates without end is not read, costs no memory, and does not end the reader."""

from __future__ import annotations

from typing import Any

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from reticent.stream import foreign

foreign.install()
_CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}


def batch(codec: str, *values: bytes, first: int = 0) -> bytes:
    """As a producer makes it, and a broker gives it its place."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=_CODECS[codec], is_transactional=0, producer_id=-1, producer_epoch=-1,
        base_sequence=0, batch_size=1 << 24,
    )  # fmt: skip
    for number, value in enumerate(values):
        builder.append(number, 1764000000000, None, value, [])
    return first.to_bytes(8, "big") + bytes(builder.build())[8:]


def read(content: bytes) -> list[Any]:
    records, found = foreign.Records(content), []
    while records.has_next():
        found += list(records.next_batch() or ())
    return found


@pytest.mark.parametrize("codec", _CODECS)
def test_ordinary_batches_are_read_in_every_compression(codec: str) -> None:
    values = [b"a" * 70_000, b"b"]
    assert [(each.offset, each.value) for each in read(batch(codec, *values, first=7))] == [(7, values[0]), (8, b"b")]


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_in_place_of_one_that_is_too_large_stands_a_record_without_a_value(
    codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "INFLATED_MOST", 100_000)
    content = batch(codec, bytes(200_000), b"x", first=3) + batch(codec, b"next", first=5)
    assert [(each.offset, each.value, list(each.headers)) for each in read(content)] == [
        (4, None, []),
        (5, b"next", []),
    ]


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_one_that_cannot_be_inflated_does_not_end_the_reader(codec: str) -> None:
    broken = bytearray(batch(codec, b"words " * 50))
    broken[61:] = b"\xff" * len(broken[61:])
    assert [each.value for each in read(bytes(broken) + batch(codec, b"next", first=1))] == [None, b"next"]
