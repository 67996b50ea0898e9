"""Whole query results in a text: rows that all have the same number of columns."""

from __future__ import annotations

import random
from collections.abc import Callable

from ..rule import Match, Validator

ROWS = 5


def table(text: str, _: Match) -> bool:
    """At least five lines of the same number (two or more) of separated columns."""
    for separator in ("\t", "|", ",", ";"):
        counts = [line.count(separator) for line in text.strip().split("\n")]
        if len(counts) >= ROWS and counts[0] >= 1 and len(set(counts)) == 1:
            return True
    return False


def _csv(chance: random.Random) -> str:
    rows = [f"{n},{chance.choice(['Oslo', 'Rome', 'Bern'])},{chance.randint(1, 99)}" for n in range(8)]
    return "\n".join(["id,city,count", *rows]) + "\n"


VALIDATORS: dict[str, Validator] = {"table": table}
GENERATORS: dict[str, Callable[[random.Random], str]] = {"csv": _csv, "tsv": lambda c: _csv(c).replace(",", "\t")}
