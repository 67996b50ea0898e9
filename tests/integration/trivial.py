"""The smallest processor, desk and sink, and workers that run them: what is proven here is the shell alone.

As a program: `python -m tests.integration.trivial SETTINGS_JSON ROLES PROCESSES`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
from aiokafka import TopicPartition

from reticent.errors import ServiceError
from reticent.model import Evidence, Outgoing, RawRecord, Topic
from reticent.settings import Settings
from reticent.stream.connection import admin, partition_counts, producer
from reticent.stream.processor import Desk, Processor, Sink
from reticent.stream.reading import read
from reticent.stream.roles import Roles
from reticent.stream.worker import run_worker


class Copy(msgspec.Struct):
    """What goes out: `source` is the raw value, `verdict` makes it count as one."""

    source: str
    verdict: str = "released"
    padding: str = ""


class TrivialProcessor:
    """Copies. `big <n>`: an output of n bytes. `boom <file>`: fails once, then the file exists. `slow`: a second.
    `die`: its process is gone, as after a crash in native code."""

    async def prepare(self, records: Sequence[RawRecord]) -> None:
        await asyncio.sleep(0)

    def process(self, records: Sequence[RawRecord], now: float) -> Sequence[Sequence[Outgoing]]:
        return [self._outputs(record) for record in records]

    def _outputs(self, record: RawRecord) -> Sequence[Outgoing]:
        text = (record.value or b"").decode()
        word, _, argument = text.partition(" ")
        padding = ""
        if word == "big":
            padding = "x" * int(argument)
        elif word == "boom" and not Path(argument).exists():
            Path(argument).touch()
            raise ValueError(f"a value in an exception: {text}")
        elif word == "slow":
            time.sleep(1.0)
        elif word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        return [
            Outgoing(Topic.SANITIZED, record.key or b"", Evidence(Copy(text, padding=padding)), [("n", b"1")]),
            Outgoing(Topic.VERDICTS, record.key or b"", Evidence(Copy(text))),
        ]

    def replace(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        text = (record.value or b"").decode()
        return [Outgoing(Topic.VERDICTS, record.key or b"", Evidence(Copy(text, verdict="blocked")))]

    def block(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        return self.replace(record, now)


class TrivialDesk:
    """Approvals wait for a decision of the same key; `expire` ends those that a decision named `old` touched."""

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.waiting: dict[bytes, str] = {}
        self.lost: frozenset[str] = frozenset()

    def restore(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self.waiting.pop(key, None)
        else:
            self.waiting[key] = msgspec.json.decode(value, type=Copy).source

    def recover(self, record: RawRecord) -> None:
        raise AssertionError("nothing is lost")

    async def prepare(self, records: Sequence[RawRecord]) -> None:
        await asyncio.sleep(0)

    def handle(self, record: RawRecord, now: float, *, source: str) -> Sequence[Outgoing]:
        key, text = record.key or b"", (record.value or b"").decode()
        if source == "approvals":
            self.waiting[key] = text
            return [Outgoing(Topic.APPROVAL_STATE, key, Evidence(Copy(text)))]
        if key not in self.waiting:
            return [Outgoing(Topic.AUDIT, key, Evidence(Copy("refused")))]
        if text == "later":
            self.waiting[key] = "expired"
            return [Outgoing(Topic.APPROVAL_STATE, key, Evidence(Copy("expired")))]
        return self._end(key)

    def _end(self, key: bytes) -> Sequence[Outgoing]:
        text = self.waiting.pop(key)
        return [Outgoing(Topic.SANITIZED, key, Evidence(Copy(text))), Outgoing(Topic.APPROVAL_STATE, key, None)]

    def replace(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        return []

    def expire(self, now: float) -> Sequence[Outgoing]:
        ended = [key for key, text in self.waiting.items() if text == "expired"]
        return [output for key in ended for output in self._end(key)]

    def discard_final(self, before: float) -> Sequence[Outgoing]:
        return []


class FileSink:
    """Appends values to a file, and is down while a file `<path>.down` exists."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.name = self.path.name

    async def write(self, records: Sequence[RawRecord]) -> None:
        if self.path.with_suffix(".down").exists():
            raise ServiceError("the store is down")
        with self.path.open("ab") as file:
            file.writelines((record.value or b"") + b"\n" for record in records)

    async def close(self) -> None:
        await asyncio.sleep(0)


def _processor(_: Settings) -> Processor:
    return TrivialProcessor()


def _desk(_: Settings) -> Callable[[int], Desk]:
    return TrivialDesk


def _archive(settings: Settings) -> Sink:
    return FileSink(settings.sinks[0].path or "")


def _forward(settings: Settings) -> Sequence[Sink]:
    return [FileSink(sink.path or "") for sink in settings.sinks]


@dataclass(frozen=True)
class TrivialFactories:
    processor: Callable[[Settings], Processor] = _processor
    desk: Callable[[Settings], Callable[[int], Desk]] = _desk
    archive: Callable[[Settings], Sink] = _archive
    forward: Callable[[Settings], Sequence[Sink]] = _forward


@contextlib.asynccontextmanager
async def running(settings: Settings, *roles: str) -> AsyncIterator[Roles]:
    """The roles in this process, with their partitions open."""
    worker = Roles(settings, roles, TrivialFactories())
    await worker.start()
    try:
        await until(lambda: worker.ready)
        yield worker
    finally:
        await worker.stop()


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.02)


async def visible(settings: Settings, *topics: str) -> None:
    """Once the broker tells of topics it has just made."""
    async with asyncio.timeout(10):
        while not set(topics) <= set(await partition_counts(settings.kafka, topics)):  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.05)


async def send(settings: Settings, values: Sequence[str], topic: str | None = None, key: str | None = None) -> None:
    async with producer(settings.kafka) as client:
        await asyncio.gather(*[
            await client.send(topic or settings.topics.raw, value.encode(), key=(key or value).encode())
            for value in values
        ])  # fmt: skip


async def sources(settings: Settings, topic: str) -> list[str]:
    """The raw values whose outputs stand committed on `topic`."""
    records = read(settings.kafka, [topic])
    return [msgspec.json.decode(record.value or b"", type=Copy).source async for record in records]


async def eventually(settings: Settings, topic: str, count: int, seconds: float = 20.0) -> list[str]:
    """The same, once there are `count` of them (and then no more)."""
    end = time.monotonic() + seconds
    while True:
        found = await sources(settings, topic)
        if len(found) >= count or time.monotonic() > end:
            return found
        await asyncio.sleep(0.1)


async def committed(settings: Settings, role: str, topic: str) -> int:
    """The sum of the group's committed offsets."""
    async with admin(settings.kafka) as client:
        found = await client.list_consumer_group_offsets(f"{settings.kafka.group}-{role}")
    return sum(max(0, at.offset) for source, at in found.items() if source == TopicPartition(topic, source.partition))


class Process:
    """A supervisor with its worker processes, as `reticent worker` runs them."""

    def __init__(
        self, settings: Settings, roles: Sequence[str] = ("gateway",), processes: int = 1, *, quiet: bool = False
    ) -> None:
        self.settings = settings
        arguments = [msgspec.json.encode(settings).decode(), ",".join(roles), str(processes)]
        command = [sys.executable, "-m", "tests.integration.trivial", *arguments]
        self.popen = subprocess.Popen(
            command,
            stderr=subprocess.DEVNULL if quiet else subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def children(self) -> list[int]:
        """The worker processes' ids."""
        import psutil  # noqa: PLC0415 - tests only

        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(self.popen.pid).children()
            return [child.pid for child in found if "resource_tracker" not in " ".join(child.cmdline())]
        return []

    async def page(self, name: str) -> tuple[int, str]:
        """Status and text of a page; (0, "") where nothing answers."""
        with contextlib.suppress(aiohttp.ClientError):
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://{self.settings.http.bind}/{name}") as answer,
            ):
                return answer.status, await answer.text()
        return 0, ""

    async def ready(self, seconds: float = 30.0) -> None:
        async with asyncio.timeout(seconds):
            while (await self.page("readyz"))[0] != 200:
                assert self.popen.poll() is None, "the worker ended"
                await asyncio.sleep(0.1)

    def terminate(self) -> None:
        self.popen.send_signal(signal.SIGTERM)

    async def ended(self, seconds: float = 30.0) -> tuple[int, str]:
        """Exit status and log."""
        _, log = await asyncio.wait_for(asyncio.to_thread(self.popen.communicate), seconds)
        return self.popen.returncode, log.decode()

    def kill(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.communicate()


@contextlib.contextmanager
def worker(settings: Settings, roles: Sequence[str] = ("gateway",), processes: int = 1) -> Iterator[Process]:
    process = Process(settings, roles, processes)
    try:
        yield process
    finally:
        process.kill()


if __name__ == "__main__":
    given = msgspec.json.decode(sys.argv[1], type=Settings)
    sys.exit(run_worker(given, sys.argv[2].split(","), int(sys.argv[3]), TrivialFactories()))
