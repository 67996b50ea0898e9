"""Numbers and dates that belong to a person: national ids by python-stdnum, phones by phonenumberslite."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import phonenumbers
from stdnum import exceptions  # noqa: F401 - makes a missing package fail here and not at the first record
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar, pan
from stdnum.it import codicefiscale
from stdnum.mx import curp
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import ssn as us_ssn

from ..rule import Match, Validator

_STDNUM = {
    "us-ssn": us_ssn, "br-cpf": cpf, "ca-sin": sin, "ch-ahv": ahv, "de-idnr": idnr, "es-dni": dni, "es-nie": nie,
    "fi-hetu": hetu, "fr-nir": nir, "gb-nhs": nhs, "in-aadhaar": aadhaar, "in-pan": pan, "it-cf": codicefiscale,
    "mx-curp": curp, "nl-bsn": bsn, "pl-pesel": pesel, "se-pn": personnummer,
}  # fmt: skip


def _checked(module: object) -> Validator:
    def check(text: str, _: Match) -> bool:
        return bool(module.is_valid(text))  # type: ignore[attr-defined]  # python-stdnum's modules share this function

    return check


def phone(text: str, found: Match) -> bool:
    """Possible and valid for its country: the one after +, else of the countries that write so."""
    digits = [c for c in text if c.isdigit()]
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 3:
        return False
    regions: tuple[str | None, ...] = (
        (None,) if text.lstrip("( ").startswith("+") else ("US", "GB", "DE", "FR", "AU", "IN")
    )
    for region in regions:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False


def date(text: str, _: Match) -> bool:
    """A day of a life: the year between 1900 and 2030 where it has four digits."""
    year = re.search(r"(?:19|20)\d\d", text)
    return year is None or 1900 <= int(year.group()) <= 2030


_COMMON = frozenset(
    """agent answer assistant attribute base bot class client code column config customer data default display domain
    event example field file first folder format full function given host id image index item job key label last list
    method model module name new node none null object output package page parameter path person plan product project
    query record request response result role rule sample schema server service session source string system table
    tag test text title tool trace type unknown update user value variable version view string error the this that
    monday tuesday wednesday thursday friday saturday sunday yes true false""".split()  # noqa: SIM905
)


def person_name(text: str, _: Match) -> bool:
    """One to five capitalised words, none of them the name of a thing."""
    words = re.split(r"[\s,]+", text.strip())
    return 1 <= len(words) <= 5 and not any(word.lower().strip(".") in _COMMON for word in words)


def _ssn(chance: random.Random) -> str:
    return f"{chance.randint(101, 665)}-{chance.randint(11, 98)}-{chance.randint(1001, 9998)}"


def _made(module: object, size: int) -> Callable[[random.Random], str]:
    def make(chance: random.Random) -> str:
        while True:
            text = "".join(chance.choices("0123456789", k=size))
            if module.is_valid(text):  # type: ignore[attr-defined]  # as above
                return text

    return make


VALIDATORS: dict[str, Validator] = {
    **{name: _checked(module) for name, module in _STDNUM.items()},
    "phone": phone, "date": date, "person-name": person_name,
}  # fmt: skip
GENERATORS: dict[str, Callable[[random.Random], str]] = {
    "us-ssn": _ssn,
    "gb-nhs": _made(nhs, 10), "br-cpf": _made(cpf, 11), "ca-sin": _made(sin, 9), "nl-bsn": _made(bsn, 9),
    "pl-pesel": _made(pesel, 11), "in-aadhaar": _made(aadhaar, 12), "de-idnr": _made(idnr, 11),
    "es-dni": lambda chance: (n := f"{chance.randint(10_000_000, 99_999_999)}") + dni.calc_check_digit(n),
}  # fmt: skip
