"""Streams that stand whole in one text: bodies that recordings of exchanges keep (HAR, cassettes), lines of logs.

The text may be what holds the stream, or JSON or YAML in which a string does: then each quote of the events has
backslashes before it, and as many escapes are undone. What a text of the stream says is read in one; each piece knows
where it is written.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import LimitError
from ...limits import Limits
from ...placeholders import ANY
from ..mended import mended
from ..walk import Walk
from .provider import mended_pieces, note_run
from .rows import claiming, feed
from .streams import CHUNKS_LEAST, Place, Run, Stream, are_chunks

_SIGN = r'data: ?\{[ \t]*\\*"'
_BODY = r'(?:^|[\x00-\x02])(?:data: ?[^{\[\s]|event: ?\w|[0g]:")'
_PARTS = r'"\}, ?\{\\*"(?:type\\*": ?\\*"(?:text|reasoning|thinking)\\*", ?\\*")?(?:text|content|thinking)\\*": ?\\*"'
SIGN = rf'{_SIGN}|{_BODY}|"(?:done\\*": ?false|candidates\\*": ?\[|delta\\*": ?[{{\\"])|{_PARTS}'
"""RE2: what a text has that holds such a stream: of server-sent events, of lines, or as a list of chunks; or what it
begins with where it is one whose events are texts, or the data stream of the AI SDK's version 4; or a text behind
another among the parts of a message, as histories keep what came piece by piece."""
_FOLD = r"\\?\r?\n[ \t]{1,80}(?:\\ )?"
"""A blank where YAML goes on in the next line."""
_EVENT = re.compile(
    rf"(?:event:(?: |{_FOLD})?([\w.-]{{1,80}})(?:[ \r\n\t]|\\+[nr]|{_FOLD}){{1,80}})?data:(?: |{_FOLD})?"
    r'(?=\{[ \t]*(\\*)")'
)
_WHOLE = ("data:", "event:", '0:"', 'g:"', "f:{")
_LINE = re.compile(r'(?m)^(data:|[0g]:)(?: ?((?![{"\[]|\[DONE\])[^\r\n]+)|"((?:[^"\\\n]|\\.)*)"(?=\r?$))')
_OBJECT = re.compile(r"()(?<![^\s\[,\"'nr\x01\x02])(?=\{\s{0,80}(\\*)\")")
"""One that stands in no line of `data`."""
_CONTAINER = re.compile(r"()(?<![^\s,:=\"'nr\x01\x02])(?=(?:\[\s{0,80})?\{\s{0,80}(\\*)\")")
"""One, or a list of such."""
_BEGINS, _ANY, _DATA = re.compile(_SIGN), re.compile(SIGN), "data:"
_DIGITS = "[-+.0-9eE]*"
_BARE = re.compile(rf'(?<!\\)(\\*")(\s*:\s*)({_DIGITS}(?:{ANY}{_DIGITS})+)(?=\s*[,}}\]])')
"""A number that was masked, behind its name, in JSON in a string."""
_BETWEEN_MOST = 256
"""Characters between two events of a stream: line ends, comments, numbers."""
_SIGNS = (_DATA, '"done', '"candidates', '"delta')
"""Quickly looked for: one of these stands in what `SIGN` takes."""
_TRIES = 64
"""Objects that are none: each may be one for a long way."""
_EVENTS_MOST = 200_000
"""Of one text, which takes seconds: a stream of a model's answer has some thousands."""
_LEVELS: Mapping[int, int] = {0: 0, 1: 1, 3: 2, 7: 3}
"""Backslashes before a quote, and how often it was escaped."""
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?', re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}"
    r"|\r?\n[ \t]*|.)|\r?\n[ \t]*",
    re.DOTALL,
)
"""Of JSON and YAML. YAML goes on with a string in the next line, where no string of JSON may."""
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "e": "\x1b", "0": "\0", "a": "\a", "v": "\v"}
_TOKENS = "logprobs"
"""Says again, token by token, what events say."""
_decode = json.JSONDecoder(strict=False).raw_decode


class _Said:
    """What characters of a text say without their escapes."""

    def __init__(self, raw: str) -> None:
        parts: list[str] = []
        self._here, self._there = array("q", (0,)), array("q", (0,))
        at = size = 0
        for found in _ESCAPE.finditer(raw):
            said = _unescaped(found.group())
            parts += [raw[at : found.start()], said]
            size += found.start() - at
            # what is literal goes on one to one from each second place on, what is escaped is one
            self._here.extend((size, size + len(said)))
            self._there.extend(found.span())
            size, at = size + len(said), found.end()
        parts.append(raw[at:])
        self.text = "".join(parts)

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """The range that says a range of `text`."""
        begin, _ = self._raw(start)
        _, stop = self._raw(max(start, end - 1))
        return begin, stop if end > start else begin

    def said(self, at: int) -> int:
        """Where in `text` is said what is written from here on."""
        segment = bisect_right(self._there, at) - 1
        return self._here[segment] + (0 if segment % 2 else at - self._there[segment])

    def _raw(self, at: int) -> tuple[int, int]:
        """Of one character."""
        segment = bisect_right(self._here, at) - 1
        if segment % 2:  # an escape
            return self._there[segment], self._there[segment + 1]
        place = self._there[segment] + at - self._here[segment]
        return place, place + 1


def _unescaped(escape: str) -> str:
    body = escape.lstrip("\r\n \t")[1:]
    if not body:
        return " " if escape[0] != "\\" else ""
    if body[0] in "uUx" and len(body) > 1:
        try:
            said = json.loads(f'"{escape}"') if body[0] == "u" else chr(int(body[1:], 16))
        except (ValueError, OverflowError):
            return "\ufffd"
        return said if len(said) == 1 and not "\ud800" <= said <= "\udfff" else "\ufffd"
    return "" if body[0] in "\r\n" else _LETTERS.get(body, body)


@dataclass(frozen=True, slots=True)
class Event:
    """`end` of its JSON in the text. `named`: whether something says that it is one. `undone`: outermost first, the
    escapes of the whole text, in what is left of which its JSON stands from `begin` on."""

    named: bool
    name: str
    end: int
    tree: Any
    json: str
    begin: int
    undone: Sequence[_Said]

    def strings(self) -> Iterator[tuple[Place, tuple[int, int]]]:
        """Of each value that is a string its place, and what stands between its quotes in `json`. None where it says a
        name twice."""
        spans = [found.span(1) for found in _STRING.finditer(self.json) if found.group(2) is None]
        held = _strings(self.tree)
        return zip(held, spans, strict=True) if len(held) == len(spans) else iter(())


def _strings(tree: Any) -> list[Place]:
    """In the order of the text."""
    found: list[Place] = []
    stack = [(tree, _items(tree))]
    while stack:
        node, items = stack[-1]
        for key, value in items:
            if type(value) is str:
                found.append((node, key))
            elif type(value) in (dict, list):
                stack.append((value, _items(value)))
                break
        else:
            stack.pop()
    return found


def _items(node: Any) -> Iterator[tuple[Any, Any]]:
    return iter(node.items()) if type(node) is dict else enumerate(node)


class Piece:
    """`text`: what it says."""

    def __init__(self, event: Event, span: tuple[int, int]) -> None:
        self._event, self._begin = event, span[0]
        self._said = _Said(event.json[slice(*span)])
        self.text = self._said.text

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text of the stream a range of this one is written."""
        start, end = (at + self._begin + self._event.begin for at in self._said.raw(start, end))
        for undone in reversed(self._event.undone):
            start, end = undone.raw(start, end)
        return start, end

    def written(self, text: str) -> str:
        """A text as it stands in this one's place."""
        for _ in (self, *self._event.undone):
            text = json.dumps(text, ensure_ascii=False)[1:-1]
        return text


def texts(text: str, at: int = 0) -> Iterator[list[Piece]]:
    """The texts that streams say piece by piece, from this character on. Raises LimitError as a stream alone would."""
    if text.startswith(_WHOLE, at):
        yield from _plain(text, at)
    for events in _streams(text, at):
        for whole, pieces in _said_in(events, more=_TOKENS in text):
            size = sum(len(piece.text) for piece in pieces)
            if whole or (events[0].named and are_chunks(len(pieces), size)):
                yield pieces
        if not events[0].named:
            yield from _parts_in(events)


def _parts_in(events: Sequence[Event]) -> Iterator[list[Piece]]:
    """Texts of a message that came piece by piece, each part a piece."""
    for event in events:
        runs = list(_runs(event.tree))
        spans = {(id(node), key): at for (node, key), at in event.strings()} if runs else {}
        for whole, run in runs:
            found = [spans.get((id(node), key)) for node, key in run]
            pieces = [Piece(event, at) for at in found if at is not None]
            if len(pieces) == len(run) and (whole or are_chunks(len(pieces), sum(len(each.text) for each in pieces))):
                yield pieces


def _runs(tree: Any) -> Iterator[tuple[bool, list[Place]]]:
    """Parts of one kind that follow one another and say a text alone; and whether they are a model's, whose text was
    one before it came piece by piece."""
    models = {id(node.get(name)) for node in _objects(tree) for name in _HELD if node.get("role") in _MODELS}
    for held in _lists(tree):
        whole = id(held) in models
        run: list[Place] = []
        kind: Any = None
        for node in held:
            key = next((name for name in _SAYING if type(node.get(name)) is str), "") if type(node) is dict else ""
            said = (node.get("type"), node.get("thought")) if key and _PART.issuperset(node) else None
            if said is None or said != kind:
                if len(run) > 1:
                    yield whole, run
                run, kind = [], said
            if said is not None:
                run.append((node, key))
        if len(run) > 1:
            yield whole, run


_HELD, _MODELS = ("parts", "content"), ("assistant", "model")
_SAYING = ("text", "content", "thinking")
_PART = frozenset({"type", "thought", *_SAYING})


def documents(text: str, at: int = 0) -> Iterator[list[Event]]:
    """Objects and lists of JSON that a text holds from this character on, those together that follow one another at
    once. Raises LimitError for more than anybody's stream has."""
    return _together(text, at, _CONTAINER, _TRIES)


def _plain(text: str, at: int) -> Iterator[list[Piece]]:
    """Of a text that is a stream itself, whose lines hold texts."""
    whole = Event(True, "", len(text), None, text, 0, ())
    found: dict[str, list[Piece]] = {}
    for line in _LINE.finditer(text, at):
        sign = line[1]
        spans = [line.span(3)] if line[3] is not None else [line.span(2)] if sign == _DATA else []
        found.setdefault(sign, []).extend(Piece(whole, span) for span in spans)
    for sign, pieces in found.items():
        size = sum(len(piece.text) for piece in pieces)
        if are_chunks(len(pieces), size) if sign == _DATA else len(pieces) >= CHUNKS_LEAST:
            yield pieces


def mended_body(text: str, was: str) -> str:
    """The text with what was masked in its events written so that these are JSON, and what is JSON in pieces of them.
    `was`: before it was masked."""
    if not any(sign in was for sign in _SIGNS) or _ANY.search(was) is None:
        return text
    after = _lines_mended(text, was)
    try:
        return _pieces_mended(after, was)
    except LimitError:  # of texts that do not leave
        return after


def _lines_mended(text: str, was: str) -> str:
    """Events that were JSON and are none any more."""
    lines, before = text.split("\n"), was.split("\n")
    if len(lines) != len(before):
        return text
    for number, (line, own) in enumerate(zip(lines, before, strict=True)):
        if line != own and line.startswith(_DATA):
            lines[number] = _DATA + mended(line.removeprefix(_DATA), own.removeprefix(_DATA))
        elif line != own:
            lines[number] = _BARE.sub(r"\1\2\1\3\1", line)
    return "\n".join(lines)


def _pieces_mended(text: str, was: str) -> str:
    """JSON that stands in pieces, as `RunDocument.mend` keeps it. Pieces stay as many, and in order."""
    now, before = list(_streamed(text)), list(_streamed(was))
    changes: list[tuple[int, int, str]] = []
    for pieces, own in zip(now, before, strict=True) if len(now) == len(before) else ():
        said = [piece.text for piece in pieces]
        for piece, after in zip(pieces, mended_pieces(said, "".join([each.text for each in own])), strict=True):
            if after != piece.text:
                changes.append((*piece.place(0, len(piece.text)), piece.written(after)))
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _streamed(text: str) -> Iterator[list[Piece]]:
    found = (each for events in _streams(text, 0) for each in _said_in(events, more=False))
    return (pieces for whole, pieces in found if whole)


def _streams(text: str, at: int) -> Iterator[list[Event]]:
    """Events that follow one another at once, at least two; or one object that may hold chunks. Raises LimitError for
    more of them than anybody's stream has."""
    pattern, tries = _OBJECT, _TRIES
    if _BEGINS.search(text, at) is not None:
        pattern, tries = _EVENT, len(text)  # each has its own end
    elif _ANY.search(text, at) is None:
        return
    for events in _together(text, at, pattern, tries):
        if len(events) > 1 or not events[0].named:
            yield events


def _together(text: str, at: int, pattern: re.Pattern[str], tries: int) -> Iterator[list[Event]]:
    events: list[Event] = []
    left = _EVENTS_MOST
    undone: list[_Said] = []
    found = pattern.search(text, at)
    while found is not None and tries:
        left -= 1
        if left < 0:
            raise LimitError("too-large", f"a text holds a stream of more than the {_EVENTS_MOST} events allowed")
        event = _read(text, found, undone)
        if events and (event is None or not _goes_on(text, events[-1].end, found.start())):
            yield events
            events = []
        if event is None:
            tries -= 1
        else:
            events.append(event)
        # what stands in a string of an event is none
        found = pattern.search(text, found.end() + 1 if event is None else event.end)
    if events:
        yield events


def _goes_on(text: str, end: int, start: int) -> bool:
    return start - end <= _BETWEEN_MOST and '"' not in text[end:start].replace('\\"', '"')


def _read(text: str, found: re.Match[str], undone: list[_Said]) -> Event | None:
    """The event whose JSON begins behind a match; None where that is none. `undone`: outermost first, the escapes of
    the text, which are undone when they are first asked for."""
    begin, level = found.end(), _LEVELS.get(len(found.group(2)))
    if level is None:
        return None
    while len(undone) < level:
        undone.append(_Said(undone[-1].text if undone else text))
    outer = undone[:level]
    for each in outer:
        begin = each.said(begin)
    said = outer[-1].text if outer else text
    try:
        tree, end = _decode(said, begin)
    except (ValueError, RecursionError):
        return None
    inner, last = said[begin:end], end
    for each in reversed(outer):
        _, last = each.raw(last - 1, last)
    return Event(found.re is _EVENT, found.group(1) or "", last, tree, inner, begin, outer)


def _said_in(events: Sequence[Event], *, more: bool) -> Iterator[tuple[bool, list[Piece]]]:
    """Texts that go on from event to event, or in the items of a list of one; and whether each is one, cut anywhere:
    else it is of strings that may be one. `more`: whether such are looked for, too, where a format tells texts."""
    spans: Mapping[tuple[int, Any], tuple[Event, tuple[int, int]]] = {}
    for trees in _documents(events):
        for whole, places in _flows(trees, more=more):
            spans = spans or {(id(node), key): (event, at) for event in events for (node, key), at in event.strings()}
            found = [spans.get((id(node), key)) for node, key in places]
            pieces = [Piece(*each) for each in found if each is not None]
            if len(pieces) == len(found):
                yield whole, pieces


def _documents(events: Sequence[Event]) -> Iterator[list[dict[str, Any]]]:
    if len(events) > 1:
        yield [{"data": event.tree, **({"event": event.name} if event.name else {})} for event in events]
        return
    for held in _lists(events[0].tree):
        if claiming(held[len(held) // 2]) is not None:
            yield [{"data": each} for each in held]


def _lists(tree: Any) -> Iterator[list[Any]]:
    """Those of objects, at any depth."""
    return (node for node in _nodes(tree) if type(node) is list and len(node) > 1 and type(node[0]) is dict)


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    return (node for node in _nodes(tree) if type(node) is dict)


def _nodes(tree: Any) -> Iterator[Any]:
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack += node.values() if type(node) is dict else node if type(node) is list else ()


def _flows(trees: list[dict[str, Any]], *, more: bool) -> Iterable[tuple[bool, Sequence[Place]]]:
    run = Run()
    for number, tree in enumerate(trees):
        if not feed(run, f"$[{number}]['data']", tree["data"]) and "event" in tree:
            feed(run, f"$[{number}]", tree)
    told = [(True, places) for places in run.streams()]
    if told and not more:
        return told
    leaves = Walk([trees], Limits()).leaves
    note_run(leaves, run)
    slots = leaves.slots if leaves.flows else []
    return [(isinstance(flow, Stream), [slots[leaf] for leaf in flow]) for flow in leaves.flows]
