"""Records that were being judged when their process died, whatever ended it: a crash in native code, the kernel's
out-of-memory killer, an exception that nobody caught.

A worker process says, in memory that it shares with its supervisor, what it is about to judge. When it ends badly the
supervisor remembers that, and tells the processes it starts from then on: they judge such records one by one, so that
the guilty is told from its neighbours, and one that was there each of `CRASHES` times is not judged again. It is
blocked, and its partition goes on.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ..model import RawRecord

CRASHES = 3
MOST = 1000
"""Crashes that are remembered; the oldest is forgotten first."""
_ROOM = 1024


class Range(msgspec.Struct, frozen=True, array_like=True):
    """Consecutive records of a partition, by the offsets of the first and the last."""

    topic: str
    partition: int
    first: int
    last: int


class Memory:
    """The supervisor's: one crash, one range."""

    def __init__(self) -> None:
        self._ranges: deque[Range] = deque(maxlen=MOST)

    @property
    def ranges(self) -> list[Range]:
        return list(self._ranges)

    def died(self, board: Any) -> Range | None:
        """After a process ended badly: what it was judging, if anything, which is remembered."""
        with contextlib.suppress(msgspec.DecodeError):
            found = msgspec.json.decode(board.value, type=Range)
            board.value = b""
            self._ranges.append(found)
            return found
        return None


def new_board(context: Any) -> Any:
    """Memory that a process shares with its supervisor. `context`: of multiprocessing."""
    return context.RawArray("c", _ROOM)


class Suspects:
    """A worker process's: what it was told, and where it says what it judges. Without a board nobody is told."""

    def __init__(self, ranges: Sequence[Range] = (), board: Any = None) -> None:
        self._ranges, self._board = ranges, board

    def together(self, records: Sequence[RawRecord], most: int) -> int:
        """How many of the first `most` records may be judged together: up to the first suspect, which goes alone."""
        for number, record in enumerate(records[:most] if self._ranges else ()):
            if self._crashes(record):
                return max(1, number)
        return most

    def hopeless(self, record: RawRecord) -> bool:
        """It is not to be judged again."""
        return self._crashes(record) >= CRASHES

    def _crashes(self, record: RawRecord) -> int:
        return sum(
            each.first <= record.offset <= each.last
            for each in self._ranges
            if each.partition == record.partition and each.topic == record.topic
        )

    @contextlib.contextmanager
    def judging(self, records: Sequence[RawRecord]) -> Iterator[None]:
        """While a block runs that may end the process; an exception that leaves it will."""
        if self._board is None:
            yield
            return
        first, last = records[0], records[-1]
        said = msgspec.json.encode(Range(first.topic, first.partition, first.offset, last.offset))
        self._board.value = said if len(said) < _ROOM else b""
        yield
        self._board.value = b""
