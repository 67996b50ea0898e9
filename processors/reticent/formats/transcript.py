"""The transcript of a run: its steps in order, each once, whoever tells of them and under whatever ids."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from ..model import Step, StepKind
from ..placeholders import once
from .providers.blocks import arguments_of

_CALL, _RESULT = StepKind.TOOL_CALL, StepKind.TOOL_RESULT
"""By names of ours: a member costs more to look up in its enum than a step costs to make."""


_SPOKEN = (StepKind.OUTPUT, StepKind.THINKING)

_Calls = dict[str, dict[int, Step]]
"""Calls that wait for their results: by the tool's name, then by seq."""


_Line = dict[Hashable, deque[Step]]
"""Calls in order; one that is done with is dropped when it comes to the front."""


def _head(line: _Line, key: Hashable, stays: Callable[[Step], bool]) -> Step | None:
    calls = line.get(key, ())
    while calls:
        if stays(calls[0]):
            return calls[0]
        calls.popleft()
    return None


def _close(waiting: _Calls, call: Step) -> None:
    calls = waiting.get(call.name)
    if calls is not None and calls.pop(call.seq, None) is not None and not calls:
        del waiting[call.name]


class Transcript:
    """Steps of one trace in the order in which they are added: numbered, and each result tied to its call."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._calls: dict[str, Step] = {}
        self._open: _Calls = {}
        self._unmarked: _Calls = {}
        self._first: list[tuple[_Mark, Step]] | None = None
        self._behind: set[Hashable] = set()
        self._told: dict[Hashable, list[Step]] = {}
        self._answers: dict[str, Step] = {}
        self._results: dict[Hashable, Step] = {}
        self._unnoted: list[Step] = []
        self._gave: dict[int, Step] = {}
        self._lines: tuple[_Line, _Line] = {}, {}
        self._alike: dict[Hashable, list[Step]] = {}
        self._nameless: _Line = {}
        self._unrun: _Line = {}
        self._uncompared: list[Step] = []
        self._recorded: set[int] = set()
        self._last: Step | None = None

    def add(self, step: Step) -> Step:
        """Numbers it. A result gets the seq of its call as parent, and the call's name where it has none; one without
        a call id answers the first open call of its name."""
        step.seq = len(self.steps)
        self.steps.append(step)
        if step.kind is _CALL:
            waiting = (self._open,) if step.call_id else (self._open, self._unmarked)
            for calls, line in zip(waiting, self._lines, strict=False):
                calls.setdefault(step.name, {})[step.seq] = step
                line.setdefault(step.name, deque()).append(step)
            self._calls[step.call_id] = step
            self._answers.pop(step.call_id, None)
            self._uncompared.append(step)
        elif step.kind is _RESULT or step.call_id:
            self._unnoted.append(step)
            self._link(step)
        return step

    def extend(self, steps: Iterable[Step]) -> None:
        """Adds them all: of a document that holds one conversation, once."""
        for step in steps:
            self.add(step)

    def _link(self, step: Step) -> None:
        if step.call_id:
            call = self._calls.get(step.call_id)
            self._answers[step.call_id] = step
        else:
            call = next(iter(self._open.get(step.name, {}).values()), None)
        if call is not None:
            step.parent, step.name, step.call_id = call.seq, step.name or call.name, call.call_id
            self._gave.setdefault(call.seq, step)
            _close(self._open, call)
            _close(self._unmarked, call)
            if call.call_id:
                self._answers[call.call_id] = step

    def call(self, sent: Iterable[Step], answered: Iterable[Step] = (), *, summed: int = 0) -> None:
        """One call of a model: the steps it was sent and those it answered, of which what earlier calls of this
        transcript showed is left out.

        What was sent up to the model's own last words is known when it was there as often before. What came then, and
        the answer, must have stood behind the same step before, too: people and agents may say the same thing twice,
        and a call may be recorded twice. `summed`: so many of the steps that were sent sum up other calls, which were
        sent all of it."""
        history = list(sent)
        new = list(_new(history, answered))
        steps = [*history, *new]
        if self._first is None:
            # most traces have one call: what it told is compared with nothing before there is another
            before_it = self._same(steps, len(history)) if self._recorded else {}
            self._first = [
                (_mark(step), self._tell(step, before_it.get(at) or self._answer(step)))
                for at, step in enumerate(steps)
            ]
            return
        before: Hashable = None
        for mark, told in self._first:
            before = self._note(_key(mark), told, before)
        self._first = []
        history = self._joined(history)
        steps = [*history, *new]
        said = [at for at, step in enumerate(history) if step.kind in (StepKind.OUTPUT, StepKind.TOOL_CALL)]
        old = max(summed, said[-1] + 1 if said else 0)
        same = self._same(steps, len(history))
        here: dict[Hashable, int] = {}
        before = None
        for at, step in enumerate(steps):
            key = _key(_mark(step))
            count = here[key] = here.get(key, 0) + 1
            earlier = self._told.get(key, ())
            known = count <= len(earlier) and (at < old or bool(step.call_id) or (before, key) in self._behind)
            told = self._tell(step, earlier[count - 1] if known else same.get(at) or self._answer(step))
            before = self._note(key, None if known else told, before)

    def _joined(self, history: list[Step]) -> list[Step]:
        """What was told in one text, where it is sent again in the pieces in which it came, is one text again."""
        found: list[Step] = []
        pieces: list[Step] = []

        def end() -> None:
            whole = "".join(step.content for step in pieces) if len(pieces) > 1 else ""
            if whole and _key((pieces[0].kind, "", whole)) in self._told:
                places = [place for step in pieces for place in (step.path, *step.further)]
                found.append(Step(0, pieces[0].kind, whole, path=places[0], further=places[1:]))
            else:
                found.extend(pieces)
            pieces.clear()

        for step in history:
            if pieces and pieces[0].kind is not step.kind:
                end()
            if step.kind in _SPOKEN and isinstance(step.content, str):
                pieces.append(step)
            else:
                end()
                found.append(step)
        end()
        return found

    def _same(self, steps: Sequence[Step], sent: int) -> dict[int, Step]:
        """Of calls with an id that nobody knows yet, by their places: the call that had none when the model asked for
        it or its tool was run, and has one when it is sent again; of what was `sent` (so many steps) also the one that
        had another id. That it is the same call is told by its name, what it was given, and how often it was there."""
        found: dict[int, Step] = {}
        here: dict[Hashable, int] = {}
        calls = [(at, step) for at, step in enumerate(steps) if step.kind is _CALL and step.call_id]
        if all(step.call_id in self._calls for _, step in calls):
            return found
        for at, step in calls:
            key = (step.name, hashable(step.content))
            count = here[key] = here.get(key, 0) + 1
            if step.call_id in self._calls:
                continue
            alike = self._calls_alike(key)
            call = _head(self._nameless, key, lambda each: not each.call_id)
            if call is None and at < sent and count <= len(alike):
                call = alike[count - 1]
            if call is not None:
                found[at] = call
                self._name(call, step.call_id)
        return found

    def _calls_alike(self, key: Hashable) -> Sequence[Step]:
        for call in self._uncompared:
            own = (call.name, hashable(call.content))
            self._alike.setdefault(own, []).append(call)
            self._unrun.setdefault(own, deque()).append(call)
            if not call.call_id:
                self._nameless.setdefault(own, deque()).append(call)
        self._uncompared.clear()
        return self._alike.get(key, ())

    def _name(self, call: Step, call_id: str) -> None:
        """From now on the call is known by this id, too."""
        result = self._answers.get(call.call_id) if call.call_id else self._gave.get(call.seq)
        call.call_id = call.call_id or call_id
        _close(self._unmarked, call)
        self._calls[call_id] = call
        if result is not None:
            result.call_id = result.call_id or call_id
            self._answers[call_id] = result

    def _tell(self, step: Step, told: Step | None) -> Step:
        """Adds a step that was not told before. Returns the one that tells it."""
        if told is None:
            return self.add(step)
        repeat(told, step)
        return told

    def _note(self, key: _Mark, told: Step | None, before: Hashable) -> Hashable:
        """For later calls; `told`: what is known by the key from now on. Returns what the next step stands behind."""
        if told is not None:
            self._told.setdefault(key, []).append(told)
        self._behind.add((before, key))
        return before if key[0] is StepKind.THINKING else key  # thinking is seldom sent again

    def has_call(self, call_id: str) -> bool:
        """Whether the call is there already: for a tool's own record beside the model's."""
        return bool(call_id) and call_id in self._calls

    def record(self, step: Step) -> None:
        """A tool's own record of its call, or of the result: added where the model's calls do not show it already. A
        call is known by its id, or as one of this name that waits for its result, where one of the two has no id; else
        as one of this name that was given the same, and that no other record is of."""
        told = self._asked(step) if step.kind is _CALL else self._answered(step)
        if told is None:
            told = self.add(step)
        else:
            repeat(told, step)
        if told.kind is _CALL:
            self._recorded.add(told.seq)
            self._last = told

    def _asked(self, step: Step) -> Step | None:
        if self.has_call(step.call_id):
            return self._calls[step.call_id]
        at = 1 if step.call_id else 0
        waiting = (self._open, self._unmarked)[at].get(step.name, {})
        call = _head(self._lines[at], step.name, lambda each: each.seq in waiting and each.seq not in self._recorded)
        if call is None and self._calls:
            key = (step.name, hashable(step.content))
            self._calls_alike(key)
            call = _head(self._unrun, key, lambda each: each.seq not in self._recorded)
        if call is not None and step.call_id:
            self._name(call, step.call_id)
        return call

    def _answered(self, step: Step) -> Step | None:
        """The result that is there of the call, which is the last that was recorded where this one has no id."""
        if step.call_id:
            return self._answers.get(step.call_id)
        last = self._last
        return self._answers.get(last.call_id) if last is not None and last.name == step.name else None

    def _answer(self, step: Step) -> Step | None:
        """The result that a tool's own record gave, and a model is sent now. One without an id is known by what it
        says, when no call waits for one; so is one with an id that no call has, where it answers a call."""
        if step.kind is not _RESULT:
            return None
        if step.call_id in self._calls and step.call_id:
            return self._answers.get(step.call_id)
        if self._open and not step.call_id:
            return None
        self._results.update((hashable(arguments_of(result.content)), result) for result in self._unnoted)
        self._unnoted.clear()
        said = hashable(arguments_of(step.content))
        if not step.call_id:
            return self._results.get(said)
        # some clients give the call one id and its result another
        told = self._answers.get(step.call_id)
        if told is None and (alike := self._results.get(said)) is not None and alike.parent is not None:
            told = self._answers[step.call_id] = self._results.pop(said)
        return told

    def has_result(self, call_id: str) -> bool:
        """Whether a result of the last call of this id is there already, in whatever words."""
        return bool(call_id) and call_id in self._answers


def _new(history: Sequence[Step], answered: Iterable[Step]) -> Iterator[Step]:
    """Without calls that stand in the history already: some recorders write that down when more was said."""
    asked = {step.call_id: step for step in history if step.kind is _CALL and step.call_id}
    for step in answered:
        told = asked.get(step.call_id) if step.kind is _CALL else None
        if told is None or told.content != step.content:
            yield step
        else:
            repeat(told, step)


def repeat(told: Step, again: Step) -> None:
    """What is told once stands in several places."""
    for path in (again.path, *again.further):
        if not path or path == told.path or (told.further and told.further[-1] == path):
            continue
        if not isinstance(told.further, list):
            told.further = list(told.further)
        told.further.append(path)


_Mark = tuple[StepKind, str, Any]
"""By what a step is known when it is told again: its kind, the call's id as it was given, the content."""


def _mark(step: Step) -> _Mark:
    return step.kind, step.call_id, step.content


def _key(mark: _Mark) -> _Mark:
    """One that can be looked up."""
    kind, call_id, content = mark
    return kind, call_id, hashable(content)


def hashable(content: Any) -> Hashable:
    """Who tells a text again may write blanks around it, and a value is masked in each piece that it came in."""
    return once(content.strip() if isinstance(content, str) else msgspec.json.encode(content).decode())
