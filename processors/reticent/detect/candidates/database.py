"""Hyperscan databases: compiled once for the same expressions, and kept between processes where there is a place.

A database that was kept is not trusted: Hyperscan refuses one of another version or machine, and the self-test of a
worker runs every rule's examples through the one it will use.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from typing import Any, Protocol, TypeVar

import hyperscan

Found = Callable[[int, int, int, int, object], bool | None]
"""Given expression, 0, end, flags and context; True stops the scan, which then raises hyperscan.ScanTerminated."""
_VERSION = version("hyperscan")
_MOST = 24
_made: OrderedDict[str, hyperscan.Database] = OrderedDict()
"""The latest, by digest: compiling is a pure function that takes seconds."""
_refused: dict[str, str] = {}
"""Why, by digest: to say so takes as long as to compile."""
_TOO_LARGE = "Pattern is too large."
"""What Hyperscan says of expressions that are too much together; kept in place of a database."""


_changing = threading.Lock()


class Store(Protocol):
    """A place for what took long to make. Its methods are without effect where that is not possible."""

    def get(self, name: str) -> bytes | None: ...
    def put(self, name: str, content: bytes) -> None: ...

    def turn(self, name: str) -> AbstractContextManager[None]:
        """Held by whoever makes what has this name: the others wait, and find it made."""
        ...


Made = TypeVar("Made")


def made_once(name: str, store: Store | None, kept: Callable[[], Made | None], make: Callable[[], Made]) -> Made:
    """What is kept under a name, or else is made, by one of those that want it at once. `make` puts it there."""
    found = kept()
    if found is None:
        with store.turn(name) if store is not None else nullcontext():
            found = kept()
            return make() if found is None else found
    return found


class Database:
    """A compiled database with scratch space of its own: for one thread at a time.

    Raises hyperscan.error for expressions that Hyperscan does not take."""

    def __init__(self, expressions: Sequence[bytes], *, literal: bool = False, store: Store | None = None) -> None:
        shared = _database(expressions, literal, store)
        self._scan: Any = shared.scan  # its declared type knows no memoryview
        self._scratch = hyperscan.Scratch(shared)

    def scan(self, data: bytes | memoryview, found: Found) -> None:
        """Reports every end of every expression. Raises hyperscan.ScanTerminated when `found` says so."""
        self._scan(data, match_event_handler=found, scratch=self._scratch)


def _database(expressions: Sequence[bytes], literal: bool, store: Store | None) -> hyperscan.Database:
    framed = b"".join(len(each).to_bytes(4, "big") + each for each in expressions)
    digest = hashlib.sha256(f"{_VERSION} {literal} ".encode() + framed).hexdigest()
    if digest in _refused:
        raise hyperscan.error(_refused[digest])
    found = _made.get(digest) or made_once(
        digest, store, lambda: _kept(digest, store), lambda: _compiled(expressions, literal, digest, store)
    )
    with _changing:
        _made[digest] = found
        while len(_made) > _MOST:
            _made.popitem(last=False)
    return found


def _kept(digest: str, store: Store | None) -> hyperscan.Database | None:
    content = store.get(digest) if store is not None else None
    if content is None:
        return None
    if content == _TOO_LARGE.encode():
        raise hyperscan.error(_TOO_LARGE)
    try:
        return hyperscan.loadb(content, hyperscan.HS_MODE_BLOCK)
    except (hyperscan.error, ValueError, TypeError):
        return None


def _compiled(expressions: Sequence[bytes], literal: bool, digest: str, store: Store | None) -> hyperscan.Database:
    database = hyperscan.Database()
    count = len(expressions)
    try:
        database.compile(
            expressions=list(expressions), ids=list(range(count)), elements=count, flags=0, literal=literal
        )
    except hyperscan.error as error:
        _refused[digest] = str(error)
        if store is not None and _TOO_LARGE in str(error):
            store.put(digest, _TOO_LARGE.encode())
        raise
    if store is not None:
        store.put(digest, hyperscan.dumpb(database))
    return database
