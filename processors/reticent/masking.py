"""Masking: the one place that turns spans into placeholders, and the only one that makes `Masked`.

A placeholder is `[REDACTED:<rule>:<token>]`. The token is made with a key of the tenant's own, so that equal values
stay recognisable as equal within a tenant, and nobody without the key can test a guess.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec.structs import replace

from . import placeholders
from .detect import Span
from .detect.readings.flows import one_text
from .detect.readings.quoted import whole
from .detect.shapes import tables
from .errors import DecodeError, LimitError, UnmaskedError
from .formats.document import LABEL, Blob, Document, Leaves, Part
from .formats.jsontext import is_container
from .formats.mended import mended
from .formats.providers.bodies import mended_body
from .formats.providers.repacked import packed_stream
from .formats.within import Values
from .model import _SEAL, Action, BlobAction, BlobKind, Finding, Masked

ROUNDS = 12
"""How often what is found in masked output is masked again before the record is given up."""
WHOLE_MOST = 4096
"""Characters of a masked text that is scanned again whole."""
AROUND, _CUT = 1024, 256
"""Characters on either side of a placeholder that are scanned again: what is found anew stands near it, where a word
against it is gone, or a number that it was part of. What is found so near to the end of these is only cut there."""
_WHOLE = (Action.DROP, Action.SUMMARISE)
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_SHIFTS = range(35, -1, -5)
ROWS_LEAST = 2
"""Rows that make a value which is summarised a table."""
PARTIAL_LEAST, PARTIAL_SHOWN = 12, 4
"""`partial` shows the last characters of values that are long enough not to be given away by them."""

Choose = Callable[[Span, str], Action]
"""What the policy says about a span at a path."""


ChooseBlob = Callable[[BlobKind], BlobAction]


class Scans(Protocol):
    """What masking asks of detection."""

    def scan(self, batch: Sequence[Leaves]) -> list[list[Span] | LimitError]: ...


class Tokens:
    """Tokens and digests under a tenant's key: HKDF-SHA-256 of the installation's key (RFC 5869)."""

    def __init__(self, master: bytes, tenant: str) -> None:
        self._key = _derive(master, b"reticent token v1\0" + tenant.encode())

    def token(self, value: str) -> str:
        """The first 8 characters, in lowercase base 32, of HMAC-SHA-256 of the value."""
        bits = int.from_bytes(self._hmac(_utf8(value))[:5], "big")
        return "".join([_BASE32[bits >> shift & 31] for shift in _SHIFTS])

    def digest(self, data: bytes) -> str:
        return "hmac-sha256:" + self._hmac(data).hex()

    def _hmac(self, data: bytes) -> bytes:
        return hmac.digest(self._key, data, "sha256")


class Sealer:
    """Marks what the gateway itself masked, so that it can leave later, and what it stated about that: HMAC-SHA-256
    under keys of the installation's own."""

    def __init__(self, master: bytes) -> None:
        self._key = _derive(master, b"reticent seal v1\0")
        self._stating = _derive(master, b"reticent statement v1\0")

    def seal(self, content: bytes, *, content_type: str, format: str, context: bytes) -> str:
        """Over the content and all that decides about it; in hexadecimal."""
        parts = (content, content_type.encode(), format.encode(), context)
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self._key, framed, "sha256").hex()

    def open(self, content: bytes, *, content_type: str, format: str, context: bytes, seal: str) -> Masked:
        """Raises UnmaskedError when the gateway did not seal exactly this."""
        wanted = self.seal(content, content_type=content_type, format=format, context=context)
        if not hmac.compare_digest(wanted.encode(), _utf8(seal)):
            raise UnmaskedError("the seal does not hold: the gateway did not mask this content")
        return _masked(content, content_type, format)

    def mark(self, statement: bytes) -> str:
        """Of a statement of our own that comes back to us by a topic; in hexadecimal. It makes nothing `Masked`."""
        return hmac.digest(self._stating, statement, "sha256").hex()

    def bears(self, statement: bytes, mark: str) -> bool:
        """Whether `mark` is the statement's."""
        return hmac.compare_digest(self.mark(statement).encode(), _utf8(mark))


def _derive(master: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class MaskItem:
    """A document to mask. `leaves` may hold texts of ours behind the document's own; their slot is (None, name).
    `choose` is told paths only where it is `located`: they take time to find."""

    document: Document
    leaves: Leaves
    spans: Sequence[Span]
    choose: Choose
    tokens: Tokens
    located: bool = True
    blob: ChooseBlob = lambda _: BlobAction.REPLACE


@dataclass(slots=True)
class MaskResult:
    """`places`: the leaf of each finding. `extra`: what texts of ours became, by leaf. `blobs`: leaf, kind and what
    became of it. `masked` is of the document as it stands, with all its traces."""

    masked: Masked
    findings: list[Finding] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    extra: dict[int, str] = field(default_factory=dict)
    blobs: list[tuple[int, BlobKind, BlobAction]] = field(default_factory=list)


def mask_batch(items: Sequence[MaskItem], detector: Scans) -> list[MaskResult | LimitError]:
    """Masks each document in place, and scans what it changed again until nothing is found in it.

    A document whose masked output still shows findings after some rounds comes back as LimitError `residue`."""
    jobs = [_Job(item) for item in items]
    for job in jobs:
        job.repack(detector)
        job.set_apart()
    pending = [(job, job.spans) for job in jobs if job.spans]
    for _ in range(ROUNDS):
        changed = [job.apply(spans) for job, spans in pending]
        if not changed:
            break
        again: list[tuple[_Job, Sequence[Span]]] = []
        scanned = detector.scan([leaves for leaves, _ in changed])
        for (job, _), (_, excerpts), found in zip(pending, changed, scanned, strict=True):
            if isinstance(found, LimitError):
                job.failed = found
            elif left := [moved for span in found if (moved := excerpts[span.leaf].moved(span)) is not None]:
                again.append((job, left))
        pending = again
    for job, _ in pending:
        job.failed = LimitError("residue", "the masked output still holds findings, so it does not leave")
    return [job.failed or job.result() for job in jobs]


_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """What of a masked leaf is scanned again: from character `start` of its value to `end`; `size`: of the value."""

    leaf: int
    start: int
    end: int
    size: int

    @property
    def all(self) -> bool:
        return self.end - self.start == self.size

    def cut(self, text: str, head: int) -> tuple[str, int]:
        """Its own text and head. The key of an excerpt is a label: it did not change."""
        if self.all:
            return text, head
        border = abs(head)
        label = text[: border - 1] + LABEL if head else ""
        return label + text[border + self.start : border + self.end], -border

    def moved(self, span: Span) -> Span | None:
        """A span of the excerpt as one of the leaf; None near a cut, where half of something may look like another
        thing, and where masking changed nothing."""
        if span.part is Part.KEY:
            return replace(span, leaf=self.leaf)
        first = self.start + _CUT if self.start else 0
        last = self.end - _CUT if self.end < self.size else self.size
        start, end = span.start + self.start, span.end + self.start
        return replace(span, leaf=self.leaf, start=start, end=end) if first <= start and end <= last else None


def _excerpts(leaf: int, text: str, head: int, ranges: Sequence[_Range]) -> list[_Excerpt]:
    """A short text whole; of a long one what stands around the ranges that are new."""
    border = abs(head)
    size = len(text) - border
    if size <= WHOLE_MOST or any(start < border for start, _ in ranges):
        return [_Excerpt(leaf, 0, size, size)]
    found: list[_Excerpt] = []
    for start, end in ranges:
        first, last = max(0, start - border - AROUND), min(size, end - border + AROUND)
        if found and first <= found[-1].end:
            first = found.pop().start
        found.append(_Excerpt(leaf, first, last, size))
    return found


class _Job:
    """One document while it is masked."""

    def __init__(self, item: MaskItem) -> None:
        self.item, self.spans = item, item.spans
        self.failed: LimitError | None = None
        self._found: list[tuple[Span, str, Action]] = []
        self._extra: dict[int, str] = {}
        self._now: dict[int, tuple[str, int]] = {}
        self._blobs: list[tuple[int, BlobKind, BlobAction]] = []
        self._inner: dict[int, list[tuple[int, int, str | None]]] = {}

    def repack(self, detector: Scans) -> None:
        """Masks what was found in streams that stand packed in a text within them; they stay what they are."""
        left = list[Span]()
        for span in self.item.spans:
            after = self._repacked(span, detector) if span.part is Part.VALUE else None
            if after is None:
                left.append(span)
            else:
                self._inner.setdefault(span.leaf, []).append((span.start, span.end, after))
        self.spans = left

    def _repacked(self, span: Span, detector: Scans) -> str | None:
        """None where a span is of no such stream, or that cannot be masked within."""
        item = self.item
        text, head = item.leaves.texts[span.leaf], abs(item.leaves.heads[span.leaf])
        packed = packed_stream(text[head + span.start : head + span.end])
        if packed is None:
            return None
        path = item.document.path(span.leaf) if item.located and item.leaves.slot(span.leaf)[0] is not None else ""
        masked = self._within(packed.document, path, detector)
        if masked is None:
            return None
        self._noted(span, text[head:], path)
        return packed.again(masked)

    def _within(self, document: Document, path: str, detector: Scans) -> bytes | None:
        """What a document is that stands in the leaf of this path, masked; None where it cannot be, or nothing is found
        in it."""
        item = self.item
        try:
            leaves = document.leaves()
        except (DecodeError, LimitError):
            return None
        (found,) = detector.scan([leaves])
        if isinstance(found, LimitError) or not found:
            return None
        inner = MaskItem(
            document, leaves, found, lambda each, _: item.choose(each, path), item.tokens, located=False, blob=item.blob
        )
        (result,) = mask_batch([inner], detector)
        return result.masked.content if isinstance(result, MaskResult) else None

    def set_apart(self) -> None:
        """Does with blobs what the policy says; those in JSON in a string go with what is found in the same text."""
        item = self.item
        for blob in item.leaves.blobs:
            action = item.blob(blob.kind)
            self._blobs.append((blob.leaf, blob.kind, action))
            if action is not BlobAction.PASS:
                text = _opaque(blob, item.tokens) if action is BlobAction.REPLACE else None
                if blob.whole:
                    item.document.replace(blob.leaf, Part.VALUE, text)
                else:
                    self._inner.setdefault(blob.leaf, []).append((blob.start, blob.end, text))
        found = {span.leaf for span in self.spans} if self._inner else ()
        for leaf in [leaf for leaf in self._inner if leaf not in found]:
            self._now[leaf] = self._mask(leaf, ())[:2]

    def apply(self, spans: Sequence[Span]) -> tuple[Leaves, list[_Excerpt]]:
        """Masks the spans; what is to be scanned again, as leaves, and what each of these is."""
        leaves: dict[int, list[Span]] = {}
        for span in spans:
            leaves.setdefault(span.leaf, []).append(span)
        changed, excerpts = Leaves(), []
        for leaf, found in leaves.items():
            text, head, ranges = self._mask(leaf, found)
            self._now[leaf] = text, head
            parts = _excerpts(leaf, text, head, ranges)
            json = not parts[0].all and is_container(text[abs(head) :])
            for excerpt in parts:
                part, own_head = excerpt.cut(text, head)
                if json:
                    changed.pieces.append(len(changed.texts))
                    part = whole(part)
                changed.add(part, head=own_head)
                excerpts.append(excerpt)
        for flow in self.item.leaves.flows:
            if not leaves.keys().isdisjoint(flow) and one_text(self.item.leaves, flow):
                self._rejoin(flow, leaves, changed, excerpts)
        return changed, excerpts

    def _rejoin(self, flow: list[int], masked: Collection[int], changed: Leaves, excerpts: list[_Excerpt]) -> None:
        """What is masked in pieces of one text makes the rest of it read otherwise: base64 that went on there begins
        anew behind it. Adds the leaves around those that changed, in the same order."""
        known = {excerpt.leaf: number for number, excerpt in enumerate(excerpts) if excerpt.all}
        joined = type(flow)()
        for leaf, near in zip(flow, self._near(flow, masked), strict=True):
            if near and leaf not in known and leaf not in masked:
                text, head = self._text(leaf)
                size = len(text) - abs(head)
                known[leaf] = len(excerpts)
                changed.add(text, head=head)
                excerpts.append(_Excerpt(leaf, 0, size, size))
            if near and leaf in known:
                joined.append(known[leaf])
            elif joined:
                changed.flows.append(joined)
                joined = type(flow)()
        if joined:
            changed.flows.append(joined)

    def _near(self, flow: Sequence[int], masked: Collection[int]) -> list[bool]:
        """Of each leaf, whether one that is masked stands so near that all of it is read again."""
        near = [leaf in masked for leaf in flow]
        for order in (range(len(flow)), range(len(flow) - 1, -1, -1)):
            left = 0
            for at in order:
                text, head = self._text(flow[at])
                left = AROUND if flow[at] in masked else left - len(text) + abs(head)
                near[at] |= left > 0
        return near

    def _text(self, leaf: int) -> tuple[str, int]:
        """A leaf's text as it is now, and its head."""
        return self._now.get(leaf) or (self.item.leaves.texts[leaf], self.item.leaves.heads[leaf])

    def _mask(self, leaf: int, spans: Sequence[Span]) -> tuple[str, int, list[_Range]]:
        """The leaf's text as it is now, its head, and the ranges of the text that are new."""
        item = self.item
        text, head = self._text(leaf)
        border = abs(head)
        sides = {Part.KEY: text[: max(0, border - 1)], Part.VALUE: text[border:]}
        ours = item.leaves.slot(leaf)[0] is None
        path = item.document.path(leaf) if item.located and not ours else ""
        ranges: list[_Range] = []
        for part in (Part.KEY, Part.VALUE):
            there = [span for span in spans if span.part is part]
            inner = self._inner.pop(leaf, ()) if part is Part.VALUE else ()
            if not there and not inner:
                continue
            after, new = self._replaced(sides[part], there, path, inner)
            if part is Part.VALUE and after and not ours and (valid := _valid(after, sides[part])) != after:
                after, new = valid, [(0, len(valid))]
            shift = 0 if part is Part.KEY or not head else len(sides[Part.KEY]) + 1
            ranges += [(start + shift, end + shift) for start, end in new]
            if ours:
                self._extra[leaf] = after or ""
            else:
                item.document.replace(leaf, part, after)
            sides[part] = after or ""
        if not head:
            return sides[Part.VALUE], 0, ranges
        mark, key = text[border - 1], sides[Part.KEY]
        return key + mark + sides[Part.VALUE], (len(key) + 1) * (1 if head > 0 else -1), ranges

    def _replaced(
        self, text: str, spans: Sequence[Span], path: str, inner: Sequence[tuple[int, int, str | None]]
    ) -> tuple[str | None, list[_Range]]:
        """The part with its spans masked, and where in it the placeholders are; None where the policy drops it. Of JSON
        in a string, the value in which a span lies is dropped or summarised, and not the rest. `inner`: what stands for
        blobs in it, None for one that is dropped."""
        changes: list[tuple[int, int, str]] = []
        values: Values | None = None
        whole: Action | None = None
        for start, end, placeholder in inner:
            if placeholder is not None:
                changes.append((start, end, placeholder))
            else:
                value = (values := values or Values(text)).around(start, end)
                changes.append((start, end, "") if value is None else (value.start, value.end, value.written(None)))
        for span, inside in _nested(spans):
            action, token = self._noted(span, text, path)
            for each in inside:
                self._noted(each, text, path)
            start, end = span.start, span.end
            if span.part is Part.VALUE and (action is Action.DROP or (action is Action.SUMMARISE and not span.wide)):
                values = values or Values(text)
                value = values.around(start, end)
                if value is not None:
                    summary = self._summary(span, value.text) if action is Action.SUMMARISE else None
                    changes.append((value.start, value.end, value.written(summary)))
                    continue
                whole = whole or action
            changes.append((start, end, self._placeholder(span, span.whole or text[start:end], action, token)))
        if whole is Action.DROP:
            return None, []
        if whole is Action.SUMMARISE:
            changes = [(0, len(text), self._summary(spans[0], text))]
        return _rewritten(text, changes)

    def _summary(self, span: Span, text: str) -> str:
        """Of all of a text in which a span lies."""
        return self._placeholder(replace(span, about=""), text, Action.SUMMARISE, self.item.tokens.token(text))

    def _noted(self, span: Span, text: str, path: str) -> tuple[Action, str]:
        action = self.item.choose(span, path)
        if action in _WHOLE and span.part is Part.VALUE and self._ties(span.leaf):
            action = Action.REDACT
        token = self.item.tokens.token(span.whole or text[span.start : span.end])
        self._found.append((span, token, action))
        return action, token

    def _ties(self, leaf: int) -> bool:
        return self.item.leaves.slot(leaf)[0] is not None and self.item.document.ties(leaf)

    def _placeholder(self, span: Span, value: str, action: Action, token: str) -> str:
        if action is Action.SUMMARISE:
            about = span.about or next((each.about for each in tables(value, ROWS_LEAST)), f"{len(value)} characters")
            return placeholders.summary(span.rule, token, about)
        return _placeholder(span.rule, value, action, token, self.item.tokens)

    def result(self) -> MaskResult:
        document, leaves = self.item.document, self.item.leaves
        # masking may have renamed keys: paths are over the keys as they are now
        paths = {
            leaf: "" if leaves.slot(leaf)[0] is None else document.path(leaf)
            for leaf in {span.leaf for span, _, _ in self._found}
        }
        findings = [
            Finding(
                rule=span.rule,
                category=span.category,
                severity=span.severity.label,
                path=paths[span.leaf],
                start=span.start,
                end=span.end,
                token=token,
                action=action.value,
                part="key" if span.part is Part.KEY else "value",
            )
            for span, token, action in self._found
        ]
        places = [span.leaf for span, _, _ in self._found]
        return MaskResult(seal_document(document), findings, places, self._extra, self._blobs)


def _valid(text: str, was: str) -> str:
    """The text so that what was JSON in it, or a stream of it, is one."""
    after = mended(text, was)
    return mended_body(after, was) if after == text else after


def _rewritten(text: str, changes: list[tuple[int, int, str]]) -> tuple[str, list[_Range]]:
    """The text with these characters replaced, and where in it the new ones are. What lies in what is replaced, or goes
    on behind it, goes with it."""
    pieces: list[str] = []
    ranges: list[_Range] = []
    at = size = 0
    changes.sort(key=lambda change: (change[0], -change[1]))
    for start, end, new in changes:
        if start >= at:
            pieces += [text[at:start], new]
            size += start - at + len(new)
            ranges.append((size - len(new), size))
        at = max(at, end)
    return "".join([*pieces, text[at:]]), ranges


def _nested(spans: Sequence[Span]) -> Iterator[tuple[Span, Sequence[Span]]]:
    """Spans of one part in order, none overlapping, each with those that lie in it; one that only touches a wide span
    makes it wider."""
    outer: Span | None = None
    inside: list[Span] = []
    for span in spans:
        if outer is not None and span.start < outer.end:
            inside.append(outer if span.wide and not outer.wide else span)
            wider = span if span.wide and not outer.wide else outer
            outer = replace(wider, start=min(outer.start, span.start), end=max(outer.end, span.end))
            continue
        if outer is not None:
            yield outer, inside
        outer, inside = span, []
    if outer is not None:
        yield outer, inside


def _placeholder(rule: str, value: str, action: Action, token: str, tokens: Tokens) -> str:
    if action is Action.PARTIAL and len(value) >= PARTIAL_LEAST and value[-PARTIAL_SHOWN:].isalnum():
        return placeholders.partial(rule, token, value[-PARTIAL_SHOWN:])
    if action is Action.HASH:
        long = base64.b32encode(bytes.fromhex(tokens.digest(_utf8(value)).partition(":")[2])).decode()
        return placeholders.hashed(rule, long.rstrip("=").lower())
    return placeholders.redacted(rule, token)


def _opaque(blob: Blob, tokens: Tokens) -> str:
    """What stands for it: how many bytes it had as it was written, and a token that equal ones share."""
    return placeholders.opaque(blob.kind.value, len(_utf8(blob.data)), tokens.token(blob.data))


def mask_text(text: str, detector: Scans, choose: Choose, tokens: Tokens) -> str:
    """One text of ours that came from outside. Raises LimitError."""
    for _ in range(ROUNDS):
        leaves = Leaves()
        leaves.add(text)
        (found,) = detector.scan([leaves])
        if isinstance(found, LimitError):
            raise found
        if not found:
            return text
        pieces, at = [], 0
        for span in found:
            value = text[span.start : span.end]
            pieces += [
                text[at : span.start],
                _placeholder(span.rule, value, choose(span, ""), tokens.token(value), tokens),
            ]
            at = span.end
        text = "".join([*pieces, text[at:]])
    raise LimitError("residue", "the masked text still holds findings, so it does not leave")


def seal_document(document: Document, traces: Collection[int] | None = None) -> Masked:
    """The document as it stands, which masking has been through; with `traces` those alone."""
    return _masked(document.encode(traces), document.content_type, document.format)


def _masked(content: bytes, content_type: str, format: str) -> Masked:
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    return Masked(_SEAL, content=content, content_type=content_type, format=format, digest=digest)
