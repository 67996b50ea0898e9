"""A registry that speaks Confluent's HTTP interface. Bounded in size and time."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import aiohttp
import msgspec

from ..errors import ConfigError
from ..formats.avro import schema as avroschema
from ..formats.avro.registered import SchemaId
from ..formats.avro.schema import SCHEMA_BYTES, Kind, Schema, SchemaError
from ..settings import Tls
from .source import REFERENCES_MOST, UnavailableError

FETCH_SECONDS = 5.0


class _Reference(msgspec.Struct):
    subject: str
    version: int


class _Answer(msgspec.Struct, rename="camel"):
    schema: str
    schema_type: Kind = "AVRO"
    references: list[_Reference] | None = None


class Registry:
    """Raises ConfigError when the files of credentials or certificates cannot be read."""

    def __init__(self, url: str, auth_file: str | None, tls: Tls | None) -> None:
        self.url, self._auth_file = url.rstrip("/"), auth_file
        self._tls = _context(tls) if tls is not None else True
        try:
            self._headers()
        except UnavailableError as error:
            raise ConfigError(str(error), where="schemas.auth_file") from None

    async def read(self, number: SchemaId) -> Schema | None:
        async with self.session() as session:
            found = await self._answer(session, f"/schemas/{'guids' if isinstance(number, str) else 'ids'}/{number}")
            if found is None:
                return None
            if found.schema_type != "AVRO":
                return Schema(found.schema_type)
            return avroschema.avro(found.schema, await self._references(session, found.references or (), set()))

    async def check(self) -> str:
        async with self.session() as session:
            content = await self.get(session, "/schemas/types")
        try:
            kinds = msgspec.json.decode(content or b"", type=list[str])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise UnavailableError("it does not answer as a schema registry does") from None
        return f"{self.url} answers, and knows {', '.join(kinds)}"

    async def _references(
        self, session: aiohttp.ClientSession, references: Iterable[_Reference], seen: set[tuple[str, int]]
    ) -> list[str]:
        """What they refer to comes before them."""
        texts: list[str] = []
        for each in references:
            if (each.subject, each.version) in seen:
                continue
            seen.add((each.subject, each.version))
            if len(seen) > REFERENCES_MOST:
                raise SchemaError(f"it refers to more than {REFERENCES_MOST} schemas")
            found = await self._answer(session, f"/subjects/{quote(each.subject, safe='')}/versions/{each.version}")
            if found is None:
                raise SchemaError("it refers to a schema that is not there")
            texts += [*await self._references(session, found.references or (), seen), found.schema]
        return texts

    def session(self) -> aiohttp.ClientSession:
        # a session a schema: reads are rare, and nothing is left open between them
        return aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS),
            connector=aiohttp.TCPConnector(ssl=self._tls),
            headers=self._headers(),
        )

    def _headers(self) -> dict[str, str]:
        """The file is read each time: tokens change."""
        accepted = {"Accept": "application/vnd.schemaregistry.v1+json, application/json"}
        if self._auth_file is None:
            return accepted
        try:
            text = Path(self._auth_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise UnavailableError(f"the file {self._auth_file} cannot be read") from None
        if not text.isprintable() or not (text.startswith("Bearer ") or ":" in text):
            raise UnavailableError(f"the file {self._auth_file} holds neither user:password nor Bearer TOKEN")
        if not text.startswith("Bearer "):
            text = "Basic " + base64.b64encode(text.encode()).decode()
        return {**accepted, "Authorization": text}

    async def _answer(self, session: aiohttp.ClientSession, path: str) -> _Answer | None:
        content = await self.get(session, path)
        try:
            return None if content is None else msgspec.json.decode(content, type=_Answer)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise UnavailableError("it does not answer as a schema registry does") from None

    async def get(self, session: aiohttp.ClientSession, path: str) -> bytes | None:
        """What the registry answers; None: nothing is there. Raises UnavailableError, SchemaError past its bound."""
        content = bytearray()
        try:
            # a redirect is not followed: the credentials are for this host
            async with session.get(self.url + path, allow_redirects=False) as answer:
                if answer.status == 404:
                    return None
                if answer.status != 200:
                    raise UnavailableError(f"it answers with status {answer.status}")
                async for piece in answer.content.iter_chunked(64 * 1024):
                    content += piece
                    if len(content) > 2 * SCHEMA_BYTES:
                        raise SchemaError(f"it has more than {2 * SCHEMA_BYTES} bytes")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            if isinstance(error, SchemaError):
                raise
            raise UnavailableError(f"it does not answer ({type(error).__name__})") from None
        return bytes(content)


def _context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        if tls.cert_file is not None:
            context.load_cert_chain(tls.cert_file, tls.key_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"its files cannot be used ({type(error).__name__})", where="schemas.tls") from None
    return context
