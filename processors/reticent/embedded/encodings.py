"""Content encodings of HTTP bodies, as ClickHouse's clients use them: gzip, deflate, zstd, lz4 (its frame format)."""

from __future__ import annotations

import gzip
import importlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import zstandard

_lz4 = importlib.import_module("lz4.frame")  # it comes with clickhouse-connect, without types


@dataclass(frozen=True, slots=True)
class _Encoding:
    inflate: Callable[[bytes], bytes]
    deflate: Callable[[bytes], bytes]


def _unzstd(body: bytes) -> bytes:
    parts: list[bytes] = []
    while body or not parts:
        reader = zstandard.ZstdDecompressor().decompressobj()
        parts.append(reader.decompress(body))
        if not reader.eof:  # a frame that is cut gives fewer bytes without a word
            raise EOFError
        body = reader.unused_data
    return b"".join(parts)


_ENCODINGS: Mapping[str, _Encoding] = {
    "zstd": _Encoding(
        _unzstd,
        lambda body: zstandard.ZstdCompressor(level=1).compress(body),
    ),
    "lz4": _Encoding(_lz4.decompress, _lz4.compress),
    "gzip": _Encoding(gzip.decompress, lambda body: gzip.compress(body, compresslevel=1)),
    "deflate": _Encoding(zlib.decompress, lambda body: zlib.compress(body, level=1)),
}


def inflate(body: bytes, encoding: str) -> bytes:
    """Raises ValueError for an encoding that is not known, or a body that is not of it."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    known = _ENCODINGS.get(name)
    if known is None:
        raise ValueError(f"Unknown compression method: {name[:20]}")
    try:
        return known.inflate(body)
    except (zlib.error, zstandard.ZstdError, OSError, EOFError, RuntimeError):
        raise ValueError(f"the body is not of the encoding {name}") from None


def accepted(header: str) -> str:
    """Of an Accept-Encoding header: the encoding to answer in, or "" for none."""
    wanted = {
        part.partition(";")[0].strip().lower() for part in header.split(",") if "q=0" not in part.replace(" ", "")
    }
    return next((name for name in _ENCODINGS if name in wanted), "")


def deflate(body: bytes, encoding: str) -> bytes:
    return _ENCODINGS[encoding].deflate(body)
