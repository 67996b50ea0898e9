"""Documents told by a table: where their items stand, by which of its values an item says what it is, and which of its
values are said. What has its messages in a list, and events a kind each, is a row of such a table and no code."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar

from ...model import Step, StepKind, Trace
from ..jsontext import Number, number_text
from ..providers.blocks import ASKED, arguments_of, at, content_of, items, mapping, result_of
from ..providers.provider import Provider
from ..providers.streams import Run, said_at
from ..tracing.grouped import GroupedFormat, Item, alone, each
from ..tree import escaped_name
from .timed import said as time_of
from .transcripts import note_words

Way = tuple[str, ...]
"""Names that lead to values: `*` to everything that a list or an object holds, `$` into JSON in a string."""
_ALL, _WITHIN = "*", "$"
_NOTHING: Sequence[Any] = (None, "", [], {})
_CALL, _RESULT = StepKind.TOOL_CALL, StepKind.TOOL_RESULT
_TURNS = (StepKind.PROMPT, _CALL, _RESULT)
"""What is said behind one of these is no more of what was said before it."""
_OPEN = "open"
_TIME_MOST = 40
"""Characters of a number that is a time."""


@functools.cache
def way(said: str) -> Way:
    """`a.*.b`; nothing leads to what stands there itself."""
    return tuple(said.split(".")) if said else ()


@functools.cache
def ways(said: str) -> Sequence[Way]:
    """Several, with blanks between them; `-` for what stands there itself."""
    return tuple(way(each.strip("-")) for each in said.split())


def lead(node: Any, names: Sequence[str], path: str) -> Iterator[tuple[Any, Any, Any, str]]:
    """What a way leads to: its container and the key there (None behind no name), itself, and its path."""
    yield from _lead(None, None, node, names, path)


def _lead(above: Any, key: Any, node: Any, names: Sequence[str], path: str) -> Iterator[tuple[Any, Any, Any, str]]:
    if not names:
        yield above, key, node, path
    elif names[0] == _ALL:
        if isinstance(node, list):
            for index, held in enumerate(node):
                yield from _lead(node, index, held, names[1:], f"{path}[{index}]")
        elif isinstance(node, dict):
            for name, held in node.items():
                yield from _lead(node, name, held, names[1:], path + escaped_name(name))
    elif names[0] == _WITHIN:
        inner = arguments_of(node)
        if isinstance(node, str) and not isinstance(inner, str):
            yield from _lead(None, None, inner, names[1:], path + _WITHIN)
    elif isinstance(node, dict) and names[0] in node:
        yield from _lead(node, names[0], node[names[0]], names[1:], path + escaped_name(names[0]))


def _first(node: Any, found: Sequence[Way]) -> str:
    """The first text, or number, that ways lead to."""
    for names in found:
        for _, _, value, _ in lead(node, names, ""):
            if isinstance(value, str) and value:
                return value
            if type(value) is int or isinstance(value, Number):
                return number_text(value) if isinstance(value, Number) else str(value)
    return ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that an item says. said: the first of these ways that leads to anything. each: a list of which every
    item says it. name, call_id: of a tool, or who speaks. label: the name of what has none. piece: texts under one
    `key`, or without one those that follow each other, are pieces of one of this name, which `whole` says again.
    ends: the way to what is true of the last piece. grows: a piece may say all that those before it did. words: the
    list of the words of what is said, which stand apart. where: `way=a|b`, a way alone, or one behind `!`: it is told
    of items that say one of these there, anything, or nothing. once: it is told again when it has arrived. parts: what
    each item says in place of this, in the order in which it stands."""

    kind: StepKind
    said: str = "-"
    each: str = ""
    name: str = ""
    label: str = ""
    call_id: str = ""
    piece: str = ""
    whole: str = ""
    key: str = ""
    ends: str = ""
    words: str = ""
    where: str = ""
    grows: bool = False
    once: bool = False
    parts: Sequence[Part] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """wants: names that every item has. parts: what an item says, by the values that `by` leads to, with blanks between
    them, a row for several with `|`; where these are no row, by the first of them, at last by nothing. What is no row
    is no item. lists: the first of these ways that leads anywhere leads to the items. root: names that the document
    has, where it is not the item. before: what the document itself says ahead of its items; after: behind them.
    unit: of times that are numbers, in seconds. holds: whether a document is one, where names do not tell."""

    wants: str
    parts: Mapping[str, Sequence[Part]]
    by: str = ""
    lists: str = "-"
    root: str = ""
    time: str = ""
    unit: float = 1.0
    sessions: str = ""
    models: str = ""
    before: Sequence[Part] = ()
    after: Sequence[Part] = ()
    holds: Callable[[Mapping[str, Any]], bool] = bool


def _begins(document: Any, names: Way) -> Any:
    """The first that a way leads to, as quickly as can be: it is asked of documents of everybody."""
    node, several = document, False
    for name in names:
        if name != _ALL:
            node = node.get(name) if type(node) is dict else None
        elif type(node) is list and node:
            node, several = node[0], True
        elif type(node) is dict and node:
            node, several = None, True
        else:
            return None
        if node is None:
            break
    if node is None and several:  # others may lead somewhere
        return next((found for _, _, found, _ in lead(document, names, "") if found is not None), None)
    return node


class _Read:
    """A shape, taken apart once."""

    def __init__(self, shape: Shape) -> None:
        self.shape, self.wants = shape, frozenset(shape.wants.split())
        self.by, self.lists = ways(shape.by), ways(shape.lists)
        self.parts = {word: parts for words, parts in shape.parts.items() for word in words.split("|")}
        self.time, self.sessions, self.models = ways(shape.time), ways(shape.sessions), ways(shape.models)
        self.direct = () in self.lists
        heads = {names[0] for names in self.lists if names}
        self.roots = [frozenset(shape.root.split()) | {head} for head in sorted(heads)]
        self.asked = [
            (head, root, (head, _ALL) in self.lists) for head, root in zip(sorted(heads), self.roots, strict=True)
        ]
        if self.direct:
            self.roots.append(self.wants)
            self.asked.append((max(self.wants, key=len), self.wants, False))
        self.holding = heads - {_ALL}

    def claims(self, document: Any) -> bool:
        return type(document) is dict and _claimed(document, [(*each, self) for each in self.asked])

    def holds(self, document: dict[str, Any]) -> bool:
        """As `claims`, of one that has the names of a root."""
        for names in self.lists:
            first = _begins(document, names)
            if first is not None:
                break
        else:
            return False
        if not self._is_item(first) or not self.shape.holds(document):
            return False
        return names == () or all(map(self._is_item, (item for item, _ in islice(self.items(document, ""), ASKED))))

    def resembles(self, document: Any) -> bool:
        """As `claims`, but for what its values say."""
        if not isinstance(document, dict) or not any(root <= document.keys() for root in self.roots):
            return False
        return any(isinstance(item, dict) and item.keys() >= self.wants for item, _ in self.items(document, ""))

    def _is_item(self, node: Any) -> bool:
        return type(node) is dict and node.keys() >= self.wants and self._parts(self._word(node)) is not None

    def _word(self, node: Any) -> str:
        return " ".join([word for names in self.by if (word := _written(at(node, names)))])

    def _parts(self, word: str) -> Sequence[Part] | None:
        rows = (word, word.partition(" ")[0], "")
        return next((self.parts[each] for each in rows if each in self.parts), None)

    def items(self, document: Any, path: str) -> Iterator[tuple[Any, str]]:
        for names in self.lists:
            some = False
            for _, _, node, place in lead(document, names, path):
                some = True
                yield node, place
            if some:
                return

    def feed(self, run: Run, path: str, document: Any, name: str) -> None:
        run.session_id = run.session_id or _first(document, self.sessions)
        run.note({"model": _first(document, self.models)}, model="model")
        for part in self.shape.before:
            _Teller(run, name).tell(part, document, path)
        for node, place in self.items(document, path):
            if not isinstance(node, dict):
                continue
            run.session_id = run.session_id or _first(node, self.sessions)
            run.note({"model": _first(node, self.models)}, model="model")
            at = next((value for names in self.time for _, _, value, _ in lead(node, names, "") if value), None)
            teller = _Teller(run, name, _when(at, self.shape.unit))
            for part in self._parts(self._word(node)) or ():
                teller.tell(part, node, place)
        for part in self.shape.after:
            _Teller(run, name).tell(part, document, path)


_Asked = tuple[str, frozenset[str], bool, _Read]
"""A name, the names of a root that it is of, whether it is that of a list of items, and of what."""


def _claimed(document: dict[str, Any], asked: Sequence[_Asked]) -> bool:
    for name, root, listed, read in asked:
        if name not in document or (len(root) > 1 and not root <= document.keys()):
            continue
        held = document[name] if listed else None
        if type(held) is list and not (held and type(held[0]) is dict and read.wants <= held[0].keys()):
            continue  # most are of others, which have lists of this name, too
        if read.holds(document):
            return True
    return False


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else ""


def _when(at: Any, unit: float) -> str:
    """Numbers may be texts, too."""
    if isinstance(at, str) and at.replace(".", "", 1).isdecimal():
        return time_of(float(at), unit) if len(at) < _TIME_MOST else ""
    return time_of(at, unit)


def _is_there(node: Any, where: str) -> bool:
    if where.startswith("!"):
        return not any(True for _ in lead(node, way(where[1:]), ""))
    names, asks, words = where.partition("=")
    return any(not asks or _written(value) in words.split("|") for _, _, value, _ in lead(node, way(names), ""))


def _failed(node: Any) -> bool:
    return isinstance(node, dict) and (
        node.get("is_error") is True or node.get("isError") is True or node.get("status") == "error"
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells a run what parts of an item say. owner: the format; at: the item's time."""

    run: Run
    owner: str
    at: str = ""

    def tell(self, part: Part, node: Any, path: str) -> None:
        for _, _, told, place in lead(node, way(part.each), path):
            if part.where and not _is_there(told, part.where):
                continue
            for inner in part.parts:
                self.tell(inner, told, place)
            for names in ways(part.said) if not part.parts else ():
                found = [each for each in lead(told, names, place) if each[2] not in _NOTHING]
                for above, key, value, here in found:
                    if part.piece and isinstance(value, str) and isinstance(above, dict):
                        self._piece(part, told, (above, key), here)
                    else:
                        self._whole(part, told, (above, key), value, here)
                if found:
                    break

    def _key(self, part: Part, node: Any, name: str) -> tuple[Any, ...]:
        """Of the text that a piece belongs to: that of its id, or the one at hand."""
        return self.owner, name, _first(node, ways(part.key)), self.run.memory.get((self.owner, name), 0)

    def _ended(self, name: str) -> None:
        self.run.memory[self.owner, name] = self.run.memory.get((self.owner, name), 0) + 1

    def _piece(self, part: Part, node: Any, at: tuple[Any, str], path: str) -> None:
        name, call_id = _first(node, ways(part.name)) or part.label, _first(node, ways(part.call_id))
        key, open_ = self._key(part, node, part.piece), (self.owner, _OPEN)
        if part.piece not in self.run.memory.get(open_, ()):
            self.run.memory[open_] = (*self.run.memory.get(open_, ()), part.piece)
        if not part.grows or not self._grown(part, key, at, path):
            self.run.delta(key, part.kind, *at, path[: -len(escaped_name(at[1]))], tool=name, call_id=call_id)
        if part.ends and any(value is True for _, _, value, _ in lead(node, way(part.ends), "")):
            self._ended(part.piece)

    def _grown(self, part: Part, key: tuple[Any, ...], at: tuple[Any, str], path: str) -> bool:
        """Whether a piece says what was said so far, and goes on."""
        before, now = self.run.memory.get((*key, _OPEN)), at[0][at[1]]
        self.run.memory[*key, _OPEN] = at
        if before is None or not now.startswith(so_far := said_at(*before)) or not so_far:
            return False
        self.run.grow(key, before)
        self.run.grow(key, at)
        self.run.settle(key, Step(0, part.kind, now, path=path))
        return True

    def _whole(self, part: Part, node: Any, at: tuple[Any, Any], said: Any, path: str) -> None:
        step = Step(0, part.kind, said, _first(node, ways(part.name)) or part.label, path=path)
        if part.kind in (_CALL, _RESULT):
            step.content = arguments_of(said) if part.kind is _CALL else result_of(said)
            step.call_id = _first(node, ways(part.call_id))
            if part.kind is _RESULT and _failed(node):
                step.attributes = {"error": True}
        elif part.kind is not StepKind.EVENT:
            step.content = content_of(said)
            if step.content in _NOTHING:  # media alone
                return
        step.started_at = self.at
        if part.kind in _TURNS:
            for name in self.run.memory.pop((self.owner, _OPEN), ()):
                self._ended(name)
        if part.whole:
            self.run.ended(self._key(part, node, part.whole), step)
            self._ended(part.whole)
        elif not part.once or not self.run.again(step, StepKind.OUTPUT):
            self.run.answered([step])
        if part.words and isinstance(said, str) and isinstance(at[0], dict):
            note_words(self.run, at, items(node, part.words))


class Shaped(Provider):
    """A format whose documents have one of these shapes, the first that claims them."""

    in_pieces = True
    shapes: ClassVar[Sequence[Shape]]

    @cached_property
    def _read_by(self) -> Sequence[_Read]:
        return [_Read(shape) for shape in self.shapes]

    @property
    def members(self) -> frozenset[Any]:  # type: ignore[override]
        return self._known[0]

    @property
    def holding(self) -> frozenset[str]:  # type: ignore[override]
        return self._known[1]

    @cached_property
    def _known(self) -> tuple[frozenset[Any], frozenset[str]]:
        roots = frozenset(root for each in self._read_by for root in each.roots)
        flat = frozenset(name for each in self._read_by if each.direct for name in each.wants)
        return roots, frozenset(name for each in self._read_by for name in each.holding) - flat

    @cached_property
    def _asked(self) -> Sequence[_Asked]:
        return [(*each, read) for read in self._read_by for each in read.asked]

    def claims(self, document: Any) -> bool:
        return type(document) is dict and _claimed(document, self._asked)

    def feed(self, run: Run, path: str, document: Any) -> None:
        found = next((each for each in self._read_by if each.claims(document)), None) or next(
            (each for each in self._read_by if each.resembles(document)), None
        )  # what says whose or what something is may be masked
        if found is not None:
            found.feed(run, path, mapping(document), self.name)


def exported(name: str, wants: str, shape: Shape, within: str = "", ids: str = "", beside: str = "") -> GroupedFormat:
    """A format whose items are a trace each: one, a list, or what these ways lead to. `ids`: the names of a trace's.
    `beside`: a name of the document that the ways begin in, where they begin with any."""
    reads, inner, needs = _Read(shape), ways(within), frozenset(beside.split())

    def find(tree: Any) -> Iterator[Item]:
        nodes = [(node, f"$[{index}]") for index, node in enumerate(tree)] if isinstance(tree, list) else [(tree, "$")]
        if isinstance(tree, dict) and not reads.claims(tree):
            inside = inner if needs <= tree.keys() else ()
            nodes = [(node, path) for names in inside for _, _, node, path in lead(tree, names, "$")]
        return (Item(node, path) for node, path in nodes if reads.claims(node))

    def read(item: Item) -> Trace:
        run = Run()
        reads.feed(run, item.path, item.node, name)
        (trace,) = run.traces()
        trace.trace_id = trace.trace_id or _first(item.node, ways(ids))
        return trace

    heads = frozenset((*(names[0] for names in inner), *needs)) - {_ALL}
    flat = reads.wants if reads.direct else frozenset[str]()
    return GroupedFormat(name, frozenset((*reads.roots, *heads)), wants, find, each(find), alone(read),
                         tuple(ids.split()), holding=(heads | reads.holding) - flat)  # fmt: skip
