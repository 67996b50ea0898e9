"""Large things by their form: whole query results, blocks of code, diffs, attachments.

A shape is found in a text by what repeats in it, and can be told in a few words (how many rows, which columns) without
any of its values. Each finder is linear in the text and looks at nothing that is too short to hold the shape.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

import msgspec

from ..formats.jsontext import read_text
from ..patterns.linear import compiled, finding
from ..placeholders import ANY
from .readings.tables import inserting

_NAMES_MOST = 200
"""Characters of column names in a summary."""
_ARRAYS_MOST = 64
"""Arrays of objects looked at in one text."""


@dataclass(frozen=True, slots=True)
class Region:
    """`start` and `end` in characters. `about`: what may be said of it."""

    start: int
    end: int
    about: str


def tables(text: str, least: int) -> Iterator[Region]:
    """Rows of records: JSON arrays of objects, lines of JSON, SQL VALUES, and lines of cells."""
    if len(text) < least * 4:
        return
    taken = 0
    for region in sorted((*_arrays(text, least), *_values(text, least), *_lines(text, least)), key=lambda r: r.start):
        if region.start >= taken:
            yield region
            taken = region.end


def rows_about(rows: int, columns: Sequence[str]) -> str:
    """`23 rows of id|name|city`. A name that is none (a value used as a key, a row taken for a heading) is left out."""
    names = "|".join(name for name in columns if _NAME.fullmatch(name))[:_NAMES_MOST]
    return f"{rows} rows of {names}" if names else f"{rows} rows"


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_ .-]{0,40}")
_HEADING = re.compile(r"[a-z_][A-Za-z0-9_]{0,40}|[A-Z_]{2,40}")
_ARRAY = re.compile(r"\[\s*\{")
_decode = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode


def _arrays(text: str, least: int) -> Iterator[Region]:
    at = 0
    for _ in range(_ARRAYS_MOST):
        found = _ARRAY.search(text, at)
        if found is None:
            return
        try:
            array, at = _array(text, found.start(), whole=at == 0)
        except (ValueError, RecursionError):
            at = found.end()
            continue
        if len(array) >= least and all(type(row) is dict for row in array) and not all(map(_spoken, array)):
            yield Region(found.start(), at, rows_about(len(array), list(array[0])))


def _array(text: str, start: int, *, whole: bool) -> tuple[list[Any], int]:
    """The list that begins there, and where it ends; `whole`: it may be the rest of the text, which is read fastest.
    Raises ValueError, RecursionError."""
    if whole and text.endswith("]"):
        try:
            return read_text(text[start:]), len(text)
        except msgspec.DecodeError:
            pass
    return _decode(text, start)


_SPEAKERS = frozenset({"system", "developer", "user", "human", "assistant", "ai", "model", "tool", "function"})
_SAID = frozenset({"content", "parts", "text", "tool_calls", "function_call"})
_BLOCKS = frozenset({
    "text", "input_text", "output_text", "thinking", "reasoning", "tool_use", "tool_result", "tool_call",
    "tool_call_response", "function_call", "function_call_output", "image", "image_url", "input_image", "message",
})  # fmt: skip


def _spoken(row: Mapping[str, Any]) -> bool:
    """Whether it is a message of a conversation, or a block of one, as the APIs of models have them: no row of data."""
    role, kind = row.get("role"), row.get("type")
    speaks = type(role) is str and role in _SPEAKERS and not _SAID.isdisjoint(row)
    return speaks or (type(kind) is str and kind in _BLOCKS)


_INSERT = re.compile(r"(?i)\binsert\s+into\s+[\w.\"`]{1,80}\s*(?:\(([^()]{1,1000})\)\s*)?values\s*")
_TUPLE = re.compile(r"\s*\((?:[^()']++|'(?:[^']++|'')*+')*+\)\s*(,|;)?")


def _values(text: str, least: int) -> Iterator[Region]:
    """INSERT statements that follow one another, each with one tuple or more."""
    if "(" not in text or not inserting(text):
        return
    start, end, rows, columns = -1, -1, 0, ""
    for found in _INSERT.finditer(text):
        if found.start() < end:
            continue
        if start >= 0 and text[end : found.start()].strip():
            if rows >= least:
                yield Region(start, end, rows_about(rows, _cells(columns, ",")))
            start, rows = -1, 0
        if start < 0:
            start, columns = found.start(), found.group(1) or ""
        end = found.end()
        while (row := _TUPLE.match(text, end)) is not None:
            rows, end = rows + 1, row.end()
            if row.group(1) != ",":
                break
    if start >= 0 and rows >= least:
        yield Region(start, end, rows_about(rows, _cells(columns, ",")))


_SEPARATORS: Mapping[str, int] = {"\t": 1, "|": 1, ",": 2, ";": 2}
"""With the least number in a line that makes it a row of cells: commas and semicolons stand in prose and code, too."""
_LISTED = re.compile(r"(?=[ \d]{6}\t) *\d+\t")
"""A line of a file with its number, as `cat -n` shows it and the tools of coding agents do."""
_LISTED_MASKED = re.compile(rf" *{ANY}\t")
"""One whose number was taken for something else."""
_GOES_ON = re.compile(r"[^)\]}],\s*$")
"""The end of a line of a list that a program has in many lines."""
_NO_ROW = re.compile(
    r"\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d.{0,40}?\b"
    r"(?i:trace|debug|info|notice|warn|warning|error|crit|critical|alert|emerg|fatal|severe)\b"
    r"|(?: {4,}|\t+)[(\[{].*[)\]}],?\s*(?:#.*|//.*)?$|\s{0,8}[0-9a-f]{1,16}:\t(?:[0-9a-f]{2} )"
    r"|[ \t]{0,8}(?:#|//|/\*|\* )"
    r"| {4,}[\w'\"]{1,40}\s{0,8}: .{1,120},\s*(?:#|//).*"
    r"| \S[^|]{0,120} \|\s{1,6}(?:\d{1,6} ?[-+]*$|Bin )|.*\);\s*$|\w+\(.*\)\s+= "
    r"|(?:\S{0,40}/)?(?:gcc|g\+\+|cc|clang|ld) -"
)
"""A line of a log, of a list that a program has indented, of an assembler, a remark of code, what git says of a file
that changed, a statement, a call of a system, a command of a compiler."""
_RULE = re.compile(r"[-+|:=\s]*-{2}[-+|:=\s]*")
"""A line between heading and rows."""


def _lines(text: str, least: int) -> Iterator[Region]:
    """Lines of equally many cells, and lines that are JSON objects."""
    lines = text.split("\n")
    if len(lines) < least:
        return
    starts: list[int] = []
    if _often(text, "{", least):
        for first, last in _runs(lines, least, lambda line: line[:1] == "{" and line.rstrip()[-1:] == "}"):
            starts = starts or _starts(lines)
            try:
                row, _ = _decode(lines[first])
            except (ValueError, RecursionError):
                row = {}
            if _spoken(row):
                lines[first:last] = [""] * (last - first)
                continue
            yield Region(starts[first], starts[last] - 1, rows_about(last - first, list(row)))
    for separator, fewest in _SEPARATORS.items():
        if _often(text, separator, fewest * least):
            for first, last in _runs(lines, least, _cells_of(separator, fewest)):
                if separator == "\t" and _is_listing(lines[first:last]):
                    continue
                if separator == "," and all(map(_GOES_ON.search, lines[first : last - 1])):
                    continue
                if _NO_ROW.match(lines[first]) and all(map(_NO_ROW.match, lines[first:last])):
                    continue
                starts = starts or _starts(lines)
                yield _table(lines, starts, first, last, separator)


def _is_listing(lines: Sequence[str]) -> bool:
    """It is one still when some of its numbers are masked: what is masked twice is masked once."""
    others = [line for line in lines if not _LISTED.match(line)]
    return 2 * len(others) < len(lines) and all(map(_LISTED_MASKED.match, others))


def _often(text: str, sign: str, least: int) -> bool:
    """Counting looks at every character; whether there is one at all, most texts tell at once."""
    return sign in text and text.count(sign) >= least


def _starts(lines: Sequence[str]) -> list[int]:
    return list(accumulate((len(line) + 1 for line in lines), initial=0))


def _cells_of(separator: str, fewest: int) -> Callable[[str], int]:
    signs = f"{separator} " if separator == ";" else ""  # between words, as user agents and programs have them

    def count(line: str) -> int:
        cells = line.lstrip("\t") if separator == "\t" else line  # what is indented has no cell before its first
        found = cells.count(separator) - (cells.count(signs) if signs else 0)
        return found if found >= fewest else 0

    return count


def _runs(lines: Sequence[str], least: int, kind: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """(first, behind the last) of each run of lines of one kind, other than 0, that is long enough: every such run
    holds one of the lines whose numbers `least` divides, and most texts are done with these."""
    last = 0
    for number in range(least - 1, len(lines), least):
        if number < last or not (found := kind(lines[number])):
            continue
        first, begin, last = number, last, number + 1
        while first > begin and kind(lines[first - 1]) == found:
            first -= 1
        while last < len(lines) and kind(lines[last]) == found:
            last += 1
        if last - first >= least:
            yield first, last


def _table(lines: Sequence[str], starts: Sequence[int], first: int, last: int, separator: str) -> Region:
    rows, heading, ruled = last - first, first, False
    if first >= 2 and _RULE.fullmatch(lines[first - 1]):  # a line of psql's has no separators
        heading, ruled = first - 2, True
        rows += 1
        first = heading
    elif _RULE.fullmatch(lines[first + 1]):
        ruled = True
        rows -= 1
    cells = _cells(lines[heading].strip().strip("|"), separator)
    if ruled or (cells and all(_HEADING.fullmatch(cell) for cell in cells)):
        about = rows_about(rows - 1, cells)
    else:
        about = rows_about(rows, ())
    return Region(starts[first], starts[last] - 1, about)


def _cells(line: str, separator: str) -> list[str]:
    try:
        row = next(csv.reader(io.StringIO(line), delimiter=separator), [])
    except csv.Error:
        return []
    return [cell.strip(" \"`'") for cell in row]


_FENCE = re.compile(r"(?m)^[ \t]*(`{3,}|~{3,})[ \t]*([A-Za-z0-9+#_.-]{0,20})[^\n]*\n")


def _fenced(text: str) -> bool:
    # one sign is looked for many times faster than three
    return ("`" in text and "```" in text) or ("~" in text and "~~~" in text)


def code(text: str, least: int) -> Iterator[Region]:
    """Fenced blocks of code (CommonMark), with their language; one that is not closed goes to the end."""
    at = 0
    while _fenced(text) and (opening := _FENCE.search(text, at)) is not None:
        closing = re.compile(rf"(?m)^[ \t]*{opening.group(1)[0]}{{{len(opening.group(1))},}}[ \t]*$").search(
            text, opening.end()
        )
        if closing is None and opening.group(1)[0] == "~":  # as likely an underlined heading
            return
        end = closing.start() if closing is not None else len(text)
        lines = text.count("\n", opening.end(), end) + (0 if text[end - 1 : end] == "\n" else 1)
        if lines >= least:
            language = f" of {opening.group(2).lower()}" if opening.group(2) else ""
            yield Region(opening.end(), end, f"{lines} lines{language}")
        at = closing.end() if closing is not None else len(text)


_DIFF = re.compile(
    r"(?m)^(?:diff --git [^\n]*|Index: [^\n]*|--- [^\n]+\n\+\+\+ [^\n]+|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@[^\n]*)$"
)
_DIFF_LINE = re.compile(
    r"(?:[ +\-@\\][^\n]*|diff --git[^\n]*|index [0-9a-f]+[^\n]*|(?:new|deleted) file mode[^\n]*|rename [^\n]*|"
    r"similarity [^\n]*|Index: [^\n]*|={5,})?(?:\n|\Z)"
)


def diffs(text: str, least: int) -> Iterator[Region]:
    """Unified diffs, from their first header to the last line that can be one's."""
    at = 0
    while (found := _DIFF.search(text, at)) is not None:
        end = found.start()
        while end < len(text) and (line := _DIFF_LINE.match(text, end)) is not None and line.end() > end:
            end = line.end()
        end = max(end, found.end())
        lines = text.count("\n", found.start(), end) + 1
        if lines >= least:
            yield Region(found.start(), end, f"{lines} lines of diff")
        at = end


_RUN_LEAST = 60
"""Characters that a blob begins with, in one line."""
_MEDIA = re.compile(r"data:([a-z]+/[a-z0-9.+-]+)")


_EDGES = 6
"""Characters at the ends of a line, of which two are no hyphens."""


@cache
def _run(first: int) -> Callable[[str], bool]:
    """Whether a text has something of the first line of a blob, which is no line of dashes."""
    return finding(f"[A-Za-z0-9+/][A-Za-z0-9+/_-]{{{max(0, first - _EDGES)}}}[A-Za-z0-9+/]")


@cache
def _blob(first: int) -> Any:
    return compiled(
        rf"(?:data:[a-z]+/[a-z0-9.+-]+[^,\s]{{0,40}},)?[A-Za-z0-9+/_-]{{{first},}}"
        r"(?:\r?\n[A-Za-z0-9+/_-]{20,120})*={0,2}"
    )


def blobs(text: str, least: int) -> Iterator[Region]:
    """Runs of base64 or hex without a break, and base64 in lines of equal length; with the media type of a data URI."""
    if len(text) < least:
        return
    plain = text if text.isascii() else text.encode("utf-8", "replace").decode()
    for found in _blob(min(least, _RUN_LEAST)).finditer(plain):
        start, end = found.span()
        if end - start >= least:
            media = _MEDIA.match(plain, start)
            yield Region(start, end, f"{end - start} characters{f' of {media[1]}' if media else ''}")


FINDERS: Mapping[str, Callable[[str, int], Iterator[Region]]] = {
    "table": tables,
    "code": code,
    "diff": diffs,
    "blob": blobs,
}


def plausible(text: str) -> bool:
    """Whether any shape but a blob could be there: the first look."""
    return "\n" in text or "{" in text or "(" in text or ("@" in text and "@@ -" in text)


PLAUSIBLE: Mapping[str, Callable[[str, int], bool]] = {
    "table": lambda text, least: any(_often(text, sign, least - 1) for sign in "\n{("),
    "code": lambda text, _: _fenced(text),
    "diff": lambda text, _: ("@" in text and "@@ -" in text) or ("+" in text and "\n+++ " in text),
    "blob": lambda text, least: len(text) >= least and _run(min(least, _RUN_LEAST))(text),
}
"""A first look that costs next to nothing: where it says no, the finder finds nothing."""
