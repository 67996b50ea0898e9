"""Server-sent events (text/event-stream): the streamed answers of model providers, as they went over HTTP.

The tree is a list of events; `data` is the JSON in an event's data lines, or their text. Only the lines of a field
that was masked are written anew, each other line keeps its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import Step, StepKind, Trace
from .. import jsontext
from ..blobs import find_blobs
from ..document import Document, Part
from ..tree import Dialect
from .provider import RunDocument
from .rows import feed
from .streams import Run

MEDIA_TYPE = "text/event-stream"
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:data|event|id|retry)?:")
_DATA = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])data:")
_BREAK = re.compile(r"\r\n|\r|\n")
_ASKED = 65536
"""Bytes at the beginning in which the first data line must stand."""
_BOM = b"\xef\xbb\xbf"
_DONE = "[DONE]"
_LISTED = frozenset({"comment", "other"})
_SINGLE = frozenset({"event", "id", "retry"})


class _Line(msgspec.Struct, gc=False):
    """`head`: up to the value."""

    head: bytes
    value: str
    end: bytes


@dataclass(slots=True)
class _Event:
    """Lines by the name under which the tree has what they say; the blank ones that end it have none."""

    lines: list[tuple[str, _Line]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def add(self, name: str, line: _Line) -> None:
        """A second name or id of an event stands with what nobody knows."""
        again = name in _SINGLE and name in self.known
        self.known.add(name)
        self.lines.append(("other" if again else name, line))

    def tree(self, limits: Limits, texts: list[bytes]) -> dict[str, Any]:
        """Fields in the order in which they come first. Comments and fields that nobody knows are lists of texts.
        What was read as JSON is added to `texts`."""
        said: dict[str, Any] = {}
        for name, line in self.lines:
            if name in _LISTED:
                said.setdefault(name, []).append(line.value)
            elif name == "data":
                said[name] = f"{said[name]}\n{line.value}" if name in said else line.value
            elif name:
                said[name] = line.value
        if isinstance(data := said.get("data"), str):
            said["data"] = _parsed(data, limits, texts)
        return said


class EventStream:
    name = "sse"
    media_types: Sequence[str] = (MEDIA_TYPE,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return tree is None and _BEGINS.match(payload) is not None and _DATA.search(payload, 0, _ASKED) is not None

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        events = list(_events(payload, limits))
        if not any("data" in event.known for event in events):
            raise DecodeError("wrong-format", "sse wants lines that begin with `data:`")
        return _EventDocument(events, payload, limits)


def _events(payload: bytes, limits: Limits) -> Iterator[_Event]:
    """Raises DecodeError not-utf8, LimitError too-many-leaves."""
    try:
        payload.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("not-utf8", f"the events are not UTF-8 at byte {error.start}; send UTF-8") from None
    event, begun = _Event(), False
    if payload.count(b"\n") + payload.count(b"\r") > limits.leaves:
        raise LimitError("too-many-leaves", f"the stream holds more than the {limits.leaves} lines allowed")
    for line in payload.splitlines(keepends=True):
        text = line.rstrip(b"\r\n")
        end = line[len(text) :]
        if text.removeprefix(_BOM):
            if begun and event.lines[-1][0] == "":
                yield event
                event = _Event()
            event.add(*_line(text, end))
            begun = True
        else:
            event.lines.append(("", _Line(text, "", end)))
    yield event


def _line(text: bytes, end: bytes) -> tuple[str, _Line]:
    mark, start = (_BOM, text[3:]) if text.startswith(_BOM) else (b"", text)
    name, colon, value = start.partition(b":")
    if not colon or name not in (b"data", b"event", b"id", b"retry", b""):
        return "other", _Line(mark, start.decode(), end)
    blank = b" " if value.startswith(b" ") else b""
    return name.decode() or "comment", _Line(mark + name + colon + blank, value[len(blank) :].decode(), end)


def _parsed(data: str, limits: Limits, texts: list[bytes]) -> Any:
    """JSON as a tree; other text, such as an event that was cut, as it is. Raises what `jsontext.parse` does of JSON
    that is not to be taken."""
    if data == _DONE or not data.lstrip().startswith(("{", "[")):
        return data
    text = data.encode()
    try:
        found = jsontext.parse(text, limits)
    except DecodeError as error:
        if error.code in ("not-json", "truncated"):
            return data
        raise
    texts.append(text)
    return found


class _EventDocument(RunDocument):
    def __init__(self, events: Sequence[_Event], source: bytes, limits: Limits) -> None:
        self._events = events
        texts: list[bytes] = []
        trees = [event.tree(limits, texts) for event in events]
        self._names = [list(tree) for tree in trees]
        self._touched: dict[int, set[str]] = {}
        own = sum(map(_own_strings, trees))
        dialect = replace(_DIALECT, check=lambda _, strings: jsontext.refuse_repeats_in(texts, strings - own))
        super().__init__(trees, dialect, _follow, source=source, limits=limits)

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        super().replace(leaf, part, text)
        event, name, *_ = self.lineage(leaf)
        self._touched.setdefault(event, set()).add(name)

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        self.mend()
        if not self._touched:
            return self._source
        self.rename()
        return b"".join(self._written())

    def _written(self) -> Iterator[bytes]:
        for number, event in enumerate(self._events):
            touched = self._touched.get(number)
            if not touched:
                yield from (line.head + line.value.encode() + line.end for _, line in event.lines)
            else:
                # by place: masking may have renamed what we called a field
                said = dict(zip(self._names[number], self._root[0][number].values(), strict=True))
                yield from _again(event, {name: said[name] for name in touched if name in said})


def _own_strings(tree: dict[str, Any]) -> int:
    """The strings of an event's tree that are in no JSON: its names, and what is text."""
    return sum(1 + (len(said) if name in _LISTED else isinstance(said, str)) for name, said in tree.items())


def _again(event: _Event, changed: dict[str, Any]) -> Iterator[bytes]:
    """The lines of an event, those of the fields that changed with what they say now."""
    new = {name: _values(name, said) for name, said in changed.items()}
    last = {name: at for at, (name, _) in enumerate(event.lines)}
    for at, (name, line) in enumerate(event.lines):
        values = new.get(name)
        if values is None:
            yield line.head + line.value.encode() + line.end
            continue
        # what has more lines than there were ends with them all, what has fewer leaves lines out
        left = list(values) if at == last[name] else [value for value in [next(values, None)] if value is not None]
        for more, value in enumerate(left):
            yield line.head + value.encode() + (line.end if more == len(left) - 1 else line.end or b"\n")


def _values(name: str, said: Any) -> Iterator[str]:
    if name in _LISTED:
        return (_BREAK.sub(" ", each or "") for each in said)
    if name == "data":
        written = said if isinstance(said, str) else "" if said is None else jsontext.encode(said).decode()
        return iter(_BREAK.split(written))
    return iter([_BREAK.sub(" ", said or "")])


def _follow(events: Any) -> Run:
    run = Run()
    for index, event in enumerate(events):
        data = event.get("data") if isinstance(event, dict) else None
        path = f"$[{index}]['data']"
        if not feed(run, path, data) and data not in (None, "", _DONE):
            run.answered([Step(0, StepKind.OTHER, data, path=path)])
    return run


def _read(events: Any) -> Sequence[Trace]:
    return _follow(events).traces()


_DIALECT = Dialect("sse", MEDIA_TYPE, _read, blobs=find_blobs)
