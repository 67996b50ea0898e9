"""The formats of a command: schemas are had from where the configuration says, when a record names one."""

from __future__ import annotations

from ..formats.avro.registered import NoSchemas
from ..formats.registry import Formats
from ..settings import Schemas


def formats_with(schemas: Schemas) -> Formats:
    """Raises ConfigError for sources that cannot be used."""
    if schemas.folder is None and schemas.registry is None:
        return Formats(NoSchemas())
    from ..schemaregistry import SchemasAtOnce  # noqa: PLC0415 - its HTTP client takes a tenth of a second to import

    return Formats(SchemasAtOnce(schemas))
