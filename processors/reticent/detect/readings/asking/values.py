"""What may be the value of a field that somebody was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_CODE: Final = re.compile(r"(?:[A-Z]-)?\d{3,8}#?|\d{3,4}[ -]\d{3,4}|[#*]\d{3,8}")
_PERSON: Final = re.compile(r"[^\W\d_][\w'\u2019.\-\u0900-\u0dff]*(?:[ ・][^\W\d_][\w'\u2019.\-\u0900-\u0dff]*){0,3}")
_REPLIES: Final = (
    "idea clue my your his her our their sister brother wife husband mom mum mother dad father son daughter"
    " friend partner "
    "yes no yep nope sure ok okay lol haha thanks maybe later none nothing what why who when same idk dunno "
    "never mind i you we they it that this the a not can't dont don't do let me one sec second brb moment wait "
    "hang on checking mostly still already about done here there good fine sorry forgot please hello hi hey "
    "yeah right all team everyone nobody somebody someone user admin ja nein oui non si claro nada "
)
_SAID: Final = frozenset(_REPLIES.split())


def _has_sign(answer: str) -> bool:
    return " " not in answer and len(answer) >= 4 and (
        any(map(str.isdigit, answer)) or any(sign in "_$#@%^&*+=~" for sign in answer)
        or (answer.rstrip("!?.") != answer and len(answer) > 7 and answer.rstrip("!?") not in _SAID)
        or any(map(str.isupper, answer[1:]))
    )  # fmt: skip


def _has_digits(answer: str) -> bool:
    return sum(map(str.isdigit, answer)) >= 2 and len(answer) <= 60


def _is_code(answer: str) -> bool:
    return _CODE.fullmatch(answer) is not None


def _is_person(answer: str) -> bool:
    words = answer.lower().replace("'", " ").split()
    return _PERSON.fullmatch(answer) is not None and len(answer) >= 2 and not any(word in _SAID for word in words)


def _is_user(answer: str) -> bool:
    return " " not in answer and 3 <= len(answer) <= 40 and answer.lower() not in _SAID and ("/" not in answer) and (
        any(map(str.isdigit, answer)) or any(sign in answer for sign in "_.@#-") or answer != answer.lower()
    )  # fmt: skip


def _is_day(answer: str) -> bool:
    return len(answer) <= 40 and any(map(str.isdigit, answer)) and (
        len(answer) > 5 and (any(sign in answer for sign in "/-. ") or answer.isdigit())
    )  # fmt: skip


_FITS: Final[dict[str, Callable[[str], bool]]] = {
    "password": _has_sign, "verification code": _is_code, "cvv": _is_code, "pin": _is_code, "ssn last 4": _is_code,
    "username": _is_user, "full name": _is_person, "last name": _is_person, "mother's maiden name": _is_person,
    "security answer": _is_person, "date of birth": _is_day, "email": lambda answer: "@" in answer,
    "age": lambda answer: answer[:3].strip().isdigit(), "salary": lambda answer: any(map(str.isdigit, answer)),
    "address": lambda answer: any(map(str.isdigit, answer)) and " " in answer,
}  # fmt: skip
"""By the name of a field, what may be a value of it; others have digits."""

_PERSONS: Final = frozenset(("full name", "last name", "mother's maiden name", "security answer"))


def fitting(field: str) -> Callable[[str], bool]:
    """What may be a value of a field."""
    return _FITS.get(field, _has_digits)


def cased(field: str, value: str) -> str:
    """A name as it is written with care: chats have it in small letters."""
    plain = value.title() if field in _PERSONS and value.islower() else value
    return plain if len(plain) == len(value) else value
