"""The entries of a session whose messages stand under `message`: those of pi, and of what is built of it (OpenClaw),
and of Factory's Droid.

https://github.com/badlogic/pi-mono/blob/main/packages/coding-agent/docs/session.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import arguments_of, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_OF = frozenset({"parentId", "modelId", "thinkingLevel", "firstKeptEntryId", "firstKeptEntryIndex"})
_SAYS = frozenset({"content", "command", "summary"})
_BEGINS = ("session", "session_start")
_CHANGES = frozenset({"model_change", "thinking_level_change", "custom", "label", "session_info", "todo_state"})
_SUMS = ("compaction", "branch_summary", "branchSummary", "compactionSummary")
_OWN = frozenset({"toolResult", "bashExecution", "branchSummary", "compactionSummary"})
_TOLD = {"toolResult": "tool", "custom": "user"}
"""Roles that are its own, and those that they are read as."""


class Pi(Provider):
    name = "pi"
    members = frozenset(frozenset(("type", name)) for name in ("message", "cwd", "customType", *_OF)) | {
        frozenset(("role", "timestamp"))
    }
    holding = frozenset({"message"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = text(document, "type")
        if kind == "message":
            message = document.get("message")
            told = isinstance(message, dict) and "role" in message and not _SAYS.isdisjoint(message)
            return told and "timestamp" in document
        if kind in _BEGINS:
            return "cwd" in document and "id" in document
        if kind in _CHANGES or kind in _SUMS or kind == "custom_message":
            return "timestamp" in document and not _OF.isdisjoint(document)
        return _is_message(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        kind, message = text(document, "type"), document.get("message")
        if kind in _BEGINS:
            run.session_id = run.session_id or text(document, "id")
        elif kind == "message" and isinstance(message, dict):
            _tell(run, message, path + segment("message"), document.get("timestamp"))
        elif kind == "custom_message":
            run.answered(timed(message_steps({**document, "role": "user"}, path), document.get("timestamp")))
        elif kind in _SUMS:
            run.answered(timed(_summary(document, path), document.get("timestamp")))
        elif not kind:
            _tell(run, document, path, None)


def _is_message(node: Mapping[str, Any]) -> bool:
    """Alone, or in a list of them."""
    asked = any(text(mapping(each), "type") == "toolCall" for each in items(node, "content"))
    return (asked or text(node, "role") in _OWN) and "timestamp" in node


def _tell(run: Run, message: Mapping[str, Any], path: str, at: Any) -> None:
    role = text(message, "role")
    run.note(message, model="model")
    if role in _SUMS:
        steps = _summary(message, path)
    elif role == "bashExecution":
        call = Step(0, StepKind.TOOL_CALL, arguments_of(message.get("command")), "bash", path=path + "['command']")
        gave = message.get("output") or ""
        steps = [call, Step(0, StepKind.TOOL_RESULT, gave, "bash", path=path + "['output']")]
    else:
        steps = message_steps({**message, "role": _TOLD.get(role, role), "name": text(message, "toolName")}, path)
    for step in steps if message.get("isError") is True else ():
        step.attributes = {"error": True}
    if text(message, "errorMessage"):
        steps.append(Step(0, StepKind.ERROR, message["errorMessage"], path=path + segment("errorMessage")))
    run.answered(timed(steps, at))


def _summary(node: Mapping[str, Any], path: str) -> list[Step]:
    said = text(node, "summary")
    return [Step(0, StepKind.MEMORY, said, path=path + segment("summary"))] if said else []
