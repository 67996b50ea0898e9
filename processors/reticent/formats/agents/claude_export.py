"""Claude's applications: the conversations of an export (`conversations.json`), or one of them; each is a trace.

https://support.claude.com/en/articles/9450526-how-can-i-export-my-claude-data
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind, Trace
from ..messages import message_steps
from ..providers.blocks import ASKED, items, mapping, text
from ..tracing.grouped import GroupedFormat, Item, alone, each, listed
from ..transcript import Transcript
from .timed import timed

_IDS = ("uuid",)


def _is_conversation(node: Mapping[str, Any]) -> bool:
    told = node.get("chat_messages")
    return isinstance(told, list) and all(isinstance(each, dict) and "sender" in each for each in told[:ASKED])


def _read(item: Item) -> Trace:
    transcript = Transcript()
    for index, message in enumerate(items(item.node, "chat_messages")):
        path = f"{item.path}['chat_messages'][{index}]"
        transcript.extend(timed(_steps(mapping(message), path), mapping(message).get("created_at")))
    node = item.node
    return Trace(
        text(node, "uuid"), started_at=text(node, "created_at"), ended_at=text(node, "updated_at"),
        steps=transcript.steps,
    )  # fmt: skip


def _steps(message: Mapping[str, Any], path: str) -> list[Step]:
    """The text of a message says again what its content does."""
    given = [
        Step(0, StepKind.PROMPT, held["extracted_content"], path=f"{path}['attachments'][{index}]['extracted_content']")
        for index, held in enumerate(items(message, "attachments"))
        if isinstance(held, dict) and held.get("extracted_content")
    ]
    told = {"role": text(message, "sender"), "content": message.get("content")}
    steps = message_steps(told, path)
    if not steps and message.get("text"):
        steps = message_steps({**told, "content": message["text"]}, path)
        return [*given, *steps]
    for step in steps:
        if step.content == message.get("text"):
            step.further = [path + "['text']"]
    return [*given, *steps]


_FIND = listed(_is_conversation)
CLAUDE_EXPORT = GroupedFormat(
    "claude-export", frozenset({"chat_messages"}), "conversations of Claude's export: one, or a list of them", _FIND,
    each(_FIND), alone(_read), ties=_IDS,
)  # fmt: skip
