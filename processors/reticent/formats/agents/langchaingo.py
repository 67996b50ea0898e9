"""LangChain for Go: messages as its package writes them, and what a model answers to them.

https://pkg.go.dev/github.com/tmc/langchaingo/llms
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step, message_steps, role_of
from ..providers.blocks import items, mapping, result_of, segment, text
from ..providers.streams import Run
from .message_list import MessageList

_ROLES = frozenset({"system", "human", "ai", "tool", "generic", "function"})
_INNER = frozenset({"tool_call", "tool_response", "binary", "image_url"})
"""Parts that hold what they are under the name of their type."""
_CHOICES = "Choices"


class LangChainGo(MessageList):
    name = "langchaingo"
    members = frozenset({"role", "messages", _CHOICES})

    def is_message(self, node: Any) -> bool:
        if not isinstance(node, dict) or text(node, "role") not in _ROLES or "content" in node:
            return False
        parts = items(node, "parts")
        return all(map(_is_part, parts)) if parts else isinstance(node.get("text"), str)

    def claims(self, document: Any) -> bool:
        choices = items(document, _CHOICES)
        return all("StopReason" in mapping(each) for each in choices) if choices else super().claims(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        choices = items(document, _CHOICES)
        if not choices:
            super().feed(run, path, document)
        for index, choice in enumerate(choices):
            run.answered(_choice(mapping(choice), f"{path}['{_CHOICES}'][{index}]"))

    def steps(self, message: Mapping[str, Any], path: str) -> list[Step]:
        if isinstance(message.get("text"), str):
            return [Step(0, role_of(message), message["text"], path=path + "['text']")]
        parts = items(message, "parts")
        return [
            step for at, part in enumerate(parts) for step in _part(mapping(part), f"{path}['parts'][{at}]", message)
        ]


def _is_part(part: Any) -> bool:
    kind = text(mapping(part), "type")
    return kind == "text" or (kind in _INNER and isinstance(part.get(kind), dict))


def _part(part: Mapping[str, Any], path: str, message: Mapping[str, Any]) -> list[Step]:
    kind = text(part, "type")
    inner, place = mapping(part.get(kind)), path + segment(kind)
    if kind == "tool_call":
        return [call_step(inner, place)]
    if kind == "tool_response":
        return [Step(0, StepKind.TOOL_RESULT, result_of(inner.get("content")), text(inner, "name"),
                     text(inner, "tool_call_id"), path=place)]  # fmt: skip
    return [Step(0, role_of(message), part["text"], path=path + "['text']")] if text(part, "text") else []


def _choice(choice: Mapping[str, Any], path: str) -> list[Step]:
    """A call that stands in the old field, too, is one of the list's."""
    said = message_steps({"role": "assistant", "reasoning": choice.get("ReasoningContent"),
                          "content": choice.get("Content")}, path)  # fmt: skip
    for step in said:
        step.path = path + segment("ReasoningContent" if step.kind is StepKind.THINKING else "Content")
    listed = items(choice, "ToolCalls")
    calls = [step for at, call in enumerate(listed) for step in _part(mapping(call), f"{path}['ToolCalls'][{at}]", {})]
    old = choice.get("FuncCall")
    return said + (calls or ([call_step(old, path + segment("FuncCall"))] if isinstance(old, dict) else []))
