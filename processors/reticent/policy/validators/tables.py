"""Makers of whole query results in their usual forms, for the examples of the shapes pack."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

ROWS = 24
_CITIES = ("Oslo", "Rome", "Bern", "Porto", "Gent")

Row = dict[str, Any]


def _rows(chance: random.Random, count: int) -> list[Row]:
    return [{"id": n, "city": chance.choice(_CITIES), "count": chance.randint(1, 99)} for n in range(count)]


def _cells(separator: str, count: int) -> Callable[[random.Random], str]:
    def make(chance: random.Random) -> str:
        rows = _rows(chance, count)
        return "\n".join(separator.join(map(str, line)) for line in (list(rows[0]), *(row.values() for row in rows)))

    return make


def _ruled(rule: str, edge: str) -> Callable[[random.Random], str]:
    def line(cells: Sequence[object]) -> str:
        return f"{edge} " + " | ".join(map(str, cells)) + f" {edge}"

    def make(chance: random.Random) -> str:
        rows = _rows(chance, ROWS)
        return "\n".join([line(list(rows[0])), rule, *(line(list(row.values())) for row in rows)])

    return make


def _inserts(chance: random.Random) -> str:
    tuples = (f"({row['id']}, '{row['city']}', {row['count']})" for row in _rows(chance, ROWS))
    return " ".join(["INSERT INTO visits (id, city, count) VALUES", ", ".join(tuples)])


def _prose(chance: random.Random) -> str:
    words = ("first", "second", "then", "again", "later", "often")
    return "\n".join(", ".join(chance.choices(words, k=n % 5 + 1)) for n in range(40))


GENERATORS: dict[str, Callable[[random.Random], str]] = {
    "csv": _cells(",", 8),
    "csv-rows": _cells(",", ROWS),
    "tsv-rows": _cells("\t", ROWS),
    "json-rows": lambda chance: json.dumps(_rows(chance, ROWS)),
    "jsonl-rows": lambda chance: "\n".join(json.dumps(row) for row in _rows(chance, ROWS)),
    "psql-rows": _ruled("----+------+-------", ""),
    "markdown-rows": _ruled("|---|---|---|", "|"),
    "insert-rows": _inserts,
    "prose": _prose,
}
