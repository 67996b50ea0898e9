"""Signs of leaves that tell what others are: commands that print secrets, functions that take them, lists of bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...formats.document import Leaves
from ...patterns.expression import expression
from ..readings.views import Reading
from .database import Database, Store
from .text import Buffer

Readings = Callable[[Leaves, int, Sequence[int]], Iterator[Reading]]
"""Given a document's leaves, the number of the first in its batch, and those that have a sign, in order: readings of
what these tell of."""


class Signs:
    """Looks for all of some patterns, in RE2's syntax, in one pass. For one thread at a time."""

    def __init__(self, patterns: Sequence[str], store: Store | None = None) -> None:
        self._count = len(patterns)
        self._database = Database([expression(pattern) for pattern in patterns], store=store)

    def texts(self, buffer: Buffer) -> list[Sequence[int]]:
        """For each pattern the numbers of the texts that have it, in order."""
        ends: list[set[int]] = [set() for _ in range(self._count)]
        self._database.scan(buffer.data, lambda number, _, end, *__: ends[number].add(end))
        return [sorted(set(map(buffer.at, each))) if each else () for each in ends]
