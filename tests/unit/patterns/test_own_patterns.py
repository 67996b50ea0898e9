"""No pattern of our own goes back and forth over a text made to hurt: Python's engine has no bound on that.

Operators' patterns never reach it. Ours are tried with what they are made of, again and again, and an end that none
expects; a text of a few hundred characters must not take one of them longer than a scan of a megabyte takes.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import signal
from collections.abc import Iterator
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

import pytest

import reticent

SIZE = 200
SECONDS = 0.1
_SHELL = ("reticent.stream", "reticent.embedded", "reticent.cli", "reticent.sinks", "reticent.assembly")


class _SlowError(Exception):
    pass


def _patterns() -> dict[str, re.Pattern[Any]]:
    """Those that modules hold by name, alone or in a table."""
    found: dict[tuple[Any, int], tuple[str, re.Pattern[Any]]] = {}
    for module in pkgutil.walk_packages(reticent.__path__, "reticent."):
        if module.name.startswith(_SHELL):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            held = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else [value]
            for each in held:
                for pattern in each if isinstance(each, tuple) else [each]:
                    if isinstance(pattern, re.Pattern):
                        found.setdefault((pattern.pattern, pattern.flags), (f"{module.name}.{name}", pattern))
    return {f"{name} {number}": pattern for number, (name, pattern) in enumerate(found.values())}


def _parts(items: Any) -> Iterator[str]:
    """Literals of a parsed pattern, and some members of its classes."""
    run = ""
    for kind, value in items:
        if kind is op.LITERAL:
            run += chr(value)
            continue
        yield run
        run = ""
        if kind is op.IN:
            yield from _members(value)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            yield from _parts(value[2])
        elif kind is op.SUBPATTERN:
            yield from _parts(value[3])
        elif kind is op.ATOMIC_GROUP:
            yield from _parts(value)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from _parts(value[1])
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from _parts(branch)
    yield run


def _members(items: Any) -> Iterator[str]:
    if items[0][0] is op.NEGATE:
        yield from "a1 -"
        return
    for kind, value in items[:4]:
        if kind is op.LITERAL:
            yield chr(value)
        elif kind is op.RANGE:
            yield from (chr(value[0]), chr(value[1]))
        else:
            yield {op.CATEGORY_DIGIT: "1", op.CATEGORY_WORD: "a", op.CATEGORY_SPACE: " "}.get(value, "-")


def _texts(pattern: re.Pattern[Any]) -> Iterator[str]:
    parts = {part for part in _parts(parser.parse(pattern.pattern, pattern.flags)) if part}
    words = sorted((part for part in parts if len(part) > 1), key=len)[-3:]
    letters = sorted(part for part in parts if len(part) == 1)[:8]
    pumps = [*letters, *words, *map("".join, itertools.permutations(letters, 2))]
    for pump, before, behind in itertools.product(pumps, ("", *words[:2], *letters[:6]), ("", "\x07")):
        yield before + pump * (SIZE // len(pump)) + behind


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise _SlowError


PATTERNS = _patterns()


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) > 150


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_of_ours_takes_no_text_back_and_forth(name: str) -> None:
    pattern = PATTERNS[name]
    before = signal.signal(signal.SIGVTALRM, _late)
    text = ""
    try:
        for text in _texts(pattern):
            given = text.encode() if isinstance(pattern.pattern, bytes) else text
            for method in (pattern.search, pattern.fullmatch):
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                method(given)
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except _SlowError:
        pytest.fail(f"{pattern.pattern!r} takes longer than {SECONDS} s over {text[:40]!r}...")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
