"""`reticent sessions` and `reticent replay`: what happened in a session, from the archive."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.panel import Panel
from rich.text import Text

from ..errors import ReticentError
from ..sinks import query
from .context import Config, Json, load_settings
from .output import json_line, out, plain, table

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
    names = ("tenant", "session_id", "traces", "step_count", "finding_count", "released", "held", "blocked", "last_at")
    table(names, [tuple(row[name] for name in names) for row in found])


@app.command()
def show(session: Session, config: Config = None, tenant: Tenant = None, json: Json = False) -> None:
    """Show the traces of a session with their verdicts.

    Example: reticent sessions show support-4711
    """
    found = query.traces(load_settings(config).clickhouse, session, tenant)
    if not found:
        raise ReticentError(f"there is no session {plain(session)[:80]}; see `reticent sessions list`")
    if json:
        for row in found:
            json_line(row)
        return
    names = ("at", "trace_id", "producer", "verdict", "steps", "found", "reasons", "approval_id")
    table(names, [tuple(row[name] for name in names) for row in found])


def replay(session: Session, config: Config = None, tenant: Tenant = None, json: Json = False) -> None:
    """Replay a session step by step, as it was released: masked.

    Example: reticent replay support-4711
    """
    found = query.steps(load_settings(config).clickhouse, session, tenant)
    if not found:
        raise ReticentError(f"nothing was released in session {plain(session)[:80]}; see `reticent sessions list`")
    if json:
        for row in found:
            json_line(row)
        return
    print_steps(found)


def print_steps(steps: list[query.Row]) -> None:
    """Each step in a frame on a terminal; a line each elsewhere."""
    trace = None
    for step in steps:
        if not out.is_terminal:
            table([], [(step["trace_id"], step["seq"], step["kind"], step["name"], step["content"])])
            continue
        if step["trace_id"] != trace:
            trace = step["trace_id"]
            out.print(Text(f"trace {plain(trace)}  {step['producer']}  {step['at']:%Y-%m-%d %H:%M:%S}", style="bold"))
        title = f"{step['seq']} {step['kind']}" + (f" {plain(step['name'])}" if step["name"] else "")
        text = "\n".join(plain(line) for line in step["content"].splitlines())
        out.print(Panel(Text(text), title=title, title_align="left", border_style=_COLOURS.get(step["kind"], "white")))
