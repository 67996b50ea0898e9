"""Records that something else is wrapped in before they reach us, whose steps are those of what they hold: changes of
database rows (Debezium), Kafka Connect's JSON, CloudEvents, what AWS wraps events, messages of queues and lines of logs
in, and records of log shippers (Fluent Bit, Vector, Logstash, Docker).

What they hold is a document of another format, as an object, as JSON in a string, or packed (packed.py). Each is a
trace. It may be such a record again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial, reduce
from typing import Any

from msgspec.structs import replace

from ..errors import DecodeError, LimitError
from ..limits import Limits
from ..model import Step, StepKind, Trace
from ..placeholders import ANY
from . import jsontext
from .blobs import find_blobs, is_text
from .candidates import Candidates
from .document import Document, Format
from .json import Json
from .jsonl import JsonLines
from .packed import HOLDING, MEMBERS, PackedDocument, opened
from .parts import moved, together
from .providers.blocks import arguments_of, items, mapping
from .providers.resembling import resembling
from .text import Text
from .tracing.grouped import GroupedDocument, Item, Read, never
from .tree import Dialect, escaped_name

Held = Iterator[tuple[Any, str]]
"""What a record may hold, and where."""
_MASKED = re.compile(ANY.encode())
_DEPTH = 3
"""Records within one another."""
_LISTS = ("logEvents", "Records", "Messages")


def _columns(row: Any, path: str) -> Held:
    """Any of the columns may hold a document."""
    for name, value in mapping(row).items():
        yield value, path + escaped_name(name)


def _change(node: Mapping[str, Any], path: str) -> Held:
    side = "after" if node.get("after") else "before"
    yield from _columns(node.get(side), f"{path}['{side}']")


def _connected(node: Mapping[str, Any], path: str) -> Held:
    held, place = node.get("payload"), path + "['payload']"
    if isinstance(held, dict) and _CHANGE.issubset(held):
        yield from _change(held, place)
        return
    yield held, place
    yield from _columns(held, place)


def _under(*names: str) -> Callable[[Mapping[str, Any], str], Held]:
    def held(node: Any, path: str) -> Held:
        for name in names:
            node, path = mapping(node).get(name), f"{path}['{name}']"
        yield node, path

    return held


_CHANGE = frozenset({"op", "source"})
_ROWS: Sequence[tuple[frozenset[str], Callable[[Mapping[str, Any], str], Held]]] = (
    (_CHANGE | {"after"}, _change),
    (_CHANGE | {"before"}, _change),
    (frozenset({"schema", "payload"}), _connected),
    (frozenset({"specversion", "source", "data"}), _under("data")),
    (frozenset({"detail-type", "detail"}), _under("detail")),
    (frozenset({"TopicArn", "Message"}), _under("Message")),
    (frozenset({"EventSource", "Sns"}), _under("Sns", "Message")),
    (frozenset({"messageId", "body"}), _under("body")),
    (frozenset({"MessageId", "Body"}), _under("Body")),
    (frozenset({"id", "timestamp", "message"}), _under("message")),
    (frozenset({"@timestamp", "message"}), _under("message")),
    (frozenset({"timestamp", "message"}), _under("message")),
    (frozenset({"log", "stream"}), _under("log")),
    (frozenset({"log", "date"}), _under("log")),
    (frozenset({"log", "kubernetes"}), _under("log")),
)
"""The names by which a record is known, all of which it has, and what it holds."""
_TELLING = frozenset[str]().union(*(names for names, _ in _ROWS))
_MEMBERS = frozenset({*MEMBERS, *(names for names, _ in _ROWS), *(frozenset({name}) for name in _LISTS)})


class Wrapped:
    """`formats`: those that a record may hold a document of, the most telling first."""

    name = "wrapped"
    media_types: Sequence[str] = ()
    members = _MEMBERS
    holding = HOLDING.union(_LISTS)

    def __init__(self, formats: Sequence[Format], depth: int = _DEPTH) -> None:
        inner = (Wrapped(formats, depth - 1),) if depth else ()
        self._formats: Sequence[Format] = (*formats, *inner)
        self._of_object = Candidates(self._formats)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        if tree is None:
            return False
        try:
            return any(True for item in _records(tree) for _ in self._held(item.node)) or any(
                packed.content for packed in opened(tree, self._open, Limits())
            )
        except LimitError:
            return True  # that is said when it is decoded

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        packed = list(opened(found, self._open, limits))
        if not packed and not any(True for _ in _records(found)):
            raise DecodeError("wrong-format", "wrapped wants a record that holds another: a row, an event, a line")

        def read(group: Sequence[Item]) -> Trace:
            return self._read(group, limits)

        def groups(tree: Any) -> list[list[Item]]:
            """Records of one trace, as what they hold says, are one."""
            told: dict[str, list[Item]] = {}
            for item in _records(tree):
                if not packed or any(True for _ in self._held(item.node)):
                    told.setdefault(self._read([item], limits).trace_id or item.path, []).append(item)
            return list(told.values())

        frame = GroupedDocument(found, _DIALECT, groups, read, source=payload, limits=limits)
        return PackedDocument(frame, packed, payload, limits) if packed else frame

    def _open(self, payload: bytes, limits: Limits, sure: bool) -> Document | None:
        """What is packed; None where that is nothing to be read. What was masked was a document."""
        sure = sure or _MASKED.search(payload) is not None
        try:
            found = next((each for each in self._formats if each.recognises(payload, None)), None)
            if found is not None:
                return found.decode(payload, limits)
            if payload.lstrip()[:1] not in (b"{", b"["):
                return Text().decode(payload, limits) if sure else None
            return self._of_json(payload, limits, sure)
        except DecodeError:
            # a placeholder begins as a list does
            return Text().decode(payload, limits) if sure and is_text(payload) else None

    def _of_json(self, payload: bytes, limits: Limits, sure: bool) -> Document | None:
        try:
            tree = jsontext.parse(payload, limits)
        except DecodeError:
            return JsonLines(self._formats).decode(payload, limits)
        format = self._format_of(tree) or resembling(tree)
        if format is None:
            return Json().decode(payload, limits, tree) if sure else None
        return format.decode(payload, limits, tree)

    def _format_of(self, tree: Any) -> Format | None:
        asked = self._of_object.of(tree) if isinstance(tree, dict) else self._formats
        return next((each for each in asked if each.recognises(b"", tree)), None)

    def _held(self, node: Mapping[str, Any], path: str = "$") -> Iterator[tuple[Format, Any, str]]:
        """The documents in a record, with their formats; of one in a string the path ends in a `$`."""
        within = "\0"
        for value, place in _values(node, path):
            if place.startswith(within):
                continue  # it is a part of a document that was found
            inner = arguments_of(value.strip()) if isinstance(value, str) else value
            if not isinstance(inner, dict | list) or not inner:
                continue
            found = self._format_of(inner)
            if found is not None:
                within = place
                yield found, inner, place + ("$" if isinstance(value, str) else "")

    def _read(self, group: Sequence[Item], limits: Limits) -> Trace:
        """Spans that records hold each some of are read together. Of what holds no document, or none once it is masked,
        each value is a step."""
        parts: list[Trace] = []
        shared: dict[str, tuple[Read, list[Item]]] = {}
        for item in group:
            for document, place in self._documents(item, limits):
                if isinstance(document, GroupedDocument):
                    _, spans = shared.setdefault(document.format, (document.told, []))
                    held = (each for own in document.groups() for each in own)
                    spans += [replace(each, path=_placed(place, each.path)) for each in held]
                else:
                    parts += [moved(trace, partial(_placed, place)) for trace in document.traces()]
        parts += [told(spans) for told, spans in shared.values()]
        if not parts:
            alone = [each for item in group for each in _values(item.node, item.path) if each[0] is not None]
            steps = [Step(seq, StepKind.OTHER, value, path=place) for seq, (value, place) in enumerate(alone)]
            parts = [Trace(steps=steps)]
        return reduce(together, parts)

    def _documents(self, item: Item, limits: Limits) -> Iterator[tuple[Document, str]]:
        for format, tree, place in self._held(item.node, item.path):
            try:
                yield format.decode(jsontext.encode(tree), limits, tree), place
            except (DecodeError, LimitError):
                continue


def _placed(place: str, path: str) -> str:
    """A document in a string has paths of its own, which stand behind the string's."""
    return place + path.removeprefix("$") if path else ""


def _values(node: Mapping[str, Any], path: str) -> Held:
    held = _row(node)
    return held(node, path) if held is not None else iter(())


def _row(node: Mapping[str, Any]) -> Callable[[Mapping[str, Any], str], Held] | None:
    return _row_of(_TELLING.intersection(node))


@lru_cache(1024)
def _row_of(told: frozenset[str]) -> Callable[[Mapping[str, Any], str], Held] | None:
    return next((held for names, held in _ROWS if names <= told), None)


def _records(tree: Any) -> Iterator[Item]:
    """One, a list, or those that one lists."""
    if isinstance(tree, dict) and _row(tree) is not None:
        yield Item(tree, "$")
        return
    lists = [(tree, "$")] if isinstance(tree, list) else [(items(tree, name), f"$['{name}']") for name in _LISTS]
    for nodes, path in lists:
        for index, node in enumerate(nodes):
            if isinstance(node, dict) and _row(node) is not None:
                yield Item(node, f"{path}[{index}]")


_DIALECT = Dialect("wrapped", "application/json", never, check=jsontext.refuse_repeats, blobs=find_blobs)
