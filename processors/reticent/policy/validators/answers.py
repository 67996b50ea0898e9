"""Whether what stands at the beginning of an answer answers the question: no word that puts it off."""

from __future__ import annotations

import re
from typing import Final

from ..rule import Match, Validator
from .credential_values import stand_in
from .likeness import words_of
from .people import given_name, person_login, person_name

_REPLIES: Final = words_of(
    """yes no not none nope sure congratulations congrats welcome great perfect awesome excellent wonderful nice
    why what which where when who how i it its this that the a an my your you we they he
    she don didn won couldn wouldn isn ain there here sorry unfortunately actually well wait hold hmm maybe
    perhaps please can could would do does did is are was were if as for from in on at of to and or but so
    because never nothing anything something someone let one just still already also only same both all any some
    unknown idk dunno forgot forgotten lost absolutely certainly correct great good fine okay ok thanks thank
    hello hi hey dear right wrong however before after first next then now later anonymous private prefer rather
    sounds looks seems perfect done wow hang give tell ask skip pass cancel stop once use using used based
    according given since currently today"""
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_ITEM: Final = re.compile(r"\d{1,2}\.[A-Z][A-Za-z]+$")
_CALLED: Final = re.compile(r"(?i)\b(?:my|the) ([a-z ]{2,24}) is[:,]?[\s\"'*]*$")
"""What the answer itself calls it, right before it."""
_OTHER_NUMBER: Final = re.compile(r"(?i)reserv|book|order|confirm|flight|mail|phone|zip|address")
_GOES_ON: Final = re.compile(r"[^\w\s]|\s*$|\s*\n| and\b")
_LINE_END: Final = re.compile(r"[.,!?\"'`*)\s]{0,4}(?:\n|$|[\]}])")


def _answered(secret: str, match: Match) -> bool:
    """Does not begin with a word that sentences begin with, nor is it the first of a list of what to do."""
    word = _WORD.match(secret)
    return (word is None or word.group().lower() not in _REPLIES) and _ITEM.match(secret) is None


def _name(secret: str, match: Match) -> bool:
    """A word alone is no beginning of a sentence; small letters are a name that people are given, or all that the line
    has."""
    if not _answered(secret, match) or not person_name(secret.title(), match):
        return False
    if secret.islower():
        return given_name(secret, match) or _ends(match)
    return " " in secret or _GOES_ON.match(match.text, match.end) is not None


def _ends(match: Match) -> bool:
    return _LINE_END.match(match.text, match.end) is not None


def _secret(secret: str, match: Match) -> bool:
    """Called no other thing, and mixed as words are not, or all that the line has."""
    if _UNDERLINED.match(match.text, match.end) is not None:
        return False
    called, plain = _called(match), secret.isalpha() and (secret.islower() or secret.istitle())
    return (not called or "pass" in called.lower()) and not stand_in(secret) and (not plain or _ends(match))


_PRINTED: Final = re.compile(r"(?i)[a-z]+|[\w.\-]+:|-+[a-z\-]*|[~.]{0,2}/.*|\w+://[^@]*|[\w.\-]{1,60}\.[a-z]{2,4}|\$.*")
"""A word, a key with its sign, an option, a path, an address, the name of a file."""


def _printed(secret: str, match: Match) -> bool:
    """No line that a file or a failing command begins with."""
    return _PRINTED.fullmatch(secret) is None


_UNDERLINED: Final = re.compile(r"\r?\n([=~^\"*+#.-])\1{3}")
"""Behind the heading of a manual's next part."""
_MADE: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{1,3}(?:\.\d{1,3}){3}")
"""A day or an address, with which the next line of a log begins."""


def _numbered(secret: str, match: Match) -> bool:
    """Has a digit, and is no day and not called the number of a thing."""
    if _MADE.fullmatch(secret) or _OTHER_NUMBER.search(_called(match)) is not None:
        return False
    return any(map(str.isdigit, secret))


def _three(secret: str, _: Match) -> bool:
    return sum(map(str.isdigit, secret)) > 2


_SPEAKER: Final = re.compile(r"(?:^|\n)[^\n]{1,40}: $|\"(?:content|text|value|message)\"\s?:\s?\"$")


def _login(secret: str, match: Match) -> bool:
    """All that somebody says, or written from a person's names."""
    before = match.text[max(0, match.start - 48) : match.start]
    if not _ends(match) or stand_in(secret):
        return False
    return _SPEAKER.search(before) is not None or person_login(secret, match)


def _called(match: Match) -> str:
    found = _CALLED.search(match.text[: match.start])
    return found.group(1) if found is not None else ""


VALIDATORS: Final[dict[str, Validator]] = {
    "answered": _answered,
    "answered-name": _name,
    "answered-secret": _secret,
    "answered-number": _numbered,
    "answered-login": _login,
    "three-digits": _three,
    "printed": _printed,
}
