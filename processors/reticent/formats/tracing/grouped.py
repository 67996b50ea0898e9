"""A document whose items (spans, runs, events of a batch) belong to traces: each trace with its own share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import msgspec

from ...errors import DecodeError
from ...limits import Limits
from ...model import Trace
from .. import jsontext
from ..blobs import find_blobs
from ..document import Document
from ..parts import together
from ..providers.blocks import items
from ..tree import Dialect, TreeDocument


class Item(msgspec.Struct, frozen=True, gc=False):
    """An item of a list and where it stands. `place`: its number, behind those of the lists that lead to it. `above`:
    what else is said about it, such as the resource of a span."""

    node: dict[str, Any]
    path: str
    place: tuple[int, ...] = ()
    above: Any = None


Find = Callable[[Any], Iterator[Item]]
"""Of a tree, its items."""
Groups = Callable[[Any], Sequence[Sequence[Item]]]
"""Of a tree, the items of each trace, in order of appearance."""
Read = Callable[[Sequence[Item]], Trace]


def alone(read: Callable[[Item], Trace]) -> Read:
    """Of items that are a trace each; of several of one id, the steps of the next follow."""
    return lambda group: reduce(together, map(read, group))


def listed(tells: Callable[[Mapping[str, Any]], bool], *names: str) -> Find:
    """Finds the objects that `tells` knows: the tree itself, or those of a list, or of lists under these names."""

    def find(tree: Any) -> Iterator[Item]:
        if isinstance(tree, dict) and tells(tree):
            yield Item(tree, "$")
            return
        lists = [(tree, "$")] if isinstance(tree, list) else [(items(tree, name), f"$['{name}']") for name in names]
        for nodes, path in lists:
            for index, node in enumerate(nodes):
                if isinstance(node, dict) and tells(node):
                    yield Item(node, f"{path}[{index}]")

    return find


def each(find: Find) -> Groups:
    """Of a tree whose items are a trace each."""
    return lambda tree: [[item] for item in find(tree)]


def alike(find: Find, trace: Callable[[Item], str]) -> Groups:
    """Of a tree whose items are of one trace where `trace` says the same."""

    def groups(tree: Any) -> list[list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in find(tree):
            found.setdefault(trace(item), []).append(item)
        return list(found.values())

    return groups


class GroupedDocument(TreeDocument):
    """What is one trace is told on the way in: a masked id parts no items, and joins none."""

    def __init__(
        self, tree: Any, dialect: Dialect, groups: Groups, read: Read, *, source: bytes, limits: Limits
    ) -> None:
        super().__init__(tree, dialect, source=source, limits=limits)
        self.told, self._groups = read, groups(tree)
        self._shares = [[item.node for item in group] for group in self._groups]

    def groups(self) -> Sequence[Sequence[Item]]:
        """The items of each trace as they stand now."""
        self.rename()
        return self._groups

    def traces(self) -> Sequence[Trace]:
        return [self.told(group) for group in self.groups()]


@dataclass(frozen=True)
class GroupedFormat:
    """A format of JSON that is told by the items that `find` finds in a tree. `members`, `holding`: as in `Format`.
    `wants`: what it says of itself where there are none. `ties`: as in `Dialect`."""

    name: str
    members: frozenset[Any]
    wants: str
    find: Find
    groups: Groups
    read: Read
    ties: Sequence[str]
    media_types: Sequence[str] = ()
    holding: frozenset[str] = frozenset()

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return tree is not None and self._tells(tree)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not self._tells(found):
            raise DecodeError("wrong-format", f"{self.name} wants {self.wants}")
        return GroupedDocument(found, self._dialect, self.groups, self.read, source=payload, limits=limits)

    @cached_property
    def _dialect(self) -> Dialect:
        return Dialect(self.name, MEDIA_TYPE, never, check=jsontext.refuse_repeats, blobs=find_blobs, ties=self.ties)

    def _tells(self, tree: Any) -> bool:
        return any(True for _ in self.find(tree))


MEDIA_TYPE = "application/json"


def never(tree: Any) -> Sequence[Trace]:
    """Stands in a `Dialect` whose document reads its traces itself."""
    return ()
