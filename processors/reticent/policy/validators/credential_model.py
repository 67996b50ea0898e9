"""The model that judges values behind telling names: two tables of small integers, added up.

First the value's n-grams say how random it looks, on LEVELS steps; then the value in its place is weighed. The tables
lie in `credential.model`, which `benchmarks/credential_model.py` makes. Integers only, so that every machine says the
same.
"""

from __future__ import annotations

import functools
import struct
import zlib
from array import array
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from .credential_features import FEATURES, KINDS, LEVELS, TRIGRAMS, VERSION, Candidate, features, trigrams

_HEADER: Final = struct.Struct(f"<4sHHi{LEVELS - 1}h{len(KINDS)}h")
_MAGIC: Final = b"RCM1"


@dataclass(frozen=True, slots=True)
class Model:
    """`steps`: where one level of randomness ends; `thresholds`: the least score of a credential, by kind."""

    grams: bytes
    weights: array[int]
    bias: int
    steps: tuple[int, ...]
    thresholds: tuple[int, ...]

    def level(self, value: str) -> int:
        """How random a value looks, 0 to LEVELS - 1."""
        places = trigrams(value)
        if not places:
            return 0
        grams = self.grams
        mean = (sum([grams[place] for place in places]) - 128 * len(places)) * 16 // len(places)
        level = 0
        for step in self.steps:
            level += mean >= step
        return level

    def score(self, it: Candidate, kind: int) -> int:
        """The higher, the more of a credential."""
        weights = self.weights
        return self.bias + sum([weights[place] for place in features(it, kind, self.level(it.value))])

    def is_credential(self, it: Candidate, kind: int) -> bool:
        return self.score(it, kind) >= self.thresholds[kind]


def dump(model: Model) -> bytes:
    """As the file holds it."""
    head = _HEADER.pack(_MAGIC, VERSION, LEVELS, model.bias, *model.steps, *model.thresholds)
    wide = array("h", model.weights)
    return head + zlib.compress(model.grams + struct.pack(f"<{FEATURES}h", *wide), 9)


def parse(data: bytes) -> Model:
    """Raises ValueError for a file that another version of the features made."""
    magic, version, levels, bias, *rest = _HEADER.unpack_from(data)
    if (magic, version, levels) != (_MAGIC, VERSION, LEVELS):
        msg = "credential.model belongs to another version of its features: run benchmarks/credential_model.py"
        raise ValueError(msg)
    body = zlib.decompress(data[_HEADER.size :])
    weights = array("h", struct.unpack_from(f"<{FEATURES}h", body, TRIGRAMS))
    return Model(body[:TRIGRAMS], weights, bias, tuple(rest[: LEVELS - 1]), tuple(rest[LEVELS - 1 :]))


@functools.cache
def shipped() -> Model:
    """The model of this package."""
    return parse((files(__package__) / "credential.model").read_bytes())
