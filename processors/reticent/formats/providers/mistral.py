"""Mistral's conversations: responses, histories, entries, and the events of streamed ones. Its chat completions are
read as `openai-chat`.

https://docs.mistral.ai/api/endpoint/beta/conversations
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from .blocks import arguments_of, items, text
from .provider import Provider
from .streams import Run

_LISTS = {"conversation.response": "outputs", "conversation.history": "entries"}
"""By `object`, the list of entries."""
_ENTRIES = frozenset({"message.input", "message.output", "function.call", "function.result", "tool.execution",
                      "agent.handoff"})  # fmt: skip
_EVENTS = frozenset({
    "conversation.response.started", "conversation.response.done", "conversation.response.error",
    "message.output.delta", "function.call.delta", "tool.execution.started", "tool.execution.delta",
    "tool.execution.done", "agent.handoff.started", "agent.handoff.done",
})  # fmt: skip
_ROLES = {"message.input": "user", "message.output": "assistant"}


class Mistral(Provider):
    name = "mistral-conversations"
    members = frozenset({"type", "object"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        name = _LISTS.get(text(document, "object"))
        if name is not None:
            return isinstance(document.get(name), list)
        kind = text(document, "type")
        if kind in _ENTRIES:
            return document.get("object") == "entry"
        return kind in _EVENTS and "created_at" in document

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or text(document, "conversation_id")
        run.note(document, usage="usage", model="model")
        for name in _LISTS.values():
            for index, entry in enumerate(items(document, name)):
                if isinstance(entry, dict):
                    run.answered(_entry(entry, f"{path}['{name}'][{index}]"))
        kind = text(document, "type")
        if kind in _EVENTS:
            _event(run, document, path, kind)
        else:
            run.answered(_entry(document, path))


def _entry(entry: Mapping[str, Any], path: str) -> list[Step]:
    kind = text(entry, "type")
    if kind in _ROLES:
        return _timed(entry, message_steps(entry, path, _ROLES[kind]))
    name, call_id = text(entry, "name"), text(entry, "tool_call_id")
    if kind in ("function.call", "tool.execution"):
        given = arguments_of(entry.get("arguments"))
        return _timed(entry, [Step(0, StepKind.TOOL_CALL, given, name=name, call_id=call_id, path=path)])
    if kind == "function.result":
        return _timed(entry, [Step(0, StepKind.TOOL_RESULT, entry.get("result") or "", call_id=call_id, path=path)])
    if kind == "agent.handoff" and text(entry, "next_agent_name"):
        return _timed(entry, [Step(0, StepKind.EVENT, text(entry, "next_agent_name"), name=kind, path=path)])
    return []


def _timed(entry: Mapping[str, Any], steps: list[Step]) -> list[Step]:
    for step in steps:
        step.started_at, step.ended_at = text(entry, "created_at"), text(entry, "completed_at")
    return steps


def _event(run: Run, event: Mapping[str, Any], path: str, kind: str) -> None:
    key = (text(event, "id"), event.get("content_index") if isinstance(event.get("content_index"), int) else 0)
    if kind == "conversation.response.started":
        run.response(path)
    elif kind == "conversation.response.error" and text(event, "message"):
        run.answered([Step(0, StepKind.ERROR, text(event, "message"), path=path)])
    elif kind == "message.output.delta":
        content = event.get("content")
        if isinstance(content, dict):
            thought = text(content, "type") == "thinking"
            for index, part in enumerate(items(content, "thinking") if thought else ()):
                place = f"{path}['content']['thinking'][{index}]"
                run.delta((*key, "thought"), StepKind.THINKING, part, "text", place)
            run.delta(key, StepKind.OUTPUT, content, "text", path + "['content']")
        else:
            run.delta(key, StepKind.OUTPUT, event, "content", path)
    elif kind in ("function.call.delta", "tool.execution.started"):
        names = {"tool": text(event, "name"), "call_id": text(event, "tool_call_id")}
        run.delta(key, StepKind.TOOL_CALL, event, "arguments", path, **names)
