"""Open WebUI: the chats of an export, or one of them; each is a trace.

https://docs.openwebui.com/features/chat-features
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind, Trace
from ..messages import message_steps
from ..providers.blocks import items, mapping, text
from ..tracing.grouped import GroupedFormat, Item, alone, each, listed
from ..transcript import Transcript
from ..tree import escaped_name
from .branches import in_order
from .timed import said, timed

_IDS = ("id",)


def _is_chat(node: Mapping[str, Any]) -> bool:
    chat = mapping(node.get("chat"))
    return isinstance(mapping(chat.get("history")).get("messages"), dict) and "title" in node


def _read(item: Item) -> Trace:
    """`messages` of a chat are the branch of its history that was shown last."""
    chat, path, transcript = mapping(item.node.get("chat")), item.path + "['chat']", Transcript()
    shown = {
        text(message, "id"): f"{path}['messages'][{index}]"
        for index, message in enumerate(items(chat, "messages"))
        if isinstance(message, dict)
    }
    told = mapping(mapping(chat.get("history")).get("messages"))
    for name in in_order(told, lambda node: node.get("parentId")):
        message, place = told[name], f"{path}['history']['messages']{escaped_name(name)}"
        steps = timed([*_found(message, place), *message_steps(message, place)], message.get("timestamp"))
        for step in steps:
            if text(message, "id") in shown:
                step.further = [shown[text(message, "id")] + step.path[len(place) :]]
        transcript.extend(steps)
    models = [each for each in items(chat, "models") if isinstance(each, str)]
    return Trace(
        text(item.node, "id"),
        started_at=said(item.node.get("created_at")),
        ended_at=said(item.node.get("updated_at")),
        attributes={"model": models[0]} if models else {},
        steps=transcript.steps,
    )


def _found(message: Mapping[str, Any], path: str) -> Iterator[Step]:
    """What was looked up for an answer."""
    for index, source in enumerate(items(message, "sources")):
        found = [each for each in items(source, "document") if isinstance(each, str)]
        if found:
            yield Step(0, StepKind.RETRIEVAL, "\n".join(found), path=f"{path}['sources'][{index}]['document']")


_FIND = listed(_is_chat)
OPEN_WEBUI = GroupedFormat(
    "open-webui", frozenset({"chat"}), "chats of Open WebUI's export: one, or a list of them", _FIND, each(_FIND),
    alone(_read), ties=_IDS,
)  # fmt: skip
