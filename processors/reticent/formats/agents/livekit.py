"""LiveKit Agents: the context of a chat (`ChatContext.to_dict`), the report of a session, and a session's events.

https://docs.livekit.io/reference/python/livekit/agents/llm
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import role_of
from ..providers.blocks import arguments_of, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_TYPES = frozenset({"message", "function_call", "function_call_output", "agent_handoff", "agent_config_update"})
_SPOKEN = "interrupted"
"""What every message says, and nobody else's."""
_ADDED, _ERROR = "conversation_item_added", "error"


class LiveKit(Provider):
    name = "livekit"
    members = frozenset({"items", "chat_history", frozenset({"type", "item"})})
    holding = frozenset({"items", "chat_history", "item"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if text(document, "type") == _ADDED:
            return _SPOKEN in mapping(document.get("item"))
        held = items(mapping(document.get("chat_history")) or document, "items")
        spoken = [item for item in held if isinstance(item, dict) and item.get("type") == "message"]
        return (
            bool(spoken)
            and all(isinstance(item, dict) and text(item, "type") in _TYPES for item in held)
            and all(_SPOKEN in item for item in spoken)
        )

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or text(document, "room_id")
        inner = mapping(document.get("chat_history"))
        held, place = (inner, path + segment("chat_history")) if inner else (document, path)
        for index, item in enumerate(items(held, "items")):
            if isinstance(item, dict):
                run.answered(timed(_steps(item, f"{place}['items'][{index}]"), item.get("created_at")))
        if text(document, "type") == _ADDED:
            item = mapping(document.get("item"))
            run.answered(timed(_steps(item, path + segment("item")), item.get("created_at")))
        for index, event in enumerate(items(document, "events")):
            if isinstance(event, dict) and event.get("type") == _ERROR and event.get("error"):
                failed = Step(0, StepKind.ERROR, event["error"], path=f"{path}['events'][{index}]['error']")
                run.answered(timed([failed], event.get("created_at")))


def _steps(item: Mapping[str, Any], path: str) -> Iterator[Step]:
    kind, name, call_id = (text(item, each) for each in ("type", "name", "call_id"))
    if kind == "message":
        for index, part in enumerate(items(item, "content")):
            said = part if isinstance(part, str) else mapping(part).get("transcript")
            if said:
                yield Step(0, role_of({"role": item.get("role")}), said, path=f"{path}['content'][{index}]")
    elif kind == "function_call":
        yield Step(0, StepKind.TOOL_CALL, arguments_of(item.get("arguments")), name, call_id, path=path)
    elif kind == "function_call_output":
        failed = {"error": True} if item.get("is_error") is True else {}
        said = item.get("output") or ""
        yield Step(0, StepKind.TOOL_RESULT, said, name, call_id, path=path, attributes=failed)
    elif kind == "agent_config_update" and item.get("instructions"):
        yield Step(0, StepKind.SYSTEM, item["instructions"], path=path + "['instructions']")
    elif kind == "agent_handoff" and text(item, "new_agent_id"):
        yield Step(0, StepKind.EVENT, text(item, "new_agent_id"), name=kind, path=path + "['new_agent_id']")
