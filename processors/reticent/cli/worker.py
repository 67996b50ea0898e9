"""`reticent worker`: the gateway and its sister agents against configured services."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from ..assembly import Assembly, check_worker
from ..embedded.service import choose
from ..errors import ConfigError, ServiceError
from ..model import Topic
from ..settings import Settings
from ..stream.connection import partition_counts
from ..stream.rights import demand
from ..stream.roles import ROLES
from ..stream.topics import TopicNames
from ..stream.worker import run_worker
from .context import Config, load_settings

ALL = tuple(ROLES)


def register(app: typer.Typer) -> None:
    app.command()(worker)


def worker(
    config: Config = None,
    processes: Annotated[int, typer.Option(min=1, help="One process a core; partitions are shared among them.")] = 1,
    roles: Annotated[str, typer.Option(help="Which agents to run, separated by commas.")] = ",".join(ALL),
) -> int:
    """Run the gateway and its sister agents until SIGTERM or SIGINT (drain, exit 0).

    Answers /healthz, /readyz and /metrics on http.bind.

    Example: reticent worker --processes 4
    """
    settings = load_settings(config)
    names = [name.strip() for name in roles.split(",") if name.strip()]
    if not names or set(names) - set(ALL):
        raise ConfigError("there is no such role", where="--roles", advice=f"choose of {', '.join(ALL)}")
    check_worker(settings)
    choose(settings.http.bind, "the worker")
    asyncio.run(_check_broker(settings, names))
    return run_worker(settings, names, processes, Assembly())


async def _check_broker(settings: Settings, roles: Sequence[str]) -> None:
    """At the start somebody listens, so that it is better to say what is wrong than to wait for it to change; later
    outages are waited for. Raises ServiceError."""
    names = TopicNames(settings)
    wanted = [name for topic in Topic for name in names.all(topic)]
    there = await partition_counts(settings.kafka, wanted)
    missing = [name for name in wanted if name not in there]
    if missing:
        raise ServiceError(f"the topic {missing[0]} does not exist: run `reticent init`")
    await demand(settings, roles)
