"""What stands before every line of a text that is shown with it, and is none of what the lines say: their numbers, as
agents read files and `cat -n` prints them, the file and number of `grep -n`, the `>` of an answer, the signs of a diff,
the time, service, level and logger of a log that a key or a table was written into.

Without it a table has its heading again, a name its value in the line below, and an armoured key its lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from .views import Piece

_LINE: Final = r"(?:^|[\x00-\x02\n])"
_NUMBERED: Final = r"[ \t]*(?:[0-9]+(?:\t|→| ?[|│])|L[0-9]+:)"  # a list may have `1:`
_FOUND: Final = r"[A-Za-z./~_@][^\s:|\x00-\x02]*:[0-9]+[:\-]"  # no time of day
_HUNK: Final = "@@ -[0-9]"
_LOGGED: Final = (
    r"(?:[A-Za-z0-9_.\-]+ +\| |\[pod/|\[?[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:|[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:"
    r"|#[0-9]+ [0-9]+\.|(?:DEBUG|INFO|WARNING|ERROR):[A-Za-z])"
)
_TELLING: Final = r"(?i:[a-z_]*(?:passw|secret|token|api_?key|e-?mail|phone|ssn|iban)[a-z_]*)\"?"
_WORTH: Final = (
    r"(?:-----BEGIN |\| ?:?--|-\+-|-- ?\| ?:?--|[├╞┡].?[─═━]"
    rf"|[|,;\t] *\"?{_TELLING} *(?:[|,;\t]|\r?\n)|{_TELLING} *[|,;\t])"
)
"""What a log is worth reading again for: a key's lines, and a table, with a line below its heading or a telling name in
it."""
_WHERE: Final = r"(?:([\w.\-]{1,40}) +\| |(\[pod/[\w./\-]{1,160}\]) |(#\d{1,3}) \d{1,5}\.\d{1,3} )"
"""Whose line it is, as those who gather logs say."""
_WHEN: Final = (
    r"(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.,]{0,12}(?:Z|[+\-]\d\d:?\d\d)?\]? "
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.\-]{1,60} [\w./\-]{1,60}(?:\[\d{1,8}\])?: )(?:std\w{3} [FP] )?"
)
_TIME: Final = rf"(?:{_WHERE}(?:{_WHEN})?|{_WHEN})"
_LEVEL: Final = (
    r"(?:\| )?\[?(?:DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|TRACE|CRITICAL|debug|info|warn|error)\]?:? +(?:\| )?"
)
_LOGGER: Final = r"[\w.\-/:\[\]]{1,80}(?::| -)? (?! *[|+])"
_KINDS: Final[dict[str, tuple[re.Pattern[str], ...]]] = {
    rf"{_NUMBERED}[^\n\x00]*\n{_NUMBERED}": (re.compile(r"[ \t]{0,8}L?(\d{1,7})(?:\t|→| ?[|│] ?|: ?)"),),
    rf"{_FOUND}[^\n\x00]*\n{_FOUND}": (re.compile(r"([A-Za-z./~_@][^\s:|]{0,200}):\d{1,7}[:\-]"),),
    r">(?: ?>)? [^\n\x00]*\n>": (re.compile(r"(?!>>> )>(?: ?>){0,3}(?: |(?=\r?\n))()"),),
    _HUNK: (re.compile(r"[+\- ]()(?!-- |\+\+ )"),),
    rf"{_LOGGED}[^\n\x00]*{_WORTH}": (
        re.compile(_TIME),
        re.compile(rf"{_TIME}({_LEVEL})"),
        re.compile(rf"(?:{_TIME})?([A-Z]{{4,8}}:[\w.]{{1,60}}:|(?:{_LEVEL})?{_LOGGER})"),
    ),
}
"""By a hint, what may stand before a line then: the farthest of these that two lines share is left out."""
HINT: Final = _LINE + f"(?:{'|'.join(_KINDS)})"
"""RE2: two lines with something like it before them."""
_BY_SIGN: Final = {f"{_LINE}(?:{hint})": patterns for hint, patterns in _KINDS.items()}
SIGNS: Final = tuple(_BY_SIGN)
"""RE2: the same, for each kind by itself."""


def margins(text: str, at: int, signs: Collection[str]) -> Iterator[Piece]:
    """What stands before lines, from `at` on and in order; nothing stands for it. `signs`: those of `SIGNS` that the
    text has."""
    found: dict[int, int] = {}
    for sign, patterns in _BY_SIGN.items():
        for pattern in patterns if sign in signs else ():
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
        if last is not None and each is not None and _follows(_same(last), _same(each)):
            if not given:
                yield last.span()
            yield each.span()
            given = True
        else:
            given = False
        last = each
        at = text.find("\n", at) + 1 or -1


def _same(margin: re.Match[str]) -> str:
    """What two lines that follow one another have in common."""
    return "".join(group or "" for group in margin.groups())


def _follows(last: str, this: str) -> bool:
    return int(this) == int(last) + 1 if this.isdecimal() and last.isdecimal() else this == last
