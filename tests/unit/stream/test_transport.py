"""One partition's records become chunks, in order, none left out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent.stream.transport import chunks

from ..records import Record


def records(sizes: Sequence[int]) -> list[Record]:
    return [Record(b"x" * size, offset=number) for number, size in enumerate(sizes)]


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(1, 10), st.integers(1, 100))
def test_every_record_is_in_one_chunk_and_chunks_keep_their_bounds(sizes: list[int], most: int, size: int) -> None:
    found = list(chunks(records(sizes), most, size))
    assert [record.offset for chunk in found for record in chunk] == list(range(len(sizes)))
    for chunk in found:
        assert 1 <= len(chunk) <= most
        assert len(chunk) == 1 or sum(len(record.value or b"") for record in chunk) <= size


@pytest.mark.parametrize("sizes", [[100], [100, 1], [1, 100, 1]])
def test_a_record_larger_than_a_chunk_goes_alone(sizes: list[int]) -> None:
    large = [chunk for chunk in chunks(records(sizes), 10, 50) if len(chunk[0].value or b"") == 100]
    assert [len(chunk) for chunk in large] == [1]


def test_a_tombstone_has_no_size() -> None:
    assert [len(chunk) for chunk in chunks([Record(None)] * 3, 10, 1)] == [3]
