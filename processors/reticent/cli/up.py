"""`reticent up`: the embedded stack and a gateway, until stopped."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import typer

from ..assembly import Assembly, check_worker
from ..embedded.service import choose
from ..embedded.stack import PARTS, Stack
from ..settings import Settings
from ..sinks.migrate import migrate
from ..stream import topics
from ..stream.worker import run_worker
from . import workspace
from .context import Config, load_settings
from .output import remark
from .worker import ALL

FOLDER = ".reticent"


def register(app: typer.Typer) -> None:
    app.command()(up)


def up(
    config: Config = None,
    embed: Annotated[str, typer.Option(help="What runs embedded; the rest is what the configuration says.")] = ",".join(
        PARTS
    ),
    data: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the embedded parts keep their data.")] = Path(
        FOLDER
    ),
    partitions: Annotated[int, typer.Option(min=1, help="Partitions of topics that are made.")] = 8,
    processes: Annotated[int, typer.Option(min=1, help="Gateway processes.")] = 1,
) -> int:
    """Start the embedded broker and ClickHouse engine and a gateway, until Ctrl-C or SIGTERM.

    Without a configuration, one is made in .reticent/, with keys and tokens to try it.

    Example: reticent up --embed clickhouse
    """
    parts = [part.strip() for part in embed.split(",") if part.strip()]
    settings, made = _settings(config, data)
    check_worker(settings)
    kafka = settings.kafka.bootstrap if "kafka" in parts else None
    clickhouse = urlsplit(settings.clickhouse.dsn).netloc.rpartition("@")[2] if "clickhouse" in parts else None
    with Stack(data / "data", parts, kafka=kafka, clickhouse=clickhouse):
        asyncio.run(topics.init(settings, partitions))
        migrate(settings)
        remark(
            f"Kafka {settings.kafka.bootstrap}, ClickHouse {settings.clickhouse.dsn}, health http://{settings.http.bind}/readyz"
        )
        if made is not None:
            remark(
                f"try: reticent produce run.json --wait --config {made}/reticent.yaml --token-file {made}/producer.jwt"
            )
        sys.stderr.flush()
        return run_worker(settings, list(ALL), processes, Assembly())


def _settings(config: Path | None, data: Path) -> tuple[Settings, Path | None]:
    """The configured ones, else those of a workspace that is made at the first start."""
    found = load_settings(config)
    if config is not None or msgspec.structs.asdict(found.identity)["issuers"]:
        return found, None
    if (data / "reticent.yaml").exists():
        return load_settings(data / "reticent.yaml"), data
    people = [
        workspace.Person("producer", "svc-demo", "acme", "demo-agent"),
        workspace.Person("approver", "ana@acme.example", "acme", "reticent-cli", ("security",)),
    ]
    place = workspace.make(
        data,
        people,
        bootstrap=choose("127.0.0.1:9092", "the embedded broker"),
        dsn=f"http://default@{choose('127.0.0.1:8123', 'the embedded ClickHouse engine')}/reticent",
        bind="127.0.0.1:6066",
    )
    return place.settings, data
