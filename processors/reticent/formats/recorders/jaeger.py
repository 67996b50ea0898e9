"""Jaeger: spans as its model is written in JSON, by the OpenTelemetry Collector's Kafka exporter, too: one, a list, or
batches of them; and traces as its interface gives them (`data`).

https://www.jaegertracing.io/docs/latest/architecture/apis/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import first, identity, items
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike
from ..tracing.recorded import number, time_of
from ..tracing.spans import Attributes, Event, Span, below, written

_TRACE, _ID = ("traceId", "traceID", "trace_id"), ("spanId", "spanID", "span_id")
_NAME = ("operationName", "operation_name")
_VALUES = ("vStr", "v_str", "vInt64", "v_int64", "vFloat64", "v_float64", "vBool", "v_bool", "vBinary", "v_binary",
           "value")  # fmt: skip
_NUMBERS = frozenset({"vInt64", "v_int64"})
_DURATION = re.compile(r"([0-9]{1,12})(\.[0-9]{1,9})?s")
_STATUS, _TOLD = "otel.status_code", "otel.status_description"


def _is_span(node: Any) -> bool:
    return isinstance(node, dict) and any(name in node for name in _NAME) and any(name in node for name in _ID)


def _spans(tree: Any) -> Iterator[Item]:
    """`above`: the process, where a batch says it for all."""
    if _is_span(tree):
        yield Item(tree, "$")
    elif isinstance(tree, dict):
        yield from _held(tree, "$")
        for index, each in enumerate(items(tree, "data")):
            yield from _held(each, f"$['data'][{index}]")
    for index, each in enumerate(tree if isinstance(tree, list) else ()):
        if _is_span(each):
            yield Item(each, f"$[{index}]")
        else:
            yield from _held(each, f"$[{index}]")


def _held(holder: Any, path: str) -> Iterator[Item]:
    for index, node in enumerate(items(holder, "spans")):
        if _is_span(node):
            yield Item(node, f"{path}['spans'][{index}]", above=holder.get("process"))


def _read(group: Sequence[Item]) -> Trace:
    return trace_of(first(group[0].node, _TRACE), [_span(item) for item in group])


def _span(item: Item) -> Span:
    node, path = item.node, item.path
    tags = _tags(node, "tags", path)
    at = time_of(node, "startTime", "start_time", each=1e6)
    until = at + _seconds(node.get("duration"))
    values = tags.values
    failed = values.get("error") in (True, "true") or values.get(_STATUS) == "ERROR"
    return Span(
        id=first(node, _ID),
        parent=_parent(node),
        name=first(node, _NAME),
        attributes=tags,
        path=path,
        at=at,
        until=until,
        started_at=written(at),
        ended_at=written(until),
        events=list(_events(node, path)),
        failed=failed,
        error=tags.text(_TOLD),
        told=tags.place(_TOLD) if tags.text(_TOLD) else "",
    )


def _parent(node: Mapping[str, Any]) -> str:
    for each in items(node, "references"):
        if isinstance(each, dict) and str(each.get("refType", each.get("ref_type", "CHILD_OF"))) in ("CHILD_OF", "0"):
            return first(each, _ID)
    return first(node, ("parentSpanID", "parentSpanId"))


def _events(node: Mapping[str, Any], path: str) -> Iterator[Event]:
    """A line of a log is named by its field `event`."""
    for index, each in enumerate(items(node, "logs")):
        if isinstance(each, dict):
            place = f"{path}['logs'][{index}]"
            fields = _tags(each, "fields", place)
            yield Event(fields.text("event", "message"), fields, written(time_of(each, "timestamp", each=1e6)), place)


def _tags(node: Mapping[str, Any], field: str, path: str) -> Attributes:
    values, places = dict[str, Any](), dict[str, str]()
    for index, tag in enumerate(items(node, field)):
        if isinstance(tag, dict) and isinstance(key := tag.get("key"), str):
            name = next((each for each in _VALUES if each in tag), "value")
            value = tag.get(name)
            if name in _NUMBERS and isinstance(value, str) and value.lstrip("-").isdigit() and len(value) < 30:
                value = int(value)
            values[key], places[key] = value, f"{path}['{field}'][{index}]['{name}']"
    return Attributes(values, lambda name, within: below(places[name], within) if name in places else path)


def _seconds(value: Any) -> float:
    """`1.5s`, or microseconds."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    return float(value[:-1]) if found is not None else seconds(value)


def seconds(microseconds: Any) -> float:
    return number(microseconds) / 1e6


JAEGER = GroupedFormat(
    "jaeger",
    frozenset({*_NAME, "spans", "data"}),
    "spans with an operationName: one, a list, `spans` of a batch, or `data` of the interface",
    _spans,
    alike(_spans, lambda item: identity(item.node, *_TRACE)),
    _read,
    ties=(*_TRACE, *_ID, "parentSpanID", "parentSpanId"),
)
