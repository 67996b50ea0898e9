"""What was found in texts lately: agents send the same instructions, tools and history with every call."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from ..formats.document import Leaves
from .readings.views import Place
from .spans import Span

SHORT, LONG = 24, 262_144
"""Characters of the texts that are remembered: shorter ones are as quickly looked through, longer ones seldom come
again."""
WHOLE = 512
"""Characters of texts that are kept as they are where nothing was in them."""
KEPT_MOST = 8 << 20
"""Characters of these, and as many again of those before them."""
ENTRY = 100
"""Characters that keeping one takes the room of, whatever its size."""
MARKED_MOST = 1 << 16
"""Other texts and findings in them, and as many again of those before them."""
SAID_LEAST, AGAIN_LEAST = 256, 4096
"""Characters of a text, and of all such of a document, for which it is worth to wait for what another says, too."""


class Own(NamedTuple):
    """What is found in one text alone, and the large things in it."""

    places: Sequence[Place] = ()
    shapes: Sequence[Span] = ()


NOTHING = Own()


class Memory:
    """What is found in a text alone depends on it and its head, so what was found in it is found in it again.

    Short texts that had nothing in them are kept and compared whole. Of others only a digest is kept (BLAKE2, 256 bits,
    with a key of this memory's own): many are remembered in little room, and no secret stays longer than its record.
    What is not met for a while is forgotten."""

    def __init__(self, kept: int = KEPT_MOST, marked: int = MARKED_MOST) -> None:
        self._key = os.urandom(32)
        self._kept = _Lately[str, int](kept, lambda text, _: len(text) + ENTRY)
        self._marked = _Lately[int, _Marked](marked, lambda _, each: 1 + len(each.own.places) + len(each.own.shapes))

    def known(self, texts: Sequence[str], heads: Sequence[int], numbers: Iterable[int]) -> dict[int, Own]:
        """Those of the numbers whose texts are remembered, with what was found in them."""
        kept, marked, found = self._kept, self._marked, dict[int, Own]()
        for number in numbers:
            text, head = texts[number], heads[number]
            if kept.young.get(text) == head or kept.again(text) == head:
                found[number] = NOTHING
                continue
            mark = hash(text)  # Python keeps it, so that the digest is made of what is met again only
            known = marked.young.get(mark) or marked.again(mark)
            if known is not None and known.head == head and known.digest == self._digest(text):
                found[number] = known.own
        return found

    def parts(self, batch: Sequence[Leaves]) -> Iterator[Sequence[Leaves]]:
        """A batch in parts, each of which is to be remembered before the next is asked for: what a document says that
        says much of another's again is known then."""
        part: list[Leaves] = []
        said = set[str]()
        for leaves in batch:
            texts = leaves.scanned()
            long = [number for number, size in enumerate(map(len, texts)) if SAID_LEAST <= size <= LONG]
            again = [number for number in long if texts[number] in said]
            if sum(len(texts[number]) for number in again) >= AGAIN_LEAST:
                known = self.known(texts, leaves.heads, again)
                if sum(len(texts[number]) for number in again if number not in known) >= AGAIN_LEAST:
                    yield part
                    part, said = [], set()
            part.append(leaves)
            said.update([texts[number] for number in long])
        if part:
            yield part

    def add(self, found: Iterable[tuple[int, Own]], texts: Sequence[str], heads: Sequence[int]) -> None:
        """What was found in texts alone, by their numbers."""
        for number, own in found:
            text = texts[number]
            if own is NOTHING and len(text) <= WHOLE:
                self._kept.add(text, heads[number])
            else:
                self._marked.add(hash(text), _Marked(heads[number], self._digest(text), own))

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32, key=self._key).digest()

    def forget(self) -> None:
        self._kept.forget()
        self._marked.forget()


class _Marked(NamedTuple):
    head: int
    digest: bytes
    own: Own


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Lately(Generic[_Key, _Value]):
    """Two generations: what is added when the young one is full begins another, and the old one goes. `weigh`: what an
    entry counts of `most`."""

    def __init__(self, most: int, weigh: Callable[[_Key, _Value], int]) -> None:
        self._most, self._weigh, self._size = most, weigh, 0
        self.young: dict[_Key, _Value] = {}
        self._old: dict[_Key, _Value] = {}

    def again(self, key: _Key) -> _Value | None:
        """What an old key has, which is young from now on."""
        value = self._old.get(key)
        if value is not None:
            self.add(key, value)
        return value

    def add(self, key: _Key, value: _Value) -> None:
        size = self._weigh(key, value)
        if self._size + size > self._most:
            self._old, self.young, self._size = self.young, {}, 0
        self.young[key] = value
        self._size += size

    def forget(self) -> None:
        self._old, self.young, self._size = {}, {}, 0
