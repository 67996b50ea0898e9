"""Which formats may claim an object: asked at once of all, for most documents are of none but a few."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
_KNOWN_MOST = 4096
"""Sets of names that are remembered; who makes up more is looked up each time anew."""


class Candidates(Generic[Asked]):
    """Of `formats` those that have one of their `members` among an object's names, or have none, in their order."""

    def __init__(self, formats: Sequence[Asked]) -> None:
        self._members = [(each, frozenset(getattr(each, "members", ()))) for each in formats]
        none: frozenset[str] = frozenset()
        self._names = none.union(*(members for _, members in self._members))
        self._known: dict[frozenset[str], Sequence[Asked]] = {}

    def of(self, names: Iterable[str]) -> Sequence[Asked]:
        told = self._names.intersection(names)
        found = self._known.get(told)
        if found is None:
            found = [each for each, members in self._members if not members or not members.isdisjoint(told)]
            if len(self._known) < _KNOWN_MOST:
                self._known[told] = found
        return found
