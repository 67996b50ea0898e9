"""Detection and masking without Kafka: `from reticent import Scanner`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import msgspec

from .detect import Detector, Span
from .errors import LimitError
from .formats.document import Document
from .formats.registry import open_document
from .limits import Limits
from .masking import MaskItem, Tokens, mask_batch
from .model import Action, Finding
from .policy import CompiledPolicy, load_policy
from .steps import StepIndex


@dataclass(frozen=True, slots=True)
class MaskedContent:
    """What masking gives: the content in the format it came in, and what was found in it."""

    content: bytes
    findings: list[Finding]


class Scanner:
    """Scans and masks text, bytes and JSON-like objects with a policy. One thread at a time.

        scanner = Scanner.load()
        scanner.scan("mail ana@example.org")
        scanner.mask(b'{"password": "..."}').content

    `key` (32 bytes or more) makes tokens comparable between processes; without it they are comparable within this
    scanner only. Raises ConfigError for a policy that does not compile, DecodeError for input that is not what it
    claims to be, LimitError for input beyond `limits`.
    """

    def __init__(
        self, policy: CompiledPolicy, *, limits: Limits | None = None, key: bytes | None = None, tenant: str = "local"
    ) -> None:
        self._policy, self._limits, self._tenant = policy, limits or Limits(), tenant
        self._detector = Detector(policy.rules, policy.dictionaries, limits=self._limits)
        self._tokens = Tokens(key or secrets.token_bytes(32), tenant)

    @classmethod
    def load(cls, policy: str | Path | None = None, **options: Any) -> Self:
        """With a policy file, or with the shipped policy."""
        return cls(load_policy(Path(policy) if policy is not None else None), **options)

    def scan(self, data: object, *, format: str | None = None, content_type: str | None = None) -> list[Finding]:
        """Findings, never values. `data`: text, bytes, or anything JSON can hold. `format`: a name such as `native`
        or `text`; text is scanned as text, bytes by their content."""
        return self._masked(data, format, content_type).findings

    def mask(self, data: object, *, format: str | None = None, content_type: str | None = None) -> MaskedContent:
        """The same content, masked in place."""
        return self._masked(data, format, content_type)

    def _masked(self, data: object, format: str | None, content_type: str | None) -> MaskedContent:
        if isinstance(data, str):
            payload, format = data.encode("utf-8", "replace"), format or "text"
        else:
            payload = data if isinstance(data, bytes) else msgspec.json.encode(data)
        document = open_document(payload, content_type=content_type, forced=format, limits=self._limits)
        leaves = document.leaves()
        (spans,) = self._detector.examine([(document, leaves)])
        if isinstance(spans, LimitError):
            raise spans
        item = MaskItem(document, leaves, spans, self._chooser(document), self._tokens)
        (result,) = mask_batch([item], self._detector)
        if isinstance(result, LimitError):
            raise result
        # findings of later rounds lie in text that is masked already: only the first round's are the input's
        return MaskedContent(result.masked.content, result.findings[: len(spans)])

    def _chooser(self, document: Document) -> Any:
        index = StepIndex(document.traces()) if self._policy.needs_steps else None

        def choose(span: Span, path: str) -> Action:
            step = index.kind(path) if index is not None else ""
            return self._policy.action(
                span.rule, span.category, format=document.format, tenant=self._tenant, step=step, path=path
            )

        return choose


__all__ = ["MaskedContent", "Scanner"]
