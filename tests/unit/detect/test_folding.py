"""Characters that hide ASCII text are seen through, and whole languages are not taken for disguises."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reticent import Scanner
from reticent.detect.candidates.text import Buffer
from reticent.detect.readings.folding import folded
from reticent.policy import load_policy

VALUE = "Xk93" + "mfPq27Lz"


def hinted(text: str) -> bool:
    return Buffer([text], [0]).hinted == [0]


@pytest.mark.parametrize(
    "text",
    [
        "card ４１１１１１１１１１１１１１１１",  # full-width digits
        "card ٤١١١١١١١١١١١١١١١",  # Arabic ones
        "p\u0430ssword",  # a Cyrillic letter among Latin ones
        "pass\u200bword",
        "pass\u00adword",
        "ana＠acme．com",
        "密码：" + VALUE,
        "𝐩𝐚𝐬𝐬",
        "x\ufe0fy",
        "password".encode("utf-16").decode(errors="replace"),
        "password".encode("utf-32").decode(errors="replace"),
        "pass\0word",
        "pass\x01word",
        "pass\x9bword",
        "pass\U000e0fffword",
        "pass\ue0a0word",
        "pass\ufffdword",
        "pass\U000f1234word",
        "pass\U0010fffdword",
        "216\u00a0148",
        "Tel.:\u202f+49",
        "30\u201190182",
        "555\u2013120\u20134417",
    ],
)
def test_what_hides_ascii_text_is_looked_at(text: str) -> None:
    assert hinted(text)


def test_no_text_of_a_buffer_hides_another() -> None:
    texts = [text for rule in load_policy(None).rules for text in (*rule.match, *rule.no_match)]
    together = set(Buffer(texts, [0] * len(texts)).hinted)
    assert {number for number, text in enumerate(texts) if hinted(text)} <= together


@pytest.mark.parametrize(
    "text",
    [
        "Сегодня мы проверили, что все заказы клиента были доставлены вовремя.",
        "今天我们检查了客户的所有订单，确认它们都已按时送达。系统：正常；没有问题（已确认）。",
        "本日はお客様のご注文をすべて確認しました。",
        "Σήμερα ελέγξαμε όλες τις παραγγελίες του πελάτη.",
        "Für die Übersicht — “größere” Änderungen, d’accord… naïve café",
        "Prix\u00a0: trois\u00a0euros, pages 12\u201315, 1990\u20132010 — fin",
        "all good ✅ shipped 🚀 thanks ❤️ and 👨‍👩‍👧 ok",
    ],
)
def test_what_people_write_is_not_read_twice(text: str) -> None:
    assert not hinted(text)


def test_letters_are_folded_where_they_are_no_word_of_their_language() -> None:
    assert folded("p\u0430ssw\u043erd пароль api_\u0430") == "password пароль api_a"
    assert folded("４2，") == "42,"
    assert folded("жизнь (пароль) хор") == "жизнь (пароль) xop"
    assert folded("contr\u0430seña \u0410\u0421-1 \u0430\u0441 \u0430\u0441") == "contraseña AC-1 ac ac"


def test_blanks_and_dashes_of_typesetting_part_numbers_as_those_of_ascii_do(shipped: Scanner) -> None:
    for sign in "\u00a0\u2009\u202f\u2011\u2013":
        number = sign.join(("4929", "6173", "0482", "9158"))
        (found,) = shipped.scan(f"my card number:\u00a0{number}, thanks")
        assert (found.start, found.end) == (16, 16 + len(number))


@given(st.text(st.sampled_from("aB1_ ж\u0430\u0435\u043eр４．：😀\u200b\ufe0fé\x01\n\u00a0\u2011"), max_size=40))
def test_folding_changes_one_character_for_one(text: str) -> None:
    after = folded(text)
    assert len(after) == len(text) and folded(after) == after
    assert all(new == old or new.isascii() for old, new in zip(text, after, strict=True))


@given(st.text(st.sampled_from("aB1_ ж\u0430\u0435\u043eр４．：😀\u200b\ufe0fé\n"), max_size=40))
def test_what_is_not_looked_at_says_the_same(text: str) -> None:
    """What is ASCII in part stands there already as it reads."""
    if not hinted(text):
        visible = re.sub("[\u200b\ufe0f]", "", text)
        for run in re.finditer(r"[!-~]+", folded(visible)):
            there = visible[slice(*run.span())]
            assert there == run.group() or not re.search("[0-9A-Za-z]", there)
        assert re.findall("[0-9A-Za-z]+", visible) == re.findall("[0-9A-Za-z]+", text)


@pytest.mark.parametrize(
    "name", ["пароль：", "密码：", "p\u0430ssw\u043erd: ", "pass\u200bword: ", "ｐａｓｓｗｏｒｄ＝"]
)
def test_a_name_in_disguise_or_in_another_language_tells_its_value(name: str, shipped: Scanner) -> None:
    (found,) = shipped.scan(name + VALUE)
    assert (found.start, found.end) == (len(name), len(name) + len(VALUE))


@given(st.lists(st.text(st.sampled_from("aé😀\x00\x01"), max_size=5), max_size=8))
def test_texts_begin_where_they_begin(texts: list[str]) -> None:
    buffer = Buffer(texts, [0] * len(texts))
    for number, text in enumerate(texts):
        assert buffer.text(number).data.decode() == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_utf_16_read_as_utf_8_hides_nothing(encoding: str, shipped: Scanner) -> None:
    text = f"password: {VALUE} and so on".encode(encoding).decode(errors="replace")
    (found,) = shipped.scan(text)
    assert text[found.start : found.end].replace("\0", "") == VALUE


def test_bullets_of_symbol_fonts_are_seen_and_part_what_stands_beside_them() -> None:
    assert folded("12345\uf0b76789") == "12345\uf0b76789"
