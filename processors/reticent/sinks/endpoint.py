"""Where sinks post to over HTTP: what an answer means, and what is done about a record that nobody will ever take."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import aiohttp

from ..errors import ConfigError, ServiceError
from ..settings import Sink as SinkSettings

log = logging.getLogger(__name__)

Item = TypeVar("Item")

_NEVER = frozenset({400, 413, 415, 422})
"""The body is at fault, and no repeat will change that; every other failure may pass."""


class _RefusedError(Exception):
    """The endpoint will never take this body."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"status {status}")


class Endpoint:
    """Raises ConfigError when the file of headers cannot be read or is not `Name: value` lines."""

    def __init__(self, settings: SinkSettings, url: str) -> None:
        self._name, self._url, self._timeout = settings.name, url, settings.timeout
        self._headers = read_headers(settings.headers_file)
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self,
        items: Sequence[Item],
        encode: Callable[[Sequence[Item]], tuple[bytes, Mapping[str, str]]],
        place: Callable[[Item], str],
    ) -> None:
        """Posts the items in one body (`encode` gives it with its headers). One that is refused for good is halved,
        until the guilty item stands alone: that one is skipped, and `place` names it in the log.

        Raises ServiceError: not now."""
        if not items:
            return
        try:
            await self._send(*encode(items))
        except _RefusedError as error:
            if len(items) == 1:
                log.error("the sink %s refuses %s (%d); it is skipped", self._name, place(items[0]), error.status)  # noqa: TRY400 - its status says it all
                return
            half = len(items) // 2
            await self.post(items[:half], encode, place)
            await self.post(items[half:], encode, place)

    async def _send(self, body: bytes, headers: Mapping[str, str]) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
        given = {**self._headers, **headers}
        try:
            async with self._session.post(self._url, data=body, headers=given, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ServiceError(f"the sink {self._name} does not answer ({type(error).__name__})") from None
        if status in _NEVER:
            raise _RefusedError(status)
        if not 200 <= status < 300:
            raise ServiceError(f"the sink {self._name} answers {status}")

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
