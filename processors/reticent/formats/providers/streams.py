"""One run of a model as its provider's documents tell it: requests, responses, and the events of streamed ones.

A `Run` is fed documents in order. What is sent again with the next request shows once, and the deltas of a stream
become the step that they are pieces of.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ...model import Step, StepKind, Trace
from ..messages import message_steps
from ..transcript import Transcript
from .blocks import arguments_of, block_steps, items, segment, text

_NOTHING: Sequence[Any] = (None, "", {})


class Stream(list[int]):
    """A flow of leaves (`Leaves.flows`) that is known to be one text, cut anywhere: it is always read as one."""


CHUNK_MOST, CHUNKS_LEAST = 24, 3
"""Texts of so few characters on average, so many of them, are the chunks of a stream, and are read as one text."""


def are_chunks(count: int, size: int) -> bool:
    """`size`: characters of all of them."""
    return count >= CHUNKS_LEAST and size <= CHUNK_MOST * count


Place = tuple[Any, Any]
"""(object, key) of a piece, or (list, index)."""
_REMEMBERED_MOST = 8
_LOOKED_BACK = 40
"""Steps among which one that says the same is looked for."""


def said_at(node: Any, key: Any) -> Any:
    """What stands at a place now."""
    return node.get(key) if type(node) is dict else node[key]


@dataclass(slots=True)
class _Text:
    """A step in pieces: `places` are those of each."""

    step: Step
    places: list[Place] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    settled: bool = False

    def whole(self) -> Step | None:
        step = self.step
        if not self.settled:
            said = "".join([piece for node, key in self.places if isinstance(piece := said_at(node, key), str)])
            step.content = said or step.content
            if step.kind is StepKind.TOOL_CALL:
                step.content = arguments_of(step.content)
            elif not step.content:
                return None
        step.path, step.further = self.paths[0], self.paths[1:]
        return step


@dataclass(slots=True)
class _Call:
    sent: list[Step] = field(default_factory=list)
    answered: list[_Text | Step] = field(default_factory=list)


@dataclass(slots=True)
class Heard:
    """What a document told a run. Where that is pieces of texts and nothing `more`, told again it is pieces of the
    same. `noted`: attributes of the run that it is the last to have said. `claimed`: whether it is any format's."""

    paths: list[tuple[_Text, str]] = field(default_factory=list)
    places: list[tuple[_Text, Place]] = field(default_factory=list)
    noted: set[str] = field(default_factory=set)
    more: bool = False
    claimed: bool = False

    @property
    def alike(self) -> bool:
        """Whether other documents like it may tell the same, but for the texts."""
        return not self.claimed or (bool(self.places) and not self.more)

    def like(self, other: Heard) -> bool:
        """Whether another told pieces of the same texts."""
        if self.claimed is not other.claimed or not (self.alike and other.alike):
            return False
        return [(id(text), key) for text, (_, key) in self.places] == [
            (id(text), key) for text, (_, key) in other.places
        ] and [id(text) for text, _ in self.paths] == [id(text) for text, _ in other.paths]


class Run:
    """`request` and `response` begin a call of the model; `sent`, `answered` and `delta` say what it got and gave.

    `memory` is a provider's own, for as long as a response lasts; `last`, of whose format the last document was."""

    def __init__(self) -> None:
        self.attributes: dict[str, Any] = {}
        self.trace_id = self.session_id = ""
        self.memory: dict[Hashable, Any] = {}
        self.last: Any = None
        self._calls = [_Call()]
        self._texts: dict[Hashable, _Text] = {}
        self._response: Hashable = None
        self._heard = Heard()
        self._grown: dict[Hashable, Place] = {}
        self._joined: dict[Hashable, list[Place]] = {}
        self.copies: list[tuple[Place, Place, int | None]] = []
        """(place, place, start) of a text that says a part of what another does, from a character on; None where that
        is to be looked for."""
        self.catch_up: Callable[[], bool] | None = None
        """Reads what stands at places that were noted before anybody had read them; False where it cannot be read."""

    def hear(self, tell: Callable[[], bool]) -> Heard:
        """What a document tells that `tell` feeds, where any format claims it."""
        heard = self._heard = Heard()
        memory, attributes = dict(self.memory), self._counted()
        heard.claimed = tell()
        now = self._counted()
        same = all(attributes.get(name) == now.get(name) for name in now.keys() - heard.noted)
        heard.more |= len(memory) > _REMEMBERED_MOST or memory != self.memory or not same
        return heard

    def _counted(self) -> dict[str, Any]:
        """The attributes, of which a provider may go on counting some."""
        return {name: dict(said) if type(said) is dict else said for name, said in self.attributes.items()}

    def request(self) -> None:
        self._heard.more = True
        if self._calls[-1].sent or self._calls[-1].answered:
            self._calls.append(_Call())
        self._response = None

    def response(self, identity: Hashable = None) -> None:
        """Of one that has begun already nothing begins."""
        if identity is not None and identity == self._response:
            return
        self._heard.more = True
        if self._calls[-1].answered:
            self._calls.append(_Call())
        self._texts, self.memory, self._response = {}, {}, identity

    @property
    def asked(self) -> bool:
        """Whether the call at hand has a request."""
        return bool(self._calls[-1].sent)

    def sent(self, steps: Iterable[Step]) -> None:
        """Where the call at hand is answered already, what comes behind the answer."""
        call = self._calls[-1]
        self._add(call.answered or call.sent, steps)

    def asking(self, steps: Iterable[Step]) -> None:
        """What stands before the answer of the call at hand, which may have begun."""
        self._add(self._calls[-1].sent, steps)

    def answered(self, steps: Iterable[Step]) -> None:
        self._add(self._calls[-1].answered, steps)

    def _add(self, to: list[Any], steps: Iterable[Step]) -> None:
        count = len(to)
        to += steps
        self._heard.more |= len(to) > count

    def messages(self, document: Mapping[str, Any], name: str, path: str, role: str = "") -> None:
        """The list of messages under a name, as what was sent. `role`: of those that name none."""
        place = path + segment(name)
        for index, message in enumerate(items(document, name)):
            if isinstance(message, dict):
                self.sent(message_steps(message, f"{place}[{index}]", role))

    def blocks(self, document: Mapping[str, Any], name: str, path: str, kind: StepKind) -> None:
        """The text or the list of blocks under a name, as what was sent."""
        place, found = path + segment(name), document.get(name)
        if isinstance(found, list):
            for index, block in enumerate(found):
                self.sent(block_steps(block, f"{place}[{index}]", kind))
        else:
            self.sent(block_steps(found, place, kind))

    def open(self, key: Hashable, kind: StepKind, path: str, *, name: str = "", call_id: str = "") -> Step:
        """The step that pieces under this key belong to, and whose part at `path` is."""
        return self._piece(key, kind, path, name, call_id).step

    def _piece(self, key: Hashable, kind: StepKind, path: str, name: str, call_id: str) -> _Text:
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = _Text(Step(0, kind))
            self._calls[-1].answered.append(found)
        step = found.step
        step.name, step.call_id = step.name or name, step.call_id or call_id
        found.paths.append(path)
        self._heard.paths.append((found, path))
        return found

    def delta(
        self, key: Hashable, kind: StepKind, node: Any, name: str, path: str, *, tool: str = "", call_id: str = ""
    ) -> None:
        """A piece: the text under `name` in `node`, which stands at `path`. An empty one begins nothing."""
        said = node.get(name) if isinstance(node, dict) else None
        if isinstance(said, str) and (said or key in self._texts):
            found, place = self._piece(key, kind, path + segment(name), tool, call_id), (node, name)
            found.places.append(place)
            self._heard.places.append((found, place))

    def copy(self, place: Place, of: Place, start: int | None = None) -> None:
        """Notes that the text at a place is a part of that at the other, where it is known from this character on."""
        self.copies.append((place, of, start))
        self._heard.more = True

    def join(self, key: Hashable, place: Place) -> None:
        """Notes that the text at a place goes on under this key, within a step that is told by other means."""
        self._joined.setdefault(key, []).append(place)
        self._heard.more = True

    def grow(self, key: Hashable, place: Place) -> None:
        """Notes what has been said so far under this key, of which what was noted before is the beginning."""
        before = self._grown.get(key)
        self._grown[key] = place
        if before is not None:
            self.copy(before, place)

    def grown(self, key: Hashable) -> None:
        """Nothing more is said under this key that goes on from what was."""
        self._grown.pop(key, None)

    def again(self, step: Step, since: StepKind | None = None) -> bool:
        """Whether one of the last steps said the same; its place is one more of that one's then. `since`: it is none
        that stands before the last one of this kind."""
        if self.catch_up is not None and not self.catch_up():
            return False
        said = (each for call in reversed(self._calls) for each in reversed(call.answered))
        for each in islice(said, _LOOKED_BACK):
            known = each.whole() if isinstance(each, _Text) else each
            if known is None or (known.kind, known.call_id, known.content) != (step.kind, step.call_id, step.content):
                if known is not None and known.kind is since:
                    return False
                continue
            if isinstance(each, _Text):
                each.paths.append(step.path)
            else:
                each.further = [*each.further, step.path]
            self._heard.more = True
            return True
        return False

    def once(self, steps: Iterable[Step], since: StepKind | None = None) -> None:
        """Answered but for what was said before, as `again` says."""
        for step in steps:
            if not self.again(step, since):
                self.answered([step])

    def settle(self, key: Hashable, step: Step) -> None:
        """The step of this key as a whole, which the end of a stream says again."""
        found = self._piece(key, step.kind, step.path, step.name, step.call_id)
        self._heard.more = True
        found.settled, mine = True, found.step
        mine.kind, mine.content, mine.attributes = step.kind, step.content, step.attributes
        mine.started_at = mine.started_at or step.started_at
        found.paths += step.further

    def ended(self, key: Hashable, step: Step) -> list[str]:
        """`answered` with a step as a whole, whose pieces, if any came under this key, end with it. Returns its places
        but for the first, to which more may be added."""
        if key not in self._texts:
            step.further = list(step.further)
            self.answered([step])
            return step.further
        self.settle(key, step)
        text = self._texts.pop(key)
        text.step.started_at = step.started_at
        return text.paths

    def said(self, key: Hashable) -> str:
        """What the pieces under this key say so far."""
        found = self._texts.get(key)
        said = [said_at(*place) for place in found.places] if found is not None else []
        return "".join([each for each in said if isinstance(each, str)])

    def part(self, key: Hashable, path: str) -> None:
        """One more place that says what the step of this key says."""
        if key in self._texts:
            self._heard.more = True
            self._texts[key].paths.append(path)

    def note(self, document: Mapping[str, Any], **names: str) -> None:
        """Attributes of the trace, from these names of the document, where they are there."""
        for attribute, name in names.items():
            value = document.get(name)
            if value or value not in _NOTHING:
                self.attributes[attribute] = value
                self._heard.noted.add(attribute)

    def identify(self, metadata: Any) -> None:
        """By the ids that a producer put among the metadata of a request."""
        if isinstance(metadata, dict):
            self.trace_id = self.trace_id or text(metadata, "trace_id")
            self.session_id = self.session_id or text(metadata, "session_id")

    def traces(self) -> list[Trace]:
        transcript = Transcript()
        for call in self._calls:
            if call.sent and len(self._calls) > 1:
                transcript.call(call.sent, _whole(call.answered))
            else:
                # nothing was sent before, or nothing says that it is what was answered before
                transcript.extend([*call.sent, *_whole(call.answered)])
        return [Trace(self.trace_id, self.session_id, attributes=self.attributes, steps=transcript.steps)]

    def streams(self) -> Iterator[list[Place]]:
        """The places of the pieces of each text that came in several."""
        yield from (places for places in self._joined.values() if len(places) > 1)
        for call in self._calls:
            for each in call.answered:
                if isinstance(each, _Text) and len(each.places) > 1:
                    yield each.places


def _whole(steps: Iterable[_Text | Step]) -> Iterator[Step]:
    for each in steps:
        step = each.whole() if isinstance(each, _Text) else each
        if step is not None:
            yield step
