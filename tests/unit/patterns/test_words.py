"""Context words: found as names are written, and not inside other words."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from reticent.detect import Detector
from reticent.errors import ConfigError
from reticent.formats.document import Leaves
from reticent.limits import Limits
from reticent.model import Severity
from reticent.patterns.words import word_pattern
from reticent.policy.rule import Context, Rule

SIN, TAX = r"\bsin\b", r"\btax id\b"


def _holds(word: str, text: str) -> bool:
    return re2.search(word_pattern(word), text) is not None


@pytest.mark.parametrize(
    "text", ["sin 1", "SIN: 1", "user_sin", "sin_1", "userSin", "sinNumber", "SIN1", "the Sin", "sin"]
)
def test_a_bounded_word_is_found_as_names_are_written(text: str) -> None:
    assert _holds(SIN, text)


@pytest.mark.parametrize("text", ["using", "Singapore", "basin 1", "sing", "sins", "CASINO", "éusinage"])
def test_a_bounded_word_is_not_found_inside_another(text: str) -> None:
    assert not _holds(SIN, text)


@pytest.mark.parametrize("text", ["tax id", "tax_id", "TAX-ID", "taxId", "taxid", "tax.id", "myTaxId"])
def test_a_blank_stands_for_whatever_parts_words_in_a_name(text: str) -> None:
    assert _holds(TAX, text)


def test_without_a_bound_a_word_may_be_part_of_a_longer_one() -> None:
    assert _holds("steuer", "die Lohnsteuernummer")
    assert _holds(r"\bpass", "passport") and not _holds(r"\bpass", "compass")
    assert _holds(r"nummer\b", "Passnummer") and not _holds(r"nummer\b", "nummern")


def test_letters_beyond_ascii_match_in_either_case() -> None:
    assert _holds("šķirne", "ŠĶIRNE") and _holds(r"\bстаж\b", "СТАЖ:")


def test_a_word_that_is_everywhere_is_refused() -> None:
    with pytest.raises(ConfigError, match="two characters"):
        word_pattern(r"\ba\b")


def _detector(window: int = 20) -> Detector:
    context = Context((SIN, "social insurance"), (r"\bfax\b",), window, required=True)
    return Detector([Rule("sin", "S", "pii", Severity.HIGH, r"\b\d{9}\b", context=context)], limits=Limits())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SIN 123456789", True), ("SIN123456789", False), ("123456789 sin", True), ("casing 123456789", False),
        ("sin fax 123456789", False), ("sin faxes 123456789", True), ("sin" + " " * 21 + "123456789", False),
        ("ß sin ß 123456789 漢", True), ("socialInsurance 123456789", True), ("123456789 (sin)", True),
    ],
)  # fmt: skip
def test_context_within_the_window_decides(text: str, found: bool) -> None:
    assert bool(_detector().scan_text(text)) is found


def test_a_label_is_context_however_far() -> None:
    leaves = Leaves()
    leaves.add("sin\x02" + "-" * 90 + " 123456789", head=-4)
    (found,) = _detector().scan([leaves])
    assert isinstance(found, list) and len(found) == 1


@given(st.text(alphabet="sinSIN _9é", max_size=30), st.text(alphabet="sinSIN _é", max_size=30))
def test_hyperscan_looks_wherever_re2_would_find(before: str, behind: str) -> None:
    text, detector = f"{before} 123456789 {behind}", _detector(6)
    assert bool(detector.scan_text(text)) is any(judgement.found for judgement in detector.explain(text))
