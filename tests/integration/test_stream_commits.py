"""No record is acknowledged before its outputs are there to be read, however often workers are killed."""

import asyncio
import collections
import os
import random
import signal
import time
from collections.abc import Sequence

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from reticent.settings import Settings
from reticent.stream.connection import admin, client_arguments, producer

from .kafka import Stack, members
from .trivial import Copy, eventually, worker

pytestmark = pytest.mark.once

PARTITIONS = 4


class Watcher:
    """Looks on from outside: first at the group's committed offsets, then at how far the verdicts have been written.

    What is committed may be a moment from being visible to readers of committed records: the offsets' and the outputs'
    markers are written side by side, and a transaction that a killed worker left open holds up those behind it. So
    this looks at all that is written; at the end only what is committed counts."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.looks = settings, 0
        self.written: set[str] = set()
        self.committed: dict[int, int] = {}
        """By partition; it must not go back either."""

    async def watch(self, done: asyncio.Event) -> None:
        names = [TopicPartition(self.settings.topics.verdicts, number) for number in range(PARTITIONS)]
        consumer = AIOKafkaConsumer(
            **client_arguments(self.settings.kafka), isolation_level="read_uncommitted", enable_auto_commit=False,
            fetch_max_wait_ms=20,
        )  # fmt: skip
        await consumer.start()
        consumer.assign(names)
        await consumer.seek_to_beginning(*names)
        try:
            async with admin(self.settings.kafka) as client:
                while not done.is_set():
                    found = await client.list_consumer_group_offsets(f"{self.settings.kafka.group}-gateway")
                    await self._read(consumer, await consumer.end_offsets(names))
                    self._compare({source.partition: at.offset for source, at in found.items() if at.offset > 0})
        finally:
            await consumer.stop()

    async def _read(self, consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> None:
        async with asyncio.timeout(30):
            while not all([await consumer.position(source) >= end for source, end in ends.items()]):
                for records in (await consumer.getmany(timeout_ms=20)).values():
                    self.written |= {msgspec.json.decode(r.value or b"", type=Copy).source for r in records}

    def _compare(self, committed: dict[int, int]) -> None:
        for partition, offset in committed.items():
            assert offset >= self.committed.get(partition, 0), "the group's offset went back"
        wanted = {f"{partition} {number}" for partition, end in committed.items() for number in range(end)}
        assert wanted <= self.written, f"committed without verdicts of {sorted(wanted - self.written)[:5]}"
        self.committed = committed
        self.looks += 1


async def feed(settings: Settings, each: int, seconds: float) -> None:
    """Partition and offset of a record are its value."""
    async with producer(settings.kafka) as client:
        for number in range(each):
            for partition in range(PARTITIONS):
                value = f"{partition} {number}".encode()
                await client.send(settings.topics.raw, value, partition=partition)
            await asyncio.sleep(seconds / each)


async def killed_again_and_again(settings: Settings, records: int, seconds: float, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a run that can be repeated, not a secret
    each, kills, done = records // PARTITIONS, 0, asyncio.Event()
    watcher = Watcher(settings)
    with worker(settings, processes=2) as supervisor:
        await supervisor.ready()
        watching = asyncio.ensure_future(watcher.watch(done))
        feeding = asyncio.ensure_future(feed(settings, each, seconds))
        while not feeding.done():
            await asyncio.sleep(0.3 + dice.random())
            kills += kill_one_of(supervisor.children(), dice)
            if watching.done():
                break
        await feeding
        found = collections.Counter(await eventually(settings, settings.topics.verdicts, records, 90))
        done.set()
        await watching
        supervisor.terminate()
        status, log = await supervisor.ended(60)
    assert status == 0, log[-2000:]
    wanted = {f"{partition} {number}" for partition in range(PARTITIONS) for number in range(each)}
    lost, repeated = wanted - found.keys(), [name for name, count in found.items() if count > 1]
    print(  # noqa: T201 - the run's figures, seen with -s
        f"seed {seed}: {kills} workers killed, {records} records, {watcher.looks} looks, {len(lost)} lost, "
        f"{len(repeated)} repeated"
    )
    assert (sorted(lost)[:5], repeated[:5]) == ([], [])
    assert watcher.looks > 3


def kill_one_of(children: Sequence[int], dice: random.Random) -> bool:
    if not children:
        return False
    os.kill(dice.choice(children), signal.SIGKILL)
    return True


async def test_a_committed_offset_never_runs_ahead_of_its_verdicts(stack: Stack) -> None:
    settings = await asyncio.to_thread(stack.made, PARTITIONS)
    await killed_again_and_again(settings, records=2000, seconds=6, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", range(2, 5))
async def test_a_committed_offset_never_runs_ahead_for_long(stack: Stack, seed: int) -> None:
    settings = await asyncio.to_thread(stack.made, PARTITIONS)
    await killed_again_and_again(settings, records=20_000, seconds=60, seed=seed)


async def test_processes_share_the_partitions_and_leave_an_empty_group(stack: Stack) -> None:
    settings = await asyncio.to_thread(stack.made, PARTITIONS)
    group = f"{settings.kafka.group}-gateway"
    with worker(settings, processes=2) as supervisor:
        await supervisor.ready()
        async with asyncio.timeout(20):
            while sorted(map(len, await members(settings.kafka, group))) != [2, 2]:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.2)
        owned = await members(settings.kafka, group)
        assert sorted(name for each in owned for name in each) == [
            f"{settings.topics.raw}-{number}" for number in range(PARTITIONS)
        ]
        began = time.monotonic()
        supervisor.terminate()
        status, log = await supervisor.ended()
        took = time.monotonic() - began
    assert (status, await members(settings.kafka, group)) == (0, []), log
    assert took < 20
