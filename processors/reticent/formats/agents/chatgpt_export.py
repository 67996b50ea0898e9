"""ChatGPT: the conversations of an export (`conversations.json`), or one of them; each is a trace.

https://help.openai.com/en/articles/7260999-how-do-i-export-my-chatgpt-history-and-data
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind, Trace
from ..messages import role_of
from ..providers.blocks import ASKED, arguments_of, items, mapping, segment, text
from ..tracing.grouped import GroupedFormat, Item, alone, each, listed
from ..transcript import Transcript
from ..tree import escaped_name
from .branches import in_order
from .timed import said, timed

_IDS = ("conversation_id",)
_ALL = "all"
"""Who a message is for that is for people."""
_TEXTS = ("text", "content", "result", "user_instructions", "user_profile")
"""Where contents of other types than lists of parts say something."""


def _is_conversation(node: Mapping[str, Any]) -> bool:
    told = node.get("mapping")
    return (
        isinstance(told, dict)
        and "current_node" in node
        and all(isinstance(each, dict) and "children" in each for each in list(told.values())[:ASKED])
    )


def _read(item: Item) -> Trace:
    nodes, transcript = mapping(item.node.get("mapping")), Transcript()
    models: list[str] = []
    calls: dict[Any, str] = {}
    for name in in_order(nodes, lambda node: node.get("parent")):
        message = mapping(nodes[name].get("message"))
        path = f"{item.path}['mapping']{escaped_name(name)}['message']"
        steps = timed(_steps(message, path), message.get("create_time"))
        # what a tool says, maybe in several messages, follows the call, which is known by its message
        calls[name] = name if _asks(message) else calls.get(str(nodes[name].get("parent")), "")
        for step in steps:
            if step.kind in (StepKind.TOOL_CALL, StepKind.TOOL_RESULT):
                step.call_id = calls[name]
        transcript.extend(steps)
        models += [text(mapping(message.get("metadata")), "model_slug")]
    model = next(filter(None, models), "")
    return Trace(
        text(item.node, "conversation_id") or text(item.node, "id"),
        started_at=said(item.node.get("create_time")),
        ended_at=said(item.node.get("update_time")),
        attributes={"model": model} if model else {},
        steps=transcript.steps,
    )


def _asks(message: Mapping[str, Any]) -> bool:
    """Whether it is a call: what a model says to a tool."""
    return role_of(mapping(message.get("author"))) is StepKind.OUTPUT and text(message, "recipient") not in ("", _ALL)


def _steps(message: Mapping[str, Any], path: str) -> Iterator[Step]:
    author, content, path = mapping(message.get("author")), mapping(message.get("content")), path + "['content']"
    kind, name, told = role_of(author), text(author, "name"), text(content, "content_type")
    if _asks(message):
        kind, name = StepKind.TOOL_CALL, text(message, "recipient")
    elif kind is not StepKind.TOOL_RESULT:
        name = ""
    if told == "thoughts":
        for index, thought in enumerate(items(content, "thoughts")):
            if isinstance(thought, dict) and thought.get("content"):
                yield Step(0, StepKind.THINKING, thought["content"], path=f"{path}['thoughts'][{index}]['content']")
        return
    if told == "reasoning_recap":
        kind = StepKind.THINKING
    for index, part in enumerate(items(content, "parts")):
        place = f"{path}['parts'][{index}]"
        found = part if isinstance(part, str) else mapping(part).get("text")
        if found:
            yield _step(kind, found, name, place if isinstance(part, str) else place + "['text']")
    for field in _TEXTS if "parts" not in content else ():
        if content.get(field):
            yield _step(kind, content[field], name, path + segment(field))


def _step(kind: StepKind, content: Any, name: str, path: str) -> Step:
    return Step(0, kind, arguments_of(content) if kind is StepKind.TOOL_CALL else content, name=name, path=path)


_FIND = listed(_is_conversation)
CHATGPT_EXPORT = GroupedFormat(
    "chatgpt-export", frozenset({"mapping"}), "conversations of ChatGPT's export: one, or a list of them", _FIND,
    each(_FIND), alone(_read), ties=_IDS,
)  # fmt: skip
