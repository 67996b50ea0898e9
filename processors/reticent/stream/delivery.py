"""The delivery protocol: the one place where records leave, together with the offset of what they came from.

Nothing is lost and nothing goes out twice because of five things, each of which was found to matter by killing,
stopping and freezing workers under load:

1. One transactional producer for each owned partition, its transactional id made of group, role and partition.
   Starting it fences the previous owner and ends the transaction that owner had open.
2. Only then is the group's committed offset read. The consumer's own position may be older.
3. What lies below that mark is skipped, and the mark moves on in memory with each commit.
4. The outputs of a chunk and the source offset are one transaction; offsets are committed nowhere else.
5. A producer is never stopped while something awaits it: the chunk in hand ends, or is cancelled, first.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    InvalidProducerEpoch,
    InvalidProducerIdMapping,
    InvalidTxnState,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFenced,
    RecordListTooLargeError,
)

from ..errors import ReticentError, ServiceError
from ..model import Outgoing, RawRecord, Topic
from ..settings import Kafka
from .batches import Parcel, Sending, check, heard, send
from .connection import BATCH_BYTES, REQUEST_BYTES, RightsError, client_arguments, patient
from .diagnosis import forbidden
from .metrics import Metrics
from .offsets import CommittedOffsets, transactional_id
from .topics import TopicNames

log = logging.getLogger(__name__)

STOP_SECONDS = 5.0
"""How long a producer that is no longer needed may take to end its transaction and connections."""
BACKOFF = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts; the last one repeats."""

_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
_FENCED = (ProducerFenced, InvalidProducerEpoch, InvalidProducerIdMapping, InvalidTxnState)

Record = TypeVar("Record", bound=RawRecord)


class OutputTooLargeError(ReticentError):
    """An output of the source record `index` of a chunk is beyond the broker's limit. Nothing of the chunk left."""

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__("an output is larger than the broker takes; raise max.message.bytes of the output topics")


class FencedError(ServiceError):
    """Another worker owns the partition, the transaction outlived its time, or nobody can tell whether it was
    committed. The worker process has to end: what is committed is read afresh."""


class AbandonedError(ReticentError):
    """The partition is being given up: the chunk in hand did not leave, and its next owner will read it again."""


@dataclass(frozen=True)
class Writer:
    """What all deliveries of a role share."""

    kafka: Kafka
    names: TopicNames
    committed: CommittedOffsets
    metrics: Metrics
    group: str
    role: str


class Delivery:
    """Delivers for one owned partition (`sources`: that partition of every input topic of the role).

    Not for several tasks at once. `leave` may be called at any time; `close` once nothing awaits it any more.
    """

    def __init__(self, writer: Writer, sources: Sequence[TopicPartition]) -> None:
        self.sources = tuple(sources)
        self._writer, self._metrics, self._role = writer, writer.metrics, writer.role
        self._id = transactional_id(writer.group, sources)
        self._producer: AIOKafkaProducer | None = None
        self._marks: dict[TopicPartition, int] = {}
        self._alone: set[str] = set()
        # a desk finds its state where it left it, also when the topic has been given more partitions meanwhile
        self._pinned = {writer.names.name(Topic.APPROVAL_STATE): sources[0].partition}
        self._leaving = asyncio.Event()
        self._closed = False

    @property
    def leaving(self) -> bool:
        return self._leaving.is_set()

    def mark(self, source: TopicPartition) -> int:
        """The offset of `source` that comes next."""
        return self._marks[source]

    async def open(self) -> None:
        """Fences the previous owner, then reads what it committed. Raises FencedError, AbandonedError, ServiceError."""
        if self.leaving:
            raise AbandonedError(f"{self._id} is being given up")
        await self._persist(self._open)

    def fresh(self, source: TopicPartition, records: Sequence[Record]) -> Sequence[Record]:
        """`records` without those that were committed before."""
        mark = self._marks[source]
        if not records or records[0].offset >= mark:
            return records
        left = [record for record in records if record.offset >= mark]
        self._metrics.count("reticent_skipped", self._role, by=len(records) - len(left))
        return left

    async def deliver(self, offsets: Mapping[TopicPartition, int], outputs: Sequence[Sequence[Outgoing]] = ()) -> None:
        """Writes the outputs of source records 0, 1, ... and commits `offsets` (what comes next), all or nothing.

        Tries again for as long as the partition is owned. Raises OutputTooLargeError (nothing left), AbandonedError,
        FencedError, ServiceError and UnmaskedError.
        """
        parcels = check(outputs, self._writer.names)
        start = time.perf_counter()
        await self._persist(lambda: self._transact(parcels, offsets))
        self._metrics.observe("reticent_transaction_seconds", self._role, seconds=time.perf_counter() - start)
        self._marks.update(offsets)
        for topic, number in Counter(record.topic.value for records in outputs for record in records).items():
            self._metrics.count("reticent_outputs", self._role, topic, by=number)

    def leave(self) -> None:
        """What fails from now on is not tried again."""
        self._leaving.set()

    async def left(self, within: float) -> None:
        """Returns when `leave` was called, or `within` so many seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._leaving.wait(), within)

    async def close(self) -> None:
        """Ends an open transaction and stops the producer, in bounded time. Nothing leaves afterwards."""
        self.leave()
        self._closed = True
        await self._discard()

    async def _persist(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Attempts again, each time with a new producer, until it is done, given up or hopeless."""
        pauses = itertools.chain(BACKOFF, itertools.repeat(BACKOFF[-1]))
        while True:
            if self._closed:  # another attempt would fence the partition's next owner
                raise AbandonedError(f"{self._id} was given up")
            try:
                return await attempt()
            except _FENCED as error:
                await self._discard()
                raise FencedError(f"{self._id} was taken over by another worker ({type(error).__name__})") from error
            except (KafkaError, OSError) as error:
                right = forbidden(error, "Write")
                if right is not None:
                    await self._discard()
                    raise RightsError(self._writer.kafka, right) from error
                cause = type(error).__name__
                await self._discard()
                if self.leaving:
                    raise AbandonedError(f"{self._id} is being given up after {cause}") from error
                self._metrics.count("reticent_retries", self._role, cause)
                pause = next(pauses)
                log.warning("%s: %s; next attempt in %.1f s", self._id, cause, pause)
                await self.left(pause)

    async def _open(self) -> None:
        producer = patient(
            AIOKafkaProducer(
                **client_arguments(self._writer.kafka),
                client_id=self._id,
                transactional_id=self._id,
                transaction_timeout_ms=int(self._writer.kafka.transaction_timeout * 1000),
                linger_ms=0,
                max_batch_size=BATCH_BYTES,
                max_request_size=REQUEST_BYTES,
            )
        )
        self._producer = producer
        await producer.start()
        marks = await self._writer.committed.read(self.sources)
        for source, mark in self._marks.items():
            if marks[source] != mark:
                # a commit of ours that was not answered, or another owner's: either way the process starts afresh
                raise FencedError(f"{self._id}: the committed offset is {marks[source]}, not {mark}")
        self._marks = self._marks or await self._within_the_log(marks)

    async def _within_the_log(self, marks: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
        """A log that ends before what was committed has lost records, or is a new one of the same name: what comes
        next has the offsets of what was lost, and must not be taken for it."""
        committed = {source: mark for source, mark in marks.items() if mark > 0}
        ends = await self._writer.committed.ends(list(committed)) if committed else {}
        for source, mark in committed.items():
            if ends[source] < mark:
                log.error(
                    "%s-%d ends at %d, but was committed up to %d: its broker has lost records, or it was made anew; "
                    "going on at its end", source.topic, source.partition, ends[source], mark,
                )  # fmt: skip
        return marks | {source: min(mark, ends[source]) for source, mark in committed.items()}

    async def _transact(self, parcels: Sequence[Parcel], offsets: Mapping[TopicPartition, int]) -> None:
        if self._producer is None:
            await self._open()
        producer = self._producer
        assert producer is not None  # noqa: S101 - for the type checker: _open sets it or raises
        await producer.begin_transaction()
        # beside the batches, because each is a round trip or two
        committing = asyncio.ensure_future(self._send_offsets(producer, offsets))
        committing.add_done_callback(heard)
        try:
            sendings = await send(producer, parcels, self._alone, self._pinned)
            answers = await asyncio.gather(*(s.answer for s in sendings), return_exceptions=True)
            self._judge(sendings, answers)
            await committing
        except OutputTooLargeError:
            await self._discard()
            raise
        finally:
            if not committing.done():
                committing.cancel()
        await self._commit(producer, offsets)

    async def _commit(self, producer: AIOKafkaProducer, offsets: Mapping[TopicPartition, int]) -> None:
        try:
            await producer.commit_transaction()
        except _FENCED:
            raise
        except (KafkaError, OSError) as error:
            if offsets:  # the next attempt reads from the group's offsets whether it left
                raise
            raise FencedError(f"{self._id}: whether its outputs left is not known ({type(error).__name__})") from error

    async def _send_offsets(self, producer: AIOKafkaProducer, offsets: Mapping[TopicPartition, int]) -> None:
        if offsets:
            await producer.send_offsets_to_transaction(dict(offsets), self._writer.group)

    def _judge(self, sendings: Sequence[Sending], answers: Sequence[object]) -> None:
        """Raises for the first batch that failed."""
        for sending, answer in zip(sendings, answers, strict=True):
            if not isinstance(answer, BaseException):
                continue
            if isinstance(answer, _TOO_LARGE):
                if len(set(sending.indexes)) == 1:
                    raise OutputTooLargeError(sending.indexes[0])
                self._alone.add(sending.topic)  # the next attempt tells which record it is
            raise answer

    async def _discard(self) -> None:
        """A producer after a failure is not used again: the next one, by starting, ends its transaction."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        for ending in (producer.abort_transaction, producer.stop):
            # whatever happens here, the transaction coordinator ends what is open when the next owner starts
            with contextlib.suppress(KafkaError, OSError, TimeoutError, AssertionError, AttributeError):
                await asyncio.wait_for(ending(), STOP_SECONDS)
