"""Publishing raw records and reading the answers, for producers written in Python and for the command line."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

import msgspec
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from . import envelope
from .errors import ReticentError, ServiceError
from .model import Header, Topic, Verdict
from .settings import Settings
from .stream.connection import REQUEST_BYTES, explained, partition_counts, producer, started
from .stream.reading import Consumer
from .stream.topics import TopicNames

WINDOW = 256
"""Records on their way to the broker at a time."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One document to publish. `payload` is in the wire format that `content_type` and `format` say, or that its
    content shows; `session` becomes the record's key, so that a session stays in order."""

    payload: bytes = field(repr=False)
    content_type: str | None = None
    format: str | None = None
    encoding: str | None = None
    session: str | None = None
    traceparent: str | None = None
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a record stands on the raw topic."""

    request_id: str
    topic: str
    partition: int
    offset: int
    bytes: int


class Client:
    """An asynchronous client; use it as a context manager.

    `token` is the producer's JWT (a callable gives a fresh one for each record). Raises ServiceError when the
    broker cannot be reached, ReticentError when a record cannot be published.

        async with Client(settings, token=jwt) as client:
            receipts = await client.publish([Submission(b'{"messages": []}')])
    """

    def __init__(self, settings: Settings, *, token: str, tenant: str = "") -> None:
        self._settings, self._token = settings, token
        self._names = TopicNames(settings)
        self._topic = self._names.name(Topic.RAW, tenant)
        self._stack = contextlib.AsyncExitStack()
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        kafka = self._settings.kafka
        if self._topic not in await partition_counts(kafka, [self._topic]):
            raise ServiceError(f"the topic {self._topic} does not exist: run `reticent init`")
        self._producer = await self._stack.enter_async_context(producer(kafka))
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._stack.aclose()

    async def publish(self, submissions: Iterable[Submission]) -> list[Receipt]:
        """Publishes in order and returns once the broker has all of them."""
        return [receipt async for receipt in self.publishing(submissions)]

    async def publishing(self, submissions: Iterable[Submission]) -> AsyncIterator[Receipt]:
        """The same, one receipt at a time; some are on their way while earlier ones are answered."""
        waiting: list[tuple[Submission, asyncio.Future[object]]] = []
        for submission in submissions:
            waiting.append((submission, await self._send(submission)))
            if len(waiting) >= WINDOW:
                yield await self._receipt(*waiting.pop(0))
        for each in waiting:
            yield await self._receipt(*each)

    async def _send(self, submission: Submission) -> asyncio.Future[object]:
        if self._producer is None:
            raise ReticentError("the client is not open: use `async with Client(...)`")
        key = submission.session.encode() if submission.session else None
        try:
            async with explained(self._settings.kafka, "Write"):
                sent: asyncio.Future[object] = await self._producer.send(
                    self._topic, submission.payload, key=key, headers=self._headers(submission)
                )
                return sent
        except ServiceError as error:
            raise _refusal(error, submission) from error

    async def _receipt(self, submission: Submission, sent: asyncio.Future[object]) -> Receipt:
        try:
            async with explained(self._settings.kafka, "Write"):
                where = await sent
        except ServiceError as error:
            raise _refusal(error, submission) from error
        return Receipt(
            submission.request_id,
            where.topic,  # type: ignore[attr-defined]  # aiokafka's RecordMetadata, which has no types
            where.partition,  # type: ignore[attr-defined]
            where.offset,  # type: ignore[attr-defined]
            len(submission.payload),
        )

    def _headers(self, submission: Submission) -> list[Header]:
        given = {
            envelope.CONTENT_TYPE: submission.content_type,
            envelope.FORMAT: submission.format,
            envelope.CONTENT_ENCODING: submission.encoding,
            envelope.TRACEPARENT: submission.traceparent,
            envelope.REQUEST_ID: submission.request_id,
        }
        return [
            ("authorization", f"Bearer {self._token}".encode()),
            *((name, value.encode()) for name, value in given.items() if value),
        ]


def _refusal(error: ServiceError, submission: Submission) -> ReticentError:
    if isinstance(error.__cause__, MessageSizeTooLargeError):
        return ReticentError(
            f"a record of {len(submission.payload)} bytes is more than the raw topic takes; send smaller traces"
        )
    return error


class Verdicts:
    """The answers to some requests, from the moment this is entered on: enter it before publishing."""

    def __init__(self, settings: Settings) -> None:
        self._kafka = settings.kafka
        self._topics = TopicNames(settings).all(Topic.VERDICTS)
        self._consumer: Consumer | None = None

    async def __aenter__(self) -> Self:
        counts = await partition_counts(self._kafka, self._topics)
        sources = [TopicPartition(topic, p) for topic in self._topics for p in range(counts.get(topic, 0))]
        if not sources:
            raise ServiceError(f"the topic {self._topics[0]} does not exist: run `reticent init`")
        self._consumer = Consumer(self._kafka, "reticent-verdicts", max_partition_fetch_bytes=REQUEST_BYTES)
        try:
            await started(self._consumer, self._kafka)
            async with explained(self._kafka):
                self._consumer.assign(sources)
                for source, end in (await self._consumer.end_offsets(sources)).items():
                    self._consumer.seek(source, end)
        except BaseException:
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._consumer is not None:
            await self._consumer.stop()

    async def of(self, request_ids: Sequence[str], *, seconds: float, final: bool = False) -> AsyncIterator[Verdict]:
        """Verdicts of these requests as they come; ends when each of their traces has one (with `final`: one that is
        not held). A held trace that is decided meanwhile gives both.

        Raises ServiceError after `seconds` without the rest."""
        missing = dict.fromkeys(request_ids, 1)
        answered: dict[str, set[str]] = {name: set() for name in missing}
        deadline = time.monotonic() + seconds
        while missing:
            for verdict in await self._some():
                name = verdict.request_id
                if name not in missing:
                    continue
                missing[name] = max(missing[name], verdict.traces)
                if not (final and verdict.verdict == "held"):
                    answered[name].add(verdict.trace_id)
                if len(answered[name]) >= missing[name]:
                    del missing[name]
                yield verdict
            if missing and time.monotonic() > deadline:
                raise ServiceError(
                    f"{len(missing)} of {len(request_ids)} records have no verdict after {seconds:.0f} s: "
                    "is a worker running (`reticent worker`), and does /readyz answer 200?"
                )

    async def _some(self) -> list[Verdict]:
        if self._consumer is None:
            raise ReticentError("the verdicts are not open: use `async with Verdicts(...)`")
        try:
            async with explained(self._kafka):
                got = await self._consumer.getmany(timeout_ms=200)
        except KafkaError as error:
            raise ServiceError("the verdicts cannot be read") from error
        return [_decode(record.value) for records in got.values() for record in records if record.value]


_decode = msgspec.json.Decoder(Verdict).decode
