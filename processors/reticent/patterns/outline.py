"""The outline of a text: `0` for every digit, `A` for every capital, `a` for every small letter, the rest as it is.

What is told by its form alone (`12-345-67`, `AB123456C`) is a handful of literals there, which Hyperscan finds many
times faster than classes of characters. Whatever a pattern takes of a text, its outline takes of the text's outline,
which has the same places.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import Any, Final

from .tree import REPEATS, inside, sre

_ASCII: Final = 128
_LAST: Final = 0x10FFFF


def _drawn(letter: str) -> str:
    return "0" if letter in "0123456789" else "A" if "A" <= letter <= "Z" else "a" if "a" <= letter <= "z" else letter


TABLE: Final = bytes(ord(_drawn(chr(code))) for code in range(256))
"""For `bytes.translate`."""

Codes = Callable[[Any, Any, int], tuple[Set[int], bool]]
"""Of a class or a character (op, value, flags): ASCII codes that it takes, and whether it takes some beyond ASCII."""


def outlined(nodes: Iterable[Any], flags: int, codes: Codes) -> list[Any]:
    """A sequence of Python's parser as what it is in outline."""
    return [_node(op, value, flags, codes) for op, value in nodes]


def _node(op: Any, value: Any, flags: int, codes: Codes) -> Any:
    if op in REPEATS:
        least, most, inner = value
        return op, (least, most, outlined(inner, flags, codes))
    if op is sre.SUBPATTERN:
        _, added, removed, inner = value
        folds = sre.SRE_FLAG_IGNORECASE
        return op, (None, added & ~folds, removed & ~folds, outlined(inner, inside(flags, value), codes))
    if op is sre.BRANCH:
        return op, (None, [outlined(branch, flags, codes) for branch in value[1]])
    if op in (sre.AT, sre.ANY):
        return op, value
    if op is sre.LITERAL and value >= _ASCII:
        return _cases(value, flags)
    taken, beyond = codes(op, value, flags)
    drawn = sorted({TABLE[code] for code in taken})
    if len(drawn) == 1 and not beyond:
        return sre.LITERAL, drawn[0]
    return sre.IN, [(sre.LITERAL, code) for code in drawn] + [(sre.RANGE, (_ASCII, _LAST))] * beyond


def _cases(code: int, flags: int) -> Any:
    letter = chr(code)
    cases = {letter, letter.lower(), letter.upper()} if flags & sre.SRE_FLAG_IGNORECASE else {letter}
    written = [[(sre.LITERAL, ord(case))] for case in sorted(cases) if len(case) == 1]
    return (sre.LITERAL, code) if len(written) == 1 else (sre.BRANCH, (None, written))


def literal(nodes: Iterable[Any]) -> int:
    """Characters of the longest run of literals that stands in whatever a sequence takes, up to LITERAL_LEAST."""
    return _longest(nodes, lambda op, _: int(op is sre.LITERAL))


def drawn_literal(nodes: Iterable[Any]) -> int:
    """As `literal`, in outline: a choice of two or three signs is as good as one, and of the run two are other than the
    small letters that stand everywhere."""
    return _longest(nodes, _choices_drawn, telling=_TELLING_LEAST)


def _choices_drawn(op: Any, value: Any) -> int:
    if op is sre.LITERAL:
        return 1
    few = op is sre.IN and len(value) <= _CHOICES_MOST and _SMALL not in value
    return len(value) if few and all(kind is sre.LITERAL for kind, _ in value) else 0


_SMALL: Final = (sre.LITERAL, ord("a"))
_CHOICES_MOST, _LITERALS_MOST = 3, 16
"""Signs of one choice, and literals that a run with choices in it comes to."""
_TELLING_LEAST: Final = 2
LITERAL_LEAST: Final = 3
"""Characters of a literal that Hyperscan finds fast."""


def needle(nodes: Iterable[Any]) -> str:
    """A literal with a digit that stands in whatever a sequence takes, in outline; empty where there is none."""
    digits = [run[:_NEEDLE_MOST] for run in _runs(nodes) if "0" in run[:_NEEDLE_MOST]]
    return max(digits, key=lambda run: (sum(letter != "a" for letter in run), run), default="")


_NEEDLE_MOST: Final = 16


def _runs(nodes: Iterable[Any]) -> list[str]:
    """Literals that stand in whatever a sequence takes, in outline."""
    runs, run = [], ""
    for op, value in _flat(nodes):
        if op is sre.LITERAL:
            run += chr(value)
            continue
        if op in REPEATS and (piece := _literal_of(value[2])) is not None:
            least, most, _ = value
            least = min(least, _NEEDLE_MOST)
            runs.append(run + piece * least)
            run = run + piece * least if least == most else piece * least
            continue
        runs.append(run)
        run = ""
        if op in REPEATS and value[0]:
            runs += _runs(value[2])
        elif op is sre.BRANCH:
            runs += _shared([_runs(branch) for branch in value[1]])
    return [*runs, run]


def _flat(nodes: Iterable[Any]) -> Iterator[Any]:
    """Without groups and places, which take nothing themselves."""
    for op, value in nodes:
        if op is sre.SUBPATTERN:
            yield from _flat(value[3])
        elif op is not sre.AT:
            yield op, value


def _literal_of(nodes: Iterable[Any]) -> str | None:
    flat = list(_flat(nodes))
    return "".join(chr(value) for _, value in flat) if all(op is sre.LITERAL for op, _ in flat) else None


def _shared(branches: Sequence[Sequence[str]]) -> list[str]:
    """The parts of the first branch's runs that every other has a run with."""
    parts = {
        run[start:end]
        for run in branches[0]
        for start in range(len(run))
        for end in range(start + 1, min(len(run), start + _NEEDLE_MOST) + 1)
    }
    return [part for part in parts if all(any(part in run for run in runs) for runs in branches[1:])]


def _longest(nodes: Iterable[Any], choices: Callable[[Any, Any], int], telling: int = 0) -> int:
    """`choices`: how many signs a node stands for, 0 where it is none of a literal. `telling`: so many of a run that
    counts are no small letters."""
    best = run = told = 0
    literals = 1
    for op, value in nodes:
        if best >= LITERAL_LEAST:
            break
        if op is sre.AT:
            continue
        inner, times = _inner(op, value)
        signs = [choices(*each) for each in inner]
        if all(signs) and times:
            literals *= math.prod(signs) ** times
            if literals > _LITERALS_MOST:
                run, told, literals = 0, 0, math.prod(signs) ** times
            run += len(signs) * times
            told += sum(each != _SMALL for each in inner) * times
            best = max(best, run if told >= telling else 0)
        else:
            branches = value[1] if op is sre.BRANCH else [inner] if times and inner != [(op, value)] else []
            best = max(best, min((_longest(branch, choices, telling) for branch in branches), default=0))
        if not all(signs) or not times or (op in REPEATS and value[0] != value[1]):
            run, told, literals = 0, 0, 1
    return best


def _inner(op: Any, value: Any) -> tuple[list[Any], int]:
    """What a node repeats, and how often at least."""
    if op is sre.SUBPATTERN:
        return list(value[3]), 1
    return (list(value[2]), value[0]) if op in REPEATS else ([(op, value)], 1)
