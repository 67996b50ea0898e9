"""multipart/form-data bodies (RFC 7578) as a tree, and back: each part is {headers, body}, and the last item says the
boundary, which is the producer's own text like any other.

A part of JSON is the tree that it holds; text is a text; what is neither is a blob.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ...model import BlobKind
from ...placeholders import OPAQUE
from .. import jsontext
from ..providers.blocks import text

_BOUNDARY = re.compile(rb"--([0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-])[ \t]*\r\n")
_ODD = re.compile(r"[^0-9A-Za-z'()+_,./:=?-]")
_BOUNDARY_MOST = 70
_NAME = re.compile(r'\bname="((?:[^"\\\r\n]|\\.)*)"')
_LENGTH = re.compile(r"(length=)[0-9]+")
_JSON = "application/json"
_KINDS: Mapping[str, BlobKind] = {"image": BlobKind.IMAGE, "audio": BlobKind.AUDIO, "video": BlobKind.VIDEO}


@dataclass(slots=True)
class Multipart:
    """`tree`: a list of the parts and the boundary. `blobs`: (part, "body", kind) of those that are no text, which
    stand as base64."""

    boundary: str
    source: bytes
    tree: list[dict[str, Any]] = field(default_factory=list)
    blobs: list[tuple[Any, Any, BlobKind]] = field(default_factory=list)

    @classmethod
    def parse(cls, payload: bytes, limits: Limits) -> Multipart:
        """Raises DecodeError: wrong-format, truncated, and as jsontext.parse; LimitError."""
        opening = _BOUNDARY.match(payload)
        if opening is None:
            raise DecodeError("wrong-format", "a multipart body begins with its boundary")
        mark = b"--" + opening.group(1)
        body = payload[opening.end() :]
        inner, ended, rest = body.partition(b"\r\n" + mark + b"--")
        if not ended or rest.strip():
            raise DecodeError("truncated", "the multipart body does not end with its boundary; send the whole body")
        found = cls(opening.group(1).decode(), payload)
        parts = inner.split(b"\r\n" + mark + b"\r\n")
        if len(parts) > limits.leaves:
            raise LimitError("too-many-leaves", f"the body holds more than the {limits.leaves} parts allowed")
        for part in parts:
            found._add(part, limits)
        found.tree.append({"boundary": found.boundary})
        return found

    def _add(self, part: bytes, limits: Limits) -> None:
        head, blank, content = part.partition(b"\r\n\r\n")
        try:
            headers = head.decode()
        except UnicodeDecodeError:
            raise DecodeError("not-utf8", "a header of the multipart body is not UTF-8") from None
        if not blank:
            raise DecodeError("wrong-format", "a part of the multipart body has no headers, or no end of them")
        node: dict[str, Any] = {"headers": headers}
        media = _media(headers)
        if media == _JSON:
            node["body"] = jsontext.parse_whole(content, limits)
        else:
            try:
                node["body"] = content.decode()
            except UnicodeDecodeError:
                node["body"] = base64.b64encode(content).decode()
                self.blobs.append((node, "body", _KINDS.get(media.partition("/")[0], BlobKind.FILE)))
        self.tree.append(node)

    def encode(self, tree: Any) -> bytes:
        """The tree as it stands; the lengths that parts say are those they have now."""
        blobs = {id(node) for node, _, _ in self.blobs}
        mark = b"--" + tree[-1]["boundary"].encode()
        out: list[bytes] = []
        for node in tree[:-1]:
            body, headers = node.get("body"), text(node, "headers")
            if id(node) in blobs and isinstance(body, str) and not body.startswith(OPAQUE):
                content = _unwrapped(body)
            elif _media(headers) == _JSON or isinstance(body, dict | list):  # masked headers may say it no more
                content = jsontext.encode(body)
            else:
                content = str(body if body is not None else "").encode()
            headers = _LENGTH.sub(rf"\g<1>{len(content)}", headers)
            out += [mark, b"\r\n", headers.encode(), b"\r\n\r\n", content, b"\r\n"]
        return b"".join([*out, mark, b"--\r\n"])

    def free(self, text: str) -> str:
        """A boundary of the text, as far as one may say it, that stands nowhere in the body."""
        name = _ODD.sub("-", text)[:_BOUNDARY_MOST] or "-"
        names = itertools.chain((name,), (f"reticent-{number}" for number in itertools.count()))
        return next(each for each in names if each.encode() not in self.source)


def _unwrapped(body: str) -> bytes:
    """What stands as base64; a word in its place is itself."""
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        return body.encode()


def _media(headers: str) -> str:
    found = re.search(r"(?im)^content-type:[ \t]*([^;\r\n]*)", headers)
    return found.group(1).strip().lower() if found else ""


def name_of(headers: str) -> str:
    """The name of a part."""
    found = _NAME.search(headers)
    return found.group(1) if found else ""
