"""LlamaIndex: chat messages with `blocks`, as its memories and chat stores keep them.

https://docs.llamaindex.ai/en/stable/api_reference/prompts
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step
from ..messages import message_steps
from ..providers.blocks import items, text
from ..providers.provider import Provider
from ..providers.streams import Run

_OF_CALLS = {"tool_call_id": "id", "tool_name": "name", "tool_kwargs": "arguments"}


class LlamaIndex(Provider):
    name = "llama-index"
    members = frozenset({"blocks"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or "role" not in document:
            return False
        blocks = items(document, "blocks")
        told = all(isinstance(block, dict) and "block_type" in block for block in blocks)
        return told and (bool(blocks) or ("blocks" in document and "additional_kwargs" in document))

    def feed(self, run: Run, path: str, document: Any) -> None:
        if isinstance(document, dict):
            run.answered(_steps(document, path))


def _steps(message: Mapping[str, Any], path: str) -> list[Step]:
    found = message.get("additional_kwargs")
    extra: Mapping[str, Any] = found if isinstance(found, dict) else {}
    blocks = [_block(block) for block in items(message, "blocks") if isinstance(block, dict)]
    role = "assistant" if text(message, "role") == "chatbot" else text(message, "role")
    steps = message_steps({"tool_call_id": text(extra, "tool_call_id"), "name": text(extra, "name"), "role": role,
                           "content": blocks, "tool_calls": items(extra, "tool_calls")}, path)  # fmt: skip
    for step in steps:
        within = step.path[len(path) :]
        for ours, own in (("['content']", "['blocks']"), ("['tool_calls']", "['additional_kwargs']['tool_calls']")):
            if within.startswith(ours):
                step.path = path + own + within[len(ours) :]
    return steps


def _block(block: Mapping[str, Any]) -> dict[str, Any]:
    """As the other readers of messages know it."""
    return {"type": text(block, "block_type"), **{_OF_CALLS.get(name, name): value for name, value in block.items()}}
