"""Candidates: one Hyperscan pass over a buffer tells near which places which rules may match.

No start-of-match (Vectorscan's ends the process on some patterns), so every end is reported; what stands where is
RE2's business. Texts made to hurt make every byte an end: past a bound the pass is given up for one text at a time
with a database that reports an expression once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import hyperscan

from ..errors import ConfigError
from ..policy.expression import SEPARATOR
from ..policy.rule import Rule
from .text import Buffer
from .trigger import Trigger, triggers

STORM_BASE, STORM_PER_BYTE = 20_000, 0.05
_ENCODED_MOST = 4


@dataclass(frozen=True, slots=True)
class Window:
    """Between `start` and `stop`, in bytes of a text, `rule` may match."""

    rule: int
    text: int
    start: int
    stop: int


class Matcher:
    """Rules are known by their number. Raises ConfigError when an expression is not Hyperscan's."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._names = [rule.id for rule in rules]
        users: dict[bytes, list[tuple[int, Trigger]]] = {}
        for number, rule in enumerate(rules):
            for trigger in triggers(rule):
                users.setdefault(trigger.expression, []).append((number, trigger))
        self._expressions, self._users = list(users), list(users.values())
        self._database = self._compile(0) if users else None
        self._once: hyperscan.Database | None = None

    def _compile(self, flags: int) -> hyperscan.Database:
        database = hyperscan.Database()
        count = len(self._expressions)
        try:
            database.compile(expressions=self._expressions, ids=list(range(count)), elements=count, flags=flags)
        except hyperscan.error as error:
            raise ConfigError(
                f"Hyperscan does not take the pattern of rule {self._guilty(flags)} ({error})",
                advice="no look-around or back-references, and small bounded repeats; or name a trigger",
            ) from None
        return database

    def _guilty(self, flags: int) -> str:
        for expression, users in zip(self._expressions, self._users, strict=True):
            try:
                hyperscan.Database().compile(expressions=[expression], ids=[0], elements=1, flags=flags)
            except hyperscan.error:
                return self._names[users[0][0]]
        return "(all together)"

    def windows(self, buffer: Buffer) -> Iterator[Window]:
        """Where rules may match, rule by rule; the windows of one rule in one text do not overlap and are in order."""
        if self._database is None or not len(buffer):
            return
        hits = self._hits(buffer)
        if hits is None:
            hits = self._each(buffer)
            for rule, texts in sorted(self._texts_by_rule(hits).items()):
                yield from (Window(rule, text, 0, len(buffer.text(text).data)) for text in sorted(texts))
            return
        wanted: dict[int, list[tuple[Trigger, list[int]]]] = {}
        for expression, ends in hits.items():
            for rule, trigger in self._users[expression]:
                wanted.setdefault(rule, []).append((trigger, ends))
        for rule, found in sorted(wanted.items()):
            yield from _merged(rule, buffer, found)

    def _hits(self, buffer: Buffer) -> dict[int, list[int]] | None:
        """Ends by expression; None where there are too many to look at one by one."""
        assert self._database is not None  # noqa: S101 - for the type checker: `windows` looks
        most = STORM_BASE + int(len(buffer.data) * STORM_PER_BYTE)
        ends: list[tuple[int, int]] = []
        add = ends.append

        def found(expression: int, _start: int, end: int, _flags: int, _context: object) -> bool | None:
            add((expression, end))
            return True if len(ends) > most else None

        try:
            self._database.scan(buffer.data, match_event_handler=found)
        except hyperscan.ScanTerminated:
            return None
        hits: dict[int, list[int]] = {}
        for expression, end in ends:
            hits.setdefault(expression, []).append(end)
        return hits

    def _each(self, buffer: Buffer) -> dict[int, list[int]]:
        """Texts by expression."""
        if self._once is None:
            self._once = self._compile(hyperscan.HS_FLAG_SINGLEMATCH)
        hits: dict[int, list[int]] = {}
        for number in range(len(buffer)):
            found: list[int] = []
            self._once.scan(
                buffer.text(number).data + SEPARATOR.encode(),
                match_event_handler=lambda expression, *_, into=found: into.append(expression),
            )
            for expression in found:
                hits.setdefault(expression, []).append(number)
        return hits

    def _texts_by_rule(self, hits: dict[int, list[int]]) -> dict[int, set[int]]:
        texts: dict[int, set[int]] = {}
        for expression, numbers in hits.items():
            for rule, _ in self._users[expression]:
                texts.setdefault(rule, set()).update(numbers)
        return texts


def _merged(rule: int, buffer: Buffer, found: Sequence[tuple[Trigger, list[int]]]) -> Iterator[Window]:
    """One rule's windows: each hit reaches so far to either side, and those that touch become one."""
    begins, times = buffer.begins, 1 if buffer.ascii else _ENCODED_MOST
    spans: list[tuple[int, int, int]] = []
    for trigger, ends in found:
        before = None if trigger.before is None else trigger.before * times
        behind = trigger.behind * times
        for end in ends:
            text = buffer.at(end)
            first, last = begins[text], begins[text + 1] - 1
            if before is None or (trigger.anywhere and end - first <= buffer.text(text).border):
                spans.append((text, 0, last - first))
            else:
                spans.append((text, max(0, end - before - first), min(last, end + behind) - first))
    if len(spans) > 1:
        spans.sort()
    text, start, stop = spans[0]
    for next_text, next_start, next_stop in spans[1:]:
        if next_text == text and next_start <= stop:
            stop = max(stop, next_stop)
            continue
        yield Window(rule, text, start, stop)
        text, start, stop = next_text, next_start, next_stop
    yield Window(rule, text, start, stop)
