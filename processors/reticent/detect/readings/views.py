"""Texts that stand for others, and what in these each of their pieces stands for: either the same characters, or a
piece that says something else (an escape, an entity, an invisible character, a whole base64 token); a range that
touches such a piece covers all of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import sub
from typing import Protocol

from ...model import Severity
from ...policy.rule import Rule

Range = tuple[int, int]
"""Where a piece of a text begins and ends, in characters."""
Piece = tuple[int, int, str]
"""Where a piece of a text begins and ends, and what it says."""
About = tuple[str, str, Severity, str]
"""A rule's id, category, severity and pack: what a span says of it."""
Place = tuple[int, int, About]
"""Where a rule found something in a text, in characters of all of it, and what that rule is."""
Part = tuple[int, int, int]
"""A leaf, and a range of its text."""
Known = Mapping[int, Sequence[Place]]
"""What leaves have alone, by leaf."""


def segments(here: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(its number, start, end) of each segment that a range has a part of, and of that part, from where the segment
    begins on. `here`: where each segment begins, and where the last one ends."""
    for number in range(max(0, bisect_right(here, start) - 1), len(here) - 1):
        begin = here[number]
        if begin >= end:
            break
        first, last = max(start, begin), min(end, here[number + 1])
        if first < last:
            yield number, first - begin, last - begin


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

    def changed(self) -> Iterator[Range] | None:
        """The ranges that say something else than the original text; empty ones where something of it is left out. None
        where characters may be changed anywhere."""
        return None if self.size is None else self._changed()

    def _changed(self) -> Iterator[Range]:
        behind = 0
        for here, there, length, literal, end in zip(
            self.here, self.there, self.lengths, self.literal, [*self.here[1:], len(self.text)], strict=True
        ):
            if not literal:
                yield here, end
            elif there != behind:
                yield here, here
            behind = there + length
        if behind != self.size:
            yield len(self.text), len(self.text)

    def carried(self, start: int, end: int) -> Range:
        """The range that stands for a range of the original text, and what it touches."""
        first = max(0, bisect_right(self.there, start) - 1)
        last = max(0, bisect_right(self.there, end) - 1)
        begin = self._ahead(first, start) if self.literal[first] else self.here[first]
        return begin, self._ahead(last, end) if self.literal[last] else self._end(last)

    def _ahead(self, segment: int, place: int) -> int:
        """Where in a literal segment a place of the original text is; at its end, if what stands there is left out."""
        return min(self._end(segment), self.here[segment] + place - self.there[segment])

    def _end(self, segment: int) -> int:
        return self.here[segment + 1] if segment + 1 < len(self.here) else len(self.text)

    def same(self, start: int, end: int) -> tuple[int, int] | None:
        """The range of the original text that has the same characters in one piece, and the same ends of the text."""
        segment = bisect_right(self.here, start) - 1
        if self.size is None or not self.literal[segment] or end > self._end(segment):
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

    def places(self, start: int, end: int) -> list[Part]:
        """Each part of a range of the base's text."""
        ...

    def counts(self, found: Range, parts: Sequence[Part], known: Known, about: About, rule: Rule | None) -> bool:
        """Whether what was found in the base's text, in these parts, is worth to be told beside what is known of its
        leaves alone. `rule`: None for what a dictionary has."""
        ...


@dataclass(frozen=True, slots=True)
class Alone:
    leaf: int

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        return [(self.leaf, start, end)] if start < end else []

    def counts(self, found: Range, parts: Sequence[Part], known: Known, about: About, rule: Rule | None) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that stands for a range of leaves. `head`: as in `Leaves.heads`. `fresh`: the last so many views of the
    chain were put over a text that is scanned, too; the last `own` over the leaf as it is read first."""

    text: str
    head: int
    base: Base
    chain: tuple[Origins, ...] = ()
    fresh: int = 0
    own: int = 0

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """(leaf, start, end) of each part of a range of this reading, in characters of the leaves' texts."""
        for view in reversed(self.chain):
            start, end = view.origin(start, end)
        return self.base.places(start, end)

    def near(self, most: int) -> list[Range] | None:
        """The ranges, in order, of what is at most so many characters from the label or from what the leaf does not say
        like this; None where that is not known, or is nearly all of it."""
        changed: list[Range] = []
        for view in self.chain[-self.own :]:
            if not isinstance(view, View) or (here := view.changed()) is None:
                return None
            changed = [*(view.carried(*each) for each in changed), *here]
        label = [(0, abs(self.head))] if self.head else []
        return self._widened(sorted(label + changed), most) if self.own else None

    def _widened(self, changed: Iterable[Range], most: int) -> list[Range] | None:
        size, found = len(self.text), list[Range]()
        for first, last in changed:
            start, end = max(0, first - most), min(size, last + most)
            if found and start <= found[-1][1]:
                found[-1] = found[-1][0], max(end, found[-1][1])
            else:
                found.append((start, end))
        return found if 2 * sum(end - start for start, end in found) < size else None

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
