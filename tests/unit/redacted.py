"""A record as a detector of a test's own has it masked."""

from __future__ import annotations

from reticent.detect import Detector
from reticent.errors import LimitError
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.masking import MaskItem, MaskResult, Tokens, mask_batch
from reticent.model import Action


def redacted(payload: bytes, detector: Detector, forced: str | None = None) -> bytes:
    """`forced`: the name of its format, which else is told by its content."""
    document = open_document(payload, content_type=None, forced=forced, limits=Limits())
    leaves = document.leaves()
    (spans,) = detector.examine([(document, leaves)])
    assert not isinstance(spans, LimitError)
    item = MaskItem(document, leaves, spans, lambda *_: Action.REDACT, Tokens(b"k" * 32, "t"))
    (result,) = mask_batch([item], detector)
    assert isinstance(result, MaskResult)
    return result.masked.content
