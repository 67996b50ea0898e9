"""OTLP's log records as steps: the events of a GenAI call are that call, span by span; others stand for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...model import Step, StepKind, Trace
from ..providers.blocks import text
from ..tracing import coding
from ..tracing.conventions import trace_of
from ..tracing.genai import EVENTS
from ..tracing.grouped import Item
from ..tracing.spans import Attributes, Event, Reading, Span, written
from .spans import attributes_of, seconds, value_of

_ERROR = 17
"""The least severity number of an error."""
_ERRORS = ("SEVERITY_NUMBER_ERROR", "SEVERITY_NUMBER_FATAL")
"""How its name begins, where it is written by name."""
_LAST = "gen_ai.choice"


def read_trace(group: Sequence[Item]) -> Trace:
    spans: list[Span] = []
    calls: dict[str, Span] = {}
    others: dict[int, Reading] = {}
    for item in group:
        event, identity = _event(item), text(item.node, "spanId")
        span = calls.get(identity) if event.name in EVENTS else None
        if span is not None and (event.name == _LAST or span.events[-1].name != _LAST):
            span.events.append(event)
            continue
        at = _at(item)
        span = Span(identity, "", event.name, event.attributes, item.path, at, at, event.at, event.at)
        spans.append(span)
        if event.name in EVENTS:
            span.events.append(event)
            calls[identity] = span
        else:
            others[id(span)] = coding.told(event) or Reading(steps=[_step(item, event)])
    resource = attributes_of(group[0].above, "")
    return trace_of(text(group[0].node, "traceId"), spans, resource, first=lambda span: others.get(id(span)))


def _event(item: Item) -> Event:
    """Its body is one attribute more."""
    node, attributes = item.node, attributes_of(item.node, item.path)
    if "body" in node:
        attributes = Attributes({**attributes.values, "body": value_of(node["body"])}, attributes.locate)
    return Event(text(node, "eventName") or attributes.text("event.name"), attributes, written(_at(item)), item.path)


def _at(item: Item) -> float:
    return seconds(item.node.get("timeUnixNano")) or seconds(item.node.get("observedTimeUnixNano"))


def _step(item: Item, event: Event) -> Step:
    failed = "exception.type" in event.attributes.values or _is_error(item.node.get("severityNumber"))
    values = {name: value for name, value in event.attributes.values.items() if name != "body"}
    body = event.attributes.values.get("body")
    content = body if body is not None else values
    attributes = values if body is not None else {}
    return Step(
        0, StepKind.ERROR if failed else StepKind.EVENT, content, name=event.name or text(item.node, "severityText"),
        attributes=attributes, path=item.path, started_at=event.at,
    )  # fmt: skip


def _is_error(severity: Any) -> bool:
    return severity >= _ERROR if isinstance(severity, int) else str(severity).startswith(_ERRORS)
