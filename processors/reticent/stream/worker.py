"""`reticent worker`: a supervisor and its worker processes, one a core.

The supervisor starts each process afresh, watches over it, starts it again with growing pauses after a crash, passes
the request to stop on, and serves the pages of `health` for all. A process that judges records never serves pages, so
that they answer however busy it is. Without a supervisor no process goes on: each watches for its parent's end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from aiokafka.errors import KafkaError

from ..children import leave_interrupts, starting
from ..errors import ConfigError, ReticentError
from ..settings import Settings
from . import logs, suspects
from .connection import why
from .health import Health, pages
from .metrics import GAUGES, Metrics, Snapshot, merge
from .processor import Factories
from .roles import DRAIN_SECONDS, STOP_SECONDS, Report, Roles

log = logging.getLogger(__name__)

OK, FAILED, MISUSE = 0, 1, 2
REPORT_SECONDS, STARTING_SECONDS = 1.0, 0.2
"""How often a process reports: once it is ready, and before."""
SILENT_SECONDS = 30.0
"""A process that has not reported for so long is stuck, or still starting."""
HEALTHY_SECONDS = 60.0
"""After so long a crash counts as the first one again."""
GRACE_SECONDS = DRAIN_SECONDS + STOP_SECONDS + 15
"""What does not end by then after a request to stop is killed."""
CRASH_SECONDS = 10.0
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


def run_worker(
    settings: Settings, roles: Sequence[str], processes: int, factories: Factories, *, log_level: int = logging.INFO
) -> int:
    """Runs until SIGTERM or SIGINT and returns the exit status: 0 drained, 1 a process did not end well, 2 the
    configuration is wrong. A second signal ends everything at once; crash-safe, but not drained."""
    logs.configure(level=log_level)
    try:
        return asyncio.run(_Supervisor(settings, roles, processes, factories, log_level).run())
    except ReticentError as error:
        log.error("%s", error)  # noqa: TRY400 - one sentence for people, without a traceback
        return MISUSE


class _Slot:
    """One worker process and what is known of it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.process: Any = None
        self.started = 0.0
        self.crashes = 0
        self.report: Report | None = None
        self.reported = 0.0
        self.totals: Snapshot = {}
        """Counters of the slot's earlier processes, so that no counter runs backwards."""

    def ended(self) -> None:
        if self.report is not None:
            counters = {name: cells for name, cells in self.report.metrics.items() if name not in GAUGES}
            self.totals, self.report = merge([self.totals, counters]), None


class _Supervisor:
    def __init__(
        self, settings: Settings, roles: Sequence[str], processes: int, factories: Factories, log_level: int
    ) -> None:
        self._settings, self._roles, self._factories, self._log_level = settings, tuple(roles), factories, log_level
        self._slots = [_Slot(number) for number in range(max(1, processes))]
        self._metrics = Metrics()
        self._metrics.count("reticent_restarts", by=0)
        self._stop = asyncio.Event()
        self._misused = False
        self._memory = suspects.Memory()

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled, number)
        async with pages(self._settings.http.bind, self.health) as address:
            log.info("worker: %d processes of %s; pages at %s", len(self._slots), "+".join(self._roles), address)
            ends = await asyncio.gather(*(self._keep(slot) for slot in self._slots))
        if self._misused:
            return MISUSE
        return OK if all(code == 0 for code in ends) else FAILED

    def _signalled(self, number: int) -> None:
        if self._stop.is_set():
            log.warning("asked twice: ending at once")
            for slot in self._slots:
                if slot.process is not None and slot.process.is_alive():
                    slot.process.kill()
            return
        log.info("%s: ending the chunks in hand", signal.Signals(number).name)
        self._stop.set()

    async def _keep(self, slot: _Slot) -> int:
        """Runs the slot's process again and again until asked to stop; its last exit status."""
        while True:
            code = await self._run_once(slot)
            if self._stop.is_set():
                return code
            if code == MISUSE:
                self._misused = True
                self._stop.set()
                return code
            slot.crashes = 0 if time.monotonic() - slot.started > HEALTHY_SECONDS else slot.crashes
            pause = PAUSES[min(slot.crashes, len(PAUSES) - 1)]
            slot.crashes += 1
            self._metrics.count("reticent_restarts")
            log.error("process %d ended with %s; starting it again in %.1f s", slot.number, code, pause)
            await _within(self._stop, pause)
            if self._stop.is_set():
                return FAILED

    async def _run_once(self, slot: _Slot) -> int:
        context = multiprocessing.get_context("spawn")
        reports, sender = context.Pipe(duplex=False)
        board = suspects.new_board(context)
        told = (self._memory.ranges, board)
        arguments = (self._settings, self._roles, self._factories, sender, self._log_level, told)
        slot.process = context.Process(target=_process, args=arguments, name=f"reticent-worker-{slot.number}")
        slot.started, slot.report = time.monotonic(), None
        with starting():
            slot.process.start()
        sender.close()
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_reader(slot.process.sentinel, ended.set)
        loop.add_reader(reports.fileno(), self._receive, slot, reports)
        stop = asyncio.ensure_future(self._stop.wait())
        end = asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait([stop, end], return_when=asyncio.FIRST_COMPLETED)
            if not ended.is_set():
                slot.process.terminate()
                await _within(ended, GRACE_SECONDS)
                if not ended.is_set():
                    log.error("process %d does not end; killing it", slot.number)
                    slot.process.kill()
                    await ended.wait()
            slot.process.join()
            code = int(slot.process.exitcode)
            died = self._memory.died(board) if code not in (OK, MISUSE) else None
            if died is not None:
                log.error("process %d ended while it judged %s-%d, offsets %d to %d",
                          slot.number, died.topic, died.partition, died.first, died.last)  # fmt: skip
            # ended by the request itself: it was still starting and had nothing in hand
            return OK if self._stop.is_set() and code == -signal.SIGTERM else code
        finally:
            stop.cancel()
            loop.remove_reader(slot.process.sentinel)
            loop.remove_reader(reports.fileno())
            reports.close()
            if slot.process.is_alive():
                slot.process.kill()
            slot.ended()

    def _receive(self, slot: _Slot, reports: Connection) -> None:
        try:
            slot.report, slot.reported = reports.recv(), time.monotonic()
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(reports.fileno())

    def health(self) -> Health:
        now, why, missing = time.monotonic(), [], []
        owned: dict[str, list[str]] = {}
        running = 0
        for slot in self._slots:
            alive = slot.process is not None and slot.process.is_alive()
            running += alive
            name = f"process {slot.number}"
            if alive and now - max(slot.started, slot.reported) > SILENT_SECONDS:
                why.append(f"{name} is silent")
            if slot.report is None or not alive:
                missing.append(f"{name} is starting")
                continue
            why += [f"{name}: {role} is stuck" for role in slot.report.stuck]
            if slot.report.silence:
                missing.append(f"{name}: {slot.report.silence}")
            elif not slot.report.ready:
                missing.append(f"{name} waits for its partitions")
            for role, partitions in slot.report.owned.items():
                owned.setdefault(role, []).extend(partitions)
        self._metrics.set("reticent_processes", to=running)
        metrics = merge(
            [self._metrics.snapshot()]
            + [slot.totals for slot in self._slots]
            + [slot.report.metrics for slot in self._slots if slot.report is not None]
        )
        return Health(why, missing, owned, metrics)


async def _within(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _process(
    settings: Settings,
    roles: Sequence[str],
    factories: Factories,
    reports: Connection,
    log_level: int,
    told: tuple[Sequence[suspects.Range], Any],
) -> None:
    """A worker process: its exit status is 0 after SIGTERM, 2 when the configuration is wrong, else 1."""
    leave_interrupts()  # the supervisor asks in its own time
    logs.configure(level=log_level)
    _end_with_parent()
    # the loop is not closed: a task or thread of a library that does not end must not hold the process
    work = _work(settings, roles, factories, reports, suspects.Suspects(*told))
    code = asyncio.new_event_loop().run_until_complete(work)
    logging.shutdown()
    os._exit(code)


async def _work(
    settings: Settings,
    roles: Sequence[str],
    factories: Factories,
    reports: Connection,
    suspected: suspects.Suspects,
) -> int:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_log_by_type)
    running = None
    try:
        running = Roles(settings, roles, factories, suspected)
        loop.add_signal_handler(signal.SIGTERM, running.ask_to_stop)
        reporting = asyncio.ensure_future(_report(running, reports))
        await running.start()
        await running.wait()
        await running.stop()
        reporting.cancel()
    except ReticentError as error:
        log.error("%s", error)  # noqa: TRY400 - one sentence for people, without a traceback
        code = MISUSE if isinstance(error, ConfigError) else FAILED
    except KafkaError as error:
        log.error("%s", await why(settings.kafka, error))  # noqa: TRY400 - the same
        code = FAILED
    except Exception:
        log.exception("the worker process cannot go on")
        code = FAILED
    else:
        return OK
    if running is not None:  # what the other partitions have in hand may end, and the group hears of it sooner
        with contextlib.suppress(Exception):
            await asyncio.wait_for(running.stop(), CRASH_SECONDS)
    return code


async def _report(running: Roles, reports: Connection) -> None:
    """Tells the supervisor how it goes; in a thread, because a pipe may block."""
    with contextlib.suppress(OSError):  # without a supervisor the process ends, see `_end_with_parent`
        while True:
            report = await running.report()
            await asyncio.to_thread(reports.send, report)
            await asyncio.sleep(REPORT_SECONDS if report.ready else STARTING_SECONDS)


def _log_by_type(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The loop's own handler would write exceptions with their text."""
    error = context.get("exception")
    if isinstance(error, KafkaError):  # of a transaction that was given up; whoever waited for it has said so
        return
    log.warning("asyncio: %s (%s)", str(context.get("message"))[:100], type(error).__name__ if error else "no error")


def _end_with_parent() -> None:
    """Ends the process at once when its supervisor is gone, however it went; the next owner replays."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(FAILED)

    threading.Thread(target=watch, name="parent", daemon=True).start()
