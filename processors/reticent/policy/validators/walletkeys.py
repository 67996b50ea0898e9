"""Keys of wallets and networks, which carry checksums of their own: base58check, bech32, CRC-16."""

from __future__ import annotations

import base64
import binascii
import random
from collections.abc import Callable
from typing import Final

from ..rule import Match, Validator
from .encodings import BECH32, base58check, expanded, polymod, to_base58check, to_bech32

_NKEY_KINDS: Final = {"U": 20 << 3, "A": 0, "O": 14 << 3, "N": 13 << 3, "C": 2 << 3, "X": 23 << 3}
_NKEY_SEED: Final = 18 << 3
_STRKEY_SEED: Final = 18 << 3


def bech32(text: str) -> bool:
    """BIP-173, as age and Nostr use it, of any length."""
    prefix, _, data = text.lower().rpartition("1")
    values = [BECH32.find(c) for c in data]
    return bool(prefix) and -1 not in values and polymod(expanded(prefix) + values) == 1


def _to_bech32(prefix: str, payload: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in payload)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    return to_bech32(prefix, values)


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


def _to_wif(rng: random.Random) -> str:
    return to_base58check(b"\x80" + rng.randbytes(32) + b"\x01")


def _to_extended(rng: random.Random) -> str:
    return to_base58check(bytes.fromhex("0488ade4") + rng.randbytes(41) + b"\x00" + rng.randbytes(32))


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
