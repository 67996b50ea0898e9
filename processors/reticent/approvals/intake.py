"""What comes to the desk is believed only as far as it can be verified: seals, digests, ids and times."""

from __future__ import annotations

from typing import Protocol

from ..errors import DecodeError, UnmaskedError
from ..model import Masked, RawRecord
from .wire import ApprovalRequest, approval_id, digest_of_trace, seal_context, seconds, terms, unpack

_LOG_APPEND_TIME = 1
REPLAY_SECONDS = 900.0
"""How long after a trace was held its request may be written: well over what a transaction takes."""


class Seals(Protocol):
    """What the desk asks of masking: the one way back to `Masked`, and seals of its own statements."""

    def mark(self, statement: bytes) -> str: ...
    def bears(self, statement: bytes, mark: str) -> bool: ...

    def open(self, content: bytes, *, content_type: str, format: str, context: bytes, seal: str) -> Masked:
        """Raises UnmaskedError."""
        ...


def verify(record: RawRecord, request: ApprovalRequest, sealer: Seals) -> str:
    """The digest of the request's trace, if the gateway masked and sealed exactly this request.

    Raises DecodeError: broken-request, forged-request."""
    trace_digest = digest_of_trace(request.trace)
    check(record.key or b"", request, trace_digest, sealer)
    return trace_digest


def check(key: bytes, request: ApprovalRequest, trace_digest: str, sealer: Seals) -> None:
    """The same where the trace itself is gone. Raises DecodeError: broken-request, forged-request."""
    wanted = approval_id(request.source, request.content_digest)
    if request.approval_id != wanted or key != wanted.encode():
        raise DecodeError("forged-request", "the approval id is not that of this source and content")
    open_content(request, trace_digest, sealer)
    terms(request)


def open_content(request: ApprovalRequest, trace_digest: str, sealer: Seals) -> Masked:
    """The content as it may leave. Raises DecodeError: broken-request, forged-request."""
    try:
        masked = sealer.open(
            unpack(request.content),
            content_type=request.content_type,
            format=request.format,
            context=seal_context(request, trace_digest),
            seal=request.seal,
        )
    except UnmaskedError as error:
        raise DecodeError("forged-request", str(error)) from None
    if masked.digest != request.content_digest:
        raise DecodeError("forged-request", "the content is not what its digest says")
    return masked


def refuse_replay(record: RawRecord, request: ApprovalRequest, now: float) -> None:
    """The gateway writes a request when it holds the trace. One that is written long after comes from somebody else,
    and how it ended may be known no more. Raises DecodeError: replayed-request."""
    late = taken_at(record, now) - seconds(request.requested_at)
    if late > REPLAY_SECONDS:
        raise DecodeError("replayed-request", f"the request was written {late:.0f} s after the trace was held")


def taken_at(record: RawRecord, now: float) -> float:
    """When the broker took the record; never later than now, whatever the broker's clock says."""
    if record.timestamp_type == _LOG_APPEND_TIME:
        return min(record.timestamp / 1000, now)
    return now
