"""Lines that break between words."""

from __future__ import annotations

import re

from rich.text import Text

_WORD = re.compile(r"\S+\s*|\s+")
_CLOSING = re.compile(r"""[\\"'][\\"'\])}.,;]*$""")
_GOOD_JOINTS, _JOINTS = ",;&?", ",;&?:/@=-_.)]}"
"""Where a word that is longer than a line may be broken, after the character; the good ones first."""


def wrap(text: Text, width: int, indent: int = 0) -> Text:
    """The text with line ends put in, so that no line is longer than `width` characters. Continued lines are indented.
    A word is broken only when it is longer than a line itself, and then at its joints."""
    lines = []
    for line in text.split("\n", allow_blank=True):
        for number, part in enumerate(line.divide(_breaks(line.plain, width, indent))):
            part.rstrip()
            lines.append(Text(" " * indent) + part if number else part)
    return Text("\n").join(lines)


def _breaks(line: str, width: int, indent: int) -> list[int]:
    found: list[int] = []
    column = 0
    for match in _WORD.finditer(line):
        word, place = match.group().rstrip(), match.start()
        if column + len(word) > width and column > (indent if found else 0):
            found.append(place)
            column = indent
        while column + len(word) > width:
            cut = _cut(word, width - column)
            place, word, column = place + cut, word[cut:], indent
            found.append(place)
        column += match.end() - place
    return found


def _cut(word: str, room: int) -> int:
    """How many of the first `room` characters stay on the line."""
    for joints in (_GOOD_JOINTS, _JOINTS):
        last = max(word.rfind(joint, 0, room) for joint in joints) + 1
        if last > room // 3:
            break
    else:
        last = room
    closing = _CLOSING.search(word)
    # brackets and quotes that close go together to the next line, rather than the last of them alone
    return min(last, closing.start()) if closing and len(word) - last < len(closing.group()) else last
