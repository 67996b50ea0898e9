"""Texts of a pass in one buffer of UTF-8, and the one text that a candidate stands in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain
from types import MappingProxyType

from ...formats.document import KEY, LABEL, Part
from ...patterns.expression import SEPARATOR
from ...patterns.outline import TABLE
from ...policy.rule import AROUND, Match
from ..readings.layers import hints
from ..readings.views import Range

_CONTINUATION = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that begin no character."""
_ENCODED_MOST = 4
_SEPARATED = SEPARATOR.encode()
_OURS = tuple(sign.encode() for sign in (SEPARATOR, KEY, LABEL))
"""Signs that are ours in a buffer, and that a producer may write, too."""
_STRIDE = 4096
Near = Mapping[int, Sequence[Range]]
"""Of some texts, by number, ranges in order."""
WHOLE: Near = MappingProxyType({})
LABEL_MOST = 200
"""Characters of a label that rules and validators look at: its end, which is nearest to the value."""


class Buffer:
    """Many texts, a separator behind each, as Hyperscan scans them. `joined` may be given: the same texts with some
    characters changed for others of the same size. `near`: of some texts, by number, ranges of characters in order
    that alone are scanned."""

    def __init__(
        self,
        texts: Sequence[str],
        heads: Sequence[int],
        joined: str | None = None,
        near: Near = WHOLE,
    ) -> None:
        self.heads, self.texts, self._near = heads, texts, near
        self.joined = SEPARATOR.join([*texts, ""]) if joined is None else joined
        self.data = self.joined.encode("utf-8", "replace")
        self.ascii = len(self.data) == len(self.joined)
        self._begins: list[int] | None = None
        self._outline: bytes | None = None
        self._hinted: list[int] | None = None
        self._cut: dict[int, Text] = {}

    def changed(self, joined: str) -> Buffer:
        """The same texts, with characters changed for others of the same size."""
        return Buffer(self.texts, self.heads, joined, self._near)

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def begins(self) -> list[int]:
        """Where each text begins, in bytes, and one more."""
        if self._begins is None:
            self._begins = list(accumulate(self._sizes(), initial=0))
        return self._begins

    def _sizes(self) -> list[int]:
        """Of each text with its separator, in bytes."""
        if self.ascii:
            return [len(text) + 1 for text in self.texts]
        pieces = self.data.split(_SEPARATED)
        if len(pieces) == len(self.texts) + 1:
            return [len(piece) + 1 for piece in pieces[:-1]]
        # a producer's own zeros look like separators
        return [len(text.encode("utf-8", "replace")) + 1 for text in self.texts]

    def at(self, end: int) -> int:
        """The text that something which ends before `end` stands in; a separator belongs to the text before it."""
        return bisect_right(self.begins, end - 1) - 1

    @property
    def outline(self) -> bytes:
        """`data` in outline, in which the next digit, too, is found fastest."""
        if self._outline is None:
            self._outline = self.data.translate(TABLE)
        return self._outline

    def outlined(self, number: int) -> bytes:
        """One text in outline."""
        return self.outline[self.begins[number] : self.begins[number + 1] - 1]

    @property
    def hinted(self) -> list[int]:
        """The texts that may be read in another way, or hold a long token."""
        if self._hinted is None:
            found: set[int] = set()
            for search in hints(self.data):
                at = next_text = 0
                while (hint := search(self.data, at, len(self.data))[0])[1] >= 0:
                    # one may go over several texts: what is between is worth a look of its own
                    last = self.at(hint[1])
                    found.update(range(max(next_text, self.at(hint[0] + 1)), last + 1))
                    next_text = last + 1
                    at = self.begins[next_text] - 1  # with the separator, behind which a text begins
            found.update(self._marked())
            self._hinted = sorted(found)
        return self._hinted

    def _marked(self) -> Iterator[int]:
        """The texts that hold more of our own signs than we wrote."""
        heads = self.heads
        ours = len(heads) + len(heads) - heads.count(0)
        if sum(map(self.data.count, _OURS)) > ours:
            for number, (text, head) in enumerate(zip(self.texts, heads, strict=True)):
                if sum(map(text.count, (SEPARATOR, KEY, LABEL))) > (head != 0):
                    yield number

    def segments(self, *, token: bool) -> list[tuple[int, int]] | None:
        """Where in `data` each part of it that is scanned begins and ends; None: that is all of it. `token`: only of
        texts that may hold a long token."""
        if not self._near and not token:
            return None
        hinted = self.hinted if token else range(len(self.texts))
        return list(chain.from_iterable(map(self._scanned, hinted)))

    def _scanned(self, number: int) -> Iterator[tuple[int, int]]:
        begin, end = self.begins[number], self.begins[number + 1]
        near = self._near.get(number)
        if near is None:
            yield begin, end
        elif end - begin == len(self.texts[number]) + 1:
            yield from ((begin + first, begin + last) for first, last in near)
        else:
            text, at, behind = self.texts[number], 0, begin
            for first, last in near:
                begin = behind + len(text[at:first].encode("utf-8", "replace"))
                behind, at = begin + len(text[first:last].encode("utf-8", "replace")), last
                yield begin, behind

    def text(self, number: int) -> Text:
        found = self._cut.get(number)
        if found is None:
            begins = self.begins
            data = self.data[begins[number] : begins[number + 1] - 1]
            found = self._cut[number] = Text(data, self.heads[number])
        return found

    def border(self, number: int) -> int:
        """Where the value of a text begins, in bytes of the text."""
        head = self.heads[number]
        return abs(head) if head == 0 or self.ascii else self.text(number).border


class Excerpt:
    """What is scanned of a buffer one behind the other, maybe in outline. A place in `data` is one of the buffer, too.
    `token`: only what may hold a long token."""

    def __init__(self, buffer: Buffer, *, token: bool = False, outline: bool = False) -> None:
        segments = buffer.segments(token=token)
        self._begins = buffer.begins
        self._there, self._here = [0], [0]
        self.data = buffer.outline if outline else buffer.data
        if segments is not None:
            pieces = [self.data[begin:end] for begin, end in segments]
            # what was cut off is no text's end, but what is found for that is a candidate only
            pieces = [piece if piece[-1:] == _SEPARATED else piece + _SEPARATED for piece in pieces]
            self._there = [begin for begin, _ in segments]
            self._here = list(accumulate(map(len, pieces), initial=0))
            self.data = b"".join(pieces)
        self._whole = segments is None

    def ends(self, ends: Sequence[int]) -> Sequence[int]:
        """Where in the buffer is what ends so in `data`."""
        if self._whole:
            return ends
        here, there = self._here, self._there
        segments = (bisect_right(here, end - 1) - 1 for end in ends)
        return [end - here[segment] + there[segment] for end, segment in zip(ends, segments, strict=True)]

    def at(self, end: int) -> int:
        """The text, by its number in the buffer, that something which ends so in `data` stands in."""
        (place,) = self.ends([end])
        return bisect_right(self._begins, place - 1) - 1

    def range(self, text: int) -> tuple[int, int]:
        """Where in `data` what it has of a text begins and ends."""
        begin, end = self._begins[text], self._begins[text + 1]
        if self._whole:
            return begin, end
        return self._here[bisect_left(self._there, begin)], self._here[bisect_left(self._there, end)]


class Text:
    """One text as bytes. `head` is that of `Leaves.heads`, in characters; other places are in bytes unless said."""

    __slots__ = ("_folded", "_label", "_letters", "_marks", "_named", "ascii", "border", "data", "head")

    def __init__(self, data: bytes, head: int = 0) -> None:
        self.data, self.head = data, head
        self.ascii = data.isascii()
        self.border = abs(head) if self.ascii or head == 0 else self._byte(abs(head))
        """Where the value begins."""
        self._folded: bytes | None = None
        self._label: str | None = None
        self._letters: str | None = None
        self._marks: list[int] | None = None
        self._named: dict[tuple[bytes, ...], bool] = {}

    @classmethod
    def of(cls, text: str, head: int = 0) -> Text:
        return cls(text.encode("utf-8", "replace"), head)

    @property
    def letters(self) -> str:
        if self._letters is None:
            self._letters = self.data.decode()
        return self._letters

    @property
    def folded(self) -> bytes:
        """Case-folded; its places are not those of `data`."""
        if self._folded is None:
            self._folded = self.data.lower() if self.ascii else self.letters.casefold().encode()
        return self._folded

    def names(self, words: tuple[bytes, ...]) -> bool:
        """Whether it holds any of these, case-folded; who asks again, as for each of many places, is told at once."""
        known = self._named.get(words)
        if known is None:
            folded = self.folded
            known = self._named[words] = any(word in folded for word in words)
        return known

    def characters(self, place: int) -> int:
        """Characters before a place."""
        if self.ascii:
            return place
        if self._marks is None:
            chunks = (self.data[at : at + _STRIDE] for at in range(0, len(self.data), _STRIDE))
            self._marks = [0, *accumulate(len(chunk.translate(None, _CONTINUATION)) for chunk in chunks)]
        chunk = place // _STRIDE
        return self._marks[chunk] + len(self.data[chunk * _STRIDE : place].translate(None, _CONTINUATION))

    def _byte(self, characters: int) -> int:
        return len(self.data[: characters * _ENCODED_MOST].decode("utf-8", "ignore")[:characters].encode())

    def reach(self, start: int, end: int, window: int) -> tuple[int, int]:
        """The places `window` characters before a range and behind it, or those of the text's ends."""
        data = self.data
        if self.ascii:
            return max(0, start - window), min(len(data), end + window)
        before = data[max(0, start - window * _ENCODED_MOST) : start].decode("utf-8", "ignore")[-window:]
        behind = data[end : end + window * _ENCODED_MOST].decode("utf-8", "ignore")[:window]
        return start - len(before.encode()), end + len(behind.encode())

    @property
    def heading(self) -> tuple[int, int]:
        """Where the key or label stands with the mark behind it; its last characters if it is long."""
        return max(0, self.border - 1 - LABEL_MOST * _ENCODED_MOST), self.border

    @property
    def label(self) -> str:
        """The key or label, its last characters if it is long."""
        if self._label is None:
            first, border = self.heading
            self._label = self.data[first : max(0, border - 1)].decode("utf-8", "ignore")[-LABEL_MOST:]
        return self._label

    def match(self, start: int, end: int) -> Match:
        """What a validator sees of a range: of a range that begins in the key and ends in the value, the value's."""
        data, border = self.data, self.border
        inside = end > border
        first, last = (border, len(data)) if inside else (0, border - 1 if border else 0)
        begin = start if start > first else first
        left = begin - AROUND if begin - AROUND > first else first
        right = end + AROUND if end + AROUND < last else last
        label = self.label if inside and self.head else ""
        if self.ascii:
            return Match(data[left:right].decode(), label, begin - left, end - left)
        head = data[left:begin].decode("utf-8", "ignore")
        secret = data[begin:end].decode("utf-8", "ignore")
        tail = data[end:right].decode("utf-8", "ignore")
        return Match(head + secret + tail, label, len(head), len(head) + len(secret))


def parts(head: int, start: int, end: int) -> list[tuple[Part, int, int]]:
    """A range of a leaf's text (in characters) as ranges of its key and its value; a label is no part."""
    border = abs(head)
    if start >= border:
        return [(Part.VALUE, start - border, end - border)]
    found = []
    if head > 0 and start < border - 1:
        found.append((Part.KEY, start, min(end, border - 1)))
    if end > border:
        found.append((Part.VALUE, max(start, border) - border, end - border))
    return found
