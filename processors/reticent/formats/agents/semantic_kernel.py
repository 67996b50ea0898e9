"""Semantic Kernel: a chat history as its packages for Python and .NET serialise it, and the messages of one.

https://learn.microsoft.com/en-us/semantic-kernel/concepts/ai-services/chat-completion/chat-history
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import role_of
from ..providers.blocks import block_steps, items, mapping, text
from .message_list import MessageList

_TYPES = {
    "function_call": "tool_call", "function_result": "tool_result", "reasoning": "thinking",
    "TextContent": "text", "FunctionCallContent": "tool_call", "FunctionResultContent": "tool_result",
    "ReasoningContent": "thinking", "ImageContent": "image", "AudioContent": "audio", "BinaryContent": "blob",
}  # fmt: skip
"""By `content_type`, or .NET's `$type`: what others call the same."""
_FIELDS = {"Text": "text", "Id": "call_id", "CallId": "call_id", "Arguments": "arguments", "Result": "result"}
"""Of .NET's content: what others call the same."""


class SemanticKernel(MessageList):
    name = "semantic-kernel"
    members = frozenset({"messages", "items", "Items"})

    def is_message(self, node: Any) -> bool:
        return _is_message(node)

    def steps(self, message: Mapping[str, Any], path: str) -> list[Step]:
        return _steps(message, path)


def _is_message(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    if "content_type" in node:
        return "role" in node and isinstance(node.get("items"), list)
    return "Label" in mapping(node.get("Role")) and isinstance(node.get("Items"), list)


def _steps(message: Mapping[str, Any], path: str) -> list[Step]:
    sharp = "Items" in message
    kind: StepKind = role_of({"role": mapping(message.get("Role")).get("Label")} if sharp else message)
    name = "Items" if sharp else "items"
    steps: list[Step] = []
    for index, item in enumerate(items(message, name)):
        if isinstance(item, dict):
            block = _of_sharp(item) if sharp else {**item, "type": text(item, "content_type")}
            block["type"] = _TYPES.get(block["type"], block["type"])
            steps += block_steps(block, f"{path}['{name}'][{index}]", kind)
    return steps


def _of_sharp(item: Mapping[str, Any]) -> dict[str, Any]:
    """As Python's says it."""
    name = "-".join(filter(None, (text(item, "PluginName"), text(item, "FunctionName"))))
    fields = {_FIELDS[key]: value for key, value in item.items() if key in _FIELDS}
    return {"type": text(item, "$type"), "name": name, **fields}
