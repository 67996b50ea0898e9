"""A desk's partition: transactions of bounded size, and nothing more is touched once it is given up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from aiokafka import TopicPartition

from reticent.model import Evidence, Outgoing, Topic
from reticent.settings import Settings
from reticent.stream import approvals as module
from reticent.stream.delivery import AbandonedError
from reticent.stream.metrics import Metrics

from ..records import Record

SOURCE = TopicPartition("traces.decisions", 0)


class Said(msgspec.Struct):
    text: str


class Delivery:
    """Takes everything, and remembers it."""

    sources = (SOURCE,)

    def __init__(self) -> None:
        self.delivered: list[tuple[Mapping[TopicPartition, int], int]] = []
        self.event = asyncio.Event()

    @property
    def leaving(self) -> bool:
        return self.event.is_set()

    def leave(self) -> None:
        self.event.set()

    async def left(self, within: float) -> None:
        await asyncio.wait([asyncio.ensure_future(self.event.wait())], timeout=within)

    async def open(self) -> None: ...
    async def close(self) -> None: ...

    async def deliver(self, offsets: Mapping[TopicPartition, int], outputs: Sequence[Any] = ()) -> None:
        await asyncio.sleep(0)
        self.delivered.append((offsets, len(outputs)))


class Desk:
    def __init__(self) -> None:
        self.restored = self.expired = 0
        self.lost: set[str] = set()
        self.recovered: list[bytes | None] = []

    async def prepare(self, _: object) -> None: ...

    def restore(self, *_: object) -> None:
        self.restored += 1

    def recover(self, record: Record) -> None:
        self.recovered.append(record.key)

    def handle(self, record: Record, now: float, *, source: str) -> list[Outgoing]:
        return [Outgoing(Topic.SANITIZED, b"k", Evidence(Said("x" * int(record.value or b"0"))))]

    def expire(self, _: float) -> list[Outgoing]:
        self.expired += 1
        return [Outgoing(Topic.VERDICTS, b"k", Evidence(Said("")))]

    def discard_final(self, _: float) -> list[Outgoing]:
        return []


@pytest.fixture
async def lane() -> module._DeskLane:
    desk, delivery = Desk(), Delivery()
    role = SimpleNamespace(new_delivery=lambda _: delivery, metrics=Metrics(), topics=(SOURCE.topic,), alive=list)
    context = SimpleNamespace(settings=Settings())
    agent: Any = SimpleNamespace(
        role=role, context=context, state="state", requests=frozenset({"traces.approvals"}), new_desk=lambda _: desk
    )
    agent.uneven = even
    return module._DeskLane(agent, [SOURCE])


async def even() -> None: ...


def sizes(*given: int) -> list[Record]:
    return [Record(b"%d" % size, topic=SOURCE.topic, offset=number) for number, size in enumerate(given)]


async def test_small_decisions_that_release_much_do_not_share_a_transaction(
    lane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OUTPUT_BYTES", 1000)
    await lane.take(SOURCE, sizes(10, 10, 2000, 10, 600, 600, 10))
    assert lane.delivery.delivered == [({SOURCE: 3}, 3), ({SOURCE: 6}, 3), ({SOURCE: 7}, 1)]


async def test_what_is_left_of_a_chunk_when_the_partition_goes_is_left_to_the_next_owner(
    lane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OUTPUT_BYTES", 1)
    deliver = lane.delivery.deliver

    async def once(*given: Any) -> None:
        await deliver(*given)
        lane.delivery.leave()

    monkeypatch.setattr(lane.delivery, "deliver", once)
    with pytest.raises(AbandonedError):
        await lane.take(SOURCE, sizes(10, 10, 10))
    assert lane.delivery.delivered == [({SOURCE: 1}, 1)]


async def test_time_is_looked_at_while_the_desk_is_owned_and_not_once_it_is_given_up(
    lane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object, **__: object) -> AsyncGenerator[Record, None]:
        for record in ():
            yield record

    monkeypatch.setattr(module, "read", nothing)
    monkeypatch.setattr(module, "TICK_SECONDS", 0.01)
    await lane.open()
    async with asyncio.timeout(10):
        while len(lane.delivery.delivered) < 3:  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)
    await lane.close()
    assert len(lane.delivery.delivered) == lane._desk.expired
    before = lane._desk.expired
    await asyncio.sleep(0.05)
    assert lane._desk.expired == before


async def test_a_desk_waits_while_its_topics_have_different_numbers_of_partitions(
    lane: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody adds partitions to one topic after the other."""
    said = ["decisions have 2, approvals 4", "decisions have 2, approvals 4", None]

    async def uneven() -> str | None:
        return said.pop(0)

    monkeypatch.setattr(lane._agent, "uneven", uneven)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    await lane._together()
    assert said == []
    assert caplog.messages == ["decisions have 2, approvals 4; held traces wait until they do"]


async def test_a_desk_does_not_open_with_half_of_its_partition(lane: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The topics are alike again, but the other half is with another worker until the next rebalance."""
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    lane._agent.role.topics = ("traces.approvals", SOURCE.topic)
    waiting = asyncio.ensure_future(lane.open())
    await asyncio.sleep(0.1)
    assert not waiting.done()
    lane.delivery.leave()
    with pytest.raises(AbandonedError):
        await waiting


async def test_a_desk_that_is_given_up_while_it_is_restored_reads_no_further(
    lane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    async def endless(*_: object, **__: object) -> AsyncGenerator[Record, None]:
        try:
            for number in range(1_000_000):
                if number == 3:
                    lane.delivery.leave()
                yield Record(b"state", key=b"id", offset=number)
        finally:
            closed.append(True)

    monkeypatch.setattr(module, "read", endless)
    with pytest.raises(AbandonedError):
        await lane.open()
    assert (lane._desk.restored, closed) == (3, [True])


async def test_requests_are_read_again_where_the_state_of_an_approval_is_lost(
    lane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[str]] = []

    async def few(_: object, topics: Sequence[str], **__: object) -> AsyncGenerator[Record, None]:
        asked.append(topics)
        for key in (b"a", b"b"):
            yield Record(b"x", key=key)

    monkeypatch.setattr(module, "read", few)
    await lane._restore()
    assert (asked, lane._desk.recovered) == ([["state"]], [])
    lane._desk.lost = {"a"}
    await lane._restore()
    assert asked[1:] == [["state"], ["traces.approvals"]]
    assert lane._desk.recovered == [b"a", b"b"]
