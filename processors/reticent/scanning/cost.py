"""What a rule costs on ordinary text, measured, relative to a rule that begins with something rare."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..detect.candidates.matcher import Matcher
from ..detect.candidates.text import Buffer
from ..detect.confirm import Confirmer
from ..model import Severity
from ..policy.rule import Rule
from ..policy.validators import VALIDATORS

SLOW = 25.0
"""Times the cost of a rare beginning from which a rule is called slow: of the rules that we ship, few are above."""
_REFERENCE = Rule("reference", "reference", "custom", Severity.LOW, r"\bqzxv-[0-9a-f]{32}\b")
_ROUNDS, _OFTEN = 3, 20
"""Of a rule, and of the reference, which takes so little that whatever else the machine does shows in it."""
_LINES = 4000


@dataclass(frozen=True, slots=True)
class Cost:
    """`relative`: times the cost of the reference. `hits`: places per megabyte that are looked at closely."""

    rule: str
    relative: float
    hits: float


def slow_rules(rules: Sequence[Rule], clock: Callable[[], float] = time.process_time) -> Iterator[Cost]:
    """Those of the rules that cost much at every byte."""
    sample = _sample()
    reference, _ = _measured(_REFERENCE, sample, clock, _OFTEN)
    for rule in rules:
        if not rule.pattern:
            continue
        seconds, hits = _measured(rule, sample, clock, _ROUNDS)
        relative = seconds / max(reference, 1e-6)
        if relative >= SLOW:
            yield Cost(rule.id, relative, hits / len(sample.data) * 1e6)


def _measured(rule: Rule, sample: Buffer, clock: Callable[[], float], rounds: int) -> tuple[float, int]:
    """Seconds for the sample at best of so many rounds, and how many windows were looked at."""
    matcher, confirmer = Matcher([rule]), Confirmer(rule, VALIDATORS)
    best, hits = float("inf"), 0
    for _ in range(rounds):
        began = clock()
        hits = 0
        for _, text, start, stop in matcher.windows(sample):
            hits += 1
            for _ in confirmer.find(sample.text(text), start, stop):
                pass
        best = min(best, clock() - began)
    return best, hits


_WORDS = (
    "order", "the", "customer", "window", "request", "return", "value", "name", "list", "of", "token", "is", "not",
    "found", "while", "reading", "index", "for", "each", "item", "error", "import", "def", "self", "data",
)  # fmt: skip


def _sample() -> Buffer:
    """A third of a megabyte of what traces are made of: prose, code, JSON, numbers, times, ids."""
    rng = random.Random(20)  # noqa: S311 - the same text each time

    def words(count: int) -> str:
        return " ".join(rng.choices(_WORDS, k=count))

    made = (
        lambda: words(18) + ".",
        lambda: f"    {words(1)}_{words(1)} = {words(1)}({words(1)}, {rng.randrange(100)})  # {words(5)}",
        lambda: f'{{"{words(1)}": "{words(4)}", "id": {rng.randrange(10**9)}, "size": {rng.random():.4f}}}',
        lambda: f"2026-0{rng.randrange(1, 10)}-1{rng.randrange(10)}T08:{rng.randrange(10, 60)}:00Z {words(8)}",
        lambda: f"{words(2)} {rng.getrandbits(128):032x} https://www.example.com/{words(1)}/{rng.randrange(10**6)}",
    )
    texts = ["\n".join(rng.choice(made)() for _ in range(40)) for _ in range(_LINES // 40)]
    return Buffer(texts, [0] * len(texts))
