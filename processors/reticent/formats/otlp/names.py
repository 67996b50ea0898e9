"""How OTLP's JSON is spelled: in the names of its JSON mapping, or in those of its protobuf files (snake_case), as some
exporters and protobuf's own printers write it, or in both, as exporters written by hand do; ids in hexadecimal, as OTLP
has it, or in base64, as protobuf has.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from ..protobuf.record import snake

_KINDS = ("stringValue", "intValue", "doubleValue", "boolValue", "bytesValue", "arrayValue", "kvlistValue")
_IDS: Mapping[str, int] = {"traceId": 16, "spanId": 8, "parentSpanId": 8}
_TIMES = ("startTimeUnixNano", "endTimeUnixNano", "timeUnixNano", "observedTimeUnixNano")
_NUMBERS = (
    *_TIMES, "kind", "code", "flags", "severityNumber", "droppedAttributesCount", "droppedEventsCount",
    "droppedLinksCount",
)  # fmt: skip
_READ = ("severityText", "eventName")


def _both(*names: str) -> frozenset[str]:
    return frozenset(names) | frozenset(map(snake, names))


_HEX = re.compile("[0-9a-f]+")
KINDS = _both(*_KINDS)
"""The one field that an AnyValue has."""
STRING, INTEGER, BYTES, ARRAY, LIST = (_both(f"{kind}Value") for kind in ("string", "int", "bytes", "array", "kvlist"))
IDS: Mapping[str, int] = {name: size for own, size in _IDS.items() for name in (own, snake(own))}
"""Fields that hold ids, and how many bytes each has."""
_SAYS = "(?:[2-7][0-9a-fA-F]){16}|(?:[I-Za-f][C-HS-Xi-n0-3yz][ABEFIJMNQRUVYZcdghklopstwx014589].){5}[I-Za-f][AQgw]=="
"""Sixteen bytes that are letters and digits: no chance makes these."""
ID_FORMS = {
    16: re.compile(f"(?!(?:{_SAYS})$)(?:[0-9a-fA-F]{{32}}|[0-9a-zA-Z+/]{{21}}[AQgw]==)"),
    8: re.compile("[0-9a-fA-F]{16}|[0-9a-zA-Z+/]{10}[AEIMQUYcgkosw048]="),
}
"""Ids of so many bytes, in hexadecimal and in base64."""
TIMES = _both(*_TIMES)
NUMBERS = _both(*_NUMBERS)
"""Fields that take no text."""
_STANDARD = {snake(name): name for name in (*_IDS, *_NUMBERS, *_READ) if snake(name) != name}


def is_foreign(node: Mapping[str, Any]) -> bool:
    """Whether a span or a log record is spelled, or partly, in another way than OTLP's."""
    trace, events = node.get("traceId"), node.get("events")
    if not _STANDARD.keys().isdisjoint(node) or (type(trace) is str and trace.endswith("=")):
        return True
    return bool(events) and any(type(each) is dict and "time_unix_nano" in each for each in _listed(events))


def _listed(value: Any) -> list[Any]:
    return value if type(value) is list else []


def standard(node: Mapping[str, Any]) -> dict[str, Any]:
    """A span, an event or a log record in OTLP's own spelling; what an attribute holds stays."""
    found = {_STANDARD.get(name, name): value for name, value in node.items()}
    for name in _IDS:
        if type(found.get(name)) is str:
            found[name] = hexadecimal(found[name])
    if "events" in found:
        found["events"] = [standard(each) if isinstance(each, dict) else each for each in _listed(found["events"])]
    return found


def hexadecimal(identity: str) -> str:
    """An id as OTLP writes it; what is none stays."""
    try:
        return base64.b64decode(identity, validate=True).hex() if identity.endswith("=") else identity.lower()
    except (binascii.Error, ValueError):
        return identity


def another_id(text: str, size: int, like: str) -> str:
    """An id of so many bytes that stands for a text, written as `like` is; one that is made so already stays."""
    if _HEX.fullmatch(text) is not None and len(text) == 2 * size:
        return text
    digest = sha256(text.encode()).digest()[:size]
    return base64.b64encode(digest).decode() if like.endswith("=") else digest.hex()
