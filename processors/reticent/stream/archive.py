"""The archive agent: masked traces and audit events into the store."""

from __future__ import annotations

from ..model import Topic
from .app import Role, RoleContext
from .collector import Collector
from .processor import Sink

NAME = "archive"


def archive_agent(context: RoleContext, store: Sink) -> Collector:
    """Batches as large and as old as `clickhouse` in the settings says."""
    names, clickhouse = context.names, context.settings.clickhouse
    role = Role(context, NAME, [*names.all(Topic.SANITIZED), *names.all(Topic.AUDIT)])
    return Collector(role, store, rows=clickhouse.batch_rows, seconds=clickhouse.batch_seconds)
