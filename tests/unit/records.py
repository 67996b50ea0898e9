"""Raw records for tests, with the attributes of aiokafka's ConsumerRecord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    value: bytes | None = b"{}"
    headers: Sequence[tuple[str, bytes]] = ()
    key: bytes | None = None
    topic: str = "traces.raw"
    partition: int = 0
    offset: int = 0
    timestamp: int = 1_790_000_000_000
    timestamp_type: int | None = 1
