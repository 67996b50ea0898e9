"""Candidates: one Hyperscan pass over a buffer tells near which places which rules may match.

No start-of-match (Vectorscan's ends the process on some patterns), so every end is reported; what stands where is
RE2's business. In a text made to hurt every byte is an end of something: such a storm is given up where it is noticed,
its text is left to RE2 alone, and the pass goes on with the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import hyperscan

from ..errors import ConfigError
from ..policy.rule import Rule
from .database import Database, Store
from .nearby import Nearby, Span, merged, reached
from .text import Buffer
from .trigger import Trigger, triggers

STORM_HITS, STORM_BYTES = 1024, 4096
"""So many hits within so few bytes are a storm."""
CROWD = 4
"""So many rules of one trigger are looked for together."""
PART = 2000
"""Expressions of one database: more take Hyperscan much longer to compile, and scan no faster than apart."""


Window = tuple[int, int, int, int]
"""(rule, text, start, stop): between `start` and `stop`, in bytes of a text, a rule may match."""


class Matcher:
    """Rules are known by their number. Raises ConfigError when an expression is not Hyperscan's."""

    def __init__(self, rules: Sequence[Rule], store: Store | None = None) -> None:
        self._names = [rule.id for rule in rules]
        users: dict[bytes, list[tuple[int, Trigger]]] = {}
        for number, rule in enumerate(rules):
            for trigger in triggers(rule):
                users.setdefault(trigger.expression, []).append((number, trigger))
        self._expressions = sorted(users)
        self._users = [users[expression] for expression in self._expressions]
        self._databases: list[tuple[int, Database]] = []
        self._nearby: dict[int, Nearby] = {}
        try:
            size = _even(len(users))
            for first in range(0, len(users), size):
                self._databases.append((first, Database(self._expressions[first : first + size], store=store)))
            for number, crowd in enumerate(self._users):
                if len(crowd) >= CROWD and all(trigger.near for _, trigger in crowd):
                    self._nearby[number] = Nearby(crowd, store)
        except hyperscan.error as error:
            raise ConfigError(
                f"Hyperscan does not take the pattern of rule {self._guilty()} ({error})",
                advice="no look-around or back-references, and small bounded repeats; or name a trigger",
            ) from None

    def _guilty(self) -> str:
        for expression, users in zip(self._expressions, self._users, strict=True):
            for rule, trigger in users:
                try:
                    Database([expression, *trigger.near])
                except hyperscan.error:
                    return self._names[rule]
        return "(all together)"

    def windows(self, buffer: Buffer) -> Iterator[Window]:
        """Where rules may match, rule by rule; the windows of one rule in one text do not overlap and are in order."""
        if not self._databases or not len(buffer):
            return
        hits, storms = self._hits(buffer)
        wanted: dict[int, list[Span]] = {}
        for expression, ends in hits.items():
            nearby = self._nearby.get(expression)
            if nearby is not None:
                for rule, span in nearby.spans(buffer, ends):
                    wanted.setdefault(rule, []).append(span)
                continue
            for rule, trigger in self._users[expression]:
                wanted.setdefault(rule, []).extend(reached(buffer, trigger, ends))
        if not storms:
            for rule, spans in sorted(wanted.items()):
                for text, start, stop in merged(spans):
                    yield rule, text, start, stop
            return
        for rule in range(len(self._names)):
            if rule in wanted:
                yield from ((rule, *span) for span in merged(wanted[rule]) if span[0] not in storms)
            yield from ((rule, text, 0, len(buffer.text(text).data)) for text in storms)

    def _hits(self, buffer: Buffer) -> tuple[dict[int, list[int]], dict[int, None]]:
        """Ends by expression, and the texts that are storms, in order."""
        hits: dict[int, list[int]] = {}
        storms: set[int] = set()
        for first, database in self._databases:
            begin = 0
            while begin < len(buffer.data):
                stopped = self._scan(database, first, buffer.data, begin, hits)
                if stopped is None:
                    break
                text = buffer.at(stopped)
                storms.add(text)
                begin = buffer.begins[text + 1]
        return hits, dict.fromkeys(sorted(storms))

    def _scan(self, database: Database, first: int, data: bytes, begin: int, hits: dict[int, list[int]]) -> int | None:
        """Scans from `begin` on, for expressions from `first` on; where it was stopped, if it was, by a storm."""
        ends: list[tuple[int, int]] = []
        add = ends.append
        count = 0

        def found(expression: int, _start: int, end: int, _flags: int, _context: object) -> bool | None:
            nonlocal count
            add((expression, end))
            count += 1
            if count % STORM_HITS:
                return None
            head = ends[count - STORM_HITS][1]
            # many small texts are no storm: there is nothing to skip
            return True if end - head < STORM_BYTES and data.find(b"\x00", begin + head, begin + end) < 0 else None

        stopped = None
        try:
            database.scan(memoryview(data)[begin:], found)
        except hyperscan.ScanTerminated:
            stopped = begin + ends[-1][1]
        for expression, end in ends:
            hits.setdefault(first + expression, []).append(begin + end)
        return stopped


def _even(count: int) -> int:
    """Expressions of each database, so that none has more than `PART` and all about as many."""
    parts = max(1, -(-count // PART))
    return max(1, -(-count // parts))
