"""TapeAgents: tapes, one or a list of them; each is a trace.

https://github.com/ServiceNow/TapeAgents
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind, Trace
from ..messages import message_steps
from ..providers.blocks import ROLES, items, mapping, text
from ..tracing.grouped import GroupedFormat, Item, alone, each, listed
from ..transcript import Transcript

_TELLING = ("author", "author_tape_id", "n_added_steps", "parent_id")
"""Of these the metadata of every tape has one."""
_OWN = frozenset({"kind", "metadata"})
_SAID = {"question": StepKind.PROMPT, "final_step": StepKind.OUTPUT, "assistant_answer": StepKind.OUTPUT}
_CONTENT = ("content", "answer", "reason", "text")
_SILENT = frozenset({"set_next_node", "pass"})
_ENDS = {"_thought": StepKind.THINKING, "_action": StepKind.TOOL_CALL, "_observation": StepKind.TOOL_RESULT}
"""What kinds of steps that agents define themselves end with."""


def _is_tape(node: Mapping[str, Any]) -> bool:
    if not isinstance(node.get("steps"), list):
        return False
    about = node.get("metadata")
    return isinstance(about, dict) and any(name in about for name in _TELLING) and "context" in node


def _read(item: Item) -> Trace:
    """An observation answers the action before it, where it names no call."""
    transcript, action = Transcript(), ""
    for index, node in enumerate(items(item.node, "steps")):
        for step in _steps(node, f"{item.path}['steps'][{index}]") if isinstance(node, dict) else ():
            if step.kind is StepKind.TOOL_CALL:
                action = step.name
            elif step.kind is StepKind.TOOL_RESULT and not step.call_id:
                step.name = action or step.name
            transcript.add(step)
    return Trace(text(mapping(item.node.get("metadata")), "id"), steps=transcript.steps)


def _steps(node: Mapping[str, Any], path: str) -> list[Step]:
    kind = text(node, "kind")
    if kind in _SILENT:
        return []
    if kind in ROLES:
        return message_steps({**node, "role": kind}, path)
    said = {name: value for name, value in node.items() if name not in _OWN}
    what = _SAID.get(kind)
    if what is not None:
        name = next((name for name in _CONTENT if said.get(name)), "")
        return [Step(0, what, said[name], path=f"{path}['{name}']")] if name else []
    end = next((end for end in _ENDS if kind.endswith(end)), "")
    what = _ENDS.get(end, StepKind.EVENT)
    content = next(iter(said.values())) if len(said) == 1 and what is not StepKind.TOOL_CALL else said
    return [Step(0, what, content, name="" if what is StepKind.THINKING else kind.removesuffix(end), path=path)]


_TAPES = listed(_is_tape)
TAPE_AGENTS = GroupedFormat(
    "tapeagents",
    frozenset({"steps"}),
    "a tape with its metadata, context and steps, or a list of them",
    _TAPES,
    each(_TAPES),
    alone(_read),
    ties=("id",),
)
