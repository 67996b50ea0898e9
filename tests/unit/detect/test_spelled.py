"""What is told character by character is found as what it says, and masked as it is told."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent import Scanner
from reticent.detect.readings.spelled import spelled

CARD = "4111111111111111"
"""A test card of the networks' manuals."""


@given(st.text(string.ascii_letters + string.digits + "_+/=", min_size=8, max_size=60), st.sampled_from(" -"))
def test_spelled_characters_are_the_text(text: str, gap: str) -> None:
    assert spelled(gap.join(text)) == text


def test_a_card_that_is_spelled_is_masked_whole(shipped: Scanner) -> None:
    masked = shipped.mask(f"my card is {' '.join(CARD)} ok").text
    assert masked.startswith("my card is [REDACTED:") and masked.endswith("] ok")
    assert not shipped.scan(masked)


def test_a_key_that_a_model_spells_is_masked_in_a_trace(shipped: Scanner) -> None:
    chance = random.Random(7)  # noqa: S311 - tests must repeat
    key = "sk_live_" + "".join(chance.choices(string.ascii_letters + string.digits, k=24))
    for gap in (" ", "-"):
        letters = gap.join(key.replace("_", "") if gap == "-" else key)
        trace = {"model": "m", "messages": [{"role": "assistant", "content": f"It is: api_key = {letters}"}]}
        masked = shipped.mask(trace).text
        assert letters[20:40] not in masked
        assert json.loads(masked)["messages"][0]["content"].startswith("It is: api_key = [REDACTED:")


@pytest.mark.parametrize(
    "text",
    [
        "0 0 1 0 1 1 0 1 0 0 1 0",
        "| - | - | - | - | - | - |",
        "A B C D E F G H I J",
    ],
)
def test_matrices_are_nobodys(shipped: Scanner, text: str) -> None:
    assert not shipped.scan(text)


def told_bytes() -> tuple[str, bytes]:
    secret = "Kite-" + "tul97x!"
    return secret, f"hello, the password={secret} is it".encode()


@pytest.mark.parametrize(
    "written",
    [
        lambda data: f'{{"type":"Buffer","data":{json.dumps(list(data))}}}',
        lambda data: "got []byte{" + ", ".join(map(str, data)) + "}",
        lambda data: "bytes: [" + ",\n  ".join(map(str, data)) + "]",
        lambda data: "static char x[] = {" + ", ".join(f"0x{each:02x}" for each in data) + "};",
    ],
)
def test_bytes_as_numbers_are_the_text_that_they_spell(shipped: Scanner, written: Callable[[bytes], str]) -> None:
    _, data = told_bytes()
    text = written(data)
    assert "password-plain" in {found.rule for found in shipped.scan(text)}
    assert "75, 105" not in shipped.mask(text).text.replace(",", ", ").replace("  ", " ")


def test_items_of_a_list_that_are_bytes_are_masked_one_by_one(shipped: Scanner) -> None:
    secret, data = told_bytes()
    masked = json.loads(shipped.mask({"a": [1, 2, 3], "body": {"type": "Buffer", "data": list(data)}}).content)
    start = data.index(secret.encode())
    assert masked["a"] == [1, 2, 3]
    for at, (was, now) in enumerate(zip(data, masked["body"]["data"], strict=True)):
        assert (was == now) is not (start <= at < start + len(secret))


def test_the_parts_of_a_value_have_its_token_and_not_each_its_own(shipped: Scanner) -> None:
    """A letter's own token would tell where it stands again, and whoever may send letters could read the rest."""
    _, data = told_bytes()
    parts = shipped.mask({"data": list(data)}).findings
    (whole,) = shipped.mask({"data": data.decode()}).findings
    assert len(parts) > 1 and {part.token for part in parts} == {whole.token}


@pytest.mark.parametrize("harmless", [list(range(32, 80)), [255, 0, 17] * 8, [10] * 20, [100, 101, 102]])
def test_other_numbers_are_no_text(shipped: Scanner, harmless: list[int]) -> None:
    assert not shipped.scan({"data": harmless})
    assert not shipped.scan(f"data = {harmless}")
