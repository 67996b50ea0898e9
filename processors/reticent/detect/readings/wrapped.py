"""Values that go on in the next line, as mail is wrapped, quoted with `> ` and encoded as quoted-printable.

A line end stands in the middle of nearly every sentence: only where what stands before it has begun something that no
word is (a token with a known prefix, the groups of a card or an account, an address up to its @) is it no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...patterns.linear import searching
from .views import Piece

_BREAK: Final = r"=?\r?\n[ \t]{0,8}(?:>[> \t]{0,8})?"
_SURE: Final = (
    r"gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|A[KS]IA|AIza|SG\.|npm_|shp(?:at|ss|ca|pa)_|dop_v1_|dckr_pat_|lin_api_"
    r"|rubygems_|glsa_"
)
_PREFIXES: Final = (
    rf"(?:{_SURE}|[sr]k_(?:live|test)_|sk-|whsec_|xapp-|ya29\.|eyJ|pypi-|hf_|ntn_|sq0|EAA|pk_live_|hv[bs]\.|AGE-)"
)
_UNMISTAKABLE: Final = rf"(?:(?:{_SURE}|[sr]k_live_|pypi-AgE)[0-9A-Za-z_\-]{{16}}|eyJ[0-9A-Za-z_\-]{{10,}}\.eyJ)"
_SIGN: Final = r"[A-Za-z0-9_\-./+~]"
_TOKEN: Final = rf"{_PREFIXES}{_SIGN}*"
_GROUP: Final = r"\d{4}(?:[ -]\d{4}){0,2}"
_ACCOUNT: Final = r"[A-Z]{2}\d{2}(?:(?: [A-Z0-9]{1,4}){1,8}|[A-Z0-9]{1,28})"
_LONG: Final = r"[A-Za-z0-9+/]{60,76}"
_OTHERS: Final = (
    # encoded lines of one length, as MIME and PEM have them
    rf"(?:^|[\n \t>\"']){_LONG}\r?\n[ \t>]{{0,8}}[A-Za-z0-9+/]{{2}}",
    # the same within a string, where a line's end is an escape
    rf"(?:^|[ \t\"'=]|\\n|%0[Aa]){_LONG}(?:(?:\\+r)?\\+n|(?:%0[Dd])?%0[Aa])[A-Za-z0-9+/]{{2}}",
    # a card and an account, in groups or behind a word
    rf"(?:^|[^\d \-.,][ \t]|[\n>:(\"'] ?){_GROUP}[ -]?{_BREAK}\d{{4}}",
    rf"[a-z:,] \d{{5,14}}{_BREAK}\d{{2,14}}(?:[^0-9A-Za-z_\-]|$)",
    rf"\b{_ACCOUNT} ?{_BREAK}[A-Z0-9]{{2}}",
    # what a hyphen or an @ goes on behind
    rf"[0-9]-{_BREAK}[0-9]",
    rf"[A-Za-z0-9]@{_BREAK}[A-Za-z0-9\-]{{2,63}}\.[A-Za-z]",
)
may_go_on = searching("|".join((rf"{_TOKEN}{_BREAK}[A-Za-z0-9]", r"[0-9A-Za-z ,;.]=\r?\n", *_OTHERS)))
"""Finds where a value may go on, and little else."""
_JOINT: Final = re.compile(_BREAK)
_GOES_ON: Final = re.compile(rf"(?=[A-Za-z0-9]){_SIGN}{{1,900}}")
_NAME: Final = re.compile(
    r"(?:(?:export|set|const|let|var)[ \t]+)?[A-Za-z_][\w.\-]{0,80}[ \t]{0,8}(?::|=(?![=\s\"']|$))[^\n]"
)
"""What a line begins with that assigns another value: a name of seven letters and its sign look like padded base64."""
_COMPLETE: Final = re.compile(
    r"gh[opsur]_\w{36}|glpat-[\w\-]{20}|A[KS]IA[A-Z2-7]{16}|AIza[\w\-]{35}|SG\.[\w\-]{22}\.[\w\-]{43}|npm_\w{36}"
    r"|shp(?:at|ss|ca|pa)_\w{32}|dop_v1_\w{64}|dckr_pat_[\w\-]{27}|lin_api_\w{40}|rubygems_\w{48}|hf_\w{34}"
    r"|github_pat_\w{82}|glsa_\w{41}|eyJ[\w\-]+\.eyJ[\w\-]+\.(?:[\w\-]{43}|[\w\-]{64}|[\w\-]{86}|[\w\-]{342})"
)
"""Tokens that have all their signs (of JWTs, the signature's): the next line is not theirs."""
_INNER: Final = re.compile(r"[a-z][A-Z]|[A-Z]{5}|^[A-Za-z]{24}")
_NUMBERED: Final = re.compile(r"[A-Z]?[a-z]{3,}\d{1,4}")
# bounded, and not from every sign of a token on: the time is linear
_BEGUN: Final = re.compile(rf"(?<![A-Za-z0-9_\-.~]){_PREFIXES}{_SIGN}{{0,1000}}+(?=[ \t]?{_BREAK})")
_LINES_MOST: Final = 60
_AROUND: Final = 100
"""Characters around a line end that tell: a line and its neighbour's beginning."""
_CARD: Final = re.compile(
    rf"(?<![\d.,\-])(?:{_GROUP})([ -]?{_BREAK})\d{{4}}(?:[ -]\d{{4}}){{0,2}}(?![\d.,\-]\d|\d| [0-9A-F]{{4}}\b)"
)
_DIGITS: Final = re.compile(rf"(?<=[a-z:,] )\d{{5,14}}({_BREAK})\d{{2,14}}(?![\w\-])")
_IBAN: Final = re.compile(
    rf"(?<![A-Za-z0-9]){_ACCOUNT}( ?{_BREAK})"
    r"(?:[A-Z0-9]{1,4}(?: [A-Z0-9]{1,4}){1,7}|[A-Z0-9]{1,28})(?![A-Za-z0-9])"
)
_SIGNED: Final = re.compile(
    rf"(?<=[0-9]-)({_BREAK})(?=[0-9])|(?<=[A-Za-z0-9]@)({_BREAK})(?=[A-Za-z0-9\-]{{2,63}}\.[A-Za-z])"
)
_ENCODED: Final = re.compile(
    rf"(?:^|(?<=[\n >\"'=])|(?<=\\n)|(?<=%0[Aa])){_LONG}(?=\r?\n|(?:\\+r)?\\+n|(?:%0[Dd])?%0[Aa])"
)
_MORE: Final = re.compile(
    r"\r?\n[ \t]{0,8}(?:>[> \t]{0,8})?(?=([A-Za-z0-9+/]{4,76}={0,2}|[A-Za-z0-9+/]{2,3}={1,2})[ \t]?(?:\r?\n|$|[\"'\\]))"
    r"|(?:(?:\\+r)?\\+n|(?:%0[Dd])?%0[Aa])"
    r"(?=([A-Za-z0-9+/]{4,76}={0,2}|[A-Za-z0-9+/]{2,3}={1,2})(?:$|[\"'\\%&\s]))"
)
_SOFT: Final = re.compile(r"(?<=\n)[^\n]{59,75}(?<![A-Za-z0-9+/_\-=]{20})(=\r?\n)(?=\S)")
"""Quoted-printable's own; behind a long token the sign may be the end of its base64."""
_DIGITS_MOST: Final = 19
_CARD_LEAST: Final = 13


BEHIND_ANOTHER: Final = rf"[0-9A-Za-z]{_UNMISTAKABLE}"
"""A token that begins right behind something: one behind the other, or glued to a word."""
_BETWEEN: Final = re.compile(rf"(?<=[0-9A-Za-z])(?={_UNMISTAKABLE})")


def borders(text: str) -> Iterator[Piece]:
    """Where a token begins right behind another or behind a word, with a blank to stand there."""
    return ((found.start(), found.start(), " ") for found in _BETWEEN.finditer(text))


def joints(text: str) -> Iterator[Piece]:
    """What parts the halves of values, in order: where it begins and ends, and what stands for it, a blank where a
    value has blanks between its groups."""
    found = {piece[0]: piece for place in _places(text) for one in _KINDS for piece in one(text, *place)}
    behind = 0
    for start in sorted(found):
        if start >= behind:
            yield found[start]
            behind = found[start][1]


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Where something may go on, with as much around it as tells whether it does."""
    data = text.encode("utf-8", "replace")
    at = seen = place = begin = end = 0
    while (hit := may_go_on(data, at, len(data))[0])[1] >= 0:
        start = place + len(data[seen : hit[0]].decode("utf-8", "replace"))
        place, seen = start + len(data[hit[0] : hit[1]].decode("utf-8", "replace")), hit[1]
        at = hit[1]
        if end and start - _AROUND > end:
            yield begin, end
            begin = end = 0
        begin, end = begin if end else max(0, start - _AROUND), place + _AROUND
    if end:
        yield begin, min(end, len(text))


def _tokens(text: str, begin: int, end: int) -> Iterator[Piece]:
    for begun in _BEGUN.finditer(text, begin, end):
        if _COMPLETE.fullmatch(begun[0]):
            continue
        at = begun.end()
        for _ in range(_LINES_MOST):
            joint = _JOINT.match(text, at)
            more = joint and _GOES_ON.match(text, joint.end())
            if not joint or not more or not _no_word(more[0]) or _NAME.match(text, joint.end()):
                break
            yield *joint.span(), ""
            at = more.end()


def _no_word(piece: str) -> bool:
    """What neither a word nor a time at the beginning of a line is."""
    digits, letters = any(map(str.isdigit, piece)), any(map(str.isalpha, piece))
    return (digits and letters and not _NUMBERED.fullmatch(piece)) or _INNER.search(piece) is not None


def _encoded(text: str, begin: int, end: int) -> Iterator[Piece]:
    for line in _ENCODED.finditer(text, begin, end):
        joint = _MORE.match(text, line.end())
        more = joint and joint[joint.lastindex or 0]
        if joint and more and len(more) <= len(line[0]) and _no_word(more):
            yield *joint.span(), ""


def _numbers(text: str, begin: int, end: int) -> Iterator[Piece]:
    for each in _CARD.finditer(text, begin, end):
        digits = sum(map(str.isdigit, each[0]))
        if _CARD_LEAST <= digits <= _DIGITS_MOST:
            yield *each.span(1), " "
    for each in _DIGITS.finditer(text, begin, end):
        if _CARD_LEAST <= sum(map(str.isdigit, each[0])) <= _DIGITS_MOST:
            yield *each.span(1), ""
    for each in _IBAN.finditer(text, begin, end):
        yield *each.span(1), " " if " " in text[each.start() : each.start(1)] else ""


def _signed(text: str, begin: int, end: int) -> Iterator[Piece]:
    return ((*each.span(each.lastindex or 0), "") for each in _SIGNED.finditer(text, begin, end))


def _soft(text: str, begin: int, end: int) -> Iterator[Piece]:
    return ((*each.span(1), "") for each in _SOFT.finditer(text, begin, end))


_KINDS: Final = (_soft, _tokens, _encoded, _numbers, _signed)
