"""Commands that print a secret, in a call of a tool, and what the tool gave: read as a terminal would show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ...formats.document import Leaves
from ...policy.phrases import PRINTS
from .calls import Outputs
from .flows import Answer
from .views import Reading

_COMMAND: Final = re.compile(PRINTS + r"[^\n\x00-\x08]{0,160}")
_OUTPUT: Final = re.compile(r"\s*\S{6,4096}\s*")


def printed(leaves: Leaves, begin: int, signed: Sequence[int]) -> Iterator[Reading]:
    """Each command that prints a secret with what it printed. `begin`: the number of the document's first leaf.
    `signed`: those of its leaves that have such a command."""
    outputs = Outputs(leaves)
    for number in signed:
        text = leaves.texts[number]
        command = next(reversed(list(_COMMAND.finditer(text))), None)
        if command is None or "\n" in text[command.end() :].strip():
            continue
        output = outputs.of(number)
        if output is not None and _is_piece(leaves, output):
            border = abs(leaves.heads[output])
            said = leaves.texts[output][border:]
            shown = command[0].replace("\\", "/") + "\n"
            blank = len(said) - len(said.lstrip())
            here = [0, len(shown), len(shown) + len(said) - blank]
            there = [command.start(), border + blank]
            yield Answer(shown + said[blank:], here, [begin + number, begin + output], there).reading()


def _is_piece(leaves: Leaves, number: int) -> bool:
    return _OUTPUT.fullmatch(leaves.texts[number], abs(leaves.heads[number])) is not None
