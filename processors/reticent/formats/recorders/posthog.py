"""PostHog: events of AI observability ($ai_generation, $ai_span, ...), one, a list, or in a batch beside other events.

https://posthog.com/docs/ai-engineering/traces-generations
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Step, StepKind, Trace
from ..providers.blocks import arguments_of, identity, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Reading, Span, written

_OWN = "$ai_"
_CALL = "$ai_generation"
_GENERATION = Names("$ai_input", "$ai_output_choices", (), ("timestamp",), "$ai_parent_id", "properties",
                    name=("$ai_span_name",))  # fmt: skip
_SPAN = Names("$ai_input_state", "$ai_output_state", (), ("timestamp",), "$ai_parent_id", "properties",
              name=("$ai_span_name",))  # fmt: skip
_NAMES: Mapping[str, Names] = {_CALL: _GENERATION, "$ai_embedding": _GENERATION}
_REMARKS = ("$ai_metric", "$ai_feedback", "$ai_evaluation")
"""Events that say something about a trace."""


def _is_event(node: Mapping[str, Any]) -> bool:
    """By its names: whatever is masked in it, it is one still."""
    properties = node.get("properties")
    return "event" in node and isinstance(properties, dict) and any(name.startswith(_OWN) for name in properties)


def _read(group: Sequence[Item]) -> Trace:
    spans, remarks = list[Span](), dict[int, Step]()
    for item in group:
        span = _span(item)
        spans.append(span)
        if text(item.node, "event") in _REMARKS:
            properties = item.node["properties"]
            said = {name: value for name, value in properties.items() if name.startswith(_OWN) and value is not None}
            step = Step(0, StepKind.EVENT, said, name=span.name, path=item.path + "['properties']")
            remarks[id(span)] = step

    def first(span: Span) -> Reading | None:
        step = remarks.get(id(span))
        return recorded.read_typed(span) if step is None else Reading(steps=[step])

    properties = [mapping(item.node.get("properties")) for item in group]
    told = trace_of(text(properties[0], "$ai_trace_id"), spans, first=first)
    sessions = (text(each, name) for name in ("$ai_session_id", "$session_id") for each in properties)
    told.session_id = told.session_id or next(filter(None, sessions), "")
    return told


def _span(item: Item) -> Span:
    """An event is sent when what it tells of has ended."""
    node, properties = item.node, mapping(item.node.get("properties"))
    place = item.path + "['properties']"
    record = Record(Part(node, item.path), Part(properties, place))
    event = text(node, "event")
    record.type = "model" if event == _CALL else ""
    usage = {"input_tokens": properties.get("$ai_input_tokens"), "output_tokens": properties.get("$ai_output_tokens")}
    span = record.span(_NAMES.get(event, _SPAN), recorded.about(text(properties, "$ai_model"), usage))
    span.id, span.name = text(properties, "$ai_span_id"), span.name or event
    if span.until and (latency := recorded.number(properties.get("$ai_latency"))):
        span.at = span.until - latency
        span.started_at = written(span.at)
    else:
        span.at, span.started_at = span.until, span.ended_at
    if properties.get("$ai_is_error") is True:
        error = arguments_of(properties.get("$ai_error"))
        said = text(error, "message") if isinstance(error, dict) else str(error)
        span.failed, span.error, span.told = True, said, place + "['$ai_error']"
    return span


_EVENTS = listed(_is_event, "batch", "data", "results")
POSTHOG = GroupedFormat(
    "posthog",
    frozenset({"event", "batch", "data", "results"}),
    "events with properties `$ai_...`: one, a list, or a `batch`",
    _EVENTS,
    alike(_EVENTS, lambda item: identity(item.node["properties"], "$ai_trace_id") or item.path),
    _read,
    ties=("$ai_trace_id", "$ai_span_id", "$ai_parent_id"),
    holding=frozenset({"batch", "data", "results"}),
)
