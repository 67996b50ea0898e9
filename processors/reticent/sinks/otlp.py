"""Released traces as OTLP/HTTP spans in JSON: one span a trace and one below it for each step, masked.

Field names: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Span ids are made from the record's
place, so that a repeat is the same span.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ..envelope import source_of
from ..errors import RecordError
from ..formats.registry import Formats, open_document
from ..formats.tree import plain
from ..limits import Limits
from ..model import RawRecord, Step, from_rfc3339
from ..schemaregistry import SchemaStore
from ..settings import Schemas
from ..settings import Sink as SinkSettings
from .endpoint import Endpoint
from .released import traces

log = logging.getLogger(__name__)

_LIMITS = Limits(record_bytes=1 << 30, inflated_bytes=1 << 30, leaves=1 << 30, depth=1000)
_OPERATIONS: Mapping[str, str] = {"tool_call": "execute_tool", "tool_result": "execute_tool", "output": "chat"}
"""gen_ai.operation.name of the GenAI conventions, where there is one."""
CONTENT_MOST = 64 * 1024


class OtlpSink:
    """Raises ConfigError when the file of headers cannot be read."""

    def __init__(self, settings: SinkSettings, schemas: SchemaStore | None = None) -> None:
        self.name = settings.name
        self._schemas = schemas or SchemaStore(Schemas())
        self._formats = Formats(self._schemas)
        url = (settings.url or "").rstrip("/")
        self._tenants = settings.tenants
        self._endpoint = Endpoint(settings, url if url.endswith("/v1/traces") else f"{url}/v1/traces")

    async def write(self, records: Sequence[RawRecord]) -> None:
        await self._schemas.require(records)
        found = await asyncio.to_thread(self._spans, records)
        await self._endpoint.post(found, _encode, lambda each: source_of(each[0]))

    def _spans(self, records: Sequence[RawRecord]) -> list[tuple[RawRecord, dict[str, Any]]]:
        return [(record, spans) for record in records for spans in self._resources(record)]

    def _resources(self, record: RawRecord) -> list[dict[str, Any]]:
        headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
        if headers.get("reticent-verdict") != "released" or not headers.get("reticent-source"):
            return []
        if self._tenants is not None and headers.get("reticent-tenant") not in self._tenants:
            return []
        try:
            document = open_document(
                record.value or b"",
                content_type=headers.get("content-type"),
                forced=headers.get("reticent-format"),
                limits=_LIMITS,
                formats=self._formats,
            )
            return [_resource_spans(headers, place, steps) for place, steps in traces(record, document)]
        except Exception as error:  # whatever is wrong with one record, the others go on
            code = error.code if isinstance(error, RecordError) else type(error).__name__
            log.error("%s cannot be forwarded to %s (%s)", source_of(record), self.name, code)  # noqa: TRY400 - its text may hold the record's
            return []

    async def close(self) -> None:
        await self._endpoint.close()


def _encode(found: Sequence[tuple[RawRecord, Mapping[str, Any]]]) -> tuple[bytes, Mapping[str, str]]:
    return msgspec.json.encode({"resourceSpans": [spans for _, spans in found]}), {"Content-Type": "application/json"}


def _resource_spans(headers: Mapping[str, str], place: Mapping[str, str], steps: Sequence[Step]) -> dict[str, Any]:
    source, at = place["source"], _nanoseconds(headers.get("reticent-at", ""), 0)
    parent = headers.get("traceparent", "")
    trace = parent[3:35] or hashlib.sha256(place.get("trace_id", source).encode()).hexdigest()[:32]
    root = _span_id(source, "trace")
    times = [_nanoseconds(text, at) for step in steps for text in (step.started_at, step.ended_at) if text] or [at]
    spans: list[dict[str, Any]] = [
        {
            "traceId": trace, "spanId": root, "parentSpanId": parent[36:52], "name": "reticent.trace", "kind": 1,
            "startTimeUnixNano": str(min(times)), "endTimeUnixNano": str(max(times)),
            "attributes": _attributes({"reticent.trace-id": place.get("trace_id", ""),
                                       "reticent.policy": headers.get("reticent-policy", "")}),
        }
    ]  # fmt: skip
    for number, step in enumerate(steps):
        started = _nanoseconds(step.started_at, min(times))
        about = {
            "reticent.step.kind": step.kind.value,
            "gen_ai.operation.name": _OPERATIONS.get(step.kind.value, ""),
            "gen_ai.tool.name": step.name if step.kind.value.startswith("tool") else "",
            "gen_ai.tool.call.id": step.call_id,
            "reticent.step.content": _text(step.content),
        }
        spans.append(
            {
                "traceId": trace, "spanId": _span_id(source, str(number)), "parentSpanId": root, "kind": 1,
                "name": f"{step.kind.value} {step.name}".strip(), "startTimeUnixNano": str(started),
                "endTimeUnixNano": str(max(started, _nanoseconds(step.ended_at, started))),
                "attributes": _attributes(about),
            }
        )  # fmt: skip
    resource = {
        "service.name": headers.get("reticent-producer", ""),
        "reticent.tenant": headers.get("reticent-tenant", ""),
        "session.id": place.get("session_id", ""),
    }
    scope = {"name": "reticent"}
    return {"resource": {"attributes": _attributes(resource)}, "scopeSpans": [{"scope": scope, "spans": spans}]}


def _attributes(values: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"key": name, "value": {"stringValue": value}} for name, value in values.items() if value]


def _text(content: Any) -> str:
    text = content if isinstance(content, str) else msgspec.json.encode(plain(content)).decode()
    return text[:CONTENT_MOST]


def _span_id(source: str, part: str) -> str:
    return hashlib.sha256(f"{source}/{part}".encode()).hexdigest()[:16]


def _nanoseconds(text: str, default: int) -> int:
    """A producer wrote it: what is no time, or before 1970, which OTLP cannot say, counts as the default."""
    try:
        found = int(from_rfc3339(text) * 1e9)
    except (ValueError, OverflowError):
        return default
    return found if 0 <= found < 1 << 64 else default
