"""Is a token's variable part filler such as `xxxx` or `EXAMPLE`?

For tokens whose form alone (prefix, length, alphabet) says what they are: letters and digits that count up are no
filler there, for who writes a token of that form masks it sooner than lets it go. Values behind telling names are
judged more strictly, in `credential.py`.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections import Counter
from typing import Final

from ...patterns.linear import finding
from ..rule import Match, Validator

_FILLER: Final = finding(
    r"(?i:example|sample|placeholder|change_?-?me|your[_\-]|replace|redacted|dummy|insert[_\-]|fake|not_?a?_?real|secretgoeshere"
    r"|(?:token|key|secret|string|value|code)[_\-]?here|x{5}|\*{3}|\.{3}|0{7}|deadbeef|<|>|\$\{|\{\{)"
)
_FEW: Final = 6
"""A random value of twenty or more characters has more different characters than this."""
_BLOB: Final = 24
"""So many characters of base64 right beside a token, over a `+` or `/`, are one blob with it."""
_PUBLISHED: Final = frozenset({"0011cc25", "aa654743"})
"""First bytes of SHA-256 of values that are the same for everybody: the keys of vendors' emulators."""


def shannon(text: str) -> float:
    """Shannon entropy in bits per character; 0.0 for the empty text."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values()) if size else 0.0


def repeats(text: str) -> float:
    """The share of neighbours that are the same: 1.0 for `aaaa`."""
    return sum(before == behind for before, behind in itertools.pairwise(text)) / max(1, len(text) - 1)


def is_filler(text: str) -> bool:
    """True for values that stand where a secret would: repeated characters, words such as EXAMPLE."""
    few = min(_FEW, len(text) * 0.3)
    return len(set(text)) < few or repeats(text) > 0.4 or _FILLER(text)


def is_published(text: str) -> bool:
    """True for keys that a vendor ships to everybody."""
    return hashlib.sha256(text.encode()).hexdigest()[:8] in _PUBLISHED


def in_blob(match: Match) -> bool:
    """True where the text goes on as base64 on either side: what looks like a token is a piece of something else."""
    text, start, end = match.text, match.start, match.end
    before = text[max(0, start - _BLOB) : start]
    behind = text[end : end + _BLOB]
    return (before[-1:] in ("+", "/") and _is_base64(before)) or (behind[:1] in ("+", "/") and _is_base64(behind))


def _is_base64(text: str) -> bool:
    """All of it, with digits and both cases, which a path seldom has."""
    plain = text.replace("+", "").replace("/", "")
    return len(text) == _BLOB and plain.isalnum() and plain.isascii() and mixed_case(plain)


def mixed_case(text: str) -> bool:
    """With a digit and letters of both cases: words, paths and hexadecimal digests are not."""
    return text != text.lower() and text != text.upper() and any(map(str.isdigit, text)) and any(map(str.islower, text))


def _random(secret: str, match: Match) -> bool:
    return not (is_filler(secret) or in_blob(match) or is_published(secret))


def _letters_and_digits(secret: str, match: Match) -> bool:
    return any(map(str.isdigit, secret)) and any(map(str.isalpha, secret)) and _random(secret, match)


def _mixed_case(secret: str, match: Match) -> bool:
    return mixed_case(secret) and _random(secret, match)


def _mixed_parts(secret: str, match: Match) -> bool:
    """The first and the last part between full stops: names of modules and functions are not like that."""
    return mixed_case(secret.partition(".")[0]) and mixed_case(secret.rpartition(".")[2]) and _random(secret, match)


def _random_behind(secret: str, match: Match) -> bool:
    """What stands behind the exclamation mark; before it are counted ids, with many zeros."""
    return _mixed_case(secret.partition("!")[2], match)


VALIDATORS: Final[dict[str, Validator]] = {
    "random": _random,
    "random-behind": _random_behind,
    "letters-and-digits": _letters_and_digits,
    "mixed-case": _mixed_case,
    "mixed-parts": _mixed_parts,
}
