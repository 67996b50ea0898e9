"""Whatever ends the demo, and whenever: no process, no folder, no traceback is left."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import psutil
import pytest

from .shell import Session, session

STARTING, STACK, GATEWAY = "run time.", "ClickHouse  127.", "gateway     127."
"""What is written before the broker is started, before the gateway is, and before the first trace is published."""
STATUSES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def interrupt(demo: Session, number: signal.Signals, *, group: bool) -> None:
    """As a terminal does it, to the whole group; or to the process alone."""
    if group:
        os.killpg(demo.process.pid, number)
    else:
        demo.process.send_signal(number)


def is_gone(demo: Session) -> None:
    assert "Traceback" not in demo.text, demo.text
    assert "never awaited" not in demo.text and "exception" not in demo.text.lower(), demo.text
    assert demo.processes == []
    assert list(demo.temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("moment", "number", "group"),
    [
        (STARTING, signal.SIGINT, True),
        (STACK, signal.SIGTERM, False),
        pytest.param(STARTING, signal.SIGTERM, False, marks=pytest.mark.slow),
        pytest.param(STARTING, signal.SIGHUP, True, marks=pytest.mark.slow),
        pytest.param(STACK, signal.SIGINT, True, marks=pytest.mark.slow),
        pytest.param(GATEWAY, signal.SIGINT, True, marks=pytest.mark.slow),
        pytest.param(GATEWAY, signal.SIGINT, False, marks=pytest.mark.slow),
        pytest.param("2. Before", signal.SIGTERM, False, marks=pytest.mark.slow),
        pytest.param("3. Too", signal.SIGINT, True, marks=pytest.mark.slow),
        pytest.param("5. Who", signal.SIGINT, False, marks=pytest.mark.slow),
        pytest.param("That took", signal.SIGINT, True, marks=pytest.mark.slow),
    ],
)
def test_a_signal_ends_it_whole(moment: str, number: signal.Signals, group: bool, tmp_path: Path) -> None:
    with session(tmp_path, "demo", PYTHONUNBUFFERED="1") as demo:
        demo.until(moment)
        interrupt(demo, number, group=group)
        code = demo.wait()
        assert code == STATUSES[number] or (code == 0 and moment == "That took"), demo.text
        is_gone(demo)


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.6])
def test_ctrl_c_while_python_still_loads_is_quiet(seconds: float, tmp_path: Path) -> None:
    """Seconds of the processor: a busy machine gives them later. Before the command's own first line runs the signal
    itself ends it, which is 130 to a shell, too."""
    with session(tmp_path, "demo", columns=80) as demo:
        while psutil.Process(demo.process.pid).cpu_times().user < seconds:
            time.sleep(0.01)
        demo.ctrl_c()
        assert demo.wait() in (130, -signal.SIGINT)
        is_gone(demo)


def test_asking_again_and_again_does_not_stop_the_cleaning_up(tmp_path: Path) -> None:
    with session(tmp_path, "demo", columns=80) as demo:
        demo.until(STACK)
        while demo.process.poll() is None:
            demo.ctrl_c()
            time.sleep(0.05)
        assert demo.wait() == 130
        is_gone(demo)


def test_no_process_outlives_a_demo_that_is_killed(tmp_path: Path) -> None:
    with session(tmp_path, "demo") as demo:
        demo.until(STACK)
        time.sleep(0.5)
        assert len(demo.processes) > 3
        demo.process.kill()
        end = time.monotonic() + 30
        while demo.processes:
            assert time.monotonic() < end, demo.processes
            time.sleep(0.1)


@pytest.mark.slow
def test_any_moment(tmp_path: Path) -> None:
    """Moments spread over the time that the demo takes on this machine."""
    with session(tmp_path, "demo") as whole:
        assert whole.wait(120) == 0
        seconds = time.monotonic() - whole.began
    chance = random.Random(20)  # noqa: S311 - moments
    for number in range(24):
        with session(tmp_path, "demo", columns=80 if number % 2 else None) as demo:
            time.sleep(chance.uniform(0.1, seconds))
            chosen = chance.choice(list(STATUSES))
            before = demo.text
            interrupt(demo, chosen, group=chance.random() < 0.5)
            code = demo.wait()
            # before the command itself runs, and after, a signal does what it does to any process
            allowed = {STATUSES[chosen], *(() if before and "That took" not in before else (0, -chosen))}
            assert code in allowed, (code, chosen, demo.text)
            is_gone(demo)
