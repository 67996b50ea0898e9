"""LangChain4j: messages as its `ChatMessageSerializer` writes them, which is how chat memories are kept.

https://docs.langchain4j.dev/tutorials/chat-memory
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step, message_steps
from ..providers.blocks import items, text
from .message_list import MessageList

_ROLES = {"SYSTEM": "system", "USER": "user", "AI": "assistant", "TOOL_EXECUTION_RESULT": "tool", "CUSTOM": "event"}
_OWN = frozenset({"text", "contents", "toolExecutionRequests", "attributes"})
_REQUESTS = "toolExecutionRequests"


class LangChain4j(MessageList):
    name = "langchain4j"
    members = frozenset({"type", "messages"})

    def is_message(self, node: Any) -> bool:
        return isinstance(node, dict) and text(node, "type") in _ROLES and not _OWN.isdisjoint(node)

    def steps(self, message: Mapping[str, Any], path: str) -> list[Step]:
        role = _ROLES.get(text(message, "type"), "")
        if role == "event":
            return [Step(0, StepKind.EVENT, message.get("attributes"), name="CUSTOM", path=path)]
        contents = [_lowered(each) for each in items(message, "contents")]
        if role == "tool":
            said = contents or message.get("text")
            told = {"role": role, "content": said, "name": text(message, "toolName"), "call_id": text(message, "id")}
            steps = message_steps(told, path)
            for step in steps if message.get("isError") is True else ():
                step.attributes = {"error": True}
            return steps
        name = "contents" if contents else "text"
        told = {"role": role, "content": contents or message.get("text"), "thinking": message.get("thinking")}
        steps = message_steps(told, path)
        for step in steps:
            step.path = step.path.replace(path + "['content']", f"{path}['{name}']", 1)
        calls = [each for each in items(message, _REQUESTS) if isinstance(each, dict)]
        return steps + [call_step(each, f"{path}['{_REQUESTS}'][{index}]") for index, each in enumerate(calls)]


def _lowered(content: Any) -> Any:
    """As others write a block."""
    return {**content, "type": text(content, "type").lower()} if isinstance(content, dict) else content
