"""What a sink may pass on: records that the gateway released, and their headers as plain data."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from ..model import RawRecord

_HEADERS = ("reticent-trace-id", "reticent-session-id", "reticent-tenant", "reticent-producer", "reticent-subject",
            "reticent-policy", "reticent-request-id", "reticent-source", "reticent-at", "reticent-format",
            "content-type", "traceparent")  # fmt: skip


def released(records: Sequence[RawRecord], tenants: Sequence[str] | None) -> list[dict[str, Any]]:
    """Envelopes of the released records of these tenants; `content` is text, or base64 where it is not UTF-8."""
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
        try:
            envelope["content"] = (record.value or b"").decode()
        except UnicodeDecodeError:
            envelope["content_base64"] = base64.b64encode(record.value or b"").decode()
        found.append(envelope)
    return found
