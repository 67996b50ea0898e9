"""A text in which nothing was found is not looked through again, and nothing else is passed over."""

from __future__ import annotations

import random

import pytest

from reticent.detect import Detector
from reticent.detect.clean import LONG, SHORT, Clean
from reticent.errors import LimitError
from reticent.formats.document import KEY, Leaves
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Rule

RULES = [
    Rule("numbered", "", "test", Severity.LOW, r"\bNR-(?P<secret>\d{6})\b"),
    Rule("keyed", "", "test", Severity.LOW, r"^pin\x01(?P<secret>\d{4})"),
]


@pytest.fixture
def detector() -> Detector:
    return Detector(RULES, limits=Limits(findings=5), clean=Clean())


def _leaves(*texts: str, head: int = 0) -> Leaves:
    leaves = Leaves()
    for text in texts:
        leaves.add(text, head=head)
    return leaves


def _prose(chance: random.Random, size: int = SHORT) -> str:
    text = " ".join(chance.choices(["an", "agent", "asks", "the", "state", "of", "its", "order"], k=size))
    return text[:size].rstrip() + "x" * (size - len(text[:size].rstrip()))


def _known(detector: Detector, text: str, head: int) -> bool:
    assert detector._clean is not None
    return detector._clean.known([text], [head], [0]) == [0]


def _looked_at(detector: Detector, monkeypatch: pytest.MonkeyPatch, *batch: Leaves) -> list[str]:
    """The texts that were searched."""
    seen: list[str] = []
    search = detector._search

    def noting(windows: object, buffer: object, *rest: object) -> object:
        seen.extend(text for text in buffer.texts if text)  # type: ignore[attr-defined]
        return search(windows, buffer, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(detector, "_search", noting)
        detector.scan(batch)
    return seen


def test_a_clean_text_is_looked_through_once(
    detector: Detector, monkeypatch: pytest.MonkeyPatch, chance: random.Random
) -> None:
    text, other = _prose(chance), _prose(chance, SHORT + 9)
    assert _looked_at(detector, monkeypatch, _leaves(text, other)) == [text, other]
    assert _looked_at(detector, monkeypatch, _leaves(other), _leaves(text)) == []


def test_what_was_found_is_found_every_time(detector: Detector, chance: random.Random) -> None:
    text = _prose(chance) + " NR-123456"
    first, second = detector.scan([_leaves(text)]), detector.scan([_leaves(text, text)])
    assert [span.start for span in first[0]] == [len(text) - 6]  # type: ignore[union-attr]
    assert [span.leaf for span in second[0]] == [0, 1]  # type: ignore[union-attr]


def test_a_text_with_another_head_is_another_text(detector: Detector, chance: random.Random) -> None:
    """The same characters may be a key and its value, or a value that holds the mark."""
    text = "note" + KEY + _prose(chance)
    detector.scan([_leaves(text, head=5)])
    assert _known(detector, text, 5)
    assert not _known(detector, text, 0)
    assert not _known(detector, text, -5)


def test_a_record_that_reached_a_limit_is_not_remembered(detector: Detector, chance: random.Random) -> None:
    clean = _prose(chance)
    (found,) = detector.scan([_leaves(clean, *("NR-123456 " * 9 for _ in range(3)))])
    assert isinstance(found, LimitError)
    assert not _known(detector, clean, 0)


def test_a_value_that_goes_on_in_a_remembered_text_is_found(detector: Detector, chance: random.Random) -> None:
    before, behind = _prose(chance) + " NR-123", "456 " + _prose(chance)
    detector.scan([_leaves(before), _leaves(behind)])
    assert _known(detector, before, 0)
    together = _leaves(before, behind)
    together.flows = [[0, 1]]
    (found,) = detector.scan([together])
    assert {span.leaf for span in found} == {0, 1}  # type: ignore[union-attr]


def test_memory_is_bounded(chance: random.Random) -> None:
    clean = Clean(memory=10_000)
    texts = [_prose(chance, 1000 + number) for number in range(100)]
    for text in texts:
        clean.add(text, 0)
    held = [texts[number] for number in clean.known(texts, [0] * len(texts), range(len(texts)))]
    assert texts[-1] in held
    assert sum(map(len, held)) <= 2 * 10_000


def test_long_and_short_texts_are_not_remembered(detector: Detector, chance: random.Random) -> None:
    short, long = _prose(chance, SHORT - 1), _prose(chance, LONG + 1)
    detector.scan([_leaves(short, long)])
    assert not _known(detector, short, 0)
    assert not _known(detector, long, 0)
