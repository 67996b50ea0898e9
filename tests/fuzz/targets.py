"""What is fuzzed, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from .configuration import Policy, Settings
from .documents import Avro, Decode
from .gateway import Gateway, Headers
from .texts import Texts
from .twice import Twice


class Target(Protocol):
    """Called with an input it returns, or raises because a law does not hold. `head`: bytes at the beginning of an
    input that choose something, and are no part of what is mutated as a document."""

    head: int

    def seeds(self) -> Iterable[bytes]: ...
    def __call__(self, data: bytes) -> None: ...


TARGETS: Mapping[str, Callable[[], Target]] = {
    "decode": Decode,
    "avro": Avro,
    "pipeline": Gateway,
    "headers": Headers,
    "texts": Texts,
    "twice": Twice,
    "policy": Policy,
    "settings": Settings,
}
