"""A `+` of a form or a query is a blank: what has blanks in it is found there, and masked in its own place."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest

from reticent import Scanner
from reticent.detect.readings.forms import blanks

from .linear import is_linear

CARD, NAME, STREET = "4111 1111 1111 1111", "Marta Lindqvist", "4288 Sycamore Street, Boise, ID 83702"
"""A test card of the networks' manuals, and people and places of nobody's."""


@pytest.mark.parametrize("value", [CARD, NAME, STREET])
@pytest.mark.parametrize("before", ["", "POST /orders HTTP/1.1\nHost: a.test\n\n", "https://a.test/o?", "curl -d "])
def test_a_value_with_blanks_is_masked_in_its_field(shipped: Scanner, value: str, before: str) -> None:
    name = {CARD: "card_number", NAME: "full_name", STREET: "shipping_address"}[value]
    fields = [("step", "2"), (name, value), ("done", "yes it is")]
    shown = shipped.mask(before + urlencode(fields)).text
    assert shown.startswith(before)
    first, second, third = parse_qsl(shown.removeprefix(before), strict_parsing=True)
    assert (first, third) == (fields[0], fields[2])
    assert second[0] == name and second[1].startswith("[REDACTED:") and second[1].endswith("]")


def test_a_sentence_in_a_form_is_read(shipped: Scanner) -> None:
    note = "Please pay with card 4111 1111 1111 1111 until Friday"
    shown = dict(parse_qsl(shipped.mask(urlencode({"x": 1, "note": note, "y": 2})).text))
    assert shown["note"].startswith("Please pay with card [REDACTED:card-number")
    assert shown["note"].endswith("] until Friday")


@pytest.mark.parametrize(
    "text",
    [
        "y=a+b",
        "k=ab+cd/ef==&x=1",
        f"k={24 * 'aB'}+{12 * 'cD'}&x=1",
        "for (i=0; i<n; i+=1) x=y+z;",
        "a=b+c",
        "if (a==b+c && d) return",
    ],
)
def test_sums_and_encoded_bytes_have_no_blanks(text: str) -> None:
    assert not list(blanks(text))


@pytest.mark.parametrize("piece", ["a=", "&a=", "&a=b+", "+", "?a=b+c&"])
def test_the_time_is_linear(piece: str) -> None:
    assert is_linear(lambda size: list(blanks(piece * (size // len(piece)))), 20_000, 0.02)
