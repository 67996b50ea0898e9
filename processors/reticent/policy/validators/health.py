"""Numbers of health care with their check digits."""

from __future__ import annotations

import random
from collections.abc import Callable

from stdnum import luhn

from ..rule import Match, Validator


def npi(text: str, _: Match) -> bool:
    """National Provider Identifier: Luhn over 80840 and the number (45 CFR 162.406)."""
    return len(text) == 10 and bool(luhn.is_valid("80840" + text))


def _npi(chance: random.Random) -> str:
    body = "1" + "".join(chance.choices("0123456789", k=8))
    return body + str(luhn.calc_check_digit("80840" + body))


def dea(text: str, _: Match) -> bool:
    """DEA registration: (d1+d3+d5) + 2(d2+d4+d6) ends in d7."""
    digits = [int(c) for c in text[2:]]
    return len(digits) == 7 and (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


def _dea(chance: random.Random) -> str:
    digits = [chance.randint(0, 9) for _ in range(6)]
    return "BF" + "".join(map(str, digits)) + str((sum(digits[0::2]) + 2 * sum(digits[1::2])) % 10)


VALIDATORS: dict[str, Validator] = {"npi": npi, "dea": dea}
GENERATORS: dict[str, Callable[[random.Random], str]] = {"npi": _npi, "dea": _dea}
