"""Streams that stand whole in one text, as recordings of exchanges keep bodies: what they say piece by piece is read as
one text, as that of a stream alone is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ...formats.providers import bodies
from ...policy.rule import Rule
from .views import About, Known, Part, Range, Reading, segments

SIGN = bodies.SIGN


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Piece i begins at `here[i]` and is written in `reading`."""

    reading: Reading
    here: Sequence[int]
    pieces: Sequence[bodies.Piece]

    def counts(self, found: Range, parts: Sequence[Part], known: Known, about: About, rule: Rule | None) -> bool:
        return True

    def places(self, start: int, end: int) -> list[Part]:
        """Each part of a range."""
        found: list[Part] = []
        for number, first, last in segments(self.here, start, end):
            found += self.reading.places(*self.pieces[number].place(first, last))
        return found


def joined(reading: Reading) -> Iterator[Reading]:
    """One for each text that streams in a reading say. Raises LimitError."""
    for pieces in bodies.texts(reading.text, abs(reading.head)):
        here = list(accumulate((len(piece.text) for piece in pieces), initial=0))
        yield Reading("".join([piece.text for piece in pieces]), 0, _Pieces(reading, here, pieces))
