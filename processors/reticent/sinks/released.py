"""What a sink may pass on: records that the gateway released, their headers as plain data, and their traces."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ..errors import DecodeError
from ..formats.document import Document
from ..model import RawRecord, Step
from ..outcome import TRACES

_HEADERS = ("reticent-trace-id", "reticent-session-id", "reticent-tenant", "reticent-producer", "reticent-subject",
            "reticent-policy", "reticent-request-id", "reticent-source", "reticent-at", "reticent-format",
            "content-type", "traceparent")  # fmt: skip


def released(records: Sequence[RawRecord], tenants: Sequence[str] | None) -> list[dict[str, Any]]:
    """Envelopes of the released records of these tenants; `content` is text, or base64 where it is not UTF-8. Of a
    record with several traces `traces` says which."""
    found = []
    for record in records:
        headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
        if headers.get("reticent-verdict") != "released" or not headers.get("reticent-source"):
            continue
        if tenants is not None and headers.get("reticent-tenant") not in tenants:
            continue
        envelope: dict[str, Any] = {
            name.removeprefix("reticent-").replace("-", "_"): headers[name] for name in _HEADERS if name in headers
        }
        if TRACES in headers:
            envelope["traces"] = _places(record)
        try:
            envelope["content"] = (record.value or b"").decode()
        except UnicodeDecodeError:
            envelope["content_base64"] = base64.b64encode(record.value or b"").decode()
        found.append(envelope)
    return found


def traces(record: RawRecord, document: Document) -> Iterator[tuple[Mapping[str, str], Sequence[Step]]]:
    """Each released trace of a record: its trace_id, session_id and source, and its steps. Raises DecodeError."""
    places, found = _places(record), document.traces()
    if len(places) == len(found):
        yield from ((place, trace.steps) for place, trace in zip(places, found, strict=True))
    elif len(places) == 1:  # what cannot be split was judged as one trace
        yield places[0], [step for trace in found for step in trace.steps]
    else:
        raise DecodeError("malformed", "the headers of a released record do not say which traces it holds")


def _places(record: RawRecord) -> list[dict[str, str]]:
    """What the headers say of each trace, in the order of the traces."""
    headers = dict(record.headers)
    if TRACES in headers:
        try:
            return msgspec.json.decode(headers[TRACES], type=list[dict[str, str]])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise DecodeError("malformed", f"the header {TRACES} of a released record is no list of traces") from None
    return [{name: headers.get(_HEADER[name], b"").decode("utf-8", "replace") for name in _HEADER}]


_HEADER = {"trace_id": "reticent-trace-id", "session_id": "reticent-session-id", "source": "reticent-source"}
