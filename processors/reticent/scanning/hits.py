"""What a scan reports: where a rule found something, never what; and digests by which it is known again.

Two digests, neither of which lets a value be guessed. `context` is a digest of what stands around the finding on its
line, with the finding itself left out: it survives moved lines and tells nothing of the value, and serves code-scanning
tools. `mark` are twelve bits of a keyed digest of the value: enough to see that it changed, too few to confirm a guess
(of a million guesses 244 fit), and serves baselines.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..detect import Span
from ..formats.document import Document, Part
from ..model import Finding
from ..scanner import Scanner, value_of
from .places import Lines, Token, locate
from .text import Found, Window

AROUND = 100
"""Characters of a line on either side of a finding that its `context` is made of."""
MARK_BITS = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """`file`: as it was named, `archive!member` within an archive. `path`, `part`, `start`, `end`: as in
    `model.Finding`; for text, characters of the whole file. `line` to `end_column`: in the file, one-based, the end
    exclusive; None where the file is not text. `mark` is -1 where nobody asked for it."""

    file: str
    rule: str
    category: str
    severity: str
    path: str
    part: str
    start: int
    end: int
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    context: str
    mark: int

    def report(self) -> dict[str, Any]:
        """What `--json` says of it."""
        about = {name: getattr(self, name) for name in _REPORTED}
        return about if self.line is None else {**about, "line": self.line, "column": self.column}


_REPORTED = ("file", "rule", "category", "severity", "path", "part", "start", "end")


class Marks:
    """`salt`: the baseline's; none: no baseline is asked for."""

    def __init__(self, salt: bytes | None) -> None:
        self._salt = salt

    def of(self, rule: str, value: str) -> int:
        if self._salt is None:
            return -1
        data = rule.encode() + b"\0" + value.encode("utf-8", "surrogatepass")
        return int.from_bytes(hmac.digest(self._salt, data, "sha256")[:2], "big") >> (16 - MARK_BITS)


def of_text(file: str, window: Window, found: Sequence[Found], marks: Marks) -> Iterator[Hit]:
    """Findings of a text. A value that began before the window is known by its part in it."""
    shown = [(max(0, each.span.start - window.offset), each.span.end - window.offset) for each in found]
    for each, (start, end) in zip(found, shown, strict=True):
        span = each.span
        end_line, end_column = window.place(end)
        yield Hit(
            file, span.rule, span.category, span.severity.label, "$", "value", span.start, span.end,
            each.line, each.column, end_line, end_column, _context(window.text, start, end, shown, span.rule),
            marks.of(span.rule, window.text[start:end]),
        )  # fmt: skip


def _context(text: str, start: int, end: int, others: Sequence[tuple[int, int]], rule: str) -> str:
    """Over the line around, blanks left out, and without what was found beside it."""
    first = max(text.rfind("\n", 0, start) + 1, start - AROUND)
    last = text.find("\n", end)
    last = min(len(text) if last < 0 else last, end + AROUND)
    pieces = [rule, "\0"]
    at = first
    for begin, stop in sorted({*((b, e) for b, e in others if b < last and e > first), (start, end)}):
        pieces += [text[at:begin], "\1" if (begin, stop) == (start, end) else "\2"]
        at = max(at, stop)
    pieces.append(text[at:last])
    return digest("".join("".join(pieces).split()))


def digest(text: str) -> str:
    """16 hexadecimal characters of SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Locates(Protocol):
    """Where a document stands in its file."""

    @property
    def payload(self) -> bytes | None:
        """The JSON text it was read from; None where it was none."""
        ...

    @property
    def line(self) -> int:
        """The line of the file that it begins on."""
        ...


def of_document(
    file: str, where: Locates, document: Document, spans: Sequence[Span], scanner: Scanner, marks: Marks
) -> Iterator[Hit]:
    """Findings of a document of any other format. Raises LimitError."""
    if not spans:
        return
    leaves = document.leaves()
    paths = {span.leaf: document.path(span.leaf) for span in spans}  # before keys are masked
    text = where.payload.decode("utf-8", "replace") if where.payload is not None else ""
    tokens = locate(text, frozenset(paths.values())) if text else {}
    lines = Lines(text, where.line)
    for span, finding in zip(spans, scanner.findings(document, spans), strict=True):
        token = tokens.get((paths[span.leaf], span.part)) or tokens.get((paths[span.leaf], Part.KEY))
        value = value_of(leaves.texts[span.leaf], leaves.heads[span.leaf], span)
        yield _hit(file, finding, _place(lines, token, finding), marks.of(finding.rule, value))


def _place(lines: Lines, token: Token | None, finding: Finding) -> tuple[int, int, int, int] | None:
    if token is None:
        return None
    return *lines.place(token.offset(finding.start)), *lines.place(token.offset(finding.end))


def _hit(file: str, finding: Finding, place: tuple[int, int, int, int] | None, mark: int) -> Hit:
    line, column, end_line, end_column = place or (None, None, None, None)
    return Hit(
        file, finding.rule, finding.category, finding.severity, finding.path, finding.part, finding.start, finding.end,
        line, column, end_line, end_column, digest(f"{finding.rule}\0{finding.path}\0{finding.part}"), mark,
    )  # fmt: skip
