"""The lines of a .gitignore, matched as git matches them (gitignore(5), wildmatch.c): byte by byte, the last one wins.

RE2 does the matching, because anybody may write such a file.
"""

from __future__ import annotations

import os
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import re2

_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.dot_nl = True
_OPTIONS.log_errors = False
_CLASSES = {
    "alnum": string.ascii_letters + string.digits, "alpha": string.ascii_letters, "blank": " \t",
    "cntrl": "".join(map(chr, range(32))) + "\x7f", "digit": string.digits, "graph": "".join(map(chr, range(33, 127))),
    "lower": string.ascii_lowercase, "print": "".join(map(chr, range(32, 127))), "punct": string.punctuation,
    "space": " \t\n\r\f\v", "upper": string.ascii_uppercase, "xdigit": string.hexdigits,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    """`matches` a whole path, or its last part where `anywhere`."""

    matches: Any
    anywhere: bool
    folders: bool
    ignored: bool


class Patterns:
    """The lines of one file. Lines that git cannot make sense of match nothing."""

    def __init__(self, lines: Iterable[str]) -> None:
        made = (_line(line) for line in lines)
        self._lines = [each for each in made if each is not None][::-1]

    def says(self, path: str, *, folder: bool) -> bool | None:
        """Ignored, not ignored, or nothing about it. `path` is relative to the file, with / between."""
        whole = os.fsencode(path)
        name = whole[whole.rfind(b"/") + 1 :]
        for line in self._lines:
            if (folder or not line.folders) and line.matches(name if line.anywhere else whole):
                return line.ignored
        return None


def _line(text: str) -> _Line | None:
    text = _without_blanks(text)
    if not text or text.startswith("#"):
        return None
    ignored = not text.startswith("!")
    text = text if ignored else text[1:]
    folders = text.endswith("/")
    text = text[:-1] if folders else text
    anywhere = "/" not in text
    text = text.removeprefix("/")
    data = os.fsencode(text).decode("latin-1")
    expression = _expression(data) if data else None
    if expression is None:
        return None
    literal = data.encode("latin-1") if not set(data) & set("*?[\\") else None
    matches = literal.__eq__ if literal is not None else re2.compile(expression.encode("latin-1"), _OPTIONS).fullmatch
    return _Line(matches, anywhere, folders, ignored)


def _without_blanks(text: str) -> str:
    """Blanks at the end go, but for one behind a backslash."""
    bare = text.rstrip(" ")
    escaped = (len(bare) - len(bare.rstrip("\\"))) % 2 == 1
    return bare + " " if escaped and len(bare) < len(text) else bare


def _expression(text: str) -> str | None:
    """RE2's syntax for a pattern; None where it can match nothing."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "*":
            end = at
            while end < len(text) and text[end] == "*":
                end += 1
            folders = end - at > 1 and (at == 0 or text[at - 1] == "/") and (end == len(text) or text[end] == "/")
            if not folders:
                parts.append("[^/]*")
            elif end == len(text):
                parts.append(".*")
            else:
                parts.append("(?:.*/)?")
                end += 1
            at = end
        elif letter == "[":
            members = _bracket(text, at + 1)
            if members is None:
                return None
            found, at = members
            parts.append(found)
        elif letter == "?":
            parts.append("[^/]")
            at += 1
        else:
            if letter == "\\":
                at += 1
                if at == len(text):
                    return None
            parts.append(re.escape(text[at]) if text[at].isascii() else f"\\x{ord(text[at]):02x}")
            at += 1
    return "".join(parts)


def _bracket(text: str, at: int) -> tuple[str, int] | None:
    """A class of characters and where it ends; None where it does not end."""
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    codes: set[int] = set()
    before = -1
    first = True
    while first or text[at : at + 1] != "]":
        first = False
        if at >= len(text):
            return None
        letter = text[at]
        if text.startswith("[:", at):
            end = text.find(":]", at + 2)
            if end < 0 or text[at + 2 : end] not in _CLASSES:
                return None
            codes.update(map(ord, _CLASSES[text[at + 2 : end]]))
            before, at = -1, end + 2
            continue
        if letter == "-" and before >= 0 and at + 1 < len(text) and text[at + 1] != "]":
            at += 2 if text[at + 1] == "\\" else 1
            if at >= len(text):
                return None
            codes.update(range(before, ord(text[at]) + 1))
            before = -1
        else:
            if letter == "\\":
                at += 1
                if at >= len(text):
                    return None
            before = ord(text[at])
            codes.add(before)
        at += 1
    wanted = (set(range(256)) - codes if negated else codes) - {ord("/")}
    return ("[" + "".join(f"\\x{code:02x}" for code in sorted(wanted)) + "]" if wanted else r"[^\x00-\xff]"), at + 1
