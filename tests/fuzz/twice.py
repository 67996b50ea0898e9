"""Law of masking in every format: what was masked is read and masked again, and stays as it is.

But for an event of broken JSON whose fault lay in what was masked (a control character): it is JSON from then on, and
more is read in it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reticent import yamlfile
from reticent.errors import RecordError
from reticent.policy.compile import compile_policy
from reticent.scanner import Scanner

from ..contract import registered
from .canary import CANARY, RULE
from .documents import LIMITS, fixtures, planted, streams

_POLICY = f"""version: 1
rules:
  - {{id: canary, category: secrets, pattern: '{RULE}', keywords: [canary, '90210']}}
  - {{id: pair, category: pii, pattern: 'hello|done', keywords: [hello, done]}}
apply: [{{rules: ['*'], action: ACTION}}]
"""
_ACTIONS = ("redact", "hash")
_FAULTS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|:[0-9]+" + CANARY[:9].encode())
"""In an event that is no JSON, and may be once it is masked: of its stream the pieces around it are read then only."""
_PACKED = base64.b64encode(f"it is {CANARY} ok".encode()).decode()


class Twice:
    """A byte chooses what the policy does, the rest is the payload."""

    head = 1

    def __init__(self) -> None:
        self._scanners = [
            Scanner(
                compile_policy(yamlfile.parse(_POLICY.replace("ACTION", action), "p"), Path()),
                limits=LIMITS, key=b"k" * 32, formats=registered.FORMATS,
            )
            for action in _ACTIONS
        ]  # fmt: skip

    def seeds(self) -> Iterator[bytes]:
        for number, (case, payload) in enumerate(fixtures()):
            for marked in planted(case, payload):
                yield bytes([number % len(_ACTIONS)]) + marked
        for number, payload in enumerate((*streams(), *map(_written, _broken()))):
            yield bytes([number % len(_ACTIONS)]) + payload

    def __call__(self, data: bytes) -> None:
        scanner = self._scanners[(data[0] if data else 0) % len(_ACTIONS)]
        try:
            format = scanner.open(data[1:]).format
            if format == "sse" and _FAULTS.search(data, 1) is not None:
                return
            first = scanner.mask(data[1:], format=format)
        except RecordError:
            return
        try:
            second = scanner.mask(first.content, format=format)
        except RecordError as refused:
            raise AssertionError(f"what was masked is refused: {refused.code}") from refused
        if second.content != first.content:
            raise AssertionError("masking twice is not masking once")


def _written(documents: list[Any]) -> bytes:
    return b"".join(b"data: " + json.dumps(document).encode() + b"\n\n" for document in documents)


def _broken() -> Iterator[list[Any]]:
    """Answers whose pieces have something else between them."""
    pieces = [*CANARY.partition("9")[::2], CANARY, *(_PACKED[at : at + 5] for at in range(0, len(_PACKED), 5))]
    among: list[Any] = ["x", {"text": _PACKED}, *({"token": piece, "bytes": list(piece.encode())} for piece in pieces)]
    yield [{"object": "chat.completion", "choices": [{"message": {"content": CANARY}, "logprobs": {"content": among}}]}]
    yield [{"object": "chat.completion", "choices": [{"message": {"content": CANARY}, "logprobs": {"tokens": pieces}}]}]
    image = {"inlineData": {"mimeType": "image/png", "data": _PACKED}}
    parts = [[{"text": piece}] if at % 3 else [image, {"text": piece}] for at, piece in enumerate(pieces)]
    yield [{"candidates": [{"content": {"parts": each}}], "modelVersion": "m"} for each in parts]
    chosen: Any = {"chosenCandidates": {"a": {"token": CANARY}}, "topCandidates": [{"candidates": [CANARY]}]}
    yield [{"candidates": [{"content": {"parts": parts[0]}, "logprobsResult": chosen}], "modelVersion": "m"}]
