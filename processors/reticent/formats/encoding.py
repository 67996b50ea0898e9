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
        plain, ended = _gunzip(payload, most) if encoding == "gzip" else unzstd(payload, most)
    except (zlib.error, zstandard.ZstdError):
        raise DecodeError("broken-encoding", f"the payload is not {encoding}; check content-encoding") from None
    if len(plain) > most:
        raise LimitError("too-large", f"the payload inflates to more than the {most} bytes allowed")
    if not ended:
        raise DecodeError("broken-encoding", f"the {encoding} payload is cut; send the whole record")
    return plain


def _gunzip(payload: bytes, most: int) -> tuple[bytes, bool]:
    """All members, which together are one stream (RFC 1952, 2.2); whether the last one ends."""
    parts: list[bytes] = []
    left = most + 1
    while True:
        reader = zlib.decompressobj(31)
        part = reader.decompress(payload, left)
        parts.append(part)
        left -= len(part)
        if left <= 0 or not reader.eof:
            return b"".join(parts), left <= 0
        payload = reader.unused_data
        if not payload:
            return b"".join(parts), True


def unzstd(payload: bytes, most: int) -> tuple[bytes, bool]:
    """All frames, which together are one stream (RFC 8878, 3), up to one byte past `most`; whether the last one ends.
    Raises ZstdError."""
    reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(payload, read_across_frames=True)
    plain = reader.read(most + 1)
    if len(plain) > most:
        return plain, True
    # a frame that is cut gives fewer bytes without a word
    while payload:
        frame = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
        frame.decompress(payload)
        if not frame.eof:
            return plain, False
        payload = frame.unused_data
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


def beginning(payload: bytes, encoding: str, size: int) -> bytes:
    """So many bytes of what it inflates to, or fewer; none where it is broken."""
    try:
        if encoding == "gzip":
            return zlib.decompressobj(31).decompress(payload, size)
        if encoding == "zstd":
            return zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(payload).read(size)
    except (zlib.error, zstandard.ZstdError):
        return b""
    return payload[:size]
