"""Commands that print a secret, in a call of a tool, and what the tool gave: read as a terminal would show them.

Which call a result belongs to is said in as many ways as there are formats. Here it is what comes next: the first leaf
behind the command that is called what outputs are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..formats.document import Leaves
from ..policy.phrases import PRINTS
from .database import Hint
from .flows import Answer
from .views import Reading

_OUTPUTS: Final = frozenset(
    {"content", "text", "output", "outputs", "result", "stdout", "value", "stringValue", "data", "body", "response"}
)
_COMMAND: Final = re.compile(PRINTS + r"[^\n\x00-\x08]{0,160}")
_OUTPUT: Final = re.compile(r"\s*\S{6,4096}\s*")
_WITHIN: Final = 24
"""Leaves behind a command among which its output is."""


class Printed:
    """Looks for such commands. For one thread at a time."""

    def __init__(self) -> None:
        self.may_print = Hint(PRINTS)
        """Whether leaves, a zero behind each, have one."""

    def readings(self, leaves: Leaves, begin: int) -> Iterator[Reading]:
        """Each command with what it printed. `begin`: the number of the document's first leaf."""
        for number, text in enumerate(leaves.texts[:-1]):
            if not self.may_print(f"{text}\0".encode("utf-8", "replace")):
                continue
            command = next(reversed(list(_COMMAND.finditer(text))), None)
            if command is None or "\n" in text[command.end() :].strip():
                continue
            output = _output(leaves, number)
            if output is not None:
                border = abs(leaves.heads[output])
                said = leaves.texts[output][border:]
                shown = command[0].replace("\\", "/") + "\n"
                blank = len(said) - len(said.lstrip())
                here = [0, len(shown), len(shown) + len(said) - blank]
                there = [command.start(), border + blank]
                yield Answer(shown + said[blank:], here, [begin + number, begin + output], there).reading()


def _output(leaves: Leaves, command: int) -> int | None:
    """The leaf that a command's output is, if it is one piece."""
    called, _ = leaves.slot(command)
    for number in range(command + 1, min(len(leaves.texts), command + _WITHIN)):
        container, key = leaves.slot(number)
        text, border = leaves.texts[number], abs(leaves.heads[number])
        name = key if isinstance(key, str) else text[: max(0, border - 1)]
        if name in _OUTPUTS and container is not called and len(text) > border:
            return number if _OUTPUT.fullmatch(text, border) else None
    return None
