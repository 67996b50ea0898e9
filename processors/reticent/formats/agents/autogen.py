"""AutoGen AgentChat: the messages and events of a team or an agent, alone, as the result of a task, or in the state
that these save.

https://microsoft.github.io/autogen/stable/reference/python/autogen_agentchat.messages.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import ASKED, all_are, arguments_of, content_of, items, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tree import escaped_name
from .timed import timed

_KINDS: Mapping[str, StepKind] = {
    "TextMessage": StepKind.OUTPUT, "MultiModalMessage": StepKind.OUTPUT, "StopMessage": StepKind.OUTPUT,
    "HandoffMessage": StepKind.EVENT, "ToolCallSummaryMessage": StepKind.OUTPUT, "ThoughtEvent": StepKind.THINKING,
    "ToolCallRequestEvent": StepKind.TOOL_CALL, "ToolCallExecutionEvent": StepKind.TOOL_RESULT,
    "CodeGenerationEvent": StepKind.OUTPUT, "CodeExecutionEvent": StepKind.TOOL_RESULT,
    "MemoryQueryEvent": StepKind.MEMORY, "SelectSpeakerEvent": StepKind.EVENT, "SelectorEvent": StepKind.EVENT,
    "UserInputRequestedEvent": StepKind.EVENT, "ModelClientStreamingChunkEvent": StepKind.OUTPUT,
}  # fmt: skip
_OF_MODELS: Mapping[str, StepKind] = {
    "SystemMessage": StepKind.SYSTEM, "UserMessage": StepKind.PROMPT, "AssistantMessage": StepKind.OUTPUT,
    "FunctionExecutionResultMessage": StepKind.TOOL_RESULT,
}  # fmt: skip
"""What models are sent, as their contexts keep it."""
_STATES = frozenset({"agent_states", "agent_state", "llm_context", "message_thread", "inner_team_state"})
"""One of them a state has, or what it says of no run."""
_DEEPEST = 12
_CHUNK = "ModelClientStreamingChunkEvent"
_USER = "user"
"""The source of what people say."""


class AutoGen(Provider):
    name = "autogen"
    members = frozenset({"type", "content", "messages", "source", "agent_states", "llm_context", "message_thread"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "stop_reason" in document and "role" not in document:
            found = items(document, "messages")
            return all_are(found, _is_message)
        return _is_message(document) or _is_state(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        if _is_state(document):
            _tell_state(run, document, path)
        elif "source" not in document and "messages" in document:
            for index, message in enumerate(items(document, "messages")):
                if isinstance(message, dict):
                    _tell(run, message, f"{path}['messages'][{index}]")
        else:
            _tell(run, document, path)


def _is_message(node: Any) -> bool:
    if not isinstance(node, dict) or not isinstance(kind := node.get("type"), str):
        return False
    if kind in _OF_MODELS:
        return "content" in node and "role" not in node
    return "source" in node and (kind in _KINDS or (kind.startswith("StructuredMessage[") and "content" in node))


def _is_state(node: Mapping[str, Any]) -> bool:
    return text(node, "type").endswith("State") and not _STATES.isdisjoint(node)


def _tell_state(run: Run, state: Mapping[str, Any], path: str) -> None:
    """What one agent said stands in the state of each that heard it: the longest list tells it."""
    lists = sorted(_lists(state, path, _DEEPEST), key=lambda each: -len(each[0]))
    for number, (messages, place) in enumerate(lists):
        for index, message in enumerate(messages):
            for step in _steps_of(message, f"{place}[{index}]"):
                if not number or not run.again(step):
                    run.answered([step])


def _lists(node: Any, path: str, deepest: int) -> Iterator[tuple[list[Any], str]]:
    """Of messages, at any depth."""
    if isinstance(node, list) and any(map(_is_message, node[:ASKED])):
        yield [each if isinstance(each, dict) else {} for each in node], path
    elif isinstance(node, dict) and deepest:
        for name, child in node.items():
            if isinstance(child, dict | list):
                yield from _lists(child, path + escaped_name(name), deepest - 1)


def _tell(run: Run, message: Mapping[str, Any], path: str) -> None:
    kind, source = text(message, "type"), text(message, "source")
    if kind == _CHUNK:  # the message that it is a piece of says its id
        run.delta(("autogen", source), StepKind.OUTPUT, message, "content", path)
        return
    for step in _steps_of(message, path):
        run.ended(("autogen", source if step.kind is StepKind.OUTPUT else None), step)


def _steps_of(message: Mapping[str, Any], path: str) -> list[Step]:
    kind = text(message, "type")
    if kind not in _OF_MODELS:
        return timed(_steps(message, path, kind, text(message, "source")), message.get("created_at"))
    thought, asked = message.get("thought"), kind == "AssistantMessage" and isinstance(message.get("content"), list)
    return [
        *([Step(0, StepKind.THINKING, thought, path=path + "['thought']")] if thought else []),
        *_steps(message, path, "ToolCallRequestEvent" if asked else kind, ""),
    ]


def _steps(message: Mapping[str, Any], path: str, type: str, source: str) -> list[Step]:
    kind = _KINDS.get(type) or _OF_MODELS.get(type, StepKind.OUTPUT)
    content = message.get("content")
    if kind is StepKind.TOOL_CALL or (kind is StepKind.TOOL_RESULT and isinstance(content, list)):
        return [
            _tool(each, f"{path}['content'][{index}]", kind)
            for index, each in enumerate(items(message, "content"))
            if isinstance(each, dict)
        ]
    if type == "CodeExecutionEvent":
        content = message.get("result")
        content = text(content, "output") if isinstance(content, dict) else content
    elif type in ("MultiModalMessage", "UserMessage") and isinstance(content, list):
        content = "\n".join(each for each in content if isinstance(each, str))
    elif kind is StepKind.MEMORY:
        content = content_of(content)
    if kind is StepKind.OUTPUT and source.lower() == _USER:
        kind = StepKind.PROMPT
    named = type if kind is StepKind.EVENT else ""
    return [Step(0, kind, content, name=named, path=path)] if content else []


def _tool(node: Mapping[str, Any], path: str, kind: StepKind) -> Step:
    name = text(node, "name")
    if kind is StepKind.TOOL_CALL:
        return Step(0, kind, arguments_of(node.get("arguments")), name=name, call_id=text(node, "id"), path=path)
    failed = {"error": True} if node.get("is_error") is True else {}
    return Step(
        0, kind, node.get("content") or "", name=name, call_id=text(node, "call_id"), attributes=failed, path=path
    )  # fmt: skip
