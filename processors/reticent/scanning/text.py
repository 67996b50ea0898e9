"""Text files: their encoding, and windows of bounded size that overlap, so that no value is cut by a window's end."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

from ..detect import Span
from ..detect.spans import resolve
from ..errors import DecodeError
from ..formats.document import Leaves, Part
from ..model import Step, StepKind, Trace
from .places import Lines
from .streams import Stream

WINDOW, OVERLAP = 96 * 1024, 12 * 1024
"""Characters that one window decides about, and those it sees on either side: more than a value has."""
HELD_MOST = 8 * WINDOW
"""Characters of one value that are kept together; what goes on longer is taken in two parts."""
HALVED_LEAST = 512
"""Fewer characters than that are not divided any more."""
_CHUNK = 128 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes become text and the same bytes again. `mark`: a byte order mark in front, which is no text."""

    name: str
    mark: bytes = b""

    @property
    def errors(self) -> str:
        """What is no UTF-8 stays as it is."""
        return "surrogateescape" if self.name == "utf-8" else "strict"


def encoding_of(head: bytes) -> Encoding:
    """By its mark; else UTF-8; else, where the head is not UTF-8, Latin-1, in which any byte is a character."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, mark)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # it may be cut at its end
    except UnicodeDecodeError:
        return Encoding("latin-1")
    return Encoding("utf-8")


def is_binary(head: bytes) -> bool:
    return b"\x00" in head and not head.startswith(tuple(mark for mark, _ in _MARKS))


def decoded(stream: Stream, encoding: Encoding) -> Iterator[str]:
    """The text behind the mark, in pieces. Raises DecodeError not-utf8: not what its mark says."""
    stream.read(len(encoding.mark))
    decoder = codecs.getincrementaldecoder(encoding.name)(encoding.errors)
    try:
        while data := stream.read(_CHUNK):
            yield decoder.decode(data)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise DecodeError("not-utf8", f"its byte order mark says {encoding.name}, and it is not") from None


class PlainText:
    """A piece of a text file as a document: one leaf, one step."""

    format, content_type = "text", "text/plain"

    def __init__(self, text: str, encoding: Encoding | None = None) -> None:
        self.text, self._encoding = text, encoding or Encoding("utf-8")

    def leaves(self) -> Leaves:
        leaves = Leaves()
        leaves.add(self.text, (self, 0))
        return leaves

    def path(self, leaf: int) -> str:
        return "$"

    def ties(self, leaf: int) -> bool:
        return False

    def replace(self, leaf: int, part: Part, text: str | None) -> None:
        self.text = text or ""

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        return self.text.encode(self._encoding.name, self._encoding.errors)

    def owners(self) -> Sequence[int]:
        return ()

    def traces(self) -> Sequence[Trace]:
        return [Trace(steps=[Step(0, StepKind.OTHER, self.text, path="$")])]


@dataclass(frozen=True)
class Window:
    """`text` begins at character `offset` of the file, on its line `line` (one-based) behind `column` characters. What
    lies between `begin` and `end` is this window's to decide about; what stands around is there to be seen."""

    text: str
    begin: int
    end: int
    offset: int
    line: int
    column: int

    def place(self, at: int) -> tuple[int, int]:
        """(line, column), one-based, of a character of `text`."""
        return self._lines.place(at)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text, self.line, self.column)

    def halves(self) -> Sequence[Window]:
        """The same characters in two windows, each with less around it; none where they are few already."""
        if self.end - self.begin < HALVED_LEAST:
            return ()
        middle = _cut(self.text, self.begin, self.begin + (self.end - self.begin) // 2)
        return [self._part(self.begin, middle), self._part(middle, self.end)]

    def behind(self, before: Window, start: int) -> Window:
        """The same with all that the window before it saw from `start` on in front."""
        gone = self.offset - before.offset
        text = before.text[start:gone] + self.text
        more = max(0, gone - start)
        line, column = before.place(min(start, gone))
        return Window(text, self.begin + more, self.end + more, self.offset - more, line, column - 1)

    def _part(self, begin: int, end: int) -> Window:
        around = min(OVERLAP, end - begin)
        first = max(0, begin - around)
        line, column = self.place(first)
        return Window(
            self.text[first : end + around], begin - first, end - first, self.offset + first, line, column - 1
        )


def windows(pieces: Iterator[str], size: int = WINDOW, overlap: int = OVERLAP) -> Iterator[Window]:
    """A text in windows, ends of lines preferred. A text without any character has none."""
    held, begin, offset, line, column = "", 0, 0, 1, 0
    ended = False
    while not ended:
        piece = next(pieces, None)
        ended = piece is None
        held += piece or ""
        while begin < len(held) and (ended or len(held) - begin > size + overlap):
            whole = ended and len(held) - begin <= size + overlap
            end = len(held) if whole else _cut(held, begin, begin + size)
            yield Window(held[: end + overlap], begin, end, offset, line, column)
            gone = max(0, end - overlap)
            last = held.rfind("\n", 0, gone)
            column = gone - last - 1 if last >= 0 else column + gone
            line += held.count("\n", 0, gone)
            held, begin, offset = held[gone:], end - gone, offset + gone


def _cut(text: str, begin: int, end: int) -> int:
    """Where a window may end: behind a line of its last quarter, else where it must."""
    line = text.rfind("\n", begin + (end - begin) * 3 // 4, end)
    return line + 1 if line >= 0 else end


@dataclass(frozen=True, slots=True)
class Found:
    """A span in characters of the whole file, and where it begins."""

    span: Span
    line: int
    column: int


Again = Callable[[Window], Sequence[Span] | None]
"""The spans of another window; None where a limit is reached."""


class Joined:
    """The spans of windows as spans of the file: each once, and whole though several windows saw parts of it."""

    def __init__(self) -> None:
        self._open: list[Span] = []
        self._places: dict[int, tuple[int, int]] = {}
        self._cut: tuple[Window, int] | None = None

    def add(self, window: Window, spans: Sequence[Span], again: Again, *, last: bool) -> tuple[Window, list[Found]]:
        """Those that are known to be whole, in order, and a window in which they lie. `last`: no window follows.

        What reaches the end of all that a window sees may go on beyond what the next one sees of its beginning: then
        that one is looked at once more, with all of it in front."""
        if self._cut is not None:
            wider = window.behind(*self._cut)
            seen = again(wider)
            if seen is not None:
                window, spans = wider, seen
        for span in spans:
            if span.end > window.begin and span.start < window.end:
                moved = replace(span, start=span.start + window.offset, end=span.end + window.offset)
                self._places.setdefault(moved.start, window.place(span.start))
                self._open.append(moved)
        size = len(window.text)
        reaching = [span.start for span in spans if span.end == size and span.start < window.end and not span.wide]
        self._cut = (window, min(reaching)) if reaching and not last and size - min(reaching) < HELD_MOST else None
        border = window.offset + window.end
        merged = resolve(self._open)
        done = merged if last else [span for span in merged if span.end <= border]
        self._open = [] if last else [span for span in merged if span.end > border]
        found = [Found(span, *self._places[span.start]) for span in done]
        self._places = {span.start: self._places[span.start] for span in self._open}
        return window, found

    def close(self, border: int) -> list[Found]:
        """Gives up waiting: what is open ends here."""
        found = [Found(replace(span, end=min(span.end, border)), *self._places[span.start]) for span in self._open]
        self._open, self._places = [], {}
        return found

    @property
    def begins(self) -> int | None:
        """Where the first span that is still open begins."""
        return min((span.start for span in self._open), default=None)
