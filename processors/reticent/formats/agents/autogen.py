"""AutoGen AgentChat: the messages and events of a team or an agent, alone or as the result of a task.

https://microsoft.github.io/autogen/stable/reference/python/autogen_agentchat.messages.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import arguments_of, content_of, items, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_KINDS: Mapping[str, StepKind] = {
    "TextMessage": StepKind.OUTPUT, "MultiModalMessage": StepKind.OUTPUT, "StopMessage": StepKind.OUTPUT,
    "HandoffMessage": StepKind.EVENT, "ToolCallSummaryMessage": StepKind.OUTPUT, "ThoughtEvent": StepKind.THINKING,
    "ToolCallRequestEvent": StepKind.TOOL_CALL, "ToolCallExecutionEvent": StepKind.TOOL_RESULT,
    "CodeGenerationEvent": StepKind.OUTPUT, "CodeExecutionEvent": StepKind.TOOL_RESULT,
    "MemoryQueryEvent": StepKind.MEMORY, "SelectSpeakerEvent": StepKind.EVENT, "SelectorEvent": StepKind.EVENT,
    "UserInputRequestedEvent": StepKind.EVENT, "ModelClientStreamingChunkEvent": StepKind.OUTPUT,
}  # fmt: skip
_CHUNK = "ModelClientStreamingChunkEvent"
_USER = "user"
"""The source of what people say."""


class AutoGen(Provider):
    name = "autogen"
    members = frozenset({"type", "content", "messages", "source"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "stop_reason" in document and "role" not in document:
            found = items(document, "messages")
            return bool(found) and all(map(_is_message, found[:20]))
        return _is_message(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        if "source" not in document:
            for index, message in enumerate(items(document, "messages")):
                if isinstance(message, dict):
                    _tell(run, message, f"{path}['messages'][{index}]")
        else:
            _tell(run, document, path)


def _is_message(node: Any) -> bool:
    if not isinstance(node, dict) or "source" not in node or not isinstance(kind := node.get("type"), str):
        return False
    return kind in _KINDS or (kind.startswith("StructuredMessage[") and "content" in node)


def _tell(run: Run, message: Mapping[str, Any], path: str) -> None:
    kind, source = text(message, "type"), text(message, "source")
    if kind == _CHUNK:  # the message that it is a piece of says its id
        run.delta(("autogen", source), StepKind.OUTPUT, message, "content", path)
        return
    steps = timed(_steps(message, path, kind, source), message.get("created_at"))
    for step in steps:
        run.ended(("autogen", source if step.kind is StepKind.OUTPUT else None), step)


def _steps(message: Mapping[str, Any], path: str, type: str, source: str) -> list[Step]:
    kind = _KINDS.get(type, StepKind.OUTPUT)
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
    elif type == "MultiModalMessage" and isinstance(content, list):
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
