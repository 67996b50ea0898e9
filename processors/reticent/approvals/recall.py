"""What a desk remembers across restarts, and why it believes it: it seals what it writes, and reads nothing else.

Whoever can write to approval_state can add records there, but none that counts:

- a record whose seal does not hold changes nothing. Where nothing better is known of that approval, it begins anew,
  without votes, from its request, which the gateway has sealed; the request is in the record, or on approvals.
- an end stays an end: neither an older record nor a tombstone undoes it. The desk's own tombstones come when an
  approval has aged; what has aged is found again by `ApprovalDesk.discard_final`.
"""

from __future__ import annotations

import logging

import msgspec

from ..errors import DecodeError, RecordError
from ..model import RawRecord
from .intake import Seals, check, verify
from .machine import FINAL
from .shelves import Shelves
from .wire import ApprovalRequest, ApprovalState, is_approval_id, parse_request, parse_state

log = logging.getLogger(__name__)


class Recall:
    """Fills the shelves from approval_state, and seals what goes there."""

    def __init__(self, partition: int, sealer: Seals, shelves: Shelves) -> None:
        self._partition, self._sealer, self._shelves = partition, sealer, shelves
        self._doubted: dict[str, None] = {}
        self.lost: set[str] = set()
        """Approvals of whose state nothing could be read, so that their requests are needed again."""

    def sealed(self, known: ApprovalState) -> ApprovalState:
        return msgspec.structs.replace(known, seal=self._sealer.mark(self._statement(known)))

    def restore(self, key: bytes, value: bytes | None) -> None:
        identifier = key.decode("utf-8", "replace")
        before = self._shelves.known(identifier)
        if value is None:
            self._doubted.pop(identifier, None)
            if before is None or before.request is None:
                self._shelves.drop(identifier)
                self.lost.discard(identifier)
            return
        try:
            known = self._opened(identifier, value)
        except DecodeError as error:
            log.error("a record of approval_state on partition %d is not believed: %s", self._partition, error.code)  # noqa: TRY400 - the exception's text adds nothing
            self._doubted[identifier] = None
            if before is None and is_approval_id(identifier):
                self._begin_anew(identifier, value)
            return
        if before is not None and before.state in FINAL and known.state not in FINAL:
            log.error("an older state was written behind an approval's end on partition %d", self._partition)
            self._doubted[identifier] = None
            return
        self._doubted.pop(identifier, None)
        self.lost.discard(identifier)
        self._shelves.put(known)

    def recover(self, record: RawRecord) -> None:
        """A record of the approvals topic, which may be the request of an approval that is lost."""
        identifier = (record.key or b"").decode("utf-8", "replace")
        if identifier not in self.lost:
            return
        try:
            request = parse_request(record.value)
            self._open(request, verify(record, request, self._sealer))
        except RecordError:
            return  # forged; the genuine one may still come

    def doubted(self, most: int) -> list[str]:
        """Approvals about which something was written that is not believed. Each is given once."""
        found = list(self._doubted)[:most]
        for identifier in found:
            del self._doubted[identifier]
        return found

    def _opened(self, identifier: str, value: bytes) -> ApprovalState:
        """Raises DecodeError: broken-state, forged-state."""
        known = parse_state(value)
        if known.approval_id != identifier or not self._sealer.bears(self._statement(known), known.seal):
            raise DecodeError("forged-state", "the seal does not hold: the desk did not write this")
        return msgspec.structs.replace(known, seal="")

    def _begin_anew(self, identifier: str, value: bytes) -> None:
        try:
            known = parse_state(value)
            if known.request is None:
                return  # decisions that nobody has cast
            check(identifier.encode(), known.request, known.trace_digest, self._sealer)
            self._open(known.request, known.trace_digest)
        except RecordError:
            self.lost.add(identifier)

    def _open(self, request: ApprovalRequest, trace_digest: str) -> None:
        self.lost.discard(request.approval_id)
        self._shelves.put(opened(request, trace_digest, request.requested_at))

    def _statement(self, known: ApprovalState) -> bytes:
        # the partition too: what was known on one must not be said on another, where nobody knows how it ended
        return b"%d\0" % self._partition + msgspec.json.encode(msgspec.structs.replace(known, seal=""))


def opened(request: ApprovalRequest, trace_digest: str, at: str) -> ApprovalState:
    """An approval as it begins. `at`: RFC 3339."""
    return ApprovalState(
        approval_id=request.approval_id,
        request=msgspec.structs.replace(request, trace={}),
        trace_digest=trace_digest,
        updated_at=at,
    )
