"""LangChain and LangGraph: messages as their packages for Python and JavaScript serialise them, alone, in a list, or in
a state (`messages`), a thread's state (`values`) or a checkpoint (`channel_values`).

https://python.langchain.com/docs/how_to/serialization
https://langchain-ai.github.io/langgraph/concepts/low_level/#state
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..providers.blocks import all_are, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tracing import conversation

_TYPES = frozenset({"human", "ai", "system", "tool", "function", "chat", "developer", "AIMessageChunk", "remove"})
_OWN = ("additional_kwargs", "response_metadata", "usage_metadata")
"""One of these every message has, whose fields are plain."""
_HELD = ("values", "channel_values")
"""What holds a state: that of a thread, and that of a checkpoint."""
_USAGE = ("input_tokens", "output_tokens")


class LangChain(Provider):
    name = "langchain"
    members = frozenset({"lc", "data", "messages", *_HELD, *_OWN})
    holding = frozenset({"data", "messages", *_HELD}) - {*_OWN}

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        held, _ = _state(document, "")
        messages = items(held, "messages")
        return are_messages(messages) if messages else is_message(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        """A state holds all that was said, which the next one holds again."""
        if not isinstance(document, dict):
            return
        held, place = _state(document, path)
        messages = items(held, "messages")
        if messages:
            run.request()
        configured = mapping(mapping(document.get("config")).get("configurable"))
        thread = text(mapping(document.get("checkpoint")), "thread_id") or text(configured, "thread_id")
        run.session_id = run.session_id or thread
        for index, message in enumerate(messages):
            _tell(run, message, f"{place}['messages'][{index}]")
        if not messages:
            _tell(run, document, path)


_SAYING = frozenset({"content", "type", "role", "tool_calls"})
"""Of these a message has one."""


def _state(document: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], str]:
    for name in _HELD if "messages" not in document else ():
        if isinstance(document.get(name), dict):
            return document[name], path + segment(name)
    return document, path


def is_message(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    kwargs, names = node.get("kwargs"), node.get("id")
    if isinstance(kwargs, dict) and "lc" in node:
        last = names[-1] if isinstance(names, list) and names else ""
        return isinstance(last, str) and last.endswith(("Message", "MessageChunk")) and "content" in kwargs
    if text(node, "type") not in _TYPES:
        return False
    data = node.get("data")
    return isinstance(data, dict) and "content" in data if "data" in node else any(name in node for name in _OWN)


def are_messages(nodes: Any) -> bool:
    return all_are(nodes, is_message)


def _tell(run: Run, message: Any, path: str) -> None:
    if not isinstance(message, dict):
        return
    said, _ = conversation.unwrapped(message, path)
    if _SAYING.isdisjoint(said):
        return  # what stands beside a message, such as its metadata
    note(run, said, path)
    steps = conversation.sent([message], path)
    for step in steps:
        step.path = step.path.replace(f"{path}[0]", path, 1)
    run.sent(steps)


def note(run: Run, message: Mapping[str, Any], path: str) -> None:
    """The model of a message, and its tokens, once."""
    known = ("counted", text(message, "id") or path)
    if known not in run.memory and isinstance(message.get("usage_metadata"), dict):
        run.memory[known] = True
        count(run, message)
    run.note(mapping(message.get("response_metadata")), model="model_name")


def count(run: Run, message: Mapping[str, Any]) -> None:
    """The tokens of all calls together."""
    told = mapping(message.get("usage_metadata"))
    for name in _USAGE:
        if type(told.get(name)) is int:
            usage = run.attributes.setdefault("usage", {})
            usage[name] = usage.get(name, 0) + told[name]
