"""AG-UI: the events that an agent sends to a front end, and what that sends to the agent.

https://docs.ag-ui.com/concepts/events
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps, role_of
from ..providers.blocks import items, mapping, result_of, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said

_HAS: Mapping[str, str] = {
    **dict.fromkeys(("TEXT_MESSAGE_START", "TEXT_MESSAGE_END", "REASONING_MESSAGE_START", "REASONING_MESSAGE_END",
                     "REASONING_START", "REASONING_END"), "messageId"),
    **dict.fromkeys(("TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CHUNK", "TOOL_CALL_ARGS", "REASONING_MESSAGE_CONTENT",
                     "REASONING_MESSAGE_CHUNK", "STATE_DELTA", "THINKING_TEXT_MESSAGE_CONTENT"), "delta"),
    **dict.fromkeys(("TOOL_CALL_START", "TOOL_CALL_END", "TOOL_CALL_RESULT", "TOOL_CALL_CHUNK"), "toolCallId"),
    **dict.fromkeys(("RUN_STARTED", "RUN_FINISHED"), "runId"),
    **dict.fromkeys(("STEP_STARTED", "STEP_FINISHED"), "stepName"),
    "STATE_SNAPSHOT": "snapshot", "MESSAGES_SNAPSHOT": "messages", "RUN_ERROR": "message", "RAW": "event",
    "CUSTOM": "name", "ACTIVITY_SNAPSHOT": "activityType", "ACTIVITY_DELTA": "activityType",
    "REASONING_ENCRYPTED_VALUE": "encryptedValue",
}  # fmt: skip
"""What each event has besides its type."""
_BARE = frozenset({"THINKING_START", "THINKING_END", "THINKING_TEXT_MESSAGE_START", "THINKING_TEXT_MESSAGE_END",
                   "TEXT_MESSAGE_CHUNK", "TOOL_CALL_CHUNK", "REASONING_MESSAGE_CHUNK"})  # fmt: skip
_THINKING = ("REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_CHUNK", "THINKING_TEXT_MESSAGE_CONTENT")
_INPUT = frozenset({"threadId", "runId", "messages"})
_MILLISECONDS = 1e-3


class AgUi(Provider):
    name = "ag-ui"
    members = frozenset({"type", "threadId"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = text(document, "type")
        return kind in _BARE or (kind in _HAS and _HAS[kind] in document) or document.keys() >= _INPUT

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        kind = text(document, "type")
        run.session_id = run.session_id or text(document, "threadId")
        if not kind:
            run.request()
        _messages(run, document, path)
        inner = mapping(document.get("input"))
        if kind == "RUN_STARTED" and inner:
            _messages(run, inner, path + "['input']")
        elif kind.startswith("TOOL_CALL_"):
            _called(run, kind, document, path)
        elif "delta" in document and kind != "STATE_DELTA":
            _said(run, kind, document, path)
        elif kind == "TEXT_MESSAGE_START":
            run.memory["role", text(document, "messageId")] = role_of(document, "assistant")
        elif kind == "RUN_ERROR":
            at = said(document.get("timestamp"), _MILLISECONDS)
            run.answered([Step(0, StepKind.ERROR, document.get("message") or "", started_at=at, path=path)])
        elif kind == "CUSTOM":
            run.answered([Step(0, StepKind.EVENT, document.get("value"), name=text(document, "name"), path=path)])
        elif kind == "ACTIVITY_SNAPSHOT":
            named, content = text(document, "activityType"), document.get("content")
            run.answered([Step(0, StepKind.EVENT, content, name=named, path=path)])


def _said(run: Run, kind: str, event: Mapping[str, Any], path: str) -> None:
    """Chunks name their message once."""
    identity = text(event, "messageId") or run.memory.get("message", "")
    run.memory["message"] = identity
    if kind in _THINKING:
        run.delta(("thinking", identity), StepKind.THINKING, event, "delta", path)
        return
    role = run.memory.get(("role", identity)) or role_of(event, "assistant")
    run.memory["role", identity] = role
    run.delta(("text", identity), role, event, "delta", path)


def _called(run: Run, kind: str, event: Mapping[str, Any], path: str) -> None:
    identity = text(event, "toolCallId") or run.memory.get("call", "")
    run.memory["call"] = identity
    if kind == "TOOL_CALL_RESULT":
        run.memory["known", identity] = True
        given = result_of(event.get("content"))
        at = said(event.get("timestamp"), _MILLISECONDS)
        run.answered([Step(0, StepKind.TOOL_RESULT, given, call_id=identity, started_at=at, path=path)])
    elif kind != "TOOL_CALL_END":
        key, name = ("call", identity), text(event, "toolCallName")
        if name and not event.get("delta"):
            run.open(key, StepKind.TOOL_CALL, path, name=name, call_id=identity)
        run.delta(key, StepKind.TOOL_CALL, event, "delta", path, tool=name, call_id=identity)
        run.memory["known", identity] = True


def _messages(run: Run, node: Mapping[str, Any], path: str) -> None:
    """Of a snapshot, or of what the agent is sent, in which all that was said before comes again."""
    for index, message in enumerate(items(node, "messages")):
        if not isinstance(message, dict):
            continue
        own, place = text(message, "id"), f"{path}['messages'][{index}]"
        told = any((name, own) in run.memory for name in ("known", "role"))
        run.memory["known", own] = True
        kind = {"role": "assistant", "type": "thinking"} if message.get("role") == "reasoning" else {}
        for step in message_steps({**message, **kind}, place):
            if kind:
                step.kind = StepKind.THINKING
            called = bool(step.call_id) and ("known", step.call_id) in run.memory
            if not ((told or called) and (run.again(step) or step.call_id)):
                run.answered([step])
