"""JSON in a string stays JSON when a number in it was masked: what stands there bare becomes a string. What was no JSON
becomes none: it would be read otherwise from then on."""

from __future__ import annotations

import json
import re

from ..placeholders import ANY
from .jsontext import is_container

_DIGITS = r"[-+.0-9eE]*"
_TOKEN = re.compile(rf'("[^"\\]*(?:\\.[^"\\]*)*")|{_DIGITS}(?:{ANY}{_DIGITS})+', re.DOTALL)
_MARK = re.compile(ANY)
_NESTED = re.compile(rf'"\s*(?:\{{|(?!{ANY})\[)')
"""A string that may hold JSON."""
_DEEPEST = 8


def mended(text: str, was: str) -> str:
    """The text with its bare placeholders quoted, where it was an object or a list of JSON and that makes it one again;
    else as it is. JSON in strings of it is mended, too. `was`: before it was masked."""
    after = _mended(text, _DEEPEST)
    return after if after == text or is_container(was) else text


def _mended(text: str, deepest: int) -> str:
    if text.lstrip()[:1] not in ("{", "[") or _MARK.search(text) is None:
        return text
    if _NESTED.search(text) is None and is_container(text):
        return text

    def quoted(found: re.Match[str]) -> str:
        string = found.group(1)
        return f'"{found.group()}"' if string is None else _inside(string, deepest)

    after = _TOKEN.sub(quoted, text)
    return after if after == text or is_container(after) else text


def _inside(string: str, deepest: int) -> str:
    if deepest <= 0 or _MARK.search(string) is None or string.lstrip('" \\ntr')[:1] not in ("{", "["):
        return string
    try:
        before = json.loads(string)
    except ValueError:
        return string
    after = _mended(before, deepest - 1)
    return string if after == before else json.dumps(after, ensure_ascii=False)
