"""What is written in another way is found as what it says, and masked as it is written."""

from __future__ import annotations

import base64
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent import Scanner
from reticent.detect.readings.layers import readings
from reticent.detect.readings.views import Alone, Reading
from reticent.policy.validators import GENERATORS

CHANCE = random.Random(13)  # noqa: S311 - tests must repeat
TOKEN = GENERATORS["github-token"](CHANCE)
SECRET = f"password=Kite-{'Winter7'}\nthe token is {TOKEN}\n"


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


def octal(text: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in text.encode())


WHOLE = {
    "octal escapes": octal(TOKEN),
    "base32": base64.b32encode(SECRET.encode()).decode(),
    "ascii85": base64.a85encode(SECRET.encode(), adobe=True).decode(),
}


@pytest.mark.parametrize("coded", WHOLE.values(), ids=WHOLE)
def test_what_is_coded_is_masked_whole(scanner: Scanner, coded: str) -> None:
    masked = scanner.mask(f"data {coded} end").text
    assert masked.startswith("data [REDACTED:") and masked.endswith("] end")


def test_base85_is_read_behind_its_own_name(scanner: Scanner) -> None:
    coded = base64.b85encode(SECRET.encode()).decode()
    masked = scanner.mask(f'base64.b85decode("{coded}")').text
    assert masked.startswith('base64.b85decode("[REDACTED:') and masked.endswith(']")')


def test_quoted_printable_is_read_where_something_says_that_it_is(scanner: Scanner) -> None:
    cut = TOKEN[:20] + "=\n" + TOKEN[20:]
    mail = f"Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe, it is {cut} =3D the token\n"
    masked = scanner.mask(mail).text
    assert TOKEN[20:] not in masked and TOKEN[:20] not in masked
    assert masked.startswith("Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe, it is [REDACTED:")
    unset = "PORT=30\nDB_PASSWORD=\nUSERNAME=service\n"
    assert not list(readings(Reading(unset, 0, Alone(0)), 10**6))


@pytest.mark.parametrize(
    "between",
    ['" + "', '" +\n    "', '" . "', '" & _\n  "', "\\\n", '"\n         "', '" \\\n  "', '" || "'],
)
def test_a_token_that_a_program_writes_in_two_parts_is_masked_in_both(scanner: Scanner, between: str) -> None:
    for token in (TOKEN, "".join(CHANCE.choices(string.ascii_letters + string.digits, k=40))):
        masked = scanner.mask(f'api_key = "{token[:19]}{between}{token[19:]}"').text
        assert masked.startswith('api_key = "[REDACTED:') and masked.endswith(']"')
        assert not scanner.scan(masked)


@pytest.mark.parametrize(
    "harmless", ['run("--first-option", "second")', '["alphabet",\n  "numbers8"]', "a = first_number +\nsecond_number"]
)
def test_strings_that_are_apart_stay_apart(harmless: str) -> None:
    assert not list(readings(Reading(harmless, 0, Alone(0)), 10**6))


@given(st.text(st.sampled_from("ab12=\n\"'+\\. "), max_size=60))
def test_a_reading_is_never_longer_than_its_places(text: str) -> None:
    for reading in readings(Reading(text, 0, Alone(0)), 10**6):
        for at in range(len(reading.text)):
            for _, start, end in reading.places(at, at + 1):
                assert 0 <= start < end <= len(text)
