"""Every format there is, one row each, and how a payload finds its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import DecodeError
from ..limits import Limits
from . import jsontext
from .anthropic import Anthropic
from .avro import NativeAvro
from .bedrock import Bedrock
from .document import Document, Format
from .gemini import Gemini
from .json import Json
from .jsonl import JsonLines
from .langfuse import Langfuse
from .langsmith import LangSmith
from .litellm import LiteLlm
from .mcp import Mcp
from .native import Native
from .openai_chat import OpenAiChat
from .openai_responses import OpenAiResponses
from .otel_attributes import OtelAttributes
from .otlp import LOGS, TRACES, Otlp
from .sse import EventStream
from .text import Text
from .trajectories import Trajectories
from .weave import Weave

_DOCUMENTS: Sequence[Format] = (
    NativeAvro(),
    Native(),
    Otlp(TRACES),
    Otlp(LOGS),
    OtelAttributes(),
    Langfuse(),
    LangSmith(),
    Weave(),
    LiteLlm(),
    Mcp(),
    OpenAiResponses(),
    Anthropic(),
    Gemini(),
    Bedrock(),
    OpenAiChat(),
    Trajectories(),
)
FORMATS: Sequence[Format] = (*_DOCUMENTS, EventStream(), JsonLines(_DOCUMENTS), Text(), Json())
"""In the order they are asked whether a payload is theirs; `json` takes what is left."""

_BY_NAME = {each.name: each for each in FORMATS}
_BY_MEDIA_TYPE = {
    media: [each for each in FORMATS if media in each.media_types] for row in FORMATS for media in row.media_types
}
_BY_CONTENT = frozenset({"", "application/json", "application/octet-stream"})
"""Media types that say nothing of the format: its content tells."""


def format_names() -> tuple[str, ...]:
    """What `reticent-format` may say."""
    return tuple(_BY_NAME)


def open_document(payload: bytes, *, content_type: str | None, forced: str | None, limits: Limits) -> Document:
    """Decodes by the forced name, else by media type, else by content. Raises DecodeError or LimitError."""
    if forced is not None:
        chosen = _BY_NAME.get(forced)
        if chosen is None:
            raise DecodeError("unknown-format", f"reticent-format is none of {', '.join(_BY_NAME)}")
        return chosen.decode(payload, limits)
    media = (content_type or "").partition(";")[0].strip().lower()
    if media in _BY_CONTENT:
        return _by_content(payload, limits)
    named = _BY_MEDIA_TYPE.get(media)
    if named is None:
        known = ", ".join(sorted(_BY_MEDIA_TYPE))
        raise DecodeError("unknown-content-type", f"the content-type is none of {known}")
    if len(named) == 1:
        return named[0].decode(payload, limits)
    tree = jsontext.parse(payload, limits) if payload.lstrip()[:1] in (b"{", b"[") else None
    for each in named:
        if each.recognises(payload, tree):
            return each.decode(payload, limits, tree)
    names = " or ".join(each.name for each in named)
    raise DecodeError("wrong-format", f"the content says nothing that {media} may be; send reticent-format: {names}")


def _by_content(payload: bytes, limits: Limits) -> Document:
    for each in FORMATS:
        if each.recognises(payload, None):
            return each.decode(payload, limits)
    try:
        tree: Any = jsontext.parse(payload, limits)
    except DecodeError as error:
        lines = _as_lines(payload, limits) if error.code == "not-json" else None
        if lines is None:
            raise
        return lines
    for each in FORMATS:
        if each.recognises(payload, tree):
            return each.decode(payload, limits, tree)
    return _BY_NAME["json"].decode(payload, limits, tree)  # `null`, which no format claims


def _as_lines(payload: bytes, limits: Limits) -> Document | None:
    if payload.strip().count(b"\n") == 0 or payload.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        return _BY_NAME["jsonl"].decode(payload, limits)
    except DecodeError:
        return None
