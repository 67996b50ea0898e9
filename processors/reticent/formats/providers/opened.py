"""Texts of a document in whose place stands what they hold, as long as it is read and masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .. import jsontext


@dataclass(frozen=True, slots=True)
class Opened:
    """`holder[name]` said `text`, which is `content`, and holds its tree now, of which `before` is the JSON. `pack`
    makes such a text of JSON."""

    holder: dict[str, Any]
    name: str
    text: str
    content: bytes
    before: bytes
    pack: Callable[[bytes], str]


def written(tree: Any, held: Sequence[Opened]) -> bytes:
    """The JSON of a tree with the texts again in their places; one whose tree did not change is the very same."""
    now = [(each, each.holder[each.name]) for each in held if each.name in each.holder]
    for each, inner in now:
        content = jsontext.encode(inner)
        each.holder[each.name] = each.text if content == each.before else each.pack(content)
    try:
        return jsontext.encode(tree)
    finally:
        for each, inner in now:
            each.holder[each.name] = inner
