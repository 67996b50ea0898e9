"""`reticent init`: makes topics and tables; running it twice changes nothing."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from ..sinks.migrate import migrate
from ..stream import topics
from .context import Config, Json, load_settings
from .output import json_line, remark, table


def register(app: typer.Typer) -> None:
    app.command()(init)


def init(
    config: Config = None,
    partitions: Annotated[int, typer.Option(min=1, help="Partitions of each topic that is made.")] = 8,
    replication: Annotated[int, typer.Option(min=1, help="Replicas of each topic that is made.")] = 1,
    json: Json = False,
) -> None:
    """Make the topics and the ClickHouse tables. Running it twice changes nothing.

    Example: reticent init --partitions 16 --replication 3
    """
    settings = load_settings(config)
    report = asyncio.run(topics.init(settings, partitions, replication))
    applied = migrate(settings)
    rows = [
        *(("topic", name, "made") for name in report.created),
        *(("topic", name, "was there") for name in report.existing),
        *(("schema", name, "applied") for name in applied),
    ]
    if json:
        for kind, name, state in rows:
            json_line({"kind": kind, "name": name, "state": state})
        for each in report.differences:
            json_line({"kind": "difference", "name": each.topic, "setting": each.setting,
                       "found": each.found, "wanted": each.wanted})  # fmt: skip
        return
    table(["what", "name", "state"], rows)
    for each in report.differences:
        remark(f"{each.topic}: {each.setting} is {each.found}; reticent would have made it {each.wanted}")
    if not applied:
        remark("ClickHouse: the schema is current")
