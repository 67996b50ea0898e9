"""Candidates: one Hyperscan pass over the joined texts of a batch tells which rules may match in which text.

No start-of-match (Vectorscan's ends the process on some patterns), so every end is reported; what stands where is
RE2's business. Texts made to hurt make every byte an end: past a bound the pass is given up for one text at a time
with a database that reports a rule once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import hyperscan

from ..errors import ConfigError
from ..policy.rule import Rule

STORM_BASE, STORM_PER_BYTE = 20_000, 0.05
_NAMED_GROUP = re.compile(r"\(\?P<[A-Za-z_]\w*>")


class Matcher:
    """Raises ConfigError when a rule's pattern is not Hyperscan's."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._patterns = [_NAMED_GROUP.sub("(?:", rule.pattern).encode() for rule in rules]
        self._names = [rule.id for rule in rules]
        self._database = self._compile(0) if rules else None
        self._once: hyperscan.Database | None = None

    def _compile(self, flags: int) -> hyperscan.Database:
        database = hyperscan.Database()
        count = len(self._patterns)
        try:
            database.compile(expressions=self._patterns, ids=list(range(count)), elements=count, flags=flags)
        except hyperscan.error as error:
            raise ConfigError(
                f"Hyperscan does not take the pattern of rule {self._guilty(flags)} ({error})",
                advice="no look-around or back-references, and small bounded repeats",
            ) from None
        return database

    def _guilty(self, flags: int) -> str:
        for name, pattern in zip(self._names, self._patterns, strict=True):
            try:
                hyperscan.Database().compile(expressions=[pattern], ids=[0], elements=1, flags=flags)
            except hyperscan.error:
                return name
        return "(all together)"

    def candidates(self, texts: Sequence[str]) -> set[tuple[int, int]]:
        """Pairs (rule, text) that may match."""
        if self._database is None or not texts:
            return set()
        data = "\x00".join(texts).encode("utf-8", "replace")
        most = STORM_BASE + int(len(data) * STORM_PER_BYTE)
        ends: list[tuple[int, int]] = []
        add = ends.append

        def found(rule: int, _start: int, end: int, _flags: int, _context: object) -> bool | None:
            add((rule, end))
            return True if len(ends) > most else None

        try:
            self._database.scan(data, match_event_handler=found)
        except hyperscan.ScanTerminated:
            return self._each(texts)
        if not ends:
            return set()
        starts = [0, *accumulate(_size(text) + 1 for text in texts)]
        return {(rule, bisect_right(starts, end - 1) - 1) for rule, end in ends}

    def _each(self, texts: Sequence[str]) -> set[tuple[int, int]]:
        if self._once is None:
            self._once = self._compile(hyperscan.HS_FLAG_SINGLEMATCH)
        pairs: set[tuple[int, int]] = set()
        for position, text in enumerate(texts):
            found: list[int] = []
            self._once.scan(
                text.encode("utf-8", "replace"), match_event_handler=lambda rule, *_, into=found: into.append(rule)
            )
            pairs.update((rule, position) for rule in found)
        return pairs


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
