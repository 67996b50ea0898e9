"""`reticent up`: the embedded stack and a gateway, until stopped."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import urllib.request
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from ..assembly import Assembly, check_worker
from ..embedded.service import choose
from ..embedded.stack import PARTS, Stack
from ..errors import ConfigError, ServiceError
from ..settings import Settings
from ..sinks.migrate import migrate
from ..stream import topics
from ..stream.worker import run_worker
from . import workspace
from .context import Config, load_settings, program
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
    if data.exists() and not data.is_dir():
        raise ConfigError("this is no folder", where=str(data), advice="name a folder with --data")
    settings, made = _settings(config, data)
    check_worker(settings)
    choose(settings.http.bind, "the gateway")
    kafka = settings.kafka.bootstrap if "kafka" in parts else None
    clickhouse = urlsplit(settings.clickhouse.dsn).netloc.rpartition("@")[2] if "clickhouse" in parts else None
    with Stack(data / "data", parts, kafka=kafka, clickhouse=clickhouse):
        asyncio.run(topics.init(settings, partitions))
        migrate(settings)
        remark(f"Kafka {settings.kafka.bootstrap}, ClickHouse {settings.clickhouse.dsn}; starting the gateway")
        threading.Thread(target=_announce, args=(settings.http.bind, made), daemon=True).start()
        return run_worker(settings, list(ALL), processes, Assembly())


def _announce(bind: str, made: Path | None) -> None:
    """Says when the gateway is ready, and what to try then."""
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{bind}/readyz", timeout=2):
            break
        time.sleep(0.3)
    remark(f"ready: http://{bind}/readyz; Ctrl-C ends it")
    if made is not None:
        remark("try in another terminal:")
        run = """'{"messages": [{"role": "user", "content": "mail ana@example.org"}]}'"""
        remark(f"echo {run} | {program()} produce - --wait -c {made}/reticent.yaml --token-file {made}/producer.jwt")


def _settings(config: Path | None, data: Path) -> tuple[Settings, Path | None]:
    """The configured ones, else those of a workspace that is made at the first start, on ports that are free."""
    found = load_settings(config)
    if config is not None or found.identity.issuers:
        return found, None
    if not (data / "reticent.yaml").exists():
        people = [
            workspace.Person("producer", "svc-demo", "acme", "demo-agent"),
            workspace.Person("approver", "ana@acme.example", "acme", "reticent-cli", ("security",)),
        ]
        engine = urlsplit(found.clickhouse.dsn).netloc.rpartition("@")[2]
        workspace.make(
            data,
            people,
            bootstrap=_free(found.kafka.bootstrap, "the embedded broker"),
            dsn=found.clickhouse.dsn.replace(engine, _free(engine, "the embedded ClickHouse engine")),
            bind=_free(found.http.bind, "the gateway"),
        )
    return load_settings(data / "reticent.yaml"), data


def _free(wanted: str, what: str) -> str:
    """The address, or where it is taken another one of loopback."""
    try:
        return choose(wanted, what)
    except ServiceError:
        chosen = choose(None, what)
        remark(f"{wanted} is taken: {what} will listen on {chosen}")
        return chosen
