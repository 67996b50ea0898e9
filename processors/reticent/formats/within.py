"""The values of JSON in a string: which one some of the string's characters lie in, in JSON in its strings, too."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass

from ..steps import Unescaped
from .jsontext import is_container

DEPTH = 4
"""Layers: JSON in a string in a string."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Value:
    """Characters `start` to `end` of the outer text are a value of JSON, `layers` deep in strings of it. `text`: what a
    string says, else the value as it is written."""

    start: int
    end: int
    text: str
    layers: int = 0

    def written(self, text: str | None) -> str:
        """A text, or null, as it stands in this value's place."""
        found = json.dumps(text, ensure_ascii=False)
        for _ in range(self.layers):
            found = json.dumps(found, ensure_ascii=False)[1:-1]
        return found


class Values:
    """Of a text. What is no object or list of JSON has none."""

    def __init__(self, text: str, depth: int = DEPTH) -> None:
        self._text, self._depth = text, depth
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._above: list[int] = []
        self._inner: dict[int, _String] = {}
        if is_container(text):
            self._read()

    def _read(self) -> None:
        open_: list[int] = []
        for token in _TOKEN.finditer(self._text):
            sign = self._text[token.start()]
            if sign in "}]":
                self._ends[open_.pop()] = token.end()
            elif sign == ":":  # what stood before it is a key
                for values in (self._begins, self._ends, self._above):
                    values.pop()
            else:
                self._begins.append(token.start())
                self._ends.append(token.end())
                self._above.append(open_[-1] if open_ else -1)
                if sign in "{[":
                    open_.append(len(self._begins) - 1)

    def around(self, start: int, end: int) -> Value | None:
        """The smallest value in which these characters lie; None where that is the whole text."""
        at = bisect_right(self._begins, start) - 1
        while at > 0 and self._ends[at] < end:
            at = self._above[at]
        if at <= 0:
            return None
        first, last = self._begins[at], self._ends[at]
        if self._text[first] != '"':
            return Value(first, last, self._text[first:last])
        string = self._inner.get(at)
        if string is None:
            string = self._inner[at] = _String(self._text[first + 1 : last - 1], self._depth)
        return string.around(first, last, start, end)


class _String:
    """What stands between two quotes, and what it says."""

    def __init__(self, raw: str, depth: int) -> None:
        self._both = Unescaped(raw)
        self._values = Values(self._both.text, depth - 1) if depth > 0 else None

    def around(self, first: int, last: int, start: int, end: int) -> Value:
        """`first` and `last`: the quotes."""
        inner = None
        if self._values is not None:
            inner = self._values.around(*(self._both.said(at - first - 1) for at in (start, end)))
        if inner is None:
            return Value(first, last, self._both.text)
        begin, stop = (self._both.raw(at) + first + 1 for at in (inner.start, inner.end))
        return Value(begin, stop, inner.text, inner.layers + 1)
