"""JSON in a string is read once, as what it says, and masked where it stands."""

from __future__ import annotations

import json
import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent import Scanner
from reticent.detect.readings.layers import MANY, _escaped, _Layer, _shown
from reticent.detect.readings.quoted import as_read, whole


def stripe_key(chance: random.Random) -> str:
    return "sk_live_" + "".join(chance.choices(string.ascii_letters + string.digits, k=24))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.text('\\"\n\t/ué😀ab{}[]:,', max_size=20),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=6), below, max_size=4),
    max_leaves=12,
)


def said(value: object) -> str:
    """What a text of JSON says, in the simplest way there is: its escapes replaced one by one."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ",".join(map(said, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{said(key)}:{said(child)}" for key, child in value.items()) + "}"
    return json.dumps(value)


@given(JSON, st.booleans(), st.sampled_from(["", "arguments\x01"]))
def test_what_json_says_is_what_its_parser_reads(value: object, ascii: bool, key: str) -> None:
    raw = key + json.dumps(value, ensure_ascii=ascii, separators=(",", ":"))
    reading = as_read(7, raw, len(key))
    assert reading.text in (raw, key + said(value))
    assert reading.chain or not isinstance(value, dict | list) or "\\" not in raw or set(said(value)) & set("\0\1\2")


@given(JSON, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_each_piece_of_it_stands_where_it_was_written(value: object, ascii: bool, indent: int | str | None) -> None:
    raw = json.dumps(value, ensure_ascii=ascii, indent=indent)
    reading = as_read(7, raw, 0)
    if reading.chain:
        for at, sign in enumerate(reading.text):
            ((leaf, start, end),) = reading.places(at, at + 1)
            written = raw[start:end]
            assert leaf == 7
            assert written == sign or json.loads(f'"{written}"') == sign


@pytest.mark.parametrize(
    "text",
    [
        r"a \n b", r'"a \n b"', r'{"a":"b\n"', r'{"a":"\q"}', r'{"a":"\ud83d"}', r'{"a":"\u0000"}', '{"a":1}', r"\{}",
        '{"a":"\\n"}\n{"b":1}',
    ],
)  # fmt: skip
def test_what_is_no_json_with_escapes_is_read_as_it_is(text: str) -> None:
    reading = as_read(0, text, 0)
    assert (reading.text, reading.chain) == (text, ())


@pytest.mark.parametrize("before", ["\n", '"', "\\", "\t", "é", "\u2028", "\b\f", "\\n", "{", " "])
@pytest.mark.parametrize("indent", [None, 2])
def test_what_is_found_in_it_is_masked_there_and_it_stays_json(
    shipped: Scanner, chance: random.Random, before: str, indent: int | None
) -> None:
    token = stripe_key(chance)
    said = {"tool": "cat", "out": [f"{before}{token}{before}", f"line\n{token}"], "n": 1}
    masked = shipped.mask(json.dumps({"result": json.dumps(said, indent=indent)}).encode()).content
    after = json.loads(json.loads(masked)["result"])
    assert token not in masked.decode()
    assert after["tool"] == "cat"
    assert after["n"] == 1
    assert after["out"][0].startswith(before + "[REDACTED:")
    assert after["out"][0].endswith("]" + before)
    assert after["out"][1].startswith("line\n[REDACTED:")


def test_zeros_between_its_letters_hide_nothing(shipped: Scanner, chance: random.Random) -> None:
    token = stripe_key(chance)
    said = json.dumps({"out": "\0".join(token), "more": "line\n"})
    assert shipped.scan(json.dumps({"result": said}).encode())


def test_a_key_in_it_tells_its_value(shipped: Scanner, chance: random.Random) -> None:
    value = "".join(chance.choices(string.ascii_letters + string.digits, k=20)) + "!7"
    said = json.dumps({"note": 'a "b"', "db_password": value})
    masked = shipped.mask(json.dumps({"result": said}).encode()).content
    assert value not in masked.decode()
    assert "db_password" in masked.decode()


@given(
    st.lists(
        st.sampled_from(["\\", "\\\\", "n", '"', "u0041", "u005c", "ud83d", "x41", "a ", "é", "\x01"]), max_size=60
    )
)
def test_escapes_undone_at_once_say_what_they_say_one_by_one(pieces: list[str]) -> None:
    """As each layer has them, and standing where they were written."""
    text = "\\n" * MANY + "".join(pieces)
    first = _escaped(_Layer(text, 0))
    assert first is not None
    assert first.text == ESCAPE.sub(_alone, text)
    for at, sign in enumerate(first.text):
        start, end = first.origin(at, at + 1)
        written = text[start:end]
        assert written == sign or ESCAPE.sub(_alone, written) == sign


ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\"'/bfnrt]))")


ONE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)|[^\\]", re.DOTALL)
"""A character of JSON, escaped or not."""


def _alone(found: re.Match[str]) -> str:
    digits, letter = found[1] or found[2], found[3]
    if letter:
        return {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}.get(letter, letter)
    sign = chr(int(digits, 16))
    return found[0] if "\ud800" <= sign <= "\udfff" else sign


@given(JSON, st.booleans(), st.data())
def test_a_piece_of_json_ends_with_a_whole_escape(value: object, ascii: bool, data: st.DataObject) -> None:
    raw = json.dumps(value, ensure_ascii=ascii)
    begin = data.draw(st.sampled_from([*(found.start() for found in ONE.finditer(raw)), len(raw)]))
    piece = raw[begin : data.draw(st.integers(begin, len(raw)))]
    kept = whole(piece)
    assert piece.startswith(kept)
    assert len(piece) - len(kept) < len("\\u0041")
    assert piece == kept or ESCAPE.match(piece, len(kept)) is None
    reading = as_read(0, kept, 0, piece=True)
    assert reading.chain or "\\" not in kept or any(sign in said(value) for sign in "\0\1\2") or "\\ud" in kept.lower()


@pytest.mark.parametrize("lines", [1, 400])
@pytest.mark.parametrize("number", [{}, {"password": 4853359}])
def test_what_is_scanned_again_of_json_is_read_as_json(
    shipped: Scanner, chance: random.Random, lines: int, number: dict[str, int]
) -> None:
    """Read as it is written, the letter of a line end would belong to the word behind it, and go without its sign."""
    said = "a line of words\n" * lines + f"it is {stripe_key(chance)}\ngit@github.com\n" + "and so on\n" * lines
    masked = shipped.mask(json.dumps({"result": json.dumps({**number, "out": said})}).encode()).content
    after = json.loads(json.loads(masked)["result"])
    assert "]\ngit@github.com\n" in after["out"]
    assert all(after[key].startswith("[REDACTED:") for key in number)


@given(st.lists(st.sampled_from(["\u200b", "\u200b\u200d", "\ufeff", "a", "é", "b ", "\x01"]), max_size=60))
def test_what_shows_nothing_is_left_out_at_once(pieces: list[str]) -> None:
    text = "x\u200b" * MANY + "".join(pieces)
    first = _shown(_Layer(text, 0))
    assert first is not None
    assert first.text == "".join(sign for sign in text if sign not in "\u200b\u200d\ufeff")
    for at, sign in enumerate(first.text):
        start, end = first.origin(at, at + 1)
        assert text[start:end] == sign
