"""Characters beyond ASCII that hide what a text says: those that look like ASCII ones, and those that show nothing."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from ...patterns.linear import NOWHERE, Search, searching

INVISIBLE = (
    r"\x{80}-\x{9f}\x{ad}\x{300}-\x{36f}\x{61c}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{200b}-\x{200f}"
    r"\x{202a}-\x{202e}\x{2060}-\x{206f}\x{3164}\x{e000}-\x{efff}\x{f100}-\x{f8ff}\x{fe00}-\x{fe0f}\x{feff}\x{ffa0}\x{fff0}-\x{fffd}"
    r"\x{1bca0}-\x{1bca3}\x{1d173}-\x{1d17a}\x{e0000}-\x{e0fff}\x{f0000}-\x{ffffd}\x{100000}-\x{10fffd}"
)
"""Members of an RE2 class: what Unicode calls ignorable by default (soft hyphens, joiners, direction marks, variation
selectors, tags), the second set of controls, marks of annotations, what stands for something that could not be shown,
and characters for private use, which mean nothing to whoever has no agreement about them. U+F000 to F0FF are left out:
they are the bullets and arrows of the Symbol and Wingdings fonts, which people see."""
# letters of other scripts that look like Latin ones (Unicode TR39 confusables)
_LETTERS = str.maketrans(
    "АВЕКМНОРСТУХаеорсухіјѕԁһӏԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρаı",
    "ABEKMHOPCTYXaeopcyxijsdhlqwABEZHIKMNOPTYXovpai",
)
_BLANKS = "\\x{a0}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}"
_HYPHENS = "\\x{2010}-\\x{2012}\\x{2212}"
_DASHES = f"{_HYPHENS}\\x{{2013}}"
"""Members of RE2 classes: blanks and hyphens as type is set, so that a number does not part at the end of a line; and
dashes that office programs make of hyphens."""
_COMPATIBLE = ((0x2100, 0x2150), (0x2460, 0x2500), (0xFF01, 0xFF5F), (0x1D400, 0x1D800), (0x1F100, 0x1F190))


@functools.cache
def _compatible() -> dict[int, str]:
    """Characters that stand for one ASCII character each by compatibility (NFKC), and the digits of other scripts."""
    found = {}
    codes = [code for first, last in _COMPATIBLE for code in range(first, last)]
    digits = (code for code in range(0x80, 0x20000) if unicodedata.decimal(chr(code), None) is not None)
    for code in (*codes, 0x17F, *digits):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and not plain.isascii():
            digit = unicodedata.decimal(plain, None)
            plain = str(digit) if digit is not None else plain
        if len(plain) == 1 and plain.isascii() and plain.isprintable():
            found[code] = plain
    return found


_SET = (
    f"[0-9A-Z:=.#][{_BLANKS}][0-9(+]|[0-9][{_BLANKS}][0-9A-Z]|[0-9][{_HYPHENS}][0-9A-Z]|[A-Z][{_HYPHENS}][0-9]"
    f"|[0-9][{_DASHES}][0-9]{{2,7}}[{_DASHES}][0-9]"
)
"""Where what a number is parted by is none of ASCII."""


@functools.cache
def hides() -> str:
    """An RE2 pattern: what may hide ASCII text. Letters and digits that stand for ASCII ones do wherever they are; what
    whole languages are written with (letters that look like Latin ones, full-width punctuation) and what shows nothing
    (as behind an emoji) do beside a sign of ASCII alone; blanks and dashes of typesetting within numbers and before
    them."""
    letters = [code for code, plain in _compatible().items() if plain.isalnum()]
    others = _members({*_LETTERS, *_compatible()} - set(letters)) + INVISIBLE
    return f"[{_members(letters)}]|[{others}][!-~]|[!-~][{others}]|{_SET}"


def folded(text: str) -> str:
    """With ASCII characters for those that stand for them: one for one, so that places stay. Letters that look like
    Latin ones do so in words that have ASCII, too, or nothing but such letters: others are words of their language."""
    text = _lettered(text)
    data = text.encode("utf-8", "replace")
    if _set()(data, 0, len(data))[0] == NOWHERE:
        return text
    return _parting().sub(lambda sign: " " if sign[0].isspace() else "-", text)


def _lettered(text: str) -> str:
    data = text.encode("utf-8", "replace")
    if _any()(data, 0, len(data))[0] == NOWHERE:
        return text
    for code in _compatible().keys() & set(map(ord, set(text))):
        text = text.replace(chr(code), _compatible()[code])
    data, at, pieces = text.encode("utf-8", "replace"), 0, []
    while (places := _disguised()(data, at, len(data)))[0] != NOWHERE:
        start, end = max(places[1:])
        pieces += [data[at:start], data[start:end].decode().translate(_LETTERS).encode()]
        at = end
    return b"".join([*pieces, data[at:]]).decode()


@functools.cache
def _set() -> Search:
    return searching(_SET)


@functools.cache
def _parting() -> re.Pattern[str]:
    """A blank or dash of typesetting between signs of ASCII."""
    return re.compile(f"(?<=[!-~])[{of_python(_BLANKS + _DASHES)}](?=[!-~])")


def of_python(members: str) -> str:
    """The same members in a class of Python's."""
    return re.sub(r"\\x\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), members)


@functools.cache
def _any() -> Search:
    return searching(f"[{_members(_LETTERS)}{_members(_compatible())}]")


@functools.cache
def _disguised() -> Search:
    """A word, as a group."""
    letters, word, edge = _members(_LETTERS), r"[\pL\pN_]*", r"[^\pL\pN_]"
    mixed = f"({word}(?:[0-9A-Za-z_][{letters}]|[{letters}][0-9A-Za-z_]){word})"
    return searching(rf"{mixed}|(?:^|{edge})([{letters}]+)(?:$|{edge})")


def _members(codes: Iterable[int]) -> str:
    """Members of an RE2 class."""
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in ranges)
