"""Which formats may claim an object: asked at once of all, for most documents are of none but a few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")
_KNOWN_MOST = 4096
"""Sets of names that are remembered; who makes up more is looked up each time anew."""
_CONTAINERS = (dict, list)


class Candidates(Generic[Asked]):
    """Of `formats` those that may claim an object, as their `members` and `holding` say (`Format`), in their order."""

    def __init__(self, formats: Sequence[Asked]) -> None:
        self._members = [(each, _members(each), frozenset[str](getattr(each, "holding", ()))) for each in formats]
        nothing = frozenset[str]()
        self._names = nothing.union(*(names for _, members, _ in self._members for names in members or ()))
        self._holding = nothing.union(*(holding for _, _, holding in self._members))
        self._known: dict[tuple[frozenset[str], frozenset[str]], Sequence[Asked]] = {}

    def of(self, document: Mapping[str, Any]) -> Sequence[Asked]:
        told = self._names.intersection(document)
        flat = self._holding & told
        return self._of(told, flat and frozenset([name for name in flat if type(document[name]) not in _CONTAINERS]))

    def of_all(self, documents: Iterable[Mapping[str, Any]]) -> Sequence[Asked]:
        """Those that may claim any of them."""
        told, held = set[str](), set[str]()
        for document in documents:
            names = self._names.intersection(document)
            told |= names
            held.update([name for name in self._holding & names if type(document[name]) in _CONTAINERS])
        return self._of(frozenset(told), (self._holding & told) - held)

    def _of(self, told: frozenset[str], flat: frozenset[str]) -> Sequence[Asked]:
        """`flat`: of these names those that hold neither an object nor a list, where that tells something."""
        found = self._known.get((told, flat))
        if found is None:
            found = [
                each
                for each, members, holding in self._members
                if members is None or any(names <= told and not (names & holding & flat) for names in members)
            ]
            if len(self._known) < _KNOWN_MOST:
                self._known[told, flat] = found
        return found


def _members(format: Any) -> Sequence[frozenset[str]] | None:
    members = getattr(format, "members", None)
    return None if members is None else [frozenset((each,)) if type(each) is str else each for each in members]
