"""Files in, events out: what was found in each, what could not be read, and when one is done with."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ..cache import Cache
from ..children import leave_interrupts, starting
from ..errors import LimitError, RecordError, ReticentError
from ..limits import Limits
from ..policy import load_policy
from ..scanner import BATCH_CHARACTERS, Scanner
from ..settings import Schemas
from .hits import Hit, Marks
from .pieces import Piece, Reader, Skipped, Trouble
from .schemas import formats_with
from .streams import Counted, Stream

STDIN = "-"
CHUNK_BYTES, CHUNK_FILES = 1 << 20, 200
"""What a process is given at once."""
BYTES_A_PROCESS = 8 << 20
"""Less than that is not worth a process of its own, which has to compile the policy first."""
_DIVIDED = frozenset({"too-many-findings", "scan-timeout"})
"""Limits that half of a text may not reach."""


@dataclass(frozen=True, slots=True)
class Done:
    """A file was read to its end. `size` in bytes, as it lies there."""

    file: str
    size: int


Event = Hit | Trouble | Skipped | Done


@dataclass(frozen=True, slots=True)
class Work:
    """What a process needs to know. `salt`: as in `hits.Marks`."""

    policy: Path | None
    limits: Limits
    format: str = "auto"
    salt: bytes | None = None
    schemas: Schemas = field(default_factory=Schemas)


def scan(files: Sequence[str], work: Work, processes: int = 1) -> Iterator[Event]:
    """Events in the order of the files. Raises ReticentError when a process of ours dies."""
    if processes > 1:
        yield from _side_by_side(files, work, processes)
    else:
        yield from Run(work).events(files)


def processes_for(files: Sequence[str]) -> int:
    """As many as there is work for, and no more than there are cores."""
    size = sum(_size(name) for name in files)
    return max(1, min(os.cpu_count() or 1, size // BYTES_A_PROCESS))


class Run:
    """One process's part."""

    def __init__(self, work: Work, scanner: Scanner | None = None) -> None:
        self._scanner = scanner or Scanner(load_policy(work.policy), limits=work.limits, store=Cache.of_user())
        self._reader = Reader(work.limits, work.format, formats_with(work.schemas))
        self._marks = Marks(work.salt)

    def events(self, files: Sequence[str]) -> Iterator[Event]:
        waiting: list[Piece | Event] = []
        size = 0
        for each in self._read(files):
            waiting.append(each)
            if not isinstance(each, Hit | Trouble | Skipped | Done):
                size += sum(map(len, each.document.leaves().texts))
            if size >= BATCH_CHARACTERS or len(waiting) >= CHUNK_FILES:
                yield from self._flushed(waiting)
                waiting, size = [], 0
        yield from self._flushed(waiting)

    def _read(self, files: Sequence[str]) -> Iterator[Piece | Event]:
        for name in files:
            try:
                with opened(name) as file:
                    source = Counted(file)
                    path = Path(name) if name != STDIN and Path(name).is_file() else None
                    yield from self._reader.pieces(Stream(source, path), name)
                    yield Done(name, source.read_bytes)
            except OSError as error:
                yield Trouble(name, f"it cannot be read ({error.strerror or type(error).__name__})")

    def _flushed(self, waiting: Sequence[Piece | Event]) -> Iterator[Event]:
        pieces = [each for each in waiting if not isinstance(each, Hit | Trouble | Skipped | Done)]
        found = iter(self._scanner.detect([piece.document for piece in pieces]))
        for each in waiting:
            if isinstance(each, Hit | Trouble | Skipped | Done):
                yield each
                continue
            spans = next(found)
            if isinstance(spans, LimitError):
                yield from self._divided(each, spans)
            else:
                yield from self._hits(each, spans)

    def _hits(self, piece: Piece, spans: Sequence[object]) -> Iterator[Event]:
        try:
            yield from piece.hits(self._scanner, spans, self._marks)  # type: ignore[arg-type]
        except RecordError as error:
            yield Trouble(piece.file, error.message)

    def _divided(self, piece: Piece, error: LimitError) -> Iterator[Event]:
        halves = piece.halves() if error.code in _DIVIDED else ()
        if not halves:
            yield Trouble(piece.file, error.message)
        for half in halves:
            yield from self._flushed([half])


@contextlib.contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """A file, or standard input for `-`. Raises OSError."""
    if name == STDIN:
        yield sys.stdin.buffer
    else:
        with Path(name).open("rb") as file:
            yield file


def _size(name: str) -> int:
    try:
        return 0 if name == STDIN else Path(name).stat().st_size
    except OSError:
        return 0


# several processes: the policy is compiled in each, files go there in chunks, events come back in order

_mine: list[Run] = []


def _start(work: Work) -> None:
    leave_interrupts()
    _mine.append(Run(work))


def _chunk(files: Sequence[str]) -> list[Event]:
    return list(_mine[0].events(files))


def _side_by_side(files: Sequence[str], work: Work, processes: int) -> Iterator[Event]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_start, initargs=(work,))
    chunks = _chunks(files)
    running: deque[Future[list[Event]]] = deque()

    def submit(most: int) -> None:
        with starting():
            running.extend(pool.submit(_chunk, chunk) for chunk in itertools.islice(chunks, most))

    try:
        submit(processes * 2)
        while running:
            yield from running.popleft().result()
            submit(1)
    except BrokenProcessPool:
        raise ReticentError("a scanning process died; scan again with --processes 1 to see where") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _chunks(files: Sequence[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for name in files:
        chunk.append(name)
        size += _size(name)
        if size >= CHUNK_BYTES or len(chunk) >= CHUNK_FILES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
