"""Plain text: one leaf, one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import DecodeError
from ..limits import Limits
from ..model import Step, StepKind, Trace
from .document import Document
from .tree import Dialect, TreeDocument

MEDIA_TYPE = "text/plain"


class Text:
    name = "text"
    media_types: Sequence[str] = (MEDIA_TYPE,)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return False  # text may be anything: it has to be said

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        try:
            text = payload.decode()
        except UnicodeDecodeError as error:
            raise DecodeError("not-utf8", f"the text is not UTF-8 at byte {error.start}; send UTF-8") from None
        return TreeDocument(text, _DIALECT, source=payload, limits=limits)


def _read(text: Any) -> Sequence[Trace]:
    return [Trace(steps=[Step(0, StepKind.OTHER, text, path="$")])]


def _encode(text: Any) -> bytes:
    return str(text if text is not None else "").encode()


_DIALECT = Dialect("text", MEDIA_TYPE, _read, encode=_encode)
