"""Chunks of all partitions become batches for a sink; what is committed is what the sink has, and nobody waits for
a sink that is down but its own role."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition

from reticent.errors import ServiceError
from reticent.model import RawRecord
from reticent.stream import collector as module
from reticent.stream.collector import Collector, CollectorLane
from reticent.stream.delivery import AbandonedError
from reticent.stream.metrics import Metrics

from ..records import Record

SOURCE = TopicPartition("traces.sanitized", 0)


class Delivery:
    def __init__(self) -> None:
        self.offsets: list[int] = []
        self.event = asyncio.Event()

    @property
    def leaving(self) -> bool:
        return self.event.is_set()

    def leave(self) -> None:
        self.event.set()

    async def left(self, within: float) -> None:
        await asyncio.wait([asyncio.ensure_future(self.event.wait())], timeout=within)

    async def deliver(self, offsets: Mapping[TopicPartition, int]) -> None:
        self.offsets += offsets.values()

    async def close(self) -> None:
        self.leave()


class Role:
    name = "archive"

    def __init__(self) -> None:
        self.metrics, self.crashed = Metrics(), list[BaseException]()

    async def start(self, _: object) -> None: ...
    async def stop(self) -> None: ...
    def alive(self) -> None: ...

    async def crash(self, error: BaseException) -> None:
        self.crashed.append(error)


class Sink:
    """Takes batches, unless it is told to fail or to hang."""

    name = "store"

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.fails: Exception | None = None
        self.hangs = False

    async def write(self, records: Sequence[RawRecord]) -> None:
        if self.hangs:
            await asyncio.sleep(60)
        if self.fails is not None:
            raise self.fails
        self.batches.append(len(records))

    async def close(self) -> None: ...


class Bench:
    def __init__(self, rows: int, seconds: float) -> None:
        self.role, self.sink = Role(), Sink()
        self.collector = Collector(self.role, self.sink, rows=rows, seconds=seconds)  # type: ignore[arg-type]  # a role's part that is used

    def lane(self) -> Any:
        return CollectorLane(self.collector, Delivery())  # type: ignore[arg-type]  # as above


def records(start: int, count: int, size: int = 1) -> list[Record]:
    return [Record(b"x" * size, offset=number) for number in range(start, start + count)]


async def until(condition: Any, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench(rows=100, seconds=0.05)
    await made.collector.start()
    yield made
    await made.collector.stop()


async def test_what_the_sink_took_is_committed_and_what_it_refused_is_tried_again(bench: Bench) -> None:
    lane = bench.lane()
    bench.sink.fails = ServiceError("down")
    await lane.take(SOURCE, records(0, 10))
    await until(lambda: "reticent_retries" in bench.role.metrics.snapshot())
    assert lane.delivery.offsets == []
    bench.sink.fails = None
    await until(lambda: lane.delivery.offsets == [10])
    assert bench.sink.batches == [10]


async def test_a_batch_ends_by_rows_by_bytes_or_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_BYTES", 1000)
    bench = Bench(rows=100, seconds=0.2)
    await bench.collector.start()
    one, other = bench.lane(), bench.lane()
    began = time.monotonic()
    await one.take(SOURCE, records(0, 60))
    await other.take(TopicPartition("traces.audit", 0), records(0, 60))
    await until(lambda: bench.sink.batches == [120])
    assert time.monotonic() - began < 0.2
    await one.take(SOURCE, records(60, 2, size=600))
    await until(lambda: bench.sink.batches == [120, 2])
    began = time.monotonic()
    await one.take(SOURCE, records(62, 1))
    await until(lambda: bench.sink.batches == [120, 2, 1])
    assert time.monotonic() - began > 0.15
    assert (one.delivery.offsets, other.delivery.offsets) == ([60, 62, 63], [60])
    await bench.collector.stop()


async def test_while_the_sink_is_down_only_so_much_is_taken_and_a_rebalance_does_not_wait_for_it(bench: Bench) -> None:
    lane = bench.lane()
    bench.sink.fails = ServiceError("down")
    await lane.take(SOURCE, records(0, 100))
    await until(lambda: "reticent_retries" in bench.role.metrics.snapshot())
    await lane.take(SOURCE, records(100, 100))
    waiting = asyncio.ensure_future(lane.take(SOURCE, records(200, 100)))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    began = time.monotonic()
    lane.delivery.leave()
    with pytest.raises(AbandonedError):
        await waiting
    await lane.close()
    assert time.monotonic() - began < 2
    bench.sink.fails = None
    fresh = bench.lane()  # the next owner, here ourselves, reads from what is committed
    await fresh.take(SOURCE, records(0, 10))
    await until(lambda: fresh.delivery.offsets == [10])
    assert lane.delivery.offsets == []


async def test_a_write_that_does_not_end_is_given_up_with_the_partition(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAVE_SECONDS", 0.1)
    lane = bench.lane()
    bench.sink.hangs = True
    await lane.take(SOURCE, records(0, 10))
    await asyncio.sleep(0.2)
    lane.delivery.leave()
    async with asyncio.timeout(3):
        await lane.close()
    bench.sink.hangs = False
    fresh = bench.lane()
    await fresh.take(SOURCE, records(0, 10))
    await until(lambda: fresh.delivery.offsets == [10])
    assert (lane.delivery.offsets, bench.role.crashed) == ([], [])


async def test_an_error_that_is_not_the_sinks_not_now_ends_the_role(bench: Bench) -> None:
    bench.sink.fails = ValueError("a bug")
    lane = bench.lane()
    await lane.take(SOURCE, records(0, 1))
    await until(lambda: len(bench.role.crashed) == 1)
    assert lane.delivery.offsets == []


async def test_a_chunk_that_comes_again_is_taken_once(bench: Bench) -> None:
    lane = bench.lane()
    await lane.take(SOURCE, records(0, 10))
    await lane.take(SOURCE, records(5, 10))
    await until(lambda: sum(bench.sink.batches) == 15)
    await until(lambda: lane.delivery.offsets[-1:] == [15])
