"""Dictionaries: tens of thousands of known literals, case-folded and bounded by what is no part of a word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import hyperscan

from ..policy.rule import Dictionary


class Literals:
    """Finds the entries of all dictionaries in one pass of Hyperscan's literal mode."""

    def __init__(self, dictionaries: Sequence[Dictionary]) -> None:
        owners: dict[str, Dictionary] = {}
        for dictionary in dictionaries:
            for entry in dictionary.entries:
                owners.setdefault(fold(entry), dictionary)
        self._entries = list(owners)
        self._owners = list(owners.values())
        self._database: hyperscan.Database | None = None
        if self._entries:
            self._database = hyperscan.Database()
            count = len(self._entries)
            self._database.compile(
                expressions=[entry.encode("utf-8", "replace") for entry in self._entries],
                ids=list(range(count)), elements=count, flags=0, literal=True,
            )  # fmt: skip

    def find(self, texts: Sequence[str]) -> Iterator[tuple[Dictionary, int, int, int]]:
        """(dictionary, text, start, end) of every entry in every text, in characters."""
        if self._database is None or not texts:
            return
        folded = fold("\x00".join(texts))
        hits: set[int] = set()
        self._database.scan(folded.encode("utf-8", "replace"), match_event_handler=lambda entry, *_: hits.add(entry))
        for entry in hits:
            needle = self._entries[entry]
            if needle not in folded:
                continue
            for position, text in enumerate(texts):
                lowered = fold(text)
                at = lowered.find(needle)
                while at >= 0:
                    end = at + len(needle)
                    if _bounded(lowered, at, end):
                        start, stop = _places(text, lowered, at, end)
                        yield self._owners[entry], position, start, stop
                    at = lowered.find(needle, at + 1)


def fold(text: str) -> str:
    return text.casefold()


def _bounded(text: str, start: int, end: int) -> bool:
    before = start == 0 or not (_word(text[start - 1]) and _word(text[start]))
    return before and (end == len(text) or not (_word(text[end]) and _word(text[end - 1])))


def _word(letter: str) -> bool:
    return letter.isalnum() or letter == "_" or unicodedata.category(letter) == "Mn"


def _places(text: str, folded: str, start: int, end: int) -> tuple[int, int]:
    """Places in the text of places in its folded form, which may be longer (ß becomes ss)."""
    if len(text) == len(folded):
        return start, end
    at, first = 0, -1
    for position, letter in enumerate(text):
        if at >= end:
            return first, position
        size = len(fold(letter))
        if first < 0 and at + size > start:
            first = position
        at += size
    return max(first, 0), len(text)
