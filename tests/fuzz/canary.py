"""A text and a number that must not leave: always the same, so that inputs can be kept, and of no meaning."""

from __future__ import annotations

import hashlib

_MADE = hashlib.sha256(b"what must not leave").hexdigest()
CANARY = "canary" + _MADE[:14]
NUMBER = int(f"90210{int(_MADE, 16):010d}"[:15])
RULE = r"canary[0-9a-f]{14}|90210[0-9]{10}"
_FORBIDDEN = (CANARY.encode(), str(NUMBER).encode())


def leaks(content: bytes) -> bool:
    return any(canary in content for canary in _FORBIDDEN)
