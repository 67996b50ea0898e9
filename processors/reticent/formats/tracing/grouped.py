"""A document whose items (spans, runs, events of a batch) belong to traces: each trace with its own share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from ...limits import Limits
from ...model import Trace
from ..tree import Dialect, TreeDocument


class Item(msgspec.Struct, frozen=True, gc=False):
    """An item of a list and where it stands. `place`: its number, behind those of the lists that lead to it. `above`:
    what else is said about it, such as the resource of a span."""

    node: dict[str, Any]
    path: str
    place: tuple[int, ...] = ()
    above: Any = None


Groups = Callable[[Any], Sequence[Sequence[Item]]]
"""Of a tree, the items of each trace, in order of appearance."""
Read = Callable[[Sequence[Item]], Trace]


class GroupedDocument(TreeDocument):
    """What is one trace is told on the way in: a masked id parts no items, and joins none."""

    def __init__(
        self, tree: Any, dialect: Dialect, groups: Groups, read: Read, *, source: bytes, limits: Limits
    ) -> None:
        super().__init__(tree, dialect, source=source, limits=limits)
        self._read, self._groups = read, groups(tree)
        self._shares = [[item.node for item in group] for group in self._groups]

    def traces(self) -> Sequence[Trace]:
        self.rename()
        return [self._read(group) for group in self._groups]


_ASKED = 20
"""Items of a list that are looked at to tell its format."""


def begins_with(tree: Any, find: Callable[[Any], Iterator[Item]]) -> bool:
    """Whether a format finds items of its own in a tree, or in the first of a list."""
    return tree is not None and any(True for _ in find(tree[:_ASKED] if isinstance(tree, list) else tree))


def never(tree: Any) -> Sequence[Trace]:
    """Stands in a `Dialect` whose document reads its traces itself."""
    return ()
