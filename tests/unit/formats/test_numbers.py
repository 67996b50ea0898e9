"""Numbers keep their text where nothing is masked, and are read as the digits they stand for."""

from __future__ import annotations

import pytest

from reticent.formats.jsontext import encode, parse
from reticent.formats.walk import Walk
from reticent.limits import Limits


@pytest.mark.parametrize("text", ["-0", "[-0,0,-0.0,-0e1]", '{"a":-0,"b":"-0"}', "1.0", "1E400", "-1", "10"])
def test_the_text_of_a_number_is_kept(text: str) -> None:
    assert encode(parse(text.encode(), Limits())).decode() == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("123456789012", "123456789012"),
        ("123456789012.0", "123456789012"),
        ("-123456789012", "123456789012"),
        ("1.23456789012e11", "123456789012"),
        ("123456789012.5", "123456789012.5"),
        ("-122.41941550", "-122.41941550"),
        ("-12", "-12"),
        ("1E400", "1E400"),
        ("12.0", "12.0"),
        ("1e99999999999999999999", "1e99999999999999999999"),
        ("-1.5E-99999999999999999999", "-1.5E-99999999999999999999"),
    ],
)
def test_what_may_be_an_identifier_is_read_as_its_digits(text: str, read: str) -> None:
    assert Walk([parse(f"[{text}]".encode(), Limits())], Limits()).leaves.texts == [read]
