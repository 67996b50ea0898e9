"""Claude Code: the lines of a session's file, and those that it prints with `--output-format stream-json`.

https://docs.claude.com/en/docs/claude-code/sdk/sdk-typescript
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.anthropic import Anthropic
from ..providers.blocks import first, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_SAID = frozenset({"user", "assistant"})
_PRINTED = frozenset({"system", "result", "stream_event"})
_OWN = ("parentUuid", "leafUuid")
"""Names that only a line of a session's file has."""
_MARKS = frozenset({
    "mode", "permission-mode", "agent-name", "agent-setting", "agent-color", "custom-title", "ai-title", "last-prompt",
    "tag", "frame-link", "pr-link", "relocated", "worktree-state", "bridge-session", "atis-latch", "task-summary",
    "file-history-delta", "content-replacement", "progress",
})  # fmt: skip
"""Types of a session's lines that say how it is kept."""
_STREAMED, _BELOW = "stream_event", "parent_tool_use_id"
_EVENTS = Anthropic()
_SESSION = ("sessionId", "session_id")
_OWNED = frozenset({"parentUuid", "uuid", "parent_tool_use_id", *_SESSION})
"""Of these a message has one."""
_RESULTS = ("toolUseResult", "tool_use_result")
"""The same result again, as the tool gave it."""


class ClaudeCode(Provider):
    name = "claude-code"
    members = frozenset({"message", "type", *_OWN})
    holding = frozenset({"message"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or not isinstance(kind := document.get("type"), str):
            return False
        if kind in _SAID:
            owned = not _OWNED.isdisjoint(document)
            return owned and isinstance(document.get("message"), dict)
        if kind in _PRINTED and "session_id" in document:
            return "subtype" in document or "event" in document
        if kind in ("file-history-snapshot", "queue-operation"):
            return "snapshot" in document or "operation" in document
        return any(name in document for name in _OWN) or (kind in _MARKS and "sessionId" in document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or first(document, _SESSION)
        kind, message = text(document, "type"), document.get("message")
        if kind == _STREAMED:
            _stream(run, path, document)
            return
        if isinstance(message, dict):
            if message.get("model"):
                run.note(message, model="model")
            steps = message_steps(message, path + "['message']", kind)
        else:
            steps = _told(run, document, path, kind)
        _again(document, path, steps)
        if document.get("isCompactSummary") is True:
            for step in steps:
                step.kind = StepKind.MEMORY
        told = timed(steps, document.get("timestamp"))
        if (_STREAMED, text(document, _BELOW)) in run.memory and kind == "assistant":
            run.once(told, StepKind.PROMPT)
        else:
            run.answered(told)
        if steps and steps[-1].kind is StepKind.OUTPUT:
            run.memory[self.name] = steps[-1]


def _stream(run: Run, path: str, document: Mapping[str, Any]) -> None:
    """Pieces of a message that is told as a whole behind them."""
    event = document.get("event")
    if isinstance(event, dict) and _EVENTS.claims(event):
        _EVENTS.feed(run, path + "['event']", event)
        run.memory[_STREAMED, text(document, _BELOW)] = True


def _told(run: Run, document: Mapping[str, Any], path: str, kind: str) -> list[Step]:
    """What is no message."""
    if kind == "result":
        return _ended(run, document, path)
    name = "summary" if kind == "summary" else "content"
    said = text(document, name)
    if not said:
        return []
    return [Step(0, StepKind.EVENT, said, name=text(document, "subtype") or kind, path=path + f"['{name}']")]


def _ended(run: Run, document: Mapping[str, Any], path: str) -> list[Step]:
    """The end of a run says the last answer once more."""
    run.note(document, usage="usage")
    said, last = text(document, "result"), run.memory.get(ClaudeCode.name)
    place = path + "['result']"
    if isinstance(last, Step) and last.content == said:
        last.further = [*last.further, place]
        return []
    failed = document.get("is_error") is True
    return [Step(0, StepKind.ERROR if failed else StepKind.OUTPUT, said, path=place)] if said else []


def _again(document: Mapping[str, Any], path: str, steps: list[Step]) -> None:
    for name in _RESULTS:
        for step in steps if name in document else ():
            if step.kind is StepKind.TOOL_RESULT:
                step.further = [*step.further, f"{path}['{name}']"]
