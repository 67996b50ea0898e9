"""What a value says by itself: that it stands for another, or is code, a path, a number and no credential.

Our own patterns, on values of a few hundred characters; repeats of alternatives are possessive, so that no value makes
them go back.
"""

from __future__ import annotations

import itertools
import re
import string
from typing import Final

from ...patterns.linear import finding
from ..phrases import UNPARTED
from ..rule import Match


def _pattern(*alternatives: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), flags)


_FILLER: Final = _pattern(
    r"<[^<>]*>?|\[.*\]|\{(?!(?!AQAAABAAAA)[A-Za-z0-9+/]{40,}={0,2}\}).*\}|\(.*\)|%\(\w+\)[sdr]|%[\d.\-]{0,6}[sdrfxvq]|(?:%[0-9a-f]{2})+|%%?[\w.\-]{1,40}%%?|@[\w.]+@|__\w+__|_[A-Z]+_",
    r"\$(?:\{.*|\(.*|\[.*|(?:env|script|global|using):\w+|[A-Za-z_]+\d{0,2}(?:->\w+|\.\w+|\[.*)*)|#\{.*|0[xX][0-9a-fA-F]{1,8}",
    r"(.)\1*|(..)\2+.?|(...)\3+..?",
    r"null|none|nil|true|false|yes|no|undefined|empty|nan|n/?a|void|required|optional|default|unknown|disabled|enabled"
    r"|always|never|on_[a-z_]{1,24}",
    r"(?:is |are )?(?:too|not) (?:short|long|weak|common|simple|easy|similar|strong(?: enough)?|allowed|available"
    r"|provided)",
    r"obligatori[ao]s?|obligat[óo]ri[ao]|obligatoire|obligatorisk[te]?|erforderlich|notwendig|pflichtfeld|requis|requerid[oa]"
    r"|richiest[oa]|wymagan[eay]|povinn[éýá]|kötelező|vereist|verplicht|zorunlu|gerekli|pakollinen|påkr[æe]v[ed]t?|krävs"
    r"|обязательн[ао]|обов'язково|υποχρεωτικό|obvezno|obavezno|wajib|diperlukan",  # noqa: RUF001
    r"(?:str|string|int|integer|bool|boolean|bytes?|object|text|varchar|char|number|float|uuid|date|any|list|dict|array)"
    r"\b.*",
    flags=re.IGNORECASE,
)
"""Templates, one thing again and again, words and types where a value would be: the whole value."""

_EXPRESSION: Final = (
    r"\s*[!#@]?[A-Za-z_$\x80-\x{10ffff}'][\w.\-$\x80-\x{10ffff}]*(?:[\s:/#%?+=,^@|(\[<>&*'\"`!\-][^{}]*)?"
)
"""What templates have between their brackets."""
_MEANT: Final = finding(
    # whole, or cut off by where a value ends: a password may have signs like these in it
    rf"\$\{{{_EXPRESSION}(?:\}}|$)|#\{{{_EXPRESSION}(?:\}}|$)|\{{\{{[^{{}}]*(?:\}}\}}|$)|^[^{{}}]*\}}\}}|<%[^%]*(?:%>|$)|%>$|\$\([^()]*(?:\)|$)",
    r"(?:^|[^{])\{[!:]?[\w\x80-\x{10ffff}]{0,24}\}|%\([\w\x80-\x{10ffff}]+\)|\*{3}|\.{3}|…|•{3}|x{4}|X{4}|-{5}|_{4}|={4}|^!{3}[A-Z]|(?i:^[\[(<](?:hidden|removed|omitted|filtered|secret|sensitive)\b)",
    *(f"{sign}{{16}}" for sign in string.ascii_lowercase + string.digits),
    r"(?i:change[_\-. ]?(?:me|it|this)|placeholder|redacted|masked|example|insert[_\-. ]|dummy|fixme|todo\b|lorem)",
    r"(?i:your[_\-. ]?(?:\w{1,16}[_\-. ]?)?(?:pass|pw|key|token|secret|api|auth|own|cred)|put[_\-]your|sample[_\-])",
    r"(?i:replace[_\-. ]?(?:me|with|this)|(?:goes|key|token|secret|password|value)[_\-]?here)",
    r"(?i:not[_\-]?(?:a[_\-]?)?real|notset|\btbd\b|is[_\-. ]?an?[_\-. ]?(?:fake|bogus|made[_\-]?up))",
)
"""Says somewhere that something else is to stand here."""

_CODE: Final = _pattern(
    r"^(?:os|process|self|this|cls|config|cfg|conf|settings|options|opts|args|kwargs|request|req|params|ctx|env|ENV|app"
    r"|System|std|props)(?:\.|\[|->|::)",
    r"^(?:new|await|return|lambda|function|func|def|let|var|const|typeof|not|if|else|range)\b|^\{|[\{\[]$",
    r"\w!?\(|\(\)|\.\(\w*$|->|=>|::|&&|\|\||\w\[[\"'\w]*\]|^[A-Za-z]\w*(?:\.\w+)+\[|^[@&*]\w+(?:\.\w+)*$|\.(?:get|env|value)\b|^\w+\[|\w\\&$",
    r"\w\?\.[A-Za-z_]|^![01](?:[,;}]|$)|\w\}\)[.;,]|^[a-z]\w*:\([A-Z]",
    r"^[A-Za-z_]\w{0,40}(?:\.[A-Za-z_]+)+\(?$|^[A-Za-z_]\w{0,40}\.[uif]\d{1,2}$|^[a-z]\w{0,40}\.[A-Z]{2,12}\d{1,4}$|^\$[A-Za-z_]++(?:\d[A-Za-z_]*+){0,5}+-?$|^\$[a-z_]{2,24}(?:[-.][a-z0-9]{2,16})+$|^[A-Z][a-z]+(?:To)?-[A-Z][A-Za-z]+$",
)
"""Without quotes around it: an expression."""

_PATH: Final = _pattern(
    r"^(?:[a-z][a-z0-9+.\-]{1,12}://|~/|[A-Za-z]:\\|\.{1,2}/|\.{0,2}/[a-z][a-z_\-.]*(?:/[\w.\-]*)?$)",
    r"^(?:\.{2}|%2e%2e)[/%.\d]",
    r"^[\w.\-]{1,32}@\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|$)",
    r"^/(?:usr|opt|bin|sbin|etc|var|home|tmp)/[\w./\-]+ ",
    r"^(?:cn|uid|ou|dc)=[\w ,=.\-]+$",
    r"^/(?:Users|home|Library|Applications|Volumes)/|^(?:[a-z]\w*\.){1,8}[A-Z]\w*@[0-9a-f]{6,8}$",
    r"^(?:\.{0,2}/)?(?:[a-z][a-z0-9_.\-]{1,24}/){2,}[\w.\-]*$",
    r"^[\w.\-/@ ]{1,160}\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|xml|txt|md|html?|py|js|ts|go|java|php|rb|c|h|cc|cpp"
    r"|conf|cfg|ini|toml|sh|csv|log|png|jpe?g|gif|svg|css|properties|kdbx?|gpg|asc|pub|db|sqlite|lock)$",
)
_PUBLIC: Final = re.compile(r"(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S{1,24}|sk-(?:ssh|ecdsa)\S{1,40}) ")
"""The key that everybody may know, as OpenSSH writes it."""
_UUID: Final = re.compile(r"[{(]?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}[})]?")
_NUMBER: Final = _pattern(
    r"#(?:[0-9a-f]{3,4}){1,2}|CVE-\d{4}-\d{4,7}|RFC ?\d{3,5}|[\w.\-]{2,40}==\d{1,4}\.[\w.]{1,16}|\d\d/\d\d/\d{4}",
    r"\d{1,3}:\d{6,16}|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?|\d{1,2}:\d\d(?::\d\d)?|\d{1,3}(?:,\d{3})+|\d+(?:\.\d+){2,}",
    r"\d{1,4}\.(?:days?|hours?|minutes?|seconds?|weeks?|months?|years?)(?:\.\w{1,12})?",
    r"[+-]?\d{1,9}\.\d+(?:e[+-]?\d{1,3})?|v?\d{1,4}(?:\.\d{1,6}){1,3}(?:[\-+][\w.]+)?|[+-]?\d{1,9}(?:\.\d+)?(?:px|em|ms|s|m|h|d|%|kb|mb|gb)",
    flags=re.IGNORECASE,
)
"""Colours, dates, times, versions, object identifiers, sizes, and what a program rolled between 0 and 1."""
_ALGORITHM: Final = _pattern(
    r"(?:(?:pass(?:word)?|token|secret|key|auth)[_\-])?(?:(?:aes|des3?|rsa|dsa|ecdsa|eddsa|ecdh|sha|ssha|md|hmac|hs|rs|es|ps|ed|x(?=25519|448|509)|secp|prime|chacha|poly|scrypt|scram|pbkdf"
    r"|argon2?(?:id|i|d)?|bcrypt|crypt|base|utf|ascii|bytes?|u?int|float|cbc|gcm|ccm|ctr|ecb|oaep|pkcs|pss|kw|cfb|with|id|blake"
    r"|ripemd)(?:[\-_/ ]?\d{1,4}[a-z]?\d?)?[\-_/ ]?)++(?:(?<=[_\-])(?:pass(?:word)?|token|secret|key|auth))?",
    flags=re.IGNORECASE,
)
_COMMON: Final = _pattern(
    r"(?:password|passw0rd|passwd|passphrase|passcode|pass|pwd|pw|secret|access(?=[_\-. ]?(?:key|token|secret))"
    r"|token|key|auth|api|user|login|value|name|data|basic|bearer|my|the"
    r"|any|an|a|some|bad|wrong|correct|good|new|old|is|for|super|very|invalid|in|valid|random|plain|hashed|hash"
    r"|encrypted|[_\-. ])++\d{0,4}!?",
    r".{0,3}(?:test|foo|bar|baz|qux|demo|fake|mock|abc|spam|eggs)(?:test|foo|bar|baz|password|passwd|pass|pwd|secret"
    r"|token|key|user|ing|[_\-. ]){0,3}(?:\d{1,4}|1?2?3?4?5?6?7?8?9?0?)",
    r"admin|root|guest|anonymous@?|hello|world|hello[ _-]?world|getpw(?:nam|uid|all|ent)",
    r"passwort|kennwort|contrase(?:n|ñ|ny)a|senha|palavra-passe|mot de passe|wachtwoord|hasło|haslo|heslo|jelszó|jelszo"
    r"|kodeord|adgangskode|lösenord|losenord|passord|salasana|parol[aăeė]?|parool|şifre|sifre|lozinka|geslo|zaporka"
    r"|cyfrinair|lykilorð|pasahitza|contrasinal|pasfhocal|wagwoord|fjalëkalimi?|salasõna|kata[ _-]?sandi|mật khẩu|şifrə"
    r"|slaptažodis|пароль|парола|лозинка|κωδικός|סיסמה|密码|密碼|パスワード|비밀번호",
    flags=re.IGNORECASE,
)
"""Words that stand for a value in tests and manuals, and the word `password` in other languages."""


_RULES: Final = re.compile(
    r"(?=.*(?:required|nullable|confirmed|sometimes|min:|max:))[a-z_]{2,16}(?::[\w,.]{1,24})?(?:\|[a-z_]{2,16}(?::[\w,.]{1,24})?)+"
)
"""`required|min:8`, as validators of forms are told."""
_HASHED: Final = re.compile(r"(?:\{\w{1,12}\})?\$(?:2[abxy]?|argon2\w{0,2}|[1567y]|scrypt|pbkdf2[\w\-]{0,16})\$.{24}")
"""A password that was hashed: rules of their own know the forms that are whole."""
_NO_HOST: Final = re.compile(
    r"@(?i:\[?(?:(?:my|your|some)[_\-.]?(?:host|server|domain|site|company|cluster|database|proxy|registry|repo)[\w.\-]{0,40}|(?:[\w\-]{1,40}\.){0,4}(?:host(?:name)?|server|example|domain|ip|site|url)\b))"
)
"""Where a URL of a manual leads."""
_UNPARTED: Final = re.compile(UNPARTED)
_LATIN: Final = re.compile("[A-Za-z]")
_USER: Final = re.compile(r"[^/\s\"']*$")
_BETWEEN: Final = frozenset("-_/:. ")
"""Signs that part one thing again and again: `1111-1111`."""


_COUNTED_LEAST: Final = 15
"""Characters of a value that counts up, of which no word, name or number has so many."""
_COUNTED: Final = 0.6
"""The share of neighbours that follow each other."""
_DIFFERENT: Final = 6
_ROWS: Final = (string.ascii_lowercase, "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_FOLLOW: Final = frozenset(pair for row in _ROWS for pair in (*itertools.pairwise(row), *itertools.pairwise(row[::-1])))
"""Neighbours in the alphabet, among the digits and on a keyboard, in either order."""
_ALPHABETS: Final = _pattern(
    r"(?:(?:abcdefghijklmnopqrstuvwxyz|ABCDEFGHIJKLMNOPQRSTUVWXYZ)(?:234567)?"
    r"|(?:0123456789|1234567890)(?:abcdef|ABCDEF){0,2}|(?:abcdef|ABCDEF){1,2}0123456789|[^0-9A-Za-z])+"
)
"""What encodings and generators choose from, where nothing is there twice: whole alphabets, one behind the other."""


def stand_in(value: str) -> bool:
    """A placeholder, a template, a word of tests and manuals, one thing again and again, an alphabet."""
    return (
        len(set(value) - _BETWEEN) < 3
        or _FILLER.fullmatch(value) is not None
        or meant(value)
        or _COMMON.fullmatch(value) is not None
        or _alphabet(value)
    )


def counts(value: str) -> bool:
    """A long value most of whose characters follow each other (`abcdef0123456789abcdef`), which who has no random key
    at hand types in place of one, and keeps."""
    if len(value) < _COUNTED_LEAST or len(set(value)) < _DIFFERENT or _alphabet(value):
        return False
    pairs = list(itertools.pairwise(value.lower()))
    return sum(pair in _FOLLOW for pair in pairs) > _COUNTED * len(pairs)


def _alphabet(value: str) -> bool:
    size = len(value)
    return size >= _COUNTED_LEAST and len(set(value)) == size and _ALPHABETS.fullmatch(value) is not None


def meant(value: str) -> bool:
    """Says that something else is to stand here."""
    return _MEANT(value)


def user_before(match: Match) -> str:
    """The user of a URL whose password a match is."""
    before = _USER.search(match.text[max(0, match.start - 64) : match.start - 1])
    return before.group() if before is not None else ""


def at_no_host(text: str, end: int) -> bool:
    """Whether the host behind a password in a URL is one that manuals have."""
    return _NO_HOST.match(text, end) is not None


def code(value: str) -> bool:
    """An expression, as it stands without quotes."""
    return _CODE.search(value) is not None


def uuid(value: str) -> bool:
    return _UUID.fullmatch(value) is not None


def otherwise(value: str) -> bool:
    """A number, an algorithm, a path, an object, a hash, a public key, what a form asks of a password: what it is says
    that it is no credential."""
    return (
        _NUMBER.fullmatch(value) is not None
        or _ALGORITHM.fullmatch(value) is not None
        or _PATH.match(value) is not None
        or _HASHED.match(value) is not None
        or _PUBLIC.match(value) is not None
        or _RULES.fullmatch(value) is not None
    )


def mixed(value: str) -> bool:
    """Letters with digits, as no word is."""
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and not unparted(value)


def unparted(value: str) -> bool:
    """Words of a script that puts no blanks between them: `at least 8 characters` is one piece there."""
    return _UNPARTED.search(value) is not None and _LATIN.search(value) is None


def filler(value: str) -> bool:
    """Nothing but a template, a type, or a word for nothing."""
    return _FILLER.fullmatch(value) is not None
