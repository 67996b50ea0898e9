"""Values that are no text, wherever model providers put them: signatures, encrypted reasoning, images, audio, files.

A value is one only where it stands as one and looks like one: base64, or a data: URI. Everything else is scanned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from ..model import BlobKind
from . import jsontext
from .fitting import DATA_URI, stands_masked

Found = tuple[Any, Any, BlobKind]

_BASE64 = re.compile(r"[A-Za-z0-9+/_\-\r\n]+={0,2}[\r\n]*")
_SCHEME = "data:"
_FILES: Mapping[str, BlobKind] = {
    "iVBORw0KGgo": BlobKind.IMAGE, "/9j/2": BlobKind.IMAGE, "/9j/4": BlobKind.IMAGE, "/9j/5": BlobKind.IMAGE,
    "/9j/6": BlobKind.IMAGE, "/9j/7": BlobKind.IMAGE, "R0lGODlh": BlobKind.IMAGE, "R0lGODdh": BlobKind.IMAGE,
    "UklGR": BlobKind.FILE, "T2dnUwA": BlobKind.AUDIO, "ZkxhQwAA": BlobKind.AUDIO, "JVBERi0": BlobKind.FILE,
}  # fmt: skip
"""What PNG, JPEG, GIF, RIFF, Ogg, FLAC and PDF begin with as base64: they say themselves what they are."""
_RIFF: Mapping[str, BlobKind] = {"RUJQ": BlobKind.IMAGE, "QVZF": BlobKind.AUDIO, "Vkkg": BlobKind.VIDEO}
"""How the names of WebP, WAVE and AVI end, at characters 12 to 16 of RIFF."""
_BEGINS = tuple(_FILES)
FILE_LEAST = 48
"""Characters of the shortest one."""

_ALWAYS: Mapping[str, BlobKind] = {
    "thoughtSignature": BlobKind.SIGNATURE, "thought_signature": BlobKind.SIGNATURE,
    "redactedContent": BlobKind.REASONING, "redactedData": BlobKind.REASONING,
    "reasoningEncryptedContent": BlobKind.REASONING, "encrypted_index": BlobKind.BINARY,
    "encryptedValue": BlobKind.REASONING,
    "b64_json": BlobKind.IMAGE, "partial_image_b64": BlobKind.IMAGE,
    "file_data": BlobKind.FILE,
}  # fmt: skip
"""Names that hold nothing else."""
_LINKS = frozenset({
    "url", "uri", "image_url", "file_url", "video_url", "audio_url", "fileUri", "file_uri", "data", "image",
    "file_data", "source", "src",
})  # fmt: skip
"""Names that may hold a data: URI."""
_MIME = ("media_type", "mimeType", "mime_type", "mediaType")
_ENCODED = frozenset({"base64", "encrypted", "image", "audio"})
_INLINE = frozenset({"inlineData", "inline_data"})
_DEPENDS = frozenset({
    "signature", "data", "result", "delta", "blob", "bytes", "raw", "base64Data", "encrypted_content",
    *_LINKS, *_ALWAYS,
})  # fmt: skip
_MORE = _DEPENDS | {"content"}
_THOUGHTS = frozenset({"thinking", "signature_delta", "reasoning", "reasoning.text", "reasoning.encrypted"})


def is_text(value: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def find_all_blobs(tree: Any) -> Iterator[Found]:
    """As `find_blobs`, and those under names that most often hold text, and files that begin as such under any name."""
    yield from find_blobs(tree, _MORE)
    for node, key in jsontext.texts(tree):
        if node[key].startswith(_BEGINS) and (kind := _of_file(node[key])) is not None:
            yield node, key, kind


def find_blobs(tree: Any, names: Collection[str] = _DEPENDS) -> Iterator[Found]:
    """(container, key or index, kind) of each."""
    stack: list[tuple[Any, str]] = [(tree, "")]
    while stack:
        node, under = stack.pop()
        if type(node) is list:
            stack += [(child, under) for child in node if type(child) is dict or type(child) is list]
            continue
        if type(node) is not dict:
            continue
        for key, child in node.items():
            if type(child) is str:
                if key in names and (kind := _kind(node, key, child, under)) is not None:
                    yield node, key, kind
            elif type(child) is dict or type(child) is list:
                if key == "images" and type(child) is list:
                    yield from _images(child)
                # a bare `source` says nothing of its own; what it is the source of does
                stack.append((child, under if key == "source" else key))


def _of_file(value: str) -> BlobKind | None:
    if len(value) < FILE_LEAST or not is_base64(value):
        return None
    found = next(kind for begin, kind in _FILES.items() if value.startswith(begin))
    return _RIFF.get(value[12:16], found) if found is BlobKind.FILE else found


def may_be_blob(node: Mapping[str, Any], key: str, under: str) -> bool:
    """Whether a text in this place, below an object's name `under`, could be one, if it looked like it."""
    return key in _LINKS or _expected(node, key, under) is not None


def found_at(key: str, value: str) -> BlobKind | None:
    """What a text is that stands under a name of which no more is known."""
    return _kind({}, key, value, "")


def _images(nodes: list[Any]) -> Iterator[Found]:
    for index, image in enumerate(nodes):
        if type(image) is str and is_base64(image) and not stands_masked(image):
            yield nodes, index, BlobKind.IMAGE


def _kind(node: Mapping[str, Any], key: str, value: str, under: str) -> BlobKind | None:
    if key in _LINKS and value.startswith(_SCHEME):
        return _of_uri(value)
    expected = _expected(node, key, under)
    return expected if expected is not None and is_base64(value) and not stands_masked(value) else None


def _expected(node: Mapping[str, Any], key: str, under: str) -> BlobKind | None:
    """What stands there, if it looks like it."""
    expect = _EXPECTED.get(key)
    return _ALWAYS.get(key) if expect is None else expect(node, str(node.get("type", "")), under)


def _signature(node: Mapping[str, Any], kind: str, under: str) -> BlobKind | None:
    thought = kind in _THOUGHTS or node.get("part_kind") == "thinking"  # the latter of Pydantic AI
    return BlobKind.SIGNATURE if thought or under in _SIGNING else None


_SIGNING = frozenset({"reasoningText", "reasoningContent", "anthropic", "bedrock"})
"""The last two as metadata of providers in the AI SDK's parts."""


def _data(node: Mapping[str, Any], kind: str, under: str) -> BlobKind | None:
    mime = _mime(node)
    if kind in ("redacted_thinking", "reasoning.encrypted"):
        return BlobKind.REASONING
    binary = kind in _ENCODED or under in _INLINE or "audio" in under or (mime and not mime.startswith("text/"))
    return _by_mime(mime) or by_name(under) or BlobKind.BINARY if binary and kind != "text" else None


def _blob(node: Mapping[str, Any], _: str, __: str) -> BlobKind | None:
    mime = _mime(node)
    return _by_mime(mime) or BlobKind.BINARY if mime or "uri" in node else None


def _content(node: Mapping[str, Any], kind: str, _: str) -> BlobKind | None:
    """Of a part of the GenAI conventions of OpenTelemetry."""
    if kind != "blob":
        return None
    return _by_mime(_mime(node)) or by_name(str(node.get("modality", ""))) or BlobKind.BINARY


_EXPECTED: Mapping[str, Callable[[Mapping[str, Any], str, str], BlobKind | None]] = {
    "content": _content,
    "signature": _signature,
    "data": _data,
    "blob": _blob,
    "bytes": lambda node, _, under: by_name(under) if len(node) == 1 else _by_mime(_mime(node)),
    "raw": lambda node, *_: _by_mime(_mime(node)),
    "base64Data": lambda node, *_: _by_mime(_mime(node)) or BlobKind.BINARY,
    "result": lambda _, kind, __: BlobKind.IMAGE if kind == "image_generation_call" else None,
    "delta": lambda _, kind, __: BlobKind.AUDIO if kind.endswith("audio.delta") else None,
    "encrypted_content": lambda _, kind, __: BlobKind.BINARY if kind.startswith("web_") else BlobKind.REASONING,
}
"""By name: of the object, its `type` and the name that it stands under."""


def _mime(node: Mapping[str, Any]) -> str:
    return next((found for name in _MIME if isinstance(found := node.get(name), str)), "")


def _of_uri(value: str) -> BlobKind | None:
    head = DATA_URI.match(value)
    if head is None or head[2] is None or not is_base64(data := value[head.end() :]) or stands_masked(data):
        return None  # text in a URI is text
    return _by_mime(head[1] or "") or BlobKind.FILE


def _by_mime(mime: str) -> BlobKind | None:
    kind = mime.partition("/")[0].lower()
    if kind in ("image", "audio", "video"):
        return BlobKind(kind)
    return BlobKind.FILE if mime else None


def by_name(name: str) -> BlobKind | None:
    """What it is, by the name that it stands under, such as `input_audio`."""
    for word, kind in _WORDS.items():
        if word in name:
            return kind
    return None


_WORDS: Mapping[str, BlobKind] = {
    "image": BlobKind.IMAGE, "audio": BlobKind.AUDIO, "video": BlobKind.VIDEO, "file": BlobKind.FILE,
    "document": BlobKind.FILE,
}  # fmt: skip


def is_base64(value: str) -> bool:
    """Whether a text looks like it."""
    return _BASE64.fullmatch(value) is not None
