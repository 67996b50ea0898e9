"""Values that are no text in attributes that are lists and maps, such as the parts of messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..blobs import Found, find_all_blobs
from .names import ARRAY, LIST, STRING

_DEEPEST = 60
"""Lists and maps within one another that are looked into; protobuf has no more."""

_NESTING = ARRAY | LIST
_Places = dict[tuple[int, Any], tuple[Any, Any]]


def structured(tree: Any) -> Iterator[Found]:
    """(AnyValue, its field, kind) of each."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if type(node) is dict and len(node) == 1 and next(iter(node)) in _NESTING:
            places: _Places = {}
            plain = _plain(node, places, 0)
            for container, key, kind in find_all_blobs(plain):
                if (place := places.get((id(container), key))) is not None:
                    yield (*place, kind)
        elif type(node) is dict:
            stack += [child for child in node.values() if type(child) is dict or type(child) is list]
        elif type(node) is list:
            stack += node


def _plain(node: Any, places: _Places, depth: int) -> Any:
    """What an AnyValue holds; `places`: where the texts of its lists and maps stand, by their identity and key."""
    if type(node) is not dict or len(node) != 1 or depth > _DEEPEST:
        return None
    ((kind, value),) = node.items()
    if kind in STRING:
        return value
    values = value.get("values") if type(value) is dict else None
    if type(values) is not list or not (kind in ARRAY or kind in LIST):
        return None
    listed = kind in ARRAY
    pairs = enumerate(values) if listed else [_pair(each) for each in values]
    found: Any = [None] * len(values) if listed else {}
    for key, each in pairs:
        found[key] = inner = _plain(each, places, depth + 1)
        if type(inner) is str:
            places[id(found), key] = each, next(iter(each))
    return found


def _pair(node: Any) -> tuple[str, Any]:
    key = node.get("key") if type(node) is dict else None
    return (key, node.get("value")) if type(key) is str else ("", None)
