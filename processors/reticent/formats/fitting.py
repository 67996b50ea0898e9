"""What stands for a masked value where its format's own readers take no text: bytes are base64, counts, places, times
and scores are numbers, and URLs have nothing but what URLs may. A reader that decodes such a field refuses the whole
document otherwise."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from ..placeholders import ANY, BEGINS, OPAQUE

_MARK = re.compile(ANY)
_MARKS = re.compile(rf"(?:{ANY})+ {{0,2}}".encode())
_BEGINS = tuple(base64.b64encode(begin[:6].encode()).decode() for begin in (*BEGINS, OPAQUE))
DATA_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w.+-]+=[^;,]*)*(;base64)?,", re.ASCII)

_INLINE = frozenset({"inlineData", "inline_data", "mediaChunks", "media_chunks", "audio", "video", "media"})
"""What Gemini's `data` stands under."""


def _always(_: Mapping[str, Any], __: str) -> bool:
    return True


def _data(node: Mapping[str, Any], under: str) -> bool:
    """Of Gemini and ADK, MCP's images and sounds, Pydantic AI's binary content and Strands's bytes."""
    if "mimeType" in node or "mime_type" in node:
        return under in _INLINE or node.get("type") in ("image", "audio")
    return node.get("kind") == "binary" or "__bytes_encoded__" in node


_BYTES: Mapping[str, Callable[[Mapping[str, Any], str], bool]] = {
    **dict.fromkeys(("thoughtSignature", "thought_signature", "redactedContent"), _always),
    **dict.fromkeys(("imageBytes", "image_bytes", "videoBytes", "video_bytes", "sdkBlob", "sdk_blob"), _always),
    "data": _data,
    "blob": lambda node, _: "uri" in node,
    "bytes": lambda node, under: under == "source" and len(node) == 1,
    "raw": lambda node, under: under == "parts" or "mediaType" in node,
    "images": lambda node, _: "role" in node or "model" in node,
}
"""By name: whether the object and the name that it stands under make it bytes, which JSON has as base64."""
_NUMBERS = re.compile(
    r"(?:.*_)?(?:tokens|token_count|index|created_at|expires_at|timestamp|logprobs?|ms|time|nano|seconds|cost|duration"
    r"|latency|epoch)|count|created|sequence_number|time_to_first_token|(?:prompt_)?version|score|size|seed"
    r"|(?:input|output|total)_price|(?:cost|speed|intelligence)_priority|start|end|year|month|day|temperature"
)
"""Names under which formats have numbers of their own, in snake case; none that people have numbers under."""
_COUNTED = re.compile(r"(?:.*_)?(?:usage|cost|tokens?)(?:_details)?")
"""Those of objects that hold nothing but numbers."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TYPED_URIS = ("block_type", "$type")
"""Beside a `url` or `uri` that is read as one: of LlamaIndex's blocks, of Microsoft's contents."""
_MEDIA = frozenset({"image", "audio", "video", "pdfFile"})
"""What LangChain4j's `url` stands under, which is one of Java's: these have no brackets nor other colons."""


def fitting(text: str, before: Any, node: Any, name: str, under: str) -> Any:
    """What is written for the masked `text` of a value that was `before`, which stands in `node` under `name`, and that
    under `under`. What holds no placeholder is written as it is."""
    if type(before) is not str:
        return 0 if _is_number(name, under) and _MARK.search(text) is not None else text
    if name in _BYTES:
        marks = "".join(_MARK.findall(text)) if _BYTES[name](node, under) else ""
        return _encoded(marks) if marks else text
    if name in ("url", "uri") and any(sign in node for sign in _TYPED_URIS) and (head := DATA_URI.match(before)):
        marks = "".join(_MARK.findall(text)) if head[1] and head[2] else ""
        return head[0] + _encoded(marks) if marks else text
    if name == "url" and under in _MEDIA:
        return _MARK.sub(lambda mark: quote(mark[0], safe=""), text)
    return text


def stands_masked(value: str) -> bool:
    """Whether a text in base64 is what `fitting` writes."""
    if not value.startswith(_BEGINS):
        return False
    try:
        return _MARKS.fullmatch(base64.b64decode(value, validate=True)) is not None
    except binascii.Error:
        return False


def _encoded(marks: str) -> str:
    """In so many characters that it is the same in every alphabet of base64, with padding and without."""
    return base64.b64encode(marks.ljust(-(-len(marks) // 3) * 3).encode()).decode()


def _is_number(name: str, under: str) -> bool:
    return _NUMBERS.fullmatch(_snake(name)) is not None or _COUNTED.fullmatch(_snake(under)) is not None


def _snake(name: str) -> str:
    return _HUMP.sub("_", name).lower()
