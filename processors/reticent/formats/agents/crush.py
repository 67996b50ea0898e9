"""Crush: messages of a session, whose parts say what they are beside their `data`.

https://github.com/charmbracelet/crush
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step
from ..messages import role_of
from ..providers.blocks import all_are, arguments_of, block_steps, first, items, mapping
from ..providers.streams import Run
from .message_list import MessageList
from .timed import said, timed

_SESSION = ("session_id", "sessionId")


class Crush(MessageList):
    name = "crush"
    members = frozenset({frozenset({"messages", "session"}), "parts"})
    holding = frozenset({"messages"})

    def is_message(self, node: Any) -> bool:
        if not isinstance(node, dict) or "role" not in node:
            return False
        parts = arguments_of(node.get("parts"))
        return all_are(parts, _is_part)

    def steps(self, message: Mapping[str, Any], path: str) -> list[Step]:
        """A row of its database has the parts as JSON in a string."""
        parts, where = message.get("parts"), "['parts']"
        if isinstance(parts, str):
            parts, where = arguments_of(parts), "['parts']$"
        kind = role_of(message)
        found = [
            step
            for index, part in enumerate(parts if isinstance(parts, list) else ())
            if _is_part(part) and part["type"] != "finish"
            for step in block_steps({**part["data"], "type": part["type"]}, f"{path}{where}[{index}]['data']", kind)
        ]
        return timed(found, said(message.get("created_at")))

    def feed(self, run: Run, path: str, document: Any) -> None:
        super().feed(run, path, document)
        for node in (document, *items(document, "messages")[:1]):
            run.session_id = run.session_id or first(mapping(node), _SESSION)


def _is_part(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("type"), str) and isinstance(node.get("data"), dict)
