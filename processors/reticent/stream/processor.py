"""What the shell asks of those it runs: the processor of raw records, the approvals desk, and the sinks' side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Literal, Protocol

from ..model import Outgoing, RawRecord
from ..settings import Settings


class Processor(Protocol):
    """Judges raw records. It has no I/O but `prepare`, and no state that a crash could lose.

    `process`, `replace` and `block` are called by one thread at a time, not the event loop's.
    """

    async def prepare(self, records: Sequence[RawRecord]) -> None:
        """Fetch what judging these records needs (keys of an unknown issuer). Bounded in time; never raises."""
        ...

    def process(self, records: Sequence[RawRecord], now: float) -> Sequence[Sequence[Outgoing]]:
        """The outputs of each record, in order. `now`: seconds since the epoch.

        It may raise nothing that comes from a record's content: an exception ends the worker process, and
        the records are replayed."""
        ...

    def replace(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        """Other, small outputs for a record one of whose outputs is beyond the broker's limit: a verdict that it
        is blocked, with its evidence. The record's earlier outputs did not leave."""
        ...

    def block(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        """The outputs of a record that ends the process whenever it is judged: it is blocked, unseen."""
        ...


class Desk(Protocol):
    """The approvals of one partition. Its outputs are committed in order, or the desk is thrown away and
    rebuilt from approval_state: it may therefore change its state at once. Used by one task at a time."""

    def restore(self, key: bytes, value: bytes | None) -> None:
        """One committed record of approval_state, in order from the beginning."""
        ...

    @property
    def lost(self) -> Collection[str]:
        """Approvals that `restore` could not read, and whose requests `recover` needs."""
        ...

    def recover(self, record: RawRecord) -> None:
        """One committed record of approvals, where something is lost, in order from the beginning."""
        ...

    async def prepare(self, records: Sequence[RawRecord]) -> None:
        """Fetch what judging these records needs (keys of an unknown issuer). Bounded in time; never raises."""
        ...

    def handle(self, record: RawRecord, now: float, *, source: Literal["approvals", "decisions"]) -> Sequence[Outgoing]:
        """The outputs of one record. It may be called in a thread other than the event loop's."""
        ...

    def replace(self, record: RawRecord, now: float) -> Sequence[Outgoing]:
        """Other, small outputs for a record one of whose outputs is beyond the broker's limit: the approval is
        blocked. What `handle` changed for that record is void."""
        ...

    def expire(self, now: float) -> Sequence[Outgoing]:
        """What expired by now: final verdicts, evidence and state."""
        ...

    def discard_final(self, before: float) -> Sequence[Outgoing]:
        """Tombstones for approvals that ended before that moment."""
        ...


class Sink(Protocol):
    """A place that sanitized or audit records are written to, outside Kafka; idempotent, because a crash replays."""

    @property
    def name(self) -> str: ...

    async def write(self, records: Sequence[RawRecord]) -> None:
        """Returns on durable receipt. ServiceError: not now, try again. A record that the sink cannot digest is
        skipped by the sink itself, with evidence."""
        ...

    async def close(self) -> None: ...


class Factories(Protocol):
    """What a worker process makes once it has started. It travels to the process by pickle, so a class or a
    dataclass of module level fits; secrets are read where they are needed, inside the process."""

    @property
    def processor(self) -> Callable[[Settings], Processor]: ...

    @property
    def desk(self) -> Callable[[Settings], Callable[[int], Desk]]:
        """Given the settings: what makes the desk of a partition."""
        ...

    @property
    def archive(self) -> Callable[[Settings], Sink]: ...

    @property
    def forward(self) -> Callable[[Settings], Sequence[Sink]]: ...
