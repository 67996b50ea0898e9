"""Both parts of the embedded stack, started side by side and stopped together."""

from __future__ import annotations

import contextlib
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import ServiceError
from .kafka import start_kafka, wait_kafka
from .service import PASSWORD_VARIABLE, Service, choose, warn_unless_local

__all__ = ["PARTS", "Stack", "start_clickhouse", "start_kafka", "wait_clickhouse", "wait_kafka"]

PARTS = ("kafka", "clickhouse")
ENGINE = "the embedded ClickHouse engine"


def start_clickhouse(folder: Path, bind: str | None = None, *, password: str | None = None) -> Service:
    """chDB behind ClickHouse's HTTP interface, with its data in `folder`/clickhouse, on `bind` (host:port) or a free
    port of loopback. It may not answer yet: `wait_clickhouse`. Raises ServiceError when the address is taken."""
    address = choose(bind, ENGINE)
    if not password:
        warn_unless_local(address, ENGINE)
    data = folder / "clickhouse"
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "reticent.embedded.clickhouse", str(data), address]
    environ = {"TZ": "UTC", PASSWORD_VARIABLE: password or ""}
    return Service(ENGINE, command, address, folder / "clickhouse.log", guarded=False, environ=environ)


def wait_clickhouse(service: Service) -> None:
    """Until it answers. Raises ServiceError."""

    def answers() -> bool:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://{service.address}/ping", timeout=2) as answer,
        ):
            return bool(answer.status == 200)
        return False

    service.wait(answers)


class Stack:
    """A context manager. `bootstrap` and `dsn` are None for parts that were not asked for.

    Raises ServiceError when a part does not start; the other is stopped then."""

    def __init__(
        self,
        folder: Path,
        parts: Sequence[str] = PARTS,
        *,
        kafka: str | None = None,
        clickhouse: str | None = None,
        password: str | None = None,
    ) -> None:
        unknown = set(parts) - set(PARTS)
        if unknown:
            raise ServiceError(f"there is no embedded {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}")
        self._folder, self._parts, self._kafka, self._clickhouse = folder, parts, kafka, clickhouse
        self._password = password
        self._services: list[Service] = []
        self.bootstrap: str | None = None
        self.dsn: str | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        store = broker = None
        if "clickhouse" in self._parts:  # the slower one first
            store = start_clickhouse(self._folder, self._clickhouse, password=self._password)
            self._services.append(store)
        if "kafka" in self._parts:
            broker = start_kafka(self._folder, self._kafka)
            self._services.append(broker)
        if broker is not None:
            wait_kafka(broker)
            self.bootstrap = broker.address
        if store is not None:
            wait_clickhouse(store)
            self.dsn = f"http://default@{store.address}/reticent"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """In bounded time, side by side; a second call does nothing."""
        services, self._services = self._services, []
        for service in services:
            service.ask_to_stop()
        for service in services:
            service.stop()
