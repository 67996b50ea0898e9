"""`reticent audit`: the evidence, in SQL."""

from __future__ import annotations

from typing import Annotated

import typer

from ..sinks.query import query as run
from .context import Config, Json, load_settings
from .output import json_line, remark, table

app = typer.Typer(help="Query the audit.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="audit")


@app.command()
def query(
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="A statement that reads; the tables are in docs/clickhouse.md.")
    ],
    config: Config = None,
    json: Json = False,
) -> None:
    """Run SQL over traces, steps, findings, approvals, audit, sessions and exposure.

    Example: reticent audit query "SELECT verdict, count() FROM traces GROUP BY verdict"
    """
    rows = run(load_settings(config).clickhouse, sql)
    if json:
        for row in rows:
            json_line(row)
    elif rows:
        table(list(rows[0]), (tuple(row.values()) for row in rows))
    else:
        remark("no row")
