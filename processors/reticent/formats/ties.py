"""Ids that tie what a document holds to its traces: masked, they must still tell these apart, and tie the same.

A policy's `drop` or `summarise` redacts what it finds in them (masking.py), and what one becomes here, each of the same
text becomes, too, whatever a rule needs around a value and wherever an application's selector ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .document import Document, Part

_INSIDE = ("body", "context", "info", "trace", "req", "start", "end", "properties", "exportedSpan")
"""What an item's own fields may stand in."""


class Ties:
    """Of one document: what was written over its ids."""

    def __init__(self) -> None:
        self._holders: set[int] | None = None
        self._given: dict[int, str | None] = {}
        self._due = False

    def holds(self, container: Any, *shares: Iterable[Any]) -> bool:
        """Whether the container's fields are an item's own; in others anybody's ids may stand. `shares`: the root, and
        of each trace the items that are its alone."""
        if self._holders is None:
            self._holders = {id(node) for share in shares for item in share for node in _own(item)}
        return id(container) in self._holders

    def note(self, leaf: int, text: str | None) -> None:
        self._given[leaf] = text
        self._due = True

    def complete(self, document: Document) -> None:
        """Writes what an id became over those that had its text and were left, or became another; the first counts."""
        if not self._due:
            return
        leaves = document.leaves()
        values = {leaf: leaves.texts[leaf][abs(leaves.heads[leaf]) :] for leaf in self._given}
        became = {values[leaf]: self._given[leaf] for leaf in sorted(self._given, reverse=True)}
        for leaf, text in enumerate(leaves.texts):
            value = text[abs(leaves.heads[leaf]) :]
            if value in became and self._given.get(leaf, "") != became[value] and document.ties(leaf):
                document.replace(leaf, Part.VALUE, became[value])
        self._due = False


def _own(item: Any) -> Iterator[Any]:
    yield item
    for name in _INSIDE if isinstance(item, dict) else ():
        if isinstance(item.get(name), dict):
            yield from _own(item[name])
