"""Schemas of other people's records: fetched before a batch is judged, and kept, because an id never changes its."""

from .store import SchemasAtOnce, SchemaStore

__all__ = ["SchemaStore", "SchemasAtOnce"]
