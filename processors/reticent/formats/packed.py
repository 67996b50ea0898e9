"""Records that hold others in base64, compressed or not: events that AWS calls functions with (CloudWatch's logs,
Kinesis, Firehose, Kafka), messages of Pub/Sub, CloudEvents, bytes of Kafka Connect.

What is packed is a document of its own: its steps are those of the record, and what is masked in it is packed again.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import DecodeError, LimitError
from ..limits import Limits
from . import jsontext
from .document import Document
from .encoding import deflate, inflate
from .providers.blocks import items, mapping
from .sections import TOO_MUCH, Section, Sections, unpacked, without
from .tracing.grouped import MEDIA_TYPE, GroupedDocument
from .tree import escaped_name

Open = Callable[[bytes, Limits, bool], Document | None]
"""The document that bytes are; `sure`: where they are none that is known, a text is one."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9_-]*={0,2}")
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd", b"\x78\x01": "zlib", b"\x78\x5e": "zlib", b"\x78\x9c": "zlib",
          b"\x78\xda": "zlib"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Packing:
    """How bytes stand in a text."""

    compression: str
    urlsafe: bool
    padded: bool

    def pack(self, content: bytes) -> str:
        packed = zlib.compress(content) if self.compression == "zlib" else deflate(content, self.compression)
        written = (base64.urlsafe_b64encode if self.urlsafe else base64.b64encode)(packed).decode()
        return written if self.padded else written.rstrip("=")


def decoded(text: str) -> tuple[bytes, Packing] | None:
    """The bytes of a text in base64, as they are packed; None where it is none."""
    if _BASE64.fullmatch(text) is None:
        return None
    urlsafe, bare = "-" in text or "_" in text, text.rstrip("=")
    try:
        content = base64.b64decode(bare + "=" * (-len(bare) % 4), b"-_" if urlsafe else None)
    except binascii.Error:
        return None
    return content, Packing(_MAGIC.get(content[:2], "identity"), urlsafe, len(text) % 4 == 0)


def unpack(text: str, limits: Limits) -> tuple[bytes, Packing] | None:
    """What is packed in a text, None where it is nothing. Raises LimitError too-large."""
    found = decoded(text)
    if found is None:
        return None
    content, packing = found
    try:
        if packing.compression == "zlib":
            content = _unzip(content, limits)
        else:
            content = inflate(content, packing.compression, limits)
    except (zlib.error, DecodeError):
        return None
    except LimitError:
        raise LimitError("too-large", TOO_MUCH) from None
    return content, packing


def _unzip(content: bytes, limits: Limits) -> bytes:
    reader = zlib.decompressobj()
    plain = reader.decompress(content, limits.inflated_bytes + 1)
    if len(plain) > limits.inflated_bytes:
        raise LimitError("too-large", TOO_MUCH)
    if not reader.eof or reader.unused_data:
        raise zlib.error
    return plain


@dataclass(frozen=True, slots=True)
class Place:
    """A text that may hold a document: it stands in `holder` under `name`, at `path`, and is of `item`, which goes from
    its list when nothing of it leaves. `sure`: nothing but what is packed ever stands there."""

    holder: dict[str, Any]
    name: str
    path: str
    item: Any
    sure: bool = True


_LISTS: Sequence[tuple[str, tuple[str, ...], bool]] = (
    ("Records", ("kinesis", "data"), True),
    ("records", ("data",), True),
    ("records", ("value",), False),
    ("receivedMessages", ("message", "data"), True),
    ("messages", ("data",), False),
)
"""Lists of records, and the names that lead from a record to what it holds."""
_ALONE: Sequence[tuple[frozenset[str], tuple[str, ...]]] = (
    (frozenset({"awslogs"}), ("awslogs", "data")),
    (frozenset({"message", "subscription"}), ("message", "data")),
    (frozenset({"specversion", "data_base64"}), ("data_base64",)),
)
"""Names that a record has, and those that lead to what it holds."""
HOLDING = frozenset({name for name, _, _ in _LISTS})
MEMBERS = frozenset({*(frozenset({name}) for name in HOLDING), *(names for names, _ in _ALONE)})


def places(tree: Any) -> Iterator[Place]:
    """In a record, or in a list of records that stand alone."""
    alone: list[tuple[dict[str, Any], str]] = [(tree, "$")] if isinstance(tree, dict) else [*_listed(tree, "$")]
    for node, path in alone:
        item = None if node is tree else node
        for names, trail in _ALONE:
            if names.issubset(node):
                yield from _along(node, path, trail, item)
        if "payload" in node and isinstance(node.get("schema"), dict):
            yield from _bytes(node["schema"], node, "payload", f"{path}['payload']", item)
    for name, trail, sure in _LISTS if isinstance(tree, dict) else ():
        held = tree.get(name)
        for node, path in _listed(held, f"$['{name}']"):
            yield from _along(node, path, trail, node, sure)
        for topic, listed in held.items() if isinstance(held, dict) else ():  # Kafka's, by topic and partition
            for node, path in _listed(listed, f"$['{name}']{escaped_name(topic)}"):
                yield from _along(node, path, trail, node)


def _listed(nodes: Any, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
        if isinstance(node, dict):
            yield node, f"{path}[{index}]"


def _along(node: Any, path: str, trail: Sequence[str], item: Any, sure: bool = True) -> Iterator[Place]:
    *above, name = trail
    for each in above:
        node, path = mapping(node).get(each), path + escaped_name(each)
    if isinstance(node, dict) and isinstance(node.get(name), str):
        yield Place(node, name, path + escaped_name(name), item, sure)


def _bytes(schema: Mapping[str, Any], holder: dict[str, Any], name: str, path: str, item: Any) -> Iterator[Place]:
    """Kafka Connect says which values are bytes; those of a type with a name are numbers and the like."""
    value = holder.get(name)
    if schema.get("type") == "bytes" and "name" not in schema and isinstance(value, str):
        yield Place(holder, name, path, item)
    if isinstance(value, dict):
        for field in items(schema, "fields"):
            if isinstance(field, dict) and isinstance(inner := field.get("field"), str):
                yield from _bytes(field, value, inner, path + escaped_name(inner), item)


@dataclass(frozen=True, slots=True)
class _Frame:
    document: GroupedDocument

    def path(self, path: str) -> str:
        return path


@dataclass(frozen=True, slots=True)
class Packed:
    """A document that was packed."""

    place: Place
    document: Document
    packing: Packing
    content: bytes

    def path(self, path: str) -> str:
        """A document in a text has paths of its own, which stand behind the text's."""
        return self.place.path + path.removeprefix("$")


def opened(tree: Any, open: Open, limits: Limits) -> Iterator[Packed]:
    """The documents that are packed in a tree. Raises LimitError too-large where they are, together."""
    for place in places(tree):
        held = unpack(place.holder[place.name], limits)
        if held is None:
            continue
        content, packing = held
        limits = without(limits, len(content))
        document = open(content, limits, place.sure)
        if document is not None:
            limits = without(limits, unpacked(document))
            yield Packed(place, document, packing, content)


class PackedDocument(Sections):
    """`frame`: the record around what is packed."""

    content_type = MEDIA_TYPE

    def __init__(self, frame: GroupedDocument, packed: Sequence[Packed], source: bytes, limits: Limits) -> None:
        sections: Sequence[Section] = (_Frame(frame), *packed)
        super().__init__(sections, limits)
        self.format = frame.format
        self._frame, self._packed, self._source = frame, packed, source
        self._written = [packed.place.holder[packed.place.name] for packed in packed]
        for each in packed:
            each.place.holder[each.place.name] = ""  # it is read where it is unpacked

    @property
    def unpacked(self) -> int:
        return super().unpacked + sum(len(each.content) for each in self._packed)

    def encode(self, traces: Collection[int] | None = None) -> bytes:
        self.leaves()
        self._ties.complete(self)
        whole = traces is None or len(traces) == self._count
        if whole and not self._changed:
            return self._source
        gone: set[int] = set()
        for packed, was, numbers in zip(self._packed, self._written, self._numbers[1:], strict=True):
            kept = None if whole else [own for own, number in enumerate(numbers) if number in (traces or ())]
            written = was
            if kept is not None and not kept and numbers:
                gone.add(id(packed.place.item))
                written = ""
            elif (content := packed.document.encode(kept)) != packed.content:
                written = packed.packing.pack(content)
            self._frame.put(packed.place.holder, packed.place.name, written)
        own = None if whole else [own for own, number in enumerate(self._numbers[0]) if number in (traces or ())]
        return jsontext.encode(self._frame.cut(own, gone))
