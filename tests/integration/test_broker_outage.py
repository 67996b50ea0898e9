"""The broker goes away while traces come in, and comes back: nothing is lost or repeated, and people are told."""

from __future__ import annotations

import asyncio
import collections
import json
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import psutil
import pytest
from aiokafka import AIOKafkaProducer

from reticent.model import Topic
from reticent.stream.connection import client_arguments, patient

from .gateway import Gateway, gateway, held, trace, until
from .kafka import Apache, Stack

KEYS = 5


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apache]:
    """One of their own: nobody else's goes away."""
    made = Apache(tmp_path_factory.mktemp("broker"), properties="connections.max.idle.ms=10000\n")
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def running(broker: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with gateway(Stack("apache", broker.bootstrap), tmp_path_factory.mktemp("gateway")) as made:
        made.start(roles="gateway,approvals")
        made.ready()
        yield made
        assert made.stop() == 0


class Feed(threading.Thread):
    """Publishes without end, in order, and waits for the broker as long as it takes."""

    def __init__(self, made: Gateway, prefix: str) -> None:
        super().__init__(daemon=True)
        self.made, self.prefix, self.sent, self.enough = made, prefix, list[tuple[str, str]](), threading.Event()

    def run(self) -> None:
        asyncio.run(self._feed())

    async def _feed(self) -> None:
        given = client_arguments(self.made.settings.kafka)
        client = patient(AIOKafkaProducer(**given, enable_idempotence=True, request_timeout_ms=300_000))
        await client.start()
        try:
            answers = []
            while not self.enough.is_set():
                number = len(self.sent)
                key, name = f"{self.prefix}-key-{number % KEYS}", f"{self.prefix}-{number}"
                own = [("authorization", f"Bearer {self.made.token('producer')}".encode())]
                content = json.dumps({"trace_id": name, "session_id": key, "steps": []}).encode()
                answers.append(await client.send(self.made.settings.topics.raw, content, key=key.encode(), headers=own))
                self.sent.append((key, name))
                await asyncio.sleep(0.02)
            await asyncio.gather(*answers)
        finally:
            await client.stop()


def released(made: Gateway, prefix: str) -> dict[str, list[str]]:
    """The traces that went out, in the order of their session."""
    found = collections.defaultdict(list)
    for record in made.records(Topic.SANITIZED):
        key = (record.key or b"").decode()
        if key.startswith(prefix):
            found[key].append(json.loads(record.value or b"")["trace_id"])
    return found


def reasons(made: Gateway) -> str:
    try:
        with urllib.request.urlopen(f"http://{made.settings.http.bind}/readyz", timeout=2):
            return ""
    except urllib.error.HTTPError as error:
        return " ".join(json.loads(error.read())["missing"])


def used(processes: list[psutil.Process]) -> float:
    """Seconds of CPU."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def outage(made: Gateway, broker: Apache, number: signal.Signals, seconds: float) -> None:
    prefix = number.name
    feed = Feed(made, prefix)
    feed.start()
    until(lambda: len(feed.sent) > 50, 20, "the feed does not begin")
    workers = [psutil.Process(process) for process in made.workers()]
    lines, before = len(made.log.splitlines()), used(workers)
    began = time.monotonic()
    broker.stop(number)
    until(lambda: not made.is_ready(), 15, "/readyz says that all is well")
    assert f"nobody listens at {broker.bootstrap}" in reasons(made)
    (made.folder / "any.json").write_bytes(trace("any"))
    for command in (["produce", str(made.folder / "any.json"), "--wait"], ["approvals", "wait", "ap-any"]):
        done = made.cli(*command, check=False)
        assert (done.status, len(done.stderr.splitlines())) == (2, 1)
        assert f"Kafka cannot be reached: nobody listens at {broker.bootstrap}" in done.stderr
    time.sleep(max(0.0, began + seconds - time.monotonic()))
    away = time.monotonic() - began
    assert used(workers) - before < 1.0 + away / 4, "waiting costs a core"
    broker.start()
    made.ready(60)
    assert [process.pid for process in workers] == made.workers()
    assert all(process.memory_info().rss < 400 * 2**20 for process in workers)
    feed.enough.set()
    feed.join(60)
    until(lambda: sum(map(len, released(made, prefix).values())) >= len(feed.sent), 60, "not all went out")
    wanted = collections.defaultdict(list)
    for key, name in feed.sent:
        wanted[key].append(name)
    assert released(made, prefix) == wanted
    said = made.log.splitlines()[lines:]
    assert len(said) < 40 + away
    assert len([line for line in said if "waiting for it, nothing is lost" in line]) == 1 + int(away // 60)
    assert len([line for line in said if "Kafka answers again" in line]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_broker_that_goes_away_and_comes_back(running: Gateway, broker: Apache, number: signal.Signals) -> None:
    outage(running, broker, number, seconds=6)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_broker_that_is_away_for_longer_than_any_timeout(running: Gateway, broker: Apache) -> None:
    """Longer than the session and a transaction may last."""
    outage(running, broker, signal.SIGHUP, seconds=90)


@pytest.mark.slow
def test_a_gateway_that_is_idle_for_longer_than_the_broker_keeps_connections(running: Gateway) -> None:
    running.publish(held("before"))
    lines = len(running.log.splitlines())
    time.sleep(35)
    assert running.is_ready()
    assert running.log.splitlines()[lines:] == []
    running.publish(trace("after"))
    until(lambda: "after" in {verdict.trace_id for verdict in running.verdicts()}, 20, "it does not go on")
