"""Spans as objects of JSON: as OpenTelemetry's SDKs print them, and as Phoenix and Arize export them, whose attributes
are nested, or whose fields are columns (`context.trace_id`, `attributes.llm.input_messages`). Those for JavaScript have
a `spanContext`, or, printed, `traceId` and `id` beside an `instrumentationScope`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import first, identity, items, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.openinference import KIND
from ..tracing.recorded import moment
from ..tracing.spans import Attributes, Event, Span, below, written
from ..tree import escaped_name

_LISTS = ("data", "spans")
_COLUMN = "attributes."
_NESTING_MOST = 16
_FAILED = ("ERROR", "StatusCode.ERROR", "STATUS_CODE_ERROR", 2)


_OWN, _PRINTED = "spanContext", frozenset({"traceId", "id", "instrumentationScope"})
_CAMEL = {"trace_id": "traceId", "span_id": "spanId"}


def _is_span(node: Mapping[str, Any]) -> bool:
    own = node.get(_OWN)
    if isinstance(own, dict):
        return own.keys() >= {*_CAMEL.values()}
    if _PRINTED.issubset(node):
        return isinstance(node.get("attributes"), dict)
    context = node.get("context")
    return all(name in context if isinstance(context, dict) else f"context.{name}" in node for name in _CAMEL)


def _context(node: Mapping[str, Any], name: str) -> str:
    if isinstance(node.get(_OWN), dict):
        return identity(node[_OWN], _CAMEL[name])
    if _PRINTED.issubset(node):
        return identity(node, "traceId" if name == "trace_id" else "id")
    context = node.get("context")
    return identity(context, name) if isinstance(context, dict) else identity(node, f"context.{name}")


def _read(group: Sequence[Item]) -> Trace:
    return trace_of(_context(group[0].node, "trace_id").removeprefix("0x"), [_span(item) for item in group])


def _span(item: Item) -> Span:
    node = item.node
    attributes = _attributes(node, item.path)
    kind = node.get("span_kind")
    if isinstance(kind, str) and KIND not in attributes.values:
        attributes.values = {**attributes.values, KIND: kind}
    told = node.get("status")
    status = told if isinstance(told, dict) else {name: node.get(name) for name in ("status_code", "status_message")}
    began, ended = _times(node)
    above = mapping(node.get("parentSpanContext"))
    return Span(
        id=_context(node, "span_id"),
        parent=identity(node, "parent_id", "parentSpanId", "parentId") or identity(above, "spanId"),
        name=text(node, "name"),
        attributes=attributes,
        path=item.path,
        at=moment(began),
        until=moment(ended),
        started_at=began,
        ended_at=ended,
        events=[
            Event(text(event, "name"), _attributes(event, place), _time(event, "timestamp", "time"), place)
            for number, event in enumerate(items(node, "events"))
            if isinstance(event, dict)
            for place in (f"{item.path}['events'][{number}]",)
        ],
        failed=status.get("status_code", status.get("code")) in _FAILED,
        error=first(status, ("description", "status_message", "message")),
    )


def _times(node: Mapping[str, Any]) -> tuple[str, str]:
    """Printed for JavaScript, a time and a duration in microseconds."""
    if "timestamp" in node and "duration" in node:
        began, lasted = recorded.number(node["timestamp"]), recorded.number(node["duration"])
        return (written(began / 1e6), written((began + lasted) / 1e6)) if began else ("", "")
    return _time(node, "start_time", "startTime"), _time(node, "end_time", "endTime")


def _time(node: Mapping[str, Any], *names: str) -> str:
    """RFC 3339, or seconds and nanoseconds since the epoch."""
    value = next((node[name] for name in names if name in node), None)
    if isinstance(value, list) and len(value) == 2:
        seconds, nanos = map(recorded.number, value)
        return written(seconds + nanos / 1e9) if seconds else ""
    return value if isinstance(value, str) else ""


def _attributes(node: Mapping[str, Any], path: str) -> Attributes:
    inner = node.get("attributes")
    columns = {name[len(_COLUMN) :]: name for name in node if name.startswith(_COLUMN)}
    own = inner if isinstance(inner, dict) else {}
    roots = [(name, value, f"{path}['attributes']{escaped_name(name)}") for name, value in own.items()]
    roots += [(name, node[column], path + escaped_name(column)) for name, column in columns.items()]
    return nested(roots, path)


def nested(roots: Sequence[tuple[str, Any, str]], path: str) -> Attributes:
    """By dotted names, however they are nested; an object or a list has its own name, too. `roots`: names, values and
    their paths; `path`: of what has no place of its own."""
    places: dict[str, str] = {}
    values: dict[str, Any] = {}
    stack = [(*root, 0) for root in reversed(roots)]
    while stack:
        name, value, place, depth = stack.pop()
        values[name], places[name] = value, place
        if depth < _NESTING_MOST and isinstance(value, dict):
            stack += [(f"{name}.{key}", child, place + escaped_name(key), depth + 1) for key, child in value.items()]
        elif depth < _NESTING_MOST and isinstance(value, list) and any(isinstance(each, dict) for each in value):
            stack += [(f"{name}.{n}", child, f"{place}[{n}]", depth + 1) for n, child in enumerate(value)]
    return Attributes(values, lambda name, within: below(places.get(name, path), within))


_TIES = ("trace_id", "span_id", "parent_id", "context.trace_id", "context.span_id", "traceId", "spanId", "id",
         "parentSpanId", "parentId")  # fmt: skip
_SPANS = listed(_is_span, *_LISTS)
OTEL_SPANS = GroupedFormat(
    "otel-spans",
    frozenset({*_LISTS, "context", "context.trace_id", _OWN, _PRINTED}),
    "spans with a context of trace_id and span_id",
    _SPANS,
    alike(_SPANS, lambda item: _context(item.node, "trace_id")),
    _read,
    ties=_TIES,
    holding=frozenset(_LISTS),
)
