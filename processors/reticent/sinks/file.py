"""JSON Lines in a file, one released record a line. A crash may repeat the last lines; `source` tells them apart."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ..errors import ServiceError
from ..model import RawRecord
from ..settings import Sink as SinkSettings
from .released import released


class FileSink:
    def __init__(self, settings: SinkSettings) -> None:
        self.name = settings.name
        self._path, self._tenants = Path(settings.path or ""), settings.tenants

    async def write(self, records: Sequence[RawRecord]) -> None:
        await asyncio.to_thread(self._append, records)

    def _append(self, records: Sequence[RawRecord]) -> None:
        lines = b"".join(msgspec.json.encode(each) + b"\n" for each in released(records, self._tenants))
        if not lines:
            return
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ServiceError(f"the file of sink {self.name} cannot be written ({error.strerror})") from None

    async def close(self) -> None:
        """Nothing stays open between batches."""
