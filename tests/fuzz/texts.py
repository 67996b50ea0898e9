"""Laws of detection over any text: it never fails, and what is masked holds nothing that is found again."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

from reticent.errors import LimitError
from reticent.limits import Limits
from reticent.policy import load_policy
from reticent.scanner import MaskedContent, Scanner

from .gateway import overhear

_APART = "\0"


class Texts:
    """Texts with zero bytes between them are scanned and masked by the shipped policy: as the items of a list, as what
    steps say one after the other, as a key and its value."""

    head = 0

    def __init__(self) -> None:
        self._scanner = Scanner(load_policy(None), key=b"k" * 32, limits=Limits(inflated_bytes=4 << 20))
        self._heard = overhear()

    def seeds(self) -> Iterator[bytes]:
        for number, rule in enumerate(self._scanner.policy.rules):
            for text in (*rule.match[:2], *rule.no_match[:1]):
                yield _written(text, number % 8)

    def __call__(self, data: bytes) -> None:
        texts = data.decode("utf-8", "replace").split(_APART)
        self._masked({"items": [{"content": text} for text in texts]})
        first = self._masked({"texts": texts, texts[0][:60]: texts[-1]})
        if first is None:
            return
        second = self._masked(first.content)
        if second is None or second.findings:
            rules = ", ".join(sorted({finding.rule for finding in second.findings})) if second is not None else "limits"
            raise AssertionError(f"masked output scanned again shows {rules}")
        if second.content != first.content:
            raise AssertionError("masking twice is not masking once")

    def _masked(self, document: object) -> MaskedContent | None:
        try:
            return self._scanner.mask(document)
        except LimitError as refused:
            if refused.code == "engine-error":
                raise AssertionError(f"detection failed: {self._heard.taken()}") from refused
        return None


def _written(text: str, way: int) -> bytes:
    """As it is, or as other readings have it."""
    raw = text.encode()
    if way == 1:
        return base64.b64encode(raw)
    if way == 2:
        return json.dumps({"a": json.dumps([text])}).encode()
    if way == 3:
        return quote(text).encode()
    if way == 4:
        return b"\0".join((raw[: len(raw) // 2], raw[len(raw) // 2 :]))
    return raw if way != 5 else raw.hex().encode()
