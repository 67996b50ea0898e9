"""OTLP's spans as the spans of spans.py."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import items, text
from ..tracing.conventions import trace_of
from ..tracing.grouped import Item
from ..tracing.spans import Attributes, Event, Span, written
from .names import ARRAY, INTEGER, LIST, STRING

_SEGMENT = re.compile(r"\['((?:[^'\\]|\\.)*)'\]|\[([0-9]+)\]")
_ERRORS = (2, "2", "STATUS_CODE_ERROR")


def read_trace(group: Sequence[Item]) -> Trace:
    spans = [span_of(item) for item in group]
    return trace_of(text(group[0].node, "traceId"), spans, attributes_of(group[0].above, ""))


def span_of(item: Item) -> Span:
    node = item.node
    at, until = seconds(node.get("startTimeUnixNano")), seconds(node.get("endTimeUnixNano"))
    status = node.get("status")
    failed = isinstance(status, dict) and status.get("code") in _ERRORS
    return Span(
        id=text(node, "spanId"),
        parent=text(node, "parentSpanId"),
        name=text(node, "name"),
        attributes=attributes_of(node, item.path),
        path=item.path,
        at=at,
        until=until,
        started_at=written(at),
        ended_at=written(until),
        events=[
            event_of(event, f"{item.path}['events'][{number}]")
            for number, event in enumerate(items(node, "events"))
            if isinstance(event, dict)
        ],
        failed=failed,
        error=text(status, "message") if isinstance(status, dict) else "",
    )


def event_of(node: Mapping[str, Any], path: str) -> Event:
    attributes = attributes_of(node, path)
    return Event(text(node, "name"), attributes, written(seconds(node.get("timeUnixNano"))), path)


def attributes_of(node: Any, path: str) -> Attributes:
    """Those that stand in a list under `attributes`; of two of one key the later."""
    found = items(node, "attributes")
    values: dict[str, Any] = {}
    places: dict[str, int] = {}
    for index, each in enumerate(found):
        if isinstance(each, dict) and type(key := each.get("key")) is str:
            values[key], places[key] = value_of(each.get("value")), index

    def locate(name: str, within: str) -> str:
        index = places.get(name)
        if index is None:
            return path
        return _inside(found[index].get("value"), f"{path}['attributes'][{index}]['value']", within)

    return Attributes(values, locate)


def value_of(node: Any) -> Any:
    """An AnyValue as what it holds: text, number, boolean, list, object, or None."""
    if not isinstance(node, dict) or not node:
        return None
    kind = next(iter(node))
    value = node[kind]
    if type(value) is str or kind in STRING:
        return int(value) if kind in INTEGER and value.lstrip("-").isdigit() and len(value) < 30 else value
    if kind in ARRAY:
        return [value_of(each) for each in items(value, "values")]
    if kind in LIST:
        found = {}
        for each in items(value, "values"):
            if isinstance(each, dict):
                key = each.get("key")
                found[key if isinstance(key, str) else ""] = value_of(each.get("value"))
        return found
    return value if not isinstance(value, dict | list) else None


def _inside(node: Any, path: str, within: str) -> str:
    """Where in an AnyValue lies what has the path `within` in its value; as near as there is a place."""
    for name, index in _SEGMENT.findall(within):
        wanted = ARRAY if index else LIST
        kind = next((kind for kind in node if kind in wanted), "") if isinstance(node, dict) else ""
        values = items(node.get(kind), "values") if kind else ()
        number = (
            int(index)
            if index
            else next((n for n, each in enumerate(values) if isinstance(each, dict) and each.get("key") == name), -1)
        )
        if not 0 <= number < len(values):
            return path
        node = values[number]
        path += f"['{kind}']['values'][{number}]" + ("" if index else "['value']")
        if not index:
            node = node.get("value")
    return path


def seconds(nanoseconds: Any) -> float:
    try:
        return int(nanoseconds) / 1e9
    except (TypeError, ValueError, OverflowError):
        return 0.0
