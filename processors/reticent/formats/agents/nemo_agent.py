"""NVIDIA's NeMo Agent Toolkit: the intermediate steps of a workflow, as its exporters and evaluations write them.

https://docs.nvidia.com/nemo/agent-toolkit/latest
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import arguments_of, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tracing import conversation
from .timed import timed

_STEP = frozenset({"event_type", "UUID"})
_OF = ("LLM_", "TOOL_", "WORKFLOW_", "TASK_", "FUNCTION_", "CUSTOM_", "SPAN_", "TTC_")
_LIST = "intermediate_steps"
_SPEAKING = (StepKind.SYSTEM, StepKind.PROMPT, StepKind.OUTPUT)


class NemoAgent(Provider):
    name = "nemo-agent"
    members = frozenset({"payload", _STEP, _LIST})
    holding = frozenset({"payload", _LIST})

    def claims(self, document: Any) -> bool:
        held = items(document, _LIST)
        node = mapping(held[0]) if held else mapping(document)
        inner = mapping(node.get("payload")) if "function_ancestry" in node else node
        return inner.keys() >= _STEP and text(inner, "event_type").startswith(_OF)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        for index, each in enumerate(items(node, _LIST)):
            self.feed(run, f"{path}['{_LIST}'][{index}]", each)
        inner, place = mapping(node.get("payload")), path + "['payload']"
        if not inner:
            inner, place = node, path
        if _LIST not in node:
            _event(run, inner, place)


def _event(run: Run, node: Mapping[str, Any], path: str) -> None:
    """Workflows, functions and what frameworks call tools beneath them say much again."""
    kind, own = text(node, "event_type"), text(node, "UUID")
    data, place = mapping(node.get("data")), path + "['data']"
    run.note(mapping(node.get("usage_info")), usage="token_usage")
    if kind == "LLM_NEW_TOKEN":
        run.delta(("token", own), StepKind.OUTPUT, data, "chunk", place)
        return
    if kind.startswith("LLM_"):
        run.note(node, model="name")
    for step in timed(_steps(kind, own, node, path), node.get("event_timestamp")):
        if step.kind is StepKind.OUTPUT and kind == "LLM_END":
            run.ended(("token", own), step)
        elif kind == "WORKFLOW_START" or step.kind not in _SPEAKING or not run.again(step):
            run.answered([step])


def _steps(kind: str, own: str, node: Mapping[str, Any], path: str) -> Iterator[Step]:
    data, about, name = mapping(node.get("data")), mapping(node.get("metadata")), text(node, "name")
    given, gave = path + "['data']['input']", path + "['data']['output']"
    if kind == "LLM_START":
        if about.get("chat_inputs"):
            yield from conversation.sent(about["chat_inputs"], path + "['metadata']['chat_inputs']")
        elif data.get("input"):
            yield from conversation.sent(data["input"], given)
    elif kind == "LLM_END" and data.get("output"):
        yield from conversation.answered(data["output"], gave)
    elif kind == "TOOL_START":
        yield Step(0, StepKind.TOOL_CALL, arguments_of(data.get("input")), name, own, path=given)
    elif kind == "TOOL_END":
        yield Step(0, StepKind.TOOL_RESULT, result_of(data.get("output")), name, own, path=gave)
    elif kind.startswith("WORKFLOW_"):
        side, told = ("input", StepKind.PROMPT) if kind == "WORKFLOW_START" else ("output", StepKind.OUTPUT)
        if data.get(side):
            yield Step(0, told, data[side], path=path + "['data']" + segment(side))
    elif kind.startswith(("CUSTOM_", "TASK_", "SPAN_", "TTC_")):
        side = next((side for side in ("output", "chunk", "input") if data.get(side)), "")
        if side:
            yield Step(0, StepKind.EVENT, data[side], name, path=path + "['data']" + segment(side))
