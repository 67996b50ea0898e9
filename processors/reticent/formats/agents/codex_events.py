"""What OpenAI Codex says of a turn as it goes: the lines of `codex exec --json`, which its SDK gives as events, and the
turn that the SDK gives in the end. An item is told when it starts, when more of it is known, and whole.

https://github.com/openai/codex/blob/main/docs/exec.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run

_EVENTS = frozenset({"thread.started", "turn.started", "turn.completed", "turn.failed"})
_OF_ITEMS = frozenset({"item.started", "item.updated", "item.completed"})
_SAID: Mapping[str, tuple[StepKind, str]] = {
    "agent_message": (StepKind.OUTPUT, "text"), "reasoning": (StepKind.THINKING, "text"),
    "error": (StepKind.ERROR, "message"), "todo_list": (StepKind.PLAN, "items"),
}  # fmt: skip
"""Of an item that is one step: its kind, and where it says it."""
_CALLS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "command_execution": ("command", ("aggregated_output",)), "mcp_tool_call": ("arguments", ("result", "error")),
    "file_change": ("changes", ()), "web_search": ("query", ()),
}  # fmt: skip
"""Of one that is a call: where it says what was given, and what came of it."""


class CodexEvents(Provider):
    name = "codex-events"
    members = frozenset({"thread_id", "type", "finalResponse"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = text(document, "type")
        if kind in _OF_ITEMS:
            return _is_item(document.get("item"))
        if kind == "turn.failed":
            return isinstance(document.get("error"), dict)
        told = items(document, "items")
        return kind in _EVENTS or ("finalResponse" in document and bool(told) and all(map(_is_item, told)))

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        run.session_id = run.session_id or text(node, "thread_id")
        run.note(node, usage="usage")
        _tell(run, mapping(node.get("item")), path + "['item']")
        for index, item in enumerate(items(node, "items")):
            _tell(run, mapping(item), f"{path}['items'][{index}]")
        if message := text(mapping(node.get("error")), "message"):
            run.answered([Step(0, StepKind.ERROR, message, path=path + "['error']['message']")])
        if isinstance(said := node.get("finalResponse"), str):
            run.again(Step(0, StepKind.OUTPUT, said, path=path + "['finalResponse']"))


def _is_item(node: Any) -> bool:
    return isinstance(node, dict) and "id" in node and (text(node, "type") in _SAID or text(node, "type") in _CALLS)


def _tell(run: Run, item: Mapping[str, Any], path: str) -> None:
    for number, step in enumerate(_steps(item, path)):
        run.settle(("codex", text(item, "id") or path, number), step)


def _steps(item: Mapping[str, Any], path: str) -> Iterator[Step]:
    kind = text(item, "type")
    if kind in _SAID:
        of, name = _SAID[kind]
        if item.get(name):
            yield Step(0, of, item[name], path=f"{path}['{name}']")
    elif kind in _CALLS:
        given, results = _CALLS[kind]
        name, own = text(item, "tool") or kind, text(item, "id")
        yield Step(0, StepKind.TOOL_CALL, item.get(given), name=name, call_id=own, path=f"{path}['{given}']")
        if text(item, "status") == "in_progress":
            return
        for result in results:
            if item.get(result) is not None:
                failed = {"error": True} if result == "error" or text(item, "status") == "failed" else {}
                yield Step(0, StepKind.TOOL_RESULT, item[result], name=name, call_id=own, attributes=failed,
                           path=f"{path}['{result}']")  # fmt: skip
