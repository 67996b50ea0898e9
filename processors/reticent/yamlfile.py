"""YAML with places: every complaint says file, line and column, and what to write instead."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from .errors import ConfigError

MOST_BYTES = 8 * 1024 * 1024
MOST_NODES = 500_000
MOST_DEPTH = 100
_BITS_MOST = 64
_ODD = object()
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: for messages."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Node:
    """A value of a YAML file with its place. `value` is plain data; children are reached by `child`."""

    __slots__ = ("children", "place", "value")

    def __init__(self, value: Any, place: Place, children: Mapping[Any, Node]) -> None:
        self.value, self.place, self.children = value, place, children

    def child(self, *path: str | int) -> Node:
        """The node below, or the nearest one above it that exists."""
        node = self
        for step in path:
            if step not in node.children:
                break
            node = node.children[step]
        return node

    def error(self, what: str, advice: str = "") -> ConfigError:
        return ConfigError(what, where=str(self.place), advice=advice)


def load(path: Path) -> Node:
    """Raises ConfigError: unreadable, not YAML, a key twice, too large."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"the file cannot be read ({error.strerror})", where=str(path)) from None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise ConfigError("the file is not UTF-8", where=str(path), advice="save it as UTF-8") from None
    return parse(text, str(path))


def parse(text: str, name: str) -> Node:
    """The same for a text; `name` stands for the file in messages."""
    if len(text) > MOST_BYTES:
        raise ConfigError(f"the file is larger than {MOST_BYTES} bytes", where=name)
    loader = _Loader(text)
    try:
        _refuse_depth(text, name)
        tree = loader.get_single_node()
        if tree is None:
            return Node({}, Place(name, 1, 1), {})
        return _Build(loader, name).node(tree, 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        tab = "\t" in (text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else "")
        advice = "indent with spaces, not with tabs" if tab else "check quotes, colons and indentation there"
        raise ConfigError(f"this is not YAML ({error.problem})", where=where, advice=advice) from None
    except yaml.YAMLError:
        raise ConfigError("this is not YAML", where=name, advice="remove control characters") from None
    finally:
        loader.dispose()


def _refuse_depth(text: str, name: str) -> None:
    """Before libyaml's composer sees it, which calls itself for each level until the process ends."""
    depth = 0
    events: Iterable[Any] = yaml.parse(text, Loader=_Loader)
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                raise ConfigError(_TOO_DEEP, where=name)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


_TOO_DEEP = f"the file nests deeper than {MOST_DEPTH} levels"


class _Build:
    def __init__(self, loader: Any, name: str) -> None:
        self._loader, self._name, self._count = loader, name, 0

    def node(self, tree: Any, depth: int) -> Node:
        place = Place(self._name, tree.start_mark.line + 1, tree.start_mark.column + 1)
        self._count += 1
        if depth > MOST_DEPTH:
            raise ConfigError(_TOO_DEEP, where=str(place), advice="an alias may stand inside what it names")
        if self._count > MOST_NODES:
            raise ConfigError("aliases or nesting make the file too large", where=str(place))
        if isinstance(tree, yaml.MappingNode):
            children: dict[Any, Node] = {}
            for key_node, value_node in tree.value:
                spot = Place(self._name, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                key = self._scalar(key_node, spot) if isinstance(key_node, yaml.ScalarNode) else None
                if not isinstance(key, str):
                    raise ConfigError("a key must be text", where=str(spot), advice="put it in quotes")
                if key in children:
                    raise ConfigError(f"the key {key} is given twice", where=str(spot), advice="remove one of them")
                children[key] = self.node(value_node, depth + 1)
            return Node({key: child.value for key, child in children.items()}, place, children)
        if isinstance(tree, yaml.SequenceNode):
            items = {index: self.node(item, depth + 1) for index, item in enumerate(tree.value)}
            return Node([item.value for item in items.values()], place, items)
        return Node(self._scalar(tree, place), place, {})

    def _scalar(self, tree: Any, place: Place) -> Any:
        """A date of no calendar, a number of too many digits or a tag that does not fit raise what they like."""
        try:
            value = self._loader.construct_object(tree, deep=True)
        except (ValueError, LookupError, AttributeError):
            value = _ODD
        if value is _ODD or (isinstance(value, int) and value.bit_length() > _BITS_MOST):
            what, advice = "the value is not what it looks like or is tagged as", "put it in quotes if it is text"
            raise ConfigError(what, where=str(place), advice=advice)
        return value


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Advice for a name that does not exist."""
    names = sorted(known)
    if not names:
        return "there is none to choose of: name packs or rules first"
    close = difflib.get_close_matches(word, names, 1, 0.6)
    return f"did you mean {close[0]}?" if close else f"choose of {', '.join(names[:20])}"


def allowed(struct: type, path: Sequence[str | int], value: object) -> str:
    """Advice for a wrong value: what may stand at that place of a file that is read into `struct`."""
    kinds = _kinds(struct)
    for part in path:
        kinds = [inner for kind in kinds for inner in _below(kind, part)]
    literals = [each for kind in kinds if typing.get_origin(kind) is typing.Literal for each in typing.get_args(kind)]
    if literals:
        return did_you_mean(str(value), [str(each) for each in literals])
    for kind in kinds:
        plain = typing.get_origin(kind) or kind
        words = _IN_WORDS.get(plain)
        if isinstance(plain, type) and issubclass(plain, msgspec.Struct):
            words = f"write a mapping with {', '.join(plain.__struct_fields__)}"
        if words is not None:
            return words
    return "see the documentation"


_IN_WORDS: Mapping[object, str] = {
    int: "write a whole number of 1 or more, without a unit",
    float: "write a number",
    bool: "write true or false",
    str: "write text, in quotes where it could be read as something else",
    tuple: "write a list: [one, another]",
    list: "write a list: [one, another]",
}


def _kinds(kind: Any) -> list[Any]:
    """A type without what is around it: the members of a union, what is annotated."""
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        return _kinds(typing.get_args(kind)[0])
    if origin in (typing.Union, types.UnionType):
        return [inner for member in typing.get_args(kind) if member is not type(None) for inner in _kinds(member)]
    return [kind]


def _below(kind: Any, part: str | int) -> list[Any]:
    if isinstance(part, int):
        return [inner for member in typing.get_args(kind)[:1] for inner in _kinds(member)]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [inner for field in msgspec.structs.fields(kind) if field.name == part for inner in _kinds(field.type)]
    return []
