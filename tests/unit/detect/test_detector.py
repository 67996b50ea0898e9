"""Detection: exact spans wherever a value stands, alone or in a batch, and never more than it should cost."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Detector
from reticent.errors import LimitError
from reticent.formats.document import Leaves, Part
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Context, Dictionary, Rule

RULES = (
    Rule("order", "Order", "pii", Severity.LOW, r"\bAC-\d{8}\b", keywords=("ac-",)),
    Rule("pin", "Pin", "secrets", Severity.HIGH, r"(?i)pin\s{0,2}[:=\x01]\s{0,2}(?P<secret>\d{4,6})\b"),
    Rule("long", "Long", "pii", Severity.MEDIUM, r"\bAC-\d{4,12}x?\b"),
    Rule(
        "near", "Near", "pii", Severity.LOW, r"\b\d{9}\b", context=Context(("passport",), ("invoice",), required=True)
    ),
)
NAMES = Dictionary("customers", "pii", Severity.HIGH, ("Mia Li", "Straße 5", "anna"))
ORDER = "AC-12345678"


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(RULES, [NAMES], limits=Limits(), validators={})


def _spans(detector: Detector, *texts: str) -> list[tuple[str, Part, str]]:
    found = detector.scan([Leaves(list(texts), [(None, None)] * len(texts))])[0]
    assert not isinstance(found, LimitError)
    cut = []
    for span in found:
        text = texts[span.leaf]
        key, mark, value = text.partition("\x01")
        side = key if span.part is Part.KEY else value if mark else text
        cut.append((span.rule, span.part, side[span.start : span.end]))
    return cut


def test_a_span_covers_the_value_and_nothing_else(detector: Detector) -> None:
    assert _spans(detector, f"see {ORDER}, please") == [("long", Part.VALUE, ORDER)]
    assert _spans(detector, "pin\x014711") == [("pin", Part.VALUE, "4711")]


def test_keys_are_leaves_too(detector: Detector) -> None:
    assert _spans(detector, f"{ORDER}\x01yes") == [("long", Part.KEY, ORDER)]


def test_a_label_is_context_and_no_leaf(detector: Detector) -> None:
    assert _spans(detector, f"{ORDER}\x02yes") == []


def test_context_words_for_and_against(detector: Detector) -> None:
    assert _spans(detector, "passport 123456789")[0][0] == "near"
    assert _spans(detector, "number 123456789") == []
    assert _spans(detector, "passport invoice 123456789") == []


def test_dictionary_entries_are_case_folded_and_bounded_by_words(detector: Detector) -> None:
    assert [text for _, _, text in _spans(detector, "MIA LI lives in STRASSE 5")] == ["MIA LI", "STRASSE 5"]
    assert _spans(detector, "annabel and joanna") == []


@pytest.mark.parametrize(
    "hidden",
    [
        json.dumps({"a": json.dumps({"b": f"\n{ORDER}"})}),
        "".join(f"\\u{ord(c):04x}" for c in ORDER),
        "".join(f"%{ord(c):02x}" for c in ORDER),
        "".join(f"&#{ord(c)};" for c in ORDER),
        "".join(c + "\u200b" for c in ORDER),
        "".join(chr(ord(c) + 0xFEE0) for c in ORDER),
        base64.b64encode(f"the order is {ORDER} now".encode()).decode(),
        f"the order is {ORDER} now".encode().hex(),
        base64.b64encode(gzip.compress(f"the order is {ORDER} now".encode())).decode(),
        base64.b64encode(base64.b64encode(f"the order is {ORDER} now".encode())).decode(),
    ],
    ids=["json", "unicode", "percent", "entities", "zero-width", "full-width", "base64", "hex", "gzip", "twice"],
)
def test_what_is_written_in_another_way_is_found_where_it_stands(detector: Detector, hidden: str) -> None:
    (found,) = _spans(detector, f"x {hidden} y")
    assert found[2] in hidden


def test_a_batch_finds_what_its_documents_find_alone(detector: Detector) -> None:
    batch = [Leaves([f"n {n} {ORDER}", "Mia Li"], [(None, None)] * 2) for n in range(5)] + [
        Leaves(["x"], [(None, None)])
    ]
    assert detector.scan(batch) == [detector.scan([leaves])[0] for leaves in batch]


def test_too_many_findings_are_a_limit_of_that_document_alone() -> None:
    detector = Detector(RULES, limits=Limits(findings=10), validators={})
    many, few = detector.scan([Leaves([f"{ORDER} " * 50], [(None, None)]), Leaves([ORDER], [(None, None)])])
    assert isinstance(many, LimitError) and many.code == "too-many-findings"
    assert isinstance(few, list) and len(few) == 1


def test_time_is_a_limit_too() -> None:
    ticks = iter(range(0, 10_000_000, 100))
    detector = Detector(RULES, limits=Limits(scan_seconds=1), validators={}, clock=lambda: float(next(ticks)))
    (found,) = detector.scan([Leaves([ORDER], [(None, None)])])
    assert isinstance(found, LimitError) and found.code == "scan-timeout"


def test_a_text_made_to_hurt_does_not_grow_without_bound(detector: Detector) -> None:
    (found,) = detector.scan([Leaves(["pin:1" + "1" * 200_000 + " " + ORDER], [(None, None)])])
    assert not isinstance(found, LimitError) and [span.rule for span in found] == ["long"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["AC-", "12345678", "x", " ", "pin", ":", "=", "4711", "é", "\x03", "passport ", "9"]),
        max_size=14,
    )
)
def test_hyperscans_candidates_hold_whatever_re2_finds(detector: Detector, pieces: list[str]) -> None:
    text = "".join(pieces)
    candidates = detector._matcher.candidates([text])
    for number, rule in enumerate(RULES):
        if re2.search(rule.pattern, text) is not None:
            assert (number, 0) in candidates
