"""Hyperscan's candidates against RE2 alone: over texts made from the rules, the windows hold all that RE2 finds."""

from __future__ import annotations

import random
import re
import re._parser as parser  # type: ignore[import-not-found]  # typeshed knows the old names only
import string
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from reticent.detect.candidates.database import Database
from reticent.detect.candidates.matcher import Matcher
from reticent.detect.candidates.text import Buffer
from reticent.detect.confirm import Confirmer
from reticent.model import Severity
from reticent.patterns.expression import Sought
from reticent.policy.packs import load_packs, pack_names
from reticent.policy.rule import Rule
from reticent.policy.validators import VALIDATORS

from ..patterns.test_inclusion import NARROWER

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
        if not confirmers[rule].unnamed(buffer.text(text)):
            spans = confirmers[rule].find(buffer.text(text), start, stop)
            found.setdefault((rule, text), set()).update(spans)
    missed = []
    included = [each for each in enumerate(confirmers) if each[1].rule.id not in NARROWER]
    for number in range(len(texts)):
        text = buffer.text(number)
        for position, confirmer in included:
            whole = set() if confirmer.unnamed(text) else set(confirmer.find(text, 0, len(text.data)))
            if whole != found.get((position, number), set()):
                missed.append((confirmer.rule.id, texts[number]))
    return missed


def test_windows_hold_all_that_re2_finds(engines: tuple[Matcher, list[Confirmer]]) -> None:
    chance = random.Random(11)  # noqa: S311 - the texts must repeat
    assert _differences(engines, list(_texts(chance, 150))) == []


def _taken(nodes: Any, chance: random.Random) -> bytes:
    """Something that an expression of bytes takes."""
    made = b""
    for op, value in nodes:
        match str(op):
            case "LITERAL":
                made += bytes([value])
            case "IN":
                members = re.compile(b"[" + b"".join(_member(each) for each in value) + b"]")
                pool = [code for code in range(256) if members.match(bytes([code]))]
                made += bytes([chance.choice([code for code in pool if 32 <= code < 127] or pool)])
            case "MAX_REPEAT":
                least, most, inner = value
                count = chance.randint(least, min(most, least + chance.choice([0, 1, 3, 8])))
                made += b"".join(_taken(inner, chance) for _ in range(count))
            case "SUBPATTERN":
                made += _taken(value[3], chance)
            case "BRANCH":
                made += _taken(chance.choice(value[1]), chance)
    return made


def _member(each: tuple[Any, Any]) -> bytes:
    kind, value = each
    match str(kind):
        case "LITERAL":
            return rb"\x%02x" % value
        case "RANGE":
            return rb"\x%02x-\x%02x" % value
        case "NEGATE":
            return b"^"
    return {"DIGIT": rb"\d", "SPACE": rb"\s", "WORD": rb"\w"}[str(value).rpartition("_")[2]]


_NOISE = (b"a", b"0", b"_", b".", b"-", b" ", b": ", b'"', b"A", b"/", b"@", b"=", b"e7k")


def _runs(chance: random.Random) -> bytes:
    """Signs again and again: what counts repeats is led astray by them, if by anything."""
    return b"".join(chance.choice(_NOISE) * chance.choice([1, 1, 2, 3, 8, 40]) for _ in range(chance.randint(1, 10)))


def _misses(sought: Sought, chance: random.Random, count: int) -> list[bytes]:
    """Texts in which Python's own engine finds what is sought, and Hyperscan does not."""
    expression, tree = re.compile(sought.text, re.DOTALL), parser.parse(sought.text.decode())
    database, missed = Database([sought.text]), []
    for _ in range(count):
        there, near = _taken(tree, chance), _taken(tree, chance)
        text = _runs(chance) + near[chance.randint(0, 5) :] + _runs(chance) + there + _runs(chance)[:9] + b"\0"
        ends: list[int] = []
        database.scan(text, lambda _e, _s, end, _f, _c: ends.append(end))  # noqa: B023 - called at once
        if expression.search(text) and not ends:
            missed.append(text)
    return missed


def test_hyperscan_finds_what_is_sought_in_outline(engines: tuple[Matcher, list[Confirmer]]) -> None:
    chance = random.Random(3)  # noqa: S311 - the texts must repeat
    for sought in [each for each in engines[0]._sought if each.outline]:
        assert _misses(sought, chance, 30) == []


@pytest.mark.slow
def test_hyperscan_finds_whatever_is_sought(engines: tuple[Matcher, list[Confirmer]]) -> None:
    chance = random.Random(uuid.uuid4().int)  # noqa: S311 - other texts each time
    for sought in engines[0]._sought:
        assert _misses(sought, chance, 100) == []


def test_a_run_before_a_wide_repeat_hides_nothing() -> None:
    """Vectorscan misses this pattern as it is written."""
    rule = Rule("handle", "H", "test", Severity.LOW, r"[._-][a-z]{2,20}[._-]?\d{3,6}[^\w]")
    buffer = Buffer(["0" * 38 + ": my user ID is mia_li_3668."], [0])
    assert [window[:2] for window in Matcher([rule]).windows(buffer)] == [(0, 0)]


@pytest.mark.slow
def test_windows_hold_all_that_re2_finds_over_many_texts(engines: tuple[Matcher, list[Confirmer]]) -> None:
    chance = random.Random(uuid.uuid4().int)  # noqa: S311 - other texts each time
    for _ in range(60):
        assert _differences(engines, list(_texts(chance, 200))) == []
