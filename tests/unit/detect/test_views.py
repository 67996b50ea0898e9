"""Views: what a layer left as it was is found where it was, once, and asked about once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reticent.detect import Detector, Span
from reticent.detect.candidates.matcher import NEAR
from reticent.detect.candidates.text import Excerpt
from reticent.detect.readings.views import Reading
from reticent.errors import LimitError
from reticent.formats.document import Leaves
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
        Rule("block", "Block", "pii", Severity.LOW, r"(?s)<<<.*?>>>"),
        Rule("named", "Named", "pii", Severity.LOW, r"\bQX\d{6}\b", keywords=("zz",)),
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


LONG = "plain words \u00e4 " * (NEAR // 6)


@example(["<<<", LONG, ">>%3E"], 0)
@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [ORDER, LONG, FAR, "%41", "A%43-12345678", "\u200b", "123456789", "%70assport ", "b&#105;ll ", "z%7A",
             "QX123456 ", "<<<", "%3C<<", ">>>", ">>%3E", "&lt;", "%2541C-12345678", "\n"]
        ),
        min_size=2, max_size=14,
    ),
    st.sampled_from([0, 9, -9]),
)  # fmt: skip
def test_the_findings_are_the_same_as_if_all_of_a_reading_were_scanned(pieces: list[str], head: int) -> None:
    mark = {0: "", 9: "passport\x01", -9: "passport\x02"}[head]
    leaves = Leaves()
    leaves.add(mark + "".join(pieces), head=head)

    def found() -> list[list[Span] | LimitError]:
        return _detector([]).scan([leaves])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Reading, "near", lambda *_: None)
        wanted = found()
    assert found() == wanted


def test_of_a_long_text_only_what_is_near_an_escape_is_scanned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned: list[int] = []
    whole = Excerpt.__init__

    def noting(self: Excerpt, *arguments: Any, **named: Any) -> None:
        whole(self, *arguments, **named)
        scanned.append(len(self.data))

    monkeypatch.setattr(Excerpt, "__init__", noting)
    text = FAR * 100 + " A%43-12345678" + FAR * 100
    assert [text[span.start : span.end] for span in _detector([]).scan_text(text)] == ["A%43-12345678"]
    again = [size for size in scanned if size <= len(text)]
    assert again and max(again) < 3 * NEAR
