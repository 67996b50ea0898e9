"""Records as rows: sanitized records give steps; audit events give traces, findings, approvals and audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from ..envelope import source_of
from ..errors import DecodeError
from ..formats.registry import Formats, open_document
from ..formats.tree import plain
from ..limits import Limits
from ..model import AuditEvent, RawRecord
from . import released

Row = dict[str, Any]
Rows = dict[str, list[Row]]

_decode = msgspec.json.Decoder(AuditEvent).decode
_LIMITS = Limits(record_bytes=1 << 30, inflated_bytes=1 << 30, leaves=1 << 30, depth=1000)
"""What was judged once is only read here."""
_LAST = 10_000_000_000_000
"""Milliseconds since the epoch, in the year 2286; ClickHouse's DateTime64 ends soon after."""


def rows(record: RawRecord, formats: Formats | None = None) -> Rows:
    """The rows of one record, by table; `formats` know its schema where it has one. Raises DecodeError when it is none
    of ours."""
    headers = dict(record.headers)
    if "reticent-source" in headers:
        return _sanitized(record, headers, formats)
    try:
        event = _decode(record.value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise DecodeError("malformed", "a record of the audit topic is no audit event") from None
    return _audited(event, source_of(record))


def _sanitized(record: RawRecord, headers: Mapping[str, bytes], formats: Formats | None) -> Rows:
    def text(name: str) -> str:
        return headers.get(name, b"").decode("utf-8", "replace")

    if text("reticent-verdict") != "released":
        raise DecodeError("malformed", "a record of the sanitized topic was not released")
    document = open_document(
        record.value or b"",
        content_type=text("content-type"),
        forced=text("reticent-format") or None,
        limits=_LIMITS,
        formats=formats,
    )
    at = _time(text("reticent-at")) or _appended(record)
    common = {
        "tenant": text("reticent-tenant"), "producer": text("reticent-producer"), "subject": text("reticent-subject"),
        "at": at, "version": _version(at),
    }  # fmt: skip
    return {
        "steps": [
            {
                **common, **place, "seq": max(0, min(step.seq, 2**32 - 1)), "kind": step.kind.value, "name": step.name,
                "call_id": step.call_id, "parent": _parent(step.parent), "content": _content(step.content),
                "attributes": _content(dict(step.attributes)), "started_at": _time(step.started_at),
                "ended_at": _time(step.ended_at), "number": number,
            }
            for place, steps in released.traces(record, document)
            for number, step in enumerate(steps)
        ]
    }  # fmt: skip


def _parent(seq: int | None) -> int | None:
    """Another step's seq, which its producer chose: one that no column takes belongs to no step."""
    return seq if seq is not None and -(2**63) <= seq < 2**63 else None


def _content(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(plain(value)).decode()


def _audited(event: AuditEvent, record: str) -> Rows:
    at = _time(event.at) or datetime.fromtimestamp(0, UTC)
    common = {
        "tenant": event.tenant, "producer": event.producer, "subject": event.subject, "session_id": event.session_id,
        "trace_id": event.trace_id, "at": at, "version": _version(at),
    }  # fmt: skip
    found: Rows = {
        "audit": [
            {
                **common, "event": event.event, "actor": event.actor, "issuer": event.issuer,
                "request_id": event.request_id, "policy": event.policy, "record": record,
                "details": msgspec.json.encode(event.details).decode(),
            }
        ]
    }  # fmt: skip
    make = _KINDS.get(event.event.partition(".")[0])
    if make is not None:
        found |= make(event, common)
    return found


def _trace(event: AuditEvent, common: Row) -> Rows:
    details = event.details
    decided = details.get("approval_id") and event.event != "trace.held"
    source = str(details.get("source", ""))
    trace = {
        **common, "verdict": details.get("verdict", ""), "policy": event.policy, "mode": details.get("mode", ""),
        "reasons": [str(reason.get("code", "")) for reason in details.get("reasons", ())],
        "bytes": details.get("bytes", 0), "steps": details.get("steps", 0), "findings": details.get("findings", {}),
        "found": details.get("found_total", 0), "format": details.get("format", ""),
        "content_type": details.get("content_type", ""), "content_digest": details.get("content_digest", ""),
        "request_id": event.request_id, "approval_id": details.get("approval_id") or "", "source": source,
        "started_at": _time(details.get("started_at")), "ended_at": _time(details.get("ended_at")),
        # a decision is later than the hold, whatever the clocks of the workers say
        "version": common["version"] + (1 << 62 if decided else 0),
    }  # fmt: skip
    findings = [
        {
            **common, "rule": each["rule"], "category": each["category"], "severity": each["severity"],
            "path": each["path"], "part": each.get("part", "value"), "start": each["start"], "end": each["end"],
            "token": each["token"], "action": each.get("action", "redact"), "source": source, "number": number,
        }
        for number, each in enumerate(details.get("found", ()))
    ]  # fmt: skip
    found: Rows = {"traces": [trace], "findings": findings}
    if event.event == "trace.held":  # what waits begins an approval's life, so that it is seen there from the start
        found |= _approval(msgspec.structs.replace(event, event="approval.requested"), common)
    return found


def _approval(event: AuditEvent, common: Row) -> Rows:
    details = event.details
    return {
        "approvals": [
            {
                **common, "approval_id": details.get("approval_id", ""), "event": event.event.partition(".")[2],
                "actor": event.actor, "decision": details.get("decision", ""), "code": details.get("code", ""),
                "reason": details.get("reason", ""), "votes": details.get("votes", 0),
                "minimum": details.get("minimum", 0), "content_digest": details.get("content_digest", ""),
                "expires_at": _time(details.get("expires_at")), "source": str(details.get("source", "")),
            }
        ]
    }  # fmt: skip


_KINDS: Mapping[str, Callable[[AuditEvent, Row], Rows]] = {"trace": _trace, "approval": _approval}


def skipped(record: RawRecord, code: str) -> Rows:
    """Evidence that a record could not be stored: its place and the code, nothing of it."""
    at, source = _appended(record), source_of(record)
    row = {
        "tenant": "", "producer": "", "subject": "", "session_id": "", "trace_id": "", "at": at,
        "version": _version(at), "event": "archive.skipped", "actor": "reticent", "issuer": "", "request_id": "",
        "policy": "", "record": source, "details": msgspec.json.encode({"source": source, "code": code}).decode(),
    }  # fmt: skip
    return {"audit": [row]}


def _appended(record: RawRecord) -> datetime:
    """When the record was written; a clock that says what ClickHouse cannot store counts as none."""
    return datetime.fromtimestamp(min(max(0, record.timestamp), _LAST) / 1000, UTC)


def _version(at: datetime) -> int:
    return max(0, int(at.timestamp() * 1000))


def _time(text: Any) -> datetime | None:
    """A time of a trace, which its producer wrote: what is none, or is out of ClickHouse's range, is left out."""
    if not isinstance(text, str) or not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if 1900 < moment.year < 2299 else None


def merged(many: Sequence[Rows]) -> Rows:
    together: Rows = {}
    for each in many:
        for table, found in each.items():
            together.setdefault(table, []).extend(found)
    return together
