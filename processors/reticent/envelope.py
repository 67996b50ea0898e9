"""What a raw record says about itself: its headers, read strictly, before anything else is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import DecodeError
from .limits import Limits
from .model import RawRecord

CONTENT_TYPE = "content-type"
CONTENT_ENCODING = "content-encoding"
FORMAT = "reticent-format"
REQUEST_ID = "reticent-request-id"
TRACEPARENT = "traceparent"
SCHEMA = "__value_schema_id"
"""Confluent's clients: https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/"""

_READ = frozenset({CONTENT_TYPE, CONTENT_ENCODING, FORMAT, REQUEST_ID, TRACEPARENT, SCHEMA})
_VALUE_BYTES = 256
# https://www.w3.org/TR/trace-context/#traceparent-header
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_PLACE = re.compile(r"-[0-9]+-[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The headers the gateway reads. `request_id` is the producer's own text: it is scanned like a leaf
    (`own_request_id`) unless it is the default, topic-partition-offset. One that reads like a default of the record's
    topic is not taken: another record's verdict has that key. `schema`: the schema's id as it would stand in
    front of the payload, a zero byte and four bytes, or a byte of 1 and the sixteen of a GUID."""

    request_id: str
    own_request_id: bool = False
    content_type: str | None = None
    encoding: str = "identity"
    format: str | None = None
    traceparent: str = ""
    schema: bytes = b""


def source_of(record: RawRecord) -> str:
    """`topic-partition-offset`: the default request id, and what makes a record one of a kind."""
    return f"{record.topic}-{record.partition}-{record.offset}"


def open_envelope(record: RawRecord, limits: Limits) -> Envelope:
    """Read the headers of a record. `authorization` is not looked at: that is identity's business.

    Raises DecodeError: header-too-large past `limits.header_bytes`, malformed where a header that the
    gateway reads is given twice, is longer than 256 bytes, or is not printable UTF-8.
    """
    size = sum(len(name) + len(value or b"") for name, value in record.headers)
    if size > limits.header_bytes:
        raise DecodeError(
            "header-too-large", f"the headers take {size} bytes, more than the {limits.header_bytes} allowed"
        )
    given: dict[str, str] = {}
    schema = b""
    for raw_name, value in record.headers:
        name = raw_name.lower()
        if name not in _READ:
            continue
        if name in given:
            raise DecodeError("malformed", f"header {name} is given more than once")
        if name == SCHEMA:
            schema = _schema(value or b"")
        given[name] = _text(name, value) if name != SCHEMA else ""
    traceparent = given.get(TRACEPARENT, "")
    own = given.get(REQUEST_ID, "")
    if own.startswith(record.topic) and _PLACE.fullmatch(own, len(record.topic)):
        own = ""
    return Envelope(
        request_id=own or source_of(record),
        own_request_id=bool(own),
        content_type=given.get(CONTENT_TYPE) or None,
        encoding=given.get(CONTENT_ENCODING, "").strip().lower() or "identity",
        format=given.get(FORMAT) or None,
        # The specification says to ignore a traceparent that does not parse, not to refuse the message.
        traceparent=traceparent if _TRACEPARENT.fullmatch(traceparent) else "",
        schema=schema,
    )


def _schema(value: bytes) -> bytes:
    if (value[:1], len(value)) not in ((b"\x00", 5), (b"\x01", 17)):
        raise DecodeError("malformed", f"header {SCHEMA} is no schema's id: 00 and 4 bytes, or 01 and 16 bytes")
    return value


def _text(name: str, value: bytes | None) -> str:
    if value is not None and len(value) > _VALUE_BYTES:
        raise DecodeError("malformed", f"header {name} is longer than {_VALUE_BYTES} bytes")
    try:
        text = (value or b"").decode()
    except UnicodeDecodeError:
        raise DecodeError("malformed", f"header {name} is not UTF-8") from None
    if not text.isprintable():
        raise DecodeError("malformed", f"header {name} holds control characters")
    return text
