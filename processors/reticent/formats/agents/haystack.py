"""Haystack: chat messages as `ChatMessage.to_dict` writes them.

https://docs.haystack.deepset.ai/docs/chatmessage
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import role_of
from ..providers.blocks import block_steps, content_of, items, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run

_PARTS = frozenset({"text", "tool_call", "tool_call_result", "reasoning", "image", "file"})
"""The one name that a part has."""


class Haystack(Provider):
    name = "haystack"
    members = frozenset({"content"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or "meta" not in document or "role" not in document:
            return False
        parts = items(document, "content")
        return bool(parts) and all(isinstance(p, dict) and len(p) == 1 and not _PARTS.isdisjoint(p) for p in parts)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        meta = document.get("meta")
        if isinstance(meta, dict):
            run.note(meta, model="model", usage="usage")
        kind = role_of(document)
        for index, part in enumerate(items(document, "content")):
            if isinstance(part, dict):
                run.answered(_steps(part, f"{path}['content'][{index}]", kind))


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
    origin, said = node.get("origin"), content_of(node.get("result"))
    called: Mapping[str, Any] = origin if isinstance(origin, dict) else {}
    return Step(
        0, StepKind.TOOL_RESULT, "" if said is None else said, name=text(called, "tool_name"),
        call_id=text(called, "id"), attributes={"error": True} if node.get("error") is True else {}, path=path,
    )  # fmt: skip
