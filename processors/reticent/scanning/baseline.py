"""Findings that are known and accepted, kept in a file that tells nobody what they are.

An entry is a file, a rule, a `mark` and how many there are: lines may move. The mark (see `hits`) is twelve bits of an
HMAC under the file's random `id`, which is a UUID because nobody takes one for a secret. A whole digest would let
anybody who reads the file test every password of a list, and a slow one (scrypt) only makes that dearer; twelve bits
cannot confirm a guess at any price, and still miss only one changed value in 4,096.
"""

from __future__ import annotations

import os
import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from ..errors import ConfigError
from .hits import Hit

_VERSION = 1
Key = tuple[str, str, int]
"""File, rule, mark."""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: str
    rule: str
    mark: int
    count: int = 1


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    id: str
    findings: list[_Entry]


class Baseline:
    """`salt` is what `hits.Marks` needs. File names in it are relative to the folder that it lies in."""

    def __init__(self, path: Path, salt: bytes, counts: Counter[Key]) -> None:
        self.path, self.salt = path, salt
        self._counts, self._left = counts, Counter(counts)
        self._folder = path.resolve().parent

    @classmethod
    def load(cls, path: Path, *, new: bool = False) -> Baseline:
        """Raises ConfigError: it cannot be read, or is none. `new`: one that is not there is empty."""
        try:
            content = msgspec.json.decode(path.read_bytes(), type=_File)
            salt = uuid.UUID(content.id).bytes
        except FileNotFoundError:
            if new:
                return cls(path, uuid.uuid4().bytes, Counter())
            raise ConfigError(
                "there is no baseline", where=str(path), advice="make one with --update-baseline"
            ) from None
        except OSError as error:
            raise ConfigError(f"the baseline cannot be read ({error.strerror})", where=str(path)) from None
        except (msgspec.DecodeError, ValueError):
            raise ConfigError(
                "this is no baseline", where=str(path), advice="make one with --update-baseline"
            ) from None
        if content.version != _VERSION:
            raise ConfigError("this baseline is of another version", where=str(path), advice="make it again")
        counts: Counter[Key] = Counter()
        for entry in content.findings:
            counts[entry.file, entry.rule, entry.mark] += entry.count
        return cls(path, salt, counts)

    def __len__(self) -> int:
        return sum(self._counts.values())

    def takes(self, hit: Hit) -> bool:
        """Whether a finding is known; one that is there twice and known once is known once."""
        key = self._key(hit)
        if self._left[key] < 1:
            return False
        self._left[key] -= 1
        return True

    def update(self, hits: Iterable[Hit], scanned: Collection[str]) -> None:
        """What was found now takes the place of what is known of the scanned files; files that are gone are forgotten.

        The file is written whole or not at all."""
        gone = {self._name(file) for file in scanned}
        kept = Counter(
            {key: count for key, count in self._counts.items() if key[0] not in gone and self._exists(key[0])}
        )
        kept.update(Counter(map(self._key, hits)))
        entries = [_Entry(*key, count) for key, count in sorted(kept.items())]
        content = _File(_VERSION, str(uuid.UUID(bytes=self.salt)), entries)
        text = msgspec.json.format(msgspec.json.encode(content), indent=1)
        beside = self.path.with_name(f".{self.path.name}.new")
        try:
            beside.write_bytes(text + b"\n")
            beside.replace(self.path)
        except OSError as error:
            raise ConfigError(f"the baseline cannot be written ({error.strerror})", where=str(self.path)) from None
        self._counts, self._left = kept, Counter(kept)

    def _key(self, hit: Hit) -> Key:
        return self._name(hit.file), hit.rule, hit.mark

    def _name(self, file: str) -> str:
        outer, sign, inner = file.partition("!")
        if outer == "-":
            return file
        return _written(Path(os.path.relpath(Path(outer).resolve(), self._folder)).as_posix() + sign + inner)

    def _exists(self, name: str) -> bool:
        outer = name.partition("!")[0]
        return outer == "-" or any((self._folder / each).exists() for each in (outer, unquote(outer, errors=_BYTES)))


_BYTES = "surrogateescape"
"""How Python holds the bytes of a file's name that are no UTF-8."""


def _written(name: str) -> str:
    """As JSON can hold it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return quote(name, errors=_BYTES)
    return name
