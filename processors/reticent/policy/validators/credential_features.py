"""A candidate behind a telling name as numbers: what `credential_model` weighs.

Everything here is arithmetic on short strings: the value, the name in front of it, what stands between and behind.
Changing anything makes another `VERSION`, and the model file must be made again.
"""

from __future__ import annotations

import itertools
import math
import re
import string
import zlib
from dataclasses import dataclass
from typing import Final

from ..rule import Match

VERSION: Final = 1
VALUE_MOST: Final = 72
"""Characters of a value that are looked at."""
_BEFORE: Final = 120
_HEAD: Final = 16
_LINE: Final = 200

FIELD: Final = "\x01"
"""The `quote` of a value that has a field of its own."""
KINDS: Final = ("password", "key", "other", "url", "option", "prose")
"""What the name promises."""
PASSWORD, KEY, OTHER, URL, OPTION, PROSE = range(len(KINDS))
"""Places of the kinds, which is how validators hand them on."""
QUOTES: Final = frozenset("\"'`")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value in its place. `name`: the telling name as it is written; `between`: from there to the value; `behind`:
    what follows; `line`: the start of the value's line; `quote`: the character in front, "" for none, "\\x01" in a
    field of its own; `head`: what stands in front of the name."""

    value: str
    name: str
    between: str
    behind: str
    line: str
    quote: str
    head: str = ""


_PARTS: Final = """pass pw psw pssw pasw secret token key cred auth salt nonce seed cookie sess csrf xsrf hmac jwt cert
    pin api contrase senha kennwort haslo hasło wachtwoord senord adgangskode salasana ifre heslo lozinka identified
    пароль 密码 密碼 パスワード 비밀번호 비번 암호 패스워드 clave parola jelsz sandi khau khẩu kodikos κωδικός
    סיסמה סיסמא المرور السر 口令 geheim секрет ключ"""


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_TELLING: Final = _split(_PARTS)
_NAME_LETTERS: Final = string.ascii_letters + string.digits + "_.-"
_BLANKS_BEHIND: Final = re.compile(r"(?:\\[nrt]|(?<=.)\\[\"'])++$")
"""Ends of lines and tabs as a program writes them, and the quote that closes a string within one."""


def candidate(match: Match) -> Candidate:
    """The parts of a match that are weighed."""
    text, start, end = match.text, match.start, match.end
    value = _BLANKS_BEHIND.sub("", text[start:end]) or text[start:end]
    before = text[max(0, start - _BEFORE) : start]
    mark = max(before.rfind("\x01"), before.rfind("\x02"))
    label = match.label
    if mark >= 0:
        label, before = before[:mark], before[mark + 1 :]
    quote = before.rstrip(" ")[-1:]
    if label and not before:
        return Candidate(value, label[-64:], "", "", "", FIELD)
    head, name, between = _named(before) or ("", label[-64:], before[-24:])
    at = text.rfind("\n", max(0, start - _LINE), start) + 1
    line = text[at : at + 24].lstrip() if at else text[max(0, start - _LINE) :][:24].lstrip()
    return Candidate(value, name, between, text[end : end + 12], line, quote if quote in QUOTES else "", head)


def telling(word: str) -> bool:
    """Whether a name (in small letters) speaks of a credential."""
    return any(part in word for part in _TELLING)


def _named(before: str) -> tuple[str, str, str] | None:
    """The last telling name in front of a value, between what stands before and behind it."""
    folded = before.lower()
    at = max(map(folded.rfind, _TELLING)) + 1
    if not at or len(folded) != len(before):
        return None
    rest = before[at:].lstrip(_NAME_LETTERS)
    head = before[: len(before) - len(rest)]
    begin = len(head.rstrip(_NAME_LETTERS))
    return head[max(0, begin - _HEAD) : begin], head[begin:], rest


# n-grams of the value: three neighbours of an alphabet of 64

_ALPHABET: Final = bytearray([62] * 128 + [63] * 128)
for _code in range(26):
    _ALPHABET[97 + _code] = 1 + _code
    _ALPHABET[65 + _code] = 27 + _code
for _code, _symbol in (
    (53, "0"),
    (54, "1"),
    (55, "23456789"),
    (56, "_"),
    (57, "-"),
    (58, "."),
    (59, "/\\:"),
    (60, "+="),
    (61, " \t"),
):
    for _letter in _symbol:
        _ALPHABET[ord(_letter)] = _code
ALPHABET: Final = bytes(_ALPHABET)
TRIGRAMS: Final = 1 << 18


def trigrams(value: str) -> list[int]:
    """Three neighbours each, the ends of the value included."""
    codes = value[:VALUE_MOST].encode("latin-1", "replace").translate(ALPHABET)
    if not codes:
        return []
    return [a << 12 | b << 6 | c for a, b, c in zip(b"\x00" + codes, codes, codes[1:] + b"\x00", strict=False)]


# features of the whole candidate: places in one table, block after block

LEVELS: Final = 16
"""Steps of how random the n-grams say the value is."""
_KIND_FORM: Final = 0
_KIND_LENGTH: Final = _KIND_FORM + 8 * 4 * LEVELS
_SHAPE: Final = _KIND_LENGTH + 8 * 16 * LEVELS
_SHAPE_LENGTH: Final = _SHAPE + 128 * LEVELS
_ENTROPY: Final = _SHAPE_LENGTH + 128 * 16
_ENDS: Final = _ENTROPY + 16 * 16 * 4
_FLAGS: Final = _ENDS + 256
_TURNS: Final = _FLAGS + 8 * 32
_NAME_WORD: Final = _TURNS + 16 * 16
_NAME_LEVEL: Final = _NAME_WORD + 4096
_VALUE_WORD: Final = _NAME_LEVEL + 16384
_BEHIND: Final = _VALUE_WORD + 16384
_LINE_WORD: Final = _BEHIND + 4096
_BETWEEN: Final = _LINE_WORD + 2048
FEATURES: Final = _BETWEEN + 4096
SURROUNDINGS: Final = (_BEHIND, FEATURES)
"""The places that speak of what stands around the value."""

_LENGTHS: Final = tuple(min(15, n if n < 8 else 8 + int(2 * math.log2(n / 8))) for n in range(VALUE_MOST + 1))
_LOGS: Final = (0.0, 0.0, *(n * math.log2(n) for n in range(2, VALUE_MOST + 1)))
_WORD: Final = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}|[^\W\d_a-zA-Z]{2,}")
_LETTERS: Final = re.compile(r"\w+")
_HEX: Final = re.compile(r"[0-9a-fA-F\-]+")
_SIGNS: Final = (*_split(":// . /"), " ", *_split("_ - ( { < $ % @ :: -> , # & \\ = + : ! * [ ;"))
_CLASSES: Final = bytearray([32] * 256)
_MEMBERS: Final = ((1, string.ascii_lowercase), (2, string.ascii_uppercase), (4, string.digits), (8, "_-"), (16, "./:"))
for _code, _symbol in _MEMBERS:
    for _letter in _symbol:
        _CLASSES[ord(_letter)] = _code
CLASSES: Final = bytes(_CLASSES)


def _hashed(text: str, size: int) -> int:
    return zlib.crc32(text.encode()) % size


def features(it: Candidate, kind: int, level: int) -> list[int]:
    """Places in the table of weights; all of them count once. `level`: what the n-grams say, 0 to LEVELS - 1."""
    value = it.value[:VALUE_MOST]
    size = len(value)
    length = _LENGTHS[size]
    form = 2 if it.quote == FIELD else 1 if it.quote else 0
    if not form and it.between.endswith(">"):
        form = 3
    classes = value.encode("latin-1", "replace").translate(CLASSES)
    shape = 0
    for each in set(classes):
        shape |= each
    if shape < 16 and _HEX.fullmatch(value):
        shape |= 64
    counts: dict[str, int] = {}
    for letter in value:
        counts[letter] = counts.get(letter, 0) + 1
    entropy = math.log2(size) - sum(map(_LOGS.__getitem__, counts.values())) / size if size else 0.0
    turns = sum(a != b for a, b in itertools.pairwise(classes))
    ends = (classes[0].bit_length() * 8 + classes[-1].bit_length()) if size else 0
    found = [
        _KIND_FORM + (kind * 4 + form) * LEVELS + level,
        _KIND_LENGTH + (kind * 16 + length) * LEVELS + level,
        _SHAPE + shape * LEVELS + level,
        _SHAPE_LENGTH + shape * 16 + length,
        _ENTROPY + (min(15, int(entropy * 3)) * 16 + length) * 4 + form,
        _ENDS + ends,
        _BEHIND + _hashed(f"{form}{it.behind[:2]}", 4096),
        _TURNS + min(15, turns) * 16 + length,
    ]
    flags = _FLAGS + kind * 32
    found += [flags + number for number, sign in enumerate(_SIGNS) if sign in value]
    names = [word.lower() for word in _WORD.findall(it.name)]
    words = [word.lower() for word in _WORD.findall(value)][:6]
    if names and any(word in names for word in words):
        found.append(flags + 25)
    found.append(
        _LINE_WORD + _hashed(it.line[:2] if not it.line[:1].isalpha() else it.line.split(" ", 1)[0][:12], 2048)
    )
    found.append(_BETWEEN + _hashed(f"{kind}{_LETTERS.sub('a', it.between[:24])}", 4096))
    found += [_NAME_WORD + _hashed(word, 4096) for word in names[-4:]]
    if names:
        found.append(_NAME_LEVEL + _hashed(f"{names[-1]}{level}", 16384))
    found += [_VALUE_WORD + _hashed(word, 16384) for word in words]
    return found
