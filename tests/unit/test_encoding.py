"""content-encoding is undone whole, within bounds, or refused: nothing is dropped without a word."""

from __future__ import annotations

import gzip

import pytest
import zstandard

from reticent.errors import DecodeError, LimitError
from reticent.formats.encoding import inflate
from reticent.limits import Limits

LIMITS = Limits(inflated_bytes=10_000)
PACK = {"gzip": gzip.compress, "zstd": zstandard.ZstdCompressor().compress}


@pytest.mark.parametrize("encoding", PACK)
def test_members_and_frames_that_follow_one_another_are_one_stream(encoding: str) -> None:
    pack = PACK[encoding]
    assert inflate(pack(b"one, ") + pack(b"two"), encoding, LIMITS) == b"one, two"


@pytest.mark.parametrize("encoding", PACK)
@pytest.mark.parametrize("tail", [b"junkjunk", b"\\x00"])
def test_what_follows_and_is_no_part_is_refused(encoding: str, tail: bytes) -> None:
    with pytest.raises(DecodeError, match="broken-encoding"):
        inflate(PACK[encoding](b"one") + tail, encoding, LIMITS)


@pytest.mark.parametrize("encoding", PACK)
def test_what_is_cut_is_refused(encoding: str) -> None:
    packed = PACK[encoding](b"one, two, three" * 9)
    for payload in (packed[:-3], packed + packed[:-3]):
        with pytest.raises(DecodeError, match="broken-encoding"):
            inflate(payload, encoding, LIMITS)


@pytest.mark.parametrize("encoding", PACK)
def test_what_inflates_beyond_the_limit_is_refused_in_every_part(encoding: str) -> None:
    pack = PACK[encoding]
    for payload in (pack(b"a" * 10_001), pack(b"a" * 6000) + pack(b"b" * 6000)):
        with pytest.raises(LimitError, match="too-large"):
            inflate(payload, encoding, LIMITS)
    assert len(inflate(pack(b"a" * 6000) + pack(b"b" * 4000), encoding, LIMITS)) == 10_000
