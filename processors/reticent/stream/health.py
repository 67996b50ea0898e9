"""The pages of a worker: /healthz (alive and moving), /readyz (partitions owned) and /metrics (Prometheus)."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from ..errors import ConfigError, ServiceError
from .metrics import Snapshot, render


@dataclass(frozen=True)
class Health:
    """`why` is empty when all is well; `not_ready` when, besides, Kafka answers and every partition is owned and
    open."""

    why: Sequence[str] = ()
    not_ready: Sequence[str] = ()
    owned: dict[str, list[str]] = field(default_factory=dict)
    metrics: Snapshot = field(default_factory=dict)


@contextlib.asynccontextmanager
async def pages(bind: str, health: Callable[[], Health]) -> AsyncIterator[str]:
    """Serves the pages at `bind` (`host:port`; port 0 chooses one) and gives the address served.

    Raises ConfigError for an address that is none, ServiceError for one that is taken."""
    host, port = split(bind)
    application = web.Application()
    application.router.add_get("/healthz", lambda _: _healthz(health()))
    application.router.add_get("/readyz", lambda _: _readyz(health()))
    application.router.add_get("/metrics", lambda _: _metrics(health()))
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ServiceError(f"{bind} cannot be listened on ({error.strerror}); set http.bind to another") from error
        served_host, served_port = runner.addresses[0][:2]
        yield f"{served_host}:{served_port}"
    finally:
        await runner.cleanup()


def split(bind: str) -> tuple[str, int]:
    """`host:port` (or `[v6]:port`) as a pair. Raises ConfigError."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ConfigError(
            f"{bind!r} is no address", where="http.bind", advice="write host:port, such as 127.0.0.1:6066"
        )
    return host.strip("[]"), int(port)


async def _healthz(health: Health) -> web.Response:
    return _answer({"status": "stuck" if health.why else "ok", "why": list(health.why)}, ok=not health.why)


async def _readyz(health: Health) -> web.Response:
    missing = [*health.why, *health.not_ready]
    return _answer({"ready": not missing, "missing": missing, "partitions": health.owned}, ok=not missing)


async def _metrics(health: Health) -> web.Response:
    return web.Response(body=render(health.metrics), headers={"content-type": "text/plain; version=0.0.4"})


def _answer(body: object, *, ok: bool) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), status=200 if ok else 503, content_type="application/json")
