"""Addresses of mail that are said: `jane dot doe at example dot com`, `j a n e four two, all one word, at ...`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ..views import Piece
from .utterance import DOT, SIGN_OF, TOP, Token, beside, numbers_of, word_at
from .vocabulary import DIGIT, DULL, HUNDRED, LETTER, TEEN, TENS, THOUSAND, TIMES, words

_DOMAIN: Final = re.compile(
    rf"(?i)[ \t](?P<at>{SIGN_OF})[ \t](?:(?P<domain>[a-z0-9][a-z0-9-]{{0,30}}(?:[ \t][a-z0-9][a-z0-9-]{{0,20}})"
    rf"{{0,2}}?)(?P<dots>(?:[ \t]{DOT}[ \t][a-z0-9-]{{2,20}}){{0,2}}?[ \t]{DOT}[ \t]{TOP}(?:[ \t]{DOT}[ \t]{TOP})?)"
    rf"|(?P<host>[a-z0-9-]{{2,30}}(?:\.[a-z0-9-]{{2,20}})?\.{TOP}))(?![^\W_]|[.-]\w|[ \t]?/)"
)
_LOCAL: Final = re.compile(r"[a-z0-9](?:[a-z0-9._+-]{0,40}[a-z0-9])?", re.I)
_JOINS: Final = {
    "dot": ".", "punto": ".", "punkt": ".", "point": ".", "ponto": ".", "period": ".", "kropka": ".",
    "underscore": "_", "unterstrich": "_", "dash": "-", "hyphen": "-", "minus": "-", "guion": "-", "guión": "-",
    "tiret": "-", "strich": "-", "bindestrich": "-", "plus": "+",
}  # fmt: skip
_ONE_WORD: Final = re.compile(r"(?i),?[ \t](?:(?:is |it's )?(?:all )?(?:one|a single) word|all (?:in )?lower ?case),?$")
_NO_ADDRESS: Final = words(
    "it us them me him her look looks looking find found more page site website information info available hosted "
    "online here there is are was were be been out up on in and or also live lives code docs documentation app "
    "server works working meet arrive arrives visit see download downloads support help team you i we they stay "
    "staying one ones question questions details list lists blog store shop portal everything everyone people "
    "order orders sign register read check down over off back again now service services api run running runs "
    "point"
)
"""Words before `at` that are nobody's address."""
_FUNCTION: Final = words(
    "is to its it's email e-mail mail address at use try uh um yeah yes so that's my his her their our your the a "
    "an on in and or under for write contact send it you reach me ist est es é è lautet correo adresse adresa "
    "mailadresse"
)
_MAIL: Final = re.compile(r"(?i)mail|correo|courriel|address|adress|reach|contact|write|send|log ?in")
_WORDS_MOST: Final = 12


def address_near(text: str, start: int, begin: int, end: int) -> Sequence[Piece]:
    """An address of mail that is said: its one piece."""
    found = _DOMAIN.search(text, max(start, begin - 60), end + 60)
    if found is None or found.start() > end:
        return ()
    first, local = _local_part(text, start, found.start())
    if not local:
        return ()
    named = _MAIL.search(text, max(0, first - 80), first) is not None
    if not named and found["host"]:
        return ()
    last = text[first : found.start()].lower().split()[-1]
    if not named and last in _NO_ADDRESS:
        return ()
    if found["host"]:
        domain = found["host"]
    else:
        dots = re.sub(rf"(?i)[ \t]{DOT}[ \t]", ".", found["dots"])
        domain = re.sub(r"[ \t]", "", found["domain"]) + dots
    if not _LOCAL.fullmatch(local):
        return ()
    return [(first, found.end(), f"{local}@{domain}")]


def _local_part(text: str, start: int, end: int) -> tuple[int, str]:
    """Where what stands before the `at` begins, and what it says."""
    one = _ONE_WORD.search(text, start, end)
    end = one.start() if one else end
    words = [(found.start(), found[0]) for found in re.finditer(r"[^\s,;:()<>\"“”?!]+", text[start:end])]
    gaps = [text[start + at + len(word) : start + behind] for (at, word), (behind, _) in pairwise(words)]
    if not words or text[start + words[-1][0] + len(words[-1][1]) : end].strip():
        return end, ""
    taken: list[str] = []
    first, bare, plain = end, True, 0
    for number in range(len(words) - 1, max(-1, len(words) - 1 - _WORDS_MOST), -1):
        at, word = words[number]
        if taken and (gaps[number].strip() or "\n" in gaps[number]):
            break
        join = _JOINS.get(word.lower())
        token = word_at(word, 0)
        short = token is not None and token.kind in (DIGIT, TEEN, TENS, TIMES, LETTER) and token.end == len(word)
        spelled = len(word) > 2 and word[1::2] == "-" * (len(word) // 2) and len(word) % 2 == 1
        if join is not None and taken:
            taken.append(join)
            bare = True
            continue
        if short or spelled:
            if word.lower() in ("a", "i") and plain and not bare:
                break
            taken.append(word)
        elif (
            bare
            or (not plain and word.lower() not in _FUNCTION)
            or (plain < 2 and word.lower() not in _FUNCTION and _is_edge(words, number, gaps))
        ):
            taken.append(word)
            plain += 1
        else:
            break
        bare = False
        first = start + at
    while taken and taken[-1] in _JOINS.values():
        taken.pop()
    return first, _written(list(reversed(taken)))


def _is_edge(words: Sequence[tuple[int, str]], number: int, gaps: Sequence[str]) -> bool:
    """Whether a word is the first of what is told: behind a small word, a sign, or nothing."""
    return number == 0 or words[number - 1][1].lower() in _FUNCTION or bool(gaps[number - 1].strip())


def _written(words: Sequence[str]) -> str:
    tokens = []
    for word in words:
        token = word_at(word, 0)
        known = token is not None and token.kind not in (None, DULL, HUNDRED, THOUSAND) and token.end == len(word)
        if known and token is not None:
            tokens.append(token)
        else:
            tokens.append(Token(0, 0, DULL, word.replace("-", "") if word[1::2].strip("-") == "" else word))
    meant = [beside(token, tokens[max(0, at - 1) : at] + tokens[at + 1 : at + 2]) for at, token in enumerate(tokens)]
    return "".join(said for _, _, said, _ in numbers_of(meant))
