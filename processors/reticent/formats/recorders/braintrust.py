"""Braintrust: spans of logs and experiments, as its API takes and lists them.

https://www.braintrust.dev/docs/reference/api/Logs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import identity, items, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Span

_NAMES = Names("input", "output", ("start", "created"), ("end",), "", "metadata", ("error",))


def _is_event(node: Mapping[str, Any]) -> bool:
    return "root_span_id" in node and "span_id" in node and "span_attributes" in node


def _read(group: Sequence[Item]) -> Trace:
    spans = [_span(item.node, item.path) for item in group]
    return trace_of(text(group[0].node, "root_span_id"), spans, first=recorded.read_typed)


def _span(node: Mapping[str, Any], path: str) -> Span:
    attributes, metadata, metrics = (mapping(node.get(name)) for name in ("span_attributes", "metadata", "metrics"))
    record = Record(Part(node, path), Part(metrics, path + "['metrics']"))
    record.type = text(attributes, "type")
    session = text(metadata, "session_id")
    # what a span around calls counts are those of the calls
    known = recorded.about(text(metadata, "model"), metrics if record.type == "llm" else None)
    span = record.span(_NAMES, {**known, "session.id": session} if session else known)
    parents = items(node, "span_parents")
    span.id, span.name = text(node, "span_id"), text(attributes, "name")
    span.parent = parents[0] if parents and isinstance(parents[0], str) else ""
    return span


_EVENTS = listed(_is_event, "events")
BRAINTRUST = GroupedFormat(
    "braintrust",
    frozenset({"root_span_id", "events"}),
    "spans with a root_span_id: one, a list, or `events`",
    _EVENTS,
    alike(_EVENTS, lambda item: identity(item.node, "root_span_id")),
    _read,
    ties=("id", "span_id", "root_span_id"),
)
