"""Ctrl-C ends no process that we start before it leaves interrupts to us, and is not lost on ourselves."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

import pytest

from reticent.children import leave_interrupts, starting


def test_an_interrupt_while_a_process_starts_does_not_end_it() -> None:
    process = multiprocessing.get_context("spawn").Process(target=leave_interrupts)
    with starting():
        process.start()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(60)
    assert process.exitcode == 0


def _interrupted() -> None:
    with starting():
        # to this thread alone: another thread of the test run that hears it would raise it at a time of its own
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)


def test_our_own_is_not_lost() -> None:
    with pytest.raises(KeyboardInterrupt):
        _interrupted()
