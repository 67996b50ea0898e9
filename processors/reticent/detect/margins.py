"""What stands before every line of a text that is shown with it, and is none of what the lines say: their numbers, as
agents read files and `cat -n` prints them, the file and number of `grep -n`, the `>` of an answer, the signs of a diff,
the time and stream of a log that a key was written into.

Without it a table has its heading again, a name its value in the line below, and an armoured key its lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from ..policy.linear import finding
from .views import Piece

_LINE: Final = r"(?:^|[\x00-\x02\n])"
_NUMBERED: Final = r"[ \t]*(?:[0-9]+(?:\t|→| ?[|│])|L[0-9]+:)"  # a list may have `1:`
_FOUND: Final = r"[A-Za-z./~_@][^\s:|\x00-\x02]*:[0-9]+[:\-]"  # no time of day
_HUNK: Final = "@@ -[0-9]"
# a log is worth reading again for a key's lines, and for nothing else
_KINDS: Final = (
    (rf"{_NUMBERED}[^\n\x00]*\n{_NUMBERED}", re.compile(r"[ \t]{0,8}L?(\d{1,7})(?:\t|→| ?[|│] ?|: ?)")),
    (rf"{_FOUND}[^\n\x00]*\n{_FOUND}", re.compile(r"([A-Za-z./~_@][^\s:|]{0,200}):\d{1,7}[:\-]")),
    (r">(?: ?>)? [^\n\x00]*\n>", re.compile(r"(?!>>> )>(?: ?>){0,3}(?: |(?=\r?\n))()")),
    (_HUNK, re.compile(r"[+\- ]()(?!-- |\+\+ )")),
    (
        r"[^\n\x00]*[0-9]T[0-9:.,]{8}[^\n\x00]*-----BEGIN ",
        re.compile(r"(?:[\w.\-]{1,40} +\| )?\d{4}-\d\d-\d\dT[\d:.,]{8,24}(?:Z|[+\-]\d\d:?\d\d)? (?:std\w{3} [FP] )?()"),
    ),
    (r"[A-Za-z0-9_.\-]+ +\| [^\n\x00]*-----BEGIN ", re.compile(r"([\w.\-]{1,40}) +\| ")),
)
HINT: Final = _LINE + f"(?:{'|'.join(hint for hint, _ in _KINDS)})"
"""RE2: two lines with something like it before them."""
_may_have: Final = finding(HINT)
_PATTERNS: Final[tuple[tuple[Callable[[str], bool], re.Pattern[str]], ...]] = tuple(
    (finding(f"{_LINE}(?:{hint})"), pattern) for hint, pattern in _KINDS
)


def margins(text: str, at: int) -> Iterator[Piece]:
    """What stands before lines, from `at` on and in order; nothing stands for it."""
    if not _may_have(text):
        return
    found: dict[int, int] = {}
    for may_have, pattern in _PATTERNS:
        if may_have(text):
            for start, end in _run(pattern, text, at):
                found[start] = max(end, found.get(start, 0))
    for start in sorted(found):
        yield start, found[start], ""


def _run(pattern: re.Pattern[str], text: str, at: int) -> Iterator[tuple[int, int]]:
    """That of lines which follow one another, two of them at least: by numbers that do, too, or in one file."""
    last: re.Match[str] | None = None
    given = False
    while at >= 0:
        each = pattern.match(text, at)
        if last is not None and each is not None and _follows(last[1], each[1]):
            if not given:
                yield last.span()
            yield each.span()
            given = True
        else:
            given = False
        last = each
        at = text.find("\n", at) + 1 or -1


def _follows(last: str, this: str) -> bool:
    return int(this) == int(last) + 1 if this.isdecimal() and last.isdecimal() else this == last
