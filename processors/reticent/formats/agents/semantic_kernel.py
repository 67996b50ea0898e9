"""Semantic Kernel: a chat history as its packages for Python and .NET serialise it, and the messages of one.

https://learn.microsoft.com/en-us/semantic-kernel/concepts/ai-services/chat-completion/chat-history
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import role_of
from ..providers.blocks import block_steps, items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run

_TYPES = {
    "function_call": "tool_call", "function_result": "tool_result", "reasoning": "thinking",
    "TextContent": "text", "FunctionCallContent": "tool_call", "FunctionResultContent": "tool_result",
    "ReasoningContent": "thinking", "ImageContent": "image", "AudioContent": "audio", "BinaryContent": "blob",
}  # fmt: skip
"""By `content_type`, or .NET's `$type`: what others call the same."""
_FIELDS = {"Text": "text", "Id": "call_id", "CallId": "call_id", "Arguments": "arguments", "Result": "result"}
"""Of .NET's content: what others call the same."""


class SemanticKernel(Provider):
    name = "semantic-kernel"
    members = frozenset({"messages", "items", "Items"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        messages = items(document, "messages")
        return all(map(_is_message, messages[:20])) if messages else _is_message(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        messages = items(document, "messages")
        for index, message in enumerate(messages):
            if isinstance(message, dict):
                run.answered(_steps(message, f"{path}['messages'][{index}]"))
        if not messages:
            run.answered(_steps(document, path))


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
