"""The desk's memory: approvals that are open, that have ended, and decisions that wait for their request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .machine import FINAL
from .wire import ApprovalState


class Shelves:
    """Each approval lies on one shelf: `early` without a request, `open`, or `ended`."""

    def __init__(self) -> None:
        self.open: dict[str, ApprovalState] = {}
        self.ended: dict[str, ApprovalState] = {}
        self.early: dict[str, ApprovalState] = {}

    def put(self, known: ApprovalState) -> None:
        """In place of what was known of the same approval."""
        self.drop(known.approval_id)
        self._shelf(known)[known.approval_id] = known

    def drop(self, identifier: str) -> None:
        for shelf in self._all():
            shelf.pop(identifier, None)

    def requested(self, identifier: str) -> ApprovalState | None:
        """The approval, if its request has come."""
        return self.open.get(identifier) or self.ended.get(identifier)

    def everything(self) -> Mapping[str, ApprovalState]:
        return {**self.early, **self.open, **self.ended}

    def _shelf(self, known: ApprovalState) -> dict[str, ApprovalState]:
        if known.request is None:
            return self.early
        return self.ended if known.state in FINAL else self.open

    def _all(self) -> Iterator[dict[str, ApprovalState]]:
        yield from (self.open, self.ended, self.early)
