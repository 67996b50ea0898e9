"""Does a token's variable part look made by a machine, or is it filler such as `xxxx`, `1234567890`, `EXAMPLE`?

For tokens whose form alone (prefix, length, alphabet) says what they are. Values behind telling names are judged
more strictly, in `credential.py`.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from typing import Final

from ..rule import Match, Validator

_FILLER: Final = re.compile(
    r"example|sample|placeholder|change_?-?me|your[_\-]|replace|redacted|dummy|insert[_\-]|fake|notreal|secretgoeshere"
    r"|x{5}|\*{3}|\.{3}|0{7}|1234567|abcdefgh|abcd1234|deadbeef|<|>|\$\{|\{\{",
    re.IGNORECASE,
)
_FEW: Final = 6
"""A random value of twenty or more characters has more different characters than this."""


def shannon(text: str) -> float:
    """Shannon entropy in bits per character; 0.0 for the empty text."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values()) if size else 0.0


def stepwise(text: str) -> float:
    """The share of neighbours that repeat or count up or down by one: near 1.0 for `aaaa` and `12345`."""
    if len(text) < 2:
        return 0.0
    steps = sum(abs(ord(b) - ord(a)) <= 1 for a, b in itertools.pairwise(text))
    return steps / (len(text) - 1)


def is_filler(text: str) -> bool:
    """True for values that stand where a secret would: repeated or counting characters, words such as EXAMPLE."""
    few = min(_FEW, len(text) * 0.3)
    return len(set(text)) < few or stepwise(text) > 0.5 or _FILLER.search(text) is not None


def _random(secret: str, match: Match) -> bool:
    return not is_filler(secret)


VALIDATORS: Final[dict[str, Validator]] = {"random": _random}
