"""The gateway agent: raw records in, judged by the processor, their outputs out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
import zstandard
from aiokafka import TopicPartition

from ..envelope import source_of
from ..model import Evidence, Outgoing, RawRecord, Topic
from .app import Role, RoleContext
from .delivery import AbandonedError, Delivery, OutputTooLargeError
from .processor import Processor

log = logging.getLogger(__name__)

NAME = "gateway"
SLICE_SECONDS, SLICE_BYTES = 2.0, 8 * 1024 * 1024
"""A slice of a chunk is judged and committed at once; slow records, and those that inflate, make it smaller, so that
partitions can be given up, transactions stay short and memory bounded whatever producers send."""

MOST_RECORDS = 10_000
_GZIP, _ZSTD, _ZSTD_SKIPPABLE = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x2a\x4d\x18"


class GatewayAgent:
    """Judging is CPU-bound and runs in one thread of its own, so that transactions and heartbeats of other
    partitions go on beside it."""

    def __init__(self, context: RoleContext, processor: Processor) -> None:
        self.role = Role(context, NAME, context.names.all(Topic.RAW))
        self.processor, self.suspects = processor, context.suspects
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="judge")

    async def start(self) -> None:
        await self.role.start(lambda sources: _GatewayLane(self, sources))

    async def stop(self) -> None:
        await self.role.stop()
        self.thread.shutdown(wait=False, cancel_futures=True)

    def judge(self, records: Sequence[RawRecord], now: float) -> Sequence[Sequence[Outgoing]]:
        """The outputs of each record; in the agent's thread."""
        with self.suspects.judging(records):
            if len(records) == 1 and self.suspects.hopeless(records[0]):
                log.error("%s ended the process again and again; it is blocked", source_of(records[0]))
                return [self.processor.block(records[0], now)]
            return self.processor.process(records, now)


class _GatewayLane:
    def __init__(self, agent: GatewayAgent, sources: Sequence[TopicPartition]) -> None:
        self._agent = agent
        self._metrics = agent.role.metrics
        self.delivery: Delivery = agent.role.new_delivery(sources)
        self._size = Slices(agent.role.settings.limits.inflated_bytes)

    async def open(self) -> None:
        await self.delivery.open()

    async def close(self) -> None:
        await self.delivery.close()

    async def take(self, source: TopicPartition, records: Sequence[RawRecord]) -> None:
        await self._agent.processor.prepare(records)
        done = 0
        while done < len(records):
            if done and self.delivery.leaving:
                raise AbandonedError("the rest of the chunk is left to the partition's next owner")
            rest = records[done:]
            part = rest[: self._agent.suspects.together(rest, self._size.fitting(rest))]
            outputs = await self._judge(part)
            await self._deliver(source, part, outputs)
            done += len(part)

    async def _judge(self, records: Sequence[RawRecord]) -> list[Sequence[Outgoing]]:
        start = time.perf_counter()
        loop = asyncio.get_running_loop()
        outputs = await loop.run_in_executor(self._agent.thread, self._agent.judge, records, time.time())
        if len(outputs) != len(records):
            raise RuntimeError(f"the processor gave {len(outputs)} outputs for {len(records)} records")
        seconds = time.perf_counter() - start
        self._metrics.observe("reticent_process_seconds", NAME, seconds=seconds)
        self._size.took(len(records), seconds)
        return list(outputs)

    async def _deliver(
        self, source: TopicPartition, records: Sequence[RawRecord], outputs: list[Sequence[Outgoing]]
    ) -> None:
        replaced: set[int] = set()
        while True:
            try:
                await self.delivery.deliver({source: records[-1].offset + 1}, outputs)
                break
            except OutputTooLargeError as error:
                if error.index in replaced:
                    raise  # not even a verdict fits: the topics are made wrong, and only a person can help
                replaced.add(error.index)
                outputs[error.index] = self._agent.processor.replace(records[error.index], time.time())
                self._metrics.count("reticent_replaced", NAME)
        self._metrics.count("reticent_records", NAME, by=len(records))
        self._metrics.count("reticent_bytes", NAME, by=sum(len(record.value or b"") for record in records))
        for kind in verdicts(outputs):
            self._metrics.count("reticent_verdicts", NAME, kind)


class Slices:
    """How many records to judge at once: from how long the last ones took, and how large the next ones may become.
    `inflated`: bytes that a record whose size cannot be told may have once it is inflated."""

    def __init__(self, inflated: int, *, seconds: float = SLICE_SECONDS, size: int = SLICE_BYTES) -> None:
        self._inflated, self._seconds, self._bytes = inflated, seconds, size
        self._most = MOST_RECORDS

    def fitting(self, records: Sequence[RawRecord]) -> int:
        """At least one."""
        total = 0
        for number, record in enumerate(records[: self._most]):
            total += self._weight(record)
            if total > self._bytes:
                return max(1, number)
        return max(1, min(self._most, len(records)))

    def _weight(self, record: RawRecord) -> int:
        value = record.value or b""
        said = _says(value)
        return max(len(value), self._inflated if said is None else min(said, self._inflated))

    def took(self, records: int, seconds: float) -> None:
        fitting = int(records * self._seconds / max(seconds, 1e-6))
        self._most = max(1, min(MOST_RECORDS, fitting))


def _says(value: bytes) -> int | None:
    """Bytes that the payload says it has when inflated; a lie is refused when that is done. None: it does not say."""
    if value.startswith(_GZIP):
        return int.from_bytes(value[-4:], "little")
    if value.startswith(_ZSTD):
        try:
            said = int(zstandard.frame_content_size(value))
        except zstandard.ZstdError:
            return 0  # it cannot be inflated at all
        return said if said >= 0 else None
    return None if value[1:4] == _ZSTD_SKIPPABLE else 0


class _Kind(msgspec.Struct):
    verdict: str


_kind = msgspec.json.Decoder(_Kind).decode


def verdicts(outputs: Sequence[Sequence[Outgoing]]) -> Iterator[str]:
    """The kinds of the verdicts among `outputs`."""
    for records in outputs:
        for record in records:
            if record.topic is Topic.VERDICTS and isinstance(record.value, Evidence):
                yield _kind(record.value.content).verdict
