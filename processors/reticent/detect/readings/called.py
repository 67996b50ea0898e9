"""Objects of a document in which one value tells what another is, read as the one line that a program would print: a
call of `reset_password` and its arguments, a resource of Terraform and what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, Final

from ...formats.document import KEY, Leaves
from .flows import Flow
from .views import Reading

_FUNCTION: Final = (
    r"(?:name|tool|function|tool_name|function_name|method|action|command)\x01[A-Za-z_.]{0,48}"
    r"(?i:password|passwd|passphrase|passcode|pwd|log_?in|sign_?in|authenticate)[A-Za-z_]{0,16}\x00"
)
_RESOURCE: Final = r"type\x01random_(?:password|string|bytes|id)\x00|sensitive\x01\x00"
SIGN: Final = rf"(?:^|\x00)(?:{_FUNCTION}|{_RESOURCE})"
"""Of leaves, a zero behind each."""
_VALUE_MOST: Final = 2000
"""Characters of a value with its key."""
_SENSITIVE: Final = f"sensitive{KEY}"
"""What is true or false is no text of a leaf."""
_QUOTED: Final = '": "'
_DEPTH, _MOST, _LEAVES_MOST = 4, 64, 48
"""How deep, in how many objects and in how many leaves what is told of is looked for."""


def told(leaves: Leaves, begin: int, signed: Sequence[int]) -> Iterator[Reading]:
    """Readings of what leaves tell of. `begin`: the number of the document's first leaf. `signed`: those of its leaves
    that have a `SIGN`."""
    for number in signed:
        container, key = leaves.slot(number)
        if leaves.heads[number] <= 0 or not isinstance(container, dict):
            continue
        if leaves.texts[number] == _SENSITIVE and container[key] is not True:
            continue
        inside = {id(each) for each in _inside(container)}
        around = range(max(0, number - _LEAVES_MOST), min(len(leaves.texts), number + _LEAVES_MOST))
        others = [each for each in around if each != number and id(leaves.slot(each)[0]) in inside]
        yield _line(leaves, begin, number, others)


def _inside(container: Any) -> list[Any]:
    """An object and what it holds."""
    found = layer = [container]
    for _ in range(_DEPTH):
        layer = [
            value
            for each in layer
            for value in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(value, dict | list)
        ][:_MOST]
        found = found + layer
    return found


def _line(leaves: Leaves, begin: int, first: int, others: Sequence[int]) -> Reading:
    text = leaves.texts[first]
    opening = '"sensitive": true, ' if text == _SENSITIVE else f'"{text.replace(KEY, _QUOTED, 1)}", "arguments": ['
    pieces, numbers, there = [opening], [first], [len(text)]
    for number in others:
        text, border = leaves.texts[number], abs(leaves.heads[number])
        if 0 < border < len(text) <= _VALUE_MOST:
            pieces += [f'"{text[: border - 1]}{_QUOTED}', text[border:], '", ']
            numbers += [first, number, first]
            there += [0, border, 0]
    pieces[-1] = pieces[-1].removesuffix(", ") + "]"
    here = list(accumulate(map(len, pieces), initial=0))
    return _Line("".join(pieces), here, [begin + each for each in numbers], there).reading()


class _Line(Flow):
    """What stands between the values is nobody's."""

    def places(self, start: int, end: int) -> list[tuple[int, int, int]]:
        first = self.leaves[0]
        return [place for place in super().places(start, end) if place[0] != first]
