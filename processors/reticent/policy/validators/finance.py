"""Checksums of money: cards, accounts, routing numbers, wallets."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

from stdnum import iban as _iban
from stdnum import luhn
from stdnum.us import rtn

from ..rule import Match, Validator

# Issuer identification ranges: first digits and lengths (ISO/IEC 7812, the networks' own publications).
_ISSUERS = (
    (("4",), (13, 16, 19)),
    (tuple(str(n) for n in range(51, 56)), (16,)),
    (tuple(str(n) for n in range(2221, 2721)), (16,)),
    (("34", "37"), (15,)),
    (("36", "38", "39", *(str(n) for n in range(300, 306))), (14, 16)),
    (("6011", "65", *(str(n) for n in range(644, 650))), (16, 19)),
    (tuple(str(n) for n in range(3528, 3590)), (16,)),
    (("62",), (16, 17, 18, 19)),
    (("50", "56", "57", "58", "6304", "6759", "6761", "6762", "6763"), (12, 13, 14, 15, 16, 17, 18, 19)),
)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def card(text: str, _: Match) -> bool:
    """Luhn, an issuer's range and length, and more than one digit."""
    number = _digits(text)
    known = any(len(number) in sizes and number.startswith(starts) for starts, sizes in _ISSUERS)
    return known and len(set(number)) > 1 and bool(luhn.is_valid(number))


def _card(chance: random.Random) -> str:
    body = "4" + "".join(chance.choices("0123456789", k=14))
    return body + str(luhn.calc_check_digit(body))


def iban(text: str, _: Match) -> bool:
    return bool(_iban.is_valid(text))


def _make_iban(chance: random.Random) -> str:
    bank = "".join(chance.choices("0123456789", k=18))
    number = int(bank + "131400") % 97  # D, E, 00
    return f"DE{98 - number:02d}{bank}"


def routing(text: str, _: Match) -> bool:
    """ABA routing transit number."""
    return bool(rtn.is_valid(text))


def _routing(chance: random.Random) -> str:
    body = "0" + str(chance.randint(1, 9)) + "".join(chance.choices("0123456789", k=6))
    return body + str(rtn.calc_check_digit(body))


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _base58check(text: str) -> bool:
    number = 0
    for letter in text:
        place = _BASE58.find(letter)
        if place < 0:
            return False
        number = number * 58 + place
    raw = number.to_bytes(25, "big") if number < 1 << 200 else b""
    return len(raw) == 25 and hashlib.sha256(hashlib.sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def bitcoin(text: str, _: Match) -> bool:
    """Base58Check (P2PKH, P2SH), or the Bech32 alphabet (BIP-173) of a segwit address."""
    if text.lower().startswith("bc1"):
        return _bech32(text.lower())
    return _base58check(text)


_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check


def _bech32(text: str) -> bool:
    human, _, data = text.rpartition("1")
    if any(c not in _BECH32 for c in data):
        return False
    expanded = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human]
    return _polymod(expanded + [_BECH32.index(c) for c in data]) in (1, 0x2BC830A3)


def _bitcoin(chance: random.Random) -> str:
    raw = b"\x00" + chance.randbytes(20)
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, place = divmod(number, 58)
        text = _BASE58[place] + text
    return "1" + text


VALIDATORS: dict[str, Validator] = {"card": card, "iban": iban, "routing": routing, "bitcoin": bitcoin}
GENERATORS: dict[str, Callable[[random.Random], str]] = {
    "card": _card, "iban": _make_iban, "routing": _routing, "bitcoin": _bitcoin,
}  # fmt: skip
