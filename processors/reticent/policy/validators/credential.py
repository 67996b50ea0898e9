"""Whether what stands behind a telling name is a credential: first what code and placeholders give away, then a model.

The name says what to expect (`password`, `api_key`, `salt`). `credential_values` and `credential_refusals` know what is
none whatever the statistics say; what is left is weighed by `credential_model`.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

from msgspec.structs import replace

from ..rule import Match, Validator
from .credential_features import FIELD, KINDS, Candidate, candidate, telling
from .credential_literals import (
    alternating,
    chosen,
    in_a_query,
    label,
    own,
    put_together,
    secret_in_words,
    told_in_quotes,
    too_long,
    written_out,
)
from .credential_model import shipped
from .credential_refusals import refused
from .credential_signs import NEXT_FIELD, NEXT_MOST, crosses
from .credential_values import at_no_host, code, counts, mixed, stand_in, user_before, uuid
from .randomness import mixed_case

_OTHER_LEAST: Final = 6
_CROSSED_LEAST: Final = 12
"""Characters of a password in letters of another alphabet."""
_MACHINE_MADE: Final = 8
"""The least level of randomness of a token that only its place tells."""
_ANY_USER: Final = frozenset({"user", "username", "userid", "uid", "usr", "login", "name", "me"})
_OWN: Final = frozenset({"admin", "root", "guest", "sa"})
"""Users who come with a server, and have their own name for a password until somebody changes it."""
_LOOKED_AT: Final = 4096
"""Characters of a token that tell what it is."""
_MIXED: Final = re.compile(r"[^A-Za-z_\-]")
_DIGIT: Final = re.compile(r"\d")
_LETTER: Final = re.compile(r"[^\W\d_]")
_HEX: Final = re.compile(r"[0-9a-f]{16,128}|[0-9A-F]{16,128}")
_PORT_OR_NAME: Final = re.compile(r"\d{2,5}(?:[/?#].*)?|[A-Z_]{3,40}|x-oauth-(?:basic|token)")
"""What a colon has behind it in a URL beside a password; GitHub's words say that the user is the token."""
_OPENED: Final = re.compile(r"\[[A-Za-z][a-z]+ [^\[\]\n]{2,60}\]|[^\s<>:@]{1,40}>(?=\s|$)")
"""Words in brackets, and the end of `<user:password>`."""
_FOLDER: Final = re.compile(r"/(?:Users|home|root|var|opt|usr|srv|tmp|etc|mnt)(?:/|$)")
"""What PWD is in a shell's environment."""
_DOTTED: Final = re.compile(r"[A-Za-z][\w\-]{0,40}(?:\.[A-Za-z]{2,16}){1,4}")
_OPEN: Final = r"public|resp\b|encrypted_?-?(?:\w{0,12}key|value|data)|wrapped"
_OPEN_NAME: Final = re.compile(rf"(?i)(?:{_OPEN})[\w.\-]{{0,16}}[\"'`\])]{{0,2}}\s{{0,3}}[:=]{{0,2}}\s{{0,3}}[\"'`]?$")
"""The name of what everybody may know, right before it."""
_KNOWN_KEY: Final = re.compile(
    r"(?i)(?:\bpublic key|\bchangekey)[\"']?\s{0,3}[:=]\s{0,3}[\"']?$"
    r"|public_?key\s?[{(]\s?[^{}()\"']{0,24}\bkey\s?[:=]\s?(?:\w{1,12}\()?[\"']$"
)
"""The name of a key that opens nothing: WireGuard's of a peer, Exchange's of a version, a part of a public key."""
_SEALED: Final = re.compile(r"Ag[A-D][A-Za-z0-9+/]{250}")
"""How what Kubernetes' controller of sealed secrets has encrypted begins: by the length of an RSA key of 4,096 bits."""
_OPEN_PLACE: Final = re.compile(rf"(?i){_OPEN}|\.(?:example|com|org|io)\b")


def _credential(kind: str) -> Validator:
    number = KINDS.index(kind)
    passwords = kind in ("password", "option")

    def judge(secret: str, match: Match) -> bool:
        it = candidate(match)
        picked = chosen(it, match) if passwords else kind == "key" and secret_in_words(it, match)
        if picked and it.value.isdigit():
            return True
        asked = kind == "key" and in_a_query(it)
        if asked or (kind == "prose" and (told_in_quotes(it) or too_long(it))):
            return True
        if _opens_nothing(match, kind):
            return False
        if kind != "url" and _crossing(it) and not stand_in(it.value):
            return True
        if (stand_in(it.value) and not picked) or refused(it, number) or label(it.value):
            return False
        if picked or shipped().is_credential(it, number) or _made(it.value):
            return True
        if (passwords and _in_other_letters(it.value)) or (kind in ("prose", "password") and put_together(it)):
            return True
        return written_out(it, match) if passwords else kind in ("key", "other") and alternating(it)

    return judge


def _opens_nothing(match: Match, kind: str) -> bool:
    """A table's cell below its heading, a key that everybody may know, what is encrypted."""
    before = match.text[max(0, match.start - 48) : match.start]
    if kind == "prose" and _HEADING.search(match.text[: match.start]) is not None:
        return True
    known = kind == "key" and _KNOWN_KEY.search(before) is not None
    return known or _SEALED.match(match.text, match.start) is not None


def _crossing(it: Candidate) -> bool:
    """All that stands in quotes, or on the rest of a line, with brackets that cross each other: no program has them."""
    if it.quote == FIELD or " " in it.value or len(it.value) < _CROSSED_LEAST:
        return False
    ends = it.behind[:1] == it.quote if it.quote else it.behind[:1] in ("", "\n", "\r")
    return ends and crosses(it.value) and _OF_A_PATTERN.search(it.value) is None


_OF_A_PATTERN: Final = re.compile(
    r"\\|\[\^|\(\?|[.)\]][*+?]|\{\d|[)\]}]\$|[a-z]-[a-z]\]|\||[)\]}][.;,]|=[(\[]|->|::|://"
)
"""Regular expressions have brackets that stand for themselves, intervals may be half open, and what stands between two
texts is code."""


def _in_other_letters(value: str) -> bool:
    """The model has learned from ASCII, and takes other letters for those of a sentence."""
    return not value.isascii() and len(value) >= _OTHER_LEAST and " " not in value and mixed(value)


def _made(value: str) -> bool:
    """`acme_cloud_user_` and then what a machine made: the words say whose it is; or what counts up."""
    found = _TAIL.fullmatch(value)
    behind = found is not None and mixed_case(found[1]) and shipped().level(found[1]) >= _MACHINE_MADE
    return behind or counts(value)


def _of_one_field(validate: Validator) -> Validator:
    """What has the next field of a connection string behind it ends there: the password may hold signs that part
    fields, and a field's name may have blanks."""

    def judge(secret: str, match: Match) -> bool | tuple[int, int]:
        found = _NEXT_FIELD.search(match.text, match.start, match.end + NEXT_MOST) if ";" in secret else None
        if found is None or found.start() >= match.end:
            return validate(secret, match)
        end = found.start()
        said = validate(match.text[match.start : end], replace(match, end=end))
        return said and (match.start, end)

    return judge


_NEXT_FIELD: Final = re.compile(NEXT_FIELD)
_HEADING: Final = re.compile(r"[,;\t|][\"' ]{0,2}\w{2,24}[\"']?\r?\n[\"']?$")
"""The end of a table's heading: what is below its last name stands below its first."""
_TAIL: Final = re.compile(r"(?:[a-z]{2,16}[_\-]){1,5}([0-9A-Za-z]{20,120})")
_PASSWORD: Final = _credential("password")
_FIELD: Final = re.compile(r"([A-Za-z_\-]{2,24})\W{0,12}$")
_NUMBERS: Final = frozenset({"id", "uuid", "guid", "_id", "kid", "digest", "checksum", "address", "name"})
_ITEMS: Final = re.compile(r"\\?[\"']\s*,\s*(?:\\?[\"'][^\"'\\]{1,60}\\?[\"']\s*(?::|=>)\s*)?\\?[\"']")
"""Between two passwords of a list, or of a table by users."""


def _url(secret: str, match: Match) -> bool:
    """A password inside a URL or a connection string stands where nothing else does: only placeholders are let go,
    and words that stand for one beside a user who stands for any."""
    if _PORT_OR_NAME.fullmatch(secret) is not None:
        return False
    if _FOLDER.match(secret) is not None or _OPENED.match(match.text, match.start) is not None:
        return False
    if not stand_in(secret) and not stand_in(secret.strip("[]")):
        return True
    if at_no_host(match.text, match.end):
        return False
    if own(secret) and _MIXED.search(secret) is not None:
        return True
    user = user_before(match)
    if user == secret and user in _OWN:
        return True
    some_user = not user.isalnum() or user.lower() in _ANY_USER or stand_in(user)
    return not some_user and secret.isalnum() and len(set(secret)) > 2


def _long(secret: str, match: Match) -> bool:
    """A token by its place (a header, a cookie): it must look made by a machine, if that is not the one place which is
    for nothing else."""
    value = secret[:_LOOKED_AT].rstrip("=")
    if stand_in(value) or code(value) or _SEALED.match(match.text, match.start) is not None:
        return False
    before = match.text[max(0, match.start - 40) : match.start]
    if _OPEN_NAME.search(before) is not None:
        return False
    both = _DIGIT.search(value) is not None and _LETTER.search(value) is not None
    return both and ("authorization" in before.lower() or _looks_made(value))


def _statement(secret: str, match: Match) -> bool:
    """A password where a language has a place for nothing else: only what says that another is meant is let go."""
    if not secret.isascii() and telling(secret):
        return False  # `'the new password'` in the language of a manual
    return not stand_in(secret) or own(secret)


def _literal(secret: str, match: Match) -> bool:
    """The argument that a call has for a password; a file or a host, where it has one."""
    return not stand_in(secret) and not label(secret) and _DOTTED.fullmatch(secret) is None


def _list(secret: str, match: Match) -> bool:
    """Items of a list of credentials: each must look made by a machine."""
    items = [item.strip("\\\"' \t\r\n") for item in re.split(r"[\"'],", secret)]
    return all(_DIGIT.search(item) is not None and not stand_in(item) and _random(item) for item in items)


def _inside(secret: str, match: Match) -> bool:
    """A field of an object that is a credential: it must look made by a machine, and be no number of the object."""
    field = _FIELD.search(match.text[max(0, match.start - 64) : match.start])
    return (field is None or field[1].lower() not in _NUMBERS) and _list(secret, match)


def _passwords(secret: str, match: Match) -> bool:
    """Items of a list of passwords: at least one would be one where it stands first."""
    items = _ITEMS.split(secret)
    before, behind = match.text[: match.start], match.text[match.end :]
    return any(
        _PASSWORD(item, Match(before + item + behind, match.label, match.start, match.start + len(item)))
        for item in items
    )


_KNOWN_PARAMETER: Final = re.compile(r"[?&#;](?:ref|rev|revision|sha|commit|tree|client_id|clientid)=$")
"""Of a link: a commit, and what everybody may know of a program."""
_SENTENCE: Final = re.compile(r"%(?:25)?(?:20|22|27|40|0[9ADad])")
"""A blank, a quote or an @ as links write them: no token has one."""


def _last(secret: str, match: Match) -> bool:
    """Words in a secret's place, the last of which must look made by a machine."""
    value = "".join(secret.rsplit(maxsplit=1)[-1:])[:_LOOKED_AT]
    known = _KNOWN_PARAMETER.search(match.text[max(0, match.start - 16) : match.start]) is not None
    if known or _SENTENCE.search(secret) is not None:
        return False
    return (_DIGIT.search(value) is not None or counts(value)) and not stand_in(value) and _random(value)


def _bytes(secret: str, match: Match) -> bool:
    """Numbers of a key: they neither repeat nor count, and the name does not say that everybody may know them."""
    written = secret.replace("\\", " ").replace("x", "0x") if "\\" in secret else secret.replace(",", " ")
    numbers = [int(each, 16 if "x" in each else 10) for each in _NUMBER.findall(written)]
    steps = sum(abs(b - a) < 2 for a, b in itertools.pairwise(numbers))
    known = _OPEN_PLACE.search(match.text[max(0, match.start - 80) : match.start]) is not None
    few = len(numbers) // 3
    return not known and max(numbers, default=256) < 256 and len(set(numbers)) > few and steps < few


_NUMBER: Final = re.compile(r"0x[0-9A-Fa-f]+|\d+")


def _random(value: str) -> bool:
    return not uuid(value) and (_HEX.fullmatch(value) is not None or _looks_made(value))


def _looks_made(value: str) -> bool:
    return shipped().level(value) >= _MACHINE_MADE or counts(value)


VALIDATORS: Final[dict[str, Validator]] = {f"credential-{kind}": _credential(kind) for kind in KINDS} | {
    "credential-password": _of_one_field(_PASSWORD),
    "credential-url": _url,
    "credential-long": _long,
    "credential-statement": _statement,
    "credential-literal": _literal,
    "credential-list": _list,
    "credential-inside": _inside,
    "credential-bytes": _bytes,
    "credential-last": _last,
    "credential-passwords": _passwords,
}
