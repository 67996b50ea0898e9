"""Collects the chunks of all partitions of a role into batches for sinks, and commits offsets after the receipt.

At least once: a crash between receipt and commit writes again, which is why sinks are idempotent. While a sink is
down its records wait in Kafka; nothing else of the worker waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import TopicPartition

from ..errors import ServiceError
from ..model import RawRecord
from .app import Role
from .delivery import BACKOFF, AbandonedError, Delivery
from .processor import Sink

log = logging.getLogger(__name__)

BATCH_BYTES = 8 * 1024 * 1024
"""A batch ends here, however few records it holds."""
LEAVE_SECONDS = 20.0
"""How long a write may still take once the partitions have to be given up."""


@dataclass(frozen=True, slots=True)
class _Part:
    lane: CollectorLane
    source: TopicPartition
    records: Sequence[RawRecord]
    bytes: int


class Collector:
    """One for a role and its sink."""

    def __init__(self, role: Role, sink: Sink, *, rows: int, seconds: float) -> None:
        self.role = role
        self._sink, self._rows, self._seconds = sink, rows, seconds
        self._parts: list[_Part] = []
        self._held = self._bytes = 0
        self._since = 0.0
        self._changed = asyncio.Condition()
        self._flush: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.role.start(lambda sources: CollectorLane(self, self.role.new_delivery(sources)))
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Leaves the group; what was not written is read again by the next owner."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self.role.stop()
        await self._sink.close()

    async def put(self, part: _Part) -> None:
        """Takes a chunk, once there is room."""
        delivery = part.lane.delivery
        async with self._changed:
            await self._changed.wait_for(lambda: not self._full or delivery.leaving)
            if delivery.leaving:
                raise AbandonedError("the partition is being given up")
            self._since = self._since if self._parts else time.monotonic()
            self._parts.append(part)
            self._count()
            self._changed.notify_all()

    async def forget(self) -> None:
        """Drops what is waiting, and returns when nothing is being written any more. For all lanes at once,
        because a rebalance takes all partitions away."""
        async with self._changed:
            self._parts.clear()
            self._count()
            self._changed.notify_all()
        flush = self._flush
        if flush is not None and not flush.done():
            await asyncio.wait([flush], timeout=LEAVE_SECONDS)
            flush.cancel()
            await asyncio.wait([flush])

    @property
    def _full(self) -> bool:
        return self._held >= self._rows or self._bytes >= BATCH_BYTES

    def _count(self) -> None:
        self._held = sum(len(part.records) for part in self._parts)
        self._bytes = sum(part.bytes for part in self._parts)

    async def _run(self) -> None:
        try:
            while True:
                self._flush = asyncio.ensure_future(self._write(await self._batch()))
                await asyncio.wait([self._flush])
                if not self._flush.cancelled():
                    self._flush.result()
        except Exception as error:  # not the sink's way of saying "not now": it ends the process
            await self.role.crash(error)

    async def _batch(self) -> list[_Part]:
        """What came within the time of a batch, or filled it earlier."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._parts)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, self._since + self._seconds - time.monotonic())), self._changed:
                await self._changed.wait_for(lambda: self._full)
        async with self._changed:
            parts, self._parts = self._parts, []
            self._count()
            self._changed.notify_all()
        return parts

    async def _write(self, parts: Sequence[_Part]) -> None:
        """Again and again, until the sink has the batch or the partitions are given up."""
        pauses = itertools.chain(BACKOFF, itertools.repeat(BACKOFF[-1]))
        records = [record for part in parts for record in part.records]
        role = self.role
        while parts and not parts[0].lane.delivery.leaving:
            role.alive()
            try:
                with role.metrics.timed("reticent_write_seconds", role.name):
                    await self._sink.write(records)
            except ServiceError as error:
                pause = next(pauses)
                role.metrics.count("reticent_retries", role.name, self._sink.name)
                log.warning("%s: %s; next attempt in %.1f s", self._sink.name, error, pause)
                await parts[0].lane.delivery.left(pause)
            else:
                await self._commit(parts)
                return

    async def _commit(self, parts: Sequence[_Part]) -> None:
        lanes = {id(part.lane): part.lane for part in parts}
        await asyncio.gather(*(lane.commit([part for part in parts if part.lane is lane]) for lane in lanes.values()))
        self.role.alive()


class CollectorLane:
    """One owned partition of a role that feeds sinks."""

    def __init__(self, collector: Collector, delivery: Delivery) -> None:
        self.delivery, self._collector = delivery, collector
        self._taken: dict[TopicPartition, int] = {}

    async def open(self) -> None:
        await self.delivery.open()

    async def take(self, source: TopicPartition, records: Sequence[RawRecord]) -> None:
        fresh = [record for record in records if record.offset >= self._taken.get(source, 0)]
        if fresh:
            self._taken[source] = fresh[-1].offset + 1
            size = sum(len(record.value or b"") for record in fresh)
            await self._collector.put(_Part(self, source, fresh, size))

    async def commit(self, parts: Sequence[_Part]) -> None:
        """What the sink has is done with: commits behind it."""
        with contextlib.suppress(AbandonedError):  # written, not committed: it is written again, to the same effect
            await self.delivery.deliver({part.source: part.records[-1].offset + 1 for part in parts})
            role = self._collector.role
            role.metrics.count("reticent_records", role.name, by=sum(len(part.records) for part in parts))
            role.metrics.count("reticent_bytes", role.name, by=sum(part.bytes for part in parts))

    async def close(self) -> None:
        await self._collector.forget()
        await self.delivery.close()
