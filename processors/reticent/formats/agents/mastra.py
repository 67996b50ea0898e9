"""Mastra: spans of its observability, as exporters are given them: one, a list, or in the events that tell of them.

https://mastra.ai/docs/observability/tracing/overview
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind, Trace
from ..providers.blocks import identity, mapping, text
from ..tracing import conversation, recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Reading, Span

_NAMES = Names("input", "output", ("startTime",), ("endTime",), "parentSpanId", "attributes")
_INSIDE = "exportedSpan"
_CHUNK = "model_chunk"
"""A piece of an answer, which the call of the model tells whole."""
_INSTRUCTED = "gen_ai.system_instructions"


def _is_span(node: Mapping[str, Any]) -> bool:
    return "traceId" in node and "isRootSpan" in node and "type" in node


def _is_event(node: Mapping[str, Any]) -> bool:
    return _is_span(node) or (isinstance(node.get(_INSIDE), dict) and _is_span(node[_INSIDE]))


_EVENTS = listed(_is_event, "spans")


def _span_of(item: Item) -> tuple[Mapping[str, Any], str]:
    inner = item.node.get(_INSIDE)
    return (inner, f"{item.path}['{_INSIDE}']") if isinstance(inner, dict) else (item.node, item.path)


def _read(group: Sequence[Item]) -> Trace:
    """Of a span that is told of when it begins, when it goes on and when it ends, what was told last counts."""
    records: dict[str, Record] = {}
    for item in group:
        node, path = _span_of(item)
        record = records.setdefault(identity(node, "id") or path, Record())
        record.add(Part(node, path))
        record.type = text(node, "type") or record.type
    spans = [_span(record) for record in records.values() if record.type != _CHUNK]
    trace, sessions = next(iter(records.values())), _sessions(records.values())
    told = trace_of(trace.text("traceId"), spans, first=_instructed)
    told.session_id = told.session_id or next(sessions, "")
    return told


def _sessions(records: Any) -> Iterator[str]:
    for record in records:
        metadata = mapping(record.value("metadata"))
        found = text(metadata, "threadId") or text(metadata, "sessionId")
        if found:
            yield found


def _span(record: Record) -> Span:
    attributes, error = mapping(record.value("attributes")), mapping(record.value("errorInfo"))
    model = text(attributes, "responseModel") or text(attributes, "model")
    known = recorded.about(model, attributes.get("usage"))
    if record.type.endswith("tool_call"):
        known["gen_ai.tool.name"] = record.text("entityName", "entityId", "name")
        known["gen_ai.tool.call.id"] = text(attributes, "toolCallId")
    if "instructions" in attributes:
        known[_INSTRUCTED] = attributes["instructions"]
    span = record.span(_NAMES, known)
    if error:
        span.failed, span.error, span.told = True, text(error, "message"), record.place("errorInfo") + "['message']"
    return span


def _instructed(span: Span) -> Reading | None:
    """An agent's run has its instructions beside what it was asked."""
    attributes = span.attributes
    found = attributes.values.get(_INSTRUCTED)
    if not found:
        return recorded.read_typed(span)
    place = attributes.place(_INSTRUCTED) + "['instructions']"
    sent = attributes.placed(recorded.SENT, conversation.sent(attributes.values.get(recorded.SENT)))
    answered = attributes.placed(recorded.ANSWERED, conversation.answered(attributes.values.get(recorded.ANSWERED)))
    return Reading(sent=[Step(0, StepKind.SYSTEM, found, path=place), *sent], answered=answered)


MASTRA = GroupedFormat(
    "mastra",
    frozenset({"isRootSpan", _INSIDE, "spans"}),
    "spans with `isRootSpan`, or events with an `exportedSpan`: one, a list, or `spans`",
    _EVENTS,
    alike(_EVENTS, lambda item: identity(_span_of(item)[0], "traceId")),
    _read,
    ties=("id", "traceId", "parentSpanId"),
)
