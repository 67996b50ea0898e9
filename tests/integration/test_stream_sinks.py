"""Archive and forward: offsets are committed behind the sink's receipt, and a sink that is down is waited for."""

import asyncio
from pathlib import Path

import pytest

from reticent.settings import ClickHouse, Settings, Sink

from .kafka import Stack
from .trivial import committed, eventually, running, send, until


@pytest.fixture
def settings(stack: Stack, tmp_path: Path) -> Settings:
    store = Sink(name="store", type="file", path=str(tmp_path / "store"))
    return stack.made(sinks=(store,), clickhouse=ClickHouse(batch_rows=50, batch_seconds=0.2))


def lines(settings: Settings) -> list[str]:
    path = Path(settings.sinks[0].path or "")
    return path.read_text().splitlines() if path.exists() else []


def outage(settings: Settings) -> Path:
    return Path(settings.sinks[0].path or "").with_suffix(".down")


async def test_what_is_sanitized_and_audited_reaches_the_store(settings: Settings) -> None:
    async with running(settings, "archive"):
        await send(settings, [f"s{number}" for number in range(120)], topic=settings.topics.sanitized)
        await send(settings, [f"a{number}" for number in range(30)], topic=settings.topics.audit)
        await until(lambda: len(lines(settings)) == 150)
    assert sorted(lines(settings)) == sorted([f"s{n}" for n in range(120)] + [f"a{n}" for n in range(30)])
    assert await committed(settings, "archive", settings.topics.sanitized) == 120
    assert await committed(settings, "archive", settings.topics.audit) == 30


async def test_an_outage_of_the_store_stops_nothing_else_and_is_caught_up_with(settings: Settings) -> None:
    outage(settings).touch()
    async with running(settings, "gateway", "archive") as worker:
        await send(settings, [str(number) for number in range(200)])
        await eventually(settings, settings.topics.sanitized, 200)
        await until(lambda: "reticent_retries" in worker.metrics.snapshot())
        report = await worker.report()
        waiting = sum(lag for (role, *_), (lag,) in report.metrics["reticent_lag"].items() if role == "archive")
        assert waiting >= 200  # with the markers of the transactions among them
        assert (report.ready, report.stuck) == (True, [])
        assert await committed(settings, "archive", settings.topics.sanitized) == 0
        outage(settings).unlink()
        await until(lambda: len(lines(settings)) == 200)


async def test_what_was_written_but_not_committed_is_written_again(settings: Settings) -> None:
    values = [str(number) for number in range(100)]
    outage(settings).touch()
    async with running(settings, "archive") as worker:
        await send(settings, values, topic=settings.topics.sanitized)
        await until(lambda: "reticent_retries" in worker.metrics.snapshot())
    assert lines(settings) == []
    outage(settings).unlink()
    async with running(settings, "archive"):
        await until(lambda: len(lines(settings)) == 100)
    assert sorted(lines(settings)) == sorted(values)


async def test_each_sink_of_forward_goes_at_its_own_pace(stack: Stack, tmp_path: Path) -> None:
    pair = tuple(Sink(name=name, type="file", path=str(tmp_path / name)) for name in ("up", "down"))
    settings = await asyncio.to_thread(stack.made, sinks=pair)
    (tmp_path / "down.down").touch()
    async with running(settings, "forward"):
        await send(settings, ["1", "2", "3"], topic=settings.topics.sanitized)
        up = tmp_path / "up"
        await until(lambda: up.exists() and sorted(up.read_text().split()) == ["1", "2", "3"])
        assert not (tmp_path / "down").exists()
