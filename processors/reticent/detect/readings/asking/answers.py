"""What somebody is asked for in a talk, and tells: a question names a field, and one of the next lines or steps is the
value, so that it reads as the form would have it that asks for the same (`"password": "..."`).

Chats have no question marks, stamps before their lines, answers that come later and words around them; forms and
interviews have the question in one text and the answer in another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ....patterns.linear import NOWHERE
from ....placeholders import BLANK, EXACT
from ..tables import Cell
from .fields import ASKS_MOST, field_of, hint
from .values import fitting

_AT_ONCE: Final = frozenset(("verification code", "cvv"))
"""Fields whose values stand in the next line: other numbers look like them."""
_ASKING: Final = re.compile("[?\uff1f\u061f]").search
_ECHO_MOST: Final = 16
"""Characters of a question that asks for no other thing: `again?`."""
_LINES_MOST: Final = 4
_SIGNED_MOST: Final = 60
"""Lines behind a question in which the answer may stand."""
_ANSWER_MOST: Final = 120

_COLUMN: Final = re.compile(r"(?<=\S)[,;\t|](?=\S)")
_SIGNED_BY: Final = re.compile(
    r"[ \t>]{0,6}(?:\[[\d/.,: -]{4,24}(?:[AaPp][Mm])?\][ \t]?|\(\d{1,2}:\d\d(?::\d\d)?\)[ \t]?"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d\d(?::\d\d)?(?: [AaPp][Mm])?(?: - |[ \t]))?"
    r"(?:<[^<>\n]{1,24}>[ \t]|[^\s:\n\"{][^:\n\"{]{0,30}:[ \t]+(?=\S))?(?:</?p>|[*_\"'])*"
)
"""Who says it, and when, before what is said."""
_HEADING: Final = re.compile(
    r"[ \t]*+(?:[^\s:][^\n:]{0,31}[ \t]{1,2}[\[(]?\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?[\])]?"
    r"|\[\d{1,2}:\d\d(?::\d\d)?\] [^\n:]{1,32})[ \t]*"
)
"""A line that says who speaks, and when, and nothing else."""
_OPENING: Final = re.compile(
    r"(?i)(?:(?:sure|yes|yep|yeah|yup|ok(?:ay)?|hi|hello|hey|thanks|right|well|um|uh|oh|and|so|lol|no|nope|wait"
    r"|sorry|ja|oui|sí|si"
    r"|claro|sim|tak|да|@\w{1,24})[,.:!… ]{1,3}){0,3}"
    r"(?:(?:it'?s|its|it\u2019s|it is|that'?s|that is|that would be|this is|i'?m|i am|(?:my|the|our"
    r"|ur) [a-z ]{2,24}(?: is|:)|user(?:name)?(?: is|:)?"
    r"|pw(?: is|:)?|pass(?:word)?(?: is|:)?|try|use|in|on|call me|just|es ist|das ist|c'est|es|é|è|het is|to|это"
    r"|am|le|el)[: ]{1,2})?"
    r"(?:(?:still|now|just|the) )?[\"'`*]{0,2}"
)
_CLOSING: Final = re.compile(
    r"(?i)(?:[,.;]? (?:lol|haha|thx|thanks|ty|please|pls|i think|i guess|i believe|for (?:everything|all)"
    r"|is what i use.{0,24}|now|again"
    r"|btw|:\)|😂|🙂|😅)[.!]?){1,2}$|</p>$"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """Where what is said in a line begins and ends, and the next line."""

    start: int
    end: int
    behind: int


def answers(text: str, at: int = 0) -> Iterator[list[Cell]]:
    """What is answered in a text of lines, each with the name of the field that was asked for."""
    data, place = text.encode("utf-8", "replace"), 0
    behind, seen, end = at, 0, 0
    while (found := hint(data, place, len(data))[0]) != NOWHERE:
        end += len(data[seen : found[1]].decode("utf-8", "ignore"))
        seen = found[1]
        start = text.rfind("\n", 0, end - 1) + 1
        place = found[1] - 1
        if start < behind or end - start > ASKS_MOST + _SIGNED_MOST:
            continue
        line = _said(text, start)
        field = field_of(text[line.start : line.end])
        if field is not None:
            cell = _answer(text, line.behind, field, len(_COLUMN.findall(text, line.start, line.end)))
            if cell is not None:
                yield [cell]
                behind = cell[2]


PAIRED: Final = r"[?]\\*\" ?[=:] ?\\*\"|</question>"
"""RE2: between a question and its answer, where both are in quotes or elements."""
_PAIR: Final = re.compile(
    r"\"([^\"\\\n]{3,160}[?])\\{0,3}\" ?[=:] ?\\{0,3}\"([^\"\\\n]{1,160})\\{0,3}\""
    r"|<question>([^<]{3,200})</question>(?:\s{0,8}</?[\w-]{1,40}>){0,6}\s{0,8}([^<\n]{1,160})"
)


_PAIRED_BY: Final = ('?"', "?\\", "</question>")
"""Quickly looked for."""


def paired(text: str, at: int = 0) -> Iterator[list[Cell]]:
    """What is answered beside its question, as tools that ask somebody tell it."""
    if not any(sign in text for sign in _PAIRED_BY):
        return
    for found in _PAIR.finditer(text, at):
        question, answer = (1, 2) if found[1] is not None else (3, 4)
        field = field_of(found[question])
        place = told(text, *found.span(answer), fitting(field)) if field is not None else None
        if field is not None and place is not None:
            yield [(field, *place)]


def _said(text: str, start: int) -> _Line:
    signed, end = _SIGNED_BY.match(text, start), _end(text, start)
    first = signed.end() if signed is not None else start
    return _Line(min(first, end), end - text.endswith("\r", start, end), min(end + 1, len(text)))


def _answer(text: str, at: int, field: str, columns: int) -> Cell | None:
    """`columns`: signs of the question that part a table's heading; a line that has as many is its first row."""
    fits = fitting(field)
    for _ in range(1 if field in _AT_ONCE else _LINES_MOST):
        line = _said(text, _behind_headings(text, at))
        if columns and len(_COLUMN.findall(text, line.start, line.end)) == columns:
            return None
        cell = told(text, line.start, line.end, fits)
        if cell is not None:
            return (field, *cell)
        other = text[line.start : line.end]
        echo = len(other) <= _ECHO_MOST
        answered = BLANK in other or EXACT.search(other) is not None
        if answered or len(other) > _ANSWER_MOST or (_ASKING(other) and not echo) or field_of(other) is not None:
            return None
        at = line.behind
    return None


def _behind_headings(text: str, at: int) -> int:
    """Where the next line begins that says something."""
    while at < len(text):
        end = _end(text, at)
        if text[at:end].strip() and not _HEADING.fullmatch(text, at, end):
            break
        at = end + 1
    return min(at, len(text))


def _end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def told(text: str, start: int, end: int, fits: Callable[[str], bool]) -> tuple[int, int] | None:
    """Where in what somebody says the value stands, without the words around it."""
    said = text[start:end]
    closing = _CLOSING.search(said)
    body = said[: closing.start()] if closing else said
    opening = _OPENING.match(body)
    ends = None if body.endswith(("!", "?")) else " \t\"'`*,;."
    for begin in dict.fromkeys((0 if opening is None else opening.end(), 0)):
        rest = body[begin:].rstrip(ends)
        value = rest.lstrip()
        if value and len(value) <= _ANSWER_MOST and fits(value):
            first = start + begin + len(rest) - len(value)
            return first, first + len(value)
    return None
