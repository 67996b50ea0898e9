"""Zipkin: spans (v2) as clients and the OpenTelemetry Collector write them, in a list, and its interface's traces.

https://zipkin.io/zipkin-api/zipkin2-api.yaml
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import identity, items, mapping, text
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike
from ..tracing.spans import Attributes, Event, Span, below, written
from ..tree import escaped_name
from .jaeger import seconds

_ERROR, _STATUS = "error", "otel.status_code"
_TELLING = ("timestamp", "tags", "localEndpoint", "kind", "duration")


def _is_span(node: Any) -> bool:
    if not isinstance(node, dict) or "traceId" not in node or "id" not in node or "spanId" in node:
        return False
    return any(name in node for name in _TELLING) and isinstance(node.get("tags", {}), dict) and "type" not in node


def _spans(tree: Any) -> Iterator[Item]:
    """Lists of spans may lie in a list: a trace each."""
    if _is_span(tree):
        yield Item(tree, "$")
    for index, node in enumerate(tree if isinstance(tree, list) else ()):
        if _is_span(node):
            yield Item(node, f"$[{index}]")
        for number, inner in enumerate(node if isinstance(node, list) else ()):
            if _is_span(inner):
                yield Item(inner, f"$[{index}][{number}]")


def _read(group: Sequence[Item]) -> Trace:
    return trace_of(text(group[0].node, "traceId"), [_span(item.node, item.path) for item in group])


def _span(node: Mapping[str, Any], path: str) -> Span:
    tags = mapping(node.get("tags"))
    place = path + "['tags']"
    at = seconds(node.get("timestamp"))
    until = at + seconds(node.get("duration"))
    failed = _ERROR in tags or tags.get(_STATUS) == "ERROR"
    return Span(
        id=text(node, "id"),
        parent=text(node, "parentId"),
        name=text(node, "name"),
        attributes=Attributes(dict(tags), lambda name, within: below(place + escaped_name(name), within)),
        path=path,
        at=at,
        until=until,
        started_at=written(at),
        ended_at=written(until),
        events=list(_events(node, path)),
        failed=failed,
        error=text(tags, _ERROR),
        told=place + escaped_name(_ERROR) if _ERROR in tags else place,
    )


def _events(node: Mapping[str, Any], path: str) -> Iterator[Event]:
    none = Attributes({}, lambda name, within: path)
    for index, each in enumerate(items(node, "annotations")):
        if isinstance(each, dict):
            at = written(seconds(each.get("timestamp")))
            yield Event(text(each, "value"), none, at, f"{path}['annotations'][{index}]")


ZIPKIN = GroupedFormat(
    "zipkin",
    frozenset({"traceId"}),
    "spans with a traceId and an id: one, or a list of them",
    _spans,
    alike(_spans, lambda item: identity(item.node, "traceId")),
    _read,
    ties=("traceId", "id", "parentId"),
)
