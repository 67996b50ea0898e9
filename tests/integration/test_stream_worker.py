"""Worker processes: they drain when asked, replay when killed, and never outlive their supervisor."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from reticent.settings import Http, Settings

from .kafka import Stack, embedded
from .trivial import committed, eventually, send, sources, worker


@pytest.fixture
def settings(stack: Stack) -> Settings:
    return stack.made()


@pytest.fixture
def any_settings() -> Iterator[Settings]:
    """For what does not depend on the broker: the embedded one alone."""
    with embedded() as bootstrap:
        yield Stack("embedded", bootstrap).made()


@pytest.fixture
def real_settings(real_stack: Stack) -> Settings:
    return real_stack.made()


@pytest.mark.once
async def test_sigterm_ends_the_chunk_in_hand_leaves_the_group_and_exits_0(settings: Settings) -> None:
    kafka = msgspec.structs.replace(settings.kafka, session_timeout=60.0)  # a member that stayed would be noticed
    settings = msgspec.structs.replace(settings, kafka=kafka)
    with worker(settings) as first:
        await first.ready()
        await send(settings, ["slow"])
        await asyncio.sleep(0.5)
        first.terminate()
        status, log = await first.ended()
    assert status == 0, log
    assert await sources(settings, settings.topics.sanitized) == ["slow"]
    assert await committed(settings, "gateway", settings.topics.raw) == 1
    with worker(settings) as second:
        began = time.monotonic()
        await second.ready()
        assert time.monotonic() - began < 30, "the group waited for the one that left"
        second.terminate()
        assert (await second.ended())[0] == 0


async def test_a_killed_process_is_started_again_and_nothing_is_lost_or_repeated(real_settings: Settings) -> None:
    settings = real_settings
    with worker(settings, processes=2) as supervisor:
        await supervisor.ready()
        children = supervisor.children()
        assert len(children) == 2
        await send(settings, [str(number) for number in range(2000)])
        os.kill(children[0], signal.SIGKILL)
        found = await eventually(settings, settings.topics.sanitized, 2000, 90)
        assert sorted(map(int, found)) == list(range(2000))
        await supervisor.ready()
        assert "reticent_restarts_total 1.0" in (await supervisor.page("metrics"))[1]
        supervisor.terminate()
        status, log = await supervisor.ended()
    assert status == 0, log


async def test_an_exception_of_the_processor_ends_the_process_which_is_started_again(
    real_settings: Settings, tmp_path: Path
) -> None:
    settings = real_settings
    values = ["before", f"boom {tmp_path / 'once'}", "after"]
    with worker(settings) as supervisor:
        await supervisor.ready()
        await send(settings, values, key="one")
        assert await eventually(settings, settings.topics.sanitized, 3, 40) == values
        supervisor.terminate()
        status, log = await supervisor.ended()
    assert status == 0, log
    assert "ValueError at trivial.py" in log
    assert "a value in an exception" not in log
    assert all(msgspec.json.decode(line)["level"] for line in log.splitlines())


async def test_a_record_that_ends_the_process_whenever_it_is_judged_is_blocked_and_its_partition_goes_on(
    any_settings: Settings,
) -> None:
    settings = any_settings
    values = ["before", "die", "after"]
    with worker(settings) as supervisor:
        await supervisor.ready()
        await send(settings, values, key="one")
        assert await eventually(settings, settings.topics.verdicts, 3, 90) == values
        supervisor.terminate()
        status, log = await supervisor.ended()
    assert status == 0, log
    assert await sources(settings, settings.topics.sanitized) == ["before", "after"]
    assert log.count("ended the process again and again; it is blocked") == 1
    assert log.count("ended while it judged") == 3


async def test_no_process_outlives_a_killed_supervisor(any_settings: Settings) -> None:
    settings = any_settings
    with worker(settings, processes=2) as supervisor:
        await supervisor.ready()
        family = [psutil.Process(pid) for pid in supervisor.children()]
        supervisor.kill()
        _, alive = await asyncio.to_thread(psutil.wait_procs, family, 5)
    assert len(family) == 2
    assert not alive


async def test_a_second_signal_ends_everything_at_once(any_settings: Settings) -> None:
    settings = any_settings
    with worker(settings) as supervisor:
        await supervisor.ready()
        family = [psutil.Process(pid) for pid in supervisor.children()]
        await send(settings, ["slow"] * 60, key="one")
        await asyncio.sleep(0.5)
        began = time.monotonic()
        for number in (signal.SIGINT, signal.SIGTERM):
            supervisor.popen.send_signal(number)
            await asyncio.sleep(0.2)
        status, _ = await supervisor.ended()
        _, alive = await asyncio.to_thread(psutil.wait_procs, family, 5)
    assert status == 1
    assert not alive
    assert time.monotonic() - began < 5


async def test_the_pages_tell_health_readiness_and_numbers(any_settings: Settings) -> None:
    settings = any_settings
    with worker(settings, processes=2) as supervisor:
        await supervisor.ready()
        await send(settings, ["1", "2", "3"])
        await eventually(settings, settings.topics.sanitized, 3)
        await asyncio.sleep(1.5)
        assert (await supervisor.page("healthz"))[0] == 200
        status, text = await supervisor.page("readyz")
        partitions = msgspec.json.decode(text)["partitions"]["gateway"]
        assert (status, sorted(partitions)) == (200, [f"{settings.topics.raw}-{n}" for n in range(4)])
        metrics = (await supervisor.page("metrics"))[1]
        for line in (
            'reticent_records_total{role="gateway"} 3.0',
            'reticent_verdicts_total{role="gateway",verdict="released"} 3.0',
            f'reticent_lag{{partition="0",role="gateway",topic="{settings.topics.raw}"}} 0.0',
            "reticent_processes 2.0",
        ):
            assert line in metrics


@pytest.mark.parametrize(
    ("roles", "bind", "says"), [("no-such-role", "", "no role"), ("gateway", "nonsense", "no address")]
)
async def test_what_is_configured_wrongly_ends_with_2_and_one_sentence(roles: str, bind: str, says: str) -> None:
    settings = Stack("none", "127.0.0.1:1").settings()
    settings = msgspec.structs.replace(settings, http=Http(bind=bind)) if bind else settings
    with worker(settings, roles=[roles]) as supervisor:
        status, log = await supervisor.ended()
    assert status == 2
    assert says in log
    assert "Traceback" not in log
