"""Chunks of Bedrock's InvokeModelWithResponseStream: events of any provider in `bytes`, in base64 or as JSON in a
string, whose texts go on from one chunk to the next.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import DecodeError
from ...limits import Limits
from .. import jsontext
from ..candidates import Candidates
from ..packed import decoded
from .blocks import mapping
from .opened import Opened
from .provider import Provider
from .streams import Run

_CHUNK, _BYTES = "chunk", "bytes"


class BedrockChunks(Provider):
    """`inner`: whose events a chunk may hold."""

    name = "bedrock-chunks"
    members = frozenset({_CHUNK, _BYTES})

    def __init__(self, inner: Sequence[Provider]) -> None:
        self._inner = Candidates(inner)

    def claims(self, document: Any) -> bool:
        held = _holder(document).get(_BYTES)
        if isinstance(held, str):
            made = _read(held, Limits())
            held = None if made is None else made[0]
        return self._whose(held) is not None

    def _whose(self, event: Any) -> Provider | None:
        asked = self._inner.of(event) if isinstance(event, dict) else ()
        return next((each for each in asked if each.claims(event)), None)

    def feed(self, run: Run, path: str, document: Any) -> None:
        event, place = _holder(document).get(_BYTES), f"['{_BYTES}']"
        found = self._whose(event)
        if found is not None:
            found.feed(run, path + (f"['{_CHUNK}']{place}" if _CHUNK in document else place), event)

    def opened(self, document: Any, limits: Limits) -> Sequence[Opened]:
        holder = _holder(document)
        held = holder.get(_BYTES)
        made = _read(held, limits) if isinstance(held, str) else None
        if made is None or not isinstance(holder, dict) or not isinstance(held, str):
            return ()
        event, content, pack = made
        holder[_BYTES] = event
        return (Opened(holder, _BYTES, held, content, jsontext.encode(event), pack),)

    def _may_be(self, document: Any) -> bool:
        held = _holder(document).get(_BYTES)
        return isinstance(held, str) and _read(held, Limits()) is not None


def _holder(document: Any) -> Mapping[str, Any]:
    node = mapping(document)
    inner = mapping(node.get(_CHUNK)) if _CHUNK in node else node
    return inner if len(inner) <= 2 else {}


def _read(text: str, limits: Limits) -> tuple[Any, bytes, Any] | None:
    """The event in a text, its JSON, and how JSON becomes such a text."""
    held = decoded(text)
    content, pack = (text.encode(), bytes.decode) if held is None else (held[0], held[1].pack)
    if not content.lstrip().startswith(b"{"):
        return None
    try:
        return jsontext.parse(content, limits), content, pack
    except DecodeError:
        return None
