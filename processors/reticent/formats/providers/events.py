"""Server-sent events as lines: what an event's lines say, and the lines again of what it says now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ...errors import DecodeError
from ...limits import Limits
from .. import jsontext

BOM = b"\xef\xbb\xbf"
DONE = "[DONE]"
_BREAK = re.compile(r"\r\n|\r|\n")
_ENDS = b"\r\n"
_LISTED = frozenset({"comment", "other"})
_SINGLE = frozenset({"event", "id", "retry"})
_FIELDS = frozenset({b"data", b"event", b"id", b"retry", b""})


class _Line(msgspec.Struct, gc=False):
    """`head`: up to the value."""

    head: bytes
    value: str
    end: bytes


@dataclass(slots=True)
class Event:
    """Lines by the name under which the tree has what they say; the blank ones that end it have none. The payload's
    bytes from `start` to `end`, and `count` of its lines, are the event's. `data`: where the value of its data line
    begins and ends; nowhere, where there are several. `quoted`: whether that is a text between the quotes of JSON."""

    start: int
    end: int
    count: int = 0
    data: tuple[int, int] = (0, 0)
    lines: list[tuple[str, _Line]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    quoted: bool = False

    @classmethod
    def read(cls, lines: Sequence[bytes], first: int, start: int) -> Event:
        """The event that begins with this line, at this byte: with the blank lines behind it, and those at the very
        beginning."""
        event, begun = cls(start, start), False
        for at in range(first, len(lines)):
            line = lines[at]
            text = line.rstrip(_ENDS)
            end = line[len(text) :]
            if text.removeprefix(BOM):
                if begun and event.lines[-1][0] == "":
                    break
                event._add(*_line(text, end), len(text))
                begun = True
            else:
                event.lines.append(("", _Line(text, "", end)))
            event.end += len(line)
            event.count += 1
        return event

    def _add(self, name: str, line: _Line, size: int) -> None:
        """A second name or id of an event stands with what nobody knows."""
        again = name in _SINGLE and name in self.known
        if name == "data":
            self.data = (self.end + len(line.head), self.end + size) if name not in self.known else (0, 0)
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
            if data.startswith('"') and (quoted := _between_quotes(data)) is not None:
                self.quoted, said["data"] = True, quoted
        return said

    def again(self, changed: dict[str, Any]) -> Iterator[bytes]:
        """The lines, those of the fields that changed with what they say now."""
        new = {name: _values(name, said) for name, said in changed.items()}
        if self.quoted and isinstance(text := changed.get("data"), str):
            new["data"] = iter([jsontext.encode(text).decode()])
        last = {name: at for at, (name, _) in enumerate(self.lines)}
        for at, (name, line) in enumerate(self.lines):
            values = new.get(name)
            if values is None:
                yield line.head + line.value.encode() + line.end
                continue
            # what has more lines than there were ends with them all, what has fewer leaves lines out
            left = list(values) if at == last[name] else [value for value in [next(values, None)] if value is not None]
            for more, value in enumerate(left):
                yield line.head + value.encode() + (line.end if more == len(left) - 1 else line.end or b"\n")


def own_strings(tree: dict[str, Any]) -> int:
    """The strings of an event's tree that are in no JSON: its names, and what is text."""
    return sum(1 + (len(said) if name in _LISTED else isinstance(said, str)) for name, said in tree.items())


def _line(text: bytes, end: bytes) -> tuple[str, _Line]:
    mark, start = (BOM, text[3:]) if text.startswith(BOM) else (b"", text)
    name, colon, value = start.partition(b":")
    if not colon or name not in _FIELDS:
        return "other", _Line(mark, start.decode(), end)
    blank = b" " if value.startswith(b" ") else b""
    return name.decode() or "comment", _Line(mark + name + colon + blank, value[len(blank) :].decode(), end)


def _parsed(data: str, limits: Limits, texts: list[bytes]) -> Any:
    """JSON as a tree; other text, such as an event that was cut, as it is. Raises what `jsontext.parse` does of JSON
    that is not to be taken."""
    if data == DONE or not data.lstrip().startswith(("{", "[")):
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


def _between_quotes(data: str) -> str | None:
    """What a text of JSON says; None where it is none."""
    try:
        found = jsontext.read_text(data)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
    return found if isinstance(found, str) else None


def _values(name: str, said: Any) -> Iterator[str]:
    if name in _LISTED:
        return (_BREAK.sub(" ", each or "") for each in said)
    if name == "data":
        written = said if isinstance(said, str) else "" if said is None else jsontext.encode(said).decode()
        return iter(_BREAK.split(written))
    return iter([_BREAK.sub(" ", said or "")])
