"""Agno: the events of a run while it goes on (`stream=True`), of an agent and of a team.

https://docs.agno.com/basics/agents/running-agents
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import mapping, result_of, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .agno import OWNERS
from .timed import said, timed

_PIECES = frozenset({"RunContent", "RunIntermediateContent", "ReasoningContentDelta"})
_CALLED = frozenset({"ToolCallStarted", "ToolCallCompleted", "ToolCallError"})
_ENDS = frozenset({"RunCompleted", "RunError", "RunCancelled"})
_OTHERS = frozenset({"RunStarted", "RunContentCompleted", "RunPaused", "RunContinued", "ModelRequestStarted",
                     "ModelRequestCompleted", "ReasoningStarted", "ReasoningStep", "ReasoningCompleted"})  # fmt: skip
_TOLD = {"content": StepKind.OUTPUT, "reasoning_content": StepKind.THINKING}


class AgnoEvents(Provider):
    name = "agno-events"
    members = frozenset({"event"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or "run_id" not in document or not any(map(document.__contains__, OWNERS)):
            return False
        return _event(document) in _PIECES | _CALLED | _ENDS | _OTHERS

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        event = _event(node)
        run.session_id = run.session_id or text(node, "session_id")
        run.note(node, model="model", usage="metrics")
        if event in _PIECES:
            for name, kind in _TOLD.items():
                run.delta((*_text_of(run, node), name), kind, node, name, path)
        elif event in _CALLED:
            _call(run, mapping(node.get("tool")), f"{path}['tool']", event)
            name, own, count = _text_of(run, node)
            run.memory[name, own] = count + 1  # what is said behind it is another text
        elif event in _ENDS:
            _end(run, node, path, event)


def _event(node: Mapping[str, Any]) -> str:
    return text(node, "event").removeprefix("Team")


def _call(run: Run, tool: Mapping[str, Any], path: str, event: str) -> None:
    """What started is told again, with its result, once it is done."""
    own, name = text(tool, "tool_call_id"), text(tool, "tool_name")
    step = Step(0, StepKind.TOOL_CALL, tool.get("tool_args"), name=name, call_id=own, path=path + "['tool_args']")
    run.settle(("agno", own or path, "call"), *timed([step], tool.get("created_at")))
    if event != "ToolCallStarted":
        failed = {"error": True} if tool.get("tool_call_error") is True or event == "ToolCallError" else {}
        given = Step(0, StepKind.TOOL_RESULT, result_of(tool.get("result")), name=name, call_id=own, attributes=failed,
                     path=path + "['result']")  # fmt: skip
        run.settle(("agno", own or path, "result"), given)


def _end(run: Run, node: Mapping[str, Any], path: str, event: str) -> None:
    """All that was said last comes once more."""
    key = _text_of(run, node)
    for name, told in _TOLD.items():
        if (found := node.get(name)) not in (None, ""):
            if event == "RunCompleted" and _said_before(run, node, name, found, f"{path}['{name}']"):
                continue
            kind = told if event == "RunCompleted" else StepKind.ERROR
            step = Step(0, kind, found, started_at=said(node.get("created_at")), path=f"{path}['{name}']")
            run.settle((*key, name if kind is told else event), step)


def _said_before(run: Run, node: Mapping[str, Any], name: str, found: Any, path: str) -> bool:
    """Whether it is all texts of the run, one behind the other, and not the last of them alone."""
    key, own, count = _text_of(run, node)
    keys = [(key, own, number, name) for number in range(count + 1)]
    if count and found == "".join(map(run.said, keys)):
        for each in keys:
            run.part(each, path)
        return True
    return False


def _text_of(run: Run, node: Mapping[str, Any]) -> tuple[Any, ...]:
    own = text(node, "run_id")
    return "agno", own, run.memory.get(("agno", own), 0)
