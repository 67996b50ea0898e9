"""Apicurio's own HTTP interface.

https://www.apicur.io/registry/docs/apicurio-registry/3.0.x/assets-attachments/registry-rest-api.htm
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec

from ..errors import ConfigError
from ..formats.avro import schema as avroschema
from ..formats.avro.registered import SchemaId
from ..formats.avro.schema import Schema, SchemaError
from ..settings import Tls
from .registry import Registry
from .source import REFERENCES_MOST, UnavailableError

ADDRESS = re.compile(r"(?P<api>.+/apis/registry/v(?P<version>[23]))/ids/(?P<ids>(?:global|content)Id)s/?")
"""`.../apis/registry/v3/ids/contentIds`: which of its two numbers a schema's clients write as its id."""
_JSON_SCHEMA = ("$schema", "$id", "$defs", "properties")
"""One of these an object has that is a JSON schema and no type of Avro's."""


class _Reference(msgspec.Struct, rename="camel"):
    artifact_id: str
    version: str
    group_id: str | None = None


class Apicurio(Registry):
    """Raises ConfigError as `Registry` does, and for an address that has not the form of `ADDRESS`."""

    def __init__(self, url: str, auth_file: str | None, tls: Tls | None) -> None:
        found = ADDRESS.fullmatch(url)
        if found is None:
            raise ConfigError("it is no address of Apicurio's ids", where="schemas.registry")
        super().__init__(found["api"], auth_file, tls)
        self._ids, self._content = found["ids"], "/content" if found["version"] == "3" else ""

    async def read(self, number: SchemaId) -> Schema | None:
        kind, _, named = number.partition("-") if isinstance(number, str) else (self._ids, "-", str(number))
        if kind != self._ids or not named.isdecimal():
            return None
        async with self.session() as session:
            place = f"/ids/{self._ids}s/{named}"
            content = await self.get(session, place)
            return None if content is None else await self._schema(session, place, content)

    async def _schema(self, session: aiohttp.ClientSession, place: str, content: bytes) -> Schema:
        """Its kind is told by what it says: JSON is Avro where it can be, else a JSON schema; Protobuf is no JSON."""
        try:
            tree: Any = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Schema("PROTOBUF")
        try:
            return avroschema.avro(content)
        except SchemaError as error:
            if isinstance(tree, dict) and any(name in tree for name in _JSON_SCHEMA):
                return Schema("JSON")
            if not error.missing:
                raise
        return avroschema.avro(content, await self._texts(session, place, set()))

    async def _texts(self, session: aiohttp.ClientSession, place: str, seen: set[str]) -> list[bytes]:
        """What stands at `place` refers to, in the order in which it is read."""
        texts: list[bytes] = []
        for each in await self._references_of(session, place):
            group, artifact, version = (
                quote(name, safe="") for name in (each.group_id or "default", each.artifact_id, each.version)
            )
            there = f"/groups/{group}/artifacts/{artifact}/versions/{version}"
            if there in seen:
                continue
            seen.add(there)
            if len(seen) > REFERENCES_MOST:
                raise SchemaError(f"it refers to more than {REFERENCES_MOST} schemas")
            content = await self.get(session, there + self._content)
            if content is None:
                raise SchemaError("it refers to a schema that is not there")
            texts += [*await self._texts(session, there, seen), content]
        return texts

    async def _references_of(self, session: aiohttp.ClientSession, place: str) -> Iterable[_Reference]:
        content = await self.get(session, place + "/references")
        try:
            return () if content is None else msgspec.json.decode(content, type=list[_Reference])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise UnavailableError("it does not answer as Apicurio does") from None

    async def check(self) -> str:
        async with self.session() as session:
            content = await self.get(session, "/system/info")
        try:
            about = msgspec.json.decode(content or b"", type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise UnavailableError("it does not answer as Apicurio does") from None
        return f"{self.url} answers, version {about.get('version', 'not known')}"
