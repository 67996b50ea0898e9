"""Keys of wallets and networks, which carry checksums of their own: base58check, bech32, CRC-16."""

from __future__ import annotations

import base64
import binascii
import hashlib
import random
from collections.abc import Callable
from typing import Final

from ..rule import Match, Validator

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_NKEY_KINDS: Final = {"U": 20 << 3, "A": 0, "O": 14 << 3, "N": 13 << 3, "C": 2 << 3, "X": 23 << 3}
_NKEY_SEED: Final = 18 << 3
_STRKEY_SEED: Final = 18 << 3


def base58check(text: str) -> bytes:
    """The payload, where the four bytes behind it are its checksum; else empty."""
    number = 0
    for letter in text:
        place = _BASE58.find(letter)
        if place < 0:
            return b""
        number = number * 58 + place
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, check = raw[:-4], raw[-4:]
    return payload if _double_sha(payload)[:4] == check else b""


def _double_sha(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def _to_base58check(payload: bytes) -> str:
    number, text = int.from_bytes(payload + _double_sha(payload)[:4], "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return text


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(_GENERATOR):
            check ^= term if (top >> place) & 1 else 0
    return check


def _expanded(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def bech32(text: str) -> bool:
    """BIP-173, as age and Nostr use it, of any length."""
    prefix, _, data = text.lower().rpartition("1")
    values = [_BECH32.find(c) for c in data]
    return bool(prefix) and -1 not in values and _polymod(_expanded(prefix) + values) == 1


def _to_bech32(prefix: str, payload: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in payload)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    check = _polymod(_expanded(prefix) + values + [0] * 6) ^ 1
    values += [(check >> 5 * (5 - place)) & 31 for place in range(6)]
    return prefix + "1" + "".join(_BECH32[value] for value in values)


def _crc16(text: str) -> bytes:
    """The payload of base32 whose last two bytes are the CRC-16/XMODEM of it, low byte first; else empty."""
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return b""
    return raw[:-2] if binascii.crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little") else b""


def _to_crc16(payload: bytes) -> str:
    return base64.b32encode(payload + binascii.crc_hqx(payload, 0).to_bytes(2, "little")).decode().rstrip("=")


def _wif(secret: str, match: Match) -> bool:
    """Version 128 and 32 bytes; a 1 behind them tells that the public key is compressed."""
    payload = base58check(secret)
    return payload[:1] == b"\x80" and len(payload) in (33, 34)


def _extended(secret: str, match: Match) -> bool:
    return len(base58check(secret)) == 78


def _bech32(secret: str, match: Match) -> bool:
    return bech32(secret)


def _strkey(secret: str, match: Match) -> bool:
    return len(_crc16(secret)) == 33


def _nkey(secret: str, match: Match) -> bool:
    return len(_crc16(secret)) == 34


def _to_wif(rng: random.Random) -> str:
    return _to_base58check(b"\x80" + rng.randbytes(32) + b"\x01")


def _to_extended(rng: random.Random) -> str:
    return _to_base58check(bytes.fromhex("0488ade4") + rng.randbytes(41) + b"\x00" + rng.randbytes(32))


def _to_nkey(rng: random.Random) -> str:
    kind = _NKEY_KINDS["U"]
    return _to_crc16(bytes([_NKEY_SEED | kind >> 5, (kind & 31) << 3]) + rng.randbytes(32))


def _recovery(secret: str, match: Match) -> bool:
    """BitLocker's: eight groups of six digits, each eleven times a number of sixteen bits."""
    groups = [int(group) for group in secret.split("-") if group.isdecimal()]
    return len(set(groups)) > 4 and all(group % 11 == 0 and group // 11 < 1 << 16 for group in groups)


def _to_recovery(rng: random.Random) -> str:
    return "-".join(f"{rng.randrange(1 << 16) * 11:06d}" for _ in range(8))


VALIDATORS: Final[dict[str, Validator]] = {
    "wif": _wif,
    "extended-key": _extended,
    "bech32": _bech32,
    "strkey": _strkey,
    "nkey": _nkey,
    "bitlocker": _recovery,
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "wif": _to_wif,
    "extended-key": _to_extended,
    "age-key": lambda rng: _to_bech32("age-secret-key-", rng.randbytes(32)).upper(),
    "nostr-key": lambda rng: _to_bech32("nsec", rng.randbytes(32)),
    "stellar-seed": lambda rng: _to_crc16(bytes([_STRKEY_SEED]) + rng.randbytes(32)),
    "nkey-seed": _to_nkey,
    "bitlocker": _to_recovery,
    "key-numbers": lambda rng: str([*rng.randbytes(64)]),
}
