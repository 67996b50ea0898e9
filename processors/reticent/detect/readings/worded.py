"""Words with their times, each an object, as recognisers of speech give them: what they say together is found, and
masked word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from ...formats.document import KEY, Leaves
from .flows import Lines
from .layers import spoken
from .speech.vocabulary import NUMBERS
from .views import Reading

_NAMES: Final = "punctuated_word|word|text|content|token|value|w"
"""What a word of a transcript is called."""
SIGN: Final = (
    rf"(?:^|\x00)(?:{_NAMES})\x01 ?(?i:{'|'.join(NUMBERS)}|dot|underscore|arroba|punto|punkt|ponto)[.,?!]?\x00"
)
"""A word that says a digit, or a sign of an address."""
_WORD_MOST, _BETWEEN_MOST, _WORDS_MOST = 32, 12, 400
"""Characters of a word, leaves from one to the next, and words of a reading."""


def worded(leaves: Leaves, begin: int, signed: Sequence[int]) -> Iterator[Reading]:
    """Readings of words around those that say a digit. `begin`: the number of the document's first leaf. `signed`:
    those of its leaves that have a `SIGN`."""
    taken = -1
    for number in signed:
        if number <= taken:
            continue
        name = leaves.texts[number].partition(KEY)[0]
        words = [*reversed(_from(leaves, number, -1, name)), number, *_from(leaves, number, 1, name)]
        taken = words[-1]
        yield from _readings(leaves, begin, words)


def _from(leaves: Leaves, number: int, step: int, name: str) -> list[int]:
    """The words that follow one, or stand before it."""
    found: list[int] = []
    last, at = number, number + step
    while 0 <= at < len(leaves.texts) and abs(at - last) <= _BETWEEN_MOST and len(found) < _WORDS_MOST:
        if _word(leaves, at, name):
            found.append(at)
            last = at
        at += step
    return found


def _word(leaves: Leaves, number: int, name: str) -> bool:
    """One word, in an object that holds no list: who holds the words says all of them, too."""
    text, head = leaves.texts[number], leaves.heads[number]
    if head != len(name) + 1 or not text.startswith(name) or not head < len(text) <= head + _WORD_MOST:
        return False
    holder = leaves.slot(number)[0]
    return " " not in text[head:].strip() and isinstance(holder, dict) and list not in map(type, holder.values())


def _readings(leaves: Leaves, begin: int, words: Sequence[int]) -> Iterator[Reading]:
    if len(words) < 2:
        return
    borders, pieces = [], []
    for number in words:
        value = leaves.texts[number][leaves.heads[number] :]
        borders.append(leaves.heads[number] + len(value) - len(value.lstrip()))
        pieces.append(value.strip() + " ")
    here = list(accumulate(map(len, pieces), initial=0))
    flow = Lines("".join(pieces), here, [begin + number for number in words], borders)
    yield flow.reading()
    view = spoken(flow.text)
    if view is not None:
        yield Reading(view.text, 0, flow, (view,))
