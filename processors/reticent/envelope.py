"""What a raw record says about itself: its headers, read strictly, before anything else is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
SCHEMAS: Mapping[str, tuple[bytes, Mapping[tuple[bytes, int], str]]] = {
    SCHEMA: (b"", {(b"\x00", 5): "00 and 4 bytes", (b"\x01", 17): "01 and 16 bytes"}),
    "apicurio.value.globalid": (b"\x02", {(b"\x02", 9): "8 bytes"}),
    "apicurio.value.contentid": (b"\x03", {(b"\x03", 9): "8 bytes"}),
}
"""Headers that hold a schema's id: what is put in front of it (Apicurio's ids are numbers alone), and the first byte
and the size that this then has."""

_READ = frozenset({CONTENT_TYPE, CONTENT_ENCODING, FORMAT, REQUEST_ID, TRACEPARENT, *SCHEMAS})
_VALUE_BYTES = 256
# https://www.w3.org/TR/trace-context/#traceparent-header
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_PLACE = re.compile(r"-[0-9]+-[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The headers the gateway reads. `request_id` is the producer's own text: it is scanned like a leaf
    (`own_request_id`) unless it is the default, topic-partition-offset. One that reads like a default of the record's
    topic is not taken: another record's verdict has that key. `schema`: the schema's id as it would stand in
    front of the payload, a zero byte and four bytes, or a byte of 1 and the sixteen of a GUID; or a byte of 2 or 3, and
    Apicurio's global id or that of the content in eight."""

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
        if name in SCHEMAS:
            if schema:
                raise DecodeError("malformed", f"header {name} names a second schema")
            schema = schema_of(name, value or b"")
            given[name] = ""
        else:
            given[name] = _text(name, value)
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


def schema_of(name: str, value: bytes) -> bytes:
    """A schema's id as `Envelope` has it, by its header. Raises DecodeError malformed."""
    mark, forms = SCHEMAS[name]
    found = mark + value
    if (found[:1], len(found)) not in forms:
        raise DecodeError("malformed", f"header {name} is no schema's id: {', or '.join(forms.values())}")
    return found


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
