"""Server-sent events in order, and the run of a model that they tell, while they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from ...errors import DecodeError
from ...limits import Limits
from ...model import Step, StepKind
from .. import jsontext
from .blocks import mapping
from .echoes import Echoes, Pattern, Told
from .events import DONE, Event
from .rows import feed
from .streams import Run

_TRIES, _PAUSE = 8, 64
"""Events in a row that only looked like echoes; after them so many are not asked whether they are, the next time twice
as many."""


class Listening:
    """A payload as events, in order, and the run that they tell. `read` are those that were parsed, `trees` what they
    say, `numbers` which of all they are; `echoes` what the others are. `texts`: the JSON of what was parsed."""

    def __init__(self, payload: bytes, limits: Limits, *, echoing: bool = True) -> None:
        self.payload, self._limits, self._echoing = payload, limits, echoing
        self.read: list[Event] = []
        self.trees: list[dict[str, Any]] = []
        self.numbers: list[int] = []
        self.echoes: list[Echoes] = []
        self.texts: list[bytes] = []
        self.run = Run()
        self.run.catch_up = self.understood
        self._understood, self._failed = 0, False
        self._lines = payload.splitlines(keepends=True)
        self._last: Told | None = None
        self._tries, self._pause, self._longer = 0, 0, _PAUSE
        self._slots: dict[Sequence[bytes], Sequence[int]] = {}
        self._all()
        self.run.catch_up = None  # it would never be freed

    def _all(self) -> None:
        at = line = count = 0
        while line < len(self._lines) or not self.read:
            event = Event.read(self._lines, line, at)
            pattern = self._event(event, count)
            at, line, count = event.end, line + event.count, count + 1
            if pattern is None:
                continue
            echoes = pattern.echoes(self.payload, at, count)
            if pattern.noted and echoes:  # the last one counts
                echoes.pop()
            if echoes:
                at, line, count = echoes[-1].end, line + pattern.lines * len(echoes), count + len(echoes)
                self._tries, self._longer = 0, _PAUSE
            else:
                self._missed()
            self.echoes[-1].echoes = echoes
            self.echoes[-1].tell(self.echoes[-1].heard)

    def _event(self, event: Event, count: int) -> Pattern | None:
        """Tells the run; a pattern where echoes may follow."""
        tree = event.tree(self._limits, self.texts)
        self.read.append(event)
        self.trees.append(tree)
        self.numbers.append(count)
        if not self._echoing or self._pause:
            self._pause, self._last = max(0, self._pause - 1), None
            tell(self.run, count, tree)
            return None
        heard = self.run.hear(partial(tell, self.run, count, tree))
        told = Told(self.payload, event.start, event.end, event.data, event.count, tree.get("data"), heard)
        before, self._last = self._last, told
        if before is None or not before.alike(told):
            return None
        first, second = before.draft(), told.draft()
        pattern = None
        if first is not None and second is not None:
            pattern = second.pattern(first, self._slots.get(second.shape, ()))
        if pattern is None or second is None:
            self._missed()
            return None
        self._slots[second.shape] = pattern.slots
        places = [second.places[slot] for slot in pattern.slots]
        self.echoes.append(Echoes(len(self.trees) - 1, pattern, heard, places))
        return pattern

    def _missed(self) -> None:
        self._tries += 1
        if self._tries == _TRIES:
            self._tries, self._pause, self._longer = 0, self._longer, 2 * self._longer

    def understood(self) -> bool:
        """Reads the values of echoes that nobody has read yet; False where one is no JSON after all."""
        echoes = [echo for group in self.echoes[self._understood :] for echo in group.echoes]
        self._understood = len(self.echoes)
        if not echoes or self._failed:
            return not self._failed
        source = self.payload
        written = [source[begin:end] for echo in echoes for begin, end in _pairs(echo.spans)]
        try:
            values = iter(jsontext.parse(b"[" + b",".join(written) + b"]", self._limits))
        except DecodeError:
            self._failed = True
            return False
        for echo in echoes:
            echo.values += [next(values) for _ in range(len(echo.spans) // 2)]
        return True


def _pairs(spans: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip(spans[::2], spans[1::2], strict=True)


def tell(run: Run, count: int, event: Any) -> bool:
    """The run about an event; False where no format claims it."""
    data = event.get("data") if isinstance(event, dict) else None
    path = f"$[{count}]['data']"
    if feed(run, path, data) or ("event" in mapping(event) and feed(run, f"$[{count}]", event)):
        return True
    if data not in (None, "", DONE):
        run.answered([Step(0, StepKind.OTHER, data, path=path)])
    return False
