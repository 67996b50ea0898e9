"""The forward agents: masked traces to the allow-listed sinks, each at its own pace."""

from __future__ import annotations

from ..model import Topic
from .app import Role, RoleContext
from .collector import Collector
from .processor import Sink

NAME = "forward"
BATCH_ROWS = 500
BATCH_SECONDS = 0.5


def forward_agent(context: RoleContext, sink: Sink) -> Collector:
    """A consumer group for each sink, so that one that is down holds none of the others up."""
    role = Role(context, f"{NAME}-{sink.name}", context.names.all(Topic.SANITIZED))
    return Collector(role, sink, rows=BATCH_ROWS, seconds=BATCH_SECONDS)
