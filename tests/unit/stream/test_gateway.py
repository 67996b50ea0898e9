"""A chunk is judged in slices that stay short in time and small in memory, whatever producers send."""

from __future__ import annotations

import gzip
import os

import zstandard

from reticent.stream.gateway import Slices

from ..records import Record

MEGABYTE = 1024 * 1024


def slices(seconds: float = 2.0) -> Slices:
    return Slices(32 * MEGABYTE, seconds=seconds, size=8 * MEGABYTE)


def many(value: bytes, count: int = 500) -> list[Record]:
    return [Record(value)] * count


def test_a_whole_chunk_of_plain_records_is_one_slice() -> None:
    assert slices().fitting(many(b"x" * 8192)) == 500


def test_slow_records_make_slices_smaller_and_quick_ones_larger_again() -> None:
    found = slices(seconds=2.0)
    found.took(100, 20.0)
    assert found.fitting(many(b"x")) == 10
    found.took(1, 60.0)
    assert found.fitting(many(b"x")) == 1
    found.took(1, 0.001)
    assert found.fitting(many(b"x")) == 500


def test_records_that_inflate_count_as_what_they_become() -> None:
    plain = b"a" * MEGABYTE
    assert len(gzip.compress(plain)) < 2000
    assert slices().fitting(many(gzip.compress(plain))) == 8
    assert slices().fitting(many(zstandard.ZstdCompressor().compress(plain))) == 8


def test_what_does_not_say_its_size_goes_alone() -> None:
    packer = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    unsaid = packer.compress(b"a" * 1000) + packer.flush()
    assert slices().fitting(many(unsaid)) == 1
    skippable = b"\x50\x2a\x4d\x18\x00\x00\x00\x00" + unsaid
    assert slices().fitting(many(skippable)) == 1


def test_a_claim_beyond_what_may_be_inflated_counts_as_that_bound() -> None:
    found = Slices(2 * MEGABYTE, size=8 * MEGABYTE)
    bomb = gzip.compress(bytes(64 * MEGABYTE), compresslevel=1)
    assert found.fitting(many(bomb)) == 4


def test_a_record_larger_than_a_slice_is_one_and_nothing_breaks_the_weighing() -> None:
    assert slices().fitting([Record(b"x" * (9 * MEGABYTE)), Record(b"y")]) == 1
    odd = [Record(None), Record(b""), Record(b"\x28\xb5\x2f\xfd"), Record(b"\x1f\x8b"), Record(os.urandom(50))]
    assert slices().fitting(odd) == 5
