"""Numbers of passports, cards and licences: what a paper's number looks like, and the machine-readable zone."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from typing import Final

from ..rule import Match, Validator
from .contact import is_date
from .national import digits_of, fitting, from_form

_GERMAN: Final = re.compile("[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8}")
"""A German passport or card, which may have one digit."""
_VALUES: Final = {"<": 0, **{c: int(c, 36) for c in string.digits + string.ascii_uppercase}}


def document(text: str, _: Match) -> bool:
    """Three digits or more, not all the same (four kinds, three in a long number), and no date."""
    digits = len(digits_of(text))
    if digits and _GERMAN.fullmatch(text) is not None:
        return True
    return digits >= 3 and len(set(text)) > (3 if digits < 7 else 2) and not is_date(text)


def licence(text: str, found: Match) -> bool:
    """As a document's, in five to twenty characters."""
    return 5 <= len(re.sub(r"[ -]", "", text)) <= 20 and document(text, found)


def gb_licence(text: str, _: Match) -> bool:
    """The month of the eleven digits and letters is one (women's 50 more)."""
    return len(text) >= 16 and 1 <= int(text[6:8]) % 50 <= 12 if text[5:11].isdigit() else False


def mixed_or_upper(text: str, _: Match) -> bool:
    """Capitals and digits that are no word for nothing and no year."""
    return len(set(text)) > 2 and text not in {"STRING", "NUMBER", "RECORD", "RANDOM", "STATUS"}


def order_number(text: str, found: Match) -> bool:
    """No day in eight digits, no amount, not one digit again and again."""
    if _COMPACT_DAY.fullmatch(text) is not None or len(set(text)) < 4:
        return False
    return _COUNTED.match(found.text, found.end) is None and text[:3] not in {"CVE", "ISO", "RFC"}


_COMPACT_DAY: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_COUNTED: Final = re.compile(r"\s?(?i:bytes?|rows?|items?|ms|usd|eur|lines|of)\b")


def _check(text: str) -> int:
    """ICAO 9303-3: weights 7, 3, 1 over the values of characters."""
    return sum(_VALUES[c] * (7, 3, 1)[place % 3] for place, c in enumerate(text)) % 10


def _closes(field: str, digit: str) -> bool:
    return (digit.isdigit() and _check(field) == int(digit)) or (digit == "<" and not field.strip("<"))


def mrz(text: str, _: Match) -> bool:
    """The check digits of the document's number and of the day of birth."""
    lines = [line for line in re.split(r"\\n|\s+", text) if line]
    for line in lines:
        if len(line) >= 36 and _closes(line[:9], line[9]) and _closes(line[13:19], line[19]):
            return True
    size = 30
    if len(lines) == 3 and len(lines[0]) == size and len(lines[1]) == size:
        return _closes(lines[0][5:14], lines[0][14]) and _closes(lines[1][:6], lines[1][6])
    return False


def _mrz(chance: random.Random) -> str:
    name = f"P<UTO{chance.choice(['ERIKSSON', 'SILVA', 'OKAFOR'])}<<{chance.choice(['ANNA', 'MIA', 'JON'])}"
    number, day = from_form("@########", chance), from_form("%y%m%d", chance)
    expires, personal = "300101", "<" * 14
    second = f"{number}{_check(number)}UTO{day}{_check(day)}F{expires}{_check(expires)}{personal}<"
    closing = _check(second[:10] + second[13:20] + second[21:43])
    return f"{name.ljust(44, '<')}\n{second}{closing}"


VALIDATORS: Final[dict[str, Validator]] = {
    "document": document,
    "licence": licence,
    "gb-licence": gb_licence,
    "mixed-or-upper": mixed_or_upper,
    "order-number": order_number,
    "mrz": mrz,
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "mrz": _mrz,
    "gb-licence": fitting("@@@@@#%m%d#@@9@@", lambda text: text[6] in "01" and text[5:11].isdigit()),
}
