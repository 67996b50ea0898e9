"""Numbers of health care with their check digits, and whether words behind `diagnosed with` are a condition."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from stdnum import luhn
from stdnum.ca import bc_phn
from stdnum.gb import nhs

from ..rule import Match, Validator
from .contact import is_date
from .likeness import words_of
from .national import digits_of, fitting, varied, weighted


def npi(text: str, _: Match) -> bool:
    """National Provider Identifier: Luhn over 80840 and the number (45 CFR 162.406)."""
    return len(text) == 10 and bool(luhn.is_valid("80840" + text))


def dea(text: str, _: Match) -> bool:
    """DEA registration: (d1+d3+d5) + 2(d2+d4+d6) ends in d7."""
    digits = digits_of(text[2:])
    return len(digits) == 7 and (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


def _au_medicare(text: str) -> bool:
    """Eight digits weighted 1, 3, 7, 9; then issue number and reference."""
    digits = digits_of(text)
    return weighted(digits[:8], (1, 3, 7, 9) * 2) % 10 == digits[8]


def _ca_health(text: str) -> bool:
    """Ontario: Luhn over ten digits. British Columbia: modulo 11."""
    digits = "".join(map(str, digits_of(text)))
    return digits[0] != "0" and bool(luhn.is_valid(digits) or bc_phn.is_valid(digits))


def _german(text: str) -> bool:
    """Krankenversichertennummer: the letter as two digits, weights 1 and 2 in turn, digit sums, modulo 10."""
    digits = digits_of(f"{ord(text[0]) - 64:02d}{text[1:]}")
    products = (digit * (1 + place % 2) for place, digit in enumerate(digits[:10]))
    return sum(product // 10 + product % 10 for product in products) % 10 == digits[10]


def _brazilian(text: str) -> bool:
    """Cartão Nacional de Saúde: fifteen digits weighted 15 down to 1, divisible by 11."""
    digits = digits_of(text)
    return len(digits) == 15 and weighted(digits, range(15, 0, -1)) % 11 == 0


_NHI: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def _new_zealand(text: str) -> bool:
    """National Health Index: letters by place; modulo 11 of the first form, 23 of the second (HISO 10046)."""
    values = [_NHI.index(c) + 1 if c.isalpha() else int(c) for c in text]
    total = weighted(values[:6], (7, 6, 5, 4, 3, 2))
    if text[6].isdigit():
        rest = total % 11
        return rest != 0 and (11 - rest) % 10 == values[6]
    return _NHI[(23 - total % 23) - 1] == text[6]


_COUNTRIES: Final = words_of(
    """040 056 100 191 196 203 208 233 246 250 276 300 348 352 372 380 428 438 440 442 470 528 578 616 620 642 703 705
    724 752 756 826"""
)


def _health_card(text: str) -> bool:
    """A European health insurance card: 80, the country's number (ISO 3166-1), a Luhn digit in the end."""
    digits = "".join(map(str, digits_of(text)))
    return digits[2:5] in _COUNTRIES and bool(luhn.is_valid(digits))


def member_id(text: str, _: Match) -> bool:
    """Four digits or more, no date, more than three different characters."""
    return len(digits_of(text)) >= 4 and len(set(text)) > 3 and not is_date(text)


_NO_CONDITION: Final = words_of(
    """a an the this that these those anything everything nothing something it them
    none null nil n/a na unknown string str text list array object number true false
    yes no bug bugs error errors issue issues problem problems performance latency memory leak leaks crash crashes
    regression code project projects software changes change commits commit versions version releases release events
    event messages message conversation requests request calls call trades transactions search browser chat git file
    files document documents art science computing mathematics philosophy literature music england france germany
    america rome china india europe world country city language english technology company companies state states
    use usage being it its low high poor lack overfitting underfitting hallucination bias drift downtime delays
    technical debt profiler debugger my our your their his her what how why which all any some many violence fraud
    abuse success failure failures collaboration innovation disease diseases illness illnesses condition conditions
    disorders patients"""
)


def listed(text: str, found: Match) -> bool:
    """What there is, and not what it is for."""
    return not found.text[max(0, found.start - 4) : found.start].lower().endswith(" to ")


def condition(text: str, found: Match) -> bool:
    """Its first words are none that other things are diagnosed with."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    told = [word for word in words if word not in {"a", "an", "the", "his", "her", "type", "stage"}]
    code = found.text[found.end : found.end + 1] in {"[", "(", "=", "_"}
    return (
        bool(told)
        and not code
        and not _NO_CONDITION.intersection(told[:2])
        and text.strip().lower() not in _NO_CONDITION
    )


def _npi(chance: random.Random) -> str:
    body = "1" + "".join(chance.choices("0123456789", k=8))
    return body + str(luhn.calc_check_digit("80840" + body))


_ROWS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "au-medicare": (_au_medicare, "2### ##### 1"),
    "ca-health": (_ca_health, "####-###-###-AB"),
    "de-kvnr": (_german, "A#########"),
    "br-cns": (_brazilian, "7## #### #### ####"),
    "gb-nhs": (lambda text: bool(nhs.is_valid(text)), "### ### ####"),
    "health-card": (_health_card, "80276###############"),
    "nz-nhi": (_new_zealand, "@@@####"),
}


def _guarded(check: Callable[[str], bool]) -> Callable[[str], bool]:
    def guarded(text: str) -> bool:
        try:
            return check(text)
        except (ValueError, IndexError):
            return False

    return guarded


def mixed_digits(text: str, _: Match) -> bool:
    """Four different digits or more, and not counted up."""
    return len(set(text)) > 3 and text not in "012345678901234567890"


VALIDATORS: Final[dict[str, Validator]] = {
    "mixed-digits": mixed_digits,
    **{name: varied(_guarded(check)) for name, (check, _) in _ROWS.items()},
    "npi": npi,
    "dea": dea,
    "member-id": member_id,
    "condition": condition,
    "listed": listed,
}
_MAKERS: Final = {name: fitting(form, _guarded(check)) for name, (check, form) in _ROWS.items()}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    **_MAKERS,
    "npi": _npi,
    "dea": fitting("BF#######", lambda text: dea(text, Match(text, "", 0, len(text)))),
    "ca-ohip": fitting("1###-###-###-AB", lambda text: bool(luhn.is_valid("".join(map(str, digits_of(text)))))),
    "ca-bc-phn": fitting("9### ### ###", lambda text: bool(bc_phn.is_valid(text))),
    "au-ihi": fitting("80036088########", lambda text: bool(luhn.is_valid(text))),
    "ehic": _MAKERS["health-card"],
}
