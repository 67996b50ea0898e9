"""smolagents: the steps of an agent's memory, as `get_full_steps` gives them, and as the result of a run
has them.

https://huggingface.co/docs/smolagents/reference/agents
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step
from ..providers.blocks import ASKED, content_of, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_TOLD: Mapping[str, StepKind] = {
    "system_prompt": StepKind.SYSTEM, "task": StepKind.PROMPT, "plan": StepKind.PLAN, "model_output": StepKind.OUTPUT,
}  # fmt: skip
"""Fields that say something, in the order in which they do."""
_ACTION = ("step_number", "timing", "model_output")


class SmolAgents(Provider):
    name = "smolagents"
    members = frozenset({"system_prompt", "task", "plan", "step_number", "model_output", "steps"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if steps := items(document, "steps"):
            return "state" in document and all(map(_is_step, steps[:ASKED]))
        return _is_step(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        held = [(step, f"{path}['steps'][{index}]") for index, step in enumerate(items(document, "steps"))]
        for step, place in held or [(document, path)]:
            if isinstance(step, dict):
                run.answered(timed(_steps(step, place), mapping(step.get("timing")).get("start_time")))


def _is_step(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    if "task" in node:
        return "task_images" in node
    if "system_prompt" in node:
        return len(node) == 1
    return all(name in node for name in _ACTION) or ("plan" in node and "timing" in node)


def _steps(node: Mapping[str, Any], path: str) -> list[Step]:
    steps = [
        Step(0, kind, said, path=path + segment(name))
        for name, kind in _TOLD.items()
        if (said := content_of(node.get(name)))
    ]
    calls = [
        call_step(call, f"{path}['tool_calls'][{index}]")
        for index, call in enumerate(items(node, "tool_calls"))
        if isinstance(call, dict)
    ]
    seen, error = text(node, "observations"), node.get("error")
    if seen:
        first = calls[0] if calls else Step(0, StepKind.TOOL_CALL)
        calls.append(
            Step(0, StepKind.TOOL_RESULT, seen, name=first.name, call_id=first.call_id, path=path + "['observations']")
        )
    steps += calls
    if isinstance(error, dict):
        steps.append(Step(0, StepKind.ERROR, error.get("message") or "", name=text(error, "type"),
                          path=path + "['error']"))  # fmt: skip
    if node.get("is_final_answer") is True and node.get("action_output") is not None:
        steps.append(Step(0, StepKind.OUTPUT, node["action_output"], path=path + "['action_output']"))
    return steps
