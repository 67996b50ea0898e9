"""A document of several others, each with a place in the whole: lines of a file, records that a record holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Protocol

import msgspec

from ..errors import LimitError
from ..limits import Limits
from ..model import Trace
from .document import ALL, Document, Leaves, Part, Slot
from .parts import moved, together
from .ties import Ties
from .tracing.grouped import GroupedDocument, Item, Read

TOO_MUCH = "what is packed in the record is larger than the bytes allowed"


class Section(Protocol):
    @property
    def document(self) -> Document: ...

    def path(self, path: str) -> str:
        """In the whole, of a path in the section's document."""
        ...


class Sections(ABC):
    """All of a document but how it is written. Traces of one id are one, read of all their spans together; what a
    section without a trace holds is every trace's."""

    format: str
    content_type: str

    def __init__(self, sections: Sequence[Section], limits: Limits) -> None:
        self._all, self._limits = sections, limits
        self._leaves: Leaves | None = None
        self._begins: list[int] = []
        self._changed = False
        self._ties = Ties()
        self._numbers: Sequence[Sequence[int]] = ()
        self._count = 0

    @property
    def unpacked(self) -> int:
        """Bytes of what was packed in it, and in what that holds."""
        return sum(unpacked(section.document) for section in self._all)

    def leaves(self) -> Leaves:
        if self._leaves is None:
            found = Leaves(_Places(self._all, self._begins))
            for section in self._all:
                self._begins.append(len(found.texts))
                _append(found, section.document.leaves())
                if len(found.texts) > self._limits.leaves:
                    most = self._limits.leaves
                    raise LimitError("too-many-leaves", f"the document holds more than the {most} leaves allowed")
            self._leaves = found
            self._numbers = _numbers(self._all)  # as they came in, before anything is masked
            self._count = len({number for numbers in self._numbers for number in numbers})
        return self._leaves

    def _find(self, leaf: int) -> tuple[Section, int]:
        self.leaves()
        at = bisect_right(self._begins, leaf) - 1
        return self._all[at], leaf - self._begins[at]

    def path(self, leaf: int) -> str:
        section, own = self._find(leaf)
        return section.path(section.document.path(own))

    def ties(self, leaf: int) -> bool:
        section, own = self._find(leaf)
        return section.document.ties(own)

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        self._changed = True
        section, own = self._find(leaf)
        if part is Part.VALUE and section.document.ties(own):
            self._ties.note(leaf, text)
        section.document.replace(own, part, text)

    @abstractmethod
    def encode(self, traces: Collection[int] | None = None) -> bytes: ...

    def traces(self) -> Sequence[Trace]:
        self.leaves()
        self._ties.complete(self)
        parts: list[list[Trace]] = [[] for _ in range(self._count)]
        shared: dict[tuple[int, str], tuple[Read, list[Item]]] = {}
        for section, numbers in zip(self._all, self._numbers, strict=True):
            document = section.document
            if isinstance(document, GroupedDocument):
                for number, group in zip(numbers, document.groups(), strict=True):
                    _, items = shared.setdefault((number, document.format), (document.told, []))
                    items += [msgspec.structs.replace(item, path=section.path(item.path)) for item in group]
                continue
            for number, trace in zip(numbers, document.traces(), strict=True):
                parts[number].append(moved(trace, section.path))
        for (number, _), (told, items) in shared.items():
            parts[number].append(told(items))
        return [reduce(together, found) for found in parts]

    def owners(self) -> Sequence[int]:
        self.leaves()
        if self._count < 2:
            return ()
        owners: list[int] = []
        for section, numbers in zip(self._all, self._numbers, strict=True):
            own = section.document.owners() or [0 if numbers else ALL] * len(section.document.leaves().texts)
            owners += [ALL if each == ALL else numbers[each] for each in own]
        return owners


def unpacked(document: Document) -> int:
    """Bytes of what was packed in a document."""
    return document.unpacked if isinstance(document, Sections) else 0


def without(limits: Limits, unpacked: int) -> Limits:
    """What is left of the limits once so many bytes were unpacked. Raises LimitError too-large."""
    if unpacked > limits.inflated_bytes:
        raise LimitError("too-large", TOO_MUCH)
    left = limits.inflated_bytes - unpacked
    return msgspec.structs.replace(limits, inflated_bytes=left) if unpacked else limits


class _Places:
    """Where the leaves of all sections stand."""

    def __init__(self, sections: Sequence[Section], begins: Sequence[int]) -> None:
        self._sections, self._begins = sections, begins

    def slots(self) -> list[Slot]:
        return [slot for section in self._sections for slot in section.document.leaves().slots]

    def slot(self, leaf: int) -> Slot:
        at = bisect_right(self._begins, leaf) - 1
        return self._sections[at].document.leaves().slot(leaf - self._begins[at])


def _numbers(sections: Iterable[Section]) -> list[list[int]]:
    """Of each section's traces the number that they have in the whole: those of one id are one."""
    known: dict[str, int] = {}
    count = 0
    found: list[list[int]] = []
    for section in sections:
        numbers = []
        for trace in section.document.traces():
            number = known.get(trace.trace_id, count) if trace.trace_id else count
            if number == count:
                count += 1
                known[trace.trace_id] = number
            numbers.append(number)
        found.append(numbers)
    return found


def _append(to: Leaves, more: Leaves) -> None:
    base = len(to.texts)
    to.texts += more.texts
    to.heads += more.heads
    to.flows += [type(flow)(leaf + base for leaf in flow) for flow in more.flows]
    to.tables += [replace(table, leaf=table.leaf + base) for table in more.tables]
    to.copies += [(leaf + base, of + base, start) for leaf, of, start in more.copies]
    to.ids += [leaf + base for leaf in more.ids]
    to.blobs += [replace(blob, leaf=blob.leaf + base) for blob in more.blobs]
