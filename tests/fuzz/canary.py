"""Values that must not leave, made at run time: a text and a number. Inputs hold marks of the same length instead, so
that they can be kept and compared, and lengths that a format writes down stay right."""

from __future__ import annotations

import secrets

_HEX, _DIGITS = 14, 10
MARK, NUMBER = "canary" + "Q" * _HEX, int("90210" + "4" * _DIGITS)
CANARY = "canary" + secrets.token_hex(_HEX // 2)
NUMBERED = "90210" + "".join(str(secrets.randbelow(10)) for _ in range(_DIGITS))
RULE = r"canary[0-9a-f]{14}|90210[0-9]{10}"
_PLANTED = ((MARK.encode(), CANARY.encode()), (str(NUMBER).encode(), NUMBERED.encode()))


def planted(data: bytes) -> bytes:
    """With the canary for each mark."""
    for mark, canary in _PLANTED:
        data = data.replace(mark, canary)
    return data


def leaks(content: bytes) -> bool:
    return any(canary in content for _, canary in _PLANTED)
