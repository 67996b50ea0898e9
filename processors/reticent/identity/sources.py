"""Where key sets come from: a file, an https URL, or an issuer's discovery document. Bounded in size and time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec

from ..settings import safe_url
from .keys import KEY_SET_BYTES

FETCH_SECONDS = 5.0
REDIRECTS = 3
_REDIRECT = frozenset({301, 302, 303, 307, 308})
LOOK_SECONDS = 1.0
"""How often a file is looked at for a change."""
DISCOVERY = "/.well-known/openid-configuration"


class UnavailableError(Exception):
    """The keys could not be had now. The text names the place and the failure."""


class KeySource(Protocol):
    @property
    def name(self) -> str:
        """For log lines."""
        ...

    def changed(self) -> bool:
        """Whether it is known, at next to no cost, that reading again would give something else."""
        ...

    async def read(self) -> bytes:
        """A JWK set. Raises UnavailableError."""
        ...


class FileSource:
    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = str(path)
        self._path, self._clock = path, clock
        self._read: tuple[int, int] | None = None
        self._looked = float("-inf")

    def changed(self) -> bool:
        if self._clock() - self._looked < LOOK_SECONDS:
            return False
        self._looked = self._clock()
        return self._stamp() not in (None, self._read)

    async def read(self) -> bytes:
        return await asyncio.to_thread(self.read_now)

    def read_now(self) -> bytes:
        stamp = self._stamp()
        try:
            with self._path.open("rb") as file:
                content = file.read(KEY_SET_BYTES + 1)
        except OSError as error:
            raise UnavailableError(f"the file cannot be read ({error.strerror})") from None
        self._read = stamp
        return content

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size


class UrlSource:
    """A JWK set at a URL."""

    def __init__(self, url: str) -> None:
        self.name = _shown(url)
        self._url = url

    def changed(self) -> bool:
        return False

    async def read(self) -> bytes:
        # A session a read: reads are rare, and nothing is left open between them.
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS)) as session:
            return await self._read(session)

    async def _read(self, session: aiohttp.ClientSession) -> bytes:
        return await _get(session, self._url)


class DiscoverySource(UrlSource):
    """The key set that an issuer's discovery document names (OpenID Connect Discovery 1.0, section 4)."""

    def __init__(self, issuer: str) -> None:
        super().__init__(issuer.rstrip("/") + DISCOVERY)
        self._issuer = issuer

    async def _read(self, session: aiohttp.ClientSession) -> bytes:
        try:
            document = msgspec.json.decode(await _get(session, self._url), type=_Document)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise UnavailableError("its discovery document lacks issuer or jwks_uri") from None
        if document.issuer != self._issuer:
            raise UnavailableError("its discovery document is another issuer's; write identity.issuers as it does")
        return await _get(session, document.jwks_uri)


class _Document(msgspec.Struct):
    issuer: str
    jwks_uri: str


async def _get(session: aiohttp.ClientSession, url: str) -> bytes:
    if not safe_url(url):
        raise UnavailableError("a key set is fetched over https only (http on loopback)")
    origin = _origin(url)
    try:
        for _ in range(REDIRECTS + 1):
            async with session.get(url, allow_redirects=False) as answer:
                if answer.status == 200:
                    return await _bounded(answer)
                if answer.status not in _REDIRECT:
                    raise UnavailableError(f"it answers with status {answer.status}")
                url = urljoin(url, answer.headers.get("Location", ""))
            if _origin(url) != origin:
                raise UnavailableError("it redirects to another host, which is not followed")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise UnavailableError(f"it does not answer ({type(error).__name__})") from None
    raise UnavailableError(f"it redirects more than {REDIRECTS} times")


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for piece in answer.content.iter_chunked(64 * 1024):
        content += piece
        if len(content) > KEY_SET_BYTES:
            raise UnavailableError(f"it answers with more than {KEY_SET_BYTES} bytes")
    return bytes(content)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _shown(url: str) -> str:
    """Without what might be a credential."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def key_source(issuer: str, jwks: str | None, base: Path) -> KeySource:
    """By what the configuration says; a file's path is relative to `base`."""
    if jwks is None:
        return DiscoverySource(issuer)
    return UrlSource(jwks) if "://" in jwks else FileSource(base / jwks)
