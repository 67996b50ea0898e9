"""The desk's memory: approvals that are open, that have ended, and decisions that wait for their request.

What is open or has ended also stands in the order of its time, so that nobody has to look at all of it to find what
is due.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterator, Mapping

from .machine import FINAL
from .wire import ApprovalState, seconds

_OVERHEAD_BYTES = 4096
"""What an open approval takes besides its content, roughly."""


class Shelves:
    """Each approval lies on one shelf: `early` without a request, `open`, or `ended`."""

    def __init__(self) -> None:
        self.open: dict[str, ApprovalState] = {}
        self.ended: dict[str, ApprovalState] = {}
        self.early: dict[str, ApprovalState] = {}
        self.room: Counter[str] = Counter()
        """Bytes that the open approvals of each tenant take."""
        self._expiring = _Calendar()
        self._ageing = _Calendar()

    def put(self, known: ApprovalState) -> None:
        """In place of what was known of the same approval."""
        self.drop(known.approval_id)
        request = known.request
        if request is None:
            self.early[known.approval_id] = known
        elif known.state in FINAL:
            self.ended[known.approval_id] = known
            if known.ended_at is not None:
                self._ageing.add(max(seconds(known.ended_at), seconds(request.expires_at)), known.approval_id)
        else:
            self.open[known.approval_id] = known
            self.room[request.tenant] += size(known)
            self._expiring.add(seconds(request.expires_at), known.approval_id)

    def drop(self, identifier: str) -> None:
        known = self.open.pop(identifier, None)
        if known is not None and known.request is not None:
            self.room[known.request.tenant] -= size(known)
        for shelf in (self.ended, self.early):
            shelf.pop(identifier, None)

    def known(self, identifier: str) -> ApprovalState | None:
        """Whatever is known of the approval."""
        return self.requested(identifier) or self.early.get(identifier)

    def requested(self, identifier: str) -> ApprovalState | None:
        """The approval, if its request has come."""
        return self.open.get(identifier) or self.ended.get(identifier)

    def everything(self) -> Mapping[str, ApprovalState]:
        return {**self.early, **self.open, **self.ended}

    def expired(self, now: float, most: int) -> list[ApprovalState]:
        """Open approvals whose time is over, the earliest first. Each is given once: it has to be ended now."""
        return [self.open[identifier] for identifier in self._expiring.due(now, most, self.open)]

    def aged(self, before: float, most: int) -> list[str]:
        """Approvals that ended, and could not be approved any more, before that moment. Each is given once."""
        return list(self._ageing.due(math.nextafter(before, -math.inf), most, self.ended))


def size(known: ApprovalState) -> int:
    """Bytes that an open approval takes in memory, roughly."""
    return len(known.request.content) + _OVERHEAD_BYTES if known.request is not None else _OVERHEAD_BYTES


class _Calendar:
    """Ids by time. An id whose time or shelf has changed in between is passed over."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, str]] = []
        self._times: dict[str, float] = {}

    def add(self, time: float, identifier: str) -> None:
        if self._times.get(identifier) != time:  # a vote changes an approval, but not its time
            self._times[identifier] = time
            heapq.heappush(self._heap, (time, identifier))

    def due(self, until: float, most: int, shelf: Mapping[str, ApprovalState]) -> Iterator[str]:
        """Ids of `shelf` whose time is `until` or earlier; at most so many."""
        while most > 0 and self._heap and self._heap[0][0] <= until:
            time, identifier = heapq.heappop(self._heap)
            if self._times.get(identifier) != time:
                continue
            del self._times[identifier]
            if identifier in shelf:
                most -= 1
                yield identifier
