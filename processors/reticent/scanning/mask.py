"""A file masked as it is read, in bounded memory: text by windows, JSON Lines line by line, other documents whole."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from ..detect import Span
from ..errors import ConfigError, DecodeError, LimitError, RecordError
from ..formats.avro import native as avro
from ..formats.document import Document
from ..formats.registry import open_document
from ..scanner import BATCH_CHARACTERS, Scanner
from . import archives, avrofile
from .pieces import HEAD, is_lines, looks_like_json, spans_of
from .streams import Stream
from .text import HELD_MOST, Encoding, Found, Joined, PlainText, Window, decoded, encoding_of, is_binary, windows

_DIVIDED = frozenset({"too-many-findings", "scan-timeout"})


def mask(scanner: Scanner, stream: Stream, format: str = "auto") -> Iterator[bytes]:
    """The masked bytes, as they come. `format`: of `pieces.choices`.

    Raises ConfigError for what is not masked here, RecordError for what cannot be masked: nothing of that is given.
    """
    head = stream.peek(HEAD)
    if archives.kind(head) is not None:
        raise ConfigError("an archive is not masked in place", advice="unpack it")
    if not head:
        return iter(())
    if format == "text":
        return _text(scanner, stream)
    if format == "jsonl" or (format == "auto" and is_lines(stream, "", head, scanner.limits)):
        return _lines(scanner, stream)
    if format != "auto":
        return _document(scanner, stream, format)
    if head.startswith(avrofile.MAGIC):
        return _document(scanner, stream, "avro")
    if is_binary(head) and not head.startswith(avro.MARKER):
        raise ConfigError("a binary file is not masked", advice="name its --format if it has one")
    if head.startswith(avro.MARKER) or looks_like_json(head):
        return _document(scanner, stream, None)
    return _text(scanner, stream)


def _document(scanner: Scanner, stream: Stream, format: str | None) -> Iterator[bytes]:
    most = scanner.limits.record_bytes
    payload = stream.read(most + 1)
    if len(payload) > most:
        raise LimitError(
            "too-large",
            f"it has more than the {most} bytes allowed for one document; raise limits.record_bytes, or say "
            "--format text or jsonl, which are masked as they are read",
        )
    try:
        yield _laid_out(scanner.mask(payload, format=format).content, payload)
    except DecodeError as error:
        if format is not None or error.code not in ("not-json", "truncated"):
            raise
        stream.unread(payload)
        yield from _text(scanner, stream)


_BROKEN = re.compile(rb"[{\[]\r?\n( +)\S")
"""JSON on lines of its own, with so many blanks before the first."""


def _laid_out(content: bytes, source: bytes) -> bytes:
    """JSON as its source is laid out: on as many lines, between the same blanks."""
    body = source.removeprefix(BOM_UTF8).lstrip()
    if content == source or body[:1] not in (b"{", b"[") or content[:1] not in (b"{", b"["):
        return content
    broken = _BROKEN.match(body)
    if broken is not None:
        content = msgspec.json.format(content, indent=len(broken[1]))
    return source[: len(source) - len(body)] + content + source[len(source.rstrip()) :]


def _lines(scanner: Scanner, stream: Stream) -> Iterator[bytes]:
    """A line that is no JSON is masked as text."""
    most, number = scanner.limits.record_bytes, 0
    batch: list[tuple[int, Document, bytes]] = []
    size = 0
    while line := stream.line(most + 1):
        number += 1
        if len(line) > most:
            raise LimitError("too-large", f"line {number} has more than the {most} bytes allowed for one document")
        end = line[len(line.rstrip(b"\r\n")) :]
        batch.append((number, _line(scanner, line[: len(line) - len(end)], number), end))
        size += len(line)
        if size >= BATCH_CHARACTERS:
            yield from _masked_lines(scanner, batch)
            batch, size = [], 0
    yield from _masked_lines(scanner, batch)


def _line(scanner: Scanner, line: bytes, number: int) -> Document:
    try:
        document = open_document(line, content_type=None, forced=None, limits=scanner.limits)
        document.leaves()
    except DecodeError:
        encoding = Encoding("utf-8")
        return PlainText(line.decode(encoding.name, encoding.errors), encoding)
    except LimitError as error:
        raise LimitError(error.code, f"line {number}: {error.message}") from None
    return document


def _masked_lines(scanner: Scanner, batch: Sequence[tuple[int, Document, bytes]]) -> Iterator[bytes]:
    for (number, document, end), spans in zip(
        batch, scanner.detect([document for _, document, _ in batch]), strict=True
    ):
        try:
            if isinstance(spans, LimitError):
                raise spans
            yield (scanner.masked(document, spans).content if spans else document.encode()) + end
        except RecordError as error:
            raise LimitError(error.code, f"line {number}: {error.message}") from None


def _text(scanner: Scanner, stream: Stream) -> Iterator[bytes]:
    encoding = encoding_of(stream.peek(HEAD))
    yield encoding.mark
    masking = _Masking(scanner, encoding)
    before: Window | None = None
    for window in windows(decoded(stream, encoding)):
        if before is not None:
            yield masking.add(before, last=False)
        before = window
    if before is not None:
        yield masking.add(before, last=True)


class _Masking:
    """What was read and not written yet, which begins at character `at` of the file."""

    def __init__(self, scanner: Scanner, encoding: Encoding) -> None:
        self._scanner, self._encoding = scanner, encoding
        self._joined = Joined()
        self._held = ""
        self._found: list[Found] = []
        self._at = 0

    def add(self, window: Window, *, last: bool) -> bytes:
        """What can be written now. Raises LimitError."""
        self._found += self._spans(window, last=last)
        self._held += window.text[window.begin : window.end]
        border = window.offset + window.end
        if not last and len(self._held) > HELD_MOST:
            self._found += self._joined.close(border)
        begins = self._joined.begins
        return self._written(border if begins is None else min(border, begins))

    def _spans(self, window: Window, *, last: bool) -> list[Found]:
        (spans,) = self._scanner.detect([PlainText(window.text)])
        if not isinstance(spans, LimitError):
            _, found = self._joined.add(window, spans, lambda wider: spans_of(self._scanner, wider), last=last)
            return found
        halves = window.halves() if spans.code in _DIVIDED else ()
        if not halves:
            raise spans
        first, second = halves
        return [*self._spans(first, last=False), *self._spans(second, last=last)]

    def _written(self, until: int) -> bytes:
        """The held text up to there, masked."""
        size = max(0, until - self._at)
        text, self._held = self._held[:size], self._held[size:]
        spans: list[Span] = []
        for found in self._found:
            start, end = max(0, found.span.start - self._at), min(size, found.span.end - self._at)
            if start < end:
                spans.append(replace(found.span, start=start, end=end))
        self._at += size
        self._found = [found for found in self._found if found.span.end > self._at]
        document = PlainText(text, self._encoding)
        return self._scanner.masked(document, spans).content if spans else document.encode()
