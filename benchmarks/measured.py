"""What every speed here is measured with: MB per CPU second, and the gateway's core over records in batches."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence

from reticent import assembly
from reticent.detect import Detector, Memory
from reticent.errors import LimitError
from reticent.formats.document import Document
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.masking import MaskItem, Tokens, mask_batch
from reticent.model import Action, Finding
from reticent.policy import CompiledPolicy

LIMITS = Limits(findings=1_000_000, scan_seconds=600)
TOKENS = Tokens(b"k" * 32, "bench")
BATCH = 200
Open = Callable[[bytes], Document]
"""A record's bytes as its document."""


def speed(work: Callable[[], int], seconds: float) -> float:
    """MB per CPU second of the best of several rounds; `work` gives the bytes it did."""
    best, end = 0.0, time.monotonic() + seconds
    while True:
        began = time.process_time()
        size = work()
        best = max(best, size / 1e6 / max(1e-9, time.process_time() - began))
        if time.monotonic() > end:
            return best


def as_a_worker() -> None:
    """Sets Python's collector as a worker does once its policy is compiled."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*assembly._YOUNG)


def by_content(payload: bytes) -> Document:
    return open_document(payload, content_type=None, forced=None, limits=LIMITS)


def batches(payloads: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [payloads[start : start + BATCH] for start in range(0, len(payloads), BATCH)]


class Core:
    """Decode, scan, mask, encode as the gateway does them; everything found is redacted. Raises LimitError."""

    def __init__(self, policy: CompiledPolicy) -> None:
        self._memory = Memory()
        self._detector = Detector(policy.rules, policy.dictionaries, limits=LIMITS, memory=self._memory)
        self._located, self._blob = policy.needs_paths, policy.blobs.__getitem__

    def masking(
        self, payloads: Sequence[bytes], opened: Open = by_content, *, steps: bool = False
    ) -> Callable[[], int]:
        """Work for `speed`, of records never seen before. `steps`: they are read, too, as the gateway does to judge a
        record."""

        def work() -> int:
            self._memory.forget()
            for batch in batches(payloads):
                documents = [opened(payload) for payload in batch]
                self._mask(documents)
                if steps:
                    sum(len(trace.steps) for document in documents for trace in document.traces())
            return sum(map(len, payloads))

        return work

    def findings(self, payload: bytes, opened: Open = by_content) -> Sequence[Finding]:
        """What masking one record reports."""
        (found,) = self._mask([opened(payload)])
        return found

    def _mask(self, documents: Sequence[Document]) -> list[Sequence[Finding]]:
        def choose(*_: object) -> Action:
            return Action.REDACT

        items = []
        pairs = [(document, document.leaves()) for document in documents]
        for (document, leaves), spans in zip(pairs, self._detector.examine(pairs), strict=True):
            if isinstance(spans, LimitError):
                raise spans
            items.append(MaskItem(document, leaves, spans, choose, TOKENS, self._located, self._blob))
        found: list[Sequence[Finding]] = []
        for result in mask_batch(items, self._detector):
            if isinstance(result, LimitError):
                raise result
            found.append(result.findings)
        return found
