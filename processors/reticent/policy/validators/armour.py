"""Private keys and certificates as they are written down: armoured, escaped, cut off, in base64 once more, bare."""

from __future__ import annotations

import base64
import random
import re
import textwrap
from collections.abc import Callable
from typing import Final

from ..rule import Match, Validator
from .checksums import decoded

_LEAST, _VARIED = 40, 12
"""Characters of base64 or hexadecimal, and different ones, that a block must hold to be more than its first line."""
_WHOLE_LEAST, _WHOLE_VARIED = 16, 8
"""The same of a block with both its lines."""
_MARK: Final = re.compile(
    r"-{4,5} ?(?:BEGIN|END) [A-Z0-9 ]{1,60}-{4,5}"
    r"|[A-Z][A-Za-z-]{2,20}: (?![A-Za-z0-9+/]{16,}={0,2}[ \t]*(?:\n|$))[^\n\\]{0,200}"
)
"""The first and the last line, and a header; but not a level of logging before a line of the block."""
_RUN: Final = re.compile(r"[A-Za-z0-9+/]{8,}")
_WORDS: Final = re.compile(r"(?i)example|redacted|placeholder|your|snip|omitted|truncated|x{6}")


def _held(secret: str) -> str:
    """What stands between the marks, run after run; of a long block its beginning."""
    return "".join(_RUN.findall(_MARK.sub(" ", secret[:4096])))


def _armoured(secret: str, match: Match) -> bool:
    """A block with something in it that is not filler."""
    held = _held(secret)
    whole = "BEGIN" in secret[:40] and "END " in secret[-60:]
    least, varied = (_WHOLE_LEAST, _WHOLE_VARIED) if whole else (_LEAST, _VARIED)
    return len(held) >= least and len(set(held)) >= varied and not (len(held) < 200 and _WORDS.search(held))


def _tail(secret: str, match: Match) -> bool:
    """The end of a block whose beginning is not there."""
    before = match.text[max(0, match.start - 200) : match.start]
    return "BEGIN" not in before and _armoured(secret, match)


def _again(secret: str, match: Match) -> bool:
    """Base64 of an armoured private key."""
    head = decoded(re.sub(r"[^A-Za-z0-9+/_-]", "", secret[:160])[:96])
    return b"PRIVATE KEY" in head


def _der(secret: str, match: Match) -> bool:
    """ASN.1: a sequence whose size is written in one or two bytes and fits, and holds a version of 0 or 1."""
    raw = decoded(secret[:24])
    size = {0x81: 1, 0x82: 2}.get(raw[1] if len(raw) > 8 else 0, 0)
    told = int.from_bytes(raw[2 : 2 + size], "big") if size else raw[1] if len(raw) > 8 else 0
    return told >= _LEAST and raw[2 + size : 4 + size] == b"\x02\x01" and raw[4 + size] <= 1


def _lines(body: bytes, ends: str, width: int = 64) -> str:
    return ends.join(textwrap.wrap(base64.b64encode(body).decode(), width))


def _block(
    label: str, ends: str = "\n", headers: str = "", marks: str = "-----{}-----", size: int = 600
) -> Callable[[random.Random], str]:
    def generate(rng: random.Random) -> str:
        body = _lines(rng.randbytes(size), ends)
        return ends.join([marks.format(f"BEGIN {label}"), headers + body, marks.format(f"END {label}")])

    return generate


_PRIVATE: Final = "PRIVATE" + " KEY"


def _cut(rng: random.Random) -> str:
    return _block(f"RSA {_PRIVATE}")(rng)[:500].rsplit("\n", 1)[0]


def _pgp(rng: random.Random) -> str:
    body = _lines(rng.randbytes(700), "\n")
    check = base64.b64encode(rng.randbytes(3)).decode()
    label = f"PGP {_PRIVATE} BLOCK"
    return f"-----BEGIN {label}-----\nVersion: GnuPG v2\n\n{body}\n={check}\n-----END {label}-----"


def _tail_of(rng: random.Random) -> str:
    return _block(_PRIVATE)(rng).split("\n", 4)[-1]


def _pkcs8(rng: random.Random) -> str:
    """The first bytes of an RSA key of 2,048 bits, as PKCS #8 has them."""
    return base64.b64encode(bytes.fromhex("308204bd020100300d06092a864886f70d0101010500") + rng.randbytes(400)).decode()


def _pkcs1(rng: random.Random) -> str:
    return base64.b64encode(bytes.fromhex("308204a30201000282010100") + rng.randbytes(400)).decode()


def _sec1(rng: random.Random) -> str:
    return base64.b64encode(bytes.fromhex("30770201010420") + rng.randbytes(114)).decode()


def _openssh(rng: random.Random) -> str:
    return base64.b64encode(b"openssh-key-v1\0" + rng.randbytes(300)).decode()


def _hexadecimal(rng: random.Random) -> str:
    label = "OpenVPN Static key V1"
    rows = "\n".join(rng.randbytes(16).hex() for _ in range(16))
    return f"-----BEGIN {label}-----\n{rows}\n-----END {label}-----"


VALIDATORS: Final[dict[str, Validator]] = {
    "armoured": _armoured,
    "armour-tail": _tail,
    "armour-again": _again,
    "der-key": _der,
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "pem-private": _block(_PRIVATE),
    "pem-rsa": _block(f"RSA {_PRIVATE}"),
    "pem-ec": _block(f"EC {_PRIVATE}", size=121),
    "pem-encrypted": _block(
        f"RSA {_PRIVATE}", headers="Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B2C3D4E5F60718293A4B5C6D7E8F9\n\n"
    ),
    "pem-openssh": _block(f"OPENSSH {_PRIVATE}"),
    "pem-one-line": _block(_PRIVATE, ends=" "),
    "pem-backslash": _block(_PRIVATE, ends="\\n"),
    "pem-crlf": _block(_PRIVATE, ends="\r\n"),
    "pem-cut": _cut,
    "pem-tail": _tail_of,
    "pem-ssh2": _block(f"SSH2 ENCRYPTED {_PRIVATE}", marks="---- {} ----", size=300),
    "pem-base64": lambda rng: base64.b64encode(_block(f"RSA {_PRIVATE}")(rng).encode()).decode(),
    "pem-certificate": _block("CERTIFICATE"),
    "pem-public": _block("PUBLIC KEY"),
    "pgp-private": _pgp,
    "der-pkcs8": _pkcs8,
    "der-pkcs1": _pkcs1,
    "der-sec1": _sec1,
    "openssh-bare": _openssh,
    "openvpn-static": _hexadecimal,
}
