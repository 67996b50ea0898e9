"""SIGINT, SIGTERM and SIGHUP as an exception that comes once, and never in the middle of what must be whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Coroutine, Iterator
from types import FrameType
from typing import Any, Self, TypeVar

Result = TypeVar("Result")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """`number`: the signal that came."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class Interrupts:
    """A context manager for the main thread of a command that must clean up after itself.

    The first signal raises Interrupted where the thread is: at once, at the end of what is `held`, or where `run`
    waits for a coroutine, which is cancelled first. Those after it do nothing: what is left then is to clean up, in
    bounded time. `ignore` says that no signal is to raise any more.
    """

    def __init__(self) -> None:
        self._held = self._ignored = False
        self._asked = 0
        self._cancel: Any = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._signalled)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._asked:
            return  # the process ends now, and those who press Ctrl-C again and again must not make that look worse
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _signalled(self, number: int, _: FrameType | None) -> None:
        if self._ignored or self._asked:
            return
        self._asked = number
        with contextlib.suppress(OSError):
            os.write(2, b"stopping ...\n")
        if self._cancel is not None:
            self._cancel()
        elif not self._held:
            raise Interrupted(number)

    def ignore(self) -> None:
        self._ignored = True

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Raises Interrupted at its end, if a signal came meanwhile."""
        self._held = True
        try:
            yield
        finally:
            self._held, self._cancel = False, None
            if self._asked and not self._ignored:
                raise Interrupted(self._asked)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """As `asyncio.run`. Raises Interrupted once the coroutine was cancelled and has cleaned up."""
        with self.held(), asyncio.Runner() as runner:
            loop = runner.get_loop()
            task = loop.create_task(work)
            self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
            if self._asked:
                task.cancel()
            return loop.run_until_complete(task)
