"""Released records by POST, as JSON Lines. The idempotency key is the batch's digest: a repeat is the same request."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import msgspec

from ..errors import ConfigError, ServiceError
from ..model import RawRecord
from ..settings import Sink as SinkSettings
from .released import released


class WebhookSink:
    """Raises ConfigError when the file of headers cannot be read or is not `Name: value` lines."""

    def __init__(self, settings: SinkSettings) -> None:
        self.name = settings.name
        self._url, self._tenants, self._timeout = settings.url or "", settings.tenants, settings.timeout
        self._headers = read_headers(settings.headers_file)
        self._session: aiohttp.ClientSession | None = None

    async def write(self, records: Sequence[RawRecord]) -> None:
        body = b"".join(msgspec.json.encode(each) + b"\n" for each in released(records, self._tenants))
        if not body:
            return
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
        headers = {
            **self._headers,
            "Content-Type": "application/x-ndjson",
            "Idempotency-Key": hashlib.sha256(body).hexdigest(),
        }
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ServiceError(f"the sink {self.name} does not answer ({type(error).__name__})") from None
        if not 200 <= status < 300:
            raise ServiceError(f"the sink {self.name} answers {status}")

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def read_headers(file: str | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigError("the file of headers cannot be read", where=file) from None
    headers = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            name, colon, value = line.partition(":")
            if not colon or not name.strip():
                raise ConfigError("a line is not `Name: value`", where=f"{file}:{number}:1")
            headers[name.strip()] = value.strip()
    return headers
