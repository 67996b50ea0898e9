"""Whether outputs left is known, or the process ends: a commit without an answer is never simply tried again."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced

from reticent.model import Evidence, Outgoing, Topic
from reticent.settings import Settings
from reticent.stream import connection
from reticent.stream import delivery as module
from reticent.stream.delivery import Delivery, FencedError, Writer
from reticent.stream.metrics import Metrics
from reticent.stream.topics import TopicNames

SOURCE = TopicPartition("traces.raw", 0)


class Said(msgspec.Struct):
    n: int = 0


class Broker:
    """Commits, and may say that it did not (`lies`) or not do it (`fails`)."""

    def __init__(self) -> None:
        self.producers = self.commits = 0
        self.offset = 5
        self.lies: list[Exception] = []
        self.fails: list[Exception] = []

    async def read(self, sources: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(sources, self.offset)

    async def ends(self, sources: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(sources, 1000)


class Producer:
    def __init__(self, broker: Broker, **_: Any) -> None:
        self.broker, self.offsets = broker, dict[TopicPartition, int]()
        self.client = SimpleNamespace(_metadata_update=None)

    async def start(self) -> None:
        self.broker.producers += 1

    async def begin_transaction(self) -> None: ...
    async def abort_transaction(self) -> None: ...
    async def stop(self) -> None: ...

    async def send_offsets_to_transaction(self, offsets: dict[TopicPartition, int], _: str) -> None:
        self.offsets = offsets

    async def commit_transaction(self) -> None:
        if self.broker.fails:
            raise self.broker.fails.pop()
        self.broker.commits += 1
        self.broker.offset = self.offsets.get(SOURCE, self.broker.offset)
        if self.broker.lies:
            raise self.broker.lies.pop()


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    made = Broker()
    monkeypatch.setattr(module, "AIOKafkaProducer", lambda **given: Producer(made, **given))
    monkeypatch.setattr(module, "BACKOFF", (0.0,))

    async def send(*_: object) -> list[object]:
        await asyncio.sleep(0)
        return []

    monkeypatch.setattr(module, "send", send)
    return made


async def opened(broker: Broker) -> Delivery:
    settings = Settings()
    made = Delivery(Writer(settings.kafka, TopicNames(settings), broker, Metrics(), "g", "gateway"), [SOURCE])  # type: ignore[arg-type]  # what is asked of it
    await made.open()
    return made


OUTPUTS = [[Outgoing(Topic.VERDICTS, b"k", Evidence(Said()))]]


async def test_outputs_that_did_not_leave_are_tried_again(broker: Broker) -> None:
    delivery = await opened(broker)
    broker.fails = [KafkaError("no answer"), KafkaError("no answer")]
    await delivery.deliver({SOURCE: 6}, OUTPUTS)
    assert (broker.commits, broker.producers, delivery.mark(SOURCE)) == (1, 3, 6)


async def test_outputs_that_left_without_an_answer_are_not(broker: Broker) -> None:
    """The group's offset tells: it is where the commit set it."""
    delivery = await opened(broker)
    broker.lies = [KafkaError("no answer")]
    with pytest.raises(FencedError, match="committed offset is 6"):
        await delivery.deliver({SOURCE: 6}, OUTPUTS)
    assert broker.commits == 1


@pytest.mark.parametrize("left", [True, False])
async def test_without_an_offset_nothing_tells_so_the_process_ends(broker: Broker, left: bool) -> None:
    delivery = await opened(broker)
    (broker.lies if left else broker.fails).append(KafkaError("no answer"))
    with pytest.raises(FencedError, match="not known"):
        await delivery.deliver({}, OUTPUTS)
    assert (broker.commits, broker.producers) == (int(left), 1)


async def test_another_owner_ends_the_process(broker: Broker) -> None:
    delivery = await opened(broker)
    for offsets in ({SOURCE: 6}, {}):
        broker.fails = [ProducerFenced()]
        with pytest.raises(FencedError, match="taken over"):
            await delivery.deliver(offsets, OUTPUTS)
    assert broker.commits == 0


async def test_what_left_is_counted_once_by_its_logical_topic(broker: Broker) -> None:
    delivery = await opened(broker)
    verdict = Outgoing(Topic.VERDICTS, b"r", Evidence(Said()), [], "acme")
    audit = Outgoing(Topic.AUDIT, b"a", Evidence(Said()), [], "acme")
    broker.fails = [KafkaError()]
    await delivery.deliver({SOURCE: 7}, [[verdict, audit], [audit]])
    found = delivery._metrics.snapshot()["reticent_outputs"]
    assert found == {("gateway", Topic.VERDICTS.value): [1.0], ("gateway", Topic.AUDIT.value): [2.0]}


async def test_metadata_is_asked_for_with_pauses() -> None:
    asked: list[float] = []

    async def update(*_: object) -> bool:
        asked.append(time.monotonic())
        return False

    client = SimpleNamespace(_metadata_update=update)
    connection.paced(client)
    for _ in range(3):
        assert await client._metadata_update(None, None) is False
    assert all(later - earlier >= connection.PATIENCE for earlier, later in itertools.pairwise(asked))
