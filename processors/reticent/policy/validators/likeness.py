"""Whether a value behind a telling name looks like a secret, and structures that tell by themselves."""

from __future__ import annotations

import base64
import binascii
import math
import random
import re
from collections import Counter
from collections.abc import Callable

import msgspec

from ..rule import Match, Validator


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values()) if size else 0.0


def jwt(text: str, _: Match) -> bool:
    """The first part decodes to a JSON object with `alg` (RFC 7515)."""
    head = text.split(".", 1)[0]
    try:
        header = msgspec.json.decode(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, binascii.Error, msgspec.DecodeError):
        return False
    return isinstance(header, dict) and "alg" in header


def _jwt(chance: random.Random) -> str:
    def part(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    return ".".join([part(b'{"alg":"ES256","typ":"JWT"}'), part(b'{"sub":"1","aud":"x"}'), part(chance.randbytes(64))])


_PLACEHOLDER = re.compile(
    r"""^(?:\$\{?[\w.:-]+\}?|%\w+%?|\{\{.*|<[^>]*>?|\[[^\]]*\]?|\(.*|x{3,}|\*{3,}|\.{3,}|_+|-+|n/?a|null|none|nil|true|false|undefined|empty
    |.*(?:example|sample|changeme|change[_-]?me|placeholder|your[_-]?|dummy|redacted|insert[_-]|todo|fixme|xxxx|\*\*\*\*|1234567).*
    |(?:test|foo|bar|baz|password|passwd|secret|token|string|str|int|bool|bytes|object|required|optional|default|value|key|auth|basic|bearer|self|this|env|config|settings|request|response|data|user|username|hidden|masked|encrypted|plain(?:text)?|text|type|name|id)s?[\d_]{0,4})$""",
    re.IGNORECASE | re.VERBOSE,
)
_CODE = re.compile(
    r"[({\[]|\)$|::|->|\w\.\w+\.\w|^\w+\.[a-z_]+$|^(?:os|process|self|this|config|settings|request|ctx|env)\.|^[@&*]\w"
)
_IDENTIFIER = re.compile(r"^(?:[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|[a-z]+(?:[_-][a-z]+)+|[A-Z]+(?:_[A-Z]+)+)$")
_UUID = re.compile(r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)
_VOWELS = frozenset("aeiouyAEIOUY")


def placeholder(text: str, _: Match) -> bool:
    """Not a placeholder, a variable, or one character again and again."""
    return _PLACEHOLDER.match(text) is None and len(set(text)) > 3


def secretlike(text: str, found: Match) -> bool:
    """Whether a value behind a telling name is a secret and not code, a placeholder or a plain word."""
    if not placeholder(text, found) or _CODE.search(text) is not None:
        return False
    if _IDENTIFIER.match(text) is not None:
        # names of things: hunter-like single words pass only when they do not read like language
        return len(text) >= 8 and not _readable(text)
    kinds = (any(c.isdigit() for c in text) + any(c.islower() for c in text) + any(c.isupper() for c in text)
             + any(not c.isalnum() for c in text))  # fmt: skip
    if kinds == 1:
        return (text.isdigit() and len(text) >= 6) or (len(text) >= 16 and entropy(text) > 3.0)
    return entropy(text) >= (2.0 if kinds >= 3 else 2.4)


def _readable(text: str) -> bool:
    """Letters that read like words: vowels and consonants in turns of a language."""
    letters = [c for c in text if c.isalpha()]
    vowels = sum(c in _VOWELS for c in letters)
    longest = max((len(run) for run in re.split(r"[aeiouyAEIOUY_\-]", text)), default=0)
    return bool(letters) and 0.2 <= vowels / len(letters) <= 0.65 and longest <= 4


def token_like(text: str, found: Match) -> bool:
    """Random-looking: long tokens of mixed characters, not UUIDs and not words."""
    if not placeholder(text, found) or _UUID.match(text) is not None or _CODE.search(text) is not None:
        return False
    return entropy(text) >= 3.0 and any(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def _pem(chance: random.Random) -> str:
    body = base64.b64encode(chance.randbytes(240)).decode()
    lines = "\n".join(body[i : i + 64] for i in range(0, len(body), 64))
    kind = "PRIVATE" + " KEY"
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


VALIDATORS: dict[str, Validator] = {
    "jwt": jwt,
    "placeholder": placeholder,
    "secretlike": secretlike,
    "token-like": token_like,
}
GENERATORS: dict[str, Callable[[random.Random], str]] = {
    "jwt": _jwt,
    "pem": _pem,
    "pem-escaped": lambda chance: _pem(chance).replace("\n", "\\n"),
}
