"""Sentry: envelopes that its clients send. Spans of transactions, spans that are sent alone, errors and logs; what else
is in an envelope belongs to all of it.

https://develop.sentry.dev/sdk/telemetry/traces/modules/ai-agents/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...errors import DecodeError
from ...limits import Limits
from ...model import Step, StepKind, Trace
from ..document import Document
from ..document import Part as Side
from ..providers.blocks import first, identity, items, mapping, text
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedDocument, Item, never
from ..tracing.recorded import time_of
from ..tracing.spans import Attributes, Reading, Span, below, written
from ..tree import Dialect, escaped_name
from .envelope import Envelope

MEDIA_TYPE = "application/x-sentry-envelope"
_TELLING = frozenset({
    "event", "transaction", "span", "log", "session", "sessions", "client_report", "attachment", "user_report",
    "feedback", "profile", "profile_chunk", "replay_event", "replay_recording", "replay_video", "statsd", "check_in",
    "trace_metric",
})  # fmt: skip
"""Types of items."""
_HEADS = ("sent_at", "event_id", "dsn", "sdk", "trace")
_HEAD_MOST = 16384
"""Bytes in which the header of the first item begins."""
_FINE = ("", "ok")
_MESSAGE = "sentry.status.message"


class Sentry:
    name = "sentry"
    members: frozenset[str] = frozenset({"item_count"})
    media_types: Sequence[str] = (MEDIA_TYPE,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        if tree is not None or not payload.startswith(b"{"):
            return False
        head, _, rest = payload[:_HEAD_MOST].partition(b"\n")
        second, _, _ = rest.partition(b"\n")
        if not second.startswith(b"{") or b'"type"' not in second or not head.rstrip().endswith(b"}"):
            return False
        try:
            envelope = Envelope.parse(head + b"\n", Limits()), Envelope.parse(second + b"\n", Limits())
        except DecodeError:
            return False
        about, item = (each.tree[0] for each in envelope)
        known = text(item, "type") in _TELLING and ("length" in item or "item_count" in item or len(item) == 1)
        return known and (not about or any(name in about for name in _HEADS))

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        envelope = Envelope.parse(payload, limits)
        if len(envelope.tree) < 2:
            raise DecodeError("wrong-format", "sentry wants an envelope: a line of headers, then items with theirs")
        return _Envelope(envelope, payload, limits)


class _Envelope(GroupedDocument):
    def __init__(self, envelope: Envelope, source: bytes, limits: Limits) -> None:
        dialect = Dialect(
            Sentry.name, MEDIA_TYPE, never, encode=envelope.encode, blobs=lambda _: envelope.blobs, ties=_TIES
        )
        super().__init__(envelope.tree, dialect, _groups, _read, source=source, limits=limits)

    def replace(self, leaf: int, part: Side, text: str | None) -> None:
        """What we call the sides of an item stands in no envelope: it stays."""
        container, _ = self.leaves().slots[leaf]
        if part is Side.VALUE or not any(container is each for each in self._root[0][1:]):
            super().replace(leaf, part, text)


_TIES = ("trace_id", "span_id", "parent_span_id")


def _items(tree: Any) -> Iterator[Item]:
    """`above`: the type of an envelope's item."""
    for at, node in enumerate(tree[1:], 1):
        body, kind, path = node.get("body"), text(mapping(node.get("header")), "type"), f"$[{at}]"
        listed = items(body, "items")
        if listed:
            for index, each in enumerate(listed):
                if isinstance(each, dict):
                    yield Item(each, f"{path}['body']['items'][{index}]", above=kind)
        elif isinstance(body, dict) and kind in ("event", "transaction", "span"):
            yield Item(node, path, above=kind)


def _inside(item: Item) -> tuple[Mapping[str, Any], str]:
    body = item.node.get("body") if "header" in item.node else None
    return (body, item.path + "['body']") if isinstance(body, dict) else (item.node, item.path)


def _context(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(mapping(node.get("contexts")).get("trace"))


def _groups(tree: Any) -> list[list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in _items(tree):
        node, _ = _inside(item)
        found.setdefault(identity(_context(node), "trace_id") or identity(node, "trace_id"), []).append(item)
    return list(found.values()) or [[Item(node, f"$[{n}]", above="") for n, node in enumerate(tree) if n]]


def _read(group: Sequence[Item]) -> Trace:
    spans, alone = list[Span](), dict[int, Step]()
    for item in group:
        node, path = _inside(item)
        if item.above == "span":
            spans.append(_span(node, path, "attributes", "name"))
        elif item.above == "transaction":
            spans += _transaction(node, path)
        elif item.above in ("event", "log"):
            for span, step in _told(node, path):
                spans.append(span)
                alone[id(span)] = step

    def own(span: Span) -> Reading | None:
        step = alone.get(id(span))
        return None if step is None else Reading(steps=[step])

    node, _ = _inside(group[0])
    return trace_of(text(_context(node), "trace_id") or text(node, "trace_id"), spans, first=own)


def _transaction(node: Mapping[str, Any], path: str) -> list[Span]:
    """Its own span is told apart from those in it."""
    place = path + "['contexts']['trace']"
    root = _span({**_context(node), "timestamp": node.get("timestamp"), "start_timestamp": node.get("start_timestamp")},
                 place, "data", "op")  # fmt: skip
    root.name = text(node, "transaction") or root.name
    inner = enumerate(items(node, "spans"))
    spans = [_span(each, f"{path}['spans'][{index}]", "data", "description") for index, each in inner
             if isinstance(each, dict)]  # fmt: skip
    return [root, *spans]


def _span(node: Mapping[str, Any], path: str, field: str, name: str) -> Span:
    attributes = _attributes(node.get(field), path + escaped_name(field))
    at, until = (time_of(node, *names) for names in (("start_timestamp",), ("end_timestamp", "timestamp")))
    return Span(
        id=text(node, "span_id"),
        parent=text(node, "parent_span_id"),
        name=text(node, name) or text(node, "op"),
        attributes=attributes,
        path=path,
        at=at,
        until=until,
        started_at=written(at),
        ended_at=written(until),
        failed=text(node, "status") not in _FINE,
        error=attributes.text(_MESSAGE) or text(node, "status"),
        told=attributes.place(_MESSAGE) if attributes.text(_MESSAGE) else "",
    )


def _told(node: Mapping[str, Any], path: str) -> Iterator[tuple[Span, Step]]:
    """An error, a message or a line of a log."""
    at = time_of(node, "timestamp")
    errors = items(node.get("exception"), "values")
    for index, each in enumerate(errors):
        if isinstance(each, dict):
            place = f"{path}['exception']['values'][{index}]"
            yield _alone(StepKind.ERROR, text(each, "value"), text(each, "type"), place, at)
    if not errors:
        entry = node.get("logentry")
        said = first(mapping(entry), ("formatted", "message")) or first(node, ("message", "body"))
        if said:
            level = text(node, "level")
            kind = StepKind.ERROR if level in ("error", "fatal") else StepKind.EVENT
            yield _alone(kind, said, level, path + ("['logentry']" if entry else ""), at)


def _alone(kind: StepKind, said: str, name: str, path: str, at: float) -> tuple[Span, Step]:
    span = Span("", "", name, Attributes({}, lambda name, within: path), path, at, at, written(at), written(at))
    return span, Step(0, kind, said, name=name, path=path)


def _attributes(node: Any, path: str) -> Attributes:
    """Plain ones, or each with its `type` beside its `value`."""
    values, typed = dict[str, Any](), set[str]()
    for name, each in mapping(node).items():
        if isinstance(each, dict) and "value" in each and "type" in each:
            typed.add(name)
            values[name] = each["value"]
        else:
            values[name] = each

    def locate(name: str, within: str) -> str:
        return below(path + escaped_name(name) + ("['value']" if name in typed else ""), within)

    return Attributes(values, locate)
