"""What is no secret may hold the name of one: a rule looks again inside what it refused, a bounded number of times."""

from __future__ import annotations

import time

import pytest

from reticent.detect import Detector
from reticent.formats.document import Leaves
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy import load_policy
from reticent.policy.rule import Rule


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(load_policy(None).rules, limits=Limits())


@pytest.mark.parametrize("text", ["DB_PASSWORD=${{PASSWORD:-password={}}}", "token = <token={}>"])
def test_a_name_inside_a_refused_value_is_heard(detector: Detector, text: str) -> None:
    secret = "Ab3dE5f" + "G7hJ9kL2mN4pQ6r"
    given = text.format(secret)
    assert [given[span.start : span.end] for span in detector.scan_text(given) if span.pack == "secrets"] == [secret]


def test_names_in_names_do_not_hold_the_detector_up(detector: Detector) -> None:
    began = time.process_time()
    detector.scan_text("password=" * 20_000)
    assert time.process_time() - began < 20


def test_a_keyword_is_looked_for_once_a_text_and_not_once_a_candidate() -> None:
    rule = Rule("numbered", "N", "test", Severity.LOW, r"\bNR-(?P<secret>\d{6})\b", keywords=("serial",))
    detector = Detector([rule], limits=Limits(scan_seconds=600), validators={})
    text = f"{'NR-123456 and so on and on. ' * 50_000}"
    began = time.process_time()
    assert detector.scan_text(text) == []
    assert time.process_time() - began < 8


@pytest.mark.parametrize("loud", ["AAAA" * 2000, "0" * 9000, "9 " * 5000, "a@" * 5000, "AAAA" * 1500 + "0a" * 6000])
def test_an_expression_that_hits_at_every_byte_drowns_no_other(detector: Detector, loud: str) -> None:
    """In a text before it, in its own on either side, and in one behind it."""
    leaves = Leaves()
    for text in ("kal@northwind.org", f"ana@northwind.org {loud} bob@northwind.org", "write to cy@northwind.org"):
        leaves.add(text)
    (spans,) = detector.scan([leaves])
    assert isinstance(spans, list)
    found = {leaves.texts[span.leaf][span.start : span.end] for span in spans if span.rule == "email"}
    assert {f"{name}@northwind.org" for name in ("kal", "ana", "bob", "cy")} <= found
