"""How commands print: data to stdout, remarks and progress to stderr; tables for people, JSON lines for programs."""

from __future__ import annotations

import itertools
import json
import os
import select
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ..model import rfc3339
from .wrapping import wrap

DRAWN_ROWS = 500
"""A longer table is drawn in parts, each with its heading: the first rows appear before the last are there."""
PROSE = 14
"""To so many characters a column of prose may be narrowed."""
_BETWEEN = 3


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Rich would end the process with 1, which stands for findings here; `main` knows better."""
        raise BrokenPipeError


out = _Console(highlight=False)
err = _Console(stderr=True, highlight=False)

STYLES: Mapping[str, str] = {
    **dict.fromkeys(("released", "approved", "ok", "made", "applied"), "green"),
    **dict.fromkeys(("held", "pending", "warn"), "yellow"),
    **dict.fromkeys(("blocked", "expired", "bad"), "red"),
    "rejected": "magenta",
}


def muted() -> bool:
    """Whether it is stdout that broke, and not a connection of ours: then its reader has enough, and what else is
    written goes nowhere. Python would complain once more at exit."""
    listening = select.poll()
    listening.register(sys.stdout.fileno(), 0)
    if not any(events & (select.POLLERR | select.POLLHUP) for _, events in listening.poll(0)):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


def watched() -> bool:
    """Whether people look at stdout: tables are for them, whatever FORCE_COLOR says about colours."""
    return sys.stdout.isatty()


def json_line(value: Any) -> None:
    """One JSON object on a line of stdout; times in RFC 3339 with milliseconds and Z."""
    if isinstance(value, Mapping):
        value = {name: _time(cell) if isinstance(cell, datetime) else cell for name, cell in value.items()}
    try:
        encoded = msgspec.json.encode(value, enc_hook=str)
    except UnicodeEncodeError:  # a file's name that is not UTF-8, which JSON can escape
        encoded = json.dumps(msgspec.to_builtins(value, enc_hook=str)).encode()
    sys.stdout.buffer.write(encoded + b"\n")
    sys.stdout.buffer.flush()


def table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None, drawn: bool = False
) -> None:
    """A table where people watch, and anywhere when it must be `drawn`; else lines of tab-separated cells without a
    heading, each written at once. What does not fit into a table is drawn cell below cell."""
    if not (drawn or watched()):
        for row in rows:
            sys.stdout.write("\t".join(plain(cell) for cell in row) + "\n")
            sys.stdout.flush()
        return
    if title:
        out.print(Text(title, "bold"))
    left = iter(rows)
    out.print(_drawn(columns, list(itertools.islice(left, DRAWN_ROWS))))
    for part in iter(lambda: list(itertools.islice(left, DRAWN_ROWS)), []):
        out.print(_drawn(columns, part))


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> RenderableType:
    """Only columns of prose give way, and only so far; Rich alone would cut ids and numbers, or leave columns out."""
    cells = [[plain(cell) for cell in column] for column in zip(*rows, strict=True)] or [[] for _ in columns]
    widths = [max(map(len, (name, *column))) for name, column in zip(columns, cells, strict=True)]
    prose = [any(" " in cell for cell in column) and width > PROSE for column, width in zip(cells, widths, strict=True)]
    room = out.width - 2 - _BETWEEN * (len(columns) - 1)
    if sum(PROSE if wraps else width for wraps, width in zip(prose, widths, strict=True)) > room:
        return Group("", *(_record(columns, row) for row in rows))
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for index, name in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        made.add_column(Text(plain(name)), justify="right" if numbers else "left", no_wrap=not prose[index])
    for row in rows:
        made.add_row(*(_styled(cell) for cell in row))
    return made


def _record(columns: Sequence[str], row: Sequence[object]) -> RenderableType:
    """A row with its cells below each other."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    for name, cell in zip(columns, row, strict=True):
        grid.add_row(Text(plain(name)), wrap(_styled(cell), max(PROSE, out.width - max(map(len, columns)) - 3)))
    return Padding(grid, (0, 0, 1, 1))


def plain(cell: object) -> str:
    """A cell on one line, without control characters: what comes from a topic must not drive a terminal."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{_time(cell)[:19]}Z"
    if isinstance(cell, Mapping):
        return ", ".join(f"{plain(name)} {plain(value)}" for name, value in sorted(cell.items()))
    if isinstance(cell, list | tuple):
        return ", ".join(plain(each) for each in cell)
    return "".join(letter if letter.isprintable() else " " for letter in str(cell))


def _styled(cell: object) -> Text:
    text = plain(cell)
    return Text(text, STYLES.get(text, ""))


def _time(moment: datetime) -> str:
    """ClickHouse's times are UTC without saying so."""
    return rfc3339((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def counted(number: int, noun: str) -> str:
    """1 record, 2 records."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def remark(text: str) -> None:
    """One line for people, on stderr."""
    err.print(text, markup=False, soft_wrap=not err.is_terminal)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Progress]:
    """A bar on stderr where people watch; `advance` the task 0. Nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as bar:
        bar.add_task(what, total=total)
        yield bar
