"""ClickHouse goes and comes back, in the middle of whatever: masking goes on, and the archive has everything once."""

from __future__ import annotations

import collections
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reticent.embedded.service import Service
from reticent.embedded.stack import start_clickhouse, wait_clickhouse
from reticent.model import Topic
from reticent.sinks.migrate import migrate

from .gateway import Gateway, badge, gateway, trace, until
from .kafka import Stack, free_port

pytestmark = pytest.mark.once


class Engine:
    """The embedded engine at an address of its own, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.address = folder, f"127.0.0.1:{free_port()}"
        self._service: Service | None = None

    @property
    def dsn(self) -> str:
        return f"http://default@{self.address}/reticent"

    def start(self) -> None:
        self._service = start_clickhouse(self.folder, self.address)
        wait_clickhouse(self._service)

    def kill(self) -> None:
        """By SIGKILL, whatever it is doing."""
        if self._service is not None:
            self._service.process.kill()
            self._service.stop()
            self._service = None

    def stop(self) -> None:
        if self._service is not None:
            self._service.stop()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = Engine(tmp_path_factory.mktemp("engine"))
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def running(stack: Stack, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One for all, with a database of its own: each test has traces of its own."""
    batches = {"batch_rows": 40, "batch_seconds": 0.1}
    dsn = f"{engine.dsn}_{stack.name}"
    with gateway(stack, tmp_path_factory.mktemp("gateway"), dsn=dsn, clickhouse=batches) as made:
        migrate(made.settings)
        made.start(roles="gateway,archive")
        made.ready()
        yield made
        assert made.stop() == 0


def names(count: int, prefix: str) -> list[str]:
    return [f"{prefix}-{number}" for number in range(count)]


def publish(made: Gateway, traces: list[str]) -> None:
    """Each with one finding."""
    made.publish(*(trace(name, f"it wears {badge()}") for name in traces))


def check_archived_once(made: Gateway, traces: list[str], prefix: str) -> None:
    """As people see it through the views. `traces`: all whose name begins so."""
    wanted = collections.Counter(traces)
    for table, event in (("traces", ""), ("steps", ""), ("findings", ""), ("audit", "AND event = 'trace.released'")):
        query = f"SELECT trace_id FROM {table} WHERE startsWith(trace_id, '{prefix}') {event}"

        def seen(query: str = query) -> collections.Counter[str]:
            return collections.Counter(row["trace_id"] for row in made.sql(query))

        until(lambda: seen().keys() >= wanted.keys(), 90, f"{table} has not caught up")
        assert seen() == wanted, table
    assert made.sql("SELECT count() AS n FROM audit WHERE event = 'archive.skipped'") == [{"n": 0}]


def test_masking_goes_on_without_clickhouse_and_the_archive_catches_up(running: Gateway, engine: Engine) -> None:
    before, during = names(30, "out-before"), names(120, "out-during")
    publish(running, before)
    check_archived_once(running, before, "out-")
    engine.kill()
    publish(running, during)
    until(lambda: len(running.verdicts()) == 150, 60, "verdicts do not keep coming")
    assert len(running.records(Topic.SANITIZED)) == 150
    assert running.is_ready()
    engine.start()
    check_archived_once(running, before + during, "out-")


def chaos(made: Gateway, engine: Engine, seconds: float, seed: int) -> None:
    """Traces come in while the engine and the worker are killed again and again."""
    dice = random.Random(seed)  # noqa: S311 - a run that can be repeated, not a secret
    sent: list[str] = []
    done = threading.Event()

    def feed() -> None:
        while not done.wait(0.25):  # what comes in must be what small batches can catch up with on a busy machine
            fresh = names(20, f"seed{seed}-{len(sent)}")
            publish(made, fresh)
            sent.extend(fresh)

    feeding = threading.Thread(target=feed)
    feeding.start()
    kills = collections.Counter[str]()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.2 + dice.random())
        engine.kill()
        time.sleep(dice.random())
        engine.start()
        kills["engine"] += 1
        time.sleep(dice.random())
        kills["worker"] += made.kill_a_worker(dice)
    done.set()
    feeding.join()
    check_archived_once(made, sent, f"seed{seed}-")
    print(f"seed {seed}: {dict(kills)} killed, {len(sent)} traces, each archived once")  # noqa: T201 - the run's figures, seen with -s


def test_killed_in_the_middle_of_inserting_nothing_is_missing_or_twice(running: Gateway, engine: Engine) -> None:
    chaos(running, engine, seconds=6, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", range(2, 5))
def test_killed_in_the_middle_of_inserting_again_and_again(running: Gateway, engine: Engine, seed: int) -> None:
    chaos(running, engine, seconds=60, seed=seed)
