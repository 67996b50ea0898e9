"""What a source of schemas is."""

from __future__ import annotations

from typing import Protocol

from ..formats.avro.registered import SchemaId
from ..formats.avro.schema import Schema

REFERENCES_MOST = 64
"""Schemas that one may refer to."""


class UnavailableError(Exception):
    """The schema could not be had now. The text says the failure."""


class SchemaSource(Protocol):
    async def read(self, number: SchemaId) -> Schema | None:
        """None: there is none of that id. Raises UnavailableError; SchemaError for one that cannot be read."""
        ...

    async def check(self) -> str:
        """What is there, in words. Raises UnavailableError."""
        ...
