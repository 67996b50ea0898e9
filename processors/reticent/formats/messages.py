"""Messages of any provider to canonical steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
from .transcript import hashable, repeat

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
    return _once(steps) if kind is _RESULT and len(steps) > 1 else steps


def _once(steps: list[Step]) -> list[Step]:
    """Some clients say a result as a text and then as the answer to its call."""
    named = {hashable(step.content): step for step in steps if step.call_id}
    found: list[Step] = []
    for step in steps:
        told = None if step.call_id else named.get(hashable(step.content))
        if told is None:
            found.append(step)
        else:
            repeat(told, step)
    return found


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
