"""Texts that stand for others, and what in these each of their pieces stands for: either the same characters, or a
piece that says something else (an escape, an entity, an invisible character, a whole base64 token); a range that
touches such a piece covers all of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import sub
from typing import Protocol


@dataclass(slots=True)
class View:
    """`text`, and for each segment where it begins here and there; `literal` segments stand for as many characters.
    `head`: as in `Leaves.heads`, of this text. `size`: characters of the original text, if it has the same ones in
    literal segments."""

    text: str
    head: int
    here: Sequence[int]
    there: Sequence[int]
    lengths: Sequence[int]
    literal: Sequence[bool]
    size: int | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that a range of this one stands for."""
        first = bisect_right(self.here, start) - 1
        last = bisect_right(self.here, max(start, end - 1)) - 1
        begin = self.there[first] + (start - self.here[first] if self.literal[first] else 0)
        if self.literal[last]:
            return begin, self.there[last] + end - self.here[last]
        return begin, self.there[last] + self.lengths[last]

    def same(self, start: int, end: int) -> tuple[int, int] | None:
        """The range of the original text that has the same characters in one piece, and the same ends of the text."""
        segment = bisect_right(self.here, start) - 1
        behind = self.here[segment + 1] if segment + 1 < len(self.here) else len(self.text)
        if self.size is None or not self.literal[segment] or end > behind:
            return None
        shift = self.there[segment] - self.here[segment]
        if (start == 0 and shift) or (end == len(self.text) and end + shift != self.size):
            return None
        return start + shift, end + shift


def aligned(raw: str, text: str, head: int, pieces: Iterable[tuple[int, int]], each: int = 1) -> View:
    """The view of `text`, which has so many characters for each of these pieces of `raw`. Raises RuntimeError where it
    has not."""
    there = [0, *chain.from_iterable(pieces)]
    lengths = list(map(sub, [*there[1:], len(raw)], there))
    count = len(lengths) // 2
    sizes = lengths.copy()
    sizes[1::2] = [each] * count
    *here, size = accumulate(sizes, initial=0)
    if size != len(text):
        raise RuntimeError("a text was read in two ways")
    return View(text, head, here, there, lengths, [True, False] * count + [True])


class Lazy:
    """A view whose pieces are found out when something is found in it."""

    def __init__(self, text: str, head: int, align: Callable[[], View]) -> None:
        self.text, self.head, self._align = text, head, align
        self._view: View | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """As `View.origin`."""
        if self._view is None:
            self._view = self._align()
        return self._view.origin(start, end)


class Origins(Protocol):
    """A view's pieces."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that a range of the view stands for."""
        ...


class Base(Protocol):
    """What a chain of views begins with: one leaf, or several that carry one text on."""

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """(leaf, start, end) of each part of a range of the base's text."""
        ...


@dataclass(frozen=True, slots=True)
class Alone:
    leaf: int

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        return [(self.leaf, start, end)] if start < end else []


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that stands for a range of leaves. `head`: as in `Leaves.heads`. `fresh`: the last so many views of the
    chain were put over a text that is scanned, too."""

    text: str
    head: int
    base: Base
    chain: tuple[Origins, ...] = ()
    fresh: int = 0

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """(leaf, start, end) of each part of a range of this reading, in characters of the leaves' texts."""
        for view in reversed(self.chain):
            start, end = view.origin(start, end)
        return self.base.places(start, end)

    def known(self, start: int, end: int) -> bool:
        """Whether a range, and the label before it, were read in the text below: what is found there is found there."""
        return self.fresh > 0 and self._same(start, end) and (self.head == 0 or self._same(0, abs(self.head)))

    def _same(self, start: int, end: int) -> bool:
        for view in reversed(self.chain[-self.fresh :]):
            below = view.same(start, end) if isinstance(view, View) else None
            if below is None:
                return False
            start, end = below
        return True
