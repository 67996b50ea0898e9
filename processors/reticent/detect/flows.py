"""Values that are spread over several leaves: the chunks of a stream, or steps that follow one another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CHUNK_MOST, CHUNKS_LEAST = 24, 3
"""Leaves of so few characters on average, so many of them, are the chunks of a stream, and are read as one text."""
EDGE = 96
"""Of longer leaves only so many characters at either end are read together with their neighbours."""
_GAP = "\n\x03\n"
"""Stands for the middle of a longer leaf: nothing is found across it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One text made of leaves. Segment i begins at `here[i]` and stands for leaf `leaves[i]` from character `there[i]`
    of its text on, for `lengths[i]` characters. In a `stream` everything found counts; between steps only what itself
    lies in more than one leaf, because what ends one step is no context of what begins the next."""

    text: str
    here: Sequence[int]
    leaves: Sequence[int]
    there: Sequence[int]
    lengths: Sequence[int]
    stream: bool

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """(leaf, start, end) of each part of a range; none where it does not count."""
        found: list[tuple[int, int, int]] = []
        for segment in range(max(0, bisect_right(self.here, start) - 1), len(self.here)):
            begin = self.here[segment]
            if begin >= end:
                break
            first, last = max(start, begin), min(end, begin + self.lengths[segment])
            if first < last:
                shift = self.there[segment] - begin
                found.append((self.leaves[segment], first + shift, last + shift))
        return found if self.stream or len({leaf for leaf, *_ in found}) > 1 else []


def flows(texts: Sequence[str], heads: Sequence[int], groups: Sequence[Sequence[int]]) -> Iterator[Flow]:
    """The flows of a document; `groups` as in `Leaves.flows`, numbers of leaves."""
    for group in groups:
        leaves = [leaf for leaf in group if len(texts[leaf]) > abs(heads[leaf])]
        if len(leaves) < 2:
            continue
        size = sum(len(texts[leaf]) - abs(heads[leaf]) for leaf in leaves)
        yield _flow(texts, heads, leaves, stream=len(leaves) >= CHUNKS_LEAST and size <= CHUNK_MOST * len(leaves))


def _flow(texts: Sequence[str], heads: Sequence[int], leaves: Sequence[int], *, stream: bool) -> Flow:
    pieces: list[str] = []
    here: list[int] = []
    owners: list[int] = []
    there: list[int] = []
    at = 0
    for leaf in leaves:
        text, border = texts[leaf], abs(heads[leaf])
        ranges = [(border, len(text))]
        if not stream and len(text) - border > 2 * EDGE:
            ranges = [(border, border + EDGE), (len(text) - EDGE, len(text))]
        for number, (first, last) in enumerate(ranges):
            if number:
                pieces.append(_GAP)
                at += len(_GAP)
            pieces.append(text[first:last])
            here.append(at)
            owners.append(leaf)
            there.append(first)
            at += last - first
    lengths = [len(piece) for piece in pieces if piece is not _GAP]
    return Flow("".join(pieces), here, owners, there, lengths, stream)
