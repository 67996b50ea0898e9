"""Spans as objects of JSON: as OpenTelemetry's SDKs print them, and as Phoenix and Arize export them, whose attributes
are nested, or whose fields are columns (`context.trace_id`, `attributes.llm.input_messages`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import identity, items, text
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.openinference import KIND
from ..tracing.recorded import moment
from ..tracing.spans import Attributes, Event, Span, below
from ..tree import escaped_name

_LISTS = ("data", "spans")
_COLUMN = "attributes."
_NESTING_MOST = 16
_FAILED = ("ERROR", "StatusCode.ERROR", "STATUS_CODE_ERROR")


def _is_span(node: Mapping[str, Any]) -> bool:
    context = node.get("context")
    names = ("trace_id", "span_id")
    return all(name in context if isinstance(context, dict) else f"context.{name}" in node for name in names)


def _context(node: Mapping[str, Any], name: str) -> str:
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
    began, ended = text(node, "start_time"), text(node, "end_time")
    return Span(
        id=_context(node, "span_id"),
        parent=text(node, "parent_id"),
        name=text(node, "name"),
        attributes=attributes,
        path=item.path,
        at=moment(began),
        until=moment(ended),
        started_at=began,
        ended_at=ended,
        events=[
            Event(text(event, "name"), _attributes(event, place), text(event, "timestamp"), place)
            for number, event in enumerate(items(node, "events"))
            if isinstance(event, dict)
            for place in (f"{item.path}['events'][{number}]",)
        ],
        failed=status.get("status_code") in _FAILED,
        error=text(status, "description") or text(status, "status_message"),
    )


def _attributes(node: Mapping[str, Any], path: str) -> Attributes:
    """By dotted names, however they are nested; an object or a list has its own name, too."""
    places: dict[str, str] = {}
    values: dict[str, Any] = {}
    inner = node.get("attributes")
    columns = {name[len(_COLUMN) :]: name for name in node if name.startswith(_COLUMN)}
    own = inner if isinstance(inner, dict) else {}
    roots = [(name, value, f"{path}['attributes']{escaped_name(name)}") for name, value in own.items()]
    roots += [(name, node[column], path + escaped_name(column)) for name, column in columns.items()]
    stack = [(*root, 0) for root in reversed(roots)]
    while stack:
        name, value, place, depth = stack.pop()
        values[name], places[name] = value, place
        if depth < _NESTING_MOST and isinstance(value, dict):
            stack += [(f"{name}.{key}", child, place + escaped_name(key), depth + 1) for key, child in value.items()]
        elif depth < _NESTING_MOST and isinstance(value, list) and any(isinstance(each, dict) for each in value):
            stack += [(f"{name}.{n}", child, f"{place}[{n}]", depth + 1) for n, child in enumerate(value)]
    return Attributes(values, lambda name, within: below(places.get(name, path), within))


_TIES = ("trace_id", "span_id", "parent_id", "context.trace_id", "context.span_id")
_SPANS = listed(_is_span, *_LISTS)
OTEL_SPANS = GroupedFormat(
    "otel-spans",
    frozenset({*_LISTS, "context", "context.trace_id"}),
    "spans with a context of trace_id and span_id",
    _SPANS,
    alike(_SPANS, lambda item: _context(item.node, "trace_id")),
    _read,
    ties=_TIES,
    holding=frozenset(_LISTS),
)
