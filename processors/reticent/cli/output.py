"""How commands print: data to stdout, remarks and progress to stderr; tables for people, JSON lines for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

out = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
err = Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())

VERDICT_STYLES: Mapping[str, str] = {
    "released": "green",
    "held": "yellow",
    "blocked": "red",
    "rejected": "magenta",
    "approved": "green",
    "pending": "yellow",
    "expired": "red",
}


def json_line(value: Any) -> None:
    """One JSON object on a line of stdout."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """A table on a terminal; tab-separated lines, without a heading, elsewhere."""
    if not out.is_terminal:
        for row in rows:
            sys.stdout.write("\t".join(plain(cell) for cell in row) + "\n")
        return
    drawn = Table(box=SIMPLE, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(styled(cell) for cell in row))
    out.print(drawn)


def plain(cell: object) -> str:
    """A cell on one line, without control characters: what comes from a topic must not drive a terminal."""
    text = "" if cell is None else str(cell)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def styled(cell: object) -> str:
    text = escape(plain(cell))
    style = VERDICT_STYLES.get(text)
    return f"[{style}]{text}[/]" if style else text


def remark(text: str) -> None:
    """One line for people, on stderr."""
    err.print(escape(text))


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Progress]:
    """A bar on stderr where people watch; `advance` the task 0. Nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        bar.add_task(what, total=total)
        yield bar
