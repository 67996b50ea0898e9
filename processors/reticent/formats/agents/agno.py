"""Agno: what an agent's run gives (`RunOutput.to_dict`), and the runs that its sessions and tables hold.

https://docs.agno.com/reference/agents/run-response
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import ASKED, arguments_of, first, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

OWNERS = ("agent_id", "team_id")
_ROW = "run_data"


class Agno(Provider):
    name = "agno"
    members = frozenset({"run_id", "runs"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        runs = items(document, "runs")
        if runs:
            return "session_id" in document and all(map(_is_run, runs[:ASKED]))
        return _is_run(document.get(_ROW)) or _is_run(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        runs = items(document, "runs")
        for index, each in enumerate(runs):
            if isinstance(each, dict):
                _tell(run, each, f"{path}['runs'][{index}]")
        if isinstance(document.get(_ROW), dict):
            _tell(run, document[_ROW], path + segment(_ROW))
        elif not runs:
            _tell(run, document, path)


def _is_run(node: Any) -> bool:
    if not isinstance(node, dict) or "run_id" not in node or not any(name in node for name in OWNERS):
        return False
    return "content_type" in node and ("messages" in node or "input" in node)


def _tell(run: Run, node: Mapping[str, Any], path: str) -> None:
    """Its messages, of which those of earlier runs are known; where they are not kept, what was said around them."""
    run.session_id = run.session_id or text(node, "session_id")
    run.note(node, model="model", usage="metrics")
    run.request()
    steps: list[Step] = []
    for index, message in enumerate(items(node, "messages")):
        if isinstance(message, dict):
            told = {"name": message.get("tool_name"), **message} if "tool_call_id" in message else message
            steps += timed(message_steps(told, f"{path}['messages'][{index}]"), message.get("created_at"))
    run.sent(_again(node, path, steps) if steps else _around(node, path))


def _around(node: Mapping[str, Any], path: str) -> list[Step]:
    asked, said = mapping(node.get("input")).get("input_content"), node.get("content")
    steps = [Step(0, StepKind.PROMPT, asked, path=path + "['input']")] if asked else []
    for call, place in _tools(node, path):
        name, call_id = text(call, "tool_name"), text(call, "tool_call_id")
        given, seen = arguments_of(call.get("tool_args")), call.get("result")
        steps.append(
            Step(0, StepKind.TOOL_CALL, given, name=name, call_id=call_id, path=place + "['tool_args']")
        )  # fmt: skip
        if seen is not None:
            steps.append(
                Step(0, StepKind.TOOL_RESULT, seen, name=name, call_id=call_id, path=place + "['result']")
            )  # fmt: skip
    thought = text(node, "reasoning_content")
    steps += [Step(0, StepKind.THINKING, thought, path=path + "['reasoning_content']")] if thought else []
    return [*steps, *([Step(0, StepKind.OUTPUT, said, path=path + "['content']")] if said else [])]


def _tools(node: Mapping[str, Any], path: str) -> list[tuple[Mapping[str, Any], str]]:
    return [(call, f"{path}['tools'][{at}]") for at, call in enumerate(items(node, "tools")) if isinstance(call, dict)]


def _again(node: Mapping[str, Any], path: str, steps: list[Step]) -> list[Step]:
    """What the run says beside its messages is further places of theirs."""
    places = {"['input']": mapping(node.get("input")).get("input_content"), "['content']": node.get("content"),
              "['reasoning_content']": node.get("reasoning_content")}  # fmt: skip
    for place, said in places.items():
        step = next((each for each in reversed(steps) if said and each.content == said), None)
        if step is not None:
            step.further = [*step.further, path + place]
    called = {(step.kind, step.call_id): step for step in steps if step.call_id}
    for call, place in _tools(node, path):
        for kind, name in ((StepKind.TOOL_CALL, "tool_args"), (StepKind.TOOL_RESULT, "result")):
            step = called.get((kind, first(call, ("tool_call_id",))))
            if step is not None:
                step.further = [*step.further, place + segment(name)]
    return steps
