"""Spans as stores of events give them back, a document each, with names of the store's own: Honeycomb, Elastic (as
OpenTelemetry's documents and in the Elastic Common Schema), CloudWatch (`aws/spans`, and the logs of Bedrock's
AgentCore), events of TruLens, rows of Logfire. One reader, and a row for each that says where things stand.

https://docs.honeycomb.io/reference/honeycomb-classic/
https://www.elastic.co/docs/reference/ecs/ecs-gen_ai
https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/observability-telemetry.html
https://www.trulens.org/otel/semantic_conventions/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...model import Step, StepKind, Trace
from ..providers.blocks import arguments_of, identity, items, mapping, text
from ..tracing import conversation
from ..tracing.conventions import trace_of
from ..tracing.genai import EVENTS
from ..tracing.grouped import GroupedFormat, Item, alike
from ..tracing.recorded import moment, number
from ..tracing.spans import Attributes, Event, Reading, Span, written
from ..tree import escaped_name
from .otel_spans import nested

_FAILED = ("ERROR", "Error", "error", "failure", "StatusCode.ERROR", "STATUS_CODE_ERROR", 2, True)


@dataclass(frozen=True, slots=True)
class Store:
    """Names, with points where they stand in one another, or are written so. `tells`: all of them a document has;
    `holds`: where its attributes are, in it or itself. `lasted`: how long, of which `each` are a second."""

    tells: Sequence[str]
    trace: str
    span: Sequence[str]
    parent: Sequence[str]
    name: Sequence[str]
    began: Sequence[str]
    ended: Sequence[str] = ()
    lasted: Sequence[str] = ()
    each: float = 1.0
    failed: Sequence[str] = ()
    error: Sequence[str] = ()
    holds: Sequence[str] = ("attributes",)
    flat: bool = False
    """Whether the names are written so, in what holds the attributes."""

    def claims(self, node: Mapping[str, Any]) -> bool:
        if self.flat:
            inner = mapping(node.get(self.holds[0])) if self.holds[0] else node
            return all(name.removeprefix(f"{self.holds[0]}.") in inner for name in self.tells)
        return all(_found(node, "", name) is not None for name in self.tells) and all(
            isinstance(held[0], dict) for name in self.holds if (held := _found(node, "", name)) is not None
        )


def _found(node: Mapping[str, Any], path: str, name: str) -> tuple[Any, str] | None:
    """What stands under a name, however it is nested, and where."""
    if name in node or not name:
        return (node[name], path + escaped_name(name)) if name else (node, path)
    at = name.find(".")
    while at >= 0:
        inner = node.get(name[:at])
        found = _found(inner, path + escaped_name(name[:at]), name[at + 1 :]) if isinstance(inner, dict) else None
        if found is not None:
            return found
        at = name.find(".", at + 1)
    return None


def _value(node: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((found[0] for name in names if (found := _found(node, "", name)) is not None), None)


def _text(node: Mapping[str, Any], names: Sequence[str]) -> str:
    return identity({"": _value(node, names)}, "")


def _span(store: Store, item: Item) -> Span:
    node = item.node
    roots = []
    for name in store.holds:
        held = _found(node, item.path, name)
        if held is not None and isinstance(held[0], dict):
            roots += [(key, value, held[1] + escaped_name(key)) for key, value in held[0].items()]
    began, at = _time(_value(node, store.began))
    ended, until = _time(_value(node, store.ended))
    lasted = number(_value(node, store.lasted)) / store.each
    if not ended and at and lasted:
        until = at + lasted
        ended = written(until)
    return Span(
        id=_text(node, store.span),
        parent=_text(node, store.parent),
        name=_text(node, store.name),
        attributes=nested(roots, item.path),
        path=item.path,
        at=at,
        until=until or at,
        started_at=began,
        ended_at=ended or began,
        events=list(_events(node, item.path)),
        failed=_value(node, store.failed) in _FAILED,
        error=_text(node, store.error),
    )


def _time(value: Any) -> tuple[str, float]:
    """Nanoseconds where it is a number."""
    if isinstance(value, str):
        return value, moment(value)
    seconds = number(value) / 1e9
    return written(seconds), seconds


def _events(node: Mapping[str, Any], path: str) -> Iterator[Event]:
    for index, event in enumerate(items(node, "events")):
        if isinstance(event, dict):
            place = f"{path}['events'][{index}]"
            held = mapping(event.get("attributes"))
            roots = [(name, value, f"{place}['attributes']{escaped_name(name)}") for name, value in held.items()]
            at, _ = _time(event.get("timeUnixNano", event.get("timestamp")))
            yield Event(text(event, "name"), nested(roots, place), at, place)


def _logged(item: Item) -> Span:
    """A record of a log: an event of GenAI's conventions, or both sides of a call in its body."""
    node, path = item.node, item.path
    attributes, body = mapping(node.get("attributes")), node.get("body")
    roots = [(name, value, f"{path}['attributes']{escaped_name(name)}") for name, value in attributes.items()]
    named = text(attributes, "event.name") or text(node, "eventName")
    told = nested([*roots, ("body", body, path + "['body']")], path)
    at, moment_ = _time(node.get("timeUnixNano") or node.get("observedTimeUnixNano"))
    span = Span("", text(node, "spanId"), named, told, path, moment_, moment_, at, at)
    if named in EVENTS:
        span.events = [Event(named, Attributes({**attributes, "body": body}, told.locate), at, path)]
    return span


def _of_body(span: Span) -> Reading | None:
    body = mapping(span.attributes.values.get("body"))
    if span.name in EVENTS or "body" not in span.attributes.values:
        return None
    reading = Reading()
    for side, read in (("input", conversation.sent), ("output", conversation.answered)):
        said = mapping(body.get(side)).get("messages")
        if isinstance(said, list):
            steps = read([_plain(each) for each in said], f"['body']['{side}']['messages']")
            for step in steps:
                step.path = span.path + step.path
            (reading.sent if side == "input" else reading.answered).extend(steps)
    if reading:
        return reading
    said = span.attributes.values["body"]
    return Reading(steps=[Step(0, StepKind.EVENT, said, span.name, path=span.path + "['body']")]) if said else None


def _plain(message: Any) -> Any:
    """Its content stands in an object, as text or as JSON of blocks."""
    content = mapping(message).get("content")
    if not isinstance(content, dict):
        return message
    inner = next((content[name] for name in ("content", "message", "text") if name in content), None)
    more = {"tool_call_id": content["id"]} if isinstance(content.get("id"), str) else {}
    return {**message, **more, "content": arguments_of(inner) if isinstance(inner, str) and inner[:1] == "[" else inner}


_HONEYCOMB = [
    Store(
        (f"{data}trace.trace_id", f"{data}trace.span_id"), f"{data}trace.trace_id", (f"{data}trace.span_id",),
        (f"{data}trace.parent_id",), (f"{data}name",), ("time", "timestamp", "Timestamp", "data.Timestamp"),
        lasted=(f"{data}duration_ms",), each=1e3, failed=(f"{data}error", f"{data}status_code"),
        error=(f"{data}status_message", f"{data}exception.message", f"{data}error.message"),
        holds=(data[:-1],), flat=True,
    )
    for data in ("data.", "")
]  # fmt: skip
_ELASTIC = [
    Store(
        ("@timestamp", "trace_id", "span_id", "attributes"), "trace_id", ("span_id",), ("parent_span_id",), ("name",),
        ("@timestamp",), lasted=("duration",), each=1e9, failed=("status.code",), error=("status.message",),
    ),
    Store(
        ("@timestamp", "trace.id", "gen_ai"), "trace.id", ("span.id", "transaction.id"), ("parent.id",),
        ("span.name", "transaction.name"), ("@timestamp",),
        lasted=("span.duration.us", "transaction.duration.us"), each=1e6, failed=("event.outcome",),
        error=("error.message",), holds=("",),
    ),
]  # fmt: skip
_CLOUDWATCH = [
    Store(
        ("traceId", "spanId", "startTimeUnixNano", "attributes"), "traceId", ("spanId",), ("parentSpanId",), ("name",),
        ("startTimeUnixNano",), ("endTimeUnixNano",), failed=("status.code",), error=("status.message",),
    ),
]  # fmt: skip
_LOGGED = Store(("traceId", "spanId", "body", "observedTimeUnixNano", "attributes"), "traceId", (), (), (), ())
_TRULENS = [
    Store(
        ("record_attributes", "trace.trace_id", "start_timestamp"), "trace.trace_id", ("trace.span_id", "event_id"),
        ("trace.parent_id", "record.parent_span_id"), ("record.name",), ("start_timestamp",), ("timestamp",),
        failed=("record.status",), holds=("record_attributes",),
    ),
]  # fmt: skip
_LOGFIRE = [
    Store(
        ("trace_id", "span_id", "span_name", "start_timestamp", "attributes"), "trace_id", ("span_id",),
        ("parent_span_id",), ("span_name",), ("start_timestamp",), ("end_timestamp",),
        failed=("is_exception", "otel_status_code"), error=("otel_status_message", "exception_message"),
    ),
]  # fmt: skip
_HITS = ("hits", "_source")


def _format(
    name: str, wants: str, stores: Sequence[Store], members: Sequence[Any], *lists: str, ties: Sequence[str] = ()
) -> GroupedFormat:
    def store_of(node: Mapping[str, Any]) -> Store | None:
        return next((each for each in stores if each.claims(node)), None)

    def documents(tree: Any) -> Iterator[Item]:
        """One, a list, or what a search gives: the document in each of its hits."""
        nodes: Sequence[tuple[Any, str]] = [(tree, "$")]
        if isinstance(tree, list):
            nodes = [(node, f"$[{index}]") for index, node in enumerate(tree)]
        elif isinstance(tree, dict) and store_of(tree) is None:
            for way in lists:
                above, _, under = way.rpartition(".")
                held, place = _found(tree, "$", above) or (None, "") if above else (tree, "$")
                listed = items(mapping(held), under)
                nodes = [*nodes, *((node, f"{place}['{under}'][{index}]") for index, node in enumerate(listed))]
        for node, path in nodes:
            inner, place = (node, path)
            if isinstance(node, dict) and isinstance(node.get("_source"), dict):
                inner, place = node["_source"], path + "['_source']"
            if isinstance(inner, dict) and store_of(inner) is not None:
                yield Item(inner, place)

    def trace(item: Item) -> str:
        store = store_of(item.node)
        return _text(item.node, (store.trace,)) if store is not None else ""

    def read(group: Sequence[Item]) -> Trace:
        spans = []
        for item in group:
            store = store_of(item.node)
            spans.append(_logged(item) if store is _LOGGED else _span(store or stores[0], item))
        return trace_of(trace(group[0]), spans, first=_of_body)

    known = frozenset((*members, *(way.partition(".")[0] for way in lists)))
    return GroupedFormat(
        name, known, wants, documents, alike(documents, trace), read, ties=ties,
        holding=frozenset(way.partition(".")[0] for way in lists),
    )  # fmt: skip


HONEYCOMB = _format(
    "honeycomb", "events with `trace.trace_id` and `trace.span_id`: one, a list, or `results`", _HONEYCOMB,
    (frozenset({"data"}), "trace.trace_id", "trace"), "results", "data.results",
    ties=("trace.trace_id", "trace.span_id", "trace.parent_id"),
)  # fmt: skip
ELASTIC = _format(
    "elastic", "documents of spans: one, a list, or the hits of a search", _ELASTIC, ("@timestamp", "_source"),
    "hits.hits", ties=("trace_id", "span_id", "parent_span_id", "id", "trace.id", "span.id"),
)  # fmt: skip
CLOUDWATCH = _format(
    "cloudwatch", "spans of `aws/spans` and records of AgentCore's logs: one, or a list", [*_CLOUDWATCH, _LOGGED],
    (frozenset({"traceId", "spanId", "attributes"}),), ties=("traceId", "spanId", "parentSpanId"),
)  # fmt: skip
TRULENS_EVENTS = _format(
    "trulens-events", "events with `record_attributes`: one, a list, or `events`", _TRULENS, ("record_attributes",),
    "events", ties=("trace_id", "span_id", "parent_id", "event_id"),
)  # fmt: skip
LOGFIRE = _format(
    "logfire", "rows of a query of Logfire with `span_name`: one, a list, or `rows`", _LOGFIRE,
    (frozenset({"span_name", "span_id"}),), "rows", ties=("trace_id", "span_id", "parent_span_id"),
)  # fmt: skip
STORED = (HONEYCOMB, ELASTIC, CLOUDWATCH, TRULENS_EVENTS, LOGFIRE)
