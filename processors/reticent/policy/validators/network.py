"""Addresses of machines, places and vehicles."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Callable

from ..rule import Match, Validator

_DOCUMENTATION = tuple(
    ipaddress.ip_network(net) for net in ("0.0.0.0/8", "127.0.0.0/8", "255.255.255.255/32", "::/128", "::1/128")
)


def ip(text: str, _: Match) -> bool:
    """An address of a host that could be somebody's: not loopback, not unspecified, not broadcast."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not any(address.version == net.version and address in net for net in _DOCUMENTATION)


def coordinates(text: str, _: Match) -> bool:
    """Latitude and longitude within their ranges."""
    try:
        north, east = (float(part) for part in text.replace(" ", "").split(","))
    except ValueError:
        return False
    return abs(north) <= 90 and abs(east) <= 180


_VIN = {**{c: int(c) for c in "0123456789"}, **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
        **dict(zip("JKLMN", range(1, 6), strict=True)), "P": 7, "R": 9,
        **dict(zip("STUVWXYZ", range(2, 10), strict=True))}  # fmt: skip
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin(text: str, _: Match) -> bool:
    """ISO 3779 with the check digit of 49 CFR 565."""
    try:
        rest = sum(_VIN[c] * weight for c, weight in zip(text.upper(), _VIN_WEIGHTS, strict=True)) % 11
    except (KeyError, ValueError):
        return False
    return text[8].upper() == ("X" if rest == 10 else str(rest))


def _vin(chance: random.Random) -> str:
    letters = chance.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=17)
    letters[8] = "0"
    rest = sum(_VIN[c] * weight for c, weight in zip(letters, _VIN_WEIGHTS, strict=True)) % 11
    letters[8] = "X" if rest == 10 else str(rest)
    return "".join(letters)


VALIDATORS: dict[str, Validator] = {"ip": ip, "coordinates": coordinates, "vin": vin}
GENERATORS: dict[str, Callable[[random.Random], str]] = {"vin": _vin}
