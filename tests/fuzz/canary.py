"""A value that must not leave, made at run time. Inputs hold a mark of the same length instead, so that they can be
kept and compared, and lengths that a format writes down stay right."""

from __future__ import annotations

import secrets

_HEX = 14
MARK = "canary" + "Q" * _HEX
CANARY = "canary" + secrets.token_hex(_HEX // 2)
RULE = r"canary[0-9a-f]{14}"


def planted(data: bytes) -> bytes:
    """With the canary for each mark."""
    return data.replace(MARK.encode(), CANARY.encode())
