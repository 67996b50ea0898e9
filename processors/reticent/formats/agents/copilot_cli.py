"""GitHub Copilot's CLI and SDK: the events of a session.

https://github.com/github/copilot-sdk
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step
from ..providers.blocks import first, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_OF = ("session.", "user.", "assistant.", "tool.", "subagent.", "hook.", "skill.", "system.", "permission.")
"""What the types of its events begin with."""
_BESIDE = frozenset({"parentId", "timestamp", "id"})
_SAID: Mapping[str, tuple[StepKind, str]] = {
    "user.message": (StepKind.PROMPT, "content"), "system.message": (StepKind.SYSTEM, "content"),
    "assistant.message": (StepKind.OUTPUT, "content"), "assistant.reasoning": (StepKind.THINKING, "content"),
    "assistant.intent": (StepKind.PLAN, "intent"), "session.error": (StepKind.ERROR, "message"),
    "session.compaction_complete": (StepKind.MEMORY, "summaryContent"), "session.info": (StepKind.EVENT, "message"),
    "session.warning": (StepKind.EVENT, "message"),
}  # fmt: skip
_PIECES: Mapping[str, tuple[StepKind, str]] = {
    "assistant.message_delta": (StepKind.OUTPUT, "messageId"),
    "assistant.reasoning_delta": (StepKind.THINKING, "reasoningId"),
}


class CopilotCli(Provider):
    name = "copilot-cli"
    members = frozenset({frozenset({"data", "parentId"})})
    holding = frozenset({"data"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or not isinstance(document.get("data"), dict):
            return False
        return text(document, "type").startswith(_OF) and document.keys() >= _BESIDE

    def feed(self, run: Run, path: str, document: Any) -> None:
        data = mapping(document.get("data")) if isinstance(document, dict) else {}
        if not data:
            return
        kind, place, at = text(document, "type"), path + segment("data"), document.get("timestamp")
        run.session_id = run.session_id or text(data, "sessionId")
        run.note(data, model="selectedModel" if kind.startswith("session.") else "model")
        if kind in _PIECES:
            what, of = _PIECES[kind]
            run.delta((what, text(data, of)), what, data, "deltaContent", place)
        elif kind in _SAID:
            self._say(run, kind, data, place, at)
        elif kind.startswith("tool."):
            self._tool(run, kind, data, place, at)

    def _say(self, run: Run, kind: str, data: Mapping[str, Any], path: str, at: Any) -> None:
        what, name = _SAID[kind]
        if text(data, "reasoningText") and not run.again(
            thought := Step(0, StepKind.THINKING, data["reasoningText"], path=path + "['reasoningText']")
        ):
            run.answered(timed([thought], at))
        if text(data, name):
            (step,) = timed([Step(0, what, data[name], path=path + segment(name))], at)
            own = text(data, "messageId") or text(data, "reasoningId")
            if own:
                run.ended((what, own), step)
            else:
                run.answered([step])
        run.answered(timed(_calls(run, data, path), at))

    def _tool(self, run: Run, kind: str, data: Mapping[str, Any], path: str, at: Any) -> None:
        call_id = text(data, "toolCallId")
        known = ("asked", call_id)
        if kind == "tool.execution_start" and known in run.memory:
            run.memory[known].further = [*run.memory[known].further, path + "['arguments']"]
        elif kind in ("tool.execution_start", "tool.user_requested"):
            run.answered(timed([call_step({"name": text(data, "toolName"), **data}, path)], at))
        elif kind == "tool.execution_complete":
            name = "result" if "result" in data else "error"
            said = data.get(name)
            said = first(said, ("content", "message")) or said if isinstance(said, dict) else said
            failed = {"error": True} if data.get("success") is False else {}
            run.answered(timed([Step(0, StepKind.TOOL_RESULT, result_of(said), "", call_id, path=path + segment(name),
                                     attributes=failed)], at))  # fmt: skip


def _calls(run: Run, data: Mapping[str, Any], path: str) -> Iterator[Step]:
    for index, call in enumerate(items(data, "toolRequests")):
        if isinstance(call, dict):
            step = run.memory["asked", text(call, "toolCallId")] = call_step(call, f"{path}['toolRequests'][{index}]")
            yield step
