"""Which formats may claim an object: asked at once of all, for most documents are of none but a few."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")
_KNOWN_MOST = 4096
"""Sets of names that are remembered; who makes up more is looked up each time anew."""


class Candidates(Generic[Asked]):
    """Of `formats` those that have one of their `members` among an object's names, or have none, in their order.
    `always`: whether one is a candidate whatever the names are."""

    def __init__(self, formats: Sequence[Asked], always: Callable[[Asked], bool] = lambda _: False) -> None:
        none: frozenset[str] = frozenset()
        self._members = [(each, none if always(each) else frozenset(getattr(each, "members", ()))) for each in formats]
        self._names = none.union(*(members for _, members in self._members))
        self._known: dict[frozenset[str], Sequence[Asked]] = {}

    def of(self, tree: Mapping[str, Any]) -> Sequence[Asked]:
        told = self._names.intersection(tree)
        found = self._known.get(told)
        if found is None:
            found = [each for each, members in self._members if not members or not members.isdisjoint(told)]
            if len(self._known) < _KNOWN_MOST:
                self._known[told] = found
        return found
