"""A signal becomes one exception, at a moment that harms nothing."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator

import pytest

from reticent.cli.interrupts import Interrupted, Interrupts


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """An interrupted command leaves its handlers in place: its process ends."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_raises_where_the_thread_is_and_names_itself(number: signal.Signals) -> None:
    with Interrupts(), pytest.raises(Interrupted) as interrupted:
        signal.raise_signal(number)
    assert interrupted.value.number == number


def test_what_is_held_ends_first() -> None:
    done = []

    def hold(interrupts: Interrupts) -> None:
        with interrupts.held():
            signal.raise_signal(signal.SIGINT)
            done.append("held")
        done.append("after")

    with Interrupts() as interrupts, pytest.raises(Interrupted):
        hold(interrupts)
    assert done == ["held"]


def test_it_comes_once_so_that_cleaning_up_is_not_interrupted() -> None:
    cleaned = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            cleaned.append("all")

    with Interrupts(), pytest.raises(Interrupted):
        work()
    assert cleaned == ["all"]


def test_it_never_comes_when_it_is_ignored() -> None:
    with Interrupts() as interrupts:
        interrupts.ignore()
        signal.raise_signal(signal.SIGINT)
        with interrupts.held():
            signal.raise_signal(signal.SIGTERM)


def test_a_coroutine_is_cancelled_and_cleans_up_before_it_is_raised() -> None:
    told = []

    async def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            told.append("cleaned up")
            raise

    with Interrupts() as interrupts, pytest.raises(Interrupted):
        interrupts.run(work())
    assert told == ["cleaned up"]


def test_a_coroutine_that_takes_no_notice_is_the_end_still() -> None:
    async def work() -> str:
        signal.raise_signal(signal.SIGINT)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0.01)
        return "result"

    with Interrupts() as interrupts, pytest.raises(Interrupted):
        interrupts.run(work())


def test_without_a_signal_nothing_is_different() -> None:
    async def work() -> str:
        return "result"

    before = signal.getsignal(signal.SIGTERM)
    with Interrupts() as interrupts:
        assert interrupts.run(work()) == "result"
        with interrupts.held():
            pass
    assert signal.getsignal(signal.SIGTERM) is before
