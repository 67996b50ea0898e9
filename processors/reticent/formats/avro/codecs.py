"""How the blocks of Avro's container files are packed; what is unpacked never grows past a bound."""

from __future__ import annotations

import bz2
import lzma
import zlib

import cramjam
import zstandard

from ...errors import DecodeError, LimitError
from ..encoding import unzstd

_CHECKSUM = 4
"""Bytes of CRC32 behind a block of snappy."""
_WINDOW = 2**27
"""Bytes of memory that a block packed by xz may ask for."""


def unpacked(data: bytes, codec: str, most: int) -> bytes:
    """Raises DecodeError: unknown-encoding, broken-encoding. LimitError too-large past `most` bytes."""
    try:
        plain, ended = _unpacked(data, codec, most + 1)
    except (zlib.error, zstandard.ZstdError, lzma.LZMAError, cramjam.DecompressionError, OSError, EOFError):
        plain, ended = b"", False
    if len(plain) > most:
        raise LimitError("too-large", f"a block of the Avro file unpacks to more than the {most} bytes allowed")
    if not ended:
        raise DecodeError("broken-encoding", "a block of the Avro file is not packed as its head says, or cut")
    return plain


def _unpacked(data: bytes, codec: str, size: int) -> tuple[bytes, bool]:
    """So many bytes at most, and whether nothing is missing."""
    if codec == "null":
        return data[:size], True
    if codec == "deflate":
        reader = zlib.decompressobj(-15)
        return reader.decompress(data, size), reader.eof
    if codec == "bzip2":
        bunzip = bz2.BZ2Decompressor()
        return bunzip.decompress(data, size), bunzip.eof
    if codec == "xz":
        unxz = lzma.LZMADecompressor(memlimit=_WINDOW)
        return unxz.decompress(data, size), unxz.eof
    if codec == "zstandard":
        return unzstd(data, size - 1)
    if codec == "snappy":
        return _unsnapped(data, size)
    raise DecodeError("unknown-encoding", "the Avro file is packed in a way not known here; use deflate or zstandard")


def _unsnapped(data: bytes, size: int) -> tuple[bytes, bool]:
    """A checksum follows. Snappy says first how long it becomes; what would be too long is not unpacked."""
    block, check = data[:-_CHECKSUM], data[-_CHECKSUM:]
    length = cramjam.snappy.decompress_raw_len(block) if block else 0
    if length >= size:
        return bytes(size), True
    plain = bytes(cramjam.snappy.decompress_raw(block)) if block else b""
    return plain, bool(block) and check == _checksum(plain)


def _checksum(plain: bytes) -> bytes:
    return zlib.crc32(plain).to_bytes(_CHECKSUM, "big")


def packed(data: bytes, codec: str) -> bytes:
    """The inverse, for a codec that `unpacked` knows."""
    if codec == "deflate":
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(data) + packer.flush()
    if codec == "bzip2":
        return bz2.compress(data)
    if codec == "xz":
        return lzma.compress(data)
    if codec == "snappy":
        return bytes(cramjam.snappy.compress_raw(data)) + _checksum(data)
    return zstandard.ZstdCompressor().compress(data) if codec == "zstandard" else data
