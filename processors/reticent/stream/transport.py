"""A Faust transport that delivers one event per partition and chunk of records, and leaves commits to `delivery`.

Faust's own transport makes four tasks a record; a chunk at a time is some thirty times faster. An event's value is
the list of aiokafka's records as they came; nothing is decoded here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import faust
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faust.serializers.schemas import Schema
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP, ConsumerMessage

from ..model import RawRecord
from ..settings import Kafka
from .members import client_id
from .reading import Consumer

POLL_CHUNKS = 4
"""Chunks that one poll may bring, over all partitions."""


class ChunkApp(faust.App):
    """What the transport asks of an app. `fetched`: up to where records were fetched, delivered or not."""

    kafka: Kafka
    fetched: dict[TopicPartition, int]


class ChunkSchema(Schema[Any, Any]):
    """An event's value is the chunk itself; keys are the records' own."""

    def loads_key(self, app: Any, message: Any, **_: Any) -> None:
        return None

    def loads_value(self, app: Any, message: Any, **_: Any) -> Sequence[RawRecord]:
        chunk: Sequence[RawRecord] = message.value
        return chunk


def chunks(records: Sequence[RawRecord], most_records: int, most_bytes: int) -> Iterator[Sequence[RawRecord]]:
    """Cuts one partition's records, in order; a chunk holds at least one record, however large it is."""
    start = size = 0
    for position, record in enumerate(records):
        length = len(record.value or b"")
        if position > start and (position - start >= most_records or size + length > most_bytes):
            yield records[start:position]
            start, size = position, 0
        size += length
    if start < len(records):
        yield records[start:]


class _Consumer(driver.Consumer):
    app: ChunkApp
    logger = logging.getLogger("faust.consumer")

    def _new_consumer_thread(self) -> _ConsumerThread:
        return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def ack(self, message: Any) -> bool:
        """Forgets the message. Offsets are committed in our transactions alone: a commit of Faust's that arrives
        late would set the group back, and the next owner would repeat what lies between."""
        message.acked = True
        self._unacked_messages.discard(message)
        return True

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        return True

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self.should_stop or fetcher.should_stop):
                records, active = await self._wait_next_records(1.0)
                generation = self.app.consumer_generation_id
                await asyncio.sleep(0)  # an empty poll may not have yielded to the loop
                if records is None or self.should_stop:
                    continue
                left = await self._hand_over(records, active, generation)
                await self._rewind({source: found[0].offset for source, found in left.items() if found})
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise

    async def _hand_over(
        self, records: Mapping[TP, Sequence[RawRecord]], active: set[TP] | None, generation: int
    ) -> Mapping[TP, Sequence[RawRecord]]:
        """What could not be handed over, because a rebalance came between."""
        kafka = self.app.kafka
        left = {source: list(found) for source, found in records.items()}
        self.app.fetched.update({source: found[-1].offset + 1 for source, found in records.items()})
        for source, chunk in _in_turns(records, kafka.chunk_records, kafka.chunk_bytes):
            if not self.flow_active or self.app.consumer_generation_id != generation:
                break
            if active is not None and source not in active and source not in self._buffered_partitions:
                continue
            last = chunk[-1]
            value = cast("bytes", chunk)  # faust passes it through untouched
            message = ConsumerMessage(
                source.topic, source.partition, last.offset, last.timestamp / 1000, 0, None, None, value, None, 0, 0,
                TP(source.topic, source.partition), generation_id=generation,
            )  # fmt: skip
            await self.wait_first(self.callback(message), self.suspend_flow.wait())
            if self.flow_active:
                del left[source][: len(chunk)]
        return left

    async def _rewind(self, starts: Mapping[TP, int]) -> None:
        """Reads from there again, where the partition is ours still. It may have been assigned to us, and read, a
        moment before its lane was there to take what was read."""
        if starts:
            thread = cast("_ConsumerThread", self._thread)
            await thread.call_thread(thread.rewind, starts)


def _in_turns(
    records: Mapping[TP, Sequence[RawRecord]], most_records: int, most_bytes: int
) -> Iterator[tuple[TP, Sequence[RawRecord]]]:
    """One chunk of each partition after the other, so that none waits for another's backlog."""
    queues = {source: chunks(found, most_records, most_bytes) for source, found in records.items()}
    while queues:
        for source in list(queues):
            chunk = next(queues[source], None)
            if chunk is None:
                del queues[source]
            else:
                yield source, chunk


class _ConsumerThread(driver.AIOKafkaConsumerThread):
    logger = logging.getLogger("faust.consumer")

    def on_crash(self, msg: str, *fmt: Any, **kwargs: Any) -> None:
        """mode's own prints the exception with its traceback; the process ends and says why, see `worker`."""

    async def rewind(self, starts: Mapping[TP, int]) -> None:
        consumer = self._ensure_consumer()
        for source, offset in starts.items():
            if source in consumer.assignment():
                state = consumer._subscription.subscription.assignment.state_value(source)
                if state.has_valid_position and state.position > offset:
                    consumer.seek(source, offset)

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        """Faust's own would read uncommitted records and know nothing of our connection settings.

        Ranges keep the same partition of several topics in one worker, which approvals and decisions need."""
        app = cast(ChunkApp, self.consumer.app)
        kafka = app.kafka
        self._assignor = RangePartitionAssignor
        return Consumer(
            kafka,
            client_id(app.conf.id),
            group_id=app.conf.id,
            group_instance_id=app.conf.consumer_group_instance_id,
            partition_assignment_strategy=[RangePartitionAssignor],
            auto_offset_reset="earliest",
            max_poll_records=kafka.chunk_records * POLL_CHUNKS,
            max_partition_fetch_bytes=kafka.chunk_bytes,
            fetch_max_wait_ms=500,
            session_timeout_ms=int(kafka.session_timeout * 1000),
            heartbeat_interval_ms=max(300, int(kafka.session_timeout * 1000 / 6)),
            rebalance_timeout_ms=int(app.conf.broker_rebalance_timeout * 1000),
            max_poll_interval_ms=int(app.conf.broker_max_poll_interval * 1000),
            request_timeout_ms=int(app.conf.broker_request_timeout * 1000),
        )


class ChunkTransport(driver.Transport):
    Consumer = _Consumer
