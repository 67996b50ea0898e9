"""Event streams of AWS in base64 within a text, in one line or in several, as cassettes of YAML keep them."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ..document import Document
from ..packed import Packing, decoded
from .aws_events import PACKED
from .rows import AWS_EVENTS

_LEAST = 24
"""Characters of one, at least."""


@dataclass(frozen=True, slots=True)
class PackedStream:
    """`width`: characters of a line, 0 where there is one; `between`: what stands between two lines."""

    document: Document
    packing: Packing
    width: int
    between: str

    def again(self, content: bytes) -> str:
        """The text of another stream in its place."""
        text = self.packing.pack(content)
        if not self.width:
            return text
        return self.between.join(text[at : at + self.width] for at in range(0, len(text), self.width))


def packed_stream(text: str) -> PackedStream | None:
    """None where the text is no such stream."""
    if not text.startswith(PACKED) or len(text) < _LEAST:
        return None
    first, *others = text.split()
    found = decoded("".join((first, *others)))
    if found is None or not AWS_EVENTS.recognises(found[0], None):
        return None
    try:
        document = AWS_EVENTS.decode(found[0], Limits())
    except (DecodeError, LimitError):
        return None
    between = text[len(first) : text.index(others[0], len(first))] if others else ""
    return PackedStream(document, found[1], len(first) if others else 0, between)
