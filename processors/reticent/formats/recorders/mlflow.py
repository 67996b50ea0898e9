"""MLflow's traces as `to_dict` and `to_json` write them, and a list of them: of its third generation of spans, whose
fields are OTLP's, and of the second. Attributes are JSON in strings.

https://mlflow.org/docs/latest/genai/concepts/trace
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ...model import Trace
from .. import jsontext
from ..jsontext import Number, number_text
from ..otlp.names import hexadecimal
from ..providers.blocks import first, items, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alone, each, listed
from ..tracing.recorded import ANSWERED, SENT, TYPE
from ..tracing.spans import Attributes, Event, Span, written
from ..tree import escaped_name

_IDS = ("trace_id", "request_id")
_SENT, _ANSWERED = "mlflow.spanInputs", "mlflow.spanOutputs"
_SESSION = "mlflow.trace.session"
_FAILED = ("ERROR", "STATUS_CODE_ERROR")


def _is_trace(node: Mapping[str, Any]) -> bool:
    if not isinstance(info := node.get("info"), dict):
        return False
    data = node.get("data")
    return isinstance(data, dict) and isinstance(data.get("spans"), list) and any(name in info for name in _IDS)


def _read(item: Item) -> Trace:
    info, data = mapping(item.node.get("info")), mapping(item.node.get("data"))
    spans = [
        _span(node, f"{item.path}['data']['spans'][{number}]")
        for number, node in enumerate(items(data, "spans"))
        if isinstance(node, dict)
    ]
    told = trace_of(first(info, _IDS), spans, first=recorded.read_typed)
    metadata = info.get("trace_metadata") or info.get("request_metadata")
    told.session_id = text(mapping(metadata), _SESSION) or told.session_id
    return told


def _span(node: Mapping[str, Any], path: str) -> Span:
    context, status = mapping(node.get("context")), node.get("status")
    at = _seconds(node.get("start_time_unix_nano", node.get("start_time")))
    until = _seconds(node.get("end_time_unix_nano", node.get("end_time")))
    code, said = text(node, "status_code"), text(node, "status_message")
    if isinstance(status, dict):
        code, said = text(status, "code"), text(status, "message")
    return Span(
        id=hexadecimal(text(node, "span_id") or text(context, "span_id")),
        parent=hexadecimal(text(node, "parent_span_id") or text(node, "parent_id")),
        name=text(node, "name"),
        attributes=_attributes(node, path),
        path=path,
        at=at,
        until=until,
        started_at=written(at),
        ended_at=written(until),
        events=[
            Event(text(event, "name"), _plain(event, place), _when(event), place)
            for number, event in enumerate(items(node, "events"))
            if isinstance(event, dict)
            for place in (f"{path}['events'][{number}]",)
        ],
        failed=code in _FAILED,
        error=said,
    )


def _attributes(node: Mapping[str, Any], path: str) -> Attributes:
    """What the JSON in them says; both sides of a span under the names that all recorders' have."""
    raw = mapping(node.get("attributes"))
    values = {name: _opened(value) for name, value in raw.items()}
    own = {SENT: _SENT, ANSWERED: _ANSWERED}
    for name, field in own.items():
        values[name] = values.pop(field, None)
    values[TYPE] = _text(values.get("mlflow.spanType"))
    values |= recorded.about(_text(values.get("mlflow.llm.model")), values.get("mlflow.chat.tokenUsage"))

    def locate(name: str, within: str) -> str:
        field = own.get(name, name)
        if field not in raw:
            return path
        place = f"{path}['attributes']{escaped_name(field)}"
        # the path within JSON in a string stands behind that of the string (steps.py)
        return place if within == "$" else place + (within if isinstance(raw[field], str) else within[1:])

    return Attributes(values, locate)


def _plain(event: Mapping[str, Any], path: str) -> Attributes:
    values = mapping(event.get("attributes"))
    return Attributes(values, lambda name, within: f"{path}['attributes']{escaped_name(name)}{within[1:]}")


def _opened(value: Any) -> Any:
    """A text of JSON as what it says; what is none as it is."""
    if not isinstance(value, str) or value[:1] not in ('"', "{", "["):
        return value
    try:
        return jsontext.read_text(value)
    except (msgspec.DecodeError, RecursionError):
        return value


def _when(event: Mapping[str, Any]) -> str:
    return written(_seconds(event.get("time_unix_nano", event.get("timestamp"))))


def _seconds(nanoseconds: Any) -> float:
    try:
        return float(number_text(nanoseconds) if isinstance(nanoseconds, Number) else nanoseconds) / 1e9
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


_TRACES = listed(_is_trace)
MLFLOW = GroupedFormat(
    "mlflow",
    frozenset({"info"}),
    "a trace with info and data of spans, or a list of them",
    _TRACES,
    each(_TRACES),
    alone(_read),
    ties=_IDS,
)
