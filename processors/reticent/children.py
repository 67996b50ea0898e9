"""Processes that we start, and Ctrl-C, which a terminal sends to them as well: they end when their parent says so."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from multiprocessing import resource_tracker

_INTERRUPT = {signal.SIGINT}


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """A process that is started within it hears no SIGINT until it calls `leave_interrupts`: while Python starts there,
    one would end it with a traceback. Our own comes at the end, or at once where another thread of ours hears it."""
    resource_tracker.ensure_running()  # when it starts itself, it lets signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_interrupts() -> None:
    """Leaves SIGINT to the parent: the first thing that a process does which was started so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPT)
