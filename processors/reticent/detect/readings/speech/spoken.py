"""What is said aloud, digit by digit and letter by letter, as recognisers of speech write it: `four one double two, uh,
seven oh`, `B as in bravo`, `jane dot doe at example dot com`; over lines of a transcript and captions, too.

A run of such words is read as the digits and letters that they are, each word a piece of its own, so that the rules
that know a number behind its name, with its checksum, find it as it was said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ....patterns.linear import NOWHERE, searching
from ..views import Piece
from .addressed import address_near
from .runs import said_in
from .utterance import GAP_BETWEEN, SHORT, SIGN_OF, START, TOP, Token, short, short_at, word_at
from .vocabulary import CODES, DIGIT, NAMES, NUMBERS

_BEFORE: Final = 240
"""Characters before the words by which a run is known, in which it may begin."""
_BETWEEN_MOST: Final = 6
"""Words that tell nothing, between two that do."""


def _choice(words: Sequence[str]) -> str:
    return "|".join(words)


_GAP: Final = r"[ ,.;\x{2026}-]{1,4}"
_NUMBER: Final = f"(?:{_choice(NUMBERS)})"
_WEAK: Final = "(?:oh?|null|nul|y|e)"
_AS: Final = r"[A-Za-z],? (?:as in|for|like|wie|comme|como|de) "
_AS_IN: Final = rf"{_AS}[A-Za-z]{{2,12}}"
HINT: Final = (
    rf"(?i:\b(?:{SHORT})\b|{_NUMBER}{_GAP}(?:{_NUMBER}|{_WEAK}){_GAP}(?:{_NUMBER}|oh)|(?:oh|zero){_GAP}{_NUMBER}{_GAP}(?:oh|zero|{_NUMBER})"
    rf"|{_NUMBER} (?:[a-z0-9] ){{1,2}}{_NUMBER}|[0-9] (?:{_NUMBER} [0-9]|[0-9] {_NUMBER} )"
    rf"|(?:underscore|hyphen) {_NUMBER}"
    rf"|{_AS_IN}{_GAP}(?:and )?{_AS}"
    rf"|\b(?:{_choice(CODES)})(?:{_GAP}(?:{_choice(CODES)})){{2}}\b"
    rf"|\b(?:{_choice(NAMES)})(?:{_GAP}(?:{_choice(NAMES)}|oh|are)){{3}}\b"
    rf"|\b(?:[a-z] ){{3}}(?:at |{_NUMBER})"
    rf"| dot {TOP}\b| (?:punto|punkt|point|ponto|kropka) (?:com|org|net|fr|de|es|pt|pl|ch|nl|eu)\b"
    rf"| {SIGN_OF} [a-z0-9-]+\.{TOP}\b)"
    r"|[0-9][.,][0-9]{3} --> [0-9]|\b[A-Z](?:-[A-Z]){2,}\b|\b(?:[A-Z] ){3}[A-Z]\b"
)
"""RE2: what is said so, or begins to be, and hardly anything else."""
may_be_said: Final = searching(HINT)


def is_said(text: str) -> bool:
    """Whether something of it is said aloud, perhaps."""
    data = text.encode("utf-8", "replace")
    return may_be_said(data, 0, len(data))[0] != NOWHERE


def dictates(text: str) -> bool:
    """Whether a short text tells digits or letters, two at least, and nothing else."""
    token, told, end = word_at(text, 0), 0, 0
    while token is not None:
        told += len(token.said) if token.kind == DIGIT and token.said.isdigit() else token.kind is not None
        end = token.end
        gap = GAP_BETWEEN.match(text, end)
        token = word_at(text, gap.end()) if gap is not None else None
    return told > 1 and not text[end:].strip(" .,;!?…-")


def heard(text: str, at: int = 0) -> Iterator[Piece]:
    """The words of each run, in order, with the digits and letters that they say, and what stands between them, which
    says nothing."""
    data, place, behind = text.encode("utf-8", "replace"), 0, at
    ascii = len(data) == len(text)
    seen = counted = 0
    while (found := may_be_said(data, place, len(data))[0]) != NOWHERE:
        first, last = found
        if ascii:
            begin, end = found
        else:
            begin = counted + len(data[seen:first].decode("utf-8", "ignore"))
            end = begin + len(data[first:last].decode("utf-8", "ignore"))
            seen, counted = last, end
        if end > behind:
            pieces, told = _near(text, max(behind, begin - _BEFORE), begin, end)
            for piece in pieces:
                if piece[0] >= behind:
                    yield piece
                    behind = piece[1]
            behind = max(behind, told)  # a run that says nothing is not looked at again for each of its words
        behind = max(behind, begin)
        place = last


def _near(text: str, start: int, begin: int, end: int) -> tuple[Sequence[Piece], int]:
    """The pieces of the run, or the address, that has what stands from `begin` to `end`; where the run ends."""
    if short(text, begin, end):
        return [(begin, end, text[begin:end].replace(" ", "").upper())], end
    run = next((run for run in _runs(text, start, end) if run[-1].end > begin), None)
    told = run[-1].end if run else begin
    address = address_near(text, start, begin, max(end, told))
    return address or (said_in(run, text) if run else ()), told


def _runs(text: str, at: int, end: int) -> Iterator[list[Token]]:
    """Words that follow one another and tell something, those that begin before `end`."""
    run: list[Token] = []
    idle = 0
    ahead: Token | None = None
    while True:
        token, ahead = ahead or word_at(text, at), None
        gap = GAP_BETWEEN.match(text, token.end) if token is not None else None
        if token is None or (token.kind is None and not run):
            if run:
                yield _trimmed(run)
            run, idle = [], 0
            named = short_at(text, at)
            start = START.search(text, named.end() if named else at + 1 if token is None else token.end)
            if start is None or start.start() >= end:
                return
            at = start.start()
            continue
        run.append(token)
        idle = idle + 1 if token.kind is None else 0
        ahead = word_at(text, gap.end()) if gap is not None and idle <= _BETWEEN_MOST else None
        if gap is None or ahead is None:
            yield _trimmed(run)
            run, idle = [], 0
            start = START.search(text, token.end)
            if start is None or start.start() >= end:
                return
            at = start.start()
        else:
            at = gap.end()


def _trimmed(run: list[Token]) -> list[Token]:
    while run[-1].kind is None:
        run.pop()
    return run
