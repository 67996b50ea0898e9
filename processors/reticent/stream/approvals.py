"""The approvals agent: requests and decisions meet at the desk of their partition.

A desk lives in memory. What survives is approval_state, which each desk reads from its beginning once the previous
owner is fenced, and which it writes in the same transaction as everything else it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from typing import Literal

from aiokafka import TopicPartition

from ..errors import ConfigError, ServiceError
from ..model import Outgoing, RawRecord, Topic
from .app import Role, RoleContext
from .connection import partition_counts
from .delivery import AbandonedError, Delivery, OutputTooLargeError
from .processor import Desk
from .pulse import REMIND_SECONDS
from .reading import read
from .topics import CO_PARTITIONED

log = logging.getLogger(__name__)

NAME = "approvals"
TICK_SECONDS = 1.0
"""How often the desk looks for what expired."""
KEEP_SECONDS = 7 * 24 * 3600.0
"""How long the state of an approval that ended is kept, for people to look at."""
RETRY_SECONDS = 1.0
OUTPUT_BYTES = 16 * 1024 * 1024
"""A transaction ends behind the record that reaches it: a decision of a few bytes may release megabytes."""


class ApprovalsAgent:
    def __init__(self, context: RoleContext, new_desk: Callable[[int], Desk]) -> None:
        names = context.names
        self.requests = frozenset(names.all(Topic.APPROVALS))
        self.state = names.name(Topic.APPROVAL_STATE)
        self.role = Role(context, NAME, [*sorted(self.requests), *names.all(Topic.DECISIONS)], together=True)
        self.context, self.new_desk = context, new_desk

    async def start(self) -> None:
        uneven = await self.uneven()
        if uneven is not None:
            raise ConfigError(uneven, advice="run `reticent init`, and give each the partitions of the largest")
        await self.role.start(lambda sources: _DeskLane(self, sources))

    async def stop(self) -> None:
        await self.role.stop()

    async def uneven(self) -> str | None:
        """What is wrong where the topics have not equally many partitions. Raises ServiceError."""
        names = [name for topic in CO_PARTITIONED for name in self.context.names.all(topic)]
        for pause in (0.2, 0.5, 1.0, 2.0, 0.0):  # a broker may know a topic a moment after it was made
            counts = await partition_counts(self.context.settings.kafka, names)
            found = {name: counts.get(name, 0) for name in names}
            if all(found.values()):
                break
            await asyncio.sleep(pause)
        if len(set(found.values())) == 1:
            return None
        counts_said = ", ".join(f"{name}: {count}" for name, count in found.items())
        return f"approvals, decisions and their state need equally many partitions, but have {counts_said}"


class _DeskLane:
    def __init__(self, agent: ApprovalsAgent, sources: Sequence[TopicPartition]) -> None:
        self._agent, self._partition = agent, sources[0].partition
        self.delivery: Delivery = agent.role.new_delivery(sources)
        self._desk = agent.new_desk(self._partition)
        self._turn = asyncio.Lock()
        self._ticking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self._together()
        await self.delivery.open()
        while True:
            try:
                await self._restore()
                break
            except ServiceError as error:
                log.warning("desk %d: %s", self._partition, error)
                self._desk = self._agent.new_desk(self._partition)
                await self.delivery.left(RETRY_SECONDS)
                if self.delivery.leaving:
                    raise AbandonedError("the desk is being given up") from error
        self._ticking = asyncio.ensure_future(self._tick())

    async def _together(self) -> None:
        """Returns once the partition is there in every topic, and all of it is ours. Where somebody gave partitions to
        some topics only, a request and its decisions might be with two workers, each with a desk of its own."""
        agent, told = self._agent, -REMIND_SECONDS
        while True:
            try:
                uneven = await agent.uneven()
            except ServiceError as error:
                uneven = str(error)
            # partitions that were made even a moment ago are handed out by the next rebalance
            if uneven is None and len(self.delivery.sources) == len(agent.role.topics):
                return
            agent.role.alive()
            if uneven is not None and self._partition == 0 and time.monotonic() - told > REMIND_SECONDS:
                log.error("%s; held traces wait until they do", uneven)
                told = time.monotonic()
            await self.delivery.left(RETRY_SECONDS)
            if self.delivery.leaving:
                raise AbandonedError("the desk is being given up")

    async def _restore(self) -> None:
        await self._read([self._agent.state], self._restored)
        if self._desk.lost:
            await self._read(sorted(self._agent.requests), self._desk.recover)

    def _restored(self, record: RawRecord) -> None:
        if record.key is not None:
            self._desk.restore(record.key, record.value)

    async def _read(self, topics: Sequence[str], take: Callable[[RawRecord], None]) -> None:
        kafka = self._agent.context.settings.kafka
        async with contextlib.aclosing(read(kafka, topics, partitions=[self._partition])) as records:
            async for record in records:
                if self.delivery.leaving:
                    raise AbandonedError("the desk is being given up")
                take(record)

    async def take(self, source: TopicPartition, records: Sequence[RawRecord]) -> None:
        topic: Literal["approvals", "decisions"] = "approvals" if source.topic in self._agent.requests else "decisions"
        async with self._turn:
            await self._desk.prepare(records)
            while records:
                if self.delivery.leaving:
                    raise AbandonedError("the rest of the chunk is left to the partition's next owner")
                outputs = await asyncio.to_thread(self._handle, records, topic)
                part, records = records[: len(outputs)], records[len(outputs) :]
                await self._deliver({source: part[-1].offset + 1}, part, outputs)
                self._count(part)

    def _count(self, records: Sequence[RawRecord]) -> None:
        metrics = self._agent.role.metrics
        metrics.count("reticent_records", NAME, by=len(records))
        metrics.count("reticent_bytes", NAME, by=sum(len(record.value or b"") for record in records))

    def _handle(
        self, records: Sequence[RawRecord], source: Literal["approvals", "decisions"]
    ) -> list[Sequence[Outgoing]]:
        """The outputs of the first records, up to a transaction's worth."""
        outputs: list[Sequence[Outgoing]] = []
        size = 0
        for record in records:
            outputs.append(self._desk.handle(record, time.time(), source=source))
            size += sum(len(output.value.content) for output in outputs[-1] if output.value is not None)
            if size >= OUTPUT_BYTES:
                break
        return outputs

    async def _deliver(
        self, offsets: dict[TopicPartition, int], records: Sequence[RawRecord], outputs: list[Sequence[Outgoing]]
    ) -> None:
        replaced: set[int] = set()
        while True:
            try:
                await self.delivery.deliver(offsets, outputs)
            except OutputTooLargeError as error:
                if error.index in replaced:
                    raise
                replaced.add(error.index)
                outputs[error.index] = self._desk.replace(records[error.index], time.time())
                self._agent.role.metrics.count("reticent_replaced", NAME)
            else:
                return

    async def _tick(self) -> None:
        try:
            while True:
                await self.delivery.left(TICK_SECONDS)
                async with self._turn:
                    if self.delivery.leaving:  # a chunk that was given up may still be changing the desk
                        return
                    now = time.time()
                    outputs = [*self._desk.expire(now), *self._desk.discard_final(now - KEEP_SECONDS)]
                    if outputs:
                        await self.delivery.deliver({}, [outputs])
        except AbandonedError:
            pass  # the next owner's desk finds the same expired
        except Exception as error:  # a desk whose outputs did not leave must not go on
            await self._agent.role.crash(error)

    async def close(self) -> None:
        if self._ticking is not None:
            self.delivery.leave()
            _, late = await asyncio.wait([self._ticking], timeout=10)
            for task in late:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        await self.delivery.close()
