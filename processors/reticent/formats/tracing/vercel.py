"""The spans of the AI SDK of Vercel: ai.prompt, ai.response.text, ai.toolCall.args.

https://ai-sdk.dev/docs/ai-sdk-core/telemetry
"""

from __future__ import annotations

from typing import Any

from ...model import Step, StepKind
from ..messages import call_step
from ..providers.blocks import items
from . import spoken
from .spans import Attributes, Reading, Span, tool_steps

_TEXTS = ("ai.response.text", "ai.result.text", "ai.response.object", "ai.result.object")
_CALLS = ("ai.response.toolCalls", "ai.result.toolCalls")


def read(span: Span) -> Reading | None:
    attributes = span.attributes
    if not attributes.first("ai.operationId", "ai.prompt", "ai.prompt.messages", "ai.toolCall.name"):
        return None
    if attributes.first("ai.toolCall.name"):
        steps = tool_steps(
            span, attributes.text("ai.toolCall.name"), attributes.text("ai.toolCall.id"),
            attributes.first("ai.toolCall.args", "ai.toolCall.input"),
            attributes.first("ai.toolCall.result", "ai.toolCall.output"),
        )  # fmt: skip
        return Reading(tool=steps)
    name = attributes.first("ai.prompt.messages", "ai.prompt")
    sent = spoken.sent(attributes, name) if name else []
    return Reading(sent=sent, answered=_answer(attributes)) or None


def _answer(attributes: Attributes) -> list[Step]:
    found: list[Step] = []
    for kind, names in ((StepKind.THINKING, ("ai.response.reasoning",)), (StepKind.OUTPUT, _TEXTS)):
        name = attributes.first(*names)
        if name:
            content: Any = attributes.tree(name) if "object" in name else attributes.values[name]
            found.append(Step(0, kind, content, path=attributes.place(name)))
    name = attributes.first(*_CALLS)
    calls = items({"calls": attributes.tree(name)}, "calls") if name else ()
    steps = [call_step(call, f"$[{index}]") for index, call in enumerate(calls) if isinstance(call, dict)]
    return [*found, *attributes.placed(name, steps)]
