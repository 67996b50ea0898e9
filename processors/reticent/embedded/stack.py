"""Both parts of the embedded stack, started side by side and stopped together."""

from __future__ import annotations

import contextlib
import os
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import ServiceError
from .service import Service, choose, port_open

PARTS = ("kafka", "clickhouse")


def start_kafka(folder: Path, bind: str | None = None) -> Service:
    """noida-db, which speaks Kafka's protocol, with its data in `folder`. It may not answer yet: `wait_kafka`."""
    import noida_db  # noqa: PLC0415 - only where the embedded broker is wanted

    binary = Path(noida_db.__file__).with_name("noida-db")
    address = choose(bind, "the embedded broker")
    data = folder / "kafka"
    data.mkdir(parents=True, exist_ok=True)
    port = address.rpartition(":")[2]
    command = [str(binary), "start", "--only", "kafka", "--kafka-port", port, "--data-dir", str(data)]
    return Service("the embedded broker", command, address, folder / "kafka.log")


def wait_kafka(service: Service) -> None:
    service.wait(lambda: port_open(service.address))


def start_clickhouse(folder: Path, bind: str | None = None) -> Service:
    """chDB behind ClickHouse's HTTP interface, with its data in `folder`. Wait with `wait_clickhouse`."""
    address = choose(bind, "the embedded ClickHouse engine")
    data = folder / "clickhouse"
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "reticent.embedded.clickhouse", str(data), address]
    return Service(
        "the embedded ClickHouse engine", command, address, folder / "clickhouse.log", environ=dict(os.environ)
    )


def wait_clickhouse(service: Service) -> None:
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
        self, folder: Path, parts: Sequence[str] = PARTS, *, kafka: str | None = None, clickhouse: str | None = None
    ) -> None:
        unknown = set(parts) - set(PARTS)
        if unknown:
            raise ServiceError(f"there is no embedded {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}")
        self._folder, self._parts, self._kafka, self._clickhouse = folder, parts, kafka, clickhouse
        self._services: list[Service] = []
        self.bootstrap: str | None = None
        self.dsn: str | None = None

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            store = broker = None
            if "clickhouse" in self._parts:  # the slower one first
                store = start_clickhouse(self._folder, self._clickhouse)
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
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """In bounded time, one after the other; a second call does nothing."""
        services, self._services = self._services, []
        for service in services:
            if service.process.stdin is not None:
                with contextlib.suppress(OSError):
                    service.process.stdin.close()
        for service in services:
            service.stop()
