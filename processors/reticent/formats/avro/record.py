"""Avro of any schema as a tree whose names are the schema's; and the native trace among them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...errors import DecodeError
from ...model import Trace
from .. import native
from ..document import LABEL, Leaves, Part
from ..tree import Dialect, TreeDocument
from .native import opened_text, trace_schema
from .schema import Schema, resolves
from .source import Source

NAME, MEDIA_TYPE = "avro", "application/avro"


class AvroDocument(TreeDocument):
    """`source` is what the tree was read from."""

    def __init__(self, root: Any, source: Source, dialect: Dialect, *, payload: bytes | None = None) -> None:
        self._read_from = source
        dialect = replace(dialect, blobs=lambda _: source.blobs)
        super().__init__(root, dialect, source=source.data if payload is None else payload, limits=source.limits)

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        if part is Part.VALUE or id(self.leaves().slot(leaf)[0]) not in self._read_from.records:
            super().replace(leaf, part, text)

    def look_over(self, leaves: Leaves) -> None:
        """A field's name is a label: it stands in the schema, and not in the record. So does an enum's symbol."""
        records, symbols = self._read_from.records, self._read_from.symbols
        for leaf, (container, key) in enumerate(leaves.slots):
            head = leaves.heads[leaf]
            if (id(container), key) in symbols:
                leaves.texts[leaf] = leaves.texts[leaf][: abs(head)]
            if head > 0 and id(container) in records:
                text = leaves.texts[leaf]
                leaves.texts[leaf] = f"{text[: head - 1]}{LABEL}{text[head:]}"
                leaves.heads[leaf] = -head


@functools.lru_cache(maxsize=256)
def is_native(schema: Schema) -> bool:
    """Whether it is the native trace's. Raises DecodeError where only the name is."""
    if schema.name != trace_schema().name:
        return False
    if not resolves(schema.type, trace_schema().type):
        raise DecodeError("unknown-schema", f"the schema {schema.name} cannot be read as schemas/trace.avsc is")
    return True


def native_traces(tree: Any) -> Sequence[Trace]:
    """What the writer's schema lacks has the default of ours, and what ours lacks is left out; JSON texts are opened
    where masking left them whole."""
    node = tree if isinstance(tree, dict) else {}
    steps = node.get("steps")
    return native.read_traces(
        {**_opened(node), "steps": [_opened(step) for step in steps] if isinstance(steps, list) else []}
    )


def _opened(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    attributes, content = node.get("attributes"), node.get("content")
    opened = {**node, "attributes": {}}
    if isinstance(attributes, dict):
        opened["attributes"] = {name: opened_text(value) for name, value in attributes.items()}
    if node.get("content_type") == "application/json":
        opened["content"] = opened_text(content)
    return opened
