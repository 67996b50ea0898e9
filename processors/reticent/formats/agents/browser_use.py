"""Browser Use: the history of an agent, as `AgentHistoryList.save_to_file` writes it.

https://docs.browser-use.com/customize/agent/output-format
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import all_are, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_ITEM = frozenset({"model_output", "result", "state"})
_BRAIN: Mapping[str, StepKind] = {
    "thinking": StepKind.THINKING, "evaluation_previous_goal": StepKind.THINKING,
    "reasoning_task_status": StepKind.THINKING, "memory": StepKind.MEMORY, "next_goal": StepKind.PLAN,
}  # fmt: skip
"""What a model says beside the actions it wants, in the order in which it is made to say it."""


class BrowserUse(Provider):
    name = "browser-use"
    members = frozenset({"history", "model_output"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        history = items(document, "history")
        return _is_item(document) or all_are(history, _is_item)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        found = [(each, f"{path}['history'][{index}]") for index, each in enumerate(items(document, "history"))]
        for item, place in found or [(document, path)]:
            if isinstance(item, dict):
                run.answered(timed(_steps(item, place), mapping(item.get("metadata")).get("step_start_time")))


def _is_item(node: Any) -> bool:
    return isinstance(node, dict) and _ITEM.issubset(node)


def _steps(item: Mapping[str, Any], path: str) -> Iterator[Step]:
    output, place = mapping(item.get("model_output")), path + "['model_output']"
    # the first versions kept it apart
    inner = "current_state" if isinstance(output.get("current_state"), dict) else ""
    brain = mapping(output.get(inner)) if inner else output
    for name, kind in _BRAIN.items():
        if text(brain, name):
            yield Step(0, kind, brain[name], path=place + (segment(inner) if inner else "") + segment(name))
    names = []
    for index, action in enumerate(items(output, "action")):
        name, given = next(iter(mapping(action).items()), ("", {}))
        names.append(name)
        yield Step(0, StepKind.TOOL_CALL, {} if given is None else given, name, path=f"{place}['action'][{index}]")
    for index, result in enumerate(items(item, "result")):
        if isinstance(result, dict):
            yield from _result(result, f"{path}['result'][{index}]", names[index] if index < len(names) else "")


def _result(result: Mapping[str, Any], path: str, name: str) -> Iterator[Step]:
    """Each action has its result, in their order; the last action says that all is done, and its result the answer."""
    failed, said = text(result, "error"), text(result, "extracted_content") or text(result, "long_term_memory")
    content, attributes = failed or said, {"error": True} if failed else {}
    yield Step(0, StepKind.TOOL_RESULT, content, name, path=path, attributes=attributes)
    if result.get("is_done") is True and said:
        yield Step(0, StepKind.OUTPUT, said, path=path)
