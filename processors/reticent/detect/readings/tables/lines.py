"""Tables of lines: a heading, and rows that are split as it is, by a sign (CSV), by bars (Markdown, psql, mysql), drawn
lines (DuckDB, rich), or by blanks (pandas, kubectl, Azure's tables).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import NamedTuple

from ....patterns.linear import searching
from .cells import CELL_LEAST, NAME_MOST, Cell

_SIGN = r"[\w./'\u2019\-\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e]"
"""Of a word, with the vowels that Hebrew, Arabic, the scripts of India and Thai write above and below."""
_WORD, _WORDS = rf"[^\W\d]{_SIGN}*", rf"[^\W\d]{_SIGN}*(?: {_SIGN}+){{1,3}}"
_HEADING = re.compile(rf'\s*(?:"(?:{_WORD}|{_WORDS})"|{_WORD}|(?P<words>{_WORDS}))\s*')
_LETTERS = r"[A-Za-z0-9_./'\x{80}-\x{10ffff}-]"
_NAMES = rf"\"?[A-Za-z_\x{{80}}-\x{{10ffff}}]{_LETTERS}*(?: {_LETTERS}+){{0,3}} *\"? *"
_SPACED = r"[A-Za-z_.][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+){0,3}(?: \([A-Za-z0-9_./-]{1,24}\))?"
_LINES = "|".join((
    rf"(?:^|[\x00-\x02\n\"]){_NAMES}(?:[,;|\t] ?{_NAMES})+\r?\n",
    rf"(?:^|[\x00-\x02\n\"]) *{_SPACED}(?:  +{_SPACED})+ *\\?\r?\n",
    r"\| ?:?--|-\+-|-- ?\| ?:?--|─[┼┬]─|━[╇┳]━|═[╪╬]═|-\[ RECORD ",
))  # fmt: skip
"""RE2: what the heading of a table of lines has, or the line below it, and little else."""
_ALONE = r"\([0-9]{1,9} rows?\)"
"""What ends a table of psql, which needs no more if it has one column."""
IN_LINES = f"{_LINES}|{_ALONE}"
_at_lines = searching(rf"{_LINES}|\n *--+ *\r?\n")

_Row = Sequence[tuple[int, int]]
"""Where each cell of a line begins and ends."""
_Split = Callable[[str], _Row | None]
"""The cells of a line; None where the table has ended."""


class _Table(NamedTuple):
    """The names of its columns, how its lines are split, and the number of its first row. `quoted`: cells in quotes may
    go on in the next line."""

    names: Sequence[str]
    split: _Split
    first: int
    quoted: bool = False


_GOES_ON_MOST = 24
"""Lines of a cell in quotes that has line ends in it."""


def in_lines(text: str, at: int) -> Iterator[list[Cell]]:
    lines: Sequence[str] = ()
    starts: list[int] = []
    ends: Sequence[int] = ()
    number = 0
    for place in _headings(text, at):
        made = None
        if not lines:
            lines = text[at:].split("\n")
            ends = list(_counted(text, at))
        if place >= number:
            made = _ruled(lines, place, ends) or _separated(lines, place) or _spaced(lines, place)
        if made is None:
            continue
        names, split, number, quoted = made
        told = _told(names)
        starts = starts or list(accumulate((len(line) + 1 for line in lines), initial=at))
        while number < len(lines):
            line, taken = _whole(lines, number) if quoted else (lines[number], 1)
            begin = starts[number]
            row = split(line)
            if row is None:
                break
            if len(row) == len(names):
                heads = ("", line[slice(*row[0])][-NAME_MOST:]) if told else names
                yield [
                    (name, begin + start, begin + end)
                    for name, (start, end) in zip(heads, row, strict=True)
                    if name and end - start >= CELL_LEAST
                ]
            elif line.strip("|+-: \r") and not (quoted and _goes_on(lines, number + taken, split, len(names))):
                break
            number += taken


def _headings(text: str, at: int) -> Iterator[int]:
    """The numbers of lines that may be a table's heading, which is not the last: those that look like one, and those
    above what looks like the line below one."""
    data = text[at:].encode("utf-8", "replace")
    begin = seen = number = 0
    last, lines = -1, data.count(b"\n")
    while (place := _at_lines(data, begin, len(data))[0])[1] >= 0:
        begin = place[1] - 1
        number += data.count(b"\n", seen, begin)
        seen = begin
        for each in (number - 1, number):
            if last < each < lines:
                last = each
                yield each
        begin = max(begin, place[0] + 1)


_TOLD = re.compile(r"(?i)(?:key|name|variable|setting|property|field|parameter|attribute|option)s?")
_TELLS = re.compile(r"(?i)(?:current )?values?")


def _told(names: Sequence[str]) -> bool:
    """Whether each row's first cell is the name of the second: a list of settings."""
    return len(names) == 2 and _TOLD.fullmatch(names[0]) is not None and _TELLS.fullmatch(names[1]) is not None


def _ruled(lines: Sequence[str], number: int, ends: Sequence[int]) -> _Table | None:
    """A heading with a rule below it: Markdown, psql, mysql. `ends`: the lines that count a table's."""
    if _BOXES.search(lines[number + 1]) is not None or "┌─" in lines[number]:
        return _boxed(lines, number)
    heading, rule = lines[number], lines[number + 1]
    if _OPENING.sub("", heading, count=1).startswith("-[ RECORD "):
        return _Table(("key", "value"), partial(_barred, outer=False, most=1), number + 1)
    if "--" not in rule or rule.strip(" \t\r|+-:"):
        return None
    if "|" not in heading:
        name, first = heading.strip(), number + 2
        last = bisect_left(ends, first)
        return _Table([name[-NAME_MOST:]], _alone(lines[ends[last]]), first) if name and last < len(ends) else None
    outer = heading.lstrip().startswith("|")
    names = [heading[start:end][-NAME_MOST:] for start, end in _barred(heading, outer=outer) or ()]
    return _Table(names, partial(_barred, outer=outer), number + 2) if any(map(_HEADING.fullmatch, names)) else None


_BOXES = re.compile(r"\s*[├┡╞╠].*[─━═]")
_BARS = re.compile("[│┃║┆]")


def _boxed(lines: Sequence[str], number: int) -> _Table | None:
    """The same, drawn with lines: DuckDB, ClickHouse, rich."""
    heading, first = lines[number], number + 2
    if _BARS.search(heading) is None:  # ClickHouse writes the names into the upper line
        cells, first = [name.strip("┌┐┬─ \r") for name in re.split("(?<=─)┬(?=─)", heading)], number + 1
    else:
        for above in reversed(lines[max(0, number - _TYPED) : number]):  # DuckDB and polars write types below the names
            if not _BARS.search(above):
                break
            heading = above
        cells = [heading[start:end] for start, end in _drawn(heading) or ()]
    names = [name[-NAME_MOST:] for name in cells]
    return _Table(names, _drawn, first) if names and any(map(_HEADING.fullmatch, names)) else None


_TYPED = 2
"""Lines between the names and the line below them."""


def _drawn(line: str) -> _Row | None:
    bars = [found.start() for found in _BARS.finditer(line)]
    return [_trimmed(line, before + 1, behind) for before, behind in pairwise(bars)] if bars else None


def _counted(text: str, at: int) -> Iterator[int]:
    """The numbers of lines that count a table's."""
    number = 0
    if " row" not in text:
        return
    for found in _COUNTED.finditer(text, at):
        number += text.count("\n", at, found.start() + 1)
        at = found.start() + 1
        yield number


_COUNTED = re.compile(r"\n\(\d{1,9} rows?\)")


def _alone(end: str) -> _Split:
    """psql's lines of one column, up to the one that counts them."""

    def split(line: str) -> _Row | None:
        return None if line is end else [_trimmed(line, 0, len(line))]

    return split


def _barred(line: str, *, outer: bool, most: int = 0) -> _Row | None:
    """`most`: bars that part cells, if not all of them do."""
    if "|" not in line:
        return None
    bars = [at for at, sign in enumerate(line) if sign == "|" and line[at - 1 : at] != "\\"][: most or None]
    edges = bars if outer else [-1, *bars, len(line)]
    return [_trimmed(line, before + 1, behind) for before, behind in pairwise(edges)]


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    cell = line[start:end]
    begin = start + len(cell) - len(cell.lstrip())
    return begin, max(begin, start + len(cell.rstrip()))


def _separated(lines: Sequence[str], number: int) -> _Table | None:
    """A heading of names with one sign between them, and a line of as many cells: CSV, TSV, lists of sqlite."""
    heading = _OPENING.sub("", lines[number], count=1)
    for sign in ",;\t|":
        if sign in heading:
            found = [_HEADING.fullmatch(name) for name in heading.split(sign)]
            names = [name[0].strip().strip('"')[-NAME_MOST:] for name in found if name is not None]
            if len(found) != len(names) or len(names) != len(set(names)) or (sign == "," and _spoken(found)):
                return None
            split = partial(_cells, sign=sign)
            return (
                _Table(names, split, number + 1, quoted=True)
                if _goes_on(lines, number + 1, split, len(names))
                else None
            )
    return None


def _whole(lines: Sequence[str], number: int) -> tuple[str, int]:
    """A line with those on which a cell in quotes goes on, and how many lines that is (RFC 4180, 2.6)."""
    line = lines[number]
    if line.count('"') % 2:
        for last in range(number + 2, min(len(lines), number + _GOES_ON_MOST) + 1):
            if lines[last - 1].count('"') % 2:
                return "\n".join(lines[number:last]), last - number
    return line, 1


def _goes_on(lines: Sequence[str], number: int, split: _Split, cells: int) -> bool:
    """Whether a row of so many cells begins in this line: one that has others, as where a cell's signs are not quoted,
    does not end a table then."""
    return number < len(lines) and len(split(_whole(lines, number)[0]) or ()) == cells


_OPENING = re.compile(r'^.*":\s?"')
"""What a table stands behind that is a value of JSON."""


def _spoken(names: Sequence[re.Match[str] | None]) -> bool:
    """Whether it may as well be a line of prose: a few words, a comma, a few words."""
    words = [name["words"] for name in names if name is not None and name["words"]]
    return len(names) < _LISTED and any(not each[:1].isupper() for each in words)


_LISTED = 4
"""So many names of some words each, without a point at the end, are no sentence."""


def _cells(line: str, *, sign: str) -> _Row | None:
    if sign not in line:
        return None
    found: list[tuple[int, int]] = []
    at = 0
    while at <= len(line):
        quoted = _QUOTED.match(line, at)
        behind = line.find(sign, at if quoted is None else quoted.end())
        behind = len(line) if behind < 0 else behind
        found.append(_trimmed(line, at, behind) if quoted is None else quoted.span(1))
        at = behind + 1
    return found


_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"')


def _spaced(lines: Sequence[str], number: int) -> _Table | None:
    """A heading of names with two blanks or more between them, maybe a rule, and a row that fits below it."""
    heading = _OPENING.sub("", lines[number], count=1).rstrip("\\ \r")
    if "  " not in heading.lstrip():
        return None
    places = [found.span() for found in _PIECE.finditer(heading)]
    names = [heading[start:end] for start, end in places]
    if len(names) < 2 or not all(map(_NAMED.fullmatch, names)):
        return None
    split = partial(_below, places=places)
    first = number + 2 if not lines[number + 1].strip("-= \r") and len(lines) > number + 2 else number + 1
    row = split(lines[first])
    return _Table(names, split, first) if row is not None and sum(end > start for start, end in row) > 1 else None


_PIECE = re.compile(r"\S++(?: \S++)*+")
_NAMED = re.compile(rf"(?:(?:{_WORD}|{_WORDS})(?: \([\w./-]{{1,24}}\))?|\.\.\.)")


def _below(line: str, *, places: _Row) -> _Row | None:
    """The cells that stand below these names: each has some column in common with one of them. What stands below none
    is the number of a row; what stands below two is no cell of this table, which has ended."""
    found = [(0, 0)] * len(places)
    for piece in _PIECE.finditer(line):
        start, end = piece.span()
        columns = [column for column, (first, last) in enumerate(places) if first < end and start < last]
        if len(columns) > 1:
            return None
        for column in columns:
            found[column] = (found[column][0] if found[column][1] else start, end)
    return found if any(end for _, end in found) else None
