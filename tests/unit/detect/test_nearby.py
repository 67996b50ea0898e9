"""Rules of one trigger are looked for together, and find what each would find alone."""

from __future__ import annotations

import random
from dataclasses import replace

from reticent.detect import Detector
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Context, Rule

DIGITS = r"\d{6}"


def _rule(name: str, pattern: str, *words: str) -> Rule:
    context = Context(support=words, window=12, required=True) if words else None
    return Rule(name, name, "test", Severity.LOW, pattern, trigger=DIGITS, context=context)


RULES = [
    _rule("plain", r"\b(?P<secret>\d{6})\b"),
    _rule("lettered", r"\b(?P<secret>[A-Z]\d{6})\b"),
    _rule("checked", r"\b(?P<secret>\d{6}-\d)\b"),
    _rule("desk", r"\b(?P<secret>\d{6,8})\b", "desk"),
    _rule("gate", r"\b(?P<secret>[a-z]?\d{6,8})\b", "gate", r"\bdoor\b"),
    _rule("long", r"\b(?P<secret>[0-9a-f]{6,40})\b", "hash"),
]
_PIECES = (
    "desk",
    "gate",
    "door",
    "doors",
    "hash",
    " ",
    " ",
    ": ",
    "-",
    "\n",
    "é",
    "漢字",
    "A",
    "x",
    "123456",
    "12345678",
    "7",
)


def test_together_they_find_what_each_finds_alone(chance: random.Random) -> None:
    together = Detector(RULES, limits=Limits())
    alone = [Detector([replace(rule, trigger="")], limits=Limits()) for rule in RULES]
    named = 0
    for _ in range(400):
        text = "".join(chance.choice(_PIECES) for _ in range(chance.randint(1, 40)))
        covered = {place for span in together.scan_text(text) for place in range(span.start, span.end)}
        expected = {place for each in alone for span in each.scan_text(text) for place in range(span.start, span.end)}
        assert covered == expected, text
        named += len(expected) > 0
    assert named > 100


def test_a_word_of_the_context_may_stand_in_the_label() -> None:
    detector = Detector(RULES, limits=Limits())
    assert [span.rule for span in detector.scan_text('{"desk": "12345678"}')] == ["desk"]
    assert detector.scan_text('{"table": "12345678"}') == []
