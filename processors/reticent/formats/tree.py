"""A document that is a tree of objects, lists and scalars: most formats are one of these with a view of its steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from ..limits import Limits
from ..model import BlobKind, Step, Trace
from ..placeholders import OPAQUE
from . import jsontext
from .blobs import find_all_blobs
from .document import ALL, Blob, Leaves, Part
from .fitting import fitting
from .hidden import hidden, may_hide
from .jsontext import Number, number_text
from .logprobs import Logprobs
from .ties import Ties
from .walk import Walk

ReadTraces = Callable[[Any], Sequence[Trace]]
Encode = Callable[[Any], bytes]
Check = Callable[[bytes, int], None]
Blobs = Callable[[Any], Iterable[tuple[Any, Any, BlobKind]]]
"""Of a tree (container, key or index, kind) of each value that is no text."""
Split = Callable[[Any], Sequence[Sequence[Any]]]
"""Of a tree, for each trace that is read from it, in the same order, the items of lists that are that trace's alone."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a format knows of its trees. `check` is told how many strings a tree has, its keys and values, and may raise
    DecodeError; without `split` all is of one trace. `hides`: more blobs, looked for in records that may hold any.
    `walk` finds the leaves. `ties`: names of fields that hold ids by which traces, and what is theirs, are told
    (ties.py)."""

    format: str
    content_type: str
    read: ReadTraces
    encode: Encode = jsontext.encode
    check: Check | None = None
    blobs: Blobs | None = None
    hides: Blobs = find_all_blobs
    split: Split | None = None
    walk: type[Walk] = Walk
    ties: Collection[str] = ()


class TreeDocument:
    """`source` are the bytes it came from, which is what `encode` gives while nothing is replaced."""

    def __init__(self, tree: Any, dialect: Dialect, *, source: bytes, limits: Limits) -> None:
        self._root = [tree]  # so that a scalar document has a container too
        self._dialect, self._source, self._limits = dialect, source, limits
        self.format, self.content_type = dialect.format, dialect.content_type
        self._shares = dialect.split(tree) if dialect.split is not None else ()
        self._owners: Sequence[int] | None = None
        self._leaves: Leaves | None = None
        self._parents: dict[int, tuple[Any, Any]] = {}
        self._places: dict[int, str] = {}
        self._renames = _Renames()
        self._ties = Ties()
        self._logprobs = Logprobs()
        self._changed = False

    def leaves(self) -> Leaves:
        if self._leaves is None:
            walk = self._dialect.walk(self._root, self._limits)
            if self._dialect.check is not None:
                self._dialect.check(self._source, walk.strings)
            self._leaves, self._parents = walk.leaves, walk.parents
            if self._dialect.blobs is not None:
                _set_apart(walk.leaves, self._dialect.blobs(self._root[0]))
            hides = may_hide(self._source)
            if hides:
                _set_apart(walk.leaves, self._dialect.hides(self._root[0]))
            if owners := self.owners():
                walk.leaves.flows = [part for flow in walk.leaves.flows for part in _by_owner(flow, owners)]
            self.look_over(walk.leaves)
            if hides:
                walk.leaves.blobs += hidden(walk.leaves)
        return self._leaves

    def look_over(self, leaves: Leaves) -> None:
        """For a format that changes what its leaves say: called once, when they are there."""

    def owners(self) -> Sequence[int]:
        if len(self._shares) < 2:
            return ()
        if self._owners is None:
            slots = self.leaves().slots
            known = {id(item): number for number, share in enumerate(self._shares) for item in share}
            known[id(self._root)] = ALL
            self._owners = [self._owner(container, known) for container, _ in slots]
        return self._owners

    def _owner(self, container: Any, known: dict[int, int]) -> int:
        """`known`: by a container's identity; what is found on the way is noted there."""
        way = []
        while (found := known.get(id(container))) is None:
            way.append(id(container))
            container, _ = self._parents.get(id(container), (self._root, 0))
        known.update(dict.fromkeys(way, found))
        return found

    def path(self, leaf: int) -> str:
        container, key = self.leaves().slot(leaf)
        return self._place(container) + self._segment(container, key)

    def _place(self, container: Any) -> str:
        """The path of a container; leaves share it."""
        if container is self._root:
            return ""
        found = self._places.get(id(container))
        if found is None:
            found = self._places[id(container)] = "".join(self._above(container))
        return found

    def _above(self, container: Any) -> list[str]:
        segments: list[str] = []
        while container is not self._root:
            container, key = self._parents[id(container)]
            segments.append(self._segment(container, key))
        segments.reverse()
        return segments

    def _segment(self, container: Any, key: Any) -> str:
        if container is self._root:
            return "$"
        return f"[{key}]" if type(container) is list else f"['{_escaped(self._renames.to(container, key))}']"

    def ties(self, leaf: int) -> bool:
        container, key = self.leaves().slot(leaf)
        return key in self._dialect.ties and self._ties.holds(container, self._root, *self._shares)

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        self._changed = True
        container, key = self.leaves().slot(leaf)
        if part is Part.VALUE:
            if self.ties(leaf):
                self._ties.note(leaf, text)
            now = self._renames.now(container, key)
            before = container[now]
            container[now] = text if text is None else fitting(text, before, *self.standing(container, key))
            self._logprobs.follow(container, key, self._parents)
        elif type(container) is dict:
            self._renames.add(container, key, text or "")
            self._places.clear()

    def standing(self, container: Any, key: Any) -> tuple[Any, str, str]:
        """The object that a value belongs to, the name that it has there, and the name that the object has, of whatever
        lists they are in."""
        node, name = self._named(container, key)
        _, under = self._named(*self._parents.get(id(node), (self._root, 0)))
        return node, name, under

    def _named(self, container: Any, key: Any) -> tuple[Any, str]:
        while type(container) is list and container is not self._root:
            container, key = self._parents.get(id(container), (self._root, 0))
        return container, key if type(key) is str else ""

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        whole = traces is None or len(traces) == len(self._shares) or not self._shares
        if whole and not self._changed:
            return self._source
        return self._dialect.encode(self.cut(None if whole else traces))

    def put(self, container: Any, key: Any, value: Any) -> None:
        """Writes what is no leaf."""
        container[self._renames.now(container, key)] = value

    def cut(self, traces: Collection[int] | None = None, more: Collection[int] = ()) -> Any:
        """The tree, with `traces` without the others' items, and without `more`, by their identity, nor what held
        nothing else."""
        self.rename()
        gone = set(more)
        if traces is not None:
            gone.update(id(item) for n, share in enumerate(self._shares) if n not in traces for item in share)
        if not gone:
            return self._root[0]
        self.leaves()
        above = {identity for item in gone for identity in self._ancestors(item)}
        return _without(self._root[0], gone, above)

    def _ancestors(self, identity: int) -> Iterator[int]:
        while (found := self._parents.get(identity)) is not None:
            identity = id(found[0])
            yield identity

    def rename(self) -> None:
        """Gives the objects the keys that they are to have, and equal ids the same text."""
        self._ties.complete(self)
        if self._renames.pending:
            self.leaves().settle()
            self._renames.apply()

    def traces(self) -> Sequence[Trace]:
        self.rename()
        return self._dialect.read(self._root[0])


class _Renames:
    """Keys to be renamed: a slot's own key stays what it was, and each object is rebuilt once, not once a key."""

    def __init__(self) -> None:
        self._wanted: dict[int, tuple[dict[str, Any], dict[str, str], set[str]]] = {}
        self._done: dict[int, dict[str, str]] = {}

    @property
    def pending(self) -> bool:
        return bool(self._wanted)

    def to(self, container: dict[str, Any], key: str) -> str:
        """What the key will be called."""
        wanted = self._wanted.get(id(container))
        return self.now(container, key) if wanted is None else wanted[1].get(key) or self.now(container, key)

    def now(self, container: Any, key: Any) -> Any:
        """What the key is called in the object as it stands."""
        return self._done[id(container)].get(key, key) if id(container) in self._done else key

    def add(self, container: dict[str, Any], key: str, new: str) -> None:
        """Keys that become alike stay apart by a number."""
        if id(container) not in self._wanted:
            self._wanted[id(container)] = (container, {}, set(container))
        _, renames, taken = self._wanted[id(container)]
        name, count = new, 2
        while name in taken and name != self.now(container, key):
            name, count = f"{new}#{count}", count + 1
        taken.add(name)
        renames[key] = name

    def apply(self) -> None:
        for identity, (container, renames, _) in self._wanted.items():
            done = self._done.setdefault(identity, {})
            current = {done.get(key, key): name for key, name in renames.items()}
            items = [(current.get(key, key), value) for key, value in container.items()]
            container.clear()
            container.update(items)
            done.update(renames)
        self._wanted.clear()


def _set_apart(leaves: Leaves, blobs: Iterable[tuple[Any, Any, BlobKind]]) -> None:
    """Takes blobs out of the texts that are scanned."""
    kinds = {(id(container), key): kind for container, key, kind in blobs}
    if not kinds:
        return
    apart = {blob.leaf for blob in leaves.blobs}
    for leaf, (container, key) in enumerate(leaves.slots):
        kind = kinds.get((id(container), key))
        if (
            kind is not None
            and leaf not in apart
            and type(data := container[key]) is str
            and data
            and not data.startswith(OPAQUE)
        ):
            leaves.texts[leaf] = leaves.texts[leaf][: abs(leaves.heads[leaf])]
            leaves.blobs.append(Blob(leaf, kind, data))


def _by_owner(flow: Sequence[int], owners: Sequence[int]) -> Iterator[list[int]]:
    """One trace's text does not go on in another's."""
    parts: dict[int, list[int]] = {}
    for leaf in flow:
        parts.setdefault(owners[leaf], []).append(leaf)
    yield from (part for part in parts.values() if len(part) > 1)


def _without(node: Any, gone: Collection[int], above: Collection[int]) -> Any:
    """A copy of what stands above what is gone; the rest is shared. A list's item that was emptied goes, too."""
    if id(node) not in above:
        return node
    if type(node) is dict:
        return {key: _without(child, gone, above) for key, child in node.items()}
    kept = [(child, _without(child, gone, above)) for child in node if id(child) not in gone]
    return [new for old, new in kept if new is old or not _emptied(old, new)]


def _emptied(old: Any, new: Any) -> bool:
    """Whether a list of it lost all its items."""
    if type(new) is list:
        return not new
    return any(type(child) is list and not child and old[key] for key, child in new.items())


class LazySteps(Sequence[Step]):
    """Steps that are read when somebody looks at them; how many there are is known at once."""

    def __init__(self, count: int, read: Callable[[], list[Step]]) -> None:
        self._count, self._read = count, read
        self._steps: list[Step] | None = None

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        if self._steps is None:
            self._steps = self._read()
        return self._steps[index]

    def __len__(self) -> int:
        return self._count


_ESCAPES = {"\\": "\\\\", "'": "\\'", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def _escaped(key: str) -> str:
    """A name as RFC 9535 writes it in a normalised path."""
    if key.isalnum():
        return key
    return "".join(_ESCAPES.get(c, c if c >= " " else f"\\u{ord(c):04x}") for c in key)


def escaped_name(key: str) -> str:
    """`['name']` as a segment of a normalised path."""
    return f"['{_escaped(key)}']"


def plain(value: Any) -> Any:
    """A tree for ClickHouse and people: numbers kept as written become numbers again where they fit."""
    if isinstance(value, Number):
        return float(number_text(value))
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    return [plain(child) for child in value] if isinstance(value, list) else value
