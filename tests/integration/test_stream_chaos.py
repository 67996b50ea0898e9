"""Workers are killed, stopped, frozen and started under load, and still every record goes out exactly once."""

import asyncio
import collections
import os
import random
import signal

import msgspec
import pytest

from reticent.settings import Http, Settings
from reticent.stream.connection import producer

from .kafka import Stack, free_port
from .trivial import Process, eventually

PARTITIONS = 8
SLOTS = 3


async def feed(settings: Settings, records: int, seconds: float) -> None:
    async with producer(settings.kafka) as client:
        for number in range(records):
            await client.send(settings.topics.raw, b"%d" % number, partition=number % PARTITIONS)
            if number % 20 == 0:
                await asyncio.sleep(20 * seconds / records)


class Slots:
    """Up to three supervisors of one process each, in one group."""

    def __init__(self, settings: Settings, dice: random.Random) -> None:
        self.settings, self.dice = settings, dice
        self.running: dict[int, Process] = {}
        self.events: collections.Counter[str] = collections.Counter()
        self.thawing: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        free = [slot for slot in range(SLOTS) if slot not in self.running]
        if free:
            http = Http(bind=f"127.0.0.1:{free_port()}")
            self.running[free[0]] = Process(msgspec.structs.replace(self.settings, http=http), quiet=True)

    def _pick(self) -> int | None:
        return self.dice.choice(list(self.running)) if self.running else None

    async def event(self, freeze: bool) -> None:
        name = self.dice.choice(["kill", "kill all", "stop", "start", "start"] + ["freeze"] * 3 * freeze)
        slot = self._pick()
        if name == "start" or slot is None:
            self.start()
        elif name == "kill":
            for child in self.running[slot].children():
                os.kill(child, signal.SIGKILL)
        elif name == "kill all":
            self.running.pop(slot).kill()
        elif name == "stop":
            self.running[slot].terminate()
            self.running.pop(slot)
        else:
            self.thawing.add(asyncio.ensure_future(self._freeze(self.running[slot].children())))
        self.events[name] += 1

    async def _freeze(self, children: list[int]) -> None:
        """Longer than the session timeout: the group goes on without it, and it comes back as a zombie."""
        for number, pause in ((signal.SIGSTOP, self.settings.kafka.session_timeout + 3), (signal.SIGCONT, 0)):
            for child in children:
                try:
                    os.kill(child, number)
                except ProcessLookupError:
                    continue
            await asyncio.sleep(pause)


async def chaos(settings: Settings, records: int, seconds: float, seed: int, *, freeze: bool) -> None:
    dice = random.Random(seed)  # noqa: S311 - a run that can be repeated, not a secret
    slots = Slots(settings, dice)
    everyone: list[Process] = []
    try:
        slots.start()
        slots.start()
        await asyncio.sleep(2)
        feeding = asyncio.ensure_future(feed(settings, records, seconds))
        while not feeding.done():
            await asyncio.sleep(1 + dice.random() * 2.5)
            everyone += [process for process in slots.running.values() if process not in everyone]
            await slots.event(freeze)
        await feeding
        slots.start()
        found = await eventually(settings, settings.topics.sanitized, records, 90)
    finally:
        everyone += [process for process in slots.running.values() if process not in everyone]
        await asyncio.gather(*slots.thawing)
        for process in everyone:
            process.kill()
    counts = collections.Counter(map(int, found))
    lost = sorted(set(range(records)) - set(counts))
    repeated = sorted(number for number, count in counts.items() if count > 1)
    print(f"seed {seed}: {dict(slots.events)}, {records} records, {len(lost)} lost, {len(repeated)} repeated")  # noqa: T201 - the run's figures, seen with -s
    assert (lost[:10], repeated[:10]) == ([], [])


@pytest.mark.timeout(90)
async def test_chaos_loses_and_repeats_nothing(real_stack: Stack) -> None:
    settings = await asyncio.to_thread(real_stack.made, PARTITIONS)
    await chaos(settings, records=4000, seconds=7, seed=7, freeze=False)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("freeze", [False, True])
async def test_chaos_long(real_stack: Stack, seed: int, freeze: bool) -> None:
    settings = await asyncio.to_thread(real_stack.made, PARTITIONS)
    await chaos(settings, records=40_000, seconds=60, seed=seed, freeze=freeze)
