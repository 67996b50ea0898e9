"""An RE2 pattern as what Hyperscan is to look for: bytes instead of characters, many texts in one buffer.

The expression accepts whatever the pattern accepts, and may accept more: Hyperscan names candidates, RE2 decides.
"""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from . import needs, outline
from .tree import ASCII, CATEGORIES, DIGITS, REPEATS, SPACES, UNREADABLE, WORD_SIGNS, inside, parsed, sre

_KEPT: Final = 8192
"""Patterns whose expressions are kept: several rules have the same words, and a policy is compiled more than once."""
SEPARATOR: Final = "\x00"
"""Stands behind every text of a buffer."""
_ENCODED_MOST: Final = 4
"""Bytes of one character in UTF-8."""
_BEYOND: Final = r"\x80-\xff"
_PLAIN: Final = frozenset(string.ascii_letters + string.digits + "_")
_NAMED: Final = re.compile(r"\(\?P?<[A-Za-z_]\w*>")
_WRITTEN: Final = {DIGITS: r"\d", WORD_SIGNS: r"\w", SPACES: r"\s"}


@dataclass(frozen=True, slots=True)
class Sought:
    """`text` is Hyperscan syntax over bytes: of a text, or of its `outline`."""

    text: bytes
    outline: bool = False


@functools.lru_cache(maxsize=_KEPT)
def expression(pattern: str) -> bytes:
    """Of a pattern that RE2 takes: Hyperscan syntax over bytes."""
    try:
        tree = parsed(pattern)
        return _written(tree, tree.state.flags)
    except UNREADABLE:
        return _as_written(pattern)


def whole(pattern: str) -> Sought:
    """As `expression`, or its outline where only that has something of a literal."""
    try:
        tree = parsed(pattern)
        drawn = _drawn(tree, tree.state.flags)
    except UNREADABLE:
        drawn = None
    return drawn or Sought(expression(pattern))


@functools.lru_cache(maxsize=_KEPT)
def width(pattern: str) -> int | None:
    """Characters of the longest match; None: there is no bound."""
    try:
        _, most = parsed(pattern).getwidth()
    except UNREADABLE:
        return None
    return None if most >= sre.MAXREPEAT else int(most)


@functools.lru_cache(maxsize=_KEPT)
def needle(pattern: str) -> bytes:
    """A literal with a digit that the outline of every match holds; empty where there is none."""
    try:
        tree = parsed(pattern)
        return outline.needle(outline.outlined(tree, tree.state.flags, _taken)).encode()
    except UNREADABLE:
        return b""


@functools.lru_cache(maxsize=_KEPT)
def token(pattern: str) -> bool:
    """Whether every match holds a long token."""
    try:
        return needs.token(parsed(pattern))
    except UNREADABLE:
        return False


def secret_least(pattern: str) -> int:
    """Characters of the shortest text that the group named `secret` takes; 1 where that is unknown or there is none."""
    try:
        tree = parsed(pattern)
    except UNREADABLE:
        return 1
    number = tree.state.groupdict.get("secret")
    groups: list[Any] = [tree]
    while groups:
        for op, value in groups.pop():
            if op is sre.SUBPATTERN:
                if value[0] == number and number is not None:
                    return int(value[3].getwidth()[0])
                groups.append(value[3])
            elif op is sre.BRANCH:
                groups += value[1]
            elif op in REPEATS:
                groups.append(value[2])
    return 1


@functools.lru_cache(maxsize=_KEPT)
def expressions(pattern: str) -> tuple[Sought, ...]:
    """As `expression`, of what stands inside every match and need not be found to its end: at its first end alone, for
    each end is a candidate. One for each of its words, where it is a choice of words: what begins with a literal costs
    Hyperscan next to nothing, and a choice inside an expression is no literal to it. In outline where only that has
    something of a literal."""
    try:
        tree = parsed(pattern)
        flags = tree.state.flags
        found = [_drawn(nodes, flags) or Sought(_written(nodes, flags)) for nodes in _chosen(list(tree), flags)]
    except UNREADABLE:
        return (Sought(_as_written(pattern)),)
    return tuple(Sought(_TAIL.sub(rb"{\1}\2", each.text), each.outline) for each in found)


_TAIL: Final = re.compile(rb"\{([1-9]\d*),\d*\}(\)*)$")
"""A repeat at the end: the least of it will do."""


_BOUND: Final = re.compile(rb"\{(\d+),(?:9|\d{2,})\}")
"""A wide repeat. Vectorscan misses `_a{2,20}_?0{3}` where a run of zeros comes before; without an upper bound it does
not, and takes more, which a candidate may."""
_COUNTED: Final = 24
"""Bytes up to which a repeat is counted."""
_WIDE: Final = re.compile(rb"(\[[^\[\]]*\])\{(\d+),(\d+)\}(?!\)*$)")


def _opened(found: re.Match[bytes]) -> bytes:
    """A higher bound is let go: it tells few candidates from others, and Hyperscan takes several times as long to
    compile it, and longer to look for it. Not of what takes the end of a text, nor at an expression's own end, where
    each byte more would be a candidate."""
    members, least, most = found.groups()
    if least == most or int(most) <= _COUNTED or b"\\x00" in members:
        return found.group()
    return members + b"{" + least + b",}"


def _drawn(nodes: Iterable[Any], flags: int) -> Sought | None:
    """In outline, where only that has something of a literal."""
    if outline.literal(nodes) >= outline.LITERAL_LEAST:
        return None
    drawn = outline.outlined(nodes, flags, _taken)
    if outline.drawn_literal(drawn) < outline.LITERAL_LEAST:
        return None
    text = _written(drawn, flags & ~sre.SRE_FLAG_IGNORECASE)
    return Sought(_BOUND.sub(rb"{\1,}", text), outline=True)


def _written(nodes: Iterable[Any], flags: int) -> bytes:
    return _WIDE.sub(_opened, f"(?{_switch(0, flags)}:{_sequence(nodes, flags)})".encode())


def _chosen(nodes: Sequence[Any], flags: int) -> list[list[Any]]:
    """A sequence written out once for each alternative of its choice of words."""
    for place, (op, value) in enumerate(nodes):
        within, inner = flags, [(op, value)]
        while len(inner) == 1 and inner[0][0] is sre.SUBPATTERN:
            group = inner[0][1]
            within, inner = inside(within, group), list(group[3])
        if len(inner) != 1 or inner[0][0] is not sre.BRANCH:
            continue
        branches = [list(branch) for branch in inner[0][1][1]]
        if len(nodes) > 1 and sum(map(_wordy, branches)) * 2 < len(branches):
            continue
        before, behind = nodes[:place], nodes[place + 1 :]
        switch = (None, within & ~flags, flags & ~within)
        return [
            [*before, (sre.SUBPATTERN, (*switch, each)), *behind]
            for branch in branches
            for each in _chosen(branch, within)
        ]
    return [list(nodes)]


def _wordy(nodes: Sequence[Any]) -> bool:
    """Whether two letters or more stand in it one behind the other."""
    run = 0
    for op, value in nodes:
        if op is sre.SUBPATTERN and _wordy(list(value[3])):
            return True
        if op is sre.BRANCH and all(_wordy(list(branch)) for branch in value[1]):
            return True
        letter = op is sre.LITERAL and (chr(value).isalpha() or chr(value) == " ")
        inner = list(value[3]) if op is sre.SUBPATTERN else []
        letter = letter or (len(inner) == 1 and inner[0][0] is sre.LITERAL and chr(inner[0][1]).isalpha())
        run = run + 1 if letter else 0
        if run >= 2:
            return True
    return False


def _as_written(pattern: str) -> bytes:
    """What Python cannot take apart is Hyperscan's own to read, but for the names of groups, which it does not know."""
    return _NAMED.sub("(?:", pattern).encode()


def _sequence(nodes: Iterable[Any], flags: int) -> str:
    return "".join(_node(op, value, flags) for op, value in nodes)


def _node(op: Any, value: Any, flags: int) -> str:
    if op is sre.LITERAL:
        return _literal(value, flags)
    if op in REPEATS:
        least, most, inner = value
        return _repeat(least, most, inner, flags)
    if op is sre.SUBPATTERN:
        within = inside(flags, value)
        return f"(?{_switch(flags, within)}:{_sequence(value[3], within)})"
    if op is sre.BRANCH:
        return f"(?:{'|'.join(_sequence(branch, flags) for branch in value[1])})"
    if op is sre.AT:
        return _anchor(value, flags)
    members, beyond = _members(op, value, flags)
    return f"[{members}{_BEYOND}]{{1,{_ENCODED_MOST}}}" if beyond else f"[{members}]"


def _switch(before: int, now: int) -> str:
    """The letters that turn ignoring case on or off; other flags are written out where they matter."""
    if (before ^ now) & sre.SRE_FLAG_IGNORECASE == 0:
        return ""
    return "i" if now & sre.SRE_FLAG_IGNORECASE else "-i"


def _literal(code: int, flags: int) -> str:
    letter = chr(code)
    if code < 128:
        return _ascii(code)
    folded = {letter.lower(), letter.upper()} if flags & sre.SRE_FLAG_IGNORECASE else set()
    cases = {letter, *(case for case in folded if len(case) == 1)}
    written = ["".join(f"\\x{byte:02x}" for byte in each.encode()) for each in sorted(cases)]
    return written[0] if len(written) == 1 else f"(?:{'|'.join(written)})"


def _ascii(code: int) -> str:
    return chr(code) if chr(code) in _PLAIN else f"\\x{code:02x}"


def _repeat(least: Any, most: Any, inner: Any, flags: int) -> str:
    times = 1
    if len(inner) == 1 and inner[0][0] in (sre.IN, sre.NOT_LITERAL, sre.ANY):
        op, value = inner[0]
        members, beyond = _members(op, value, flags)
        if beyond:
            # a character beyond ASCII is up to four of these
            members, times = members + _BEYOND, _ENCODED_MOST
        body = f"[{members}]"
    else:
        body = f"(?:{_sequence(inner, flags)})"
    return f"{body}{{{least},{'' if most is sre.MAXREPEAT else most * times}}}"


def _anchor(place: Any, flags: int) -> str:
    """A text begins and ends at separators, too."""
    ends = "\\x00\\x0a" if flags & sre.SRE_FLAG_MULTILINE else "\\x00"
    if place in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
        return f"(?:^|[{ends}])"
    if place in (sre.AT_END, sre.AT_END_STRING):
        return f"(?:$|[{ends}])"
    return {sre.AT_BOUNDARY: r"\b", sre.AT_NON_BOUNDARY: r"\B"}[place]


def _members(op: Any, value: Any, flags: int) -> tuple[str, bool]:
    """A class's members among ASCII, and whether it takes characters beyond."""
    if op is sre.ANY:
        return (r"\x00-\x7f" if flags & sre.SRE_FLAG_DOTALL else r"\x00-\x09\x0b-\x7f"), True
    if op is sre.NOT_LITERAL:
        return _others({value}, flags), True
    if value[0][0] is sre.NEGATE:
        return _others(_codes(value[1:]), flags), True
    members, beyond = [], False
    for kind, member in value:
        if kind is sre.CATEGORY:
            codes, others = CATEGORIES[member]
            members.append(_others(codes, flags) if others else _WRITTEN[codes])
            beyond |= others
            continue
        first, last = (member, member) if kind is sre.LITERAL else member
        if first < 128:
            members.append(f"{_escaped(first)}-{_escaped(min(last, 127))}")
        beyond |= last >= 128
    return "".join(members), beyond


def _taken(op: Any, value: Any, flags: int) -> tuple[Set[int], bool]:
    """ASCII codes that one node takes, and whether it takes characters beyond."""
    folds = bool(flags & sre.SRE_FLAG_IGNORECASE)
    if op is sre.LITERAL:
        return (_folded({value}) if folds else {value}), False
    if op is sre.NOT_LITERAL:
        return ASCII - (_folded({value}) if folds else {value}), True
    negated = value[0][0] is sre.NEGATE
    codes = _codes(value[1:] if negated else value)
    codes = _folded(codes) if folds else codes
    return (ASCII - codes, True) if negated else (codes, _members(op, value, flags)[1])


_CASES: Final = {ord(letter): {ord(letter.lower()), ord(letter.upper())} for letter in string.ascii_letters}


def _folded(codes: Set[int]) -> set[int]:
    """Codes of ASCII in either case."""
    return set(codes).union(*(_CASES[code] for code in codes if code in _CASES))


def _codes(members: Iterable[Any]) -> set[int]:
    """ASCII codes that members of a class stand for."""
    found: set[int] = set()
    for kind, member in members:
        if kind is sre.CATEGORY:
            codes, others = CATEGORIES[member]
            found |= ASCII - codes if others else codes
        else:
            first, last = (member, member) if kind is sre.LITERAL else member
            found |= set(range(first, min(last, 127) + 1))
    return found


def _others(codes: Set[int], flags: int) -> str:
    """All of ASCII but these, as ranges."""
    left = sorted(ASCII - (_folded(codes) if flags & sre.SRE_FLAG_IGNORECASE else codes))
    ranges: list[list[int]] = []
    for code in left:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{_escaped(first)}-{_escaped(last)}" for first, last in ranges)


def _escaped(code: int) -> str:
    return f"\\x{code:02x}"
