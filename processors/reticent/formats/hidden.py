"""Values that are no text where only a second look finds them: in JSON in a string, among attributes with dotted names,
in records of formats that have no place of their own for them.

The look takes time, so only records are looked at that hold so many characters of base64 in a row.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from functools import partial

import hyperscan
import msgspec

from ..model import BlobKind
from ..placeholders import HASHED, HASHED_BEGINS
from .blobs import by_name, find_all_blobs, found_at, is_base64
from .document import Blob, Leaves
from .jsontext import read_text

LEAST = 48
"""Characters of base64 in a row of the shortest value that is looked for: more than an id has, and so few that a long
one whose `+` or `/` are escaped has them, too."""
DEPTH = 4
"""Layers: JSON in a string in a string."""
_OPENING = ("{", "[", '"')
_SIGNS = "[A-Za-z0-9+/_-]"
_RUN = re.compile(f"{_SIGNS}{{{LEAST}}}")
_HASH = HASHED_BEGINS.encode()
_HASHES = re.compile(HASHED.encode())
"""What masking puts for a value that is hashed: read again, a document is what it was."""
_ESCAPE = re.compile(r"\\+(u[0-9a-fA-F]{4}|[/rnt])")
_ESCAPED = {"r": "\r", "n": "\n", "t": "\t"}
_KINDS: Mapping[str, BlobKind] = {
    "signature": BlobKind.SIGNATURE, "thought_signature": BlobKind.SIGNATURE, "thoughtSignature": BlobKind.SIGNATURE,
    "reasoning_signature": BlobKind.SIGNATURE,
    "encrypted_content": BlobKind.REASONING, "redacted_content": BlobKind.REASONING,
}  # fmt: skip
"""Last names of dotted ones, under which such a value stands."""


class _Engine(threading.local):
    """A thread's own: scratch space is for one scan at a time."""

    def __init__(self) -> None:
        database = hyperscan.Database()
        database.compile(expressions=[f"{_SIGNS}{{{LEAST}}}".encode()], flags=[hyperscan.HS_FLAG_SINGLEMATCH])
        scratch, found = hyperscan.Scratch(database), list[int]()
        scan = partial(database.scan, match_event_handler=lambda *_: found.append(1), scratch=scratch)

        def look(payload: bytes) -> bool:
            scan(payload)
            if not found:
                return False
            found.clear()
            return True

        self.look = look


_engine = _Engine()


def may_hide(payload: bytes) -> bool:
    """Whether there is so much base64 in a row anywhere, but for digests of ours."""
    return _engine.look(payload) and (_HASH not in payload or _engine.look(_HASHES.sub(b"", payload)))


def hidden(leaves: Leaves) -> Iterator[Blob]:
    """Those in the leaves, but for leaves that are set apart already."""
    apart = {blob.leaf for blob in leaves.blobs}
    for leaf, (text, head) in enumerate(zip(leaves.texts, leaves.heads, strict=True)):
        if len(text) < LEAST or leaf in apart or _RUN.search(text) is None:
            continue
        value = text[abs(head) :]
        if value.lstrip()[:1] in _OPENING:
            for start, end, kind, data in _ranges(value):
                yield Blob(leaf, kind, data, start, end)
        elif head > 0 and (dotted := _of_dotted(text[: head - 1], value)) is not None:
            yield Blob(leaf, dotted, value)


def _of_dotted(name: str, value: str) -> BlobKind | None:
    """By the end of a name such as `message.contents.0.message_content.signature`."""
    above, _, last = name.rpartition(".")
    if not above:
        return None
    kind = _of_data(above) if last == "data" else _KINDS.get(last)
    if kind is not None and is_base64(value):
        return kind
    return found_at(last, value)


def _of_data(above: str) -> BlobKind | None:
    """OpenInference's contents of messages have no data of their own but thinking that is encrypted."""
    return by_name(above) or (BlobKind.REASONING if above.endswith(".message_content") else None)


def _ranges(text: str) -> Iterator[tuple[int, int, BlobKind, str]]:
    """Where in JSON in a string such values stand: each is all that stands between two quotes, at whatever layer."""
    known = dict(_said(text, DEPTH))
    at = 0
    for piece in text.split('"') if known else ():
        written = piece.rstrip("\\")  # of the quote behind it
        data = _ESCAPE.sub(_unescaped, written) if "\\" in written else written
        if (kind := known.get(data)) is not None:
            yield at, at + len(written), kind, data
        at += len(piece) + 1


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    return chr(int(sign[1:], 16)) if sign[0] == "u" else _ESCAPED.get(sign, sign)


def _said(text: str, depth: int) -> Iterator[tuple[str, BlobKind]]:
    """Such values in the JSON that a text is, and in JSON in its strings."""
    try:
        tree = read_text(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return
    for container, key, kind in find_all_blobs(tree):
        if len(container[key]) >= LEAST:
            yield container[key], kind
    # a text that is JSON twice over is a string first
    stack = [[tree] if type(tree) is str else tree]
    while stack and depth:
        node = stack.pop()
        children = node.values() if type(node) is dict else node
        for child in children:
            if type(child) is dict or type(child) is list:
                stack.append(child)
            elif type(child) is str and len(child) >= LEAST and child.lstrip()[:1] in _OPENING:
                yield from _said(child, depth - 1)
