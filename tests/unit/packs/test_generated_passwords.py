"""Passwords of generators, whatever signs they have: found whole without quotes, and no program's text with them."""

from __future__ import annotations

import random
import string

import pytest

from reticent import Scanner
from reticent.policy.validators.credential_signs import generated

_SIGNS = "!@#$%^&*()-_=+[]{}|;:,.<>?~"
_DRAWN = 60
_PLACES = [
    "DB_PASS={}",
    "export MYSQL_PWD={}",
    "  password: {}",
    "API_SECRET={}",
    "<password>{}</password>",
    "ENV ADMIN_PW {}",
    "tool --password {}",
    "password={}&user=ana",
    "Server=db;Password={};Initial Catalog=sales",
    "the password is {} and it works",
    "| password | {} |",
]


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


def _password(rng: random.Random) -> str:
    """As generators draw it: all four kinds, any order."""
    signs = rng.choices(_SIGNS, k=4)
    rest = rng.choices(string.ascii_letters + string.digits, k=rng.randint(8, 14))
    drawn = [*signs, rng.choice(string.digits), rng.choice(string.ascii_lowercase), *rest]
    rng.shuffle(drawn)
    return "".join(drawn)


@pytest.mark.parametrize("place", _PLACES)
def test_nine_of_ten_generated_passwords_are_found_whole_without_quotes(scanner: Scanner, place: str) -> None:
    rng, whole = random.Random(place), 0  # noqa: S311 - made-up values that must repeat
    for _ in range(_DRAWN):
        secret = _password(rng)
        if "<" in place or ";" in place or "&" in place:
            secret = secret.translate(str.maketrans("<>&;", "!!!!"))
        text = place.format(secret)
        start = text.index(secret)
        covered = {at for found in scanner.scan(text) for at in range(found.start, found.end)}
        # a comma at the end is the text's
        whole += covered.issuperset(range(start, start + len(secret.rstrip(",;."))))
    assert whole >= 0.9 * _DRAWN


@pytest.mark.parametrize(
    "text",
    [
        "key = RVV_OP(vxor_vv_u64m2)(data1[2])",
        "token: Callable[[T1], Set[Value]]",
        "password = auth_info[2].get(1)",
        "pass: Tuple[X25519PublicKey,Ed448]",
        "Key|EcKeyGenParams|Pbkdf2Params}",
        "password=^(?=.*[A-Z])(?=.*\\d)[A-Za-z\\d]{8,}$",
        "secret: {{ .Values.db1.Password }};",
        "password=$1&token=$2",
    ],
)
def test_what_programs_have_of_signs_behind_a_telling_name_is_let_go(scanner: Scanner, text: str) -> None:
    assert [found.rule for found in scanner.scan(text)] == []


def test_what_is_of_words_was_not_generated() -> None:
    assert generated("k;9Fq2&vLw!7Zp")
    assert not generated("Holiday;Season2024")
    assert not generated("user.name@host2.example.org")
    assert not generated("k;9")
