"""Released records by POST, as JSON Lines. The idempotency key is the batch's digest: a repeat is the same request."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ..model import RawRecord
from ..settings import Sink as SinkSettings
from .endpoint import Endpoint
from .released import released


class WebhookSink:
    """Raises ConfigError when the file of headers cannot be read or is not `Name: value` lines."""

    def __init__(self, settings: SinkSettings) -> None:
        self.name = settings.name
        self._tenants = settings.tenants
        self._endpoint = Endpoint(settings, settings.url or "")

    async def write(self, records: Sequence[RawRecord]) -> None:
        await self._endpoint.post(await asyncio.to_thread(released, records, self._tenants), _encode, _place)

    async def close(self) -> None:
        await self._endpoint.close()


def _encode(envelopes: Sequence[Mapping[str, Any]]) -> tuple[bytes, Mapping[str, str]]:
    body = b"".join(msgspec.json.encode(each) + b"\n" for each in envelopes)
    return body, {"Content-Type": "application/x-ndjson", "Idempotency-Key": hashlib.sha256(body).hexdigest()}


def _place(envelope: Mapping[str, Any]) -> str:
    return str(envelope["source"])
