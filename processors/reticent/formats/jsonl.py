"""JSON Lines: a document a line, each of the format that claims it.

Lines of model providers, and lines that nobody claims, are one run together: a stream may lie over many of them. Every
other line is a document of its own, whose traces are those of the file; traces of one id are one, read of all their
spans together. A line that nothing was replaced in keeps its bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import DecodeError, LimitError
from ..limits import Limits
from ..model import Step, StepKind
from . import held, jsontext
from .blobs import find_blobs
from .candidates import Candidates
from .document import Document, Format, Part
from .providers.opened import Opened, written
from .providers.provider import Provider, RunDocument
from .providers.resembling import resembling
from .providers.streams import Run
from .sections import Sections, unpacked, without
from .tree import Dialect
from .worded import turn, worded

MEDIA_TYPE = "application/x-ndjson"
BOM = b"\xef\xbb\xbf"


class JsonLines:
    """`formats`: those that a line may be of, the most telling first."""

    name = "jsonl"
    media_types: Sequence[str] = (MEDIA_TYPE, "application/jsonl")

    def __init__(self, formats: Sequence[Format]) -> None:
        self._formats, self._of_object = formats, Candidates(formats)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return False  # it is tried by the registry where a payload is not one JSON text

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        lines = payload.split(b"\n")
        if len(lines) > limits.leaves:
            raise LimitError("too-many-leaves", f"the payload holds more than the {limits.leaves} lines allowed")
        loose, whole = _Loose(), []
        last: Format | None
        known: dict[frozenset[str], Format | None] = {}
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            row = jsontext.parse(line, limits)
            last = self._format(row, known)
            document = (
                None
                if last is None or isinstance(last, Provider)
                else _decoded(last, line.removesuffix(b"\r"), limits, row)
            )
            if document is not None:
                limits = without(limits, unpacked(document))
            if document is None:
                loose.add(number, line, row, last if isinstance(last, Provider) else None, limits)
            else:
                whole.append(_Section((number,), document))
        if not loose.rows and not whole:
            raise DecodeError("empty", "the payload holds no line of JSON")
        sections = [loose.section(payload, limits), *whole] if loose.rows else whole
        return _Lines(lines, sorted(sections, key=lambda each: each.lines[0]), limits)

    def _format(self, row: Any, known: dict[frozenset[str], Format | None]) -> Format | None:
        """`known`: that of the last line with the same names, which is asked first. That of any line before would take
        what is another's, where it asks for little."""
        if not isinstance(row, dict | list):
            return None
        names = frozenset(row) if isinstance(row, dict) else frozenset[str]()
        last = known.get(names)
        if last is not None and last.recognises(b"", row):
            return last
        asked = self._of_object.of(row) if isinstance(row, dict) else self._formats
        found = next((each for each in asked if each.recognises(b"", row)), None) or resembling(row)
        known[names] = found
        return found


def _decoded(format: Format, line: bytes, limits: Limits, row: Any) -> Document | None:
    try:
        return format.decode(line, limits, row)
    except DecodeError:
        return None  # it is not what it looked like, and is scanned like any other line


@dataclass(frozen=True, slots=True)
class _Section:
    """A document and the lines that are its: one, or those of a list in order."""

    lines: Sequence[int]
    document: Document
    listed: bool = False

    def path(self, path: str) -> str:
        if not self.listed:
            return f"$[{self.lines[0]}]{path[1:]}"
        index, _, rest = path[2:].partition("]")
        return f"$[{self.lines[int(index)]}]{rest}"

    def written(self, line: bytes, at: int, traces: Collection[int] | None) -> bytes:
        if isinstance(self.document, _Rows):
            return self.document.line(at, line)
        return self.document.encode(traces)


class _Loose:
    """Lines that are one run together."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._lines: list[int] = []
        self._texts: list[bytes] = []
        self._providers: list[Provider | None] = []
        self._held: dict[int, Sequence[Opened]] = {}
        self._opened = 0

    def add(self, line: int, text: bytes, row: Any, provider: Provider | None, limits: Limits) -> None:
        held = provider.opened(row, limits) if provider is not None else ()
        if held:
            self._held[len(self.rows)] = held
            self._texts += [each.content for each in held]
            self._opened += len(held)
        self.rows.append(row)
        self._lines.append(line)
        self._texts.append(text.removeprefix(BOM))
        self._providers.append(provider)

    def section(self, source: bytes, limits: Limits) -> _Section:
        blobs = find_blobs if any(self._providers) else None
        dialect = Dialect(
            JsonLines.name,
            MEDIA_TYPE,
            lambda rows: self._follow(rows).traces(),
            check=lambda _, strings: jsontext.refuse_repeats_in(self._texts, strings + self._opened),
            blobs=blobs,
        )
        rows = _Rows(self.rows, dialect, self._follow, source=source, limits=limits)
        rows.held = self._held
        return _Section(self._lines, rows, listed=True)

    def _follow(self, rows: Any) -> Run:
        run = Run()
        if not any(self._providers) and (turns := worded(rows, "$")):
            run.answered(turns)
            return run
        for at, (row, provider) in enumerate(zip(rows, self._providers, strict=True)):
            if provider is not None:
                provider.tell(run, f"$[{at}]", row)
            elif any(self._providers) and (steps := turn(row, f"$[{at}]")):
                run.answered(steps)
            elif not held.tell(run, row, f"$[{at}]"):
                run.answered([Step(0, StepKind.OTHER, row, path=f"$[{at}]")])
        return run


class _Rows(RunDocument):
    """Written line by line."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._touched: set[int] = set()
        self.held: Mapping[int, Sequence[Opened]] = {}

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        super().replace(leaf, part, text)
        self._touched.add(self.lineage(leaf)[0])

    def line(self, at: int, was: bytes) -> bytes:
        self.mend()
        if at not in self._touched:
            return was
        self.rename()
        return written(self._root[0][at], self.held.get(at, ()))


class _Lines(Sections):
    format, content_type = JsonLines.name, MEDIA_TYPE

    def __init__(self, lines: Sequence[bytes], sections: Sequence[_Section], limits: Limits) -> None:
        super().__init__(sections, limits)
        self._lines, self._sections = lines, sections

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        self.leaves()
        self._ties.complete(self)
        whole = traces is None or len(traces) == self._count
        if whole and not self._changed:
            return b"\n".join(self._lines)
        written: dict[int, bytes | None] = {}
        for section, numbers in zip(self._sections, self._numbers, strict=True):
            kept = None if whole else [own for own, number in enumerate(numbers) if number in (traces or ())]
            for at, number in enumerate(section.lines):
                line = self._lines[number]
                end = b"\r" if line.endswith(b"\r") else b""
                gone = kept is not None and not kept and bool(numbers)
                written[number] = None if gone else section.written(line.removesuffix(end), at, kept) + end
        lines = (written.get(number, line) for number, line in enumerate(self._lines))
        return b"\n".join(line for line in lines if line is not None)
