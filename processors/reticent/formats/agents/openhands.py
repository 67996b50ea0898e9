"""OpenHands: actions and observations, one alone, a list of them, `trajectory`, or the `history` of an evaluation.

https://docs.all-hands.dev/usage/architecture/backend
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import ASKED, first, items, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_LISTS = ("trajectory", "history")
_RESULTS = frozenset({"git_patch", "instance_id", "instruction", "issue", "test_result"})
"""Beside its history an evaluation's result, or the resolver's, has one of these."""
_OWN = frozenset({"action", "source", "args", "message", "id", "timestamp", "cause", "tool_call_metadata"})
_SILENT = frozenset({"null", "change_agent_state", "agent_state_changed"})
_MESSAGES: Mapping[str, tuple[StepKind, tuple[str, ...]]] = {
    "system": (StepKind.SYSTEM, ("content",)), "message": (StepKind.OUTPUT, ("content",)),
    "think": (StepKind.THINKING, ("thought",)), "finish": (StepKind.OUTPUT, ("final_thought", "thought")),
    "reject": (StepKind.OUTPUT, ("thought",)), "condensation": (StepKind.MEMORY, ("summary",)),
    "recall": (StepKind.EVENT, ("query",)),
}  # fmt: skip
"""Actions that say something: the names of their arguments that hold it."""
_SEEN: Mapping[str, StepKind] = {"error": StepKind.ERROR, "recall": StepKind.RETRIEVAL, "think": StepKind.EVENT}
"""Observations that are no result of a tool."""


class OpenHands(Provider):
    name = "openhands"
    members = frozenset({"action", "observation", *_LISTS})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        for name in _LISTS:
            events = list(_events(document, name))[:ASKED]
            if events:
                old = not _RESULTS.isdisjoint(document)
                return all(_is_event(each) or (old and _is_old(each)) for each, _ in events)
        return _is_event(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        found = [each for name in _LISTS for each in _events(document, name)]
        first = True
        for event, place in found:
            if isinstance(event, dict):
                # what an old history begins with, and says nobody's, is what was asked
                asked = first and "source" not in event and text(event, "action") == "message"
                _tell(run, {**event, "source": "user"} if asked else event, path + place)
                first = False
        if not found:
            _tell(run, document, path)


def _events(document: Any, name: str) -> Iterator[tuple[Any, str]]:
    """Old histories are lists of an action and what was seen of it."""
    for index, node in enumerate(items(document, name)):
        if isinstance(node, list):
            yield from ((each, f"['{name}'][{index}][{number}]") for number, each in enumerate(node))
        else:
            yield node, f"['{name}'][{index}]"


def _is_event(node: Any) -> bool:
    if not isinstance(node, dict) or "source" not in node:
        return False
    acted = isinstance(node.get("action"), str) and isinstance(node.get("args"), dict)
    return acted or (isinstance(node.get("observation"), str) and isinstance(node.get("extras"), dict))


def _is_old(node: Any) -> bool:
    """Of before an event had its source, and its arguments apart."""
    return isinstance(node, dict) and isinstance(node.get("action", node.get("observation")), str)


def _tell(run: Run, event: Mapping[str, Any], path: str) -> None:
    kind = text(event, "action") or text(event, "observation")
    if kind in _SILENT:
        return
    steps = _acted(event, path, kind) if text(event, "action") else _observed(event, path, kind)
    run.answered(timed(steps, event.get("timestamp")))


def _acted(event: Mapping[str, Any], path: str, kind: str) -> list[Step]:
    args, within = event.get("args"), "['args']"
    if not isinstance(args, dict):
        args, within = {name: value for name, value in event.items() if name not in _OWN}, ""
    if kind in _MESSAGES:
        what, names = _MESSAGES[kind]
        if kind == "message" and text(event, "source") == "user":
            what = StepKind.PROMPT
        said = first(args, names) or (text(event, "message") if kind == "finish" else "")
        named = kind if what is StepKind.EVENT else ""
        return [Step(0, what, said, name=named, path=path + within)] if said else []
    thought = text(args, "thought")
    steps = [Step(0, StepKind.THINKING, thought, path=f"{path}{within}['thought']")] if thought else []
    given = {name: value for name, value in args.items() if name != "thought"}
    return [*steps, Step(0, StepKind.TOOL_CALL, given, name=_tool(event, kind), call_id=_call(event, "id"), path=path)]


def _observed(event: Mapping[str, Any], path: str, kind: str) -> list[Step]:
    said = event.get("content") or ""
    what = _SEEN.get(kind)
    if what is None:
        return [
            Step(0, StepKind.TOOL_RESULT, said, name=_tool(event, kind), call_id=_call(event, "cause"), path=path)
        ]  # fmt: skip
    content = said or event.get("extras")
    return [Step(0, what, content, name="" if what is StepKind.RETRIEVAL else kind, path=path)] if content else []


def _tool(event: Mapping[str, Any], kind: str) -> str:
    told = event.get("tool_call_metadata")
    return (text(told, "function_name") if isinstance(told, dict) else "") or kind


def _call(event: Mapping[str, Any], name: str) -> str:
    """The model's own id of a call, else the number of the action."""
    told, number = event.get("tool_call_metadata"), event.get(name)
    found = text(told, "tool_call_id") if isinstance(told, dict) else ""
    return found or (str(number) if isinstance(number, int | str) and not isinstance(number, bool) else "")
