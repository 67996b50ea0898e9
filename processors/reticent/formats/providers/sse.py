"""Server-sent events (text/event-stream): the streamed answers of model providers, as they went over HTTP.

The tree is a list of events; `data` is the JSON in an event's data lines, or their text. Only the lines of a field
that was masked are written anew, each other line keeps its bytes. Of events that say the same but for a few values the
first is in the tree, and the others are its echoes (echoes.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import Trace
from .. import jsontext
from ..blobs import find_blobs
from ..document import Document, Leaves, Part
from ..tree import Dialect
from ..walk import number
from .echoes import Echo, Echoes
from .events import Event, own_strings
from .listening import Listening, tell
from .provider import RunDocument, note_run
from .streams import Run

MEDIA_TYPE = "text/event-stream"
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:data|event|id|retry)?:")
_DATA = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])data:")
_ASKED = 65536
"""Bytes at the beginning in which the first data line must stand."""


class EventStream:
    name = "sse"
    media_types: Sequence[str] = (MEDIA_TYPE,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return tree is None and _BEGINS.match(payload) is not None and _DATA.search(payload, 0, _ASKED) is not None

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        try:
            payload.decode()
        except UnicodeDecodeError as error:
            raise DecodeError("not-utf8", f"the events are not UTF-8 at byte {error.start}; send UTF-8") from None
        if payload.count(b"\n") + payload.count(b"\r") > limits.leaves:
            raise LimitError("too-many-leaves", f"the stream holds more than the {limits.leaves} lines allowed")
        stream = Listening(payload, limits)
        if not stream.understood():
            stream = Listening(payload, limits, echoing=False)
        if not any("data" in event.known for event in stream.read):
            raise DecodeError("wrong-format", "sse wants lines that begin with `data:`")
        return _EventDocument(stream, limits)


def _follow(events: Any) -> Run:
    run = Run()
    for count, event in enumerate(events):
        tell(run, count, event)
    return run


class _EventDocument(RunDocument):
    def __init__(self, stream: Listening, limits: Limits) -> None:
        self._stream = stream
        self._names = [list(tree) for tree in stream.trees]
        self._touched: dict[int, set[str]] = {}
        self._echo: dict[int, tuple[Echo, Echoes]] = {}
        self._own: dict[tuple[int, Any], int] = {}
        self._remade: set[int] = set()
        self._untold = any(group.echoes and not group.heard.claimed for group in stream.echoes)
        """Whether the run does not know of all echoes: of what no format claims each is a step."""
        self._retold, self._dropped = self._untold, False
        """Whether the run is another now than the one that was told, but for its texts; and whether one of them is
        gone."""
        own = sum(map(own_strings, stream.trees))
        dialect = replace(_DIALECT, check=lambda _, strings: jsontext.refuse_repeats_in(stream.texts, strings - own))
        super().__init__(stream.trees, dialect, _follow, source=stream.payload, limits=limits)

    def look_over(self, leaves: Leaves) -> None:
        self._run = self._stream.run
        groups, echoed = [group for group in self._stream.echoes if group.echoes], defaultdict[int, list[int]](list)
        wanted = {(id(node), key) for group in groups for node, key in group.places}
        self._own = {
            place: leaf
            for leaf, (node, key) in enumerate(leaves.slots if wanted else ())
            if (place := (id(node), key)) in wanted
        }
        for group in groups:
            own = [self._own[id(node), key] for node, key in group.places]
            before = [(leaves.texts[leaf][: abs(leaves.heads[leaf])], leaves.heads[leaf]) for leaf in own]
            self._echo.update({id(echo.values): (echo, group) for echo in group.echoes})
            first, count = len(leaves.texts), len(group.echoes) * len(own)
            for slot, leaf in enumerate(own):
                echoed[leaf] += range(first + slot, first + count, len(own))
            leaves.extend(
                [
                    prefix + (said if type(said) is str else number(said))
                    for echo in group.echoes
                    for said, (prefix, _) in zip(echo.values, before, strict=True)
                ],
                [(echo.values, slot) for echo in group.echoes for slot in range(len(own))],
                [head for _, head in before] * len(group.echoes),
            )
            if len(leaves.texts) > self._limits.leaves:
                most = self._limits.leaves
                raise LimitError("too-many-leaves", f"the stream holds more than the {most} leaves allowed")
        # they follow what they echo at once, in a text that goes on over events, too
        leaves.flows = [[each for leaf in flow for each in (leaf, *echoed.get(leaf, ()))] for flow in leaves.flows]
        note_run(leaves, self._run)

    def path(self, leaf: int) -> str:
        container, slot = self.leaves().slot(leaf)
        found = self._echo.get(id(container))
        if found is None:
            path, count = super().path(leaf), None
        else:
            echo, group = found
            node, key = group.places[slot]
            path, count = super().path(self._own[id(node), key]), echo.number
        index, _, rest = path[2:].partition("]")
        return f"$[{self._stream.numbers[int(index)] if count is None else count}]{rest}"

    def standing(self, container: Any, key: Any) -> tuple[Any, str, str]:
        found = self._echo.get(id(container))
        return super().standing(*(found[1].places[key] if found is not None else (container, key)))

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        container, slot = self.leaves().slot(leaf)
        found = self._echo.get(id(container))
        if found is not None and part is Part.KEY:
            # the name of a text that a provider streams, or of a number: all echoes have it, and so has their event
            node, key = found[1].places[slot]
            if self._renames.to(node, key) != text:
                self.replace(self._own[id(node), key], part, text)
            return
        super().replace(leaf, part, text)
        differs = found is not None or (part is Part.VALUE and (id(container), slot) in self._own)
        self._retold |= not differs
        self._dropped |= not text
        if found is not None:
            found[0].touched.add(slot)
        else:
            event, name, *_ = self.lineage(leaf)
            self._touched.setdefault(event, set()).add(name)
            if not differs:
                self._remade.add(event)

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        self.mend()
        if not self._changed:
            return self._source
        self.rename()
        groups = {group.of: group for group in self._stream.echoes}
        return b"".join([part for number in range(len(self._names)) for part in self._written(number, groups)])

    def _written(self, count: int, groups: Mapping[int, Echoes]) -> Iterator[bytes]:
        """An event that was parsed, and its echoes."""
        event, touched = self._stream.read[count], self._touched.get(count)
        yield self._event(event, count, touched) if touched else self._source[event.start : event.end]
        group = groups.get(count)
        if group is None:
            return
        if count not in self._remade:
            if group.echoes:
                yield self._spliced(group.echoes, group.echoes[0].start, group.echoes[-1].end)
            return
        for _ in self._in_place(group):
            yield self._event(event, count, {*(touched or ()), "data"})

    def _event(self, event: Event, count: int, touched: Collection[str]) -> bytes:
        # by place: masking may have renamed what we called a field
        said = dict(zip(self._names[count], self._root[0][count].values(), strict=True))
        return b"".join(event.again({name: said[name] for name in touched if name in said}))

    def _spliced(self, echoes: Sequence[Echo], start: int, end: int) -> bytes:
        """These bytes, of echoes, with the masked values in their places."""
        parts = []
        for echo in echoes:
            for slot in sorted(echo.touched):
                begin, stop = echo.spans[2 * slot : 2 * slot + 2]
                parts += [self._source[start:begin], jsontext.encode(echo.values[slot])]
                start = stop
        return b"".join([*parts, self._source[start:end]])

    def _in_place(self, group: Echoes) -> Iterator[Echo]:
        """The echoes, each as long as its values stand in the event that they echo."""
        places = [(node, self._renames.now(node, key)) for node, key in group.places]
        own = [node[key] for node, key in places]
        for echo in group.echoes:
            for (node, key), said in zip(places, echo.values, strict=True):
                node[key] = said
            yield echo
        for (node, key), said in zip(places, own, strict=True):
            node[key] = said

    def traces(self) -> Sequence[Trace]:
        self.mend()
        if not (self._retold or self._dropped):
            return self._stream.run.traces()
        self.rename()
        return (self._again() or _follow(self._events())).traces()

    def _again(self) -> Run | None:
        """The run that the events and their echoes tell now; None where they are alike no more."""
        if self._dropped or self._untold:
            return None
        run, groups = Run(), {group.of: group for group in self._stream.echoes if group.echoes}
        for count, (place, tree) in enumerate(zip(self._stream.numbers, self._root[0], strict=True)):
            if count not in groups:
                tell(run, place, tree)
                continue
            heard = run.hear(partial(tell, run, place, tree))
            if not heard.alike or not groups[count].tell(heard):
                return None
        return run

    def _events(self) -> Sequence[Any]:
        """All of them as they are now."""
        found: dict[int, Any] = dict(zip(self._stream.numbers, self._root[0], strict=True))
        numbers: list[int] = []
        texts: list[bytes] = []
        for group in self._stream.echoes:
            numbers += [echo.number for echo in group.echoes]
            if group.of in self._remade:
                texts += [jsontext.encode(self._root[0][group.of]) for _ in self._in_place(group)]
                continue
            lead, rest = group.pattern.lead, group.pattern.rest
            for echo in group.echoes:
                texts.append(b'{"data":' + self._spliced([echo], echo.spans[0] - lead, echo.end - rest) + b"}")
        found.update(zip(numbers, jsontext.read_text(b"[" + b",".join(texts) + b"]"), strict=True))
        return [found[count] for count in range(len(found))]


def _read(events: Any) -> Sequence[Trace]:
    return _follow(events).traces()


_DIALECT = Dialect("sse", MEDIA_TYPE, _read, blobs=find_blobs)
