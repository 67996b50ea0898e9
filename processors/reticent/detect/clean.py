"""Texts in which nothing was found lately: agents send the same instructions, tools and history with every call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

SHORT, LONG = 256, 32_768
"""Characters of the texts that are remembered: shorter ones are as quickly looked through, longer ones do not come
again."""
MEMORY = 2 << 20
"""Characters of texts that are remembered, and as many again of those before them."""


class Clean:
    """What is found in a text depends on it and its head alone, so a text that had nothing in it has nothing again.

    Texts are compared whole: nothing passes because its digest is another's. What is not met for a while is
    forgotten."""

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._young: dict[str, int] = {}
        self._old: dict[str, int] = {}
        self._size = 0

    def known(self, texts: Sequence[str], heads: Sequence[int], numbers: Iterable[int]) -> list[int]:
        """Those of the numbers whose texts had nothing in them."""
        young, old, found = self._young, self._old, []
        for number in numbers:
            text, head = texts[number], heads[number]
            if young.get(text) == head:
                found.append(number)
            elif old.get(text) == head:
                found.append(number)
                self.add(text, head)
                young = self._young
                old = self._old
        return found

    def add(self, text: str, head: int) -> None:
        if self._size + len(text) > self._memory:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[text] = head
        self._size += len(text)

    def forget(self) -> None:
        self._old, self._young, self._size = {}, {}, 0
