"""One role of a worker as a Faust app: its settings, its agent, and its partitions coming and going."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from socket import socket
from typing import Any

import mode
from aiokafka import TopicPartition
from faust.app.base import BootStrategy

from ..settings import Kafka, Settings
from . import members
from .delivery import Delivery, Writer
from .lanes import Lanes, MakeLane
from .metrics import Metrics
from .offsets import CommittedOffsets
from .suspects import Suspects
from .topics import TopicNames
from .transport import ChunkApp, ChunkSchema, ChunkTransport

log = logging.getLogger(__name__)

REBALANCE_SECONDS = 60.0
"""How long the group waits for a member to give its partitions up; the chunk in hand may take half of it."""
NEVER_SECONDS = 30 * 24 * 3600.0
"""Faust stalls for ever once an agent was longer than broker_max_poll_interval: that moment never comes.
Whether partitions move is judged by `health` instead."""
BUFFERED_CHUNKS = 2
ANSWER_SECONDS = 1.0


class _Boot(BootStrategy):
    """No web server, and no producer but `delivery`'s."""

    enable_kafka_producer = False
    enable_web = False


class RoleApp(ChunkApp):
    BootStrategy = _Boot
    logger = logging.getLogger("faust.app")

    def __init__(self, name: str, kafka: Kafka, datadir: str) -> None:
        self.kafka = kafka
        self.fetched = {}
        super().__init__(
            name,
            broker="kafka://unused",  # connections are made from our settings, see `transport`
            store="memory://",
            datadir=datadir,
            autodiscover=False,
            topic_allow_declare=False,
            topic_disable_leader=True,
            stream_wait_empty=False,
            stream_buffer_maxsize=BUFFERED_CHUNKS,
            stream_processing_timeout=NEVER_SECONDS,
            broker_commit_livelock_soft_timeout=NEVER_SECONDS,
            broker_max_poll_interval=NEVER_SECONDS / 2,
            broker_session_timeout=kafka.session_timeout,
            broker_rebalance_timeout=REBALANCE_SECONDS,
            broker_request_timeout=max(90.0, kafka.session_timeout + 10),
            broker_commit_interval=10.0,
            worker_redirect_stdouts=False,
        )

    def _new_transport(self) -> ChunkTransport:
        return ChunkTransport(self.conf.broker_consumer, self)


@dataclass
class RoleContext:
    """What the agents are made with: the installation's settings and what all roles of a process share."""

    settings: Settings
    metrics: Metrics
    suspects: Suspects = field(default_factory=Suspects)
    names: TopicNames = field(init=False)

    def __post_init__(self) -> None:
        self.names = TopicNames(self.settings)


class Role:
    """A running role. `topics`: what it consumes; `make`: what it does with an owned partition."""

    def __init__(self, context: RoleContext, name: str, topics: Sequence[str], *, together: bool = False) -> None:
        self.name, self.topics = name, tuple(topics)
        self.group = f"{context.settings.kafka.group}-{name}"
        self.settings, self.metrics = context.settings, context.metrics
        kafka = self.settings.kafka
        self._committed = CommittedOffsets(kafka, self.group)
        self._writer = Writer(kafka, context.names, self._committed, self.metrics, self.group, name)
        self.crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._together = together
        self._datadir = tempfile.TemporaryDirectory(prefix=f"reticent-{name}-")
        self._app = RoleApp(self.group, kafka, self._datadir.name)
        self._lanes: Lanes | None = None
        self._joined = False
        self._joined_once = asyncio.Event()
        self._watches: list[asyncio.Future[None]] = []

    def new_delivery(self, sources: Sequence[TopicPartition]) -> Delivery:
        return Delivery(self._writer, sources)

    async def start(self, make: MakeLane) -> None:
        """Joins the group and returns; the agent runs until `stop`, or until `crashed` has an exception."""
        self._lanes = lanes = Lanes(make, self.crash, together=self._together)
        app = self._app

        async def agent(stream: Any) -> None:
            async for event in stream.noack().events():
                message = event.message
                source = TopicPartition(message.topic, message.partition)
                await lanes.take(source, message.value, message.generation_id)
                event.ack()

        async def revoked(_: Any, gone: Any, *__: Any, **___: Any) -> None:
            self._joined = False
            log.info("%s: giving up %d partitions", self.group, len(gone))
            await lanes.revoke(REBALANCE_SECONDS / 2)

        async def assigned(_: Any, owned: Any, *__: Any, **___: Any) -> None:
            sources = [TopicPartition(source.topic, source.partition) for source in owned]
            log.info("%s: owns %d partitions", self.group, len(sources))
            app.fetched.clear()
            self.metrics.set("reticent_owned", self.name, to=len(sources))
            lanes.assign(sources, app.consumer_generation_id)
            self._joined = True
            self._joined_once.set()

        app.agent(
            app.topic(*self.topics, schema=ChunkSchema(), acks=True),
            name=self.name,
            isolated_partitions=True,
            supervisor_strategy=mode.CrashingSupervisor,
        )(agent)
        signals: Any = app  # their declared types know no coroutine with our arguments
        signals.on_partitions_revoked.connect(revoked, weak=False)
        signals.on_partitions_assigned.connect(assigned, weak=False)
        app.finalize()
        app.in_worker = True
        turn = await members.turn_to_join(self.settings.kafka, self.group)
        self._watches.append(asyncio.ensure_future(self._give_back(turn)))
        await members.leave_for_dead(self.settings.kafka, self.group)
        await app.start()
        self._watches.append(asyncio.ensure_future(self._watch_app()))

    async def _give_back(self, turn: socket | None) -> None:
        with turn or contextlib.nullcontext(), contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._joined_once.wait(), members.JOINING_SECONDS)

    async def _watch_app(self) -> None:
        await self._app._crashed.wait()  # mode offers no public way to wait for a crash
        await self.crash(self._app.crash_reason or RuntimeError("the Faust app crashed"))

    def alive(self) -> None:
        """Something moved, if only an attempt: the role is not stuck."""
        if self._lanes is not None:
            self._lanes.moved = time.monotonic()

    async def crash(self, error: BaseException) -> None:
        """The role cannot go on: its process has to end."""
        if not self.crashed.done():
            self.crashed.set_exception(error)

    async def drain(self, grace: float) -> None:
        """Lets the chunks in hand end and gives every partition up; the group is left by `stop`."""
        if self._lanes is not None:
            await self._lanes.end(grace)

    async def stop(self) -> None:
        """Leaves the group."""
        for watch in self._watches:
            watch.cancel()
        await self._app.stop()
        await self._committed.close()
        self._datadir.cleanup()

    @property
    def ready(self) -> bool:
        """Joined to the group, with every owned partition open."""
        return self._joined and self._lanes is not None and not self._lanes.opening

    @property
    def owned(self) -> list[TopicPartition]:
        return [source for delivery in self._deliveries() for source in delivery.sources]

    async def lag(self) -> dict[TopicPartition, int]:
        """Records waiting in each owned partition, as far as the consumer has heard."""
        consumer, lag = self._app.consumer, {}
        for delivery in self._deliveries():
            for source in delivery.sources:
                try:
                    end = consumer.highwater(source)
                    position = await asyncio.wait_for(consumer.position(source), ANSWER_SECONDS)
                    mark = delivery.mark(source)
                except Exception as error:  # between two generations the consumer may know no such partition
                    log.debug("no lag of %s: %s", source, type(error).__name__)
                    continue
                # behind the last record stand markers of transactions, which only the position tells apart
                done = max(mark, position or 0) if self._app.fetched.get(source, 0) <= mark else mark
                lag[source] = max(0, (end or 0) - done)
        return lag

    def idle_seconds(self) -> float:
        """Seconds since something last moved."""
        return time.monotonic() - self._lanes.moved if self._lanes is not None else 0.0

    def _deliveries(self) -> list[Delivery]:
        return self._lanes.deliveries if self._lanes is not None else []
