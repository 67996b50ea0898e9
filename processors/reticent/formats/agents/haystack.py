"""Haystack: chat messages as `ChatMessage.to_dict` writes them, alone or as what an agent gives.

https://docs.haystack.deepset.ai/docs/chatmessage
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import role_of
from ..providers.blocks import block_steps, items, mapping, result_of, segment, text
from ..providers.streams import Run
from .message_list import MessageList

_PARTS = frozenset({"text", "tool_call", "tool_call_result", "reasoning", "image", "file"})
"""The one name that a part has."""


class Haystack(MessageList):
    name = "haystack"
    members = frozenset({"content", "messages"})

    def is_message(self, node: Any) -> bool:
        if not isinstance(node, dict) or "meta" not in node or "role" not in node:
            return False
        parts = items(node, "content")
        return bool(parts) and all(isinstance(p, dict) and len(p) == 1 and not _PARTS.isdisjoint(p) for p in parts)

    def feed(self, run: Run, path: str, document: Any) -> None:
        super().feed(run, path, document)
        for message in (document, *items(document, "messages")):
            run.note(mapping(mapping(message).get("meta")), model="model", usage="usage")

    def steps(self, message: Mapping[str, Any], path: str) -> list[Step]:
        kind = role_of(message)
        return [
            step
            for index, part in enumerate(items(message, "content"))
            if isinstance(part, dict)
            for step in _steps(part, f"{path}['content'][{index}]", kind)
        ]


def _steps(part: Mapping[str, Any], path: str, kind: StepKind) -> list[Step]:
    for name in ("tool_call", "tool_call_result", "reasoning"):
        inner = part.get(name)
        if not isinstance(inner, dict):
            continue
        place = path + segment(name)
        if name == "tool_call":
            return block_steps({**inner, "type": "tool_call"}, place, kind)
        if name == "reasoning":
            return block_steps({"type": "thinking", "text": inner.get("reasoning_text")}, place, kind)
        return [_result(inner, place)]
    return block_steps(part, path, kind)


def _result(node: Mapping[str, Any], path: str) -> Step:
    called = mapping(node.get("origin"))
    return Step(
        0, StepKind.TOOL_RESULT, result_of(node.get("result")), name=text(called, "tool_name"),
        call_id=text(called, "id"), attributes={"error": True} if node.get("error") is True else {}, path=path,
    )  # fmt: skip
