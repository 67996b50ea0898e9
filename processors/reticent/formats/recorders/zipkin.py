"""Zipkin: spans (v2) as clients and the OpenTelemetry Collector write them, in a list or in protobuf
(zipkin.proto3.ListOfSpans), and its interface's traces.

https://zipkin.io/zipkin-api/zipkin2-api.yaml
https://github.com/openzipkin/zipkin-api/blob/master/zipkin.proto
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from ...model import Trace
from ..document import Part
from ..otlp.names import ID_FORMS, another_id
from ..protobuf import wire
from ..protobuf.document import EncodedFormat, ProtoDocument
from ..protobuf.record import HEXADECIMAL, Form, Kind
from ..protobuf.schema import messages
from ..providers.blocks import arguments_of, identity, items, mapping, text
from ..tracing.conventions import trace_of
from ..tracing.grouped import Item, alike
from ..tracing.spans import Attributes, Event, Span, below, written
from ..tree import escaped_name
from ..walk import Visit, Walk
from .jaeger import seconds

_IDS = {"traceId": 16, "id": 8, "parentId": 8}
_ID_FORMS = {
    "traceId": re.compile(f"(?:{ID_FORMS[16].pattern})|[0-9a-fA-F]{{16}}"), "id": ID_FORMS[8], "parentId": ID_FORMS[8],
}  # fmt: skip
_ERROR, _STATUS, _TOLD = "error", "otel.status_code", "otel.status_description"
_OTHERS = frozenset({"type", "value"})
_TELLING = ("timestamp", "tags", "localEndpoint", "kind", "duration")


def _is_span(node: Any) -> bool:
    if not isinstance(node, dict) or "traceId" not in node or "id" not in node or "spanId" in node:
        return False
    return (
        any(name in node for name in _TELLING) and isinstance(node.get("tags", {}), dict) and _OTHERS.isdisjoint(node)
    )


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


def _held(tree: Any) -> Iterator[Item]:
    """Those of a message."""
    for index, node in enumerate(items(tree, "spans")):
        yield Item(node, f"$['spans'][{index}]", (index,))


def _trace(item: Item) -> str:
    return identity(item.node, "traceId")


def _read(group: Sequence[Item]) -> Trace:
    return trace_of(text(group[0].node, "traceId"), [_span(item.node, item.path) for item in group])


def _span(node: Mapping[str, Any], path: str) -> Span:
    tags, place = _tags(node, path + "['tags']")
    at = seconds(node.get("timestamp"))
    until = at + seconds(node.get("duration"))
    failed = _ERROR in tags or tags.get(_STATUS) == "ERROR"
    why = _TOLD if text(tags, _ERROR) in ("", "true") and text(tags, _TOLD) else _ERROR
    return Span(
        id=text(node, "id"),
        parent=text(node, "parentId"),
        name=text(node, "name"),
        attributes=Attributes(tags, lambda name, within: below(place(name), within)),
        path=path,
        at=at,
        until=until,
        started_at=written(at),
        ended_at=written(until),
        events=list(_events(node, path)),
        failed=failed,
        error=text(tags, why),
        told=place(why) if why in tags else path + "['tags']",
    )


def _tags(node: Mapping[str, Any], path: str) -> tuple[dict[str, Any], Callable[[str], str]]:
    """An object, or a list of its entries, and where each stands."""
    entries = [(n, each) for n, each in enumerate(items(node, "tags")) if isinstance(each, dict)]
    if not entries:
        return dict(mapping(node.get("tags"))), lambda name: path + escaped_name(name)
    places = {text(each, "key"): f"{path}[{n}]['value']" for n, each in entries}
    return {text(each, "key"): each.get("value", "") for _, each in entries}, lambda name: places.get(name, path)


def _events(node: Mapping[str, Any], path: str) -> Iterator[Event]:
    for index, each in enumerate(items(node, "annotations")):
        if isinstance(each, dict):
            name, values = _annotated(text(each, "value"))
            place = f"{path}['annotations'][{index}]"
            attributes = Attributes(values, lambda name, within, place=place: place)  # type: ignore[misc]
            yield Event(name, attributes, written(seconds(each.get("timestamp"))), place)


def _annotated(said: str) -> tuple[str, dict[str, Any]]:
    """The Collector writes an event as its name, its attributes as JSON, and how many were dropped, with bars between
    them."""
    name, _, rest = said.partition("|")
    attributes = arguments_of(rest.rpartition("|")[0])
    return (name, attributes) if isinstance(attributes, dict) else (said, {})


class _Walk(Walk):
    def _object(self, node: dict[str, Any], depth: int, trail: str) -> list[Visit]:
        first = len(self.leaves.texts)
        below = super()._object(node, depth, trail)
        if "traceId" in node:
            self.set_apart(node, first, _ID_FORMS)
        return below


class _Document(ProtoDocument):
    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        """A masked id of a span is another valid id, equal ones alike."""
        container, key = self.leaves().slot(leaf)
        if part is Part.VALUE and text is not None and key in _IDS and "traceId" in container:
            text = another_id(text, _IDS[key], "")
        super().replace(leaf, part, text)


def _address(text: str) -> bytes | None:
    try:
        return ip_address(text).packed
    except ValueError:
        return None


_ADDRESS = Form(lambda value: str(ip_address(value)) if len(value) in (4, 16) else value.hex(), _address)
_MESSAGES = messages("zipkin.proto3", {
    "Endpoint": {"service_name": (1, "string"), "ipv4": (2, "bytes"), "ipv6": (3, "bytes"), "port": (4, "int32")},
    "Annotation": {"timestamp": (1, "fixed64"), "value": (2, "string")},
    "Tag": {"key": (1, "string"), "value": (2, "string")},
    "Span": {
        "trace_id": (1, "bytes"), "parent_id": (2, "bytes"), "id": (3, "bytes"), "kind": (4, "int32"),
        "name": (5, "string"), "timestamp": (6, "fixed64"), "duration": (7, "uint64"),
        "local_endpoint": (8, "Endpoint"), "remote_endpoint": (9, "Endpoint"), "annotations": (10, "*Annotation"),
        "tags": (11, "*Tag"), "debug": (12, "bool"), "shared": (13, "bool"),
    },
    "ListOfSpans": {"spans": (1, "*Span")},
})  # fmt: skip
_SIZES = {1: (8, 16), 2: (8,), 3: (8,)}
"""Of the ids of a span, by their fields' numbers."""


def _is_message(payload: bytes) -> bool:
    """Whether all of it are spans, of which the first has the ids of one."""
    if not payload.startswith(b"\x0a"):
        return False
    try:
        spans = list(wire.fields(payload))
        if not spans or any((number, kind) != (1, wire.LENGTH) for number, kind, _, _ in spans):
            return False
        _, _, begin, end = spans[0]
        first = wire.fields(payload, begin, end)
        found = {number: last - at for number, kind, at, last in first if kind == wire.LENGTH}
    except ValueError:
        return False
    return {1, 3} <= found.keys() and all(found.get(number, 8) in sizes for number, sizes in _SIZES.items())


ZIPKIN = EncodedFormat(
    "zipkin",
    frozenset({"traceId"}),
    "spans with a traceId and an id: one, or a list of them",
    _spans,
    alike(_spans, _trace),
    _read,
    ties=tuple(_IDS),
    kind=Kind(
        _MESSAGES["ListOfSpans"], "list of Zipkin's spans", ("spans",),
        {**dict.fromkeys(_IDS, HEXADECIMAL), "ipv4": _ADDRESS, "ipv6": _ADDRESS}, wide=int,
    ),
    signs=_is_message,
    held=_held,
    trace=_trace,
    walk=_Walk,
    document=_Document,
)  # fmt: skip
