"""Examples of rules are templates: `%{hex:32}` becomes a value at run time, so that none lies in the repository."""

from __future__ import annotations

import random
import re
import string
import uuid
from collections.abc import Callable, Sequence
from typing import Final, overload

from ..errors import ConfigError
from .validators import GENERATORS

_HEX: Final = "0123456789abcdef"
_ALPHABETS: Final[dict[str, str]] = {
    "hex": _HEX,
    "HEX": _HEX.upper(),
    "digits": string.digits,
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "alnum": string.ascii_lowercase + string.digits,
    "ALNUM": string.ascii_uppercase + string.digits,
    "base62": string.ascii_letters + string.digits,
    "base64": string.ascii_letters + string.digits + "+/",
    "base64url": string.ascii_letters + string.digits + "-_",
    "base32": string.ascii_uppercase + "234567",
}
_WORDS: Final = ("river", "window", "garden", "simple", "number", "orange", "market", "letter", "winter", "table")
_USE: Final = re.compile(r"%\{([A-Za-z0-9]+)(?::([a-z0-9-]+))?\}")


def render(template: str, seed: int | str) -> str:
    """`template` with every `%{...}` filled in; the same seed gives the same text. A text without any stays as it is.

    Raises ConfigError on an unknown name or a length that is not a number.
    """
    rng = random.Random(seed)  # noqa: S311 - examples must repeat, and protect nothing
    return _USE.sub(lambda use: _value(use, rng), template)


class Examples(Sequence[str]):
    """The rendered examples of one rule, made when somebody looks."""

    def __init__(self, templates: Sequence[str], seed: str) -> None:
        self.templates, self._seed = tuple(templates), seed

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return tuple(self)[index]
        return render(self.templates[index], f"{self._seed}/{index % len(self.templates)}")

    def __len__(self) -> int:
        return len(self.templates)


def _value(use: re.Match[str], rng: random.Random) -> str:
    name, argument = use.groups()
    if name == "gen":
        if argument not in GENERATORS:
            raise ConfigError(f"no generator {argument!r}", advice=f"known are {', '.join(sorted(GENERATORS))}")
        return GENERATORS[argument](rng)
    if name in _FIXED and argument is None:
        return _FIXED[name](rng)
    if argument is None or not argument.isdigit():
        raise ConfigError(f"{use.group()} in an example", advice="write a length, such as %{hex:32}")
    return _sized(name, int(argument), rng)


_FIXED: Final[dict[str, Callable[[random.Random], str]]] = {
    "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "word": lambda rng: rng.choice(_WORDS),
}


def _sized(name: str, length: int, rng: random.Random) -> str:
    if name == "words":
        return " ".join(rng.choice(_WORDS) for _ in range(length))
    if name == "same":
        return rng.choice("ax0") * length
    alphabet = _ALPHABETS.get(name)
    if alphabet is None:
        raise ConfigError(f"unknown %{{{name}:...}} in an example", advice=f"known are {', '.join(_ALPHABETS)}")
    return _varied(alphabet, length, rng)


def _varied(alphabet: str, length: int, rng: random.Random) -> str:
    """Random, but never without one of each class of characters the alphabet has, first character a letter or digit."""
    classes = [c for c in (string.digits, string.ascii_lowercase, string.ascii_uppercase) if set(c) & set(alphabet)]
    while True:
        text = "".join(rng.choices(alphabet, k=length))
        varied = length < 8 or all(set(text) & set(c) for c in classes)
        if varied and text[:1].isalnum() and text[-1:].isalnum():
            return text
