"""Cherry Studio: a backup, whose messages name their blocks, which stand apart. All of it is one run.

https://docs.cherry-ai.com
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import role_of
from ..providers.blocks import arguments_of, at, items, mapping, result_of, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_KINDS = {"thinking": StepKind.THINKING, "error": StepKind.ERROR, "citation": StepKind.RETRIEVAL}
"""By a block's type; what is none of these, nor a tool's, is said by whose message it is."""
_TOOL = ("metadata", "rawMcpToolResponse")


class CherryStudio(Provider):
    name = "cherry-studio"
    members = frozenset({"indexedDB"})
    holding = members

    def claims(self, document: Any) -> bool:
        held = mapping(mapping(document).get("indexedDB"))
        return isinstance(held.get("topics"), list) and isinstance(held.get("message_blocks"), list)

    def feed(self, run: Run, path: str, document: Any) -> None:
        held, place = mapping(mapping(document).get("indexedDB")), path + "['indexedDB']"
        blocks = {
            text(block, "id"): (block, f"{place}['message_blocks'][{index}]")
            for index, block in enumerate(items(held, "message_blocks"))
            if isinstance(block, dict)
        }
        for topic in items(held, "topics"):
            for message in items(topic, "messages"):
                run.note(mapping(message), model="modelId")
                for name in items(message, "blocks"):
                    if isinstance(name, str) and name in blocks:
                        block, here = blocks[name]
                        run.answered(timed(_steps(block, here, role_of(message)), block.get("createdAt")))


def _steps(block: Mapping[str, Any], path: str, kind: StepKind) -> Iterator[Step]:
    if text(block, "type") == "tool":
        told = mapping(at(block, _TOOL))
        name = text(block, "toolName") or text(mapping(told.get("tool")), "name")
        call_id = text(block, "toolId") or text(told, "id")
        given, gave = block.get("arguments", told.get("arguments")), block.get("content", told.get("response"))
        yield Step(0, StepKind.TOOL_CALL, arguments_of(given), name, call_id, path=path)
        if gave is not None:
            yield Step(0, StepKind.TOOL_RESULT, result_of(gave), name, call_id, path=path)
        return
    for key in ("content", "response", "error", "knowledge"):
        if block.get(key):
            yield Step(0, _KINDS.get(text(block, "type"), kind), block[key], path=f"{path}['{key}']")
            return
