"""The sinks that the configuration allows, one row a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from ..model import RawRecord
from ..schemaregistry import SchemaStore
from ..settings import Settings
from ..settings import Sink as SinkSettings
from .file import FileSink
from .otlp import OtlpSink
from .webhook import WebhookSink


class Sink(Protocol):
    @property
    def name(self) -> str: ...

    async def write(self, records: Sequence[RawRecord]) -> None:
        """Returns on durable receipt. Raises ServiceError: not now, try again."""
        ...

    async def close(self) -> None: ...


_TYPES: Mapping[str, Callable[[SinkSettings, SchemaStore], Sink]] = {
    "otlp": OtlpSink,
    "webhook": lambda settings, _: WebhookSink(settings),
    "file": lambda settings, _: FileSink(settings),
}


def make_sinks(settings: Settings) -> Sequence[Sink]:
    """Raises ConfigError when a file that a sink names cannot be read."""
    schemas = SchemaStore(settings.schemas)
    return [_TYPES[each.type](each, schemas) for each in settings.sinks]
