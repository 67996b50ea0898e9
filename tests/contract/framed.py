"""The answer of the contract suite (words, a tool call) as AWS's event streams have it: in binary messages."""

from __future__ import annotations

import base64
import json
import struct
import uuid
import zlib
from collections.abc import Mapping
from typing import Any

Headers = Mapping[str, str | int | bool | bytes | uuid.UUID]


def message(headers: Headers, payload: bytes) -> bytes:
    """As the specification has it: https://smithy.io/2.0/aws/amazon-eventstream.html"""
    head = b"".join(bytes((len(name),)) + name.encode() + _value(value) for name, value in headers.items())
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    framed = prelude + struct.pack(">I", zlib.crc32(prelude)) + head + payload
    return framed + struct.pack(">I", zlib.crc32(framed))


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return bytes((0 if value else 1,))
    if isinstance(value, int):
        return b"\x08" + value.to_bytes(8, "big", signed=True)
    if isinstance(value, uuid.UUID):
        return b"\x09" + value.bytes
    kind, raw = (6, value) if isinstance(value, bytes) else (7, value.encode())
    return bytes((kind,)) + struct.pack(">H", len(raw)) + raw


def event(name: str, payload: Any, **more: Any) -> bytes:
    headers = {":event-type": name, ":content-type": "application/json", ":message-type": "event", **more}
    return message(headers, json.dumps(payload, separators=(",", ":")).encode())


def packed(document: Any) -> str:
    return base64.b64encode(json.dumps(document, separators=(",", ":")).encode()).decode()


def _block(index: int, **more: Any) -> dict[str, Any]:
    return {"contentBlockIndex": index, "p": "abcd", **more}


FIXTURES: dict[str, bytes] = {
    "aws-events": b"".join([
        event("messageStart", {"role": "assistant", "p": "ab"}, note="hello"),
        *(event("contentBlockDelta", _block(0, delta={"text": piece})) for piece in ("hel", "lo")),
        event("contentBlockStart", _block(1, start={"toolUse": {"toolUseId": "c1", "name": "f"}})),
        *(event("contentBlockDelta", _block(1, delta={"toolUse": {"input": piece}}))
          for piece in ('{"q": [1, ', '"two"]}')),
        event("messageStop", {"stopReason": "tool_use"}),
        message({":message-type": "event"}, b"done"),
    ]),
}  # fmt: skip
OTHERWISE: dict[str, list[str]] = {"aws-events": ["output", "tool_call", "other"]}
"""The kinds of the steps of what has answers alone."""
