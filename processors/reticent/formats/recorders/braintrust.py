"""Braintrust: spans of logs and experiments, as its API takes and lists them, and as its clients send them: row by row,
of which later ones tell the rest of a span.

https://www.braintrust.dev/docs/reference/api/Logs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Step, StepKind, Trace
from ..providers.blocks import failure_of, identity, items, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Reading, Span

_NAMES = Names("input", "output", ("start", "created"), ("end",), "", "metadata", ("error",))
_SYSTEM = ("instructions", "system")
_TELLING = ("span_attributes", "_is_merge")
"""One of these a row has."""


def _is_event(node: Mapping[str, Any]) -> bool:
    return "root_span_id" in node and "span_id" in node and any(name in node for name in _TELLING)


def _read(group: Sequence[Item]) -> Trace:
    spans: dict[str, list[Item]] = {}
    for item in group:
        spans.setdefault(identity(item.node, "span_id") or item.path, []).append(item)
    told = [(_span(rows), _instructions(rows)) for rows in spans.values()]
    systems = {id(span): step for span, step in told if step is not None}

    def read(span: Span) -> Reading | None:
        reading, system = recorded.read_typed(span), systems.get(id(span))
        if reading is not None and system is not None and not any(s.kind is StepKind.SYSTEM for s in reading.sent):
            reading.sent = [system, *reading.sent]
        return reading

    return trace_of(text(group[0].node, "root_span_id"), [span for span, _ in told], first=read)


def _instructions(rows: Sequence[Item]) -> Step | None:
    """What stands beside the input of a call stands among the metadata."""
    for row in rows:
        metadata = mapping(row.node.get("metadata"))
        name = next((name for name in _SYSTEM if text(metadata, name)), "")
        if name:
            return Step(0, StepKind.SYSTEM, text(metadata, name), path=f"{row.path}['metadata']['{name}']")
    return None


def _span(rows: Sequence[Item]) -> Span:
    record = Record()
    said: dict[str, dict[str, Any]] = {"span_attributes": {}, "metadata": {}, "metrics": {}}
    parents: Sequence[Any] = ()
    for row in rows:
        record.add(Part(row.node, row.path))
        record.add(Part(mapping(row.node.get("metrics")), row.path + "['metrics']"))
        for name, known in said.items():
            known.update(mapping(row.node.get(name)))
        parents = items(row.node, "span_parents") or parents
    record.type = text(said["span_attributes"], "type")
    session = text(said["metadata"], "session_id")
    # what a span around calls counts are those of the calls
    known = recorded.about(text(said["metadata"], "model"), said["metrics"] if record.type == "llm" else None)
    span = record.span(_NAMES, {**known, "session.id": session} if session else known)
    span.id, span.name = text(rows[0].node, "span_id"), text(said["span_attributes"], "name")
    span.parent = parents[0] if parents and isinstance(parents[0], str) else ""
    error = record.value("error")
    if isinstance(error, dict):
        span.failed, span.error, span.told = True, failure_of({"error": error}), record.place("error")
    return span


_EVENTS = listed(_is_event, "events", "rows")
BRAINTRUST = GroupedFormat(
    "braintrust",
    frozenset({"root_span_id", "events", "rows"}),
    "spans with a root_span_id: one, a list, `events` or `rows`",
    _EVENTS,
    alike(_EVENTS, lambda item: identity(item.node, "root_span_id")),
    _read,
    ties=("id", "span_id", "root_span_id"),
    holding=frozenset({"events", "rows"}),
)
