"""What a git repository tracks, read from its index: no git is run, whose configuration could run anything.

Format: https://git-scm.com/docs/index-format
"""

from __future__ import annotations

import struct
from pathlib import Path

_STAT = 40
"""Bytes of times, device, mode, owner and size in front of the object's name."""
_EXTENDED = 0x4000
_LENGTH = 0x0FFF


def tracked(git: Path) -> frozenset[str]:
    """Paths in the index of a git folder, with / between; none where there is no index, or one of a kind unknown."""
    try:
        data = (git / "index").read_bytes()
        return frozenset(_paths(data, _hash_bytes(git)))
    except (OSError, ValueError, struct.error, IndexError):
        return frozenset()


def _hash_bytes(git: Path) -> int:
    try:
        config = (git / "config").read_text("utf-8", "replace").lower()
    except OSError:
        return 20
    return 32 if "objectformat" in config and "sha256" in config.split("objectformat", 1)[1].split("\n", 1)[0] else 20


def _paths(data: bytes, hash_bytes: int) -> list[str]:
    magic, version, count = struct.unpack_from(">4sII", data)
    if magic != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("no index that is known")
    at, last = 12, b""
    found = []
    for _ in range(count):
        begin = at
        at += _STAT + hash_bytes
        (flags,) = struct.unpack_from(">H", data, at)
        at += 4 if flags & _EXTENDED else 2
        if version == 4:
            cut, at = _varint(data, at)
            end = data.index(b"\0", at)
            last = last[: len(last) - cut] + data[at:end]
            at = end + 1
        else:
            length = flags & _LENGTH
            end = at + length if length < _LENGTH else data.index(b"\0", at)
            last = data[at:end]
            at = begin + (end - begin + 8) // 8 * 8
        found.append(last.decode("utf-8", "surrogateescape"))
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number as pack files write the distance of a base."""
    byte = data[at]
    value = byte & 0x7F
    at += 1
    while byte & 0x80:
        byte = data[at]
        value = ((value + 1) << 7) | (byte & 0x7F)
        at += 1
    return value, at
