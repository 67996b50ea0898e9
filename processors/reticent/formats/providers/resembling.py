"""Documents that nobody claims whole, because something in them is new or broken: a kind of block, a role, an event.
They are of the provider whose words the rest is in, so that steps are told, and what is no text is set apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .blocks import ASKED
from .provider import Provider
from .rows import PROVIDERS, claiming

_LISTS = ("messages", "input", "contents", "output", "candidates", "content", "parts")
"""Names of lists that hold what a conversation consists of."""
_NAMES = frozenset(_LISTS)
_BLOCKS = ("content", "parts")
_ORDER = {id(each): number for number, each in enumerate(PROVIDERS)}


def resembling(tree: Any) -> Provider | None:
    """Of those that claim an item the first in their order, where at least half of the items are claimed."""
    if type(tree) is list:
        return _chosen([claiming(each) for each in tree[:ASKED]])
    if type(tree) is not dict or _NAMES.isdisjoint(tree):
        return None
    for name in _LISTS:
        held = tree.get(name)
        if type(held) is list and held and any(type(each) is dict for each in held):
            found = claiming({**tree, name: []}) or _chosen([_of_item(tree, name, each) for each in held[:ASKED]])
            if found is not None:
                return found
    return None


def _chosen(found: Sequence[Provider | None]) -> Provider | None:
    known = [each for each in found if each is not None]
    if not known or 2 * len(known) < len(found):
        return None
    return min(known, key=lambda each: _ORDER[id(each)])


def _of_item(tree: dict[str, Any], name: str, item: Any) -> Provider | None:
    """Who would claim the document if it held this alone, or one of its blocks."""
    if type(item) is not dict:
        return None
    claims = (claiming({**tree, name: [each]}) for each in (item, *_with_one_block(item)))
    return next((found for found in claims if found is not None), None)


def _with_one_block(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in _BLOCKS:
        blocks = item.get(name)
        if type(blocks) is list:
            yield from ({**item, name: [block]} for block in blocks[:ASKED])
