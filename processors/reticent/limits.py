"""Bounds on what one record may cost. Reaching one never passes a trace on: it is held, blocked or rejected."""

from __future__ import annotations

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=1e9)]
SecondsOrNone = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
"""The ranges keep out infinity, too."""
KEY_LEAST = 32
"""Bytes of a masking key: tokens of a shorter one can be guessed."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sizes in bytes, times in seconds; every default is what one worker of 400 MB can bear.

    record_bytes: the payload as it comes from Kafka. inflated_bytes: after content-encoding is undone.
    header_bytes: all headers of a record together. depth: nesting of objects and arrays.
    leaves: strings, keys and numbers of one document. findings: spans found in one document.
    scan_seconds: wall time of detection for one document. lag_seconds: how long after a token's `exp` a
    record that was appended in time may still be processed.
    """

    record_bytes: Count = 16 * 1024 * 1024
    inflated_bytes: Count = 32 * 1024 * 1024
    header_bytes: Count = 64 * 1024
    depth: Count = 200
    leaves: Count = 1_000_000
    findings: Count = 10_000
    scan_seconds: Seconds = 10.0
    lag_seconds: SecondsOrNone = 7 * 24 * 3600.0
