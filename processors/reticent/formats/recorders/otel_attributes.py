"""The attributes of one span as a bare object, as instrumentation libraries and their tests write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import DecodeError
from ...limits import Limits
from ...model import Trace
from .. import jsontext
from ..blobs import find_blobs
from ..document import Document
from ..providers.blocks import text
from ..tracing.conventions import trace_of
from ..tracing.spans import Attributes, Span, below
from ..tree import Dialect, TreeDocument, escaped_name

MEDIA_TYPE = "application/json"
_PREFIXES = ("gen_ai.", "llm.", "openinference.", "traceloop.", "mcp.", "ai.", "langfuse.")
_NAMES = ("name", "span_name")


class OtelAttributes:
    name = "otel-attributes"
    media_types: Sequence[str] = ()

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return isinstance(tree, dict) and any(key.startswith(_PREFIXES) for key in tree)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not self.recognises(payload, found):
            raise DecodeError("wrong-format", f"otel-attributes wants an object with keys of {', '.join(_PREFIXES)}")
        return TreeDocument(found, _DIALECT, source=payload, limits=limits)


def plain_attributes(values: Mapping[str, Any], path: str) -> Attributes:
    """Of an object that stands at a path."""
    return Attributes(values, lambda name, within: below(path + escaped_name(name), within))


def _read(tree: Any) -> Sequence[Trace]:
    values = tree if isinstance(tree, dict) else {}
    name = next((text(values, each) for each in _NAMES if text(values, each)), "")
    name = name or text(values, "gen_ai.operation.name") or text(values, "openinference.span.kind")
    span = Span("", "", name, plain_attributes(values, "$"), "$")
    return [trace_of(text(values, "trace_id"), [span])]


_TIES = ("trace_id",)
_DIALECT = Dialect("otel-attributes", MEDIA_TYPE, _read, check=jsontext.refuse_repeats, blobs=find_blobs, ties=_TIES)
