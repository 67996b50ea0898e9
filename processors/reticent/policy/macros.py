"""Names for the pieces that many patterns share: `%{assign}` in a pack's pattern becomes RE2 and Hyperscan syntax."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ..errors import ConfigError
from ..patterns.words import any_word, lookouts
from .mnemonics import RARE_WORD, TRIPLE
from .phrases import (
    ANSWER,
    ASKED,
    BETWEEN,
    CAPITAL,
    COUNTRY,
    DAY,
    FIRST,
    FURTHER,
    LETTER,
    NUMBERED,
    POSTCODE,
    PRINTS,
    REPLY,
    REST,
    TELLS,
    UNIT,
    UPPER,
)

_ESCAPE: Final = r"\\[nrtf]|%[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\x1b?\[[0-9;]{1,8}m"
"""Escapes whose last character is a word character, so that no word boundary stands behind them."""

_CLOSE: Final = r"""(?:["'`\]\)}\\]|\s|&quot;|%22|%5D|\[\]|\*){0,6}"""
"""What may stand between a key's name and its separator."""

_SEPARATOR: Final = r"(?:[=:,(>|\x01\x02]|%3[AaDd]|&#61;){1,4}"

_OPEN: Final = r"""(?:["'`\\(\[@]|\s|&quot;|%2[027]){0,6}"""

ASSIGN: Final = _CLOSE + _SEPARATOR + _OPEN


def _named(words: str) -> str:
    return rf"(?i:{words})[\w.\-]{{0,32}}{ASSIGN}"


def _label(words: str) -> str:
    before, behind = r"""(?:["'`*_\])\\]|\s|&quot;){0,6}""", r"""(?:["'`*_(\[\\|]|\s|&quot;){0,6}"""
    joint = rf"{before}(?:(?:is|was|are|[:=#|,>\x01\x02]|=>|-){{1,3}}{behind}|\s)"
    return rf"\b(?i:{words}){joint}"


_QUOTE: Final = """["'`]??"""
_TYPED: Final = rf":\s?&?(?i:str(?:ing)?)\s?=\s?{_QUOTE}"
"""Between a name and its value in languages that say the type of what they name."""


def _field(words: str) -> str:
    """A name as people and programs write it (`words`), whether it is a number's, and what stands before the value: a
    call's bracket and a command's blank, too."""
    blanks = r"\.?(?:\s{1,4}|[ \t]{5,24})"
    between = rf"{BETWEEN}|{blanks}[\[(]??{_QUOTE}|[\[(]{_QUOTE}|{_TYPED}|\s?#|>"
    return _or_joined(words, rf"{_names(words)}{NUMBERED}(?:{between})")


_JOINED: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff]$")
"""The end of a name in a script that puts no blanks between words: the value may follow at once."""

_NUMBER_JOINED: Final = "(?:号码|號碼|番号|号|號)?[是为為は]?"


def _key(words: str) -> str:
    """The same with a sign or a verb between name and value, for names that are common words."""
    return rf"{_names(words)}{NUMBERED}(?:{BETWEEN}|\s?#|>)"


def _told(words: str) -> str:
    """The same with small words between, as sentences have them: `the number of my order is`."""
    return _or_joined(words, rf"{_names(words)}{NUMBERED}{TELLS}")


def _or_joined(words: str, parted: str) -> str:
    """`parted`, or those of the words to which a value may be joined, with one that is."""
    joined = "|".join(word for word in words.split("|") if _JOINED.search(word))
    return rf"(?:{parted}|{_names(joined)}{_NUMBER_JOINED})" if joined else parted


def _names(words: str) -> str:
    return any_word(rf"\b{word}" for word in words.split("|"))


_CREDENTIAL: Final = (
    rf"(?:{_named('key|token|secret|auth|credential|passw')}|{_label('key|token|bearer|secret')}"
    r"""|(?i:key|token|secret)\w{0,16}:?\s(?i:string|str)\s{0,3}=\s{0,3}["'`])"""
)
"""From the usual names of a credential to its value: assigned, told (`token is`), or with its type between."""

_JOINT: Final = r"""(?:[\s"'`+,#*>|;-]|\\+[nrt"'\s]|\\u000[ad]|%0[ADad]|&#1[03];|\d{1,4}[0-9.:,TZ|-]{0,30}[\s→])"""
"""A piece of what may stand between two lines of an armoured block: line ends of any kind, quotes and signs of code
and comments, and numbers and times that a tool wrote in front."""

_DIGITS: Final = (
    r"(?:\d{9}[^0-9]|\d{2}[ \-/]\d{3}[ .\-/]?\d{2}|\d{1,3}\.\d{3}\.\d{3}|\d[ .\-]\d{2}[ .\-]\d{3}|\d{6}[-+/ A-Y]\d{2}"
    r"|\d{7}[ \-]?[A-Z]|\d{7}-[0-9k]|\d{7}k|\d{7} \d[ A-Z]|\d{4}[ \-]\d{4}[ \-]\d{4}|\d\)[ .\-]?\d{3}[ .\-]\d{4}"
    r"|\d{4}\.\d{4}\.|\d-\d{4}-\d|\d/\d{4}/\d{4}|\d{6} ?\(|\d\.\d{5}[. ]\d|\d{3}\.\d{2}\.\d{4})"
)
"""The ways in which nine digits or more are written, whatever they number; neither a day nor a time."""

_CAPITALS: Final = (
    r"(?:[A-Z]{5}\d{4}[A-Z]|[A-Z]{4}[ \-]?\d{4}[ \-]?\d{2}"
    r"|(?:[A-Z]{2}\d{2}|[A-Z]{2} \d{2}|[A-Z]{2}-\d{2})[ \-]?\d{2}[ \-]?\d{2}[ \-]?[A-D]"
    r"|[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z]|[A-Z]9{0,4}\d[0156]\d{4}[A-Z9]{2}|[A-Z0-9]{12}\d{4}[^0-9A-Z]"
    r"|[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2})"
)
"""Capitals and digits in the orders in which states write them."""

_LONG: Final = r"[0-9A-Za-z]{25}[^0-9A-Za-z]"
"""Where a token of many letters and digits ends."""

_LOGIN_NAME: Final = (
    r"(?i:pass(?:w(?:or[dt]|r?d)|phrase|code)|pasw(?:or?|r)?d|pss?w(?:or?|r)?d|passw|pwd"
    r"|contrasena|contraseña|senha|暗証番号|kennwort|mot_de_passe|motdepasse|haslo|hasło|wachtwoord"
    r"|losenord|lösenord|adgangskode|salasana|sifre|şifre|heslo|lozinka|비번|암호|패스워드|пароль|密码"
    r"|密碼|パスワード|비밀번호|clave|parola|passord|jelszo|jelszó|kata_?sandi|m[aậ]t_?kh[aẩ]u|kodikos"
    r"|κωδικός|סיסמה|סיסמא|كلمة[ _]المرور|كلمة[ _]السر|口令)"
)
"""What passwords are called, in code and in the languages of those who write it."""

_KEY_NAME: Final = (
    r"(?i:secret|geheim|секрет|ключ)[\w.\-]{0,32}|(?i:cred(?:(?:[a-hj-z0-9_.\-]|i[ac-su-z0-9_.\-])[\w.\-]{0,32})?)"
    r"|(?i:token|key)(?:[\-_.0-9A-Z][\w.\-]{0,24})?"
)
"""What other secrets are called: a word that is one wherever it stands (credit is none), or one at the end of a part of
the name."""

_LIST: Final = (
    r"(?:\[\]string\{|new string\[\] ?\{|(?:vec|set|list|tuple|Set\.of|List\.of|Arrays\.asList)?!?[\[(]{1,2})"
)
"""How a list of texts begins, in several languages."""

_MARKUP: Final = (
    r"(?::[*_]{1,3}|:?[ \t]{0,2}<(?:[a-z0-9/]{1,8}>|[^<>\x00-\x1f]{1,40}>)"
    r"(?:\s{0,4}<[^<>\x00-\x1f]{1,20}>){0,2}|>\s{0,4}<!\[CDATA\["
    r"| [A-Za-z][\w:.-]{0,24}=[\"'][^<>\x00-\x1f]{0,40}>"
    r'|"(?:\r?\n){2}|(?:-{1,2}>|={1,2}>|[→➔➜➡⇒⟶▶►»])[ \t]|:(?:\r?\n(?:```[a-z]{0,12})?[ \t]{0,12}){2})'
)
"""Between a name and a value where both are marked up: emphasis, elements, attributes, the head of a form's part, an
arrow, a paragraph of its own."""

_ASSIGNED: Final = rf"(?::-|:=|: !!str|[=:>|]|=>|\.=|[?|]{{1,2}}=|:(?:\s?[|>][-+]?)?\n|>\r?\n|{_MARKUP})"
"""Between a name and a value without quotes: signs of configuration, shells, templates, markup, and YAML's lines
below."""

_MACROS: Final[dict[str, str]] = {
    "digits": _DIGITS,
    "capitals": _CAPITALS,
    "long": _LONG,
    "left": rf"(?:\b|{_ESCAPE})",
    "end": r"(?:[^0-9A-Za-z_\-]|$)",
    "begin": r"(?:^|[^\w.\-])",
    "behind": r"(?:[^\w\-]|$)",
    "assign": ASSIGN,
    "credential": _CREDENTIAL,
    "joint": _JOINT,
    "uuid": r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
    "ws": r"(?:\s|\\[nrt]){0,8}",
    "answer": ANSWER,
    "asked": ASKED,
    "reply": REPLY,
    "prints": PRINTS,
    "day": DAY,
    "letter": LETTER,
    "capital": CAPITAL,
    "upper": f"[{UPPER}]",
    "first": FIRST,
    "further": FURTHER,
    "country": COUNTRY,
    "postcode": POSTCODE,
    "unit": UNIT,
    "rest": REST,
    "password-name": _LOGIN_NAME,
    "secret-name": _KEY_NAME,
    "list": _LIST,
    "tells": TELLS,
    "assigned": _ASSIGNED,
    "mnemonic": TRIPLE,
    "rare-word": RARE_WORD,
}

_WITH_ARGUMENT: Final[dict[str, Callable[[str], str]]] = {
    "named": _named,
    "label": _label,
    "field": _field,
    "key": _key,
    "told": _told,
}

_NO_OTHER_WORD: Final = r"(?:[\x01-\x60cinv\x7b-\x7f]|[^\x00-\x7f])"
"""What may stand behind the name of a field: no small letter but those with which `NUMBERED` goes on. One character: a
choice of two takes Hyperscan a third longer for the whole database."""

_INSIDE: Final = 5
"""Letters of a name that many other words begin with."""

_USE: Final = re.compile(r"%\{([a-z-]+)(?::([^{}]+))?\}")
_EDGE: Final = r"\b"
_FIELD: Final = re.compile(r"%\{(?:field|key|told):([^{}]+)\}")


def expand(pattern: str) -> str:
    """`pattern` with every `%{name}` and `%{name:argument}` written out. Raises ConfigError on an unknown name."""
    return _USE.sub(_expansion, pattern)


def lookout(pattern: str, trigger: str = "") -> str:
    """What stands for a rule's trigger: the one that was given, or the names of the field its pattern begins with."""
    field = _FIELD.match(pattern)
    if trigger or field is None:
        return expand(trigger)
    return f"(?:{'|'.join(_heads(field.group(1).split('|')))})"


def _heads(words: Iterable[str]) -> Iterator[str]:
    """A name is found by every name that it begins with; a short one, where no other word goes on with it, is found by
    itself alone."""
    left = sorted(words, key=len)
    while left:
        head = left[0]
        found = lookouts(_EDGE + head)
        if len(head) <= _INSIDE:
            yield from (text + _NO_OTHER_WORD * (head.isascii() and head[-1].isalnum()) for text in found)
            yield from _heads(word for word in left[1:] if word.startswith(head))
        else:
            yield from found
        left = [word for word in left if not word.startswith(head)]


def _expansion(use: re.Match[str]) -> str:
    name, argument = use.groups()
    if argument is None and name in _MACROS:
        return _MACROS[name]
    if argument is not None and name in _WITH_ARGUMENT:
        return _WITH_ARGUMENT[name](argument)
    known = [f"%{{{macro}}}" for macro in _MACROS] + [f"%{{{macro}:...}}" for macro in _WITH_ARGUMENT]
    raise ConfigError(f"unknown macro {use.group()}", advice=f"known are {', '.join(known)}")
