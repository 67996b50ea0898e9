"""What people are told and are to type: passwords in a sentence, codes in a list."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from ...formats.document import LABEL
from ..phrases import APOSTROPHES
from ..rule import Match, Validator
from .credential_literals import own
from .credential_model import shipped
from .credential_values import code, otherwise, stand_in, unparted, uuid
from .likeness import words_of

_CODE: Final = re.compile(r"[0-9A-Za-z]{3,12}(?:-[0-9A-Za-z]{3,12}){0,3}")
_SERVICE: Final = re.compile(r"(?i:(?:open|o)?auth[0-9.]{0,3}|saml[0-9.]{0,3}|[a-z]{1,12}365|web[0-9]|[0-9]fa)")
"""What people log in with."""
_LINE_ENDS: Final = re.compile(r"\\[rnt]")
_WORD: Final = re.compile(r"[^\s\"']*$")
_HEX: Final = re.compile(r"[0-9A-F:]+")
_NEXT_ARGUMENT: Final = re.compile(r"/[A-Za-z]{2,16}:.*|\([^()]*")
"""Behind `password x`, what a command or a sentence has next: an option, a bracket that opens."""
_DATE: Final = re.compile(r"(?:19|20)\d\d-?[01]\d-?[0-3]\d")


def told_password(text: str, _: Match) -> bool:
    """Mixed as no word is: letters with a digit, or with a sign inside."""
    text = _LINE_ENDS.sub("", text).strip("*")
    if otherwise(text) or code(text) or uuid(text) or "://" in text or _SERVICE.fullmatch(text) is not None:
        return False
    if (stand_in(text) and not own(text)) or unparted(text) or _NEXT_ARGUMENT.fullmatch(text) is not None:
        return False
    letters, digits = any(map(str.isalpha, text)), any(map(str.isdigit, text))
    signs = any(sign.isascii() and not sign.isalnum() and sign not in f"-_./{APOSTROPHES}" for sign in text[1:-1])
    return letters and (digits or signs or _jumbled(text))


def told_passwords(text: str, found: Match) -> bool:
    """One value at least of several that names are given."""
    return any(told_password(value.partition("=")[2] or value, found) for value in text.replace('"', "").split())


def _jumbled(text: str) -> bool:
    """Letters of both cases by turns, as no word and no name of a program has them."""
    turned = text.isalpha() and text.isascii() and len(text) >= _JUMBLED_LEAST and not text.isupper()
    return turned and text[1:] != text[1:].lower() and shipped().level(text) >= _MACHINE_MADE


_JUMBLED_LEAST, _MACHINE_MADE = 10, 9


def words_of_a_phrase(text: str, _: Match) -> bool:
    """Words that no sentence is made of: none that joins others, and none of what manuals say about pass phrases."""
    words = re.split("[ -]", text)
    return len(set(words)) > 2 and not _JOINS.intersection(words)


def told_password_or_words(text: str, found: Match) -> bool:
    """Mixed as no word is, or words that are joined by hyphens."""
    joined = re.fullmatch(r"[a-z]{3,12}(?:-[a-z]{3,12}){2,5}", text) is not None
    return (words_of_a_phrase(text, found) and no_term(text, found)) if joined else told_password(text, found)


def no_term(text: str, _: Match) -> bool:
    """None of the small words of which terms are made, as in `out-of-band`."""
    return not _SMALL.intersection(text.split("-"))


_SMALL: Final = words_of("of to by in on out up off no non at db app my ad auth login user admin test env api")
_JOINS: Final = words_of(
    "the and for not you your are was with that this from have has had can may must should will would when what which "
    "where who why how then than but its our his her their any all one two per via into used use using set empty none "
    "leave enter type same new old key keys file string text word words phrase password passphrase private public "
    "required optional default minimum maximum least most characters character long length example random here there "
    "does did been being only also just about before after without between prompt protect protects secret"
)


def _pgpass(text: str, found: Match) -> bool:
    """A host, a port, a database and a user stand before it, and no other parts of a number that is written in hex."""
    before = _WORD.search(found.text[max(0, found.start - 200) : found.start])
    return before is None or _HEX.fullmatch(before[0] + text) is None


def code_list(text: str, found: Match) -> bool:
    """Codes of one form, all with a digit and none a day: two at least, or one in a field of its own."""
    codes = [each[0] for each in _CODE.finditer(re.sub(r"(?m)(?:^|(?<=\s))\d{1,2}[.)]\s", "", text))]
    alone = found.label or found.text[max(0, found.start - 1) : found.start] == LABEL
    if len(codes) < 2 and not alone:
        return False
    sizes = {len(each) for each in codes}
    digits = [any(map(str.isdigit, each)) for each in codes]
    return len(sizes) == 1 and 2 * sum(digits) > len(codes) and not any(map(_DATE.fullmatch, codes))


def one_time(text: str, _: Match) -> bool:
    """Digits that are neither a year nor one digit again and again."""
    return len(set(text)) > 1 and _YEAR.fullmatch(text) is None


def no_other_code(text: str, found: Match) -> bool:
    """Beside no word of a code that everybody may know."""
    around = found.text[max(0, found.start - _BESIDE) : found.start] + " " + found.text[found.end : found.end + _BESIDE]
    return _OTHER_CODE.search(around) is None


def told_of_card(text: str, found: Match) -> bool:
    """Beside a word of cards or of paying, or told to somebody; no status of HTTP."""
    around = found.text[max(0, found.start - _OF_CARD_NEAR) : found.end + _OF_CARD_NEAR]
    return _OF_CARD.search(around) is not None and _YEAR.fullmatch(text) is None


_OF_CARD_NEAR: Final = 120
_OF_CARD: Final = re.compile(r"(?i)\b(?:card|cvv|cvc|visa|amex|mastercard|pay|payment|security|asked|told|gave|back)\b")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_BESIDE: Final = 48
_OTHER_CODE: Final = re.compile(
    r"(?i)\b(?:postal|post|zip|area|country|dial(?:ling)?|error|exit|status|return|response|http|product|item|order|promo"
    r"(?:tion)?|discount|coupon|voucher|referral|source|tax|hs|sic|naics|icd|cpt|bank|sort|currency|plz|postleitzahl|qr"
    r"|bar|colou?r|key|char(?:acter)?|unicode|ascii|op|byte|dress|penal|civil|building)[ -]?(?:code|number)"
)


def _codes(chance: random.Random) -> str:
    return "\n".join(f"{chance.randrange(16**5):05x}-{chance.randrange(16**5):05x}" for _ in range(4))


VALIDATORS: Final[dict[str, Validator]] = {
    "told-password": told_password,
    "told-passwords": told_passwords,
    "words-of-a-phrase": words_of_a_phrase,
    "told-password-or-words": told_password_or_words,
    "no-term": no_term,
    "pgpass": _pgpass,
    "code-list": code_list,
    "one-time": one_time,
    "no-other-code": no_other_code,
    "told-of-card": told_of_card,
}
GENERATORS: Final[dict[str, Callable[[random.Random], str]]] = {"recovery-codes": _codes}
