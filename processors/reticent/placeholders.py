"""What masking writes in place of a value: made here, and told from other text here.

Rules' ids are `[a-z0-9-]`, tokens eight letters of base32; a placeholder of a hash has all of its 256 bits.
"""

from __future__ import annotations

import re
from typing import Final

_VALUES: Final = ("REDACTED", "PARTIAL", "HASH", "SUMMARY")
BEGINS: Final = tuple(f"[{kind}:" for kind in _VALUES)
"""How what stands for a value begins."""
OPAQUE: Final = "[OPAQUE:"
"""How what stands for a blob begins."""
ANY: Final = rf"\[(?:{'|'.join(_VALUES)}|OPAQUE):[^\]\"\\]*\]"
"""Any of them, as a pattern."""
HASHED_BEGINS: Final = "[HASH:"
HASHED: Final = r"\[HASH:[\w.-]+:[a-z2-7]+\]"
"""One of a value that is hashed, as a pattern."""
EXACT: Final = re.compile(
    r"\[(?:REDACTED:[a-z0-9-]{1,64}:[a-z2-7]{8}\]|HASH:[a-z0-9-]{1,64}:[a-z2-7]{52}\]"
    r"|PARTIAL:[a-z0-9-]{1,64}:[a-z2-7]{8}:[0-9A-Za-z]{4}\]|OPAQUE:[a-z]{1,16}:[0-9]{1,10}:[a-z2-7]{8}\]"
    r"|SUMMARY:[a-z0-9-]{1,64}:[a-z2-7]{8}:)"
)
"""Any of them in exactly its form; what stands behind a summary's token is text like any other."""
BLANK: Final = "\x03"
"""Stands for each of its characters where a text is scanned: no rule's pattern takes it, so nothing is found across."""


def redacted(rule: str, token: str) -> str:
    return f"[REDACTED:{rule}:{token}]"


def partial(rule: str, token: str, shown: str) -> str:
    return f"[PARTIAL:{rule}:{token}:{shown}]"


def hashed(rule: str, digest: str) -> str:
    return f"[HASH:{rule}:{digest}]"


def summary(rule: str, token: str, about: str) -> str:
    return f"[SUMMARY:{rule}:{token}:{about}]"


def opaque(kind: str, size: int, token: str) -> str:
    """`size`: bytes of the blob as it was written."""
    return f"{OPAQUE}{kind}:{size}:{token}]"


def is_value(text: str) -> bool:
    """Whether a text is what stands for a value, all of it."""
    return text.startswith(BEGINS) and text.endswith("]")


def once(text: str) -> str:
    """The text with one placeholder where a value was masked in several pieces, one behind the other."""
    return _PIECES.sub(r"\1", text) if "][" in text else text


_PIECES: Final = re.compile(r"(\[(?:REDACTED|HASH|PARTIAL):[^\[\]]{1,200}\])\1+")
