"""Words of what is said, one by one, and the numbers that they make together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from .vocabulary import BETWEEN, DIGIT, DULL, HUNDRED, LETTER, TEEN, TENS, THOUSAND, TIMES, WORDS

SIGN_OF: Final = r"(?:at|arroba|arobase|ät|chiocciola|apenstaartje)"
DOT: Final = r"(?:dot|punto|punkt|point|ponto|kropka)"
TOP: Final = (
    r"(?:com|org|net|edu|gov|info|io|dev|me|app|co|uk|de|fr|es|it|nl|eu|ch|at|be|pl|se|no|dk|fi|us|ca|au|nz|in|jp|br|mx"
    r"|pt|cz|ie|invalid|test|example)"
)
SHORT: Final = r"s s n|d o b|c v [vc]|p i n|v i n|i b a n|o t p|m r n"
"""Names of fields that are short forms, as they are heard."""
short: Final = re.compile(SHORT, re.I).fullmatch
short_at: Final = re.compile(rf"(?:{SHORT})\b", re.I).match
_TOKEN: Final = re.compile(
    r"(?i:(?P<as>(?P<letter>[a-z]),? (?:as in|for|like|wie|comme|como|de) (?P<word>[^\W\d_]{2,14}))(?![^\W_])"
    r"|(?P<parts>double[ -]u|x-ray|quatre[ -]vingts?|dix-(?:sept|huit|neuf))(?![^\W_])"
    r"|(?P<number>\d{1,16})(?![\w%°]|[.:/]\d|\r?\n[\d:.,]+ -->)"
    r"|(?P<plain>[^\s\d,.;:!?…()\[\]{}<>\"“”|/\\@=+*#_-]{1,24})(?![\w@/\\]|[.:]\w))"
)
_WHEN: Final = r"\[?(?:\d{1,2}:)?\d{1,2}:\d\d(?:[.,]\d{1,3})?\]?"
_LINE: Final = (
    rf"[ \t]*(?:\r?\n[ \t]*){{1,2}}(?:\d{{1,4}}\r?\n)?(?:{_WHEN}(?: --> [^\n]{{1,60}}\n)?[ \t]*)?"
    r"(?:<v [^<>\n]{1,24}>|[\[(*<]{0,2}[^\W\d][\w .'#-]{0,24}[\])*>]{0,2}"
    r"(?:[ \t]*[\[(]?[\d:.]{4,12}[\])]?)?[:>\]]\**[ \t])?"
)
"""The end of a line, and what stands before the next one: of a caption, or of a transcript."""
GAP_BETWEEN: Final = re.compile(
    rf"[,;.?…]{{0,3}}(?:{_LINE})[\"“]?|[ \t]?[,;.…]{{0,3}}[ \t]{{1,4}}(?:[\u2013\u2014-][ \t])?|[,;\u2013\u2014-]"
)
START: Final = re.compile(r"(?<![\w.@/\\-])(?<!\d[:,.])[^\W_]")
NO_LETTERS: Final = frozenset("ai")
"""Words of one letter: at the edge of a run they are none of its letters."""


class Token(NamedTuple):
    """`kind`: as in the vocabulary; None for what tells nothing. `said`: what it is as digits or a letter."""

    start: int
    end: int
    kind: int | None
    said: str
    named: bool = False


def word_at(text: str, at: int) -> Token | None:
    """The word that begins here, if it tells something or stands between such words."""
    found = _TOKEN.match(text, at)
    if found is None:
        return None
    end = found.end()
    if end - at == 1 and short_at(text, at):
        return None
    if found["as"]:
        letter = found["letter"].lower()
        return Token(at, end, LETTER, letter, named=True) if found["word"].lower().startswith(letter) else None
    if found["number"]:
        return Token(at, end, DIGIT, found["number"])
    word = (found["parts"] or found["plain"]).lower().replace(" ", "-").rstrip("'\u2019")
    return _meant(at, end, "quatre-vingt" if word.startswith("quatre-vingt") else word)


def _meant(start: int, end: int, word: str) -> Token | None:
    if word in WORDS:
        kind, said = WORDS[word]
        return Token(start, end, kind, str(said), named=kind in (LETTER, DULL) or word == "o")
    if len(word) == 1 and word.isalpha():
        return Token(start, end, LETTER, word)
    return Token(start, end, None, "") if word in BETWEEN else None


def beside(token: Token, others: Sequence[Token]) -> Token:
    """A letter `o`, which is a zero but beside letters."""
    if token.kind != DIGIT or not token.named or not any(map(alone, others)):
        return token
    return Token(token.start, token.end, LETTER, "o")


def alone(token: Token) -> bool:
    """A letter that is written as one."""
    return token.kind == LETTER and not token.named


Said = tuple[int, int, str, int]
"""Where a number or a letter is said, what it is, and what kind of word says it."""


def numbers_of(tokens: Iterable[Token]) -> list[Said]:
    """What the words say together: `forty two` is 42, `double five` 55, `eight hundred` 800."""
    said: list[Said] = []
    times, since = 1, -1
    for token in tokens:
        if token.kind == TIMES:
            times, since = int(token.said), token.start
            continue
        start = since if since >= 0 else token.start
        joined = _joined(said[-1], token) if said and times == 1 else None
        if joined is not None:
            said[-1] = (said[-1][0], token.end, joined, TEEN if token.kind in (DIGIT, None) else token.kind)
        else:
            said.append((start, token.end, token.said * times, DIGIT if token.kind is None else token.kind))
        times, since = 1, -1
    return said


def _joined(before: Said, token: Token) -> str | None:
    """A number that goes on with the next word."""
    _, _, number, kind = before
    if kind in (LETTER, DULL) or token.kind in (LETTER, DULL, None):
        return None
    if token.kind in (HUNDRED, THOUSAND):
        whole = int(number) * int(token.said)
        return str(whole) if int(number) < 100 and number != "0" else None
    if kind == TENS and token.kind == DIGIT and len(token.said) == 1 and token.said != "0":
        return str(int(number) + int(token.said))
    if kind == TENS and number in ("60", "80") and token.kind == TEEN and int(token.said) < 20:
        return str(int(number) + int(token.said))
    if kind == THOUSAND and len(token.said) <= 2 and number.endswith("00"):
        return str(int(number) + int(token.said))
    if kind == HUNDRED and token.kind in (TEEN, TENS) and number.endswith("00"):
        return str(int(number) + int(token.said))
    return None
