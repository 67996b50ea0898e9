"""Amp: a thread, or one of its messages.

https://ampcode.com/manual
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step
from ..messages import message_steps
from ..providers.blocks import items, mapping, text
from ..providers.streams import Run
from .message_list import MessageList
from .timed import said, timed


class Amp(MessageList):
    name = "amp"
    members = frozenset({frozenset({"messages", "v"}), "messageId"})
    holding = frozenset({"messages"})

    def is_message(self, node: Any) -> bool:
        told = isinstance(node, dict) and "messageId" in node and "role" in node
        return told and isinstance(node.get("content"), list)

    def steps(self, message: Mapping[str, Any], path: str) -> list[Step]:
        told = {**message, "content": [_block(each) for each in items(message, "content")]}
        failed = {
            text(each, "toolUseID")
            for each in items(message, "content")
            if isinstance(each, dict) and text(mapping(each.get("run")), "status") == "error"
        }
        steps = message_steps(told, path)
        for step in steps:
            if step.call_id and step.call_id in failed:
                step.attributes = {"error": True}
        return timed(steps, said(mapping(message.get("meta")).get("sentAt"), 0.001))

    def claims(self, document: Any) -> bool:
        return super().claims(document) and ("v" in document or "messageId" in document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        super().feed(run, path, document)
        if isinstance(document, dict) and items(document, "messages"):
            run.session_id = run.session_id or text(document, "id")


def _block(block: Any) -> Any:
    """What a tool gave stands in its `run`."""
    run = block.get("run") if isinstance(block, dict) else None
    if not isinstance(run, dict):
        return block
    gave = run["result"] if "result" in run else mapping(run.get("error")).get("message", run.get("reason"))
    return {**block, "tool_use_id": text(block, "toolUseID"), "content": gave}
