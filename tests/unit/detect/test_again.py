"""What is no secret may hold the name of one: a rule looks again inside what it refused, a bounded number of times."""

from __future__ import annotations

import time

import pytest

from reticent.detect import Detector
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
