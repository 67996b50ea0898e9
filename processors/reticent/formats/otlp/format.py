"""OTLP traces and logs, as protobuf (proto.py) and JSON: one record holds spans, or log records, of many traces.

Both are one tree, in the names of OTLP's JSON mapping (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding),
or as else JSON spells it (names.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from ...errors import DecodeError
from ...limits import Limits
from ...model import Trace
from .. import jsontext
from ..document import KEY, Document, Part
from ..protobuf.document import PROTOBUF, ProtoDocument, is_protobuf
from ..protobuf.record import Kind, ProtoRecord, snake
from ..providers.blocks import text
from ..tracing.grouped import Item, Read, never
from ..tree import Dialect
from . import logs as otlp_logs
from . import spans as otlp_spans
from .names import IDS, KINDS, NUMBERS, STRING, another_id, hexadecimal, is_foreign, standard
from .opaque import structured
from .proto import LOGS_DATA, NAMES, TRACES_DATA, told
from .walk import OtlpWalk

_BEGAN = frozenset({"startTimeUnixNano", "start_time_unix_nano"})
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Signal:
    """What tells OTLP's signals apart: the names of the lists that lead to an item, and how items become a trace."""

    name: str
    levels: tuple[str, str, str]
    read: Read
    kind: Kind
    own: frozenset[str] = frozenset()
    """Names one of which an item has that may stand alone."""

    def groups(self, tree: Any) -> list[list[Item]]:
        """Items without a trace id are one trace."""
        found: dict[str, list[Item]] = {}
        for item in self._items(tree):
            trace = text(item.node, "traceId") or text(item.node, "trace_id")
            found.setdefault(hexadecimal(trace), []).append(item)
        return list(found.values())

    @property
    def members(self) -> frozenset[str]:
        """Names of which every document has one."""
        return frozenset(name for level in self.levels[:2] for name in _SPELLINGS[level]) | self.own

    def tells(self, tree: Any) -> bool:
        """Whether it is of this signal: a request, what it holds of one resource, an item alone, or a list of these."""
        if type(tree) is list:
            return any(map(self._is, tree))
        return self._is(tree)

    def _is(self, node: Any) -> bool:
        first, second, _ = self.levels
        return any(True for level in (first, second) for _ in _level(node, level)) or self._is_item(node)

    def _is_item(self, node: Any) -> bool:
        """Whether it is one that stands alone."""
        if not isinstance(node, dict) or self.own.isdisjoint(node) or _BEGAN.isdisjoint(node):
            return False
        return isinstance(node.get("attributes", []), list)

    def _items(self, tree: Any) -> Iterator[Item]:
        for root, path in [(each, f"$[{n}]") for n, each in enumerate(tree)] if type(tree) is list else ((tree, "$"),):
            found = False
            for name, outers in _level(root, self.levels[0]):
                found = True
                for i, outer in enumerate(outers):
                    yield from self._of_resource(outer, f"{path}['{name}'][{i}]", i)
            if not found and self._is_item(root):
                yield Item(root, path)
            elif not found:
                yield from self._of_resource(root, path, 0)

    def _of_resource(self, outer: Any, path: str, i: int) -> Iterator[Item]:
        _, second, third = self.levels
        for scope, inners in _level(outer, second):
            for j, inner in enumerate(inners):
                for own, nodes in _level(inner, third):
                    for k, node in enumerate(nodes):
                        if isinstance(node, dict):
                            place = f"{path}['{scope}'][{j}]['{own}'][{k}]"
                            yield Item(node, place, (i, j, k), outer.get("resource"))

    def told(self, group: Sequence[Item]) -> Trace:
        """The trace that its items tell, however each is spelled."""
        if any(is_foreign(item.node) for item in group):
            group = [msgspec.structs.replace(item, node=standard(item.node)) for item in group]
        return self.read(group)


def _level(node: Any, name: str) -> Iterator[tuple[str, list[Any]]]:
    """The lists under a name, as this node spells it."""
    for spelling in _SPELLINGS[name] if isinstance(node, dict) else ():
        found = node.get(spelling)
        if isinstance(found, list):
            yield spelling, found


TRACES = Signal("otlp-traces", ("resourceSpans", "scopeSpans", "spans"), otlp_spans.read_trace, TRACES_DATA,
                frozenset({"spanId", "span_id"}))  # fmt: skip
LOGS = Signal("otlp-logs", ("resourceLogs", "scopeLogs", "logRecords"), otlp_logs.read_trace, LOGS_DATA)
_SPELLINGS = {name: tuple(dict.fromkeys((name, snake(name)))) for each in (TRACES, LOGS) for name in each.levels}


class Otlp:
    """One signal, in both encodings."""

    media_types: Sequence[str] = (PROTOBUF,)

    def __init__(self, signal: Signal) -> None:
        self.name, self._signal, self.members = signal.name, signal, signal.members
        self._dialects = {
            media: Dialect(signal.name, media, never, check=check, hides=structured, walk=OtlpWalk, ties=IDS)
            for media, check in ((JSON, jsontext.refuse_repeats), (PROTOBUF, None))
        }

    def recognises(self, payload: bytes, tree: Any) -> bool:
        if tree is None:
            return told(payload) is self._signal.kind
        return self._signal.tells(tree)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        if tree is None and is_protobuf(payload, lambda payload: self.recognises(payload, None)):
            record = ProtoRecord(self._signal.kind, payload, limits)
            dialect = replace(self._dialects[PROTOBUF], blobs=lambda _: record.blobs)
            return self._document(record.tree, dialect, record.source, limits, record)
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not self.recognises(payload, found):
            raise DecodeError("wrong-format", f"{self.name} wants an object with {self._signal.levels[0]}, a list")
        return self._document(found, self._dialects[JSON], payload, limits)

    def _document(
        self, tree: Any, dialect: Dialect, source: bytes, limits: Limits, record: ProtoRecord | None = None
    ) -> Document:
        signal = self._signal
        return OtlpDocument(tree, dialect, signal.groups, signal.told, source=source, limits=limits, record=record)


class OtlpDocument(ProtoDocument):
    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        """OTLP's own names and objects stay. A number, a boolean or bytes that are masked are a text from then on; a
        masked id is another valid id, equal ones alike, so that spans stay together; other numbers are null."""
        if part is Part.KEY:
            self._rename(leaf, text or "")
            return
        container, key = self.leaves().slot(leaf)
        if key in KINDS:
            super().replace(leaf, part, text)
            if text is not None:
                self._become_text(container, key)
        elif isinstance(before := container[self._renames.now(container, key)], dict | list):
            return
        elif key in IDS and text is not None:
            super().replace(leaf, part, another_id(text, IDS[key], before if isinstance(before, str) else ""))
        else:
            super().replace(leaf, part, None if key in NUMBERS else text)

    def _rename(self, leaf: int, text: str) -> None:
        leaves = self.leaves()
        container, key = leaves.slot(leaf)
        if key in KINDS and leaves.heads[leaf] > 0 and not leaves.texts[leaf].startswith(key + KEY):
            self._changed = True
            attribute = self._parents[id(container)][0]
            attribute["key"] = text
            self.touch(attribute, "key")
        elif key not in NAMES and self._record is None:
            super().replace(leaf, Part.KEY, text)

    def _become_text(self, container: dict[str, Any], key: str) -> None:
        wanted = "string_value" if "_" in key else "stringValue"
        if key not in STRING and self._renames.to(container, key) not in STRING:
            self._renames.add(container, key, wanted)
            self._places.clear()
