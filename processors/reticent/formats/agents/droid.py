"""Factory's Droid: what it prints with `--output-format stream-json`. The file of a session is `pi`'s.

https://docs.factory.ai/cli/droid-exec/overview
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step, role_of
from ..providers.blocks import first, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said, timed

_SESSION = ("session_id", "sessionId")
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "message": ("role", "text"), "tool_call": ("toolName", "parameters"), "tool_result": ("value",),
    "completion": ("finalText",), "reasoning": ("text",), "system": ("cwd", "model"), "error": ("source", "message"),
}  # fmt: skip
_KINDS = {"completion": StepKind.OUTPUT, "reasoning": StepKind.THINKING, "error": StepKind.ERROR}
_CALLS = ("toolCallId", "id")


class Droid(Provider):
    name = "droid"
    members = frozenset(frozenset({"type", session}) for session in _SESSION)

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or not first(document, _SESSION):
            return False
        beside = _BESIDE.get(text(document, "type"))
        return beside is not None and all(name in document for name in beside)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or first(document, _SESSION)
        run.note(document, usage="usage")
        for step in timed(_told(document, path), said(document.get("timestamp"), 0.001)):
            if not (text(document, "type") == "completion" and run.again(step)):
                run.answered([step])


def _told(document: Mapping[str, Any], path: str) -> Iterator[Step]:
    kind = text(document, "type")
    name = {"completion": "finalText", "error": "message"}.get(kind, "text")
    if kind == "tool_call":
        yield call_step({"name": text(document, "toolName"), "input": document.get("parameters"),
                         "id": first(document, _CALLS)}, path)  # fmt: skip
    elif kind == "tool_result":
        failed = {"error": True} if document.get("isError") is True else {}
        yield Step(0, StepKind.TOOL_RESULT, result_of(document.get("value")), call_id=first(document, _CALLS),
                   path=path + segment("value"), attributes=failed)  # fmt: skip
    elif text(document, name):
        yield Step(0, _KINDS.get(kind) or role_of(document), document[name], path=path + segment(name))
