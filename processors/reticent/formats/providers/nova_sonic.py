"""Amazon Nova Sonic: the events of a session over a stream in both directions.

https://docs.aws.amazon.com/nova/latest/userguide/input-events.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import role_of
from .blocks import arguments_of, mapping, segment, text
from .provider import Provider
from .streams import Run

_TEXTS = ("textInput", "textOutput")
_EVENTS = frozenset({
    *_TEXTS, "sessionStart", "promptStart", "contentStart", "audioInput", "audioOutput", "toolResult", "toolUse",
    "contentEnd", "promptEnd", "sessionEnd", "completionStart", "completionEnd", "usageEvent",
})  # fmt: skip
_CONTENT = "contentName"


class NovaSonic(Provider):
    name = "nova-sonic"
    members = frozenset({"event"})
    holding = members

    def claims(self, document: Any) -> bool:
        event = document.get("event") if isinstance(document, dict) else None
        return isinstance(event, dict) and len(event) == 1 and not _EVENTS.isdisjoint(event)

    def feed(self, run: Run, path: str, document: Any) -> None:
        """Whose a content is, and which call it answers, is said when it starts."""
        for name, said in mapping(mapping(document).get("event")).items():
            place = f"{path}['event']" + segment(name) if name in _EVENTS else ""
            if not place or not isinstance(said, dict):
                continue
            run.session_id = run.session_id or text(said, "sessionId") or text(said, "promptName")
            key = (self.name, text(said, _CONTENT) or text(said, "contentId"))
            if name == "contentStart":
                asked = text(mapping(said.get("toolResultInputConfiguration")), "toolUseId")
                run.memory[key] = (role_of({"role": text(said, "role")}), asked)
            elif name in _TEXTS:
                kind, _ = run.memory.get(key, (StepKind.PROMPT if name == "textInput" else StepKind.OUTPUT, ""))
                kind = role_of(said) if "role" in said else kind
                run.delta((*key, kind), kind, said, "content", place)
            elif name in ("toolUse", "toolResult"):
                run.answered([_tool(name, said, run.memory.get(key, (None, ""))[1], place)])


def _tool(name: str, said: Mapping[str, Any], asked: str, path: str) -> Step:
    content, call_id = said.get("content"), text(said, "toolUseId") or asked
    if name == "toolUse":
        return Step(0, StepKind.TOOL_CALL, arguments_of(content), text(said, "toolName"), call_id, path=path)
    return Step(0, StepKind.TOOL_RESULT, "" if content is None else content, call_id=call_id, path=path + "['content']")
