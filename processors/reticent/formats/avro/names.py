"""The text of an Avro schema that was masked: one that reads the same rows, and says nothing that was masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import fastavro
import msgspec

from . import logical as avrological
from .types import PRIMITIVES

_KEPT = ("precision", "scale", "size")
_LOGICAL = frozenset({*avrological.UNITS, "decimal", "uuid", "duration"})
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


def masked(own: bytes, text: str | None) -> bytes:
    """`text` is what masking made of the schema `own`: it stands where only what may be any text was masked, such as a
    `doc`. Else names are numbers, and all but the shape is gone."""
    try:
        before, after = msgspec.json.decode(own), msgspec.json.decode(text or "")
        if _shape(before) == _shape(after):
            fastavro.parse_schema(after)
            return (text or "").encode()
    except Exception:  # noqa: S110 - fastavro raises whatever it stumbles over; what follows is always a schema
        pass
    return msgspec.json.encode(_Numbered().schema(msgspec.json.decode(own)))


def _shape(node: Any) -> Any:
    """All that says how rows are read, and how their fields are called."""
    if isinstance(node, list):
        return [_shape(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    return {key: _shape(value) for key, value in node.items() if key in _SHAPE}


_SHAPE = frozenset({"type", "name", "namespace", "fields", "items", "values", "symbols", "logicalType", *_KEPT})


class _Numbered:
    """Names that nobody gave: fields and symbols by their places, types in order of appearance."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def schema(self, node: Any, space: str = "") -> Any:
        if isinstance(node, list):
            return [self.schema(each, space) for each in node]
        if isinstance(node, str):
            return node if node in PRIMITIVES else self._names.get(_full(node, space)) or self._names.get(node, "null")
        kind = node.get("type")
        found: dict[str, Any] = {"type": kind}
        if kind in ("record", "error", "enum", "fixed"):
            inner = node.get("namespace")
            full = _full(node["name"], inner if isinstance(inner, str) else space)
            found["name"] = self._names[full] = f"t{len(self._names)}"
            space = full.rpartition(".")[0]
        elif kind not in ("array", "map"):
            found["type"] = self.schema(kind, space)
        if kind in ("record", "error"):
            fields = enumerate(node["fields"])
            found["fields"] = [{"name": f"f{at}", "type": self.schema(each["type"], space)} for at, each in fields]
        for name in ("items", "values"):
            if kind == {"items": "array", "values": "map"}[name]:
                found[name] = self.schema(node[name], space)
        if kind == "enum":
            found["symbols"] = [f"s{at}" for at in range(len(node["symbols"]))]
        if node.get("logicalType") in _LOGICAL:
            found["logicalType"] = node["logicalType"]
        return {**found, **{name: node[name] for name in _KEPT if type(node.get(name)) is int}}


def _full(name: str, space: str) -> str:
    return name if "." in name or not space else f"{space}.{name}"
