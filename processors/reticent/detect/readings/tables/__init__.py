"""Tables as programs print them: which cells a text has, each with the name of its column."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..segments import SIGNS as PLACED
from ..segments import fields
from .cells import NAME_MOST, Cell
from .lines import IN_LINES, in_lines
from .lists import SIGNS as LISTED
from .lists import SIGNS_WITH_TUPLES, TUPLES, inserting, listed
from .pairs import SIGNS as BESIDE
from .pairs import pairs

__all__ = ["HINT", "NAME_MOST", "SIGNS", "Cell", "inserting", "rows"]

_WITHOUT_TUPLES = (IN_LINES, *BESIDE, *LISTED, *PLACED)
SIGNS = (*_WITHOUT_TUPLES, *SIGNS_WITH_TUPLES)
"""RE2: what tables of some kind have, and little else."""
HINT = "|".join((*_WITHOUT_TUPLES, TUPLES))
"""RE2: one of them, in fewer states."""


def rows(text: str, at: int, signs: Collection[str]) -> Iterator[list[Cell]]:
    """The cells of each row of the tables in a text, from `at` on. `signs`: those of `SIGNS` that it has."""
    yield from listed(text, at, signs)
    yield from pairs(text, at, signs)
    yield from fields(text, at, signs)
    if IN_LINES in signs and "\n" in text:
        yield from in_lines(text, at)
