"""What is in a file: binary, packed, one document, a document a line, or text; in pieces of bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Protocol

from ..detect import Span
from ..errors import DecodeError, LimitError, RecordError
from ..formats.avro import native as avro
from ..formats.document import Document
from ..formats.registry import Formats, forcing_names, open_document
from ..limits import Limits
from ..scanner import Scanner
from . import archives, avrofile, hits
from .hits import Hit, Marks
from .streams import Budget, Stream
from .text import Joined, PlainText, Window, decoded, encoding_of, is_binary, windows

HEAD = 64 * 1024
"""Bytes by which is told what a file is."""
_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not be scanned, in a sentence."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A binary file."""

    file: str


class Piece(Protocol):
    """Something that goes through the engines at once."""

    @property
    def file(self) -> str: ...
    @property
    def document(self) -> Document: ...
    def hits(self, scanner: Scanner, spans: Sequence[Span], marks: Marks) -> Iterator[Hit]: ...
    def halves(self) -> Sequence[Piece]:
        """The same in smaller pieces, for what reaches a limit; none where it is small already."""
        ...


@dataclass(slots=True)
class TextPiece:
    """A window of a text. `last`: no other follows."""

    file: str
    window: Window
    joined: Joined
    last: bool = False
    document: Document = field(init=False)

    def __post_init__(self) -> None:
        self.document = PlainText(self.window.text)

    @property
    def whole(self) -> bool:
        """Whether it is all of the text."""
        return self.last and self.window.offset == self.window.begin == 0

    def hits(self, scanner: Scanner, spans: Sequence[Span], marks: Marks) -> Iterator[Hit]:
        window, found = self.joined.add(self.window, spans, lambda wider: spans_of(scanner, wider), last=self.last)
        return hits.of_text(self.file, window, found, marks)

    def halves(self) -> Sequence[Piece]:
        made = [TextPiece(self.file, half, self.joined) for half in self.window.halves()]
        if made:
            made[-1].last = self.last
        return made


def spans_of(scanner: Scanner, window: Window) -> Sequence[Span] | None:
    """None where a limit is reached."""
    (spans,) = scanner.detect([PlainText(window.text)])
    return None if isinstance(spans, LimitError) else spans


@dataclass(frozen=True, slots=True)
class DocumentPiece:
    """A whole document. `payload`: its text where it is JSON; `line`: where that begins in the file."""

    file: str
    document: Document
    payload: bytes | None
    line: int = 1

    def hits(self, scanner: Scanner, spans: Sequence[Span], marks: Marks) -> Iterator[Hit]:
        return hits.of_document(self.file, self, self.document, spans, scanner, marks)

    def halves(self) -> Sequence[Piece]:
        """Its text, where it has one: a piece of it has no path any more."""
        if self.payload is None:
            return ()
        joined = Joined()
        text = self.payload.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
        made = [
            TextPiece(self.file, replace(window, line=window.line + self.line - 1), joined)
            for window in windows(iter([text]))
        ]
        made[-1].last = True
        return made


def choices() -> tuple[str, ...]:
    """What `format` may be."""
    return ("auto", *forcing_names())


class Reader:
    """Reads files into pieces. `format`: of `choices`; `auto`: by content."""

    def __init__(self, limits: Limits, format: str = "auto", formats: Formats | None = None) -> None:
        self._limits, self._format, self._formats = limits, format, formats
        self._forced = None if format == "auto" else format

    def pieces(
        self, stream: Stream, name: str, budget: Budget | None = None, layer: int = 0
    ) -> Iterator[Piece | Trouble | Skipped]:
        """In the order of the file. Raises nothing that comes from its content."""
        budget = budget or Budget()
        head = stream.peek(HEAD)
        packed = archives.kind(head)
        try:
            if packed is not None:
                for member, inner in archives.members(stream, packed, name, budget, layer):
                    yield from self.pieces(inner, member, budget, layer + 1)
                return
            yield from self._plain(stream, name, head)
        except RecordError as error:
            yield Trouble(name, error.message)

    def _plain(self, stream: Stream, name: str, head: bytes) -> Iterator[Piece | Trouble | Skipped]:
        if not head:
            return
        if self._forced == "text":
            yield from self.text(stream, name)
        elif self._forced == "jsonl" or (self._forced is None and is_lines(stream, name, head, self._limits)):
            yield from self._lines(stream, name)
        elif self._forced is not None or head.startswith(avro.MARKER):
            yield self._document(self._whole(stream), name)
        elif head.startswith(avrofile.MAGIC):
            yield from self._records(stream, name)
        elif is_binary(head):
            yield Skipped(name)
        elif looks_like_json(head):
            yield from self._json_or_text(stream, name)
        else:
            yield from self.text(stream, name)

    def _whole(self, stream: Stream) -> bytes:
        most = self._limits.record_bytes
        payload = stream.read(most + 1)
        if len(payload) > most:
            raise LimitError("too-large", f"it has more than the {most} bytes allowed for one document")
        return payload

    def _document(self, payload: bytes, name: str, line: int = 1) -> Piece:
        """Raises RecordError."""
        document = open_document(
            payload, content_type=None, forced=self._forced, limits=self._limits, formats=self._formats
        )
        document.leaves()
        is_json = "json" in document.content_type and document.format != "jsonl"
        return DocumentPiece(name, document, payload if is_json else None, line)

    def _json_or_text(self, stream: Stream, name: str) -> Iterator[Piece | Trouble]:
        """What is larger than a document may be, or no JSON that is taken, is text."""
        payload = stream.read(self._limits.record_bytes + 1)
        if len(payload) <= self._limits.record_bytes:
            try:
                yield self._document(payload, name)
            except RecordError:
                pass
            else:
                return
        stream.unread(payload)
        yield from self.text(stream, name)

    def _lines(self, stream: Stream, name: str) -> Iterator[Piece | Trouble]:
        """A document a line. One that is none is text, so that it is seen all the same."""
        most, number = self._limits.record_bytes, 0
        while line := stream.line(most + 1):
            number += 1
            if len(line) > most:
                yield Trouble(name, f"line {number} has more than the {most} bytes allowed for one document")
                while line and not line.endswith(b"\n"):
                    line = stream.line(most)
                continue
            if not line.strip():
                continue
            try:
                document = open_document(line, content_type=None, forced=None, limits=self._limits)
                document.leaves()
                yield DocumentPiece(name, document, line, number)
            except DecodeError as error:
                if self._forced:
                    yield Trouble(name, f"line {number} is scanned as text: {error.message}")
                text = line.decode("utf-8", "surrogateescape")
                yield TextPiece(name, Window(text, 0, len(text), 0, number, 0), Joined(), last=True)
            except LimitError as error:
                yield Trouble(name, f"line {number}: {error.message}")

    def _records(self, stream: Stream, name: str) -> Iterator[Piece | Trouble]:
        """Of an Avro container file; a record is shown as `file!number`."""
        for number, payload in enumerate(avrofile.records(stream, self._limits), 1):
            shown = f"{name}!{number}"
            try:
                document = open_document(payload, content_type=None, forced=None, limits=self._limits)
                document.leaves()
                yield DocumentPiece(shown, document, None)
            except RecordError as error:
                yield Trouble(shown, error.message)

    def text(self, stream: Stream, name: str) -> Iterator[Piece | Trouble]:
        """Raises DecodeError."""
        encoding = encoding_of(stream.peek(HEAD))
        joined = Joined()
        before: TextPiece | None = None
        for window in windows(decoded(stream, encoding)):
            if before is not None:
                yield before
            before = TextPiece(name, window, joined)
        if before is not None:
            before.last = True
            yield before


def looks_like_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def is_lines(stream: Stream, name: str, head: bytes, limits: Limits) -> bool:
    """JSON Lines: by the name; else when the first line is a JSON text of its own, and another begins with a brace or
    bracket, too."""
    if is_binary(head):
        return False
    if PurePath(name).suffix.lower() in _LINES:
        return True
    if not looks_like_json(head):
        return False
    first = stream.line(limits.record_bytes + 1)
    second = stream.line(256)
    stream.unread(first + second)
    if not first.endswith(b"\n") or not looks_like_json(second):
        return False
    try:
        open_document(first, content_type=None, forced="json", limits=limits)
    except RecordError:
        return False
    return True
