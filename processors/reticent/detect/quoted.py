"""JSON in a string, which is how agents pass on what tools gave them: read as what it says, once.

Any other text with escapes is read twice, as it is and unescaped (views.py), because nobody knows whether they are
some. In an object or a list of JSON they are: RFC 8259, section 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

import msgspec

from ..formats.document import KEY, LABEL
from ..policy.expression import SEPARATOR
from .views import Alone, Reading, View

_valid = msgspec.json.Decoder(msgspec.Raw).decode
_string = msgspec.json.Decoder(str).decode
_ESCAPE = re.compile(r"(?:\\u[dD][89abAB][0-9a-fA-F]{2})?\\(?:u[0-9a-fA-F]{4}|.)")
_OPEN = ("{", "[")
_MARKS = (SEPARATOR, KEY, LABEL)


class Quoted:
    """The view of a text whose value is JSON: every escape in it undone. Where its pieces stand is found out when
    something is found in it."""

    def __init__(self, raw: str, text: str, head: int) -> None:
        self._raw, self.text, self.head = raw, text, head
        self._view: View | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The range of the text that a range of this view stands for."""
        if self._view is None:
            self._view = _aligned(self._raw, self.text, self.head)
        return self._view.origin(start, end)


def quoted(texts: Sequence[str], heads: Sequence[int]) -> Mapping[int, Reading]:
    """By number, readings of those texts whose value is JSON with escapes."""
    found: dict[int, Reading] = {}
    for number in [number for number, text in enumerate(texts) if "\\" in text]:
        reading = as_read(number, texts[number], heads[number])
        if reading.chain:
            found[number] = reading
    return found


def as_read(leaf: int, text: str, head: int) -> Reading:
    """How a leaf's text is read first: as it is, or as what its JSON says."""
    inside = _unescaped(text, abs(head))
    if inside is None:
        return Reading(text, head, Alone(leaf))
    return Reading(inside, head, Alone(leaf), (Quoted(text, inside, head),))


def _unescaped(text: str, border: int) -> str | None:
    """The text with its value unescaped; None where that is no JSON, or has no escapes."""
    value = text[border:]
    if "\\" not in value or not value.lstrip().startswith(_OPEN) or KEY in value:
        return None
    try:
        _valid(value)
        # each quote is escaped, each line end between values, too: then it is all one string of JSON
        inside = value.replace("\\\\", KEY).replace('\\"', '"').replace('"', '\\"').replace(KEY, "\\\\")
        for sign, escape in _BETWEEN:
            if sign in inside:
                inside = inside.replace(sign, escape)
        plain: str = _string(f'"{inside}"')
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
    # a mark of ours may hide something: it is looked for as in any text
    return None if any(mark in plain for mark in _MARKS) else text[:border] + plain


_BETWEEN = (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))


def _aligned(raw: str, text: str, head: int) -> View:
    """Raises RuntimeError when the pieces do not make up the text."""
    there = [0]
    for found in _ESCAPE.finditer(raw, abs(head)):
        there += found.span()
    lengths = [end - start for start, end in pairwise([*there, len(raw)])]
    literal = [number % 2 == 0 for number in range(len(there))]
    *here, size = accumulate((length if same else 1 for length, same in zip(lengths, literal, strict=True)), initial=0)
    if size != len(text):
        raise RuntimeError("an escape was read in two ways")
    return View(text, head, here, there, lengths, literal)
