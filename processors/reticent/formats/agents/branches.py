"""Conversations that branch, as applications keep them: messages by their id, each of which names the one before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any


def in_order(nodes: Mapping[str, Any], parent: Callable[[Mapping[str, Any]], Any]) -> Iterator[str]:
    """The ids of the objects among `nodes`: each after the one that it follows, a branch as a whole before the next."""
    below: dict[Any, list[str]] = {}
    first: list[str] = []
    for name, node in nodes.items():
        if not isinstance(node, dict):
            continue
        before = parent(node)
        if isinstance(before, str) and before != name and isinstance(nodes.get(before), dict):
            below.setdefault(before, []).append(name)
        else:
            first.append(name)
    seen: set[str] = set()
    # what follows itself over others begins nowhere, and comes last
    for start in (*first, *nodes):
        stack = [start]
        while stack:
            name = stack.pop()
            if name in seen or not isinstance(nodes[name], dict):
                continue
            seen.add(name)
            yield name
            stack += reversed(below.get(name, ()))
