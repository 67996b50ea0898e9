"""tau2's voice: a simulation in ticks, in each of which user and agent may speak a piece, and ask tools.

https://github.com/sierra-research/tau2-bench
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step
from ..providers.blocks import all_are, items, mapping, result_of, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_SPEAKERS = (("user", StepKind.PROMPT), ("agent", StepKind.OUTPUT))


class TauVoice(Provider):
    name = "tau2-voice"
    members = frozenset({"ticks"})
    holding = members
    in_pieces = True

    def claims(self, document: Any) -> bool:
        return all_are(items(document, "ticks"), lambda tick: isinstance(tick, dict) and "tick_id" in tick)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.trace_id = run.trace_id or text(document, "id")
        said = {who: 0 for who, _ in _SPEAKERS}
        for number, tick in enumerate(items(document, "ticks")):
            if not isinstance(tick, dict):
                continue
            place = f"{path}['ticks'][{number}]"
            for who, kind in _SPEAKERS:
                chunk = mapping(tick.get(f"{who}_chunk"))
                if text(chunk, "content"):
                    run.delta((who, said[who]), kind, chunk, "content", f"{place}['{who}_chunk']")
                else:  # who falls silent, or asks tools, has said it
                    said[who] += 1
                tools = _tools(tick, who, place)
                said[who] += bool(tools)
                run.answered(timed(tools, tick.get("timestamp")))


def _tools(tick: Mapping[str, Any], who: str, path: str) -> list[Step]:
    steps = []
    for index, call in enumerate(items(tick, f"{who}_tool_calls")):
        if isinstance(call, dict):
            steps.append(call_step(call, f"{path}['{who}_tool_calls'][{index}]"))
    for index, node in enumerate(items(tick, f"{who}_tool_results")):
        if isinstance(node, dict):
            failed = {"error": True} if node.get("error") is True else {}
            where = f"{path}['{who}_tool_results'][{index}]"
            steps.append(Step(0, StepKind.TOOL_RESULT, result_of(node.get("content")), call_id=text(node, "id"),
                              path=where, attributes=failed))  # fmt: skip
    return steps
