"""Semantic Kernel: a chat history as its Python package serialises it, and the messages of one.

https://learn.microsoft.com/en-us/semantic-kernel/concepts/ai-services/chat-completion/chat-history
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..blocks import block_steps, items, text
from ..messages import role_of
from ..provider import Provider
from ..streams import Run

_TYPES = {"function_call": "tool_call", "function_result": "tool_result", "reasoning": "thinking"}
"""By `content_type`: what others call the same."""


class SemanticKernel(Provider):
    name = "semantic-kernel"
    members = frozenset({"messages", "items"})

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
    return isinstance(node, dict) and "content_type" in node and "role" in node and isinstance(node.get("items"), list)


def _steps(message: Mapping[str, Any], path: str) -> list[Step]:
    kind: StepKind = role_of(message)
    steps: list[Step] = []
    for index, item in enumerate(items(message, "items")):
        if isinstance(item, dict):
            told = text(item, "content_type")
            steps += block_steps({**item, "type": _TYPES.get(told, told)}, f"{path}['items'][{index}]", kind)
    return steps
