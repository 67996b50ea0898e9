"""The roles of one process, side by side on one event loop: started, watched, drained."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from ..errors import ConfigError
from ..model import Topic
from ..settings import Settings
from .app import Role, RoleContext
from .approvals import ApprovalsAgent
from .archive import archive_agent
from .forward import forward_agent
from .gateway import GatewayAgent
from .metrics import Metrics, Snapshot
from .processor import Factories
from .pulse import Pulse
from .rights import demand
from .suspects import Suspects

log = logging.getLogger(__name__)

DRAIN_SECONDS = 30.0
"""How long the chunks in hand may take to end when the process is asked to."""
STOP_SECONDS = 15.0
"""How long leaving the group may take; everything is committed by then."""
STALL_SECONDS = 120.0
"""Records wait and nothing moved, not even a failing attempt, for so long: the role is stuck."""


class Agent(Protocol):
    @property
    def role(self) -> Role: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


MakeAgents = Callable[[RoleContext, Factories], Sequence[Agent]]

ROLES: Mapping[str, MakeAgents] = {
    "gateway": lambda context, make: [GatewayAgent(context, make.processor(context.settings))],
    "approvals": lambda context, make: [ApprovalsAgent(context, make.desk(context.settings))],
    "archive": lambda context, make: [archive_agent(context, make.archive(context.settings))],
    "forward": lambda context, make: [forward_agent(context, sink) for sink in make.forward(context.settings)],
}
"""What `reticent worker --roles` may name."""


class Report(msgspec.Struct, frozen=True):
    """How a process is doing. `stuck`: roles that no longer move though records wait. `silence`: what is wrong with
    Kafka, as a sentence."""

    ready: bool
    silence: str
    stuck: list[str]
    owned: dict[str, list[str]]
    metrics: Snapshot


class Roles:
    """The agents of one process. Raises ConfigError when made with an unknown role or what factories refuse.

    `start`, then `wait` (it returns when `ask_to_stop` was called and raises when a role crashed), then `stop`."""

    def __init__(
        self, settings: Settings, roles: Sequence[str], factories: Factories, suspects: Suspects | None = None
    ) -> None:
        unknown = sorted(set(roles) - set(ROLES))
        if unknown or not roles:
            raise ConfigError(
                f"there is no role {', '.join(unknown)}" if unknown else "no role is named",
                advice=f"choose of {', '.join(ROLES)}",
            )
        self._settings, self._names = settings, tuple(dict.fromkeys(roles))
        self.metrics = Metrics()
        context = RoleContext(settings, self.metrics, suspects or Suspects())
        self.agents = [agent for name in self._names for agent in ROLES[name](context, factories)]
        self._pulse = Pulse(settings.kafka, context.names.all(Topic.RAW)[0])
        self._beating: asyncio.Future[None] | None = None
        self._stopping = asyncio.Event()
        self._started = time.monotonic()

    async def start(self) -> None:
        """Joins the groups. Raises ServiceError or KafkaError when the broker cannot be reached or does not allow it:
        who may not join a group would wait for its partitions without a word."""
        await demand(self._settings, self._names)
        await asyncio.gather(*(agent.start() for agent in self.agents))
        self._beating = asyncio.ensure_future(self._pulse.run())

    def ask_to_stop(self) -> None:
        self._stopping.set()

    async def wait(self) -> None:
        stopping: asyncio.Future[Any] = asyncio.ensure_future(self._stopping.wait())
        crashed: list[asyncio.Future[Any]] = [agent.role.crashed for agent in self.agents]
        try:
            done, _ = await asyncio.wait([stopping, *crashed], return_when=asyncio.FIRST_COMPLETED)
            for future in done - {stopping}:
                future.result()
        finally:
            stopping.cancel()

    async def stop(self) -> None:
        """Ends the chunks in hand, gives the partitions up and leaves the groups, in bounded time."""
        if self._beating is not None:
            self._beating.cancel()
        await asyncio.gather(*(agent.role.drain(DRAIN_SECONDS) for agent in self.agents))
        stops = [asyncio.ensure_future(agent.stop()) for agent in self.agents]
        if not stops:
            return
        done, late = await asyncio.wait(stops, timeout=STOP_SECONDS)
        for task in done:
            with contextlib.suppress(Exception):  # what was to be committed is; the group notices the rest
                task.result()
        if late:
            log.warning("%d roles did not leave their group in time; it will notice by itself", len(late))

    @property
    def ready(self) -> bool:
        return not self._pulse.silence and all(agent.role.ready for agent in self.agents)

    async def report(self) -> Report:
        owned, stuck = {}, []
        self.metrics.clear("reticent_lag")
        for agent in self.agents:
            role = agent.role
            lag = await role.lag()
            for source, records in lag.items():
                self.metrics.set("reticent_lag", role.name, source.topic, str(source.partition), to=records)
            owned[role.name] = [f"{source.topic}-{source.partition}" for source in role.owned]
            # while Kafka is away nothing moves, and a process started afresh would do no better
            idle = min(role.idle_seconds(), self._pulse.seconds)
            if idle > STALL_SECONDS and (any(lag.values()) or not role.ready):
                stuck.append(role.name)
        return Report(self.ready, self._pulse.silence, stuck, owned, self.metrics.snapshot())
