"""Tables of lists: their names and their rows in brackets of some kind. SQL's INSERT and COPY, JSON, Python's tuples,
HTML.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ....patterns.linear import finding
from .cells import CELL_LEAST, MARKUP, NAME_MOST, Cell

_INSERTED = r"(?i:insert)\s+(?i:into)\s"
_NAMED_LIST = r"[\"']\s*\]\s*,[^\[\]\x00]*\["
_NAMED_OBJECTS = r"\}\s*\]\s*\}?\s*,[^\[\]()\x00]*\[\s*[\[{]"
TUPLES = r"[\[\n\x00-\x02,=:>]\s*\([0-9'\"]"
_COPIED = r"\)\s*(?i:from)\s+(?i:stdin)\b"
_MARKED = "(?i:</th>)"
_NAME_IN_QUOTES = r"[\"'][A-Za-z_\x{80}-\x{10ffff}][A-Za-z0-9_ .\x{80}-\x{10ffff}-]*[\"']"
_NAMED_TUPLES = rf"[\[(]\s*{_NAME_IN_QUOTES}(?:\s*,\s*{_NAME_IN_QUOTES})+\s*,?\s*[\])][^\[\]]*{TUPLES}"
_SELECTED = rf"(?i:select)\s[^()]*,[^()]*\s(?i:from)\s[^\[\]]*{TUPLES}"
inserting = finding(_INSERTED)
SIGNS = (_INSERTED, _COPIED, _NAMED_LIST, _NAMED_OBJECTS, _MARKED)
SIGNS_WITH_TUPLES = (_NAMED_TUPLES, _SELECTED)


@dataclass(frozen=True, slots=True)
class _Form:
    """A table of lists. `sign`: what a text has that has one. `heading` ends where the first row begins, and its first
    group holds the names, which `name` takes one by one; a `row`'s first group holds its cells, which `cell` takes. The
    last group of `name` and of `cell` is what they say. `least`: characters of a cell."""

    sign: str
    heading: re.Pattern[str]
    name: re.Pattern[str]
    row: re.Pattern[str]
    cell: re.Pattern[str]
    least: int = CELL_LEAST


def listed(text: str, at: int, signs: Collection[str]) -> Iterator[list[Cell]]:
    """`signs`: those of `SIGNS` and `SIGNS_WITH_TUPLES` that the text has."""
    for form in _FORMS:
        if form.sign in signs:
            yield from _listed(text, at, form)


def _listed(text: str, at: int, form: _Form) -> Iterator[list[Cell]]:
    """Rows behind the list of their names, one after the other."""
    while (found := form.heading.search(text, at)) is not None:
        names = [
            MARKUP.sub("", each[each.lastindex or 0]).strip()[-NAME_MOST:] for each in form.name.finditer(found[1])
        ]
        at = found.end()
        while (row := form.row.match(text, at)) is not None:
            at = row.end()
            cells = [each.span(each.lastindex or 0) for each in form.cell.finditer(text, *row.span(1))]
            if len(cells) == len(names):
                yield [
                    (name, *span)
                    for name, span in zip(names, cells, strict=True)
                    if name and span[1] - span[0] >= form.least
                ]


_TUPLE = re.compile(r"\s*+,?\s*+\(((?:[^()'\"]++|\([^()]*+\)|'(?:[^'\\]++|''|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\")*+)\)")
_VALUE = re.compile(
    r"\s*(?:[A-Z]?'((?:[^'\\]|''|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|([\w.]+\([^()]*\))|([^,'\"\s][^,'\"]*))[^,]*"
)
_STRING = r'"((?:[^"\\]|\\.)*+)"'
_SQL_NAME = re.compile(r"[^,\s\"`\[\]][^,\"`\[\]]*")
_FROM_STDIN = r"(?i)\bcopy\s+[\w.\"]{1,120}\s*\(([^()]{1,4000})\)\s*from\s+stdin\b"
_QUOTE_NAME = r"[\"']([^\W\d][\w .-]{0,60})[\"']"
_COLUMN = re.compile(rf'"(?:name|column_name|column)"\s*:\s*"([^"\\]{{1,{NAME_MOST}}})"')
_COLUMNS = r"\{[^{}\[\]]{2,400}\}"
_GAP = r"[^\[\]()]{0,400}"
_UP_TO_TUPLE = r"[^\[\]]{0,300}?[\[(]?\s*(?=\([\d'\"])"
_JSON_ROW = re.compile(r'\s*+,?\s*+(?:\{\s*"f"\s*:\s*)?\[((?:[^\[\]"]++|"(?:[^"\\]++|\\.)*+")*+)\](?:\s*\})?')
_JSON_CELL = re.compile(rf'\s*(?:\{{\s*"v"\s*:\s*)?(?:{_STRING}|([^,"\s{{}}][^,"{{}}]*))\s*\}}?\s*(?:,|\Z)')
_HTML_CELL = re.compile(r"(?i)<t[dh]\b[^<>]*+>((?:[^<]++|<(?!/t[dh])[^<>]*+>)*+)")
_FORMS = (
    # INSERT INTO t (names) VALUES (cells), (cells)
    _Form(
        _INSERTED,
        re.compile(r"(?i)\binsert\s+into\s+[\w.\"`\[\]]{1,120}\s*\(([^()]{1,4000})\)\s*values\s*"),
        _SQL_NAME,
        _TUPLE,
        _VALUE,
    ),
    # COPY t (names) FROM stdin; and lines, as pg_dump has them
    _Form(
        _COPIED,
        re.compile(rf"{_FROM_STDIN}(?![^;\n]*csv)[^;\n]{{0,200}};?[ \t]*\r?\n"),
        _SQL_NAME,
        re.compile(r"(?!\\\.)([^\n]*\t[^\r\n]*+)\r?\n?"),
        re.compile(r"(?<![^\t\n])([^\t]*+)(?:\t|\Z)"),
    ),
    _Form(
        _COPIED,
        re.compile(rf"{_FROM_STDIN}[^;\n]*csv[^;\n]{{0,200}};?[ \t]*\r?\n"),
        _SQL_NAME,
        re.compile(r"(?!\\\.)([^\n]*,[^\r\n]*+)\r?\n?"),
        re.compile(r"(?<![^,\n])(?:\"((?:[^\"]|\"\")*+)\"|([^,]*+))(?:,|\Z)"),
    ),
    # "columns": ["id", "name"], "rows": [[1, "..."]]
    _Form(
        _NAMED_LIST,
        re.compile(
            rf"\[\s*({_QUOTE_NAME}(?:\s*,\s*{_QUOTE_NAME})+)\s*\]\s*,(?:\s*\"index\"\s*:\s*\[[^\[\]]*\]\s*,)?(?:{_GAP}\[\s*|\s*)(?=\[)"
        ),
        re.compile(_QUOTE_NAME),
        _JSON_ROW,
        _JSON_CELL,
        1,
    ),
    # "fields": [{"name": "id"}, ...], "rows": [{"f": [{"v": "..."}]}]
    _Form(
        _NAMED_OBJECTS,
        re.compile(rf"\[\s*({_COLUMNS}(?:\s*,\s*{_COLUMNS})+)\s*\]\s*\}}?\s*,{_GAP}\[\s*(?=\[|\{{\s*\"f\")"),
        _COLUMN,
        _JSON_ROW,
        _JSON_CELL,
        1,
    ),
    # ['id', 'name'] and then [(1, '...')]
    _Form(
        _NAMED_TUPLES,
        re.compile(rf"[\[(]\s*({_QUOTE_NAME}(?:\s*,\s*{_QUOTE_NAME})+),?\s*[\])]{_UP_TO_TUPLE}"),
        re.compile(_QUOTE_NAME),
        _TUPLE,
        _VALUE,
    ),
    # SELECT id, name FROM t and then [(1, '...')]
    _Form(
        _SELECTED,
        re.compile(
            r"(?i)\bselect\s+((?:[\w.\"`]+\s+as\s+)?[\w.\"`]+(?:\s*,\s*(?:[\w.\"`]+\s+as\s+)?[\w.\"`]+)+)\s+from\s"
            rf"{_UP_TO_TUPLE}"
        ),
        re.compile(r"(?i)(?:[\w.\"`]+\s+as\s+)?[\"`]?(?:\w+[.\"`]{1,3})*(\w+)[\"`]?"),
        _TUPLE,
        _VALUE,
    ),
    # <tr><th>...</th></tr> <tr><td>...</td></tr>
    _Form(
        _MARKED,
        re.compile(
            r"(?i)<tr\b[^<>]*+>\s*((?:<th\b[^<>]*+>(?:[^<]++|<(?!/th)[^<>]*+>)*+</th>\s*)++)</tr>\s*(?:</thead>\s*)?(?:<tbody\b[^<>]*+>)?"
        ),
        _HTML_CELL,
        re.compile(r"(?i)\s*<tr\b[^<>]*+>((?:[^<]++|<(?!/tr)[^<>]*+>)*+)</tr>"),
        _HTML_CELL,
        1,
    ),
)
"""In the order in which they are looked for; each form is looked for in the whole text."""
