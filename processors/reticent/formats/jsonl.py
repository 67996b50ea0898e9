"""JSON Lines: a document a line, walked as one list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import DecodeError
from ..limits import Limits
from ..model import Step, StepKind, Trace
from . import jsontext
from .document import Document
from .tree import Dialect, TreeDocument

MEDIA_TYPE = "application/x-ndjson"


class JsonLines:
    name = "jsonl"
    media_types: Sequence[str] = (MEDIA_TYPE, "application/jsonl")

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return False  # it is tried by the registry where a payload is not one JSON text

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        rows = [jsontext.parse_whole(line, limits) for line in payload.split(b"\n") if line.strip()]
        if not rows:
            raise DecodeError("empty", "the payload holds no line of JSON")
        return TreeDocument(rows, _DIALECT, source=payload, limits=limits)


def _read(rows: Any) -> Sequence[Trace]:
    return [Trace(steps=[Step(seq, StepKind.OTHER, row, path=f"$[{seq}]") for seq, row in enumerate(rows)])]


def _encode(rows: Any) -> bytes:
    return b"".join(jsontext.encode(row) + b"\n" for row in rows)


_DIALECT = Dialect("jsonl", MEDIA_TYPE, _read, encode=_encode)
