"""Continue: sessions, and the lines of its logs of what was asked and answered.

https://docs.continue.dev/customize/deep-dives/development-data
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import ASKED, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed


class Continue(Provider):
    name = "continue"
    members = frozenset({"history", "eventName"})
    holding = frozenset({"history"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        turns = items(document, "history")[:ASKED]
        if turns:
            return "sessionId" in document and all(isinstance(mapping(turn).get("message"), dict) for turn in turns)
        return "eventName" in document and "schema" in document

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or text(document, "sessionId")
        for index, turn in enumerate(items(document, "history")):
            if isinstance(turn, dict):
                run.answered(_turn(turn, f"{path}['history'][{index}]"))
        if text(document, "eventName"):
            run.note(document, model="modelName")
            run.answered(timed(_logged(document, path), document.get("timestamp")))


def _turn(turn: Mapping[str, Any], path: str) -> Iterator[Step]:
    """What is told of the prompt in `promptLogs` the turns before it say."""
    message = mapping(turn.get("message"))
    thought = mapping(turn.get("reasoning"))
    if text(message, "role") == "thinking":
        if text(message, "content"):
            yield Step(0, StepKind.THINKING, message["content"], path=path + "['message']['content']")
        return
    if text(thought, "text"):
        yield Step(0, StepKind.THINKING, thought["text"], path=path + "['reasoning']['text']")
    yield from message_steps(message, path + segment("message"))
    for index, each in enumerate(items(turn, "contextItems")):
        if text(message, "role") == "user" and text(mapping(each), "content"):
            yield Step(0, StepKind.RETRIEVAL, each["content"], text(each, "name"),
                       path=f"{path}['contextItems'][{index}]['content']")  # fmt: skip


def _logged(document: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Other events say what was counted, accepted or edited."""
    for name, kind in (("prompt", StepKind.PROMPT), ("completion", StepKind.OUTPUT)):
        if text(document, name):
            yield Step(0, kind, document[name], path=path + segment(name))
    given, name = mapping(document.get("toolCallArgs")), text(document, "functionName")
    if name:
        yield Step(0, StepKind.TOOL_CALL, given, name, text(document, "toolCallId"), path=path)
