"""Two readings of one document, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from rich.box import MINIMAL
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .output import plain
from .wrapping import wrap

SIDE_BY_SIDE = 72
"""Columns of a terminal from which on two texts stand side by side; below, one stands under the other."""
CONTINUED = 3
"""How far the continued lines of a paragraph are indented."""


def paragraphs(document: Mapping[str, Any]) -> Iterator[str]:
    """A JSON object as text: a paragraph a member, and one an item where a member is a list of objects."""
    yield "{"
    for number, (name, value) in enumerate(document.items(), 1):
        comma = "" if number == len(document) else ","
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            yield f' "{plain(name)}": ['
            for index, item in enumerate(value, 1):
                yield f"  {_line(item)}{'' if index == len(value) else ','}"
            yield f" ]{comma}"
        else:
            yield f' "{plain(name)}": {_line(value)}{comma}'
    yield "}"


def _line(value: Any) -> str:
    return plain(msgspec.json.format(msgspec.json.encode(value), indent=0).decode())


def beside(pairs: Sequence[tuple[Text, Text]], titles: tuple[str, str], width: int) -> RenderableType:
    """Each pair on lines of its own, left and right, `width` columns in all."""
    if width < SIDE_BY_SIDE:
        columns = zip(titles, zip(*pairs, strict=True), strict=True)
        return Group(
            *(Group(Text(title, style="bold"), *(wrap(t, width, CONTINUED) for t in texts)) for title, texts in columns)
        )
    half = (width - 3) // 2
    table = Table(box=MINIMAL, show_edge=False, pad_edge=False)
    for title in titles:
        table.add_column(title, width=half, no_wrap=True)
    for pair in pairs:
        table.add_row(*(wrap(text, half, CONTINUED) for text in pair))
    return table
