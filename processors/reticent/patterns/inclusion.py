"""Whether a rule's trigger stands in whatever its pattern matches: proved, or refuted by a text.

A trigger that is narrower than its pattern fails open, for nobody looks where it does not hit. Both are taken as
automata, and every text that the pattern matches is walked through both at once: the pattern's one state at a time,
the trigger's as a set. Of two sets that come to the same state of the pattern the smaller hits in fewer texts, so the
larger need not be followed (M. De Wulf, L. Doyen, T. Henzinger, J.-F. Raskin, "Antichains", CAV 2006).
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any, Final

from .expression import SEPARATOR
from .tree import CATEGORIES, REPEATS, UNREADABLE, WORD_SIGNS, inside, parsed, sre

_Ranges = tuple[tuple[int, int], ...]
"""Code points of a class, both ends taken, in order."""
_ASCII_LAST, _LAST = 127, 0x10FFFF
_SURROGATES: Final = (0xD800, 0xDFFF)
_STATES_MOST, _STEPS_MOST = 60_000, 400_000
"""States of an automaton, and pairs that are looked at: of more nothing is told."""
_FOLDED_MOST: Final = 4_096
"""Characters beyond ASCII of one range whose other cases are taken."""
_NEWLINE: Final = 10
_EDGE, _WORD, _OTHER, _LINE = range(4)
"""What stands on a side of a place: nothing, a word character, another, a line feed."""
_KINDS: Final = (_WORD, _OTHER, _LINE)
_NUL: Final = ((0, 0),)


class UndecidedError(Exception):
    """The question is too large, or one of the two is written as only RE2 reads it."""


def escape(pattern: str, triggers: Sequence[str]) -> str | None:
    """A text that `pattern` matches and in which no one of `triggers` does, a shortest one; None where there is none.

    All are RE2 syntax; to a trigger a text ends with the separator. Raises UndecidedError where that cannot be told."""
    try:
        tree, trees = parsed(pattern), [parsed(trigger) for trigger in triggers]
    except UNREADABLE as error:
        raise UndecidedError("written as only RE2 reads it") from error
    return _Walk(_Automaton([tree]), _Automaton(trees)).escape()


class _Automaton:
    """Thompson's, of what one of several trees takes: from each state the free steps, which a place may condition, and
    one that takes a character. It begins at the state 0."""

    def __init__(self, trees: Iterable[Any]) -> None:
        self.free: list[list[tuple[int, Any]]] = []
        self.moves: list[tuple[_Ranges, int] | None] = []
        start, self.accept = self.state(), self.state()
        for tree in trees:
            self.step(self.follow(start, list(tree), tree.state.flags), self.accept)

    def state(self) -> int:
        if len(self.free) > _STATES_MOST:
            raise UndecidedError("too large")
        self.free.append([])
        self.moves.append(None)
        return len(self.free) - 1

    def step(self, start: int, stop: int, place: Any = None) -> None:
        self.free[start].append((stop, place))

    def follow(self, start: int, nodes: Iterable[Any], flags: int) -> int:
        """The state behind a sequence of Python's parser that begins at one."""
        for op, value in nodes:
            start = self._node(start, op, value, flags)
        return start

    def _node(self, start: int, op: Any, value: Any, flags: int) -> int:
        if op is sre.SUBPATTERN:
            return self.follow(start, value[3], inside(flags, value))
        if op is sre.BRANCH:
            stop = self.state()
            for branch in value[1]:
                begin = self.state()
                self.step(start, begin)
                self.step(self.follow(begin, branch, flags), stop)
            return stop
        if op in REPEATS:
            return self._repeat(start, value, flags)
        stop = self.state()
        if op is sre.AT:
            self.step(start, stop, (value, bool(flags & sre.SRE_FLAG_MULTILINE)))
        else:
            begin = self.state()
            self.step(start, begin)
            self.moves[begin] = _ranges(op, value, flags), stop
        return stop

    def _repeat(self, start: int, value: Any, flags: int) -> int:
        least, most, inner = value
        for _ in range(least):
            start = self.follow(start, inner, flags)
        if most is sre.MAXREPEAT:
            loop = self.state()
            self.step(start, loop)
            self.step(self.follow(loop, inner, flags), loop)
            stop = self.state()
            self.step(loop, stop)
            return stop
        stop = self.state()
        for _ in range(most - least):
            self.step(start, stop)
            begin = self.state()
            self.step(start, begin)
            start = self.follow(begin, inner, flags)
        self.step(start, stop)
        return stop

    def classes(self) -> Iterator[_Ranges]:
        return (move[0] for move in self.moves if move is not None)


@functools.lru_cache(maxsize=4096)
def _folded(ranges: _Ranges) -> _Ranges:
    more = list(ranges)
    for first, last in ranges:
        for code in range(first, (last if last - first <= _FOLDED_MOST else min(last, _ASCII_LAST)) + 1):
            letter = chr(code)
            more += [(ord(case), ord(case)) for case in (letter.lower(), letter.upper()) if len(case) == 1]
    return _merged(more)


def _merged(ranges: Iterable[tuple[int, int]]) -> _Ranges:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return tuple(merged)


def _others(ranges: Iterable[tuple[int, int]]) -> _Ranges:
    inner = [(-1, -1), *_merged(ranges), (_LAST + 1, _LAST + 1)]
    return tuple((before + 1, after - 1) for (_, before), (after, _) in pairwise(inner) if before + 1 < after)


def _each(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    return ((code, code) for code in codes)


_LETTERS: Final = _merged(_each(WORD_SIGNS))


def _ranges(op: Any, value: Any, flags: int) -> _Ranges:
    """Of what takes one character."""
    fold = _folded if flags & sre.SRE_FLAG_IGNORECASE else _merged
    if op is sre.ANY:
        return ((0, _LAST),) if flags & sre.SRE_FLAG_DOTALL else _others([(_NEWLINE, _NEWLINE)])
    if op is sre.LITERAL:
        return fold(((value, value),))
    if op is sre.NOT_LITERAL:
        return _others(fold(((value, value),)))
    negated = value[0][0] is sre.NEGATE
    members = tuple(chain.from_iterable(_member(*each) for each in value[negated:]))
    return _others(fold(members)) if negated else fold(members)


_CATEGORIES: Final = {
    category: _others(_each(codes)) if others else _merged(_each(codes))
    for category, (codes, others) in CATEGORIES.items()
}


def _member(kind: Any, value: Any) -> _Ranges:
    if kind is sre.CATEGORY:
        return _CATEGORIES[value]
    return ((value, value),) if kind is sre.LITERAL else (value,)


class _Alphabet:
    """Characters that no class of either automaton tells apart are one symbol."""

    def __init__(self, classes: Iterable[_Ranges]) -> None:
        known = list(dict.fromkeys([*classes, _LETTERS, ((_NEWLINE, _NEWLINE),), (_SURROGATES,), _NUL]))
        borders = sorted({0, *(border for ranges in known for first, last in ranges for border in (first, last + 1))})
        starts = [border for border in borders if border <= _LAST]
        members = [0] * len(starts)
        for bit, ranges in enumerate(known):
            for first, last in ranges:
                for at in range(bisect_right(starts, first) - 1, bisect_right(starts, last)):
                    members[at] |= 1 << bit
        surrogate = 1 << known.index((_SURROGATES,))
        samples: dict[int, int] = {}
        for start, signature in zip(starts, members, strict=True):
            if not signature & surrogate and (signature not in samples or samples[signature] < 32 <= start < 127):
                samples[signature] = start
        self._samples = [chr(code) for code in samples.values()]
        self.separator = self._samples.index(SEPARATOR)
        self.of_kind = dict.fromkeys(_KINDS, 0)
        for symbol, code in enumerate(samples.values()):
            self.of_kind[_kind(code)] |= 1 << symbol
        self._masks = {
            ranges: sum(1 << symbol for symbol, signature in enumerate(samples) if signature >> bit & 1)
            for bit, ranges in enumerate(known)
        }

    def mask(self, ranges: _Ranges) -> int:
        return self._masks[ranges]

    def sample(self, symbols: int) -> str:
        """A character of the first of them, in ASCII where there is one."""
        return min((self._samples[at] for at in range(symbols.bit_length()) if symbols >> at & 1), key=_plain)


def _plain(letter: str) -> tuple[bool, bool, int]:
    """Letters first, then what can be printed."""
    return not letter.isascii() or not letter.isprintable(), not letter.isalnum(), ord(letter)


def _kind(code: int) -> int:
    if code == _NEWLINE:
        return _LINE
    return _WORD if code in WORD_SIGNS else _OTHER


def _holds(place: Any, before: int, behind: int) -> bool:
    at, lines = place
    if at in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
        return before == _EDGE or (before == _LINE and lines and at is sre.AT_BEGINNING)
    if at in (sre.AT_END, sre.AT_END_STRING):
        return behind == _EDGE or (behind == _LINE and lines and at is sre.AT_END)
    return ((before == _WORD) is not (behind == _WORD)) is (at is sre.AT_BOUNDARY)


class _Side:
    """An automaton over symbols. `reached`: from a state, between what stands before and behind it: the moves (symbols
    as a mask, state) and whether the end is reached."""

    def __init__(self, automaton: _Automaton, alphabet: _Alphabet) -> None:
        self._free, self._accept = automaton.free, automaton.accept
        self._moves = [None if move is None else (alphabet.mask(move[0]), move[1]) for move in automaton.moves]
        self._known: dict[tuple[int, int, int], tuple[list[tuple[int, int]], bool]] = {}
        self._anywhere: dict[int, tuple[list[tuple[int, int]], bool]] = {}

    def reached(self, state: int, before: int, behind: int) -> tuple[list[tuple[int, int]], bool]:
        known = self._anywhere.get(state) or self._known.get((state, before, behind))
        if known is not None:
            return known
        seen, left, moves = {state}, [state], dict[int, int]()
        anywhere = True
        while left:
            each = left.pop()
            move = self._moves[each]
            if move is not None:
                moves[move[1]] = moves.get(move[1], 0) | move[0]
            for following, place in self._free[each]:
                anywhere = anywhere and place is None
                if following not in seen and (place is None or _holds(place, before, behind)):
                    seen.add(following)
                    left.append(following)
        told = [(mask, stop) for stop, mask in moves.items()], self._accept in seen
        if anywhere:
            self._anywhere[state] = told
        else:
            self._known[state, before, behind] = told
        return told


_Node = tuple[int, int, int]
"""State of the pattern, what stands before the place, states of the trigger as a mask."""


class _Walk:
    def __init__(self, taken: _Automaton, sought: _Automaton) -> None:
        self._alphabet = _Alphabet(chain(taken.classes(), sought.classes()))
        self._taken, self._sought = _Side(taken, self._alphabet), _Side(sought, self._alphabet)
        self._steps: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        self._beginnings: dict[tuple[int, int], dict[int, int]] = {}
        self._ending: dict[tuple[int, int], bool] = {}
        self._fewest: dict[tuple[int, int], list[int]] = {}
        self._came: dict[_Node, tuple[_Node | None, int | None]] = {}
        self._left: deque[_Node] = deque()

    def escape(self) -> str | None:
        self._note((0, _EDGE, 1), None, None)
        for symbols, kind, states in self._following(1, _EDGE):
            self._note((0, kind, states), None, symbols)
        while self._left:
            node = self._left.popleft()
            if len(self._came) > _STEPS_MOST:
                raise UndecidedError("too many texts to look at")
            if node[2] not in self._fewest[node[:2]]:
                continue
            end = self._end(node)
            if end is not None:
                return self._text(node) + end
            self._go_on(node)
        return None

    def _go_on(self, node: _Node) -> None:
        state, before, states = node
        moves = {kind: self._taken.reached(state, before, kind)[0] for kind in _KINDS}
        for symbols, kind, following in self._following(states, before):
            for mask, stop in moves[kind]:
                if mask & symbols:
                    self._note((stop, kind, following), node, mask & symbols)

    def _note(self, node: _Node, came: _Node | None, symbols: int | None) -> None:
        """`symbols`: those that lead there from another, as a mask."""
        fewest = self._fewest.setdefault(node[:2], [])
        if node[2] in fewest or any(each & ~node[2] == 0 for each in fewest):
            return
        self._fewest[node[:2]] = [each for each in fewest if node[2] & ~each] + [node[2]]
        self._came[node] = came, symbols
        self._left.append(node)

    def _following(self, states: int, before: int) -> list[tuple[int, int, int]]:
        """The trigger's states behind a symbol where it has not hit: symbols as a mask, their kind, states."""
        known = self._steps.get((states, before))
        if known is None:
            known = self._steps[states, before] = list(self._stepped(states, before))
        return known

    def _stepped(self, states: int, before: int) -> Iterator[tuple[int, int, int]]:
        for behind in _KINDS:
            begun = self._begun(before, behind)
            moves, hit = self._reached(states & ~1, before, behind)
            if hit or not begun:
                continue
            parts = _parted(begun, moves)
            together: dict[int, int] = {}
            for symbols, following in parts.items():
                together[following] = together.get(following, 0) | symbols
            for following, symbols in together.items():
                yield symbols, behind, following

    def _begun(self, before: int, behind: int) -> dict[int, int]:
        """Behind each symbol of a kind the trigger's states where it begins before it, which it may at any place: none
        where it hits at once."""
        known = self._beginnings.get((before, behind))
        if known is None:
            of_kind = self._alphabet.of_kind[behind]
            moves, hit = self._reached(1, before, behind)
            known = _parted({of_kind: 1}, moves) if of_kind and not hit else {}
            self._beginnings[before, behind] = known
        return known

    def _reached(self, states: int, before: int, behind: int) -> tuple[list[tuple[int, int]], bool]:
        """As of one state, of several."""
        moves: list[tuple[int, int]] = []
        while states:
            lowest = states & -states
            reached, hit = self._sought.reached(lowest.bit_length() - 1, before, behind)
            if hit:
                return [], True
            moves += reached
            states ^= lowest
        return moves, False

    def _ends(self, states: int, before: int) -> bool:
        """Whether the text may end here, and the separator stand behind it, without a hit."""
        known = self._ending.get((states, before))
        if known is None:
            known = self._ending[states, before] = not self._hits_at_an_end(states, before)
        return known

    def _hits_at_an_end(self, states: int, before: int) -> bool:
        if self._reached(states, before, _EDGE)[1]:
            return True
        moves, hit = self._reached(states, before, _OTHER)
        separator, following = 1 << self._alphabet.separator, 1
        for mask, stop in moves:
            if mask & separator:
                following |= 1 << stop
        return hit or self._reached(following, _OTHER, _EDGE)[1]

    def _end(self, node: _Node) -> str | None:
        """What may stand behind a match that ends here, so that no trigger hits; None where it does not end, or all
        that may stand there hits."""
        state, before, states = node
        if self._taken.reached(state, before, _EDGE)[1] and self._ends(states, before):
            return ""
        kinds = [kind for kind in _KINDS if self._taken.reached(state, before, kind)[1]]
        for symbols, kind, following in self._following(states, before) if kinds else ():
            if kind not in kinds:
                continue
            if self._ends(following, kind):
                return self._written([symbols])
            for more, last, states_behind in self._following(following, kind):
                if self._ends(states_behind, last):
                    return self._written([symbols, more])
        return None

    def _text(self, node: _Node | None) -> str:
        symbols: list[int | None] = []
        while node is not None:
            node, symbol = self._came[node]
            symbols.append(symbol)
        return self._written(reversed(symbols))

    def _written(self, symbols: Iterable[int | None]) -> str:
        return "".join(self._alphabet.sample(each) for each in symbols if each is not None)


def _parted(parts: dict[int, int], moves: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Symbols as masks with the states behind them, and what these moves add."""
    for mask, stop in moves:
        parted: dict[int, int] = {}
        for symbols, following in parts.items():
            if symbols & mask:
                parted[symbols & mask] = following | 1 << stop
            if symbols & ~mask:
                parted[symbols & ~mask] = following
        parts = parted
    return parts
