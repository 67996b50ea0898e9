"""Bytes as they come, with a look ahead, and with bounds on what a compressed stream may become."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Protocol

from ..errors import LimitError


class Reads(Protocol):
    """What is asked of a file, a pipe or a decompressor."""

    def read(self, size: int, /) -> bytes: ...


class Stream:
    """Reads forward, and takes back what was read too far. `path`: the file that it is the whole of, if it is one."""

    def __init__(self, source: Reads, path: Path | None = None) -> None:
        self._source, self.path = source, path
        self._ahead = b""

    def read(self, size: int) -> bytes:
        """So many bytes; fewer only at the end."""
        pieces = [self._ahead[:size]]
        self._ahead = self._ahead[size:]
        missing = size - len(pieces[0])
        while missing > 0:
            piece = self._source.read(missing)
            if not piece:
                break
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def peek(self, size: int) -> bytes:
        """What `read` would give, left where it is."""
        data = self.read(size)
        self.unread(data)
        return data

    def unread(self, data: bytes) -> None:
        self._ahead = data + self._ahead

    def line(self, most: int) -> bytes:
        """Up to and with the next line end; `most` bytes of it where it is longer."""
        pieces: list[bytes] = []
        room = most
        while room > 0:
            piece = self._ahead or self._source.read(io.DEFAULT_BUFFER_SIZE)
            self._ahead = b""
            if not piece:
                break
            end = piece.find(b"\n", 0, room)
            taken = piece[: end + 1] if end >= 0 else piece[:room]
            self._ahead = piece[len(taken) :]
            pieces.append(taken)
            room -= len(taken)
            if end >= 0:
                break
        return b"".join(pieces)


class Bounded:
    """A decompressor's output, counted. Raises LimitError `too-large` past `most` bytes in all, or once it is more
    than `ratio` times what `source` has been read of, which small archives made to hurt are."""

    RATIO_FROM = 16 * 1024 * 1024
    """Below so many bytes any ratio is borne."""

    def __init__(self, plain: Reads, source: Counted, budget: Budget) -> None:
        self._plain, self._source, self._budget = plain, source, budget
        self._read = 0

    def read(self, size: int) -> bytes:
        data = self._plain.read(size)
        self._read += len(data)
        self._budget.spend(len(data))
        if self._read > self.RATIO_FROM and self._read > self._budget.ratio * max(1, self._source.read_bytes):
            raise LimitError("too-large", f"it unpacks to more than {self._budget.ratio} times its size")
        return data


class Counted:
    """A source that knows how much of it was read; reads like a file for what unpacks it."""

    def __init__(self, source: Reads) -> None:
        self._source = source
        self.read_bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(size if size >= 0 else io.DEFAULT_BUFFER_SIZE)
        self.read_bytes += len(data)
        return data


class Budget:
    """What one archive, with all that is packed in it, may become: bytes, members, layers, and times its size."""

    def __init__(self, *, total: int = 1 << 30, members: int = 100_000, layers: int = 4, ratio: int = 250) -> None:
        self.total, self.members, self.layers, self.ratio = total, members, layers, ratio
        self._spent = self._opened = 0

    def spend(self, size: int) -> None:
        self._spent += size
        if self._spent > self.total:
            raise LimitError("too-large", f"it unpacks to more than the {self.total} bytes allowed")

    def member(self) -> None:
        self._opened += 1
        if self._opened > self.members:
            raise LimitError("too-large", f"it has more than the {self.members} members allowed")
