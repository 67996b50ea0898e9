"""Lists whose items are pieces of one text, whatever they call it: the chunks of a stream of nobody's format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

PIECES_LEAST = 4
"""Items of such a list."""
_PIECE_MOST = 24
"""Characters of a piece, on average."""
_PAIR_MOST = 4 * _PIECE_MOST
"""Characters of two that stand side by side."""
_OPEN_LEAST = 2
"""Pieces that begin or end with a blank: a text is cut anywhere, a value of a table is trimmed."""
_LOOKED_AT, _NEAR, _DEPTH = 64, 4, 4
"""Items that are looked at, and on either side of the middle first."""


def streaming(items: Sequence[Any], trail: str) -> list[tuple[str, str]]:
    """Which texts in a list's items are pieces: the trail (as in walk.py) of what holds them, and their name there,
    which is empty in a list. `trail`: that of the items."""
    middle = len(items) // 2
    kind = type(items[middle])
    if kind is str:
        return [(trail, "")] if _are_pieces(items[:_LOOKED_AT]) else []
    if kind is not dict and kind is not list:
        return []
    near = items[max(0, middle - _NEAR) : middle + _NEAR]
    ways = [
        way
        for way in _differing(items[middle - 1], items[middle], _DEPTH)
        if any(_is_open(_at(item, way)) for item in near)
        and _are_pieces([_at(item, way) for item in items[:_LOOKED_AT]])
    ]
    return [_place(way, trail) for way in ways]


def _place(way: Sequence[str | int], trail: str) -> tuple[str, str]:
    *above, name = way
    place = trail + "".join(f"{key}/" if isinstance(key, str) else "*/" for key in above)
    return (place, name) if isinstance(name, str) else (place + "*/", "")


def _differing(one: Any, other: Any, depth: int) -> list[tuple[str | int, ...]]:
    """The ways to the texts in which two items differ."""
    if type(one) is not type(other):
        return []
    if type(other) is list:
        pairs: Any = ((0, other[0]),) if len(one) == len(other) == 1 else ()
    else:
        pairs = other.items()
    found: list[tuple[str | int, ...]] = []
    for key, after in pairs:
        kind = type(after)
        if kind is str:
            before = one.get(key) if type(one) is dict else one[0]
            if type(before) is str and before != after and len(before) + len(after) <= _PAIR_MOST:
                found.append((key,))
        elif depth and (kind is dict or kind is list):
            below = one.get(key) if type(one) is dict else one[0]
            found += [(key, *way) for way in _differing(below, after, depth - 1)]
    return found


def _at(item: Any, way: Sequence[Any]) -> Any:
    for key in way:
        if type(item) is dict:
            item = item.get(key)
        elif type(item) is list and item:
            item = item[0]
        else:
            return None
    return item


def _are_pieces(values: Sequence[Any]) -> bool:
    texts = [each for each in values if type(each) is str]
    if len(texts) < PIECES_LEAST or sum(map(len, texts)) > _PIECE_MOST * len(texts):
        return False
    return sum(map(_is_open, texts)) >= _OPEN_LEAST


def _is_open(text: Any) -> bool:
    return type(text) is str and (text[:1] == " " or text[-1:] == " ")
