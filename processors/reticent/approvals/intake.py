"""What comes to the desk is believed only as far as it can be verified: seals, digests, ids and times."""

from __future__ import annotations

from typing import Protocol

from ..errors import DecodeError, UnmaskedError
from ..model import Masked, RawRecord
from .wire import ApprovalRequest, approval_id, digest_of_trace, seal_context, terms, unpack

_LOG_APPEND_TIME = 1


class Opens(Protocol):
    """What the desk asks of masking: the one way back to `Masked`."""

    def open(self, content: bytes, *, content_type: str, format: str, context: bytes, seal: str) -> Masked:
        """Raises UnmaskedError."""
        ...


def verify(record: RawRecord, request: ApprovalRequest, sealer: Opens) -> str:
    """The digest of the request's trace, if the gateway masked and sealed exactly this request.

    Raises DecodeError: broken-request, forged-request."""
    wanted = approval_id(request.source, request.content_digest)
    if request.approval_id != wanted or (record.key or b"") != wanted.encode():
        raise DecodeError("forged-request", "the approval id is not that of this source and content")
    trace_digest = digest_of_trace(request.trace)
    open_content(request, trace_digest, sealer)
    terms(request)
    return trace_digest


def open_content(request: ApprovalRequest, trace_digest: str, sealer: Opens) -> Masked:
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


def taken_at(record: RawRecord, now: float) -> float:
    """When the broker took the record; never later than now, whatever the broker's clock says."""
    if record.timestamp_type == _LOG_APPEND_TIME:
        return min(record.timestamp / 1000, now)
    return now
