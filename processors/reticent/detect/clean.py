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

    def __contains__(self, told: tuple[str, int]) -> bool:
        text, head = told
        if self._young.get(text) == head:
            return True
        if self._old.get(text) == head:
            self.add(text, head)
            return True
        return False

    def add(self, text: str, head: int) -> None:
        if self._size + len(text) > self._memory:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[text] = head
        self._size += len(text)

    def forget(self) -> None:
        self._old, self._young, self._size = {}, {}, 0


def worth_remembering(texts: Sequence[str]) -> Iterable[int]:
    """Numbers of the texts that are neither short nor long."""
    return [number for number, size in enumerate(map(len, texts)) if SHORT <= size <= LONG]
