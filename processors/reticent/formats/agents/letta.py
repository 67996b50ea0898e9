"""Letta (MemGPT): the messages of an agent, one, a list of them, or a response.

https://docs.letta.com/api-reference/agents/messages/list
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import arguments_of, content_of, items, segment, text
from ..providers.streams import Run
from .message_list import MessageList
from .timed import timed

_SAID: Mapping[str, tuple[StepKind, str]] = {
    "system_message": (StepKind.SYSTEM, "content"), "user_message": (StepKind.PROMPT, "content"),
    "assistant_message": (StepKind.OUTPUT, "content"), "reasoning_message": (StepKind.THINKING, "reasoning"),
    "hidden_reasoning_message": (StepKind.THINKING, "hidden_reasoning"),
    "summary_message": (StepKind.MEMORY, "summary"), "tool_return_message": (StepKind.TOOL_RESULT, "tool_return"),
}  # fmt: skip
_CALLS = frozenset({"tool_call_message", "approval_request_message"})
_SILENT = frozenset({"event_message", "approval_response_message", "stop_reason", "usage_statistics", "ping"})


class Letta(MessageList):
    name = "letta"
    members = frozenset({"message_type", "messages"})

    def is_message(self, node: Any) -> bool:
        return _is_message(node)

    def steps(self, message: Mapping[str, Any], path: str) -> list[Step]:
        return _steps(message, path)

    def feed(self, run: Run, path: str, document: Any) -> None:
        super().feed(run, path, document)
        if isinstance(document, dict) and items(document, "messages"):
            run.note(document, usage="usage")


def _is_message(node: Any) -> bool:
    kind = node.get("message_type") if isinstance(node, dict) else None
    return isinstance(kind, str) and (kind in _SAID or kind in _CALLS or kind in _SILENT)


def _steps(message: Mapping[str, Any], path: str) -> list[Step]:
    kind = text(message, "message_type")
    if kind in _CALLS:
        return timed(_calls(message, path), message.get("date"))
    if kind not in _SAID:
        return []
    what, name = _SAID[kind]
    said = content_of(message.get(name))
    if what is StepKind.TOOL_RESULT:
        failed = {"error": True} if message.get("status") == "error" else {}
        step = Step(0, what, said or "", name=text(message, "name"), call_id=text(message, "tool_call_id"),
                    attributes=failed, path=path + segment(name))  # fmt: skip
        return timed([step], message.get("date"))
    return timed([Step(0, what, said, path=path + segment(name))] if said else [], message.get("date"))


def _calls(message: Mapping[str, Any], path: str) -> list[Step]:
    """One, or a list of them, which has that one first."""
    found = [(call, f"{path}['tool_calls'][{index}]") for index, call in enumerate(items(message, "tool_calls"))]
    one = message.get("tool_call")
    alone = path + "['tool_call']"
    steps = [
        Step(0, StepKind.TOOL_CALL, arguments_of(call.get("arguments")), name=text(call, "name"),
             call_id=text(call, "tool_call_id"), path=place)
        for call, place in (found or [(one, alone)]) if isinstance(call, dict)
    ]  # fmt: skip
    if found and isinstance(one, dict):
        for step in steps:
            step.further = [alone] if step.call_id == text(one, "tool_call_id") else []
    return steps
