"""Base58 and the checksums of Base58Check and Bech32, as the keys and addresses of wallets have them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

BITCOIN: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def base58(text: str, alphabet: str = BITCOIN) -> bytes:
    """The bytes that a Base58 text stands for, leading zeros included; empty for other text."""
    number = 0
    for letter in text:
        place = alphabet.find(letter)
        if place < 0:
            return b""
        number = number * 58 + place
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def to_base58(raw: bytes, alphabet: str = BITCOIN) -> str:
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, place = divmod(number, 58)
        text = alphabet[place] + text
    return alphabet[0] * (len(raw) - len(raw.lstrip(b"\0"))) + text


def base58check(text: str, alphabet: str = BITCOIN) -> bytes:
    """The payload, where the four bytes behind it are its checksum; else empty."""
    raw = base58(text, alphabet)
    payload, check = raw[:-4], raw[-4:]
    return payload if _checksum(payload) == check else b""


def to_base58check(payload: bytes, alphabet: str = BITCOIN) -> str:
    return to_base58(payload + _checksum(payload), alphabet)


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]


def polymod(values: Iterable[int], generator: Sequence[int] = _GENERATOR, bits: int = 25) -> int:
    """The remainder of a BCH code over groups of five bits: Bech32's (BIP-173), or one with `bits` and five more."""
    check = 1
    for value in values:
        top = check >> bits
        check = (check & (1 << bits) - 1) << 5 ^ value
        for place, term in enumerate(generator):
            check ^= term if top >> place & 1 else 0
    return check


def expanded(prefix: str) -> list[int]:
    """The part of a Bech32 text that people read, as its checksum takes it."""
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def to_bech32(prefix: str, values: Sequence[int]) -> str:
    check = polymod([*expanded(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    return f"{prefix}1{''.join(BECH32[value] for value in [*values, *(check >> 5 * (5 - i) & 31 for i in range(6))])}"
