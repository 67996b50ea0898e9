"""Lines and columns: of characters of a text, and of the leaves of a JSON text, which are known by their paths."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..formats.document import Part
from ..formats.jsontext import Number
from ..formats.tree import escaped_name
from ..formats.walk import number

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_LINE_END = re.compile("\n")


class Lines:
    """The lines of a text that begins on line `line` (one-based) of its file, behind `column` characters."""

    def __init__(self, text: str, line: int = 1, column: int = 0) -> None:
        self._ends = [found.start() for found in _LINE_END.finditer(text)]
        self._line, self._column = line, column

    def place(self, at: int) -> tuple[int, int]:
        """(line, column), one-based, of a character of the text."""
        above = bisect_left(self._ends, at)
        return self._line + above, at - self._ends[above - 1] if above else self._column + at + 1


@dataclass(frozen=True, slots=True)
class Token:
    """A string (with its quotes) or a number of the text, and where it begins."""

    start: int
    text: str

    def offset(self, characters: int) -> int:
        """Where in the text so many characters of what it stands for are over."""
        if not self.text.startswith('"'):
            # where a number is read as the digits that it stands for, all of its text counts
            written = self.text.startswith(number(Number(self.text.encode())))
            return self.start + (characters if written else len(self.text) if characters else 0)
        if "\\" not in self.text:
            return self.start + 1 + characters
        at = 1
        for escape in _ESCAPE.finditer(self.text, 1):
            literal = escape.start() - at
            if characters <= literal:
                break
            characters -= literal + 1
            at = escape.end()
        return self.start + min(at + characters, len(self.text) - 1)


@dataclass(slots=True)
class _Container:
    path: str
    is_object: bool
    index: int = 0
    key: str | None = None

    def inside(self) -> str:
        return self.path + (self.key or "" if self.is_object else f"[{self.index}]")


def locate(text: str, wanted: Collection[str]) -> Mapping[tuple[str, Part], Token]:
    """The tokens that stand at some normalised paths of a JSON text: their keys, and their values where those are
    strings or numbers."""
    found: dict[tuple[str, Part], Token] = {}
    names: dict[str, str] = {}
    stack: list[_Container] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        sign = token[0]
        top = stack[-1] if stack else None
        if sign == '"' and top is not None and top.is_object and top.key is None:
            top.key = names.get(token)
            if top.key is None:
                top.key = names[token] = escaped_name(json.loads(token))
            if top.inside() in wanted:
                found[top.inside(), Part.KEY] = Token(match.start(), token)
        elif sign in "{[":
            stack.append(_Container(top.inside() if top is not None else "$", sign == "{"))
        elif sign in "}]":
            stack.pop()
        elif sign == ",":
            if top is not None:
                top.index, top.key = top.index + 1, None
        elif sign != ":":
            path = top.inside() if top is not None else "$"
            if path in wanted:
                found[path, Part.VALUE] = Token(match.start(), token)
    return found
