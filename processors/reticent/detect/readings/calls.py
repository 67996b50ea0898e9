"""Which leaf has what a tool gave for a call.

Which call a result belongs to is said in as many ways as there are formats. Here it is the leaf called what outputs are
beside the id that stands before what the call was given, where that comes again, as it does where calls go side by
side; else the first behind it.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from ...formats.document import Leaves

_OUTPUTS: Final = frozenset(
    {"content", "text", "output", "outputs", "result", "stdout", "value", "stringValue", "data", "body", "response"}
)
_IDS: Final = frozenset(
    {"id", "call_id", "callId", "tool_call_id", "toolCallId", "tool_use_id", "toolUseId", "run_id", "parent"}
)
_WITHIN: Final = 24
"""Leaves behind what a call was given among which its output is."""
_BESIDE: Final = 8
"""Leaves around the id of a call among which what it is of stands."""


class Outputs:
    """Those of a document's calls."""

    def __init__(self, leaves: Leaves) -> None:
        self._leaves = leaves

    def of(self, given: int) -> int | None:
        """The leaf that has the output of the call that was given this one."""
        again = self._same_call(given)
        return self._first(given, _WITHIN) if again is None else self._beside(again)

    def named(self, given: int) -> int | None:
        """As `of`, where an id says whose output it is."""
        again = self._same_call(given)
        return None if again is None else self._beside(again)

    @functools.cached_property
    def _ids(self) -> Sequence[int]:
        return [each for each in range(len(self._leaves.texts)) if self._name(each) in _IDS]

    def _name(self, number: int) -> str:
        """What a leaf is called: its key in an object, or its label."""
        _, key = self._leaves.slot(number)
        return (
            key if isinstance(key, str) else self._leaves.texts[number][: max(0, abs(self._leaves.heads[number]) - 1)]
        )

    def _value(self, number: int) -> str:
        return self._leaves.texts[number][abs(self._leaves.heads[number]) :]

    def _same_call(self, given: int) -> int | None:
        """The next leaf that names the same call as the last one before, where both are near their own."""
        behind = bisect_left(self._ids, given)
        if not behind or given - self._ids[behind - 1] > _BESIDE:
            return None
        call = self._value(self._ids[behind - 1])
        return next((each for each in self._ids[behind:] if self._value(each) == call), None)

    def _beside(self, call: int) -> int | None:
        """The output of the object that names a call, in whatever order it is written."""
        leaves = self._leaves
        container, _ = leaves.slot(call)
        around = range(max(0, call - _BESIDE), min(len(leaves.texts), call + _BESIDE))
        own = (each for each in around if leaves.slot(each)[0] is container and self._is_output(each))
        output = next(own, None)
        return self._first(call, _BESIDE) if output is None else output

    def _is_output(self, number: int) -> bool:
        """Whether it is called what outputs are, and says something: an object's key does not."""
        return self._name(number) in _OUTPUTS and self._value(number) != ""

    def _first(self, behind: int, within: int) -> int | None:
        """The first leaf behind another that is called what outputs are."""
        leaves = self._leaves
        called, _ = leaves.slot(behind)
        for number in range(behind + 1, min(len(leaves.texts), behind + within)):
            if leaves.slot(number)[0] is not called and self._is_output(number):
                return number
        return None
