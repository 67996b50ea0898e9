"""Commands that print a secret, in a call of a tool, and what the tool gave: read as a terminal would show them.

Which call a result belongs to is said in as many ways as there are formats. Here it is the leaf called what outputs are
beside the id that stands before the command, where that comes again, as it does where calls go side by side; else the
first behind the command.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from ...formats.document import Leaves
from ...policy.phrases import PRINTS
from .flows import Answer
from .views import Reading

_OUTPUTS: Final = frozenset(
    {"content", "text", "output", "outputs", "result", "stdout", "value", "stringValue", "data", "body", "response"}
)
_IDS: Final = frozenset(
    {"id", "call_id", "callId", "tool_call_id", "toolCallId", "tool_use_id", "toolUseId", "run_id", "parent"}
)
_COMMAND: Final = re.compile(PRINTS + r"[^\n\x00-\x08]{0,160}")
_OUTPUT: Final = re.compile(r"\s*\S{6,4096}\s*")
_WITHIN: Final = 24
"""Leaves behind a command among which its output is."""
_BESIDE: Final = 8
"""Leaves around the id of a call among which what it is of stands."""


def printed(leaves: Leaves, begin: int, signed: Sequence[int]) -> Iterator[Reading]:
    """Each command that prints a secret with what it printed. `begin`: the number of the document's first leaf.
    `signed`: those of its leaves that have such a command."""
    ids: Sequence[int] | None = None
    for number in signed:
        text = leaves.texts[number]
        command = next(reversed(list(_COMMAND.finditer(text))), None)
        if command is None or "\n" in text[command.end() :].strip():
            continue
        if ids is None:
            ids = [each for each in range(len(leaves.texts)) if _name(leaves, each) in _IDS]
        again = _same_call(leaves, ids, number)
        output = _first_output(leaves, number, _WITHIN) if again is None else _beside(leaves, again)
        if output is not None:
            border = abs(leaves.heads[output])
            said = leaves.texts[output][border:]
            shown = command[0].replace("\\", "/") + "\n"
            blank = len(said) - len(said.lstrip())
            here = [0, len(shown), len(shown) + len(said) - blank]
            there = [command.start(), border + blank]
            yield Answer(shown + said[blank:], here, [begin + number, begin + output], there).reading()


def _name(leaves: Leaves, number: int) -> str:
    """What a leaf is called: its key in an object, or its label."""
    _, key = leaves.slot(number)
    return key if isinstance(key, str) else leaves.texts[number][: max(0, abs(leaves.heads[number]) - 1)]


def _value(leaves: Leaves, number: int) -> str:
    return leaves.texts[number][abs(leaves.heads[number]) :]


def _same_call(leaves: Leaves, ids: Sequence[int], command: int) -> int | None:
    """The next leaf that names the same call as the last one before a command, where both are near their own."""
    behind = bisect_left(ids, command)
    if not behind or command - ids[behind - 1] > _BESIDE:
        return None
    call = _value(leaves, ids[behind - 1])
    return next((each for each in ids[behind:] if _value(leaves, each) == call), None)


def _beside(leaves: Leaves, call: int) -> int | None:
    """The output of the object that names a call, in whatever order it is written."""
    container, _ = leaves.slot(call)
    around = range(max(0, call - _BESIDE), min(len(leaves.texts), call + _BESIDE))
    own = (each for each in around if leaves.slot(each)[0] is container and _is_output(leaves, each))
    output = next(own, None)
    if output is None:
        return _first_output(leaves, call, _BESIDE)
    return output if _is_piece(leaves, output) else None


def _is_output(leaves: Leaves, number: int) -> bool:
    """Whether it is called what outputs are, and says something: an object's key does not."""
    return _name(leaves, number) in _OUTPUTS and _value(leaves, number) != ""


def _is_piece(leaves: Leaves, number: int) -> bool:
    return _OUTPUT.fullmatch(leaves.texts[number], abs(leaves.heads[number])) is not None


def _first_output(leaves: Leaves, behind: int, within: int) -> int | None:
    """The first leaf behind another that is called what outputs are, if it is one piece."""
    called, _ = leaves.slot(behind)
    for number in range(behind + 1, min(len(leaves.texts), behind + within)):
        container, _ = leaves.slot(number)
        if container is not called and _is_output(leaves, number):
            return number if _is_piece(leaves, number) else None
    return None
