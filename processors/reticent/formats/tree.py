"""A document that is a tree of objects, lists and scalars: most formats are one of these with a view of its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import LimitError
from ..limits import Limits
from ..model import Trace
from . import jsontext
from .document import KEY, LABEL, Leaves, Part
from .jsontext import Number, number_text

ReadTraces = Callable[[Any], Sequence[Trace]]
Encode = Callable[[Any], bytes]

_LABEL_KEYS = ("name", "key")
"""Beside a `value` these say what the value is: [{"name": "password", "value": "..."}]."""


class TreeDocument:
    """`source` are the bytes it came from, which is what `encode` gives while nothing is replaced."""

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
    ) -> None:
        self._root = [tree]  # so that a scalar document has a container too
        self._source, self._limits, self._read, self._encode = source, limits, read, encode
        self.format, self.content_type = format, content_type
        self._leaves: Leaves | None = None
        self._parents: dict[int, tuple[Any, Any]] | None = None
        self._changed = False

    def leaves(self) -> Leaves:
        if self._leaves is None:
            self._leaves = _walk(self._root, self._limits)
        return self._leaves

    def path(self, leaf: int) -> str:
        container, key = self.leaves().slots[leaf]
        parents = self._parent_map()
        segments = []
        while container is not self._root:
            segments.append(f"[{key}]" if isinstance(container, list) else f"['{_escaped(key)}']")
            container, key = parents[id(container)]
        return "$" + "".join(reversed(segments))

    def _parent_map(self) -> dict[int, tuple[Any, Any]]:
        """Made when the first path is asked for: most records have no finding and need none."""
        if self._parents is None:
            parents: dict[int, tuple[Any, Any]] = {}
            stack: list[Any] = [self._root]
            while stack:
                node = stack.pop()
                items = node.items() if type(node) is dict else enumerate(node)
                for key, child in items:
                    if type(child) is dict or type(child) is list:
                        parents[id(child)] = (node, key)
                        stack.append(child)
            self._parents = parents
        return self._parents

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        self._changed = True
        container, key = self.leaves().slots[leaf]
        if part is Part.VALUE:
            container[key] = text
        elif isinstance(container, dict):
            self._rename(container, key, text or "")

    def _rename(self, container: dict[str, Any], old: str, new: str) -> None:
        name, count = new, 2
        while name != old and name in container:
            name, count = f"{new}#{count}", count + 1
        items = [(name if key == old else key, value) for key, value in container.items()]
        container.clear()
        container.update(items)
        leaves = self.leaves()
        leaves.slots[:] = [
            (owner, name) if owner is container and key == old else (owner, key) for owner, key in leaves.slots
        ]
        self._parents = None

    def encode(self) -> bytes:
        return self._encode(self._root[0]) if self._changed else self._source

    def traces(self) -> Sequence[Trace]:
        return self._read(self._root[0])


def _walk(root: list[Any], limits: Limits) -> Leaves:
    """Every string, key and number, in document order within each container."""
    texts: list[str] = []
    slots: list[tuple[Any, Any]] = []
    add, place = texts.append, slots.append
    stack: list[tuple[Any, str]] = [(root, "")]
    while stack:
        node, label = stack.pop()
        if type(node) is dict:
            beside = _beside(node)
            for key, child in node.items():
                kind = type(child)
                if kind is str:
                    add(f"{beside}{LABEL}{child}" if beside and key == "value" else f"{key}{KEY}{child}")
                elif kind is dict or kind is list:
                    add(key + KEY)
                    stack.append((child, key))
                elif kind is bool or child is None:
                    add(key + KEY)
                else:
                    add(f"{key}{KEY}{_number(child)}")
                place((node, key))
        else:
            if len(texts) + len(node) > limits.leaves:
                raise _too_many(limits)
            prefix = label + LABEL if label else ""
            for index, child in enumerate(node):
                kind = type(child)
                if kind is str:
                    add(prefix + child)
                elif kind is dict or kind is list:
                    stack.append((child, label))
                    continue
                elif kind is bool or child is None:
                    continue
                else:
                    add(prefix + _number(child))
                place((node, index))
        if len(texts) > limits.leaves:
            raise _too_many(limits)
    return Leaves(texts, slots)


def _too_many(limits: Limits) -> LimitError:
    return LimitError("too-many-leaves", f"the document holds more than the {limits.leaves} leaves allowed")


def _number(value: Any) -> str:
    return number_text(value) if type(value) is Number else str(value)


def _beside(node: dict[str, Any]) -> str:
    """What a `name` says about the `value` beside it."""
    if "value" in node:
        for key in _LABEL_KEYS:
            found = node.get(key)
            if type(found) is str and 0 < len(found) <= 80 and KEY not in found and LABEL not in found:
                return found
    return ""


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
