"""A document whose items belong to traces, read from protobuf or from JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...errors import DecodeError
from ...limits import Limits
from .. import jsontext
from ..blobs import find_blobs
from ..document import Document, Part
from ..tracing.grouped import MEDIA_TYPE, Find, GroupedDocument, GroupedFormat, Groups, Item, Read, alike, never
from ..tree import Dialect
from ..walk import Walk
from .record import Edit, Kind, ProtoRecord

PROTOBUF = "application/x-protobuf"


class ProtoDocument(GroupedDocument):
    """`record` is the protobuf that the tree was read from, which takes the tree's changes when it is written."""

    def __init__(
        self, tree: Any, dialect: Dialect, groups: Groups, read: Read, *, source: bytes, limits: Limits,
        record: ProtoRecord | None = None,
    ) -> None:  # fmt: skip
        super().__init__(tree, dialect, groups, read, source=source, limits=limits)
        self._record = record
        self._touched: dict[tuple[int, Any], tuple[Any, Any]] = {}

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        """The names of protobuf's fields stay."""
        if part is Part.KEY and self._record is not None:
            return
        super().replace(leaf, part, text)
        self.touch(*self.leaves().slot(leaf))

    def touch(self, container: Any, key: Any) -> None:
        """Notes that a value was written."""
        self._touched[id(container), key] = (container, key)

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        whole = traces is None or len(traces) == len(self._groups)
        if self._record is None or (whole and not self._changed):
            return super().encode(traces)
        self.rename()
        kept = range(len(self._groups)) if traces is None else traces
        gone = [item.place for n, group in enumerate(self._groups) if n not in kept for item in group]
        return self._record.encode(map(self._edit, self._touched.values()), gone)

    def _edit(self, slot: tuple[Any, Any]) -> Edit:
        trail: list[str | int] = []
        container = slot[0]
        while (above := self._parents[id(container)])[0] is not self._root:
            container, segment = above
            trail.append(segment)
        return trail[::-1], slot[0], slot[1]


@dataclass(frozen=True)
class EncodedFormat(GroupedFormat):
    """A format of JSON that has an encoding in protobuf, too, whose messages are of `kind`. `signs`: whether bytes are
    one of them, by its first fields. `held`: finds the items of a message, which are of one trace where `trace` says
    the same."""

    kind: Kind = field(kw_only=True)
    signs: Callable[[bytes], bool] = field(kw_only=True)
    held: Find = field(kw_only=True)
    trace: Callable[[Item], str] = field(kw_only=True)
    walk: type[Walk] = field(kw_only=True, default=Walk)
    document: type[ProtoDocument] = field(kw_only=True, default=ProtoDocument)
    media_types: Sequence[str] = (PROTOBUF,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return self.signs(payload) if tree is None else super().recognises(payload, tree)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        if tree is None and is_protobuf(payload, self.signs):
            record = ProtoRecord(self.kind, payload, limits)
            dialect = Dialect(self.name, PROTOBUF, never, blobs=lambda _: record.blobs, walk=self.walk, ties=self.ties)
            groups = alike(self.held, self.trace)
            return self.document(
                record.tree, dialect, groups, self.read, source=record.source, limits=limits, record=record
            )
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not super().recognises(payload, found):
            raise DecodeError("wrong-format", f"{self.name} wants {self.wants}, or protobuf")
        return self.document(found, self._written, self.groups, self.read, source=payload, limits=limits)

    @cached_property
    def _written(self) -> Dialect:
        return Dialect(
            self.name, MEDIA_TYPE, never, check=jsontext.refuse_repeats,
            blobs=find_blobs, walk=self.walk, ties=self.ties,
        )  # fmt: skip


def is_protobuf(payload: bytes, signs: Callable[[bytes], bool]) -> bool:
    """It may begin as JSON does: 0A 7B is a message of 123 bytes."""
    return payload.lstrip()[:1] not in (b"{", b"[") or signs(payload)
