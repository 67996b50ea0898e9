"""Messages of any provider to canonical steps, and the transcript that puts the steps of a run in order."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ..model import Step, StepKind
from .providers.blocks import (
    ROLES,
    answers,
    arguments_of,
    block_steps,
    content_of,
    first,
    items,
    result_of,
    segment,
    text,
)

_THINKING = ("reasoning_content", "reasoning", "thinking")
_THOUGHT_BLOCKS = ("thinking_blocks", "reasoning_details")
"""The same thinking again, with its signatures."""
_RESULT_OF = ("tool_call_id", "toolCallId", "call_id")
_LISTS = ("tool_calls", "toolCalls", "toolInvocations")
_MORE = frozenset({*_THINKING, *_THOUGHT_BLOCKS, *_LISTS, "function_call", "refusal", "audio"})
_CALL, _RESULT = StepKind.TOOL_CALL, StepKind.TOOL_RESULT
"""By names of ours: a member costs more to look up in its enum than a step costs to make."""


def role_of(message: Mapping[str, Any], default: str = "") -> StepKind:
    """The kind of what a message says; LangChain gives the role as `type`."""
    for said in (message.get("role"), message.get("type"), default):
        if isinstance(said, str) and (found := ROLES.get(said) or ROLES.get(said.lower())) is not None:
            return found
    return StepKind.OTHER


def message_steps(message: Mapping[str, Any], path: str, role: str = "") -> list[Step]:
    """The steps of a message, in order: thinking, what it says, calls. `path`: the message's own normalised path.
    `role`: where the message names none."""
    kind = role_of(message, role)
    said = _said(message, path, kind)
    if _MORE.isdisjoint(message):  # most say one thing
        return said
    said += _aside(message, path, kind)
    called = {step.call_id for step in said if step.kind is _CALL}
    # LangChain gives calls among the content, too
    calls = [step for step in _calls(message, path) if not step.call_id or step.call_id not in called]
    return [*_thinking(message, path), *said, *calls]


def _said(message: Mapping[str, Any], path: str, kind: StepKind) -> list[Step]:
    content, where = message.get("content"), "content"
    if content is None:
        content, where = message.get("parts"), "parts"
    blocks = content if isinstance(content, list) else ()
    if kind is _RESULT and not any(map(answers, blocks)):
        called = first(message, _RESULT_OF)
        if content == [] and not called:
            return []  # Koog's mark of where a system's message ends
        if not called and items(message, "tool_responses"):
            return _responses(message, path)
        return [Step(0, kind, result_of(content), name=text(message, "name"), call_id=called, path=path)]
    if isinstance(content, dict):
        return block_steps(content, path + segment(where), kind)
    if not isinstance(content, list):
        return [Step(0, kind, content, name=text(message, "name"), path=path)] if content else []
    steps: list[Step] = []
    for at, block in enumerate(blocks):
        steps += block_steps(block, f"{path}['{where}'][{at}]", kind)
    for step in steps:
        if step.kind is _RESULT and not step.call_id:
            step.call_id = first(message, _RESULT_OF)
    return steps


def _responses(message: Mapping[str, Any], path: str) -> list[Step]:
    """AutoGen (0.2, AG2) says what several tools gave in one message, and then all of it as one text."""
    return [
        Step(0, _RESULT, result_of(each.get("content")), call_id=first(each, _RESULT_OF),
             path=f"{path}['tool_responses'][{index}]", further=[path + "['content']"])
        for index, each in enumerate(items(message, "tool_responses"))
        if isinstance(each, dict)
    ]  # fmt: skip


def _aside(message: Mapping[str, Any], path: str, kind: StepKind) -> list[Step]:
    """What is said beside the content."""
    steps: list[Step] = []
    if message.get("refusal"):
        steps.append(Step(0, kind, message["refusal"], path=path + "['refusal']"))
    if isinstance(message.get("audio"), dict) and text(message["audio"], "transcript"):
        steps.append(Step(0, kind, message["audio"]["transcript"], path=path + "['audio']"))
    return steps


def _thinking(message: Mapping[str, Any], path: str) -> list[Step]:
    seen: list[Any] = []
    steps: list[Step] = []
    for name in _THINKING:
        found = content_of(message.get(name))
        if found and found not in seen:
            seen.append(found)
            steps.append(Step(0, StepKind.THINKING, found, path=path + segment(name)))
    for name in _THOUGHT_BLOCKS if not seen else ():
        for index, block in enumerate(items(message, name)):
            if isinstance(block, dict):
                thought = {**block, "type": "thinking"}
                steps += block_steps(thought, f"{path}{segment(name)}[{index}]", StepKind.THINKING)
    return steps


def _calls(message: Mapping[str, Any], path: str) -> list[Step]:
    steps = [
        call_step(call, f"{path}{segment(name)}[{index}]")
        for name in _LISTS
        if name in message
        for index, call in enumerate(items(message, name))
        if isinstance(call, dict)
    ]
    old = message.get("function_call")
    if isinstance(old, dict):
        steps.append(call_step(old, path + segment("function_call")))
    # clients that write every field they know write calls that are none
    return [step for step in steps if step.name or step.call_id or step.content != {}]


def call_step(call: Mapping[str, Any], path: str) -> Step:
    """A tool call as it stands in a message's list of them, or alone."""
    call = _inner(call, "tool_call")
    inner = _inner(call, "function", "custom")
    given = inner.get("arguments")
    for name in ("input", "args") if given is None else ():
        given = inner.get(name) if given is None else given
    return Step(
        0,
        StepKind.TOOL_CALL,
        arguments_of(given),
        name=first(inner, ("name", "toolName", "function")),  # some have no object under `function`
        call_id=first(call, ("id", "call_id", "toolCallId", "tool_id")),
        path=path,
    )


def _inner(node: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The first object under these names, else the node itself."""
    for name in names:
        found = node.get(name)
        if isinstance(found, dict):
            return found
    return node


_Calls = dict[str, dict[int, Step]]
"""Calls that wait for their results: by the tool's name, then by seq."""


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
        self._first: list[tuple[_Mark, Step | None]] | None = None
        self._behind: set[Hashable] = set()
        self._told: dict[Hashable, list[Step]] = {}
        self._answers: dict[str, Step] = {}
        self._results: dict[Hashable, Step] = {}
        self._unnoted: list[Step] = []

    def add(self, step: Step) -> Step:
        """Numbers it. A result gets the seq of its call as parent, and the call's name where it has none; one without
        a call id answers the first open call of its name."""
        step.seq = len(self.steps)
        self.steps.append(step)
        if step.kind is _CALL:
            for calls in (self._open,) if step.call_id else (self._open, self._unmarked):
                calls.setdefault(step.name, {})[step.seq] = step
            self._calls[step.call_id] = step
            self._answers.pop(step.call_id, None)
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
            _close(self._open, call)
            _close(self._unmarked, call)
            if call.call_id:
                self._answers[call.call_id] = step

    def call(self, sent: Iterable[Step], answered: Iterable[Step] = ()) -> None:
        """One call of a model: the steps it was sent and those it answered, of which what earlier calls of this
        transcript showed is left out.

        What was sent up to the model's own last words is known when it was there as often before. What came then, and
        the answer, must have stood behind the same step before, too: people and agents may say the same thing twice,
        and a call may be recorded twice."""
        history = list(sent)
        steps = [*history, *_new(history, answered)]
        if self._first is None:
            # most traces have one call: what it told is compared with nothing before there is another
            self._first = [(_mark(step), self._tell(step, self._answer(step))) for step in steps]
            return
        before: Hashable = None
        for mark, told in self._first:
            before = self._note(_key(mark), told, before)
        self._first = []
        said = [at for at, step in enumerate(history) if step.kind in (StepKind.OUTPUT, StepKind.TOOL_CALL)]
        old = said[-1] + 1 if said else 0
        here: dict[Hashable, int] = {}
        before = None
        for at, step in enumerate(steps):
            key = _key(_mark(step))
            count = here[key] = here.get(key, 0) + 1
            earlier = self._told.get(key, ()) or self._unnamed(step)
            known = count <= len(earlier) and (at < old or bool(step.call_id) or (before, key) in self._behind)
            added = self._tell(step, earlier[count - 1] if known else self._answer(step))
            before = self._note(key, added, before)

    def _unnamed(self, step: Step) -> Sequence[Step]:
        """The call that had no id when the model asked for it, and has one when it is sent again."""
        if step.kind is not _CALL or not step.call_id:
            return ()
        same = self._told.get(_key((_CALL, "", step.content)), ())
        call = next((each for each in same if each.name == step.name and not each.call_id), None)
        if call is None:
            return ()
        call.call_id = step.call_id
        self._calls[step.call_id] = call
        for result in self.steps[call.seq + 1 :]:
            if result.parent == call.seq and result.kind is _RESULT:
                result.call_id = step.call_id
                self._answers[step.call_id] = result
                break
        return (call,)

    def _tell(self, step: Step, told: Step | None) -> Step | None:
        """Adds a step that was not told before; None where it was."""
        if told is None:
            return self.add(step)
        repeat(told, step)
        return None

    def _note(self, key: _Mark, added: Step | None, before: Hashable) -> Hashable:
        """For later calls. Returns what the next step stands behind."""
        if added is not None:
            self._told.setdefault(key, []).append(added)
        self._behind.add((before, key))
        return before if key[0] is StepKind.THINKING else key  # thinking is seldom sent again

    def has_call(self, call_id: str) -> bool:
        """Whether the call is there already: for a tool's own record beside the model's."""
        return bool(call_id) and call_id in self._calls

    def record(self, step: Step) -> None:
        """A tool's own record of its call, or of the result: added where the model's calls do not show it already. A
        call is known by its id, or as one of this name that waits for its result, where one of the two has no id."""
        told = self._asked(step) if step.kind is StepKind.TOOL_CALL else self._answers.get(step.call_id)
        if told is None:
            self.add(step)
        else:
            repeat(told, step)

    def _asked(self, step: Step) -> Step | None:
        if self.has_call(step.call_id):
            return self._calls[step.call_id]
        waiting = self._unmarked if step.call_id else self._open
        call = next(iter(waiting.get(step.name, {}).values()), None)
        if call is not None and step.call_id:
            _close(self._unmarked, call)
            call.call_id = step.call_id
            self._calls[step.call_id] = call
        return call

    def _answer(self, step: Step) -> Step | None:
        """The result that a tool's own record gave, and a model is sent now. One without an id is known by what it
        says, when no call waits for one."""
        if step.kind is not _RESULT:
            return None
        if step.call_id:
            return self._answers.get(step.call_id)
        if self._open:
            return None
        self._results.update((_hashable(arguments_of(result.content)), result) for result in self._unnoted)
        self._unnoted.clear()
        return self._results.get(_hashable(arguments_of(step.content)))

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
    if not again.path or again.path == told.path or (told.further and told.further[-1] == again.path):
        return
    if not isinstance(told.further, list):
        told.further = list(told.further)
    told.further.append(again.path)


_Mark = tuple[StepKind, str, Any]
"""By what a step is known when it is told again: its kind, the call's id as it was given, the content."""


def _mark(step: Step) -> _Mark:
    return step.kind, step.call_id, step.content


def _key(mark: _Mark) -> _Mark:
    """One that can be looked up."""
    kind, call_id, content = mark
    return kind, call_id, _hashable(content)


def _hashable(content: Any) -> Hashable:
    return content if isinstance(content, str) else msgspec.json.encode(content)
