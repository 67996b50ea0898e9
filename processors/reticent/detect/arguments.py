"""Lists of a command's arguments, as processes and containers are described by them and some tools are called with
them: read as the line that a shell would be given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, groupby
from typing import Final

from ..formats.document import LABEL, Leaves
from .flows import Lines
from .views import Reading

_OPTION: Final = re.compile(rf"{LABEL}--?[A-Za-z][\w.\-]{{0,60}}\x00[^\x00]*?{LABEL}")
_LEAST, _MOST, _LENGTH_MOST = 2, 128, 2000
"""Arguments of a line, and characters of one."""


def may_be_arguments(joined: str) -> bool:
    """Whether leaves, joined by zeros, may have an option that another item of a list stands behind."""
    return f"{LABEL}-" in joined and _OPTION.search(joined) is not None


def arguments(leaves: Leaves, begin: int) -> Iterator[Reading]:
    """Lists with an option in them. `begin`: the number of the document's first leaf."""
    for _, group in groupby(range(len(leaves.texts)), lambda leaf: id(leaves.slot(leaf)[0])):
        items = list(group)[:_MOST]
        if len(items) < _LEAST or not isinstance(leaves.slot(items[0])[0], list):
            continue
        borders = [abs(leaves.heads[item]) for item in items]
        values = [leaves.texts[item][border:] for item, border in zip(items, borders, strict=True)]
        if any(value.startswith("-") for value in values) and max(map(len, values)) <= _LENGTH_MOST:
            pieces = [f"{value} " for value in values]
            here = list(accumulate(map(len, pieces), initial=0))
            yield Lines("".join(pieces), here, [begin + item for item in items], borders).reading()
