"""Spring AI: messages as Jackson writes them, which is how chat memories are kept.

https://docs.spring.io/spring-ai/reference/api/chat-memory.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps, role_of
from ..providers.blocks import content_of, items, text
from .message_list import MessageList

_ROLES = frozenset({"USER", "ASSISTANT", "SYSTEM", "TOOL"})


class SpringAi(MessageList):
    name = "spring-ai"
    members = frozenset({"messageType", "messages"})

    def is_message(self, node: Any) -> bool:
        return (
            isinstance(node, dict) and text(node, "messageType") in _ROLES and ("text" in node or "responses" in node)
        )

    def steps(self, message: Mapping[str, Any], path: str) -> list[Step]:
        role = {"role": text(message, "messageType")}
        if role_of(role) is not StepKind.TOOL_RESULT:
            return message_steps(
                {**role, "content": message.get("text"), "toolCalls": items(message, "toolCalls")}, path
            )
        return [
            Step(0, StepKind.TOOL_RESULT, content_of(each.get("responseData")), text(each, "name"), text(each, "id"),
                 path=f"{path}['responses'][{index}]")
            for index, each in enumerate(items(message, "responses"))
            if isinstance(each, dict)
        ]  # fmt: skip
