"""Seed phrases of wallets (BIP-39): twelve to twenty-four words out of a list of 2,048.

The list does not come with any package that we depend on, so words are judged by what all on it have in common:
three to eight lower-case letters, no word twice as a rule, and none of the small words without which English does not
get far. Context ("seed phrase", "mnemonic") is asked for by the rule.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from ..rule import Match, Validator

_LENGTHS: Final = (12, 15, 18, 21, 24)
_NOT_LISTED: Final = re.compile(
    r"(?i)\b(?:the|and|for|are|but|not|was|were|has|had|its|his|her|him|she|our|your|their|them|than|with|from|which|who"
    r"|been|how|did|does|could|would|should|these|those|being|while|through|may|might|shall|whose|went|uses|using)\b"
)
"""Frequent words of prose, none of which is on the list."""


def _phrase(secret: str, match: Match) -> bool:
    words = re.findall(r"[A-Za-z]+", secret)
    return len(words) in _LENGTHS and len(set(words)) > len(words) * 2 // 3 and _NOT_LISTED.search(secret) is None


_WORDS: Final = re.findall(
    r"\w+",
    "abandon ability about above absent absorb abstract absurd abuse access accident account accuse achieve acid "
    "acoustic acquire across act action actor actress actual adapt",
)


def _generate(count: int) -> Callable[[random.Random], str]:
    return lambda rng: " ".join(rng.sample(_WORDS, count))


VALIDATORS: Final[dict[str, Validator]] = {"seed-phrase": _phrase}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "seed-12": _generate(12),
    "seed-24": _generate(24),
}
