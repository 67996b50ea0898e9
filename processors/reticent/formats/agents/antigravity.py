"""Google's Antigravity: the lines of a conversation, each a step with its `step_index`.

https://antigravity.google/docs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_SAID: Mapping[str, StepKind] = {
    "USER_INPUT": StepKind.PROMPT, "PLANNER_RESPONSE": StepKind.OUTPUT, "CHECKPOINT": StepKind.MEMORY,
    "SYSTEM_MESSAGE": StepKind.SYSTEM, "ERROR_MESSAGE": StepKind.ERROR, "CONVERSATION_HISTORY": StepKind.MEMORY,
}  # fmt: skip
"""Every other type is a tool, and says what it gave, unless the system itself says it."""
_EVERY = frozenset({"step_index", "source", "type", "status"})
_OPEN = ("antigravity", "open")
"""Under it a run remembers the calls that wait for their results, which come in order and have no ids."""


class Antigravity(Provider):
    name = "antigravity"
    members = frozenset({"step_index"})

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and document.keys() >= _EVERY

    def feed(self, run: Run, path: str, document: Any) -> None:
        if isinstance(document, dict):
            waiting = run.memory.setdefault(_OPEN, [])
            run.answered(timed(_told(document, path, waiting), document.get("created_at")))


def _told(document: Mapping[str, Any], path: str, waiting: list[str]) -> Iterator[Step]:
    unknown = StepKind.SYSTEM if text(document, "source") == "SYSTEM" else StepKind.TOOL_RESULT
    kind = _SAID.get(text(document, "type"), unknown)
    content = document.get("content")
    if kind is StepKind.OUTPUT:
        for step in message_steps({**document, "type": "assistant"}, path):
            if step.kind is StepKind.TOOL_CALL:
                waiting.append(step.name)
            yield step
    elif kind is StepKind.TOOL_RESULT:
        name = waiting.pop(0) if waiting else text(document, "type").lower()
        yield Step(0, kind, content or "", name, path=path + segment("content"))
    elif content:
        yield Step(0, kind, content, path=path + segment("content"))
