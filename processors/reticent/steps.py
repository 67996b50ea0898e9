"""Which step of a trace a leaf belongs to, by the paths of both; of JSON in a string, or in a string of that, which
step a character does."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .model import Trace

_CONTENT = frozenset({
    "content", "text", "thinking", "reasoning", "arguments", "input", "args", "output", "response", "result", "code",
    "data", "transcript", "refusal", "reasoning_content", "summary", "comment", "correction", "log",
})  # fmt: skip
"""Fields of a step's own that are its content, in one format or another."""
_SEGMENT = re.compile(r"\[(?:([0-9]+)|'((?:[^'\\]|\\.)*)')\]")
_WHOLE = re.compile(r"\$(?:\[(?:[0-9]+|'(?:[^'\\]|\\.)*')\])*")
Within = tuple[str | int, ...]
"""The names and indices that lead to a node."""
_PIECE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+", re.DOTALL
)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


class StepIndex:
    """Looks up the innermost step around a leaf.

    Paths are RFC 9535 normalised paths (`$['steps'][3]['content']`); a leaf lies in a step when the step's path
    is the leaf's or a proper prefix that ends at a segment. What lies in JSON in a string has two of them, the string's
    and its own within the JSON: `$['input']$[1]['parts'][0]`.
    """

    def __init__(self, traces: Sequence[Trace]) -> None:
        self._kinds: dict[str, str] = {}
        self._inside: dict[str, _Inside] = {}
        self._regions: dict[str, tuple[str, Sequence[int], Sequence[str]]] = {}
        for trace in traces:
            for step in trace.steps:
                for path in (step.path, *step.further):
                    if path:
                        self._note(path, step.kind.value)

    def _note(self, path: str, kind: str) -> None:
        whole, within = split_path(path)
        if not within:
            self._kinds[path] = kind
            return
        self._inside.setdefault(whole, _Inside()).note(within, kind)
        self._kinds.setdefault(whole, kind)

    def holds(self, path: str) -> bool:
        """Whether the path is that of a field of a step's own, such as its kind, and not of its content."""
        parent, _, name = path.rpartition("[")
        return parent in self._kinds and path not in self._kinds and name[1:-2] not in _CONTENT

    def kind(self, path: str, text: str = "", at: int = 0) -> str:
        """The step's kind, or an empty string when the leaf belongs to no step. `text` is what the leaf holds: where it
        is JSON that holds several steps, it is that of the step in which the character `at` lies, without it that of
        the first."""
        while path:
            found = self._kinds.get(path, "")
            if found and text and path in self._inside:
                found = self._kind_at(path, text, at)  # the string, or what wraps it
            if found:
                return found
            path = path[: path.rfind("[")] if "[" in path else ""
        return ""

    def _kind_at(self, path: str, text: str, at: int) -> str:
        known = self._regions.get(path)
        if known is None or known[0] != text:
            known = self._regions[path] = (text, *_regions(text, self._inside[path]))
        _, begins, kinds = known
        return kinds[bisect_right(begins, at) - 1]


@dataclass(slots=True)
class _Inside:
    """The steps within JSON in a string: their kinds by the paths within it, and those within its own strings. A string
    of several steps is, as a whole, of the first."""

    kinds: dict[Within, str] = field(default_factory=dict)
    strings: dict[Within, _Inside] = field(default_factory=dict)

    def note(self, path: str, kind: str) -> None:
        whole, within = split_path(path)
        place = _within(whole)
        if within:
            self.strings.setdefault(place, _Inside()).note(within, kind)
            self.kinds.setdefault(place, kind)
        else:
            self.kinds[place] = kind


class Unescaped:
    """What stands between the quotes of a JSON string, `raw`, and what it says, `text`."""

    def __init__(self, raw: str) -> None:
        self._raw, self._said = [0], [0]
        parts: list[str] = []
        for piece in _PIECE.finditer(raw):
            text = piece.group()
            parts.append(str(json.loads(f'"{text}"')) if text[0] == "\\" else text)
            self._raw.append(piece.end())
            self._said.append(self._said[-1] + len(parts[-1]))
        self.text = "".join(parts)

    def said(self, raw: int) -> int:
        """A place in `raw` as one in `text`; within an escape, where that begins."""
        return self._move(raw, self._raw, self._said)

    def raw(self, said: int) -> int:
        """The other way."""
        return self._move(said, self._said, self._raw)

    @staticmethod
    def _move(at: int, here: list[int], there: list[int]) -> int:
        piece = min(bisect_right(here, max(at, 0)) - 1, len(here) - 2)
        if piece < 0:
            return 0
        whole = here[piece + 1] - here[piece] == there[piece + 1] - there[piece]
        if at >= here[piece + 1]:
            return there[piece + 1]
        return there[piece] + (max(at, 0) - here[piece] if whole else 0)


def split_path(path: str) -> tuple[str, str]:
    """A path, and behind it that within JSON in the string that stands there; empty where it is one path."""
    found = _WHOLE.match(path) if "]$" in path else None
    return (found.group(), path[found.end() :]) if found else (path, "")


def _within(path: str) -> Within:
    """A normalised path as what it names."""
    return tuple(int(index) if index else _name(name) for index, name in _SEGMENT.findall(path))


def _name(escaped: str) -> str:
    quoted = escaped.replace("\\'", "'").replace('"', '\\"')
    return str(json.loads(f'"{quoted}"')) if "\\" in escaped else escaped


def _regions(text: str, inside: _Inside) -> tuple[list[int], list[str]]:
    """Where in a JSON text another step begins, and its kind. What is no JSON any more belongs to no step from there
    on."""
    steps = inside.kinds
    begins, kinds = [0], [""]
    around: list[tuple[Within, str, bool]] = []  # of each container: its path, its step's kind, whether it is a list
    here: Within | None = ()  # None where the name of a field comes
    count, counts, deepest = 0, list[int](), max(map(len, steps))

    def below(path: Within, name: str | int) -> Within:
        # deeper than any step is nothing new
        return (*path, name) if len(path) < deepest else path

    def mark(at: int, kind: str) -> None:
        if kind != kinds[-1]:
            begins.append(at)
            kinds.append(kind)

    for token in _TOKEN.finditer(text):
        sign, outer = text[token.start()], around[-1][1] if around else ""
        if sign in "}]":
            if not around:
                break
            around.pop()
            count = counts.pop()
            mark(token.end(), around[-1][1] if around else "")
        elif sign == "," and around:
            path, _, listed = around[-1]
            count += 1
            here = below(path, count) if listed else None
        elif sign == ":":
            continue
        elif here is None:
            try:
                here = below(around[-1][0], str(json.loads(token.group())))
            except (ValueError, IndexError):
                break
        else:
            kind = steps.get(here, outer)
            mark(token.start(), kind)
            if sign in "{[":
                around.append((here, kind, sign == "["))
                counts.append(count)
                here, count = (below(here, 0) if sign == "[" else None), 0
            else:
                if here in inside.strings:
                    for at, within in _regions_of_string(token.group(), inside.strings[here]):
                        mark(token.start() + at, within or outer)
                mark(token.end(), outer)
    return begins, kinds


def _regions_of_string(token: str, inside: _Inside) -> Iterator[tuple[int, str]]:
    """The same of a string with its quotes, which has been cut where the second is missing."""
    try:
        string = Unescaped(token[1 : -1 if token.endswith('"') else None])
    except ValueError:
        return
    for at, kind in zip(*_regions(string.text, inside), strict=True):
        yield string.raw(at) + 1, kind
