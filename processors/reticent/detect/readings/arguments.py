"""Lists of a command's arguments, as processes and containers are described by them and some tools are called with
them: read as the line that a shell would be given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from ...formats.document import LABEL, Leaves
from .flows import Lines
from .views import Reading

SIGN: Final = rf"{LABEL}--?[A-Za-z]"
"""What an item of a list is that is an option."""
_LEAST, _MOST, _LENGTH_MOST = 2, 128, 2000
"""Arguments of a line, and characters of one."""


def arguments(leaves: Leaves, begin: int, signed: Sequence[int]) -> Iterator[Reading]:
    """Lists with an option in them. `begin`: the number of the document's first leaf. `signed`: those of its leaves
    that have a `SIGN`."""
    behind = 0
    for number in signed:
        container, _ = leaves.slot(number)
        if number < behind or not isinstance(container, list):
            continue
        first, before, behind = number, behind, number + 1
        while first > before and leaves.slot(first - 1)[0] is container:
            first -= 1
        while behind < len(leaves.texts) and leaves.slot(behind)[0] is container:
            behind += 1
        items = range(first, min(behind, first + _MOST))
        borders = [abs(leaves.heads[item]) for item in items]
        values = [leaves.texts[item][border:] for item, border in zip(items, borders, strict=True)]
        if len(items) >= _LEAST and max(map(len, values)) <= _LENGTH_MOST:
            pieces = [f"{value} " for value in values]
            here = list(accumulate(map(len, pieces), initial=0))
            yield Lines("".join(pieces), here, [begin + item for item in items], borders).reading()
