"""Runs of benchmarks in which an agent thinks, acts and sees: those of R2E-Gym, lines of OSWorld, answers of
ToolBench, and journals of AIDE (MLE-bench).

https://github.com/R2E-Gym/R2E-Gym
https://github.com/xlang-ai/OSWorld
https://github.com/OpenBMB/ToolBench
https://github.com/WecoAI/aideml
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import all_are, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said, timed

_STEPS, _PROBLEM = "trajectory_steps", "problem_statement"
_ACTED = (("thought", StepKind.THINKING), ("response", StepKind.THINKING), ("action", StepKind.TOOL_CALL),
          ("observation", StepKind.TOOL_RESULT))  # fmt: skip
_TRIED = (("plan", StepKind.PLAN), ("code", StepKind.TOOL_CALL), ("_term_out", StepKind.TOOL_RESULT),
          ("analysis", StepKind.OUTPUT))  # fmt: skip
_CLICKED = frozenset({"step_num", "action", "action_timestamp"})
_SOLUTION = frozenset({"code", "plan", "_term_out"})
"""Names that every turn of OSWorld, and every node of AIDE, has."""
_TREE, _TOLD = "answer_generation", "train_messages"


class R2e(Provider):
    name = "r2e-gym"
    members = frozenset({_STEPS})
    holding = members

    def claims(self, document: Any) -> bool:
        return bool(items(document, _STEPS)) and _PROBLEM in document

    def feed(self, run: Run, path: str, document: Any) -> None:
        asked = text(mapping(document), _PROBLEM)
        run.answered([Step(0, StepKind.PROMPT, asked, path=path + segment(_PROBLEM))] if asked else [])
        for index, node in enumerate(items(document, _STEPS)):
            run.answered(_acted(node, f"{path}['{_STEPS}'][{index}]"))


class OsWorld(Provider):
    name = "osworld"
    members = frozenset({frozenset({"step_num", "action"})})

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and document.keys() >= _CLICKED

    def feed(self, run: Run, path: str, document: Any) -> None:
        run.answered(_acted(document, path))


class ToolBench(Provider):
    """Each list of messages that a model was trained with holds what the one before held."""

    name = "toolbench"
    members = frozenset({_TREE})
    holding = members

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and bool(items(document.get(_TREE), _TOLD))

    def feed(self, run: Run, path: str, document: Any) -> None:
        told = mapping(mapping(document).get(_TREE))
        for index, messages in enumerate(items(told, _TOLD)):
            run.request()
            for at, message in enumerate(messages if isinstance(messages, list) else ()):
                if isinstance(message, dict):
                    run.sent(message_steps(message, f"{path}['{_TREE}']['{_TOLD}'][{index}][{at}]"))


class Aide(Provider):
    """Each node of the tree of solutions is one that was planned, run and judged."""

    name = "aide"
    members = frozenset({"nodes"})
    holding = members
    in_pieces = True

    def claims(self, document: Any) -> bool:
        return all_are(items(document, "nodes"), lambda node: isinstance(node, dict) and node.keys() >= _SOLUTION)

    def feed(self, run: Run, path: str, document: Any) -> None:
        for index, node in enumerate(items(document, "nodes")):
            place, printed = f"{path}['nodes'][{index}]", items(node, "_term_out")
            for at, piece in enumerate(printed):
                if isinstance(piece, str):
                    run.join((self.name, index), (printed, at))
            run.answered(timed(_acted(node, place, _TRIED), said(mapping(node).get("ctime"))))


def _acted(node: Any, path: str, names: Sequence[tuple[str, StepKind]] = _ACTED) -> list[Step]:
    """A call and what it gave have no name but what was done."""
    found = []
    for name, kind in names:
        content = mapping(node).get(name)
        if content:
            found.append(Step(0, kind, content, path=path + segment(name)))
    return found
