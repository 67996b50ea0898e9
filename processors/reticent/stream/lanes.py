"""Which partitions a role owns and what happens to a chunk: lanes are opened, fed and closed here.

A lane is one owned partition. Faust's eager protocol takes all partitions away in each rebalance and hands out the
new ones, so lanes live for one generation of the group; a chunk of another generation is dropped unseen.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from aiokafka import TopicPartition

from ..model import RawRecord
from .delivery import AbandonedError, Delivery

log = logging.getLogger(__name__)


class Lane(Protocol):
    """What a role does for one owned partition."""

    @property
    def delivery(self) -> Delivery: ...

    async def open(self) -> None:
        """Fence, read the committed offset, restore state. Raises AbandonedError when it is told to leave."""
        ...

    async def take(self, source: TopicPartition, records: Sequence[RawRecord]) -> None:
        """Deals with a chunk: on return it is committed, or in the hands of something that will commit it in
        order, or AbandonedError is raised and nothing of it was."""
        ...

    async def close(self) -> None:
        """No chunk is in hand any more."""
        ...


MakeLane = Callable[[Sequence[TopicPartition]], Lane]
"""Given a partition of every input topic of the role that the worker owns."""


class _Entry:
    def __init__(self, lane: Lane) -> None:
        self.lane, self.turn = lane, asyncio.Lock()
        self.opened = False


class Lanes:
    """The lanes of one role. `crash` is called with an error that must end the process."""

    def __init__(self, make: MakeLane, crash: Callable[[BaseException], Awaitable[None]], *, together: bool) -> None:
        """`together`: the same partition of several topics is one lane (approvals and decisions)."""
        self._make, self._crash, self._together = make, crash, together
        self._entries: dict[object, _Entry] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False
        self.generation: object = None
        self.moved = time.monotonic()
        """When something last happened: a chunk began or ended, partitions came or went."""

    def _key(self, source: TopicPartition) -> object:
        return source.partition if self._together else source

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    @property
    def opening(self) -> bool:
        """Whether a lane is still being opened."""
        return any(not entry.opened for entry in self._entries.values())

    @property
    def deliveries(self) -> list[Delivery]:
        return [entry.lane.delivery for entry in self._entries.values() if entry.opened]

    def assign(self, sources: Iterable[TopicPartition], generation: object) -> None:
        """Begins to open a lane for each partition, side by side, and does not wait for it."""
        if self._ended:
            return
        self.generation = generation
        groups: dict[object, list[TopicPartition]] = {}
        for source in sorted(sources):
            groups.setdefault(self._key(source), []).append(source)
        for key, group in groups.items():
            entry = self._entries[key] = _Entry(self._make(group))
            self._start(self._open(entry))
        self.moved = time.monotonic()

    async def take(self, source: TopicPartition, records: Sequence[RawRecord], generation: object) -> None:
        """Waits until the chunk was dealt with. When the waiting is cancelled the chunk still comes to its end."""
        await asyncio.shield(self._start(self._take(source, records, generation)))

    async def revoke(self, grace: float) -> None:
        """Lets the chunks in hand end, for at most `grace` seconds, and gives every partition up."""
        self.generation = None
        entries, self._entries = self._entries, {}
        for entry in entries.values():
            entry.lane.delivery.leave()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                log.warning("a chunk took longer than %.0f s and is given up; it will be read again", grace)
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=grace)
        await asyncio.gather(*(entry.lane.close() for entry in entries.values()))
        self.moved = time.monotonic()

    async def end(self, grace: float) -> None:
        """As `revoke`, and for good: what a last rebalance may still bring is not opened."""
        self._ended = True
        await self.revoke(grace)

    def _start(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._guarded(work))
        assert isinstance(task, asyncio.Task)  # noqa: S101 - ensure_future of a coroutine is a task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except AbandonedError:
            pass  # the partition's next owner reads the chunk again
        except Exception as error:  # no error may be swallowed by a task: it ends the process
            await self._crash(error)
        finally:
            self.moved = time.monotonic()

    async def _open(self, entry: _Entry) -> None:
        async with entry.turn:
            await entry.lane.open()
            entry.opened = True

    async def _take(self, source: TopicPartition, records: Sequence[RawRecord], generation: object) -> None:
        entry = self._entries.get(self._key(source)) if generation == self.generation else None
        if entry is None:
            return
        async with entry.turn:
            if not entry.opened or entry.lane.delivery.leaving:
                return
            self.moved = time.monotonic()
            fresh = entry.lane.delivery.fresh(source, records)
            if fresh:
                await entry.lane.take(source, fresh)
