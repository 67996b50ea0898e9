"""Hyperscan's candidates against RE2 alone: over texts made from the rules, the windows hold all that RE2 finds."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Iterator

import pytest

from reticent.detect.confirm import Confirmer
from reticent.detect.matcher import Matcher
from reticent.detect.text import Buffer
from reticent.policy.packs import load_packs, pack_names
from reticent.policy.rule import Rule
from reticent.policy.validators import VALIDATORS

RULES = [rule for rule in load_packs(pack_names()) if rule.pattern]
GLUE = (
    " ",
    "\n",
    "\x00",
    "\x01",
    "\x02",
    "\t",
    '"',
    "=",
    ": ",
    ",",
    "é",
    "漢",
    "ß",
    "\\n",
    "%3D",
    "-",
    "_",
    "x",
    "9",
    "",
)


@pytest.fixture(scope="module")
def engines() -> tuple[Matcher, list[Confirmer]]:
    return Matcher(RULES), [Confirmer(rule, VALIDATORS) for rule in RULES]


def _texts(chance: random.Random, count: int) -> Iterator[str]:
    """Pieces of examples, whole, cut, changed in a letter, in another case, glued by what may stand between."""
    for _ in range(count):
        pieces: list[str] = []
        for _ in range(chance.randint(1, 5)):
            rule: Rule = chance.choice(RULES)
            examples = [*rule.match, *rule.no_match]
            piece = chance.choice(examples)
            change = chance.randrange(6)
            if change == 0:
                piece = piece[: chance.randint(0, len(piece))]
            elif change == 1:
                piece = piece[chance.randint(0, len(piece)) :]
            elif change == 2:
                piece = piece.swapcase()
            elif change == 3 and piece:
                at = chance.randrange(len(piece))
                piece = piece[:at] + chance.choice([*GLUE, *string.printable]) + piece[at + 1 :]
            pieces += [piece, chance.choice(GLUE)]
        yield "".join(pieces)


def _differences(engines: tuple[Matcher, list[Confirmer]], texts: list[str]) -> list[tuple[str, str]]:
    matcher, confirmers = engines
    buffer = Buffer(texts, [0] * len(texts))
    found: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for rule, text, start, stop in matcher.windows(buffer):
        spans = confirmers[rule].find(buffer.text(text), start, stop)
        found.setdefault((rule, text), set()).update(spans)
    missed = []
    for number in range(len(texts)):
        text = buffer.text(number)
        for position, confirmer in enumerate(confirmers):
            whole = set(confirmer.find(text, 0, len(text.data)))
            if whole != found.get((position, number), set()):
                missed.append((confirmer.rule.id, texts[number]))
    return missed


def test_windows_hold_all_that_re2_finds(engines: tuple[Matcher, list[Confirmer]]) -> None:
    chance = random.Random(11)  # noqa: S311 - the texts must repeat
    assert _differences(engines, list(_texts(chance, 150))) == []


@pytest.mark.slow
def test_windows_hold_all_that_re2_finds_over_many_texts(engines: tuple[Matcher, list[Confirmer]]) -> None:
    chance = random.Random(uuid.uuid4().int)  # noqa: S311 - other texts each time
    for _ in range(60):
        assert _differences(engines, list(_texts(chance, 200))) == []
