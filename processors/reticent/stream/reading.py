"""Reading topics: committed records alone, and patiently where the broker is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Literal

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.protocol.fetch import FetchRequest

from ..errors import ServiceError
from ..model import RawRecord
from ..settings import Kafka
from . import foreign
from .connection import REQUEST_BYTES, client_arguments, explained, paced, partition_counts, started

foreign.install()
Start = Literal["beginning", "latest"]

PATIENCE = 0.05
"""Seconds between two fetches that bring nothing."""


class Consumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """Commits nothing by itself. `options` are aiokafka's own.

    A broker holds a fetch back until there is something to bring or `fetch_max_wait_ms` are over. noida-db answers
    at once instead, and an idle reader that asks again at once takes a whole core: here an answer without records
    takes PATIENCE seconds at least."""

    def __init__(self, kafka: Kafka, client_id: str, **options: Any) -> None:
        given = {"isolation_level": "read_committed", "enable_auto_commit": False, "fetch_max_wait_ms": 200, **options}
        super().__init__(**client_arguments(kafka), client_id=client_id, **given)
        self._send, self._client.send = self._client.send, self._ask
        paced(self._client)

    async def _ask(self, node_id: int, request: Any, **options: Any) -> Any:
        began = time.monotonic()
        answer = await self._send(node_id, request, **options)
        if isinstance(request, FetchRequest) and not _brings(answer):
            await asyncio.sleep(began + PATIENCE - time.monotonic())
        return answer


def _brings(answer: Any) -> bool:
    """Whether a fetch's answer has records, or an error to act on."""
    return any(code or records for _, partitions in answer.topics for _, code, *_, records in partitions)


async def read(
    kafka: Kafka,
    topics: Sequence[str],
    *,
    start: Start = "beginning",
    idle: float | None = None,
    partitions: Sequence[int] | None = None,
) -> AsyncGenerator[RawRecord, None]:
    """Committed records of `topics`, without a consumer group.

    `start` "beginning": everything there is, and the iteration ends where the topics ended when it began (or,
    with `idle`, goes on until nothing came for that many seconds). "latest": what comes from now on, until
    nothing came for `idle` seconds (None: for ever). `partitions` limits it to some of each topic's.
    Raises ServiceError.
    """
    sources = await _sources(kafka, topics, partitions)
    if not sources:
        return
    consumer = Consumer(kafka, "reticent-reader", auto_offset_reset="earliest", max_partition_fetch_bytes=REQUEST_BYTES)
    try:
        await started(consumer, kafka)
        async with explained(kafka):
            consumer.assign(sources)
            move = consumer.seek_to_beginning if start == "beginning" else consumer.seek_to_end
            await move(*sources)
            # the last stable offsets: where a reader of committed records can get to now
            ends: dict[TopicPartition, int] = await consumer.end_offsets(sources)
        follow = start == "latest" or idle is not None
        heard = time.monotonic()
        while True:
            async with explained(kafka):
                got = await consumer.getmany(timeout_ms=200)
            for records in got.values():
                for record in records:
                    yield record
            now = time.monotonic()
            heard = now if got else heard
            if follow and idle is not None and now - heard >= idle:
                return
            if not follow and not got and await _reached(consumer, ends):
                return
    finally:
        await consumer.stop()


async def _sources(kafka: Kafka, topics: Sequence[str], partitions: Sequence[int] | None) -> list[TopicPartition]:
    counts = await partition_counts(kafka, topics)
    found = []
    for topic in topics:
        if topic not in counts:
            raise ServiceError(f"the topic {topic} does not exist: run `reticent init`")
        found += [TopicPartition(topic, p) for p in range(counts[topic]) if partitions is None or p in partitions]
    return found


async def _reached(consumer: Consumer, ends: dict[TopicPartition, int]) -> bool:
    positions = await asyncio.gather(*(consumer.position(source) for source in ends))
    return all(position >= end for position, end in zip(positions, ends.values(), strict=True))
