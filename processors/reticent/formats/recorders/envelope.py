"""Sentry's envelopes as a tree, and back: the envelope's own headers, then of each item {header, body}.

An item of JSON is the tree that it holds, other text a text, and what is neither a blob.
https://develop.sentry.dev/sdk/data-model/envelopes/
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import BlobKind
from ...placeholders import OPAQUE
from .. import jsontext
from ..providers.blocks import mapping

_LENGTH, _COUNT = "length", "item_count"
"""What an item's header says of what stands below it."""


@dataclass(slots=True)
class Envelope:
    """`tree`: the headers and the items. `blobs`: (item, "body", kind) of those that are no text, which stand as
    base64."""

    tree: list[dict[str, Any]] = field(default_factory=list)
    blobs: list[tuple[Any, Any, BlobKind]] = field(default_factory=list)
    _ends: bool = False
    _sized: set[int] = field(default_factory=set)

    @classmethod
    def parse(cls, payload: bytes, limits: Limits) -> Envelope:
        """Raises DecodeError: wrong-format, truncated, and as jsontext.parse; LimitError."""
        line, _, rest = payload.partition(b"\n")
        found = cls([_header(line, limits)])
        while rest.strip(b"\r\n"):
            if len(found.tree) > limits.leaves:
                raise LimitError("too-many-leaves", f"the envelope holds more than the {limits.leaves} items allowed")
            line, _, rest = rest.partition(b"\n")
            if line.strip():
                rest = found._add(_header(line, limits), rest, limits)
        found._ends = payload.endswith(b"\n")
        return found

    def _add(self, header: dict[str, Any], rest: bytes, limits: Limits) -> bytes:
        """Takes an item from what follows its header; returns what is left."""
        length = header.get(_LENGTH)
        node: dict[str, Any] = {"header": header}
        if type(length) is int:
            self._sized.add(id(node))
            if not 0 <= length <= len(rest):
                raise DecodeError("truncated", "an item of the envelope is shorter than it says; send it whole")
            content, rest = rest[:length], rest[length:].removeprefix(b"\n")
        else:
            content, _, rest = rest.partition(b"\n")
        self._read(node, content, limits)
        self.tree.append(node)
        return rest

    def _read(self, node: dict[str, Any], content: bytes, limits: Limits) -> None:
        try:
            node["body"] = content.decode()
        except UnicodeDecodeError:
            node["body"] = base64.b64encode(content).decode()
            self.blobs.append((node, "body", BlobKind.FILE))
            return
        if content.lstrip()[:1] in (b"{", b"["):
            try:
                node["body"] = jsontext.parse_whole(content, limits)
            except DecodeError as error:
                if error.code != "not-json":  # a recording of a session is lines of it
                    raise

    def encode(self, tree: Any) -> bytes:
        """The tree as it stands; lengths and counts that items say are those they have now."""
        lines = b"\n".join(self._lines(tree))
        return lines + b"\n" if self._ends else lines

    def _lines(self, tree: Any) -> Iterator[bytes]:
        blobs = {id(node) for node, _, _ in self.blobs}
        yield jsontext.encode(tree[0])
        for node in tree[1:]:
            header, body = mapping(node.get("header")), node.get("body")
            if id(node) in blobs and isinstance(body, str) and not body.startswith(OPAQUE):
                content = base64.b64decode(body)
            elif isinstance(body, dict | list):
                content = jsontext.encode(body)
            else:
                content = str(body if body is not None else "").encode()
            now: dict[str, Any] = {_LENGTH: len(content)} if id(node) in self._sized else {}
            if _COUNT in header and isinstance(mapping(body).get("items"), list):
                now[_COUNT] = len(body["items"])
            yield jsontext.encode({**header, **now})
            yield content


def _header(line: bytes, limits: Limits) -> dict[str, Any]:
    found = jsontext.parse_whole(line, limits)
    if not isinstance(found, dict):
        raise DecodeError("wrong-format", "a header of an envelope is an object")
    return found
