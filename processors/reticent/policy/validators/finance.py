"""Check digits of money: cards, bank accounts, routing numbers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from stdnum import bic as _bic_code
from stdnum import iban as _iban
from stdnum import luhn
from stdnum.ar import cbu
from stdnum.cz import bankaccount as cz_account
from stdnum.es import ccc
from stdnum.iso7064 import mod_97_10
from stdnum.no import kontonr
from stdnum.nz import bankaccount as nz_account
from stdnum.us import rtn

from ...patterns.linear import finding
from ..rule import Match, Validator
from .likeness import words_of
from .national import DAY_IN_DIGITS, digits_of, fitting


def _ranges(*spans: tuple[int, int]) -> tuple[str, ...]:
    return tuple(str(number) for first, last in spans for number in range(first, last + 1))


_LONG: Final = (16, 17, 18, 19)
_ISSUERS: Final = (
    (("4",), (13, 16, 18, 19)),
    (_ranges((51, 55), (2221, 2720)), (16,)),
    (("34", "37"), (15,)),
    ((*_ranges((300, 305)), "3095", "36", "38", "39"), (14, 16, 17, 18, 19)),
    (("6011", "65", *_ranges((644, 649))), _LONG),
    (_ranges((3528, 3589)), _LONG),
    (("1800", "2131"), (15,)),
    (("62", "81"), _LONG),
    (_ranges((2200, 2205)), _LONG),
    (("50", "56", "57", "58", "63", "67"), (12, 13, 14, 15, 16, 17, 18, 19)),
    (("60", "82", "9792", "9860", "8600", "6282", "636", "637", "638", "639"), (16, 17, 18, 19)),
)
"""Issuer identification ranges: first digits and lengths (ISO/IEC 7812, the networks' own publications)."""


def _digits(text: str) -> str:
    return "".join(map(str, digits_of(text)))


def _issued(text: str) -> bool:
    """Luhn, an issuer's range and length, and more than one digit."""
    number = _digits(text)
    known = any(len(number) in sizes and number.startswith(starts) for starts, sizes in _ISSUERS)
    return known and len(set(number)) > 1 and bool(luhn.is_valid(number))


_ROW: Final = re.compile(r" (\d{4}(?: \d{4}){3})(?!\d)| \d{4}(?![\d/])")
"""Another group behind the last of a number: of one more number, or of a row of numbers."""
_COLUMN: Final = re.compile(r"(\d{4}(?: \d{4}){3}) $|\b\d{4} $")
_MONTH: Final = re.compile(r" (?:0[1-9]|1[0-2])[2-4]\d(?!\d)")


_ALONE: Final = (re.compile(r"[\d*] {1,8}$"), re.compile(r" {1,8}[\d*]"))


def card_end(_: str, found: Match) -> bool:
    """No number that stars fill up, in a row of such numbers."""
    before, behind = _ALONE
    return not before.search(found.text[: found.start]) and not behind.match(found.text, found.end)


_SHORT: Final = 14
"""Digits of hardly any card."""
_ID: Final = re.compile(r"(?i)(?:session|trace|span|request|thread|correlation)(?:[ _-]?id)?[\]\"'\s:=]{0,4}$")
"""What numbers of programs are called, before one."""


def card(text: str, found: Match) -> bool:
    """An issuer's number, no part of a row of numbers: what follows is its month of expiry, or one more card.

    Long numbers without groups are ids of programs, unless a word of cards stands beside them (`card_near`)."""
    if text.isdigit() and len(text) not in {14, 15, 16}:
        return False
    if len(text) == _SHORT and text.isdigit() and _ID.search(found.text[: found.start] or found.label):
        return False
    before, behind = found.text[max(0, found.start - 20) : found.start], found.text[found.end : found.end + 24]
    if not text.isdigit() and (last := _COLUMN.search(before)) and not _issued(last.group(1) or ""):
        return False
    row = _ROW.match(behind) if not text.isdigit() else None
    whole = row is None or _MONTH.match(behind) is not None or (row.group(1) is not None and _issued(row.group(1)))
    return whole and _issued(text)


_ARTICLE: Final = finding(r"(?i)\b(?:ean|upc|gtin|isbn|asin|sku|bar ?code)[ _-]?(?:1[34]|8)?[^0-9A-Za-z]{1,8}$")


def card_near(text: str, found: Match) -> bool:
    """Beside a word of cards: fourteen digits or more need no issuer that we know. No number of an article."""
    number = _digits(text)
    if _ARTICLE(f"{found.label} {found.text[max(0, found.start - 24) : found.start]}"):
        return False
    return _issued(text) or (
        len(number) >= 14 and number[0] != "0" and len(set(number)) > 3 and bool(luhn.is_valid(number))
    )


def card_unchecked(text: str, _: Match) -> bool:
    """In groups behind the name of a card: its check digit may be wrong, as one digit may be when somebody types it."""
    return len(set(_digits(text))) > 3


def _card(chance: random.Random) -> str:
    start, size = chance.choice(
        [("4", 16), ("51", 16), ("2221", 16), ("37", 15), ("6011", 16), ("3528", 16), ("36", 14)]
    )
    body = start + "".join(chance.choices("0123456789", k=size - len(start) - 1))
    return body + str(luhn.calc_check_digit(body))


def _grouped_card(chance: random.Random) -> str:
    number = _card(chance)
    while len(number) != 16:
        number = _card(chance)
    return " ".join(number[at : at + 4] for at in range(0, 16, 4))


def _debit_card(chance: random.Random) -> str:
    body = "5018" + "".join(chance.choices("0123456789", k=7))
    return body + str(luhn.calc_check_digit(body))


def iban(text: str, _: Match) -> bool:
    """Its country's length and form, and ISO 7064 MOD 97-10."""
    return bool(_iban.is_valid(text, check_country=False))


def mod_97(text: str, _: Match) -> bool:
    """ISO 7064 MOD 97-10, of any length and country; ten digits or more, three of them different."""
    plain = text.replace(" ", "")
    digits = [letter for letter in plain if letter.isdigit()]
    return mod_97_10.is_valid(plain[4:] + plain[:4]) and len(digits) >= 10 and len(set(digits)) > 2


def account_of_money(text: str, found: Match) -> bool:
    """In groups, all of a field, or near a word of moving or keeping money, and of no cloud."""
    around = found.text[max(0, found.start - _MONEY_NEAR) : found.end + _MONEY_NEAR]
    if not text.isdigit() or found.text[found.start - 1 : found.start] in {"\x01", "\x02"} or found.label:
        return True
    return _OF_MONEY(around) and not _OF_CLOUDS(around) and DAY_IN_DIGITS.fullmatch(text) is None


_MONEY_NEAR: Final = 60
_OF_CLOUDS: Final = finding(r"(?i)\b(?:aws|iam|arn|gcp|azure|tenant|s3|role|cluster|region|bucket|rows?)\b")
_OF_MONEY: Final = finding(
    r"(?i)\b(?:bank\w*|transfer\w*|pay|paid|payments?|deposit\w*|balance|wire|wired|credit\w*|debit\w*|savings|checking|holder"
    r"|iban|routing|sort code|statement|loan|mortgage|refund\w*|withdr\w+|money|my account|your account|under"
    r"|überweis\w*|virement|transfer\w*|transferencia|bonifico|przelew|overboek\w*|[$€£])"
)
_FORMS: Final = ("DE##" + "#" * 18, "GB##NWBK" + "#" * 14, "FR##" + "#" * 23, "NL##ABNA" + "#" * 10, "NO##" + "#" * 11)


def _make_long(chance: random.Random) -> str:
    bban = "".join(chance.choice("0123456789") for _ in range(18))
    return f"CO{mod_97_10.calc_check_digits(f'{bban}CO')}{bban}"


def _make_iban(chance: random.Random) -> str:
    form = chance.choice(_FORMS)
    bban = "".join(chance.choice("0123456789") if c == "#" else c for c in form[4:])
    number = int("".join(str(int(c, 36)) for c in f"{bban}{form[:2]}00"))
    return f"{form[:2]}{98 - number % 97:02d}{bban}"


def _spaced_iban(chance: random.Random) -> str:
    text = _make_iban(chance)
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


_COUNTRIES: Final = words_of(
    """ad ae af ag al am ao ar at au az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd cg ch ci cl cm cn
    co cr cu cv cy cz de dj dk dm do dz ec ee eg es et fi fj fo fr ga gb ge gh gi gl gm gn gq gr gt gw gy hk hn hr
    ht hu id ie il im in iq ir is it je jm jo jp ke kg kh km kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md
    me mg mk ml mm mn mo mr mt mu mv mw mx my mz na ne ng ni nl no np nz om pa pe pg ph pk pl pr ps pt py qa ro rs
    ru rw sa sb sc sd se sg si sk sl sm sn so sr st sv sy sz td tg th tj tl tm tn to tr tt tw tz ua ug us uy uz va
    vc ve vn ws xk ye za zm zw"""
)


def bic(text: str, _: Match) -> bool:
    """ISO 9362 with a country that there is."""
    return text[4:6].lower() in _COUNTRIES and bool(_bic_code.is_valid(text))


def _bic(chance: random.Random) -> str:
    return "".join(chance.choices("BCDFGHKLMNPRST", k=4)) + "DE" + chance.choice(["FF", "MM", "55"])


def routing(text: str, _: Match) -> bool:
    """ABA routing transit number of a Federal Reserve district."""
    start = int(text[:2])
    district = start <= 12 or 21 <= start <= 32 or 61 <= start <= 72 or start == 80
    return district and len(set(text)) > 2 and bool(rtn.is_valid(text))


def clabe(text: str, _: Match) -> bool:
    """Eighteen digits: bank, place, account, and a check digit by weights 3, 7, 1."""
    digits = digits_of(text)
    return (
        len(set(digits)) > 2
        and (10 - sum(d * w % 10 for d, w in zip(digits, (3, 7, 1) * 6, strict=False)) % 10) % 10 == 0
    )


def _clabe(chance: random.Random) -> str:
    body = [0, 0, 2, *(chance.randrange(10) for _ in range(14))]
    check = -sum(d * w % 10 for d, w in zip(body, (3, 7, 1) * 6, strict=False)) % 10
    return "".join(map(str, [*body, check]))


def account(text: str, _: Match) -> bool:
    """More than two different digits, and no date."""
    return len(set(digits_of(text))) > 2 and re.fullmatch(r"(?:19|20)\d\d[-/. ]\d\d[-/. ]\d\d", text) is None


def boleto(text: str, _: Match) -> bool:
    """Three fields, each closed by a Luhn digit of its own."""
    number = _digits(text)
    return len(number) == 47 and all(luhn.is_valid(field) for field in (number[:10], number[10:21], number[21:32]))


def _boleto(chance: random.Random) -> str:
    fields = []
    for size in (9, 10, 10):
        body = "".join(chance.choices("0123456789", k=size))
        fields.append(body + str(luhn.calc_check_digit(body)))
    return "".join(fields) + "".join(chance.choices("0123456789", k=15))


def swiss_reference(text: str, _: Match) -> bool:
    """QR reference: 27 digits, modulo 10 recursive."""
    carry = 0
    for digit in digits_of(text):
        carry = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)[(carry + digit) % 10]
    return carry == 0


def plain_code(text: str, found: Match) -> bool:
    """A short code that no date and no number goes on behind."""
    return re.match(r"[-/.,:]\d", found.text[found.end : found.end + 2]) is None


def no_year(text: str, found: Match) -> bool:
    """Four digits that no year is likely to be, where they speak of years."""
    before = found.text[max(0, found.start - 40) : found.start].lower()
    return not (text[:2] in {"19", "20"} and re.search(r"\b(?:year|quarter|period|month|week|season)", before))


def card_expiry(text: str, found: Match) -> bool:
    """A month and a year that its name is not joined with by a hyphen, as in the name of a version."""
    return found.text[max(0, found.start - 1) : found.start] != "-"


def amount(text: str, _: Match) -> bool:
    """Three digits or more, or a sign of thousands: a sum that says something of a person, and no year alone."""
    digits = digits_of(text)
    return (len(digits) >= 3 or text[-1:].lower() in {"k", "m"}) and any(digits)


VALIDATORS: Final[dict[str, Validator]] = {
    "card-near": card_near,
    "card-unchecked": card_unchecked,
    "card": card,
    "card-end": card_end,
    "iban": iban,
    "mod-97": mod_97,
    "account-of-money": account_of_money,
    "bic": bic,
    "routing": routing,
    "clabe": clabe,
    "account": account,
    "boleto": boleto,
    "swiss-reference": swiss_reference,
    "amount": amount,
    "plain-code": plain_code,
    "card-expiry": card_expiry,
    "no-year": no_year,
    "ar-cbu": lambda text, _: len(set(text)) > 2 and bool(cbu.is_valid(text)),
    "es-ccc": lambda text, _: bool(ccc.is_valid(text)),
    "cz-account": lambda text, _: bool(cz_account.is_valid(text)),
    "no-account": lambda text, _: bool(kontonr.is_valid(text)),
    "nz-account": lambda text, _: bool(nz_account.is_valid(text)),
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "card": _card,
    "card-grouped": _grouped_card,
    "debit-card": _debit_card,
    "iban": _make_iban,
    "iban-long": _make_long,
    "iban-spaced": _spaced_iban,
    "bic": _bic,
    "routing": fitting("021######", lambda text: bool(rtn.is_valid(text))),
    "clabe": _clabe,
    "boleto": _boleto,
    "ar-cbu": fitting("011#" + "#" * 18, lambda text: bool(cbu.is_valid(text))),
    "es-ccc": fitting("#" * 20, lambda text: bool(ccc.is_valid(text))),
    "cz-account": fitting("19-##########/0800", lambda text: bool(cz_account.is_valid(text))),
    "no-account": fitting("####.##.#####", lambda text: bool(kontonr.is_valid(text))),
    "nz-account": fitting("01-0###-#######-00", lambda text: bool(nz_account.is_valid(text))),
    "swiss-reference": fitting("21" + "#" * 25, lambda text: swiss_reference(text, Match(text, "", 0, 27))),
}
