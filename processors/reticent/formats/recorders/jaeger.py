"""Jaeger: spans as its model is written in JSON: one, a list, or batches of them; traces as its interface gives them
(`data`); and a span in protobuf (jaeger.api_v2.Span). The OpenTelemetry Collector's Kafka exporter writes a span a
record, as `jaeger_json` or `jaeger_proto`.

https://www.jaegertracing.io/docs/latest/architecture/apis/
https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v2/model.proto
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import BlobKind, Trace
from ..document import LABEL, Blob, Part
from ..otlp.names import ID_FORMS, another_id, hexadecimal
from ..protobuf import wire
from ..protobuf.document import EncodedFormat, ProtoDocument
from ..protobuf.record import HEXADECIMAL, Kind, snake
from ..protobuf.schema import messages
from ..providers.blocks import first, identity, items
from ..tracing.conventions import trace_of
from ..tracing.grouped import Item, alike
from ..tracing.recorded import number, time_of
from ..tracing.spans import Attributes, Event, Span, below, written
from ..walk import Visit, Walk

_TRACE, _ID = ("traceId", "traceID", "trace_id"), ("spanId", "spanID", "span_id")
_NAME = ("operationName", "operation_name")
_VALUES = ("vStr", "v_str", "vInt64", "v_int64", "vFloat64", "v_float64", "vBool", "v_bool", "vBinary", "v_binary",
           "value")  # fmt: skip
_NUMBERS = frozenset({"vInt64", "v_int64"})
_TYPES = ("vType", "v_type", "type")
_BINARY = frozenset({"vBinary", "v_binary"})
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_LABEL_MOST = 80
_IDS: Mapping[str, int] = {**dict.fromkeys(_TRACE, 16), **dict.fromkeys((*_ID, "parentSpanID", "parentSpanId"), 8)}
_ID_FORMS = {name: ID_FORMS[size] for name, size in _IDS.items()}
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
    return trace_of(_trace(group[0]), [_span(item) for item in group])


def _trace(item: Item) -> str:
    return hexadecimal(identity(item.node, *_TRACE))


def _span(item: Item) -> Span:
    node, path = item.node, item.path
    tags = _tags(node, "tags", path)
    at = _moment(node, "startTime", "start_time")
    until = at + _seconds(node.get("duration"))
    values = tags.values
    failed = values.get("error") in (True, "true") or values.get(_STATUS) == "ERROR"
    return Span(
        id=hexadecimal(first(node, _ID)),
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
            return hexadecimal(first(each, _ID))
    return first(node, ("parentSpanID", "parentSpanId"))


def _events(node: Mapping[str, Any], path: str) -> Iterator[Event]:
    """A line of a log is named by its field `event`."""
    for index, each in enumerate(items(node, "logs")):
        if isinstance(each, dict):
            place = f"{path}['logs'][{index}]"
            fields = _tags(each, "fields", place)
            yield Event(fields.text("event", "message"), fields, written(_moment(each, "timestamp")), place)


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


def _moment(node: Mapping[str, Any], *names: str) -> float:
    found = next((node[name] for name in names if isinstance(node.get(name), dict)), None)
    return time_of(node, *names, each=1e6) if found is None else _seconds(found)


def _seconds(value: Any) -> float:
    """`1.5s`, seconds and nanoseconds, as protobuf has both, or microseconds."""
    if isinstance(value, dict):
        return number(value.get("seconds")) + number(value.get("nanos")) / 1e9
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    return float(value[:-1]) if found is not None else seconds(value)


def seconds(microseconds: Any) -> float:
    return number(microseconds) / 1e6


class _Walk(Walk):
    """The value of a tag stands behind its key; bytes are no text."""

    def _object(self, node: dict[str, Any], depth: int, trail: str) -> list[Visit]:
        leaves, first = self.leaves, len(self.leaves.texts)
        below = super()._object(node, depth, trail)
        key = node.get("key")
        for leaf, name in enumerate(node, first) if type(key) is str and len(key) <= _LABEL_MOST else ():
            if name not in _VALUES:
                continue
            value = leaves.texts[leaf][abs(leaves.heads[leaf]) :]
            if _is_binary(node, name, value):
                leaves.texts[leaf] = leaves.texts[leaf][: abs(leaves.heads[leaf])]
                leaves.blobs.append(Blob(leaf, BlobKind.BINARY, value))
            elif value and key:
                leaves.texts[leaf], leaves.heads[leaf] = f"{key}{LABEL}{value}", -len(key) - 1
        self.set_apart(node, first, _ID_FORMS)
        return below


def _is_binary(tag: Mapping[str, Any], name: str, value: str) -> bool:
    return (name in _BINARY or tag.get("type") == "binary") and _BASE64.fullmatch(value) is not None


class _Document(ProtoDocument):
    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        """A tag's value that is masked is a text from then on; a masked id is another valid id, equal ones alike."""
        container, key = self.leaves().slot(leaf)
        if part is Part.VALUE and isinstance(container, dict) and text is not None:
            if key in _IDS:
                text = another_id(text, _IDS[key], str(container[self._renames.now(container, key)]))
            elif key in _VALUES and "key" in container:
                self._become_text(container, key)
        super().replace(leaf, part, text)

    def _become_text(self, container: dict[str, Any], key: str) -> None:
        wanted = "value" if key == "value" else "v_str" if "_" in key else "vStr"
        if key != wanted and self._renames.to(container, key) != wanted:
            self._renames.add(container, key, wanted)
            self._places.clear()
        for name in _TYPES:
            if isinstance(container.get(name), str):
                container[name] = "string" if name == "type" else "STRING"


_TAG = {"key": (1, "string"), "v_type": (2, "int32"), "v_str": (3, "string"), "v_bool": (4, "bool"),
        "v_int64": (5, "int64"), "v_float64": (6, "double"), "v_binary": (7, "bytes")}  # fmt: skip
_TIME = {"seconds": (1, "int64"), "nanos": (2, "int32")}
_MESSAGES = messages("jaeger.api_v2", {
    "KeyValue": _TAG,
    "Time": _TIME,
    "Log": {"timestamp": (1, "Time"), "fields": (2, "*KeyValue")},
    "SpanRef": {"trace_id": (1, "bytes"), "span_id": (2, "bytes"), "ref_type": (3, "int32")},
    "Process": {"service_name": (1, "string"), "tags": (2, "*KeyValue")},
    "Span": {
        "trace_id": (1, "bytes"), "span_id": (2, "bytes"), "operation_name": (3, "string"),
        "references": (4, "*SpanRef"), "flags": (5, "uint32"), "start_time": (6, "Time"), "duration": (7, "Time"),
        "tags": (8, "*KeyValue"), "logs": (9, "*Log"), "process": (10, "Process"), "process_id": (11, "string"),
        "warnings": (12, "*string"),
    },
})  # fmt: skip
_BEGINS = b"\x0a\x10"
_SIGNED = ((1, wire.LENGTH, 16), (2, wire.LENGTH, 8))
"""The first fields that Jaeger writes of a span, both of them always: (number, wire type, size)."""


def _write_tag(message: Any, node: Any, name: Any) -> None:
    """What was no text and is one now goes from its own field."""
    said = node.get("key" if name == "key" else "vStr")
    if name not in ("key", "vStr"):
        message.ClearField(snake(name))
        message.v_type = 0
    if name != "vType":
        setattr(message, "key" if name == "key" else "v_str", said if isinstance(said, str) else "")


def _is_message(payload: bytes) -> bool:
    """Whether all of it are fields, of which the first two are a trace's id and a span's."""
    if not payload.startswith(_BEGINS):
        return False
    try:
        found = [(number, kind, end - begin) for number, kind, begin, end in wire.fields(payload)]
    except ValueError:
        return False
    return tuple(found[:2]) == _SIGNED


JAEGER = EncodedFormat(
    "jaeger",
    frozenset({*_NAME, "spans", "data"}),
    "spans with an operationName: one, a list, `spans` of a batch, or `data` of the interface",
    _spans,
    alike(_spans, _trace),
    _read,
    ties=tuple(_IDS),
    holding=frozenset({"spans", "data"}),
    kind=Kind(
        _MESSAGES["Span"], "span of Jaeger", forms=dict.fromkeys(_IDS, HEXADECIMAL), wide=int,
        write={_MESSAGES["KeyValue"].DESCRIPTOR.full_name: _write_tag},
    ),
    signs=_is_message,
    held=lambda tree: iter((Item(tree, "$"),)),
    trace=_trace,
    walk=_Walk,
    document=_Document,
)  # fmt: skip
