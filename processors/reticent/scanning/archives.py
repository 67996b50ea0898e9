"""Archives and compressed files, member by member, within a budget. What they are is told by their first bytes."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, cast

import zstandard

from ..errors import DecodeError, LimitError
from .streams import Bounded, Budget, Counted, Stream

Kind = Literal["zip", "tar", "gzip", "zstd"]
HEAD = 512
"""First bytes that `kind` looks at."""
_SPOOL = 16 * 1024 * 1024
"""Bytes of an archive within an archive that are kept in memory; more go to a temporary file."""
_WINDOW = 2**27
"""Bytes of history that a zstd stream may ask for."""


def kind(head: bytes) -> Kind | None:
    """What a file is packed as; None: it is not, or not by anything known here."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd"
    return "tar" if head[257:262] == b"ustar" else None


def members(stream: Stream, packed: Kind, name: str, budget: Budget, layer: int) -> Iterator[tuple[str, Stream]]:
    """Each member with its name, `archive!member`; what is only compressed keeps the file's name. A member must be
    read before the next is asked for.

    Raises LimitError: too-large, too-deep. DecodeError broken-encoding: it is broken, cut or encrypted.
    """
    if layer >= budget.layers:
        raise LimitError("too-deep", f"archives lie in it more than {budget.layers} deep")
    with _explained():
        if packed == "zip":
            yield from _zip(stream, name, budget)
        elif packed == "tar":
            yield from _tar(stream, name, budget)
        else:
            source = Counted(stream)
            yield name, Stream(Bounded(_Explained(_unpacked(packed, source)), source, budget))


def _unpacked(packed: Kind, source: Counted) -> Any:
    if packed == "gzip":
        return gzip.GzipFile(fileobj=cast("Any", source), mode="rb")
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    return unpacker.stream_reader(cast("Any", source), read_across_frames=True)


def _zip(stream: Stream, name: str, budget: Budget) -> Iterator[tuple[str, Stream]]:
    with _seekable(stream, budget) as whole, zipfile.ZipFile(cast("Any", whole)) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            budget.member()
            with archive.open(info) as member:
                source = _Size(info.compress_size)
                yield f"{name}!{info.filename}", Stream(Bounded(_Explained(member), source, budget))


@contextmanager
def _seekable(stream: Stream, budget: Budget) -> Iterator[Any]:
    """A zip's list of members stands at its end: the file itself, or a copy of what only comes once."""
    if stream.path is not None:
        with stream.path.open("rb") as file:
            yield file
        return
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as copy:
        while piece := stream.read(1 << 20):
            copy.write(piece)
            if copy.tell() > budget.total:
                raise LimitError("too-large", f"the archive has more than the {budget.total} bytes allowed")
        copy.seek(0)
        yield copy


class _Size(Counted):
    """A source of known size: a zip's member is read by itself."""

    def __init__(self, size: int) -> None:
        super().__init__(io.BytesIO())
        self.read_bytes = size


def _tar(stream: Stream, name: str, budget: Budget) -> Iterator[tuple[str, Stream]]:
    source = Counted(stream)
    with tarfile.open(fileobj=cast("Any", source), mode="r|") as archive:
        for info in archive:
            budget.member()
            archive.members = []  # type: ignore[attr-defined]  # they would all be kept
            member = archive.extractfile(info) if info.isreg() else None
            if member is not None:
                yield f"{name}!{info.name}", Stream(Bounded(_Explained(member), source, budget))


class _Explained:
    """Reading from something packed, with its errors as ours."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    def read(self, size: int) -> bytes:
        with _explained():
            return bytes(self._plain.read(size))


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        if "password" in str(error) or "encrypted" in str(error):
            raise DecodeError("broken-encoding", "the archive is encrypted; unpack it first") from None
        if not isinstance(error, NotImplementedError):
            raise
        raise DecodeError("broken-encoding", _BROKEN) from None
    except _UNPACKERS:
        raise DecodeError("broken-encoding", _BROKEN) from None


_BROKEN = "the archive is broken or cut, or packed in a way not known here"
_UNPACKERS = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, zstandard.ZstdError, lzma.LZMAError, EOFError, OSError,
    ValueError, LookupError, ArithmeticError, struct.error,
)  # fmt: skip
"""What the unpackers raise over bytes that are not what they should be, found by trying many."""
