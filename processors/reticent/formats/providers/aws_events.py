"""AWS's event streams (application/vnd.amazon.eventstream): the streamed answers of Bedrock and of other services, as
they go over HTTP/2. Messages of headers and a payload, each with its lengths and checksums.

The tree is a list of messages: `headers`, and the payload under the name of its event, as JSON, text, or base64 of what
is neither. A message in which nothing was masked keeps its bytes.

https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import BlobKind, Step, StepKind
from .. import jsontext
from ..blobs import find_blobs, is_text
from ..candidates import Candidates
from ..document import Document
from ..packed import Packing, decoded
from ..tree import Dialect
from .blocks import mapping, text
from .opened import Opened, written
from .provider import Provider, RunDocument
from .streams import Run

MEDIA_TYPE = "application/vnd.amazon.eventstream"
_PRELUDE, _CHECK = struct.Struct(">III"), struct.Struct(">I")
_HEADERS, _PAYLOAD, _TYPE = "headers", "payload", ":message-type"
_NAMING = (":event-type", ":exception-type")
"""Headers that name the payload."""
_STRING = 7
_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
"""Bytes of a header's value, by its type; of bytes (6) and strings (7) the length stands before them."""
_COUNTED = (6, _STRING)
_NUMBERS = (2, 3, 4, 5, 8)
_HEADER_MOST = (1 << 15) - 1
"""Bytes of a string in a header."""
PACKED = "AA"
"""How one begins in base64 whose first message has less than a megabyte."""
_IN_BASE64 = re.compile(rf'"{PACKED}[A-D][A-Za-z0-9+/]{{13}}'.encode())
"""The same in JSON, of less than 64 KB."""

_IN_CHUNK = re.compile(rb'"bytes" ?: ?"((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)"')


@dataclass(slots=True)
class _Header:
    """`value` as it is written, without its length."""

    name: str
    kind: int
    value: bytes

    @property
    def said(self) -> Any:
        if self.kind in (0, 1):
            return self.kind == 0
        if self.kind in _NUMBERS:
            return int.from_bytes(self.value, "big", signed=True)
        if self.kind in _COUNTED and is_text(self.value):
            return self.value.decode()
        return base64.b64encode(self.value).decode()

    def written(self) -> bytes:
        name = self.name.encode()[:255]
        size = len(self.value).to_bytes(2, "big") if self.kind in _COUNTED else b""
        return bytes((len(name),)) + name + bytes((self.kind,)) + size + self.value


@dataclass(slots=True)
class _Message:
    """`named`: the header that names the payload. `said`: the payload, and `tree`: all of it, as JSON, before anything
    was masked."""

    raw: bytes
    headers: list[_Header]
    payload: bytes
    named: _Header | None
    said: bytes
    tree: bytes

    def again(self, item: Any) -> bytes:
        """As a tree says it now."""
        (_, headers), (name, payload) = item.items()
        shown = [each for each in self.headers if each is not self.named]
        for header, (new, value) in zip(shown, headers.items() if isinstance(headers, dict) else (), strict=False):
            header.name = new
            if value is not header.said and value != header.said:
                header.kind, header.value = _STRING, str(value or "").encode()[:_HEADER_MOST]
        if self.named is not None:
            self.named.value = name.encode()[:_HEADER_MOST]
        if jsontext.encode(payload) != self.said:
            bare = isinstance(payload, str) or payload is None
            self.payload = (payload or "").encode() if bare else jsontext.encode(payload)
        return _framed(b"".join(each.written() for each in self.headers), self.payload)


class Frames:
    """The messages of a stream; `trees`: what they say, `texts`: the JSON of their payloads. `apart`: strings of the
    trees that are in none of it. Raises DecodeError wrong-format for what is none."""

    def __init__(self, payload: bytes, limits: Limits) -> None:
        self.trees: list[dict[str, Any]] = []
        self.texts: list[bytes] = []
        self.binary: list[tuple[dict[str, Any], str]] = []
        self.apart = 0
        self._messages = [self._message(payload[start:end], limits) for start, end in _cut(payload)]
        if not self._messages:
            raise DecodeError("wrong-format", "an event stream of AWS has one message at least")

    def _message(self, raw: bytes, limits: Limits) -> _Message:
        size = _PRELUDE.unpack_from(raw)[1]
        headers = list(_headers(raw[_PRELUDE.size : _PRELUDE.size + size]))
        payload = raw[_PRELUDE.size + size : -_CHECK.size]
        named = next((each for each in headers if each.name in _NAMING and each.kind == _STRING), None)
        name = named.said if named is not None else _PAYLOAD
        if name == _HEADERS:
            named, name = None, _PAYLOAD
        shown = {each.name: each.said for each in headers if each is not named}
        if len(shown) + (named is not None) != len(headers):
            raise DecodeError("repeated-key", "a message has a header twice; send each once")
        said = self._said(payload, limits)
        tree: dict[str, Any] = {_HEADERS: shown, name: said}
        if said and isinstance(said, str) and not is_text(payload):
            self.binary.append((tree, name))
        self.trees.append(tree)
        self.apart += 2 + len(shown) + sum(isinstance(each, str) for each in shown.values())
        return _Message(raw, headers, payload, named, jsontext.encode(said), jsontext.encode(tree))

    def _said(self, payload: bytes, limits: Limits) -> Any:
        if payload.lstrip()[:1] in (b"{", b"["):
            try:
                found = jsontext.parse(payload, limits)
            except DecodeError as error:
                if error.code not in ("not-json", "truncated", "not-utf8"):
                    raise
            else:
                self.texts.append(payload)
                return found
        self.apart += 1
        return payload.decode() if is_text(payload) else base64.b64encode(payload).decode()

    def pack(self, content: bytes) -> bytes:
        """The stream whose messages say this JSON."""
        trees = jsontext.read_text(content.decode())
        return b"".join(
            message.raw if jsontext.encode(tree) == message.tree else message.again(tree)
            for message, tree in zip(self._messages, trees if isinstance(trees, list) else (), strict=False)
            if isinstance(tree, dict) and len(tree) == 2
        )


def told(payload: bytes) -> str | None:
    """What a stream says, as server-sent events would; None where it is none."""
    if not _begins(payload):
        return None
    parts = []
    try:
        for start, end in _cut(payload):
            head = start + _PRELUDE.size
            behind = head + _PRELUDE.unpack_from(payload, start)[1]
            parts.append(_as_line(payload[head:behind], payload[behind : end - _CHECK.size]))
    except DecodeError:
        pass  # as far as it goes
    return "\n\n".join(parts)


def _as_line(headers: bytes, payload: bytes) -> str:
    names = {each.name: each.said for each in _headers(headers)}
    name = next((names[each] for each in _NAMING if each in names), "")
    held = _IN_CHUNK.search(payload) if name == "chunk" else None
    said = base64.b64decode(held[1]) if held is not None else payload
    data = said.decode("utf-8", "replace")
    if held is not None and not data.startswith("{"):
        data = jsontext.encode({name: {"bytes": data}}).decode()
    elif held is None and data.startswith("{"):
        data = f'{{"{name}":{data}}}'
    return f"{' '.join(map(str, names.values()))}\ndata: {data}"


def _cut(payload: bytes) -> Iterator[tuple[int, int]]:
    """Where each message begins and ends."""
    at = 0
    while at < len(payload):
        if not _begins(payload, at):
            raise DecodeError("wrong-format", f"byte {at} begins no message of an event stream of AWS")
        size, headers, _ = _PRELUDE.unpack_from(payload, at)
        end = at + size
        if size < _PRELUDE.size + headers + _CHECK.size or end > len(payload):
            raise DecodeError("truncated", f"the message at byte {at} is longer than the stream; send all of it")
        if _CHECK.unpack_from(payload, end - _CHECK.size)[0] != zlib.crc32(payload[at : end - _CHECK.size]):
            raise DecodeError("wrong-format", f"the checksum of the message at byte {at} does not hold")
        yield at, end
        at = end


def _begins(payload: bytes, at: int = 0) -> bool:
    """By the checksum of its lengths."""
    if len(payload) - at < _PRELUDE.size + _CHECK.size:
        return False
    return bool(_PRELUDE.unpack_from(payload, at)[2] == zlib.crc32(payload[at : at + 8]))


def _headers(data: bytes) -> Iterator[_Header]:
    at = 0
    try:
        while at < len(data):
            size = data[at]
            name, kind = data[at + 1 : at + 1 + size].decode(), data[at + 1 + size]
            at += size + 2
            counted = kind in _COUNTED
            at, length = (at + 2, int.from_bytes(data[at : at + 2], "big")) if counted else (at, _SIZES[kind])
            yield _Header(name, kind, struct.unpack_from(f"{length}s", data, at)[0])
            at += length
    except (IndexError, KeyError, UnicodeDecodeError, struct.error):
        raise DecodeError("wrong-format", "a message of the event stream has broken headers") from None


def _framed(headers: bytes, payload: bytes) -> bytes:
    head = struct.pack(">II", _PRELUDE.size + len(headers) + len(payload) + _CHECK.size, len(headers))
    message = head + _CHECK.pack(zlib.crc32(head)) + headers + payload
    return message + _CHECK.pack(zlib.crc32(message))


@dataclass(slots=True)
class Within:
    """What texts of a document hold, `texts`, their JSON, and how many more strings its tree has than these and it."""

    opened: list[Opened] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    apart: int = 0


class AwsEvents(Provider):
    """`inner`: whose events a message may hold."""

    name = "aws-events"
    members = frozenset({_HEADERS})
    holding = frozenset({_HEADERS})
    media_types: Sequence[str] = (MEDIA_TYPE,)

    def __init__(self, inner: Sequence[Provider]) -> None:
        self._inner = Candidates(inner)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return _begins(payload) if tree is None else super().recognises(payload, tree)

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and len(document) == 2 and _TYPE in mapping(document.get(_HEADERS))

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        if tree is not None or not _begins(payload):
            if tree is None and payload.lstrip()[:1] not in (b"{", b"["):
                raise DecodeError("wrong-format", "the payload begins with no message of an event stream of AWS")
            return super().decode(payload, limits, tree)
        frames = Frames(payload, limits)
        held = [each for item in frames.trees for each in self.opened(item, limits)]
        texts = [*frames.texts, *(each.content for each in held)]
        dialect = Dialect(
            self.name, MEDIA_TYPE, self._read, encode=lambda tree: frames.pack(written(tree, held)),
            blobs=lambda tree: _blobs(tree, frames),
            check=lambda _, strings: jsontext.refuse_repeats_in(texts, strings - frames.apart + len(held)),
        )  # fmt: skip
        return RunDocument(frames.trees, dialect, self.follow, source=payload, limits=limits)

    def opened(self, document: Any, limits: Limits) -> Sequence[Opened]:
        event = _event(document)
        found = self._whose(event)
        return found.opened(event, limits) if found is not None else ()

    def within(self, payload: bytes, tree: Any, limits: Limits) -> Within:
        """Puts the messages of streams for texts of a tree that hold them in base64. `payload`: its JSON."""
        found = Within()
        for node, key in list(jsontext.texts(tree)) if _IN_BASE64.search(payload) is not None else ():
            held = decoded(node[key]) if type(node) is dict and node[key].startswith(PACKED) else None
            if held is None or not _begins(held[0]):
                continue
            try:
                frames = Frames(held[0], limits)
            except (DecodeError, LimitError):
                continue  # text is what it is from then on
            before = jsontext.encode(frames.trees)
            inner = [each for item in frames.trees for each in self.opened(item, limits)]
            pack = partial(_packed, frames, held[1])
            found.opened += [*inner, Opened(node, key, node[key], held[0], before, pack)]
            found.texts += [*frames.texts, *(each.content for each in inner)]
            found.apart += frames.apart - len(inner) - 1
            node[key] = frames.trees
        return found

    def _whose(self, event: dict[str, Any]) -> Provider | None:
        return next((each for each in self._inner.of(event) if each.claims(event)), None)

    def feed(self, run: Run, path: str, document: Any) -> None:
        event = _event(document)
        found = self._whose(event)
        if found is not None:
            found.feed(run, path, event)
            return
        headers = mapping(mapping(document).get(_HEADERS))
        failed = headers.get(_TYPE) in ("error", "exception")
        said = next(iter(event.values()), None) or text(headers, ":error-message")
        if said:
            kind = StepKind.ERROR if failed else StepKind.OTHER
            names = "".join(f"['{name}']" for name in event)
            run.answered([Step(0, kind, said, path=path + names)])


def _packed(frames: Frames, packing: Packing, content: bytes) -> str:
    return packing.pack(frames.pack(content))


def _event(document: Any) -> dict[str, Any]:
    """The payload under its name, as its service's documents have it."""
    return {name: said for name, said in mapping(document).items() if name != _HEADERS}


def _blobs(tree: Any, frames: Frames) -> Iterator[tuple[Any, Any, BlobKind]]:
    yield from find_blobs(tree)
    yield from ((holder, name, BlobKind.BINARY) for holder, name in frames.binary)
