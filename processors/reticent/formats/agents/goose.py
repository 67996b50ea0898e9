"""Goose: messages of a session, the session as it is exported, or its lines.

https://block.github.io/goose/docs/guides/sessions/session-management
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..jsontext import Number
from ..messages import call_step, role_of
from ..providers.blocks import block_steps, content_of, items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_LISTS = ("conversation", "messages")
_REQUESTS = ("toolRequest", "frontendToolRequest")
_ASKING = ("toolConfirmationRequest", "actionRequired", "systemNotification", "contextLengthExceeded",
           "summarizationRequested")  # fmt: skip
"""What is asked of the user, or told to them."""


class Goose(Provider):
    name = "goose"
    members = frozenset({"working_dir", "content"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "working_dir" in document:
            return "message_count" in document or any(isinstance(document.get(name), list) for name in _LISTS)
        parts = items(document, "content")
        told = isinstance(document.get("created"), int | Number) and "role" in document and bool(parts)
        return told and all(isinstance(part, dict) and "type" in part for part in parts)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        if "working_dir" not in document:
            run.answered(_message(document, path))
            return
        run.session_id = run.session_id or text(document, "id")
        for name in _LISTS:
            for index, message in enumerate(items(document, name)):
                if isinstance(message, dict):
                    run.answered(_message(message, f"{path}['{name}'][{index}]"))


def _message(message: Mapping[str, Any], path: str) -> list[Step]:
    kind = role_of(message)
    found = [
        step
        for index, part in enumerate(items(message, "content"))
        if isinstance(part, dict)
        for step in _steps(part, f"{path}['content'][{index}]", kind)
    ]
    return timed(found, message.get("created"))


def _steps(part: Mapping[str, Any], path: str, kind: StepKind) -> list[Step]:
    named, own = text(part, "type"), text(part, "id")
    if named in _REQUESTS:
        call = mapping(part.get("toolCall"))
        if text(call, "error"):
            return [Step(0, StepKind.ERROR, text(call, "error"), call_id=own, path=path + "['toolCall']")]
        return [call_step({**mapping(call.get("value")), "id": own}, path)]
    if named == "toolResponse":
        return [_result(mapping(part.get("toolResult")), own, path)]
    if named in _ASKING:
        return [Step(0, StepKind.EVENT, {key: value for key, value in part.items() if key != "type"}, named, path=path)]
    return block_steps({**part, "type": "thinking"} if named == "redactedThinking" else part, path, kind)


def _result(node: Mapping[str, Any], own: str, path: str) -> Step:
    value = node.get("value")
    inner = mapping(value)
    failed = "error" in node or inner.get("isError") is True
    said = node.get("error") if "error" in node else content_of(inner.get("content", value))
    return Step(0, StepKind.TOOL_RESULT, "" if said is None else said, call_id=own, path=path,
                attributes={"error": True} if failed else {})  # fmt: skip
