"""Passwords by their signs: what has more kinds of them, closer together, than a program's text.

Without quotes around it, nothing says where such a value ends but what stands behind it: it is looked for up to the
next blank, and ends where another field, an element or a sentence goes on.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

from ..rule import Match, Validator
from .credential_values import stand_in

_NO_SIGNS: Final = re.compile(
    r"[A-Za-z_][\w.\-]*[(\[][\w\s.,'\"$*/-]*[)\]]|[(\[{<][\w\s.-]{2,}[)\]}>]|\$[{(]|\{[{%]|%\(|\(\?|\[[A-Za-z^]-|\.[{*]|[a-z]\.\w{3,40}\(|->|::|://|\w[=/]\w|[a-z]{4}\(|\w\[|^ENC\(|\*\)|[a-z]\.\d\?[A-Z]|^\$[0-9a-z-]{1,12}\$|^[$@%*&]?\w+$"
)
"""What has signs because a program reads it: calls, words in brackets, variables, templates, patterns, paths, hashes of
passwords."""
_PAIRED: Final = {")": "(", "]": "[", "}": "{"}
_OF_A_PROGRAM: Final = re.compile(r"\$[{(]|[{%]{2}|->|::|://|\)[.(\[]|\]\[|\w=\w|\*\)|\(\)|\]\(")
_AMONG_LETTERS: Final = re.compile(r"[0-9A-Za-z]\([0-9A-Za-z!#$%&*+\-.@^~]+\)[0-9A-Za-z]{2}")
_TEMPLATE: Final = re.compile(
    r"\$\{|\{\{|\}\}|%\(|\$\(|\(\?|\[\^|://|\\[xdwsuUSDW]|&#|^&\w+;|[)\]}*+]\?|\w@[a-z0-9\-]{2,}\.[a-z]"
    r"|->\w|::\w|&&|\|\||[=!]==|^=|^ENC\(|\$[A-Za-z$%]\w*\(|^[\w.]{2,24}[(\[][\w.,+]*[)\]]$"
)
"""What templates, patterns, addresses, operators, comparisons and calls have, which no password may be taken for."""
_STRONG: Final = re.compile(r"[!#$%&+?@^~]")
"""Signs that expressions of programs seldom have beside one another."""
_RUN: Final = re.compile(r"[a-z]+|[A-Z]+")
_LEAST: Final = 8
_TOGETHER_MOST: Final = 5
"""Letters of one case behind one another in what a generator made; a word has more."""
_CHANGES: Final = 0.5
"""The least share of neighbours of which one is a sign, or that are of two kinds."""
_CHANGES_OF_BRACKETS: Final = 0.65
"""The same where all signs are such as calls and indices have."""
NEXT_FIELD: Final = r";(?=[A-Za-z]{2,16}(?: [A-Za-z]{2,16}){1,3} ?=)"
"""Before a field of a connection string whose name has blanks."""
NEXT_MOST: Final = 72
"""Characters of that name behind a value."""
_GOES_ON: Final = re.compile(
    rf"[&;,](?:amp;)?[A-Za-z_][\w.\-\[\]]{{1,31}}[=:]|&[A-Za-z]=|{NEXT_FIELD}"
    r"|</|<[a-z]{1,10}\d?[ />]|\\[nrt]|&(?:lt|gt|amp|quot|#\d{1,4});"
)
"""Where what stands behind a value begins: another field, the end of an element, a line end as it is escaped."""
_ELEMENT: Final = re.compile(r"<[A-Za-z/!][^<>]{0,60}>")
"""Of markup, before a value."""
_KINDS: Final = 4
"""Small and capital letters, digits, signs."""
_JOINTS: Final = "-_."
"""Signs that names have, too."""
_SIGNS: Final = ("joint", "sign")


def generated(value: str) -> bool:
    """Letters of both cases, digits and signs, or three of these with signs that programs seldom have, that take turns
    as they do where each character is drawn by itself."""
    if len(value) < _LEAST or _TEMPLATE.search(value) is not None or stand_in(value):
        return False
    kinds = list(map(_kind, value))
    strong, missing = len(_STRONG.findall(value)), _KINDS - len(set(kinds) - {"joint"})
    if missing > 1 or "sign" not in kinds or strong < 2 * missing:
        return False
    changes = sum(one != other or one in _SIGNS for one, other in itertools.pairwise(kinds))
    together = max(map(len, _RUN.findall(value)), default=0)
    least = _CHANGES if strong else _CHANGES_OF_BRACKETS
    return changes >= least * (len(value) - 1) and together <= _TOGETHER_MOST


def _run(secret: str, match: Match) -> bool | tuple[int, int]:
    """All that stands up to the next blank, where a generator or a person chose it."""
    start, end = _ended(match)
    value = match.text[start:end].replace(",", "")
    return len(value) >= _LEAST and _chosen(value) and (start, end)


def _made_run(secret: str, match: Match) -> bool | tuple[int, int]:
    """As `_run`, where more than passwords stand: a generator chose it."""
    start, end = _ended(match)
    return generated(match.text[start:end]) and (start, end)


def _ended(match: Match) -> tuple[int, int]:
    """Where a value without quotes ends: a bracket or a comma may be the text's around it."""
    text, start = match.text, match.start
    while (element := _ELEMENT.match(text, start, match.end)) is not None:
        start = element.end()
    behind = _GOES_ON.search(text, start + 1, match.end + NEXT_MOST)
    end = match.end if behind is None else min(behind.start(), match.end)
    while end > start and (text[end - 1] in ",;" or _closes(text, start, end)):
        end -= 1
    return start, end


def _closes(text: str, start: int, end: int) -> bool:
    """Whether the last sign closes a bracket that stands before the value."""
    opening = "<" if text[end - 1] == ">" else _PAIRED.get(text[end - 1])
    if opening is None or opening in text[start:end]:
        return False
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return line.count(opening) > line.count(text[end - 1])


def _chosen(value: str) -> bool:
    """Small and capital letters, digits and signs, none of which is a program's, or what a generator made of them."""
    if generated(value):
        return True
    kinds = set(map(_kind, value))
    programs = _NO_SIGNS.search(value) is not None or _TEMPLATE.search(value) is not None
    return len(kinds - {"joint"}) == _KINDS and not programs and not stand_in(value)


def _signs(secret: str, match: Match) -> bool:
    return _chosen(secret)


def _crossed(secret: str, match: Match) -> bool:
    """Brackets that cross each other, close before they open, or have letters on both sides, as no program has them;
    letters of both cases, or letters and digits, around them."""
    if _OF_A_PROGRAM.search(secret) is not None or stand_in(secret):
        return False
    kinds = sum(any(map(kind, secret)) for kind in (str.islower, str.isupper, str.isdigit))
    return kinds > 1 and (crosses(secret) or (kinds > 2 and _AMONG_LETTERS.search(secret) is not None))


def crosses(secret: str) -> bool:
    """Brackets that close before they open, or cross each other."""
    opened: list[str] = []
    for at, sign in enumerate(secret):
        if sign in "([{":
            opened.append(sign)
        elif sign in _PAIRED and (not opened or opened.pop() != _PAIRED[sign]):
            return sum(map(str.isalnum, secret[at:])) > 1
    return False


def _kind(letter: str) -> str:
    if letter.isdigit():
        return "digit"
    if letter.isalpha():
        return "capital" if letter.isupper() else "small"
    return "joint" if letter in _JOINTS else "sign"


VALIDATORS: Final[dict[str, Validator]] = {
    "credential-signs": _signs,
    "credential-run": _run,
    "credential-made-run": _made_run,
    "credential-crossed": _crossed,
}
