"""A document that is a tree of objects, lists and scalars: most formats are one of these with a view of its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

from ..limits import Limits
from ..model import Step, Trace
from . import jsontext
from .document import Leaves, Part
from .jsontext import Number, number_text
from .walk import Walk

ReadTraces = Callable[[Any], Sequence[Trace]]
Encode = Callable[[Any], bytes]
Check = Callable[[bytes, int], None]


class TreeDocument:
    """`source` are the bytes it came from, which is what `encode` gives while nothing is replaced. `check` is told how
    many keys the objects of the tree have, and may raise DecodeError."""

    def __init__(
        self,
        tree: Any,
        *,
        source: bytes,
        format: str,
        content_type: str,
        limits: Limits,
        read: ReadTraces,
        encode: Encode = jsontext.encode,
        check: Check | None = None,
    ) -> None:
        self._root = [tree]  # so that a scalar document has a container too
        self._source, self._limits, self._read, self._encode, self._check = source, limits, read, encode, check
        self.format, self.content_type = format, content_type
        self._leaves: Leaves | None = None
        self._parents: dict[int, tuple[Any, Any]] = {}
        self._places: dict[int, str] = {}
        self._renames = _Renames()
        self._changed = False

    def leaves(self) -> Leaves:
        if self._leaves is None:
            walk = Walk(self._root, self._limits)
            if self._check is not None:
                self._check(self._source, walk.keys)
            self._leaves, self._parents = walk.leaves, walk.parents
        return self._leaves

    def path(self, leaf: int) -> str:
        container, key = self.leaves().slots[leaf]
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

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        self._changed = True
        container, key = self.leaves().slots[leaf]
        if part is Part.VALUE:
            container[self._renames.now(container, key)] = text
        elif type(container) is dict:
            self._renames.add(container, key, text or "")
            self._places.clear()

    def encode(self) -> bytes:
        if not self._changed:
            return self._source
        self._renames.apply()
        return self._encode(self._root[0])

    def traces(self) -> Sequence[Trace]:
        self._renames.apply()
        return self._read(self._root[0])


class _Renames:
    """Keys to be renamed: a slot's own key stays what it was, and each object is rebuilt once, not once a key."""

    def __init__(self) -> None:
        self._wanted: dict[int, tuple[dict[str, Any], dict[str, str], set[str]]] = {}
        self._done: dict[int, dict[str, str]] = {}

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
