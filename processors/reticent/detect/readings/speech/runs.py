"""What a run of words says: the pieces that stand for digits and letters, or nothing where it counts or tells too
little."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ..views import Piece
from .utterance import NO_LETTERS, SIGN_OF, Said, Token, alone, beside, numbers_of
from .vocabulary import DIGIT, DULL, HUNDRED, LETTER, TENS, THOUSAND, TIMES, words

_LEAST: Final = 3
"""Digits that are said."""
_LETTERS_LEAST: Final = 3
"""Letters with hyphens between, or each of a word that is named."""
_NO_NUMBER: Final = words("this that other another which any each every no some first last new old the only")
"""What stands before `one` that is no number."""
_OH: Final = ("oh", "o")
_AND: Final = ("y", "e")


_GLUED: Final = re.compile(
    r"(?i)\b(?:pass ?word|passcode|passphrase|user ?name|user ?id|log ?in)(?:(?: is| was|:),?)? (?:uh,? |um,? )?"
    r"(?P<word>[a-z]{3,20})(?: (?P<sign>underscore|dash|hyphen|dot))? $"
)
"""What digits belong to: the word of a password or a user's name."""
_GLUED_MOST: Final = 64
_SIGNS: Final = {"underscore": "_", "dash": "-", "hyphen": "-", "dot": "."}


def said_in(run: list[Token], text: str) -> Sequence[Piece]:
    """The pieces of a run; none where it tells too little, or counts."""
    run = _inner(run, text)
    numbers = numbers_of(_telling(run, text))
    letters = [said for _, _, said, kind in numbers if kind in (LETTER, DULL)]
    digits = "".join(said for _, _, said, kind in numbers if kind not in (LETTER, DULL))
    glued = _GLUED.search(text, max(0, run[0].start - _GLUED_MOST), run[0].start) if run and digits else None
    if (
        not glued
        and len(digits) < _LEAST
        and not (len(letters) >= _LETTERS_LEAST and len(letters) + len(digits) >= _LETTERS_LEAST)
    ):
        return ()
    if not digits and not _spelled(run, text, letters):
        return ()
    if glued is None and _counts([said for _, _, said, _ in numbers]):
        return ()
    shown = _day(numbers) or _cased(numbers, digits, text, run[-1].end)
    pieces: list[Piece] = [] if glued is None else [(glued.end("word"), run[0].start, _SIGNS.get(glued["sign"], ""))]
    for (start, end, _, _), said in zip(numbers, shown, strict=True):
        if pieces and pieces[-1][1] < start:
            pieces.append((pieces[-1][1], start, ""))
        pieces.append((start, end, said))
    return pieces


def _inner(run: list[Token], text: str) -> list[Token]:
    """Without what is none of it at its edges: `the other one`, a word of one letter, a code word that is a name."""
    first, last = 0, len(run)
    while first < last and _idle(run[first], run[first + 1 : last], text):
        first += 1
    while last > first and (
        run[last - 1].kind in (None, TIMES) or (_edge(run[last - 1]) and not (last > 1 and alone(run[last - 2])))
    ):
        last -= 1
    return run[first:last]


def _edge(token: Token) -> bool:
    return alone(token) and token.said in NO_LETTERS


def _idle(token: Token, rest: Sequence[Token], text: str) -> bool:
    if token.kind is None or (_edge(token) and not (rest and alone(rest[0]))):
        return True
    before = text[max(0, token.start - 12) : token.start].lower().split()
    if token.kind == DIGIT and token.said == "1" and not text[token.start].isdigit():
        return bool(before) and before[-1] in _NO_NUMBER
    if token.kind == DULL:
        return not any(each.kind in (LETTER, DULL) for each in rest[:2])
    if token.kind == LETTER and not token.named:
        return text[token.start].islower() and not any(each.kind == LETTER for each in rest[:2])
    return token.kind in (HUNDRED, THOUSAND)


def _telling(run: list[Token], text: str) -> Iterator[Token]:
    """Those that tell something: no article, no word between tens and units. `oh` is a letter among letters."""
    others = any(alone(token) and token.said not in NO_LETTERS for token in run)
    spelled = all(token.kind in (LETTER, DULL, None) or text[token.start : token.end].lower() in _OH for token in run)
    for at, token in enumerate(run):
        if alone(token) and token.said in NO_LETTERS and not others and text[token.start].islower():
            continue
        if token.said in _AND and 0 < at < len(run) - 1 and (run[at - 1].kind, run[at + 1].kind) == (TENS, DIGIT):
            continue
        if spelled and token.kind == DIGIT:
            yield Token(token.start, token.end, LETTER, "o", named=True)
        elif token.kind is not None:
            yield beside(token, run[at - 1 : at] + run[at + 1 : at + 2])


def _counts(said: Sequence[str]) -> bool:
    """One after the other, up or down, as who counts does and the alphabet goes."""
    if not all(len(each) <= 2 for each in said):
        return False
    values = [int(each) if each.isdigit() else ord(each[0].lower()) for each in said]
    steps = [behind - before for before, behind in pairwise(values)]
    return 5 * max(steps.count(1), steps.count(-1)) > 4 * len(steps)


def _day(numbers: Sequence[Said]) -> Sequence[str] | None:
    """A month, a day and a year, which is two numbers or one: as it is written in figures."""
    values = [said for _, _, said, _ in numbers]
    merged: list[list[int]] = []
    for at, value in enumerate(values):
        if not value.isdigit():
            return None
        if at and values[at - 1] == "0" and len(value) == 1 and merged:
            merged[-1].append(at)
        else:
            merged.append([at])
    parts = ["".join(values[at] for at in each) for each in merged]
    years = parts[2:]
    if not years or years[0][:2] not in ("19", "20") or list(map(len, years)) not in ([4], [2, 2]):
        return None
    first, second = int(parts[0]), int(parts[1])
    if not (0 < first <= 31 and 0 < second <= 31 and min(first, second) <= 12):
        return None
    starts = {merged[1][0], merged[2][0]}
    return [f"/{value}" if at in starts else value for at, value in enumerate(values)]


def _cased(numbers: Sequence[Said], digits: str, text: str, end: int) -> Sequence[str]:
    """Letters as they are written: capitals beside digits, a name's otherwise, small ones in an address."""
    said = [each for _, _, each, _ in numbers]
    if AT.match(text, end):
        return said
    if digits:
        return [each.upper() for each in said]
    return [said[0].upper(), *(each.lower() for each in said[1:])]


AT: Final = re.compile(rf"(?i)[ \t]{SIGN_OF}[ \t]")


def _spelled(run: Sequence[Token], text: str, letters: Sequence[str]) -> bool:
    """Whether letters alone are spelled: each named, or capitals with hyphens or blanks between."""
    if all(token.named for token in run if token.kind is not None):
        return len(letters) >= _LETTERS_LEAST
    if len(set(letters)) < _LETTERS_LEAST:
        return False
    whole = text[run[0].start : run[-1].end]
    if whole[1::2] == "-" * (len(letters) - 1):
        return whole.isupper()
    if whole[1::2] == " " * (len(letters) - 1):
        return (whole.isupper() and len(letters) > _LETTERS_LEAST) or AT.match(text, run[-1].end) is not None
    return sum(token.named for token in run) * 2 >= len(letters)
