"""JSON in a string, which is how agents pass on what tools gave them: read as what it says, once.

Any other text with escapes is read twice, as it is and unescaped (layers.py), because nobody knows whether they are
some. In an object or a list of JSON they are: RFC 8259, section 7.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import msgspec

from ...formats.document import KEY, LABEL
from ...formats.jsontext import is_container
from ...patterns.expression import SEPARATOR
from .views import Alone, Lazy, Reading, View, aligned

_string = msgspec.json.Decoder(str).decode
# a sign first, without any choice: it is looked for many times faster
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4}|u[0-9a-fA-F]{4}|[^u])")
_MARKS = (SEPARATOR, KEY, LABEL)


def quoted(texts: Sequence[str], heads: Sequence[int], pieces: Collection[int] = ()) -> Mapping[int, Reading]:
    """By number, readings of those texts whose value is JSON with escapes. `pieces`: numbers of texts that were cut out
    of such a value."""
    found: dict[int, Reading] = {}
    for number in [number for number, text in enumerate(texts) if "\\" in text]:
        reading = as_read(number, texts[number], heads[number], piece=number in pieces)
        if reading.chain:
            found[number] = reading
    return found


def as_read(leaf: int, text: str, head: int, *, piece: bool = False) -> Reading:
    """How a leaf's text is read first: as it is, or as what its JSON says."""
    inside = _unescaped(text, abs(head), piece=piece)
    if inside is None:
        return Reading(text, head, Alone(leaf))

    def align() -> View:
        return aligned(text, inside, head, [found.span() for found in _ESCAPE.finditer(text, abs(head))])

    return Reading(inside, head, Alone(leaf), (Lazy(inside, head, align),))


def whole(piece: str) -> str:
    """A piece of JSON without the escape that its end cuts in two."""
    begin = piece.rfind("\\")
    before = piece[:begin]
    escaped = (len(before) - len(before.rstrip("\\"))) % 2
    return piece if begin < 0 or escaped or _ESCAPE.match(piece, begin) is not None else before


def _unescaped(text: str, border: int, *, piece: bool) -> str | None:
    """The text with its value unescaped; None where that is no JSON, or has no escapes."""
    value = text[border:]
    if "\\" not in value or KEY in value or not (piece or is_container(value)):
        return None
    try:
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
