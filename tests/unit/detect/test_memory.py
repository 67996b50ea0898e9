"""A text is looked through once, and what was found in it is found in it again."""

from __future__ import annotations

import base64
import gc
import json
import random
from types import ModuleType
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent.detect import Detector
from reticent.detect.memory import AGAIN_LEAST, ENTRY, LONG, NOTHING, SHORT, WHOLE, Memory, Own
from reticent.errors import LimitError
from reticent.formats.document import KEY, Leaves
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Rule

RULES = [
    Rule("numbered", "", "test", Severity.LOW, r"\bNR-(?P<secret>\d{6})\b"),
    Rule("keyed", "", "test", Severity.LOW, r"^pin\x01(?P<secret>\d{4})"),
]
ABOUT = ("numbered", "test", Severity.LOW, "")


@pytest.fixture
def detector() -> Detector:
    return Detector(RULES, limits=Limits(findings=5), memory=Memory())


def _leaves(*texts: str, head: int = 0) -> Leaves:
    leaves = Leaves()
    for text in texts:
        leaves.add(text, head=head)
    return leaves


def _prose(chance: random.Random, size: int = 256) -> str:
    text = " ".join(chance.choices(["an", "agent", "asks", "the", "state", "of", "its", "order"], k=size))
    return text[:size].rstrip() + "x" * (size - len(text[:size].rstrip()))


def _known(detector: Detector, text: str, head: int) -> bool:
    assert detector._memory is not None
    return 0 in detector._memory.known([text], [head], [0])


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


def test_a_text_is_looked_through_once(
    detector: Detector, monkeypatch: pytest.MonkeyPatch, chance: random.Random
) -> None:
    text, other = _prose(chance), _prose(chance) + " NR-123456"
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


@pytest.mark.parametrize(
    ("own", "size"),
    [(NOTHING, WHOLE - 100), (NOTHING, 1000), (Own([(0, 6, ABOUT)]), 1000)],
    ids=["kept", "marked", "found"],
)
def test_memory_is_bounded(chance: random.Random, own: Own, size: int) -> None:
    memory = Memory(kept=10 * (WHOLE + ENTRY), marked=20)
    texts = [_prose(chance, size + number) for number in range(100)]
    heads = [0] * len(texts)
    memory.add(((number, own) for number in range(len(texts))), texts, heads)
    held = memory.known(texts, heads, range(len(texts)))
    assert held[len(texts) - 1] == own
    assert 10 <= len(held) <= 2 * 20


def test_what_comes_again_takes_the_room_that_it_took(chance: random.Random) -> None:
    memory = Memory(marked=30)
    own, texts = Own([(0, 6, ABOUT)] * 9), [_prose(chance, 1000 + number) for number in range(12)]
    heads = [0] * len(texts)
    for number in range(len(texts)):
        memory.add([(number, own)], texts, heads)
        assert len(memory.known(texts, heads, range(number + 1))) <= 2 * 3


def test_no_text_in_which_something_was_found_is_kept(detector: Detector, chance: random.Random) -> None:
    text = _prose(chance) + " NR-123456"
    detector.scan([_leaves(text)])
    assert _known(detector, text, 0)
    kept, seen = [detector._memory], set[int]()
    for each in kept:
        if id(each) not in seen:
            seen.add(id(each))
            kept += gc.get_referents(each) if not isinstance(each, type | ModuleType) else []
    assert not [each for each in kept if isinstance(each, str | bytes) and str(text[-20:]) in str(each)]


def test_what_is_alike_by_its_hash_only_is_another_text(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    monkeypatch.setattr("reticent.detect.memory.hash", lambda text: 7, raising=False)
    memory.add([(0, Own([(0, 1, ABOUT)]))], ["a"], [0])
    assert list(memory.known(["b", "a"], [0, 0], [0, 1])) == [1]


def test_a_limit_is_reached_by_what_is_remembered_as_by_what_is_new(detector: Detector, chance: random.Random) -> None:
    text = _prose(chance) + " NR-123456"
    few, many = _leaves(text), _leaves(*([text] * 6))
    for _ in range(2):
        first, second = detector.scan([few, many])
        assert len(first) == 1 and isinstance(second, LimitError)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 11), min_size=1, max_size=5), min_size=1, max_size=6), st.booleans())
def test_what_is_remembered_changes_nothing(records: list[list[int]], joined: bool) -> None:
    """Whatever comes again, and in whatever order."""
    chance = random.Random(5)  # noqa: S311 - it must repeat
    text = f"the note says: NR-{chance.randrange(10**6):06d} and then NR-{chance.randrange(10**6):06d}. "
    hidden = base64.b64encode(("x " * 60 + text).encode()).decode()
    pieces = [
        _prose(chance),
        _prose(chance) + text,
        text + _prose(chance),
        text,
        _prose(chance) + hidden,
        json.dumps({"a": _prose(chance), "b": text}),
        json.dumps({"a": _prose(chance) + hidden}),
        "pin\x01" + "1234",
        _prose(chance) + " NR-123",
        "456 " + _prose(chance),
        _prose(chance) + text.replace("-", "&#45;"),
        _prose(chance) + quote(text),
    ]
    alone, knowing = (Detector(RULES, limits=Limits(), memory=memory) for memory in (None, Memory()))
    for record in records:
        leaves = _leaves(*(pieces[number] for number in record))
        leaves.flows = [list(range(len(record)))] if joined else []
        assert knowing.scan([leaves, leaves]) == alone.scan([leaves, leaves])


def test_what_a_document_of_a_batch_says_again_is_looked_through_once(
    detector: Detector, monkeypatch: pytest.MonkeyPatch, chance: random.Random
) -> None:
    said = [_prose(chance, 3000) + f" NR-{number:06d}" for number in range(6)]
    turns = [_leaves(*said[:count]) for count in range(1, len(said) + 1)]
    found = detector.scan(turns)
    assert [len(spans) for spans in found[:5]] == [1, 2, 3, 4, 5]  # type: ignore[arg-type]
    detector._memory = Memory()
    seen = _looked_at(detector, monkeypatch, *turns)
    assert sum(map(len, seen)) < 2 * sum(map(len, said))


def test_what_all_documents_say_parts_no_batch_once_it_is_known(detector: Detector, chance: random.Random) -> None:
    system = _prose(chance, 2 * AGAIN_LEAST)
    batch = [_leaves(system, f"{number} " + _prose(chance)) for number in range(9)]
    memory = detector._memory
    assert memory is not None
    detector.scan(batch[:1])
    assert [len(part) for part in memory.parts(batch)] == [9]


def test_long_and_short_texts_are_not_remembered(detector: Detector, chance: random.Random) -> None:
    short, long = _prose(chance, SHORT - 1), _prose(chance, LONG + 1)
    detector.scan([_leaves(short, long)])
    assert not _known(detector, short, 0)
    assert not _known(detector, long, 0)
