"""Views: what a layer left as it was is found where it was, once, and asked about once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Detector, Span
from reticent.detect.views import Reading
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Context, Match, Rule

ORDER = "AC-12345678"
FAR = " and some words more" * 20


def _detector(asked: list[str]) -> Detector:
    def ask(text: str, _: Match) -> bool:
        asked.append(text)
        return True

    rules = (
        Rule("order", "Order", "pii", Severity.LOW, r"\bAC-\d{8}\b", validators=("ask",)),
        Rule("near", "N", "pii", Severity.LOW, r"\b\d{9}\b", context=Context(("passport",), ("bill",), required=True)),
        Rule("all", "All", "pii", Severity.LOW, r"^\w{3,40}$", keywords=("zz",)),
    )
    return Detector(rules, limits=Limits(), validators={"ask": ask})


def test_what_stands_far_from_every_escape_is_asked_about_once() -> None:
    asked: list[str] = []
    found = _detector(asked).scan_text(f"{ORDER}{FAR} %41 {FAR}")
    assert asked == [ORDER] and [(span.start, span.end) for span in found] == [(0, len(ORDER))]


@pytest.mark.parametrize("between", ["%41", "&lt;", "\\n"])
def test_what_stands_near_an_escape_is_asked_about_again(between: str) -> None:
    asked: list[str] = []
    _detector(asked).scan_text(f"{ORDER} {between} {FAR}")
    assert asked == [ORDER, ORDER]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [ORDER, FAR, "%41", "A%43-12345678", "\u200b", "123456789", "%70assport ", "b&#105;ll ", " ", "zz"]
        ),
        max_size=12,
    )
)
def test_the_findings_are_the_same_as_if_all_were_asked_about_again(pieces: list[str]) -> None:
    text = "".join(pieces)

    def found() -> list[Span]:
        return _detector([]).scan_text(text)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Reading, "known", lambda *_: False)
        wanted = found()
    assert found() == wanted
