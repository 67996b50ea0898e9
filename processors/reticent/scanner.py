"""Detection and masking without Kafka: `from reticent import Scanner`."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from .cache import Cache
from .choosing import chooser
from .detect import Detector, Memory, Span, Store
from .errors import ConfigError, DecodeError, LimitError, RecordError
from .explanation import Explanation, explain
from .formats.document import Document, Part
from .formats.registry import Formats, open_document
from .limits import KEY_LEAST, Limits
from .masking import MaskItem, Tokens, mask_batch
from .model import Finding
from .policy import CompiledPolicy, load_policy

BATCH_CHARACTERS = 256 * 1024
"""So much text goes through the engines at once."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class MaskedContent:
    """What masking gives: the content in the format it came in, and what was found in it."""

    content: bytes
    findings: list[Finding]

    @property
    def text(self) -> str:
        """The content of formats that are text: JSON, JSON Lines, plain text."""
        return self.content.decode("utf-8", "replace")


class Scanner:
    """Scans and masks text, bytes and JSON-like objects with a policy.

        scanner = Scanner.load()
        scanner.scan("mail ana@example.org")
        scanner.mask({"password": "..."}).content

    `key` (32 bytes or more) makes tokens comparable between processes; without it they are comparable within this
    scanner only. Any thread may call any method: calls take turns. A process that is forked makes its own scanner.

    Raises ConfigError for a policy that does not compile, DecodeError for input that is not what it claims to be,
    LimitError for input beyond `limits`. No error's text holds any of the input.
    """

    def __init__(
        self,
        policy: CompiledPolicy,
        *,
        limits: Limits | None = None,
        key: bytes | None = None,
        tenant: str = "local",
        store: Store | None = None,
        formats: Formats | None = None,
    ) -> None:
        if key is not None and (not isinstance(key, bytes) or len(key) < KEY_LEAST):
            raise ConfigError(f"a key is {KEY_LEAST} bytes or more", advice="make one by secrets.token_bytes(32)")
        if not isinstance(tenant, str):
            raise ConfigError("a tenant is a text")
        self.policy, self.limits, self.tenant, self.formats = policy, limits or Limits(), tenant, formats
        self._detector = Detector(policy.rules, policy.dictionaries, limits=self.limits, store=store, memory=Memory())
        self._tokens = Tokens(key or secrets.token_bytes(32), tenant)
        self._turn = threading.Lock()

    @classmethod
    def load(
        cls,
        policy: str | Path | None = None,
        *,
        limits: Limits | None = None,
        key: bytes | None = None,
        tenant: str = "local",
    ) -> Self:
        """With a policy file, or with the shipped policy. What is compiled is kept in the user's cache."""
        compiled = load_policy(Path(policy) if policy is not None else None)
        return cls(compiled, limits=limits, key=key, tenant=tenant, store=Cache.of_user())

    def scan(self, data: object, *, format: str | None = None, content_type: str | None = None) -> list[Finding]:
        """Findings, never values. `data`: text, bytes, or anything JSON can hold. `format`: a name such as `native`
        or `text`; text is scanned as text, bytes by their content."""
        (found,) = self.scan_many([data], format=format, content_type=content_type)
        return _given(found)

    def scan_many(
        self, data: Iterable[object], *, format: str | None = None, content_type: str | None = None
    ) -> Iterator[list[Finding] | RecordError]:
        """What `scan` gives for each, in order; or the error that it would raise. Many small ones go through the
        engines together: about twice as fast as one by one."""
        return self._many(data, self.findings, format, content_type)

    def mask(self, data: object, *, format: str | None = None, content_type: str | None = None) -> MaskedContent:
        """The same content, masked in place."""
        (masked,) = self.mask_many([data], format=format, content_type=content_type)
        return _given(masked)

    def mask_many(
        self, data: Iterable[object], *, format: str | None = None, content_type: str | None = None
    ) -> Iterator[MaskedContent | RecordError]:
        """What `mask` gives for each, in order; or the error that it would raise."""
        return self._many(data, self.masked, format, content_type)

    def explain(
        self, data: object, *, rule: str | None = None, format: str | None = None, content_type: str | None = None
    ) -> Explanation:
        """Every place that a rule's pattern takes, what each check said, and what the policy makes of it; never a
        value. `rule`: only about this one."""
        document = self.open(data, format, content_type)
        size = len(document.encode())
        (spans,) = self.detect([document])
        if isinstance(spans, LimitError):
            raise spans
        with self._turn:
            judged = explain(document, spans, self._detector, self.policy, tenant=self.tenant, rule=rule)
        paths = [document.path(leaf) for leaf in range(len(document.leaves().texts))]
        findings = self.findings(document, spans)
        shown = {path: document.path(leaf) for leaf, path in enumerate(paths)}
        return judged.decided(self.policy, findings, bytes=size, tenant=self.tenant, shown=shown)

    # the same in steps, for what reads files

    def open(self, data: object, format: str | None = None, content_type: str | None = None) -> Document:
        """Raises DecodeError or LimitError."""
        if isinstance(data, str):
            payload, format = data.encode("utf-8", "replace"), format or "text"
        elif isinstance(data, bytes | bytearray | memoryview):
            payload = bytes(data)
        else:
            payload = _as_json(data)
        if len(payload) > self.limits.record_bytes:
            raise LimitError(
                "too-large", f"it has {len(payload)} bytes, more than the {self.limits.record_bytes} allowed"
            )
        return open_document(
            payload, content_type=content_type, forced=format, limits=self.limits, formats=self.formats
        )

    def detect(self, documents: Sequence[Document]) -> list[list[Span] | LimitError]:
        """The spans of each document. Raises what `leaves` raises."""
        batch = [(document, document.leaves()) for document in documents]
        with self._turn:
            return self._detector.examine(batch)

    def findings(self, document: Document, spans: Sequence[Span]) -> list[Finding]:
        """Spans as findings. Keys in which something was found are masked in the document, and so in the paths."""
        leaves, choose = document.leaves(), chooser(self.policy, document, self.tenant, spans)
        actions = [choose(span, document.path(span.leaf)) for span in spans]
        keys = [span for span in spans if span.part is Part.KEY]
        if keys:
            with self._turn:
                (result,) = mask_batch([self._item(document, keys)], self._detector)
            if isinstance(result, LimitError):
                raise result
        return [
            Finding(
                rule=span.rule,
                category=span.category,
                severity=span.severity.label,
                path=document.path(span.leaf),
                start=span.start,
                end=span.end,
                token=self._tokens.token(value_of(leaves.texts[span.leaf], leaves.heads[span.leaf], span)),
                action=action.value,
                part="key" if span.part is Part.KEY else "value",
            )
            for span, action in zip(spans, actions, strict=True)
        ]

    def masked(self, document: Document, spans: Sequence[Span]) -> MaskedContent:
        """The document with its spans masked in place. Raises LimitError `residue`."""
        with self._turn:
            (result,) = mask_batch([self._item(document, spans)], self._detector)
        if isinstance(result, LimitError):
            raise result
        # findings of later rounds lie in text that is masked already: only the first round's are the input's
        return MaskedContent(result.masked.content, result.findings[: len(spans)])

    def _item(self, document: Document, spans: Sequence[Span]) -> MaskItem:
        choose = chooser(self.policy, document, self.tenant, spans)
        blob = self.policy.blobs.__getitem__
        return MaskItem(document, document.leaves(), spans, choose, self._tokens, blob=blob)

    def _many(
        self,
        data: Iterable[object],
        conclude: Callable[[Document, Sequence[Span]], Result],
        format: str | None,
        content_type: str | None,
    ) -> Iterator[Result | RecordError]:
        batch: list[Document | RecordError] = []
        size = 0
        for each in data:
            try:
                document = self.open(each, format, content_type)
                size += sum(map(len, document.leaves().texts))
                batch.append(document)
            except RecordError as error:
                batch.append(error)
            if size >= BATCH_CHARACTERS:
                yield from self._concluded(batch, conclude)
                batch, size = [], 0
        yield from self._concluded(batch, conclude)

    def _concluded(
        self, batch: Sequence[Document | RecordError], conclude: Callable[[Document, Sequence[Span]], Result]
    ) -> Iterator[Result | RecordError]:
        found = iter(self.detect([each for each in batch if not isinstance(each, RecordError)]))
        for each in batch:
            if isinstance(each, RecordError):
                yield each
                continue
            spans = next(found)
            try:
                yield spans if isinstance(spans, LimitError) else conclude(each, spans)
            except RecordError as error:
                yield error


def value_of(text: str, head: int, span: Span) -> str:
    """What a span covers in a leaf's text; it never leaves the process."""
    part = text[: max(0, abs(head) - 1)] if span.part is Part.KEY else text[abs(head) :]
    return part[span.start : span.end]


def _given(result: Result | RecordError) -> Result:
    if isinstance(result, RecordError):
        raise result
    return result


def _as_json(data: object) -> bytes:
    odd = [data]

    def unknown(value: object) -> object:
        odd.append(value)
        raise TypeError

    try:
        return msgspec.json.encode(data, enc_hook=unknown)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        where = f" in the {type(data).__name__}" if odd[-1] is not data else ""
        what = f"an object of type {type(odd[-1]).__name__}{where} cannot be written as JSON ({type(error).__name__})"
        raise DecodeError("not-json", f"{what}; give text, bytes, or what JSON can hold") from None


__all__ = ["Explanation", "MaskedContent", "Scanner"]
