"""Langfuse: batches that its clients send to be ingested, and traces with their observations as it exports them.

https://api.reference.langfuse.com
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import arguments_of, identity, items, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item
from ..tracing.recorded import Names, Part, Record
from ..tracing.remarks import Remarks
from ..tracing.spans import Span

_TYPES = {"generation-create": "GENERATION", "generation-update": "GENERATION", "span-create": "SPAN",
          "span-update": "SPAN", "event-create": "EVENT"}  # fmt: skip
"""Of an event, the type of the observation in its body, which `observation-create` says itself."""
_TRACE = "trace-create"
_REMARKS = {"score-create": "score", "sdk-log": "sdk-log"}
"""Events that say something about a trace, and what they are called where they have no name."""
_NAMES = Names("input", "output", ("startTime", "timestamp"), ("endTime",), "parentObservationId", "metadata")


def _items(tree: Any) -> Iterator[Item]:
    """Events of a batch; exported traces; exported observations. `above`: what kind it is."""
    for index, event in enumerate(items(tree, "batch")):
        if isinstance(event, dict) and isinstance(event.get("body"), dict) and "type" in event:
            yield Item(event, f"$['batch'][{index}]", above="event")
    if isinstance(tree, dict) and isinstance(tree.get("observations"), list) and ("trace" in tree or _is_trace(tree)):
        yield Item(tree, "$", above="export")
    for index, node in enumerate(items(tree, "data")):
        if isinstance(node, dict) and ("traceId" in node and "startTime" in node and "type" in node):
            yield Item(node, f"$['data'][{index}]", above="observation")
        elif isinstance(node, dict) and _is_trace(node):
            yield Item(node, f"$['data'][{index}]", above="export")
        elif isinstance(node, dict) and _is_score(node):
            yield Item(node, f"$['data'][{index}]", above="score")
    if _is_score(tree):
        yield Item(tree, "$", above="score")
    for index, node in enumerate(tree if isinstance(tree, list) else ()):
        if _is_score(node):
            yield Item(node, f"$[{index}]", above="score")


def _is_trace(node: Mapping[str, Any]) -> bool:
    return "timestamp" in node and "observations" in node


def _is_score(node: Any) -> bool:
    """As it is exported, or sent alone."""
    if not isinstance(node, dict) or "traceId" not in node:
        return False
    return ("dataType" in node and ("value" in node or "name" in node)) or ("value" in node and "name" in node)


def _groups(tree: Any) -> list[list[Item]]:
    """An update names its observation alone; what names no trace, such as a client's log, belongs to all, or is one
    where there is no other."""
    found: dict[str, list[Item]] = {}
    everything = list(_items(tree))
    named = [(identity(body, "id"), identity(body, "traceId")) for body in map(_body, everything)]
    traces = {observation: trace for observation, trace in named if trace}
    for number, item in enumerate(everything):
        body = _body(item)
        if item.above == "export":
            found[f"export {number}"] = [item]
            continue
        own = item.above == "event" and item.node.get("type") == _TRACE
        trace = identity(body, "id") if own else identity(body, "traceId") or _named(traces, body)
        if trace:
            found.setdefault(trace, []).append(item)
    return list(found.values()) or [everything]


def _named(traces: Mapping[str, str], body: Mapping[str, Any]) -> str:
    return traces.get(identity(body, "id")) or traces.get(identity(body, "observationId"), "")


def _body(item: Item) -> Mapping[str, Any]:
    body = item.node.get("body") if item.above == "event" else item.node
    return body if isinstance(body, dict) else {}


def _read(group: Sequence[Item]) -> Trace:
    trace, observations, remarks = Record(), dict[str, Record](), Remarks()
    for item in group:
        body, path, type = _body(item), item.path, ""
        if item.above == "event":
            type, path = text(item.node, "type"), path + "['body']"
        if item.above == "export":
            _tell_export(trace, observations, remarks, item)
        elif type == _TRACE:
            trace.add(Part(body, path))
        elif type in _REMARKS or item.above == "score":
            name = text(body, "name") or _REMARKS.get(type, "score")
            remarks.add(body, path, name, text(item.node, "timestamp"))
        elif item.above == "observation" or "name" in body or type in _TYPES:
            _observe(observations, body, path, _TYPES.get(type, ""))
    spans = [_span(record) for record in observations.values()]
    if not spans and (trace.value("input") or trace.value("output")):
        spans = [_span(trace)]
    told = trace_of(
        trace.text("id") or _first(observations, "traceId") or remarks.trace,
        [*spans, *remarks.spans],
        first=lambda span: remarks.read(span) or recorded.read_typed(span),
    )
    told.session_id = trace.text("sessionId") or _first(observations, "sessionId") or told.session_id
    told.started_at = told.started_at or trace.text("timestamp")
    return told


def _first(observations: Mapping[str, Record], name: str) -> str:
    return next(filter(None, (record.text(name) for record in observations.values())), "")


def _tell_export(trace: Record, observations: dict[str, Record], remarks: Remarks, item: Item) -> None:
    inner = item.node.get("trace")
    own = Part(inner, item.path + "['trace']") if isinstance(inner, dict) else Part(item.node, item.path)
    trace.add(own)
    for index, node in enumerate(items(item.node, "observations")):
        if isinstance(node, dict):
            _observe(observations, node, f"{item.path}['observations'][{index}]")
    for part in [own] if own.node is item.node else [own, Part(item.node, item.path)]:
        for index, node in enumerate(items(part.node, "scores")):
            if isinstance(node, dict):
                remarks.add(node, f"{part.path}['scores'][{index}]", text(node, "name") or "score")


def _observe(observations: dict[str, Record], node: Mapping[str, Any], path: str, type: str = "") -> None:
    record = observations.setdefault(text(node, "id") or path, Record())
    record.add(Part(node, path))
    record.type = text(node, "type") or type or record.type


def _span(record: Record) -> Span:
    metadata = arguments_of(record.value("metadata"))
    inner = metadata.get("attributes") if isinstance(metadata, dict) else None
    usage = record.value("usageDetails") or record.value("usage")
    known = {**recorded.about(record.text("model"), usage), **_thread(metadata)}
    span = record.span(_NAMES, {**inner, **known} if isinstance(inner, dict) else known)
    span.failed = record.text("level") == "ERROR"
    span.error, span.told = record.text("statusMessage"), record.place("statusMessage")
    return span


def _thread(metadata: Any) -> dict[str, Any]:
    found = metadata.get("thread_id") if isinstance(metadata, dict) else None
    return {"thread_id": found} if isinstance(found, str) else {}


_TIES = ("id", "traceId", "observationId", "parentObservationId")
LANGFUSE = GroupedFormat(
    "langfuse",
    frozenset({"batch", "observations", "data", "traceId"}),
    "a batch of events, or a trace with its observations",
    _items,
    _groups,
    _read,
    ties=_TIES,
    holding=frozenset({"batch", "observations", "data"}),
)
