"""`reticent sessions` and `reticent replay`: what happened in a session, from the archive."""

from __future__ import annotations

import itertools
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ..errors import ReticentError
from ..model import VerdictKind
from ..sinks import query
from .context import Config, Json, load_settings
from .output import json_line, out, plain, remark, table, watched
from .wrapping import wrap

app = typer.Typer(help="List and show sessions in the archive.", no_args_is_help=True)
Tenant = Annotated[str | None, typer.Option(help="Only this tenant's.")]
Session = Annotated[str, typer.Argument(metavar="SESSION", help="The session id.")]

_COLOURS = {
    "prompt": "cyan", "system": "dim", "thinking": "magenta", "plan": "magenta", "tool_call": "yellow",
    "tool_result": "green", "db_query": "yellow", "db_result": "green", "output": "bold", "error": "red",
}  # fmt: skip


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="sessions")
    root.command()(replay)


@app.command("list")
def list_(
    config: Config = None,
    tenant: Tenant = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List the latest sessions.

    Example: reticent sessions list --tenant acme
    """
    found = query.sessions(load_settings(config).clickhouse, tenant, limit)
    if json:
        for row in found:
            json_line(row)
        return
    if not found:
        remark("there is no session yet; publish a trace with `reticent produce`")
        return
    table(
        ["session", "tenant", "traces", "verdicts", "masked", "last"],
        [
            (row["session_id"], row["tenant"], row["traces"], _verdicts(row), row["finding_count"], row["last_at"])
            for row in found
        ],
    )


def _verdicts(row: query.Row) -> str:
    return ", ".join(f"{row[kind]} {kind.value}" for kind in VerdictKind if row[kind])


@app.command()
def show(session: Session, config: Config = None, tenant: Tenant = None, json: Json = False) -> None:
    """Show the traces of a session with their verdicts.

    Example: reticent sessions show support-4711
    """
    found = query.traces(load_settings(config).clickhouse, session, tenant)
    if not found:
        raise ReticentError(f"there is no session {plain(session)[:80]}; see `reticent sessions list`")
    _of_one_tenant(found)
    if json:
        for row in found:
            json_line(row)
        return
    names = {
        "trace_id": "trace", "at": "judged", "producer": "producer", "verdict": "verdict", "steps": "steps",
        "found": "masked", "reasons": "reasons", "approval_id": "approval",
    }  # fmt: skip
    table(list(names.values()), [tuple(row[name] for name in names) for row in found])


def replay(session: Session, config: Config = None, tenant: Tenant = None, json: Json = False) -> None:
    """Replay a session step by step, as it was released: masked.

    Example: reticent replay support-4711
    """
    found = query.steps(load_settings(config).clickhouse, session, tenant)
    if not found:
        raise ReticentError(f"nothing was released in session {plain(session)[:80]}; see `reticent sessions list`")
    _of_one_tenant(found)
    if json:
        for row in found:
            json_line(row)
        return
    print_steps(found)


def _of_one_tenant(found: list[query.Row]) -> None:
    """Tenants choose the names of their sessions, so that two may choose the same. Raises ReticentError."""
    tenants = sorted({row["tenant"] for row in found})
    if len(tenants) > 1:
        names = ", ".join(plain(tenant)[:80] or "(none)" for tenant in tenants)
        raise ReticentError(f"tenants have a session of this name each: {names}; choose one with --tenant")


def print_steps(steps: list[query.Row], *, drawn: bool = False) -> None:
    """Each step in its colour, below its trace, where people watch or when it must be `drawn`; else a line each."""
    if not (drawn or watched()):
        table([], [tuple(step[name] for name in ("trace_id", "seq", "kind", "name", "content")) for step in steps])
        return
    sizes = [max(len(plain(step[name])) for step in steps) for name in ("seq", "kind", "name")]
    room = max(out.width - sum(sizes) - 2 * len(sizes), 20)
    for _, of_trace in itertools.groupby(steps, key=lambda step: step["source"]):
        part = list(of_trace)
        out.print(Text(f"{plain(part[0]['trace_id'])}, {plain(part[0]['producer'])}, {plain(part[0]['at'])}", "bold"))
        grid = Table.grid(padding=(0, 2, 0, 0))
        for size, justify in zip(sizes, ("right", "left", "left"), strict=True):
            grid.add_column(min_width=size, justify=justify)  # type: ignore[arg-type]  # one of rich's words
        for step in part:
            text = "\n".join(plain(line) for line in step["content"].splitlines())
            colour = _COLOURS.get(step["kind"], "")
            about = (Text(plain(step[name]), colour) for name in ("seq", "kind", "name"))
            grid.add_row(*about, wrap(Text(text, colour), room))
        out.print(grid)
