"""What the formats of model providers share: each is a class that knows its documents and feeds them to a `Run`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar

from ...errors import DecodeError
from ...limits import Limits
from ...model import Trace
from .. import jsontext
from ..blobs import find_blobs
from ..document import Document, Leaves, Part
from ..mended import mended
from ..tree import Dialect, TreeDocument
from .blocks import all_are, items, mapping
from .opened import Opened, written
from .streams import Place, Run, Stream, said_at

MEDIA_TYPE = "application/json"
_GROWN_LEAST = 6
"""Characters of what was said so far, of which less tells nothing."""

Follow = Callable[[Any], Run]
"""Of a tree, the run that it tells."""


class Provider(ABC):
    """A document, or a list of them: requests, responses, streamed events."""

    name: ClassVar[str]
    members: ClassVar[frozenset[Any] | None]
    """One of them (names, or sets of names) every document has, whatever of it was masked; None where they may have any
    names."""
    holding: ClassVar[frozenset[str]] = frozenset()
    """As in `Format`."""
    in_pieces: ClassVar[bool] = False
    """Whether one document alone may hold the pieces of a text, as lists of documents may."""
    media_types: Sequence[str] = ()

    @abstractmethod
    def claims(self, document: Any) -> bool:
        """Whether one document is of this format. It may be any JSON value."""

    @abstractmethod
    def feed(self, run: Run, path: str, document: Any) -> None:
        """Tells the run one document that stands at `path`. Raises nothing on any JSON value: after masking a string
        may stand where a number was, null for a text, and a key may have another name."""

    def opened(self, document: Any, limits: Limits) -> Sequence[Opened]:
        """Puts what texts of a document hold in their places, where they are its own way of holding it."""
        return ()

    def recognises(self, payload: bytes, tree: Any) -> bool:
        if isinstance(tree, list):
            return all_are(tree, self.claims)
        return self.claims(tree)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        documents = found if isinstance(found, list) else [found]
        if not any(map(self._may_be, documents)):
            names = ", ".join(sorted(" with ".join(f"`{name}`" for name in sorted(each)) for each in self._told))
            raise DecodeError("wrong-format", f"{self.name} wants an object or a list of them, with one of {names}")
        held = [each for document in documents for each in self.opened(document, limits)]
        texts = [payload, *(each.content for each in held)]
        dialect = Dialect(
            self.name, MEDIA_TYPE, self._read, encode=lambda tree: written(tree, held), blobs=find_blobs,
            check=lambda _, strings: jsontext.refuse_repeats_in(texts, strings + len(held)),
        )  # fmt: skip
        told = isinstance(found, list) or self.in_pieces
        return RunDocument(found, dialect, self.follow, source=payload, limits=limits, in_pieces=told)

    def _may_be(self, document: Any) -> bool:
        return isinstance(document, dict) and (
            self.members is None or any(each <= document.keys() for each in self._told)
        )

    @cached_property
    def _told(self) -> Sequence[frozenset[str]]:
        """The sets of names of `members`, of which one tells."""
        return [frozenset((each,)) if type(each) is str else each for each in self.members or ()]

    def follow(self, tree: Any, path: str = "$") -> Run:
        """The run that `tell` tells, alone."""
        run = Run()
        self.tell(run, path, tree)
        return run

    def tell(self, run: Run, path: str, tree: Any) -> None:
        """As `feed`, of a document or a list of them."""
        if isinstance(tree, list):
            for index, document in enumerate(tree):
                self.feed(run, f"{path}[{index}]", document)
        else:
            self.feed(run, path, tree)

    def _read(self, tree: Any) -> Sequence[Trace]:
        return self.follow(tree).traces()


def listed(document: Any) -> list[tuple[Any, str]]:
    """What a list of OpenAI's interfaces holds, each with its path below the list's, the oldest first: lists are the
    newest first unless they were asked for otherwise. Empty where the document is no list."""
    if type(document) is not dict or document.get("object") != "list":
        return []
    held = items(document, "data")
    if any(isinstance(each, dict) and each.get("object") == "list" for each in held):
        return []
    found = [(each, f"['data'][{index}]") for index, each in enumerate(held)]
    return found[::-1] if held and _newest_first(held) else found


def _newest_first(held: Sequence[Any]) -> bool:
    """By the times, or by a call's output that comes before the call."""
    first, last = _made(held[0]), _made(held[-1])
    tools = (str(each.get("type")) for each in held if isinstance(each, dict) and "call_id" in each)
    return first > last or (first == last and next(tools, "").endswith("_output"))


def _made(node: Any) -> int:
    times = (mapping(node).get(name) for name in ("created_at", "created"))
    return next((time for time in times if type(time) is int), 0)


class RunDocument(TreeDocument):
    """A tree whose leaves may be pieces of a stream: those of one text are read as one."""

    def __init__(
        self, tree: Any, dialect: Dialect, follow: Follow, *, source: bytes, limits: Limits, in_pieces: bool = True
    ) -> None:
        super().__init__(tree, dialect, source=source, limits=limits)
        self._follow, self._in_pieces = follow, in_pieces
        self._run: Run | None = None
        self._stale = False

    def look_over(self, leaves: Leaves) -> None:
        if self._in_pieces:
            self._run = self._follow(self._root[0])
            note_run(leaves, self._run)

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        super().replace(leaf, part, text)
        self._stale = True

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        self.mend()
        return super().encode(traces)

    def traces(self) -> Sequence[Trace]:
        if self._run is not None and not self._changed:
            return self._run.traces()
        self.mend()
        return super().traces()

    def mend(self) -> None:
        """JSON that came in pieces stays JSON, as `mended` keeps that of one string."""
        if not self._stale:
            return
        leaves = self.leaves()
        for flow in leaves.flows:
            if isinstance(flow, Stream):
                slots = [leaves.slots[leaf] for leaf in flow]
                pieces = [said_at(container, self._renames.now(container, key)) or "" for container, key in slots]
                was = "".join([leaves.texts[leaf][abs(leaves.heads[leaf]) :] for leaf in flow])
                for leaf, before, after in zip(flow, pieces, mended_pieces(pieces, was), strict=True):
                    if before != after:
                        self.replace(leaf, Part.VALUE, after)
        self._stale = False

    def lineage(self, leaf: int) -> list[Any]:
        """The keys and indices that lead to a leaf, outermost first, as they were on the way in."""
        container, key = self.leaves().slot(leaf)
        way = []
        while container is not self._root:
            way.append(key)
            container, key = self._parents.get(id(container), (self._root, 0))
        return way[::-1]


def mended_pieces(pieces: Sequence[str], was: str) -> list[str]:
    """The pieces of `mended` text: a quote that opens goes to what it opens, one that closes to what it closes. `was`:
    all of it, before it was masked."""
    whole = "".join(pieces)
    after = mended(whole, was)
    if after == whole:
        return list(pieces)
    found: list[list[str]] = [[] for _ in pieces]
    places = [number for number, piece in enumerate(pieces) for _ in piece]
    at, opens = 0, True
    for sign in after:
        if at < len(whole) and sign == whole[at]:
            found[places[at]].append(sign)
            at += 1
        else:
            found[places[min(at, len(whole) - 1) if opens else at - 1]].append(sign)
            opens = not opens
    return ["".join(signs) for signs in found] if at == len(whole) else list(pieces)


def note_run(leaves: Leaves, run: Run) -> None:
    """What is known of leaves once their document is told: which carry one text on, and which say again what others
    do."""
    _join(leaves, run.streams())
    _note_copies(leaves, run.copies)
    _note_grown(leaves)


def _leaf_of(leaves: Leaves, places: Iterable[Place]) -> Mapping[tuple[int, Any], int]:
    """Leaves by where they stand, as (id of a container, key), in containers that these places are in."""
    nodes = {id(node) for node, _ in places}
    return {(id(container), key): leaf for leaf, (container, key) in enumerate(leaves.slots) if id(container) in nodes}


def _note_copies(leaves: Leaves, copies: Sequence[tuple[Place, Place, int | None]]) -> None:
    """As `Leaves.copies` has them, of texts that are copies."""
    if not copies:
        return
    leaf_of = _leaf_of(leaves, chain.from_iterable(each[:2] for each in copies))
    for (node, key), (whole, name), known in copies:
        start = _start(said_at(whole, name), said_at(node, key)) if known is None else known
        found = known is not None or start >= 0
        if found and (id(node), key) in leaf_of and (id(whole), name) in leaf_of:
            leaves.copies.append((leaf_of[id(node), key], leaf_of[id(whole), name], start))
    _carry_nothing_on(leaves, {leaf for leaf, _, _ in leaves.copies})


def _start(whole: Any, said: Any) -> int:
    """Where one text says another; -1 where it does not, or either is none."""
    return whole.find(said) if isinstance(whole, str) and isinstance(said, str) else -1


def _note_grown(leaves: Leaves) -> None:
    """As `Leaves.copies` has them, of texts that go on in the next one of the same name: what anybody's stream has said
    so far, where a value may be cut off."""
    last: dict[str, int] = {}
    grown: list[tuple[int, int, int]] = []
    for leaf, (text, head) in enumerate(zip(leaves.texts, leaves.heads, strict=True)):
        if head > 0 and len(text) >= head + _GROWN_LEAST:
            name = text[:head]
            before = last.get(name)
            if before is not None and text.startswith(so_far := leaves.texts[before]) and text != so_far:
                grown.append((before, leaf, 0))
            last[name] = leaf
    known = {leaf for leaf, _, _ in leaves.copies}
    grown = [copy for copy in grown if copy[0] not in known]
    if grown:
        leaves.copies[:0] = grown  # they are told last: what they grow to may be a copy itself
        _carry_nothing_on(leaves, {leaf for leaf, _, _ in grown})


def _carry_nothing_on(leaves: Leaves, copies: Collection[int]) -> None:
    rest = (flow if type(flow) is Stream else [leaf for leaf in flow if leaf not in copies] for flow in leaves.flows)
    leaves.flows = [flow for flow in rest if len(flow) > 1]


def _join(leaves: Leaves, streams: Iterable[Sequence[Place]]) -> None:
    """Puts streams, as places in the tree, for the flows that their leaves were in. Those of JSON in a string are no
    leaves of the tree."""
    found = list(streams)
    if not found:
        return
    leaf_of = _leaf_of(leaves, chain.from_iterable(found))
    told = ([(id(node), key) for node, key in places] for places in found)
    joining = [Stream(leaf_of[place] for place in places) for places in told if leaf_of.keys() >= set(places)]
    joined = {leaf for stream in joining for leaf in stream}
    rest = ([leaf for leaf in flow if leaf not in joined] for flow in leaves.flows)
    leaves.flows = [*(flow for flow in rest if len(flow) > 1), *joining]
