"""LibreChat: an exported conversation; its messages are a list, or lie in one another (`recursive`).

https://www.librechat.ai/docs/features/import_convos
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind, Trace
from ..messages import message_steps
from ..providers.blocks import ASKED, arguments_of, items, mapping, text
from ..tracing.grouped import GroupedFormat, Item, alone, each, listed
from ..transcript import Transcript
from .timed import timed

_IDS = ("conversationId",)


def _is_conversation(node: Mapping[str, Any]) -> bool:
    told = node.get("messages") or node.get("messagesTree")
    return (
        "conversationId" in node
        and isinstance(told, list)
        and all(isinstance(each, dict) and "messageId" in each and "isCreatedByUser" in each for each in told[:ASKED])
    )


def _read(item: Item) -> Trace:
    transcript, model = Transcript(), ""
    for message, path in _messages(item):
        transcript.extend(timed(_steps(message, path), message.get("createdAt")))
        model = model or text(message, "model")
    return Trace(
        text(item.node, "conversationId"), attributes={"model": model} if model else {}, steps=transcript.steps
    )


def _messages(item: Item) -> Iterator[tuple[Mapping[str, Any], str]]:
    name = "messages" if items(item.node, "messages") else "messagesTree"
    stack = [(each, f"{item.path}['{name}'][{at}]") for at, each in enumerate(items(item.node, name))][::-1]
    while stack:
        message, path = stack.pop()
        if isinstance(message, dict):
            yield message, path
            stack += [(each, f"{path}['children'][{at}]") for at, each in enumerate(items(message, "children"))][::-1]


def _steps(message: Mapping[str, Any], path: str) -> Iterator[Step]:
    role = "user" if message.get("isCreatedByUser") is True else "assistant"
    parts = items(message, "content")
    if not parts:
        yield from message_steps({"role": role, "content": message.get("text")}, path)
    for index, part in enumerate(parts):
        place = f"{path}['content'][{index}]"
        if isinstance(part, dict) and isinstance(part.get("tool_call"), dict):
            yield from _call(part["tool_call"], place + "['tool_call']")
        elif isinstance(part, dict) and part.get("think"):
            yield Step(0, StepKind.THINKING, part["think"], path=place + "['think']")
        else:
            said = mapping(part).get("text")
            for step in message_steps({"role": role, "content": mapping(said).get("value") or said}, place):
                step.further = [path + "['text']"] if step.content == message.get("text") else ()
                yield step


def _call(call: Mapping[str, Any], path: str) -> Iterator[Step]:
    name, call_id = text(call, "name"), text(call, "id")
    yield Step(0, StepKind.TOOL_CALL, arguments_of(call.get("args")), name=name, call_id=call_id, path=path)
    if call.get("output"):
        yield Step(0, StepKind.TOOL_RESULT, call["output"], name=name, call_id=call_id, path=path + "['output']")


_FIND = listed(_is_conversation)
LIBRECHAT = GroupedFormat(
    "librechat", frozenset({"conversationId"}), "an exported conversation, or a list of them", _FIND, each(_FIND),
    alone(_read), ties=_IDS,
)  # fmt: skip
