"""Strands Agents: the messages of a session, as its session managers keep them a file each.

https://strandsagents.com/latest/documentation/docs/user-guide/concepts/agents/session-management/
"""

from __future__ import annotations

from typing import Any

from ..messages import message_steps
from ..providers.blocks import mapping
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_MESSAGES = ("redact_message", "message")
"""The first there is was said; the other is what it stands for."""


class Strands(Provider):
    name = "strands"
    members = frozenset({"message_id"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or "message_id" not in document or "created_at" not in document:
            return False
        message = document.get("message")
        return isinstance(message, dict) and "role" in message and isinstance(message.get("content"), list)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        for name in _MESSAGES:
            message = document.get(name)
            if isinstance(message, dict):
                run.note(mapping(message.get("metadata")), usage="usage")
                steps = message_steps(message, f"{path}['{name}']")
                run.answered(timed(steps, document.get("created_at")))
                return
