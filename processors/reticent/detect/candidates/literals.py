"""Dictionaries: many known literals, case-folded and bounded by what is no part of a word. A blank in an entry stands
for any white space, so that an entry is found over two blanks and over the end of a line, quoted ones included.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from ...patterns.expression import SEPARATOR
from ...policy.phrases import UNPARTED
from ...policy.rule import Dictionary
from ..readings.views import aligned
from .database import Database, Store
from .text import Buffer

_BLANKS: Final = re.compile(r"\s+(?:(?<=\n)>[>\s]*)?")
"""White space of any kind, and the mark of a quoted line."""


def _one_blank(text: str) -> str:
    """With one for each run of them: without quoted lines, as `split` takes them, which is many times faster."""
    return _BLANKS.sub(" ", text) if "\n>" in text else " ".join(f"x{text}x".split())[1:-1]


class Literals:
    """Finds the entries of all dictionaries in one pass of Hyperscan's literal mode."""

    def __init__(self, dictionaries: Sequence[Dictionary], store: Store | None = None) -> None:
        owners: dict[str, Dictionary] = {}
        for dictionary in dictionaries:
            for entry in dictionary.entries:
                for form in _FORMS:
                    owners.setdefault(_one_blank(fold(unicodedata.normalize(form, entry))), dictionary)
        entries = [entry.encode("utf-8", "replace") for entry in owners]
        self._sizes = [len(entry) for entry in entries]
        self._owners = list(owners.values())
        self._blanks = any(" " in entry for entry in owners)
        self._database = Database(entries, literal=True, store=store) if entries else None

    def find(self, buffer: Buffer) -> Iterator[tuple[Dictionary, int, int, int]]:
        """(dictionary, text, start, end) of every entry in every text of the buffer, in characters of the text."""
        if self._database is None or not len(buffer):
            return
        folded = _folded(buffer)
        squeezed = _squeezed(folded) if self._blanks else folded
        hits: list[tuple[int, int]] = []
        self._database.scan(squeezed.data, lambda entry, _, end, *__: hits.append((entry, end)))
        for entry, end in hits:
            number = squeezed.at(end)
            text, begin = squeezed.text(number), squeezed.begins[number]
            start, stop = text.characters(end - self._sizes[entry] - begin), text.characters(end - begin)
            if not _bounded(text.letters, start, stop):
                continue
            whole = folded.text(number).letters
            if squeezed is not folded:
                start, stop = _origin(whole, text.letters, start, stop)
            yield self._owners[entry], number, *_places(buffer.text(number).letters, whole, start, stop)


def fold(text: str) -> str:
    return text.casefold()


def _folded(buffer: Buffer) -> Buffer:
    if buffer.ascii:
        return buffer.changed(buffer.joined.lower())
    texts = fold(buffer.joined).split(SEPARATOR)[:-1]
    if len(texts) != len(buffer):  # a text holds the separator itself
        texts = [fold(buffer.text(number).data.decode()) for number in range(len(buffer))]
    return Buffer(texts, [0] * len(texts))


def _squeezed(folded: Buffer) -> Buffer:
    """With one blank for any white space. The marks between a key and its value are none."""
    joined = _one_blank(folded.joined)
    if joined == folded.joined:
        return folded
    texts = joined.split(SEPARATOR)[:-1]
    if len(texts) != len(folded):  # a text holds the separator itself
        texts = [_one_blank(folded.text(number).letters) for number in range(len(folded))]
    return Buffer(texts, [0] * len(texts))


def _origin(text: str, squeezed: str, start: int, end: int) -> tuple[int, int]:
    """Places in a text of places in what it is with one blank for any white space."""
    return aligned(text, squeezed, 0, [each.span() for each in _BLANKS.finditer(text)]).origin(start, end)


def _bounded(text: str, start: int, end: int) -> bool:
    before = start == 0 or not (_word(text[start - 1]) and _word(text[start]))
    return before and (end == len(text) or not (_word(text[end]) and _word(text[end - 1])))


def _word(letter: str) -> bool:
    if _UNPARTED.match(letter) is not None:
        return False
    return letter.isalnum() or letter == "_" or unicodedata.category(letter) == "Mn"


_FORMS: Final = ("NFC", "NFD")
"""Accents are written as one with their letter, or behind it."""
_UNPARTED: Final = re.compile(UNPARTED)


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
