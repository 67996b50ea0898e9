"""Where schemas come from: a folder, Confluent's registry or what speaks its interface, or Apicurio's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from ..formats.avro import schema as avroschema
from ..formats.avro.registered import SchemaId
from ..formats.avro.schema import SCHEMA_BYTES, Kind, Schema, SchemaError
from ..settings import Schemas as SchemaSettings
from .apicurio import ADDRESS, Apicurio
from .registry import Registry
from .source import REFERENCES_MOST, SchemaSource, UnavailableError

__all__ = ["Folder", "SchemaSource", "UnavailableError", "sources"]

_ENDINGS: Mapping[str, Kind] = {".json": "JSON", ".proto": "PROTOBUF"}


class Folder:
    """`<id>.avsc` is Avro, and `<full name>.avsc` a type that it names; `<id>.json` is a JSON schema."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self, number: SchemaId) -> Schema | None:
        return await asyncio.to_thread(self.read_now, number)

    async def check(self) -> str:
        if not self._path.is_dir():
            raise UnavailableError(f"the folder {self._path} is not there")
        count = sum(1 for each in self._path.iterdir() if each.stem.isdigit())
        return f"schemas in {self._path}: {count}"

    def read_now(self, number: SchemaId) -> Schema | None:
        if not self._path.is_dir():
            raise UnavailableError(f"the folder {self._path} is not there")
        for ending, kind in _ENDINGS.items():
            if (self._path / f"{number}{ending}").exists():
                return Schema(kind)
        text = self._text(f"{number}.avsc")
        return None if text is None else self._avro(text)

    def _avro(self, text: bytes) -> Schema:
        references: list[bytes] = []
        while True:
            try:
                return avroschema.avro(text, references)
            except SchemaError as error:
                found = self._text(f"{error.missing}.avsc") if error.missing else None
                if found is None or found in references or len(references) >= REFERENCES_MOST:
                    raise
                references.insert(0, found)

    def _text(self, name: str) -> bytes | None:
        """Raises SchemaError, UnavailableError."""
        if Path(name).name != name:
            return None
        try:
            with (self._path / name).open("rb") as file:
                found = file.read(SCHEMA_BYTES + 1)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise UnavailableError(f"{name} cannot be read ({type(error).__name__})") from None
        if len(found) > SCHEMA_BYTES:
            raise SchemaError(f"it has more than {SCHEMA_BYTES} bytes")
        return found


def sources(settings: SchemaSettings) -> list[SchemaSource]:
    """In the order they are asked. Raises ConfigError."""
    found: list[SchemaSource] = []
    if settings.folder is not None:
        found.append(Folder(Path(settings.folder)))
    if settings.registry is not None:
        kind = Registry if ADDRESS.fullmatch(settings.registry) is None else Apicurio
        found.append(kind(settings.registry, settings.auth_file, settings.tls))
    return found
