"""OTLP's protobuf messages: what a record of them is, and how it is told from others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from ..protobuf import wire
from ..protobuf.record import HEXADECIMAL, Kind, ProtoRecord, Table
from .names import IDS, KINDS


def _names(descriptor: Any, found: set[str]) -> set[str]:
    """The names of a message's fields, and of those below it, in both spellings."""
    for field in descriptor.fields:
        if field.json_name not in found:
            found.update((field.json_name, field.name))
            if field.message_type is not None:
                _names(field.message_type, found)
    return found


NAMES = frozenset(_names(TracesData.DESCRIPTOR, set()) | _names(LogsData.DESCRIPTOR, set()))
"""OTLP's own field names."""


def _attributes(record: ProtoRecord, attributes: Any, table: Table) -> list[dict[str, Any]]:
    """Most are texts."""
    if not record.whole:
        return record.objects(attributes, table)
    record.count(attributes)
    found: list[dict[str, Any]] = []
    for each in attributes:
        value = each.value
        if value.WhichOneof("value") == "string_value":
            found.append({"key": each.key, "value": {"stringValue": value.string_value}})
        else:
            found.append(record.object(each, table))
    return found


def _write_value(message: Any, node: Any, name: Any) -> None:
    value = next((node[kind] for kind in KINDS if kind in node), None)
    if value is None:
        message.Clear()
    else:
        message.string_value = value


def _kind(message: Any, says: str, *items: str) -> Kind:
    return Kind(
        message, says, items, dict.fromkeys(IDS, HEXADECIMAL),
        read={KeyValue.DESCRIPTOR.full_name: _attributes}, write={AnyValue.DESCRIPTOR.full_name: _write_value},
    )  # fmt: skip


# what exporters send to a collector (Export...ServiceRequest) is the same
TRACES_DATA = _kind(TracesData, "OTLP traces", "resourceSpans", "scopeSpans", "spans")
LOGS_DATA = _kind(LogsData, "OTLP logs", "resourceLogs", "scopeLogs", "logRecords")


def told(payload: bytes) -> Kind | None:
    """By its first span or log record, which lies at 1.2.2: by the first field of it that only one of them has."""
    if not payload.startswith(b"\x0a"):
        return None
    try:
        return next((found for sign in _first(payload, 0, len(payload), 3) if (found := _SIGNS.get(sign))), None)
    except ValueError:
        return None


_SIGNS: Mapping[tuple[int, int, int], Kind] = {
    # trace_id, start and end time
    **dict.fromkeys(((1, wire.LENGTH, 16), (7, wire.FIXED64, 8), (8, wire.FIXED64, 8)), TRACES_DATA),
    # time, observed time, severity, trace_id
    **dict.fromkeys(
        ((1, wire.FIXED64, 8), (11, wire.FIXED64, 8), (2, wire.VARINT, 1), (9, wire.LENGTH, 16)), LOGS_DATA
    ),
}
"""By (number, wire type, size) of a field."""


def _first(payload: bytes, begin: int, end: int, levels: int) -> Iterator[tuple[int, int, int]]:
    """The fields of the first item that has any: of the outermost message's first field, and twice of the second."""
    if not levels:
        for number, kind, at, last in wire.fields(payload, begin, end):
            yield number, kind, last - at
        return
    wanted = 1 if levels == 3 else 2
    for number, kind, at, last in wire.fields(payload, begin, end):
        if number == wanted and kind == wire.LENGTH:
            empty = True
            for sign in _first(payload, at, last, levels - 1):
                empty = False
                yield sign
            if not empty:
                return
