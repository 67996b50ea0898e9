"""content-encoding: undone within bounds, so that a small record cannot become a large one unseen."""

from __future__ import annotations

import zlib

import zstandard

from ..errors import DecodeError, LimitError
from ..limits import Limits

ENCODINGS = ("identity", "gzip", "zstd")


def inflate(payload: bytes, encoding: str, limits: Limits) -> bytes:
    """Raises DecodeError: unknown-encoding, broken-encoding. LimitError: too-large."""
    if encoding == "identity":
        return payload
    if encoding not in ENCODINGS:
        raise DecodeError("unknown-encoding", f"the content-encoding is none of {', '.join(ENCODINGS)}")
    most = limits.inflated_bytes
    try:
        plain, ended = _gunzip(payload, most) if encoding == "gzip" else _unzstd(payload, most)
    except (zlib.error, zstandard.ZstdError):
        raise DecodeError("broken-encoding", f"the payload is not {encoding}; check content-encoding") from None
    if len(plain) > most:
        raise LimitError("too-large", f"the payload inflates to more than the {most} bytes allowed")
    if not ended:
        raise DecodeError("broken-encoding", f"the {encoding} payload is cut; send the whole record")
    return plain


def _gunzip(payload: bytes, most: int) -> tuple[bytes, bool]:
    reader = zlib.decompressobj(31)
    plain = reader.decompress(payload, most + 1)
    if reader.unused_data:
        raise zlib.error("bytes follow the end")
    return plain, reader.eof or len(plain) > most


def _unzstd(payload: bytes, most: int) -> tuple[bytes, bool]:
    reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(payload, read_across_frames=False)
    plain = reader.read(most + 1)
    # a frame that is cut gives fewer bytes without a word; its own content size or end tells
    whole = zstandard.ZstdDecompressor().decompressobj()
    if len(plain) <= most:
        whole.decompress(payload)
        return plain, whole.eof
    return plain, True


def deflate(payload: bytes, encoding: str) -> bytes:
    """The inverse, for producers. Raises DecodeError unknown-encoding."""
    if encoding == "identity":
        return payload
    if encoding == "gzip":
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        return packer.compress(payload) + packer.flush()
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=3).compress(payload)
    raise DecodeError("unknown-encoding", f"the content-encoding is none of {', '.join(ENCODINGS)}")
