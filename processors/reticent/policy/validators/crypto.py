"""Addresses of cryptocurrencies by their own checksums."""

from __future__ import annotations

import base64
import binascii
import hashlib
import random
from collections.abc import Callable, Iterator
from typing import Final

from ..rule import Match, Validator
from .encodings import (
    BECH32,
    BITCOIN,
    RIPPLE,
    base58,
    base58check,
    expanded,
    polymod,
    to_base58,
    to_base58check,
    to_bech32,
)


def _base58check(*versions: bytes, size: int = 20, alphabet: str = BITCOIN) -> tuple[Validator, Callable[..., str]]:
    """Base58Check of a version, `size` bytes and the first four of SHA-256 twice; and a maker of such texts."""

    def check(text: str, _: Match) -> bool:
        payload = base58check(text, alphabet)
        return payload.startswith(versions) and len(payload) == len(versions[0]) + size

    def make(chance: random.Random) -> str:
        return to_base58check(versions[0] + chance.randbytes(size), alphabet)

    return check, make


def bech32(text: str, _: Match | None = None) -> bool:
    """BIP-173 and BIP-350, of any length."""
    if text != text.lower() and text != text.upper():
        return False
    human, _sep, data = text.lower().rpartition("1")
    if len(data) < 7 or any(c not in BECH32 for c in data):
        return False
    return polymod(expanded(human) + [BECH32.index(c) for c in data]) in {1, 0x2BC830A3}


def _make_bech32(human: str, size: int, first: int | None = None) -> Callable[[random.Random], str]:
    def make(chance: random.Random) -> str:
        data = [chance.randrange(32) for _ in range(size)]
        if first is not None:
            data[0] = first
        return to_bech32(human, data)

    return make


_BTC, _make_btc = _base58check(b"\x00", b"\x05", b"\x6f", b"\xc4")


def bitcoin(text: str, found: Match) -> bool | tuple[int, int]:
    """Base58Check (P2PKH, P2SH, the test networks too), or Bech32 of a segwit address."""
    return bech32(text) if text[:3].lower() in {"bc1", "tb1"} else _BTC(text, found)


_CASH_GENERATOR: Final = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
_CASH: Final = [ord(c) & 31 for c in "bitcoincash"] + [0]


def _cash_check(values: list[int]) -> int:
    return polymod(values, _CASH_GENERATOR, 35) ^ 1


def bitcoin_cash(text: str, _: Match) -> bool:
    """CashAddr."""
    data = text.rpartition(":")[2]
    if data != data.lower() and data != data.upper():
        return False
    data = data.lower()
    return all(c in BECH32 for c in data) and _cash_check(_CASH + [BECH32.index(c) for c in data]) == 0


def _make_cash(chance: random.Random) -> str:
    data = [0, *(chance.randrange(32) for _ in range(33))]
    check = _cash_check([*_CASH, *data, *[0] * 8])
    return "bitcoincash:" + "".join(BECH32[v] for v in [*data, *(check >> 5 * (7 - i) & 31 for i in range(8))])


def _constants() -> list[int]:
    """Round constants of Keccak, from its shift register."""
    register, found = 1, []
    for _ in range(24):
        constant = 0
        for power in range(7):
            constant ^= (register & 1) << (1 << power) - 1
            register = register << 1 ^ (0x171 if register >> 7 else 0)
        found.append(constant)
    return found


def _lanes() -> Iterator[tuple[int, int]]:
    """The walk of Keccak's steps rho and pi: lanes, and by how much each is turned."""
    x, y = 1, 0
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        yield x + 5 * y, (step + 1) * (step + 2) // 2 % 64


_ROUNDS: Final = _constants()
_MASK: Final = (1 << 64) - 1
_LANES: Final = tuple(_lanes())


def keccak256(data: bytes) -> bytes:
    """Keccak-256 with its first padding, as Ethereum and Monero have it, of fewer than 136 bytes."""
    block = bytearray(136)
    block[: len(data)] = data
    block[len(data)] ^= 1
    block[135] ^= 0x80
    a = [int.from_bytes(block[at : at + 8], "little") for at in range(0, 136, 8)] + [0] * 8
    for constant in _ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & _MASK) for x in range(5)]
        a = [lane ^ d[place % 5] for place, lane in enumerate(a)]
        last = a[1]
        for place, turn in _LANES:
            a[place], last = (last << turn | last >> 64 - turn) & _MASK, a[place]
        a = [
            a[row + x] ^ (~a[row + (x + 1) % 5] & a[row + (x + 2) % 5])
            for row in range(0, 25, 5)
            for x in range(5)
        ]  # fmt: skip
        a[0] ^= constant
    return b"".join(lane.to_bytes(8, "little") for lane in a[:4])


def _checksummed(plain: str) -> str:
    digest = keccak256(plain.encode()).hex()
    return "".join(c.upper() if int(digest[place], 16) > 7 else c for place, c in enumerate(plain))


def ethereum(text: str, _: Match) -> bool:
    """EIP-55 where letters are of both cases; in one case there is no checksum, and digits enough to be no filler."""
    body = text[2:]
    if len(set(body.lower())) < 6:
        return False
    return body in {body.lower(), body.upper()} or _checksummed(body.lower()) == body


def _make_ethereum(chance: random.Random) -> str:
    return "0x" + _checksummed(chance.randbytes(20).hex())


_XMR_BLOCKS: Final = (0, 2, 3, 5, 6, 7, 9, 10, 11)


def monero(text: str, _: Match) -> bool:
    """Base58 in blocks of eleven characters, closed by four bytes of Keccak."""
    raw = b""
    for at in range(0, len(text), 11):
        block = text[at : at + 11]
        if len(block) not in _XMR_BLOCKS or any(c not in BITCOIN for c in block):
            return False
        number = 0
        for letter in block:
            number = number * 58 + BITCOIN.index(letter)
        size = _XMR_BLOCKS.index(len(block))
        if number >> 8 * size:
            return False
        raw += number.to_bytes(size, "big")
    return keccak256(raw[:-4])[:4] == raw[-4:]


def _make_monero(chance: random.Random) -> str:
    raw = b"\x12" + chance.randbytes(64)
    raw += keccak256(raw)[:4]
    text = ""
    for at in range(0, len(raw), 8):
        block = raw[at : at + 8]
        number, part = int.from_bytes(block, "big"), ""
        for _ in range(_XMR_BLOCKS[len(block)]):
            number, place = divmod(number, 58)
            part = BITCOIN[place] + part
        text += part
    return text


def _crc16(data: bytes) -> int:
    return binascii.crc_hqx(data, 0)


def stellar(text: str, _: Match) -> bool:
    """StrKey: version, 32 bytes, CRC-16."""
    try:
        raw = base64.b32decode(text)
    except binascii.Error:
        return False
    return len(raw) == 35 and raw[0] == 6 << 3 and _crc16(raw[:33]) == int.from_bytes(raw[33:], "little")


def _make_stellar(chance: random.Random) -> str:
    raw = bytes([6 << 3]) + chance.randbytes(32)
    return base64.b32encode(raw + _crc16(raw).to_bytes(2, "little")).decode()


def ton(text: str, _: Match) -> bool:
    """A user-friendly address: tag, workchain, 32 bytes, CRC-16, in base64."""
    try:
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return False
    return len(raw) == 36 and raw[0] in {0x11, 0x51, 0x91, 0xD1} and _crc16(raw[:34]) == int.from_bytes(raw[34:], "big")


def _make_ton(chance: random.Random) -> str:
    raw = b"\x11\x00" + chance.randbytes(32)
    return base64.urlsafe_b64encode(raw + _crc16(raw).to_bytes(2, "big")).decode()


def algorand(text: str, _: Match) -> bool:
    """32 bytes and the last four of SHA-512/256, in Base32."""
    try:
        raw = base64.b32decode(text + "======")
    except binascii.Error:
        return False
    # the last character has two bits that no byte takes: they are zero
    whole = len(raw) == 36 and base64.b32encode(raw).decode().rstrip("=") == text
    return whole and hashlib.new("sha512_256", raw[:32]).digest()[-4:] == raw[32:]


def _make_algorand(chance: random.Random) -> str:
    raw = chance.randbytes(32)
    return base64.b32encode(raw + hashlib.new("sha512_256", raw).digest()[-4:]).decode().rstrip("=")


def polkadot(text: str, _: Match) -> bool:
    """SS58: a network of one byte, 32 bytes, two of BLAKE2b."""
    raw = base58(text)
    return len(raw) == 35 and hashlib.blake2b(b"SS58PRE" + raw[:33]).digest()[:2] == raw[33:]


def _make_polkadot(chance: random.Random) -> str:
    raw = b"\x00" + chance.randbytes(32)
    return to_base58(raw + hashlib.blake2b(b"SS58PRE" + raw).digest()[:2])


def solana(text: str, _: Match) -> bool:
    """32 bytes in Base58; there is no checksum."""
    return len(base58(text)) == 32 and any(c.isdigit() for c in text) and len(set(text)) > 12


def _make_solana(chance: random.Random) -> str:
    return to_base58(b"\x01" + chance.randbytes(31))


_NANO: Final = "13456789abcdefghijkmnopqrstuwxyz"


def nano(text: str, _: Match) -> bool:
    """A key of 32 bytes, and five of BLAKE2b in reverse."""
    if any(c not in _NANO for c in text[-60:]):
        return False
    key, check = text[-60:-8], text[-8:]
    number = int("".join(f"{_NANO.index(c):05b}" for c in key)[4:], 2)
    digest = hashlib.blake2b(number.to_bytes(32, "big"), digest_size=5).digest()[::-1]
    return int("".join(f"{_NANO.index(c):05b}" for c in check), 2) == int.from_bytes(digest, "big")


def _make_nano(chance: random.Random) -> str:
    key = chance.randbytes(32)
    digest = hashlib.blake2b(key, digest_size=5).digest()[::-1]
    bits = "0000" + f"{int.from_bytes(key, 'big'):0256b}" + f"{int.from_bytes(digest, 'big'):040b}"
    return "nano_" + "".join(_NANO[int(bits[at : at + 5], 2)] for at in range(0, 300, 5))


_TABLE: Final[dict[str, tuple[Validator, Callable[[random.Random], str]]]] = {
    "litecoin": _base58check(b"\x30", b"\x32"),
    "dogecoin": _base58check(b"\x1e", b"\x16"),
    "dash": _base58check(b"\x4c", b"\x10"),
    "zcash": _base58check(b"\x1c\xb8", b"\x1c\xbd"),
    "tron": _base58check(b"\x41"),
    "tezos": _base58check(b"\x06\xa1\x9f", b"\x06\xa1\xa1", b"\x06\xa1\xa4", b"\x02\x5a\x79"),
    "ripple": _base58check(b"\x00", alphabet=RIPPLE),
    "extended-key": _base58check(
        b"\x04\x88\xb2\x1e", b"\x04\x9d\x7c\xb2", b"\x04\xb2\x47\x46", b"\x04\x35\x87\xcf", size=74
    ),
    "bitcoin": (bitcoin, _make_btc),
    "bitcoin-segwit": (bitcoin, _make_bech32("bc", 33, 0)),
    "bech32": (bech32, _make_bech32("cosmos", 32)),
    "cardano": (bech32, _make_bech32("addr", 92)),
    "bitcoin-cash": (bitcoin_cash, _make_cash),
    "ethereum": (ethereum, _make_ethereum),
    "monero": (monero, _make_monero),
    "stellar": (stellar, _make_stellar),
    "ton": (ton, _make_ton),
    "algorand": (algorand, _make_algorand),
    "polkadot": (polkadot, _make_polkadot),
    "solana": (solana, _make_solana),
    "nano": (nano, _make_nano),
    "lightning": (bech32, _make_bech32("lnbc20m", 200)),
}


def _doge_or_dash(text: str, found: Match) -> bool | tuple[int, int]:
    return _TABLE["dogecoin"][0](text, found) or _TABLE["dash"][0](text, found)


VALIDATORS: Final[dict[str, Validator]] = {
    **{f"coin-{name}": check for name, (check, _) in _TABLE.items()},
    "coin-doge-or-dash": _doge_or_dash,
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    f"coin-{name}": make for name, (_, make) in _TABLE.items()
}
