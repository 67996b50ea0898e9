"""Genkit: traces as its telemetry server takes and keeps them: one, a list of them, or `traces`.

https://genkit.dev/docs/observability/telemetry-collection
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import arguments_of, identity, items, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.spans import Attributes, Event, Span, below, written
from ..tree import escaped_name

_FAILED = 2
"""The code of a status that is an error."""
_KIND, _OUTPUT = "genkit:metadata:subtype", "genkit:output"


def _is_trace(node: Mapping[str, Any]) -> bool:
    spans = node.get("spans")
    return "traceId" in node and isinstance(spans, dict) and all(map(_is_span, spans.values()))


def _is_span(node: Any) -> bool:
    return isinstance(node, dict) and "spanId" in node and "attributes" in node and "displayName" in node


def _read(group: Sequence[Item]) -> Trace:
    spans = [
        _span(node, f"{item.path}['spans']{escaped_name(name)}")
        for item in group
        for name, node in mapping(item.node.get("spans")).items()
        if isinstance(node, dict)
    ]
    return trace_of(text(group[0].node, "traceId"), spans)


def _span(node: Mapping[str, Any], path: str) -> Span:
    status = mapping(node.get("status"))
    attributes = _attributes(node.get("attributes"), path + "['attributes']")
    if attributes.text(_KIND) == "model":
        answer = mapping(arguments_of(attributes.values.get(_OUTPUT)))
        about = recorded.about(attributes.text("genkit:name"), answer.get("usage"))
        attributes.values = {**attributes.values, **about}
    at, until = _seconds(node.get("startTime")), _seconds(node.get("endTime"))
    return Span(
        id=text(node, "spanId"),
        parent=text(node, "parentSpanId"),
        name=text(node, "displayName"),
        attributes=attributes,
        path=path,
        at=at,
        until=until,
        started_at=written(at),
        ended_at=written(until),
        events=_events(node, path),
        failed=status.get("code") == _FAILED,
        error=text(status, "message"),
    )


def _events(node: Mapping[str, Any], path: str) -> list[Event]:
    found = []
    for index, each in enumerate(items(node.get("timeEvents"), "timeEvent")):
        note, place = mapping(mapping(each).get("annotation")), f"{path}['timeEvents']['timeEvent'][{index}]"
        if note:
            values = _attributes(note.get("attributes"), place + "['annotation']['attributes']")
            found.append(Event(text(note, "description"), values, written(_seconds(each.get("time"))), place))
    return found


def _attributes(node: Any, path: str) -> Attributes:
    return Attributes(dict(mapping(node)), lambda name, within: below(path + escaped_name(name), within))


def _seconds(milliseconds: Any) -> float:
    return recorded.number(milliseconds) / 1e3


_TRACES = listed(_is_trace, "traces")
GENKIT = GroupedFormat(
    "genkit",
    frozenset({"spans", "traces"}),
    "traces with `traceId` and an object of `spans`: one, a list, or `traces`",
    _TRACES,
    alike(_TRACES, lambda item: identity(item.node, "traceId")),
    _read,
    ties=("traceId",),
)
