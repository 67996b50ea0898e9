"""LangChain and LangGraph: messages as their packages for Python and JavaScript serialise them, alone, in a list, or in
a state (`messages`), a thread's state (`values`) or a checkpoint (`channel_values`).

https://python.langchain.com/docs/how_to/serialization
https://langchain-ai.github.io/langgraph/concepts/low_level/#state
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from ...model import StepKind
from .. import jsontext
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
        named = (mapping(document.get("checkpoint")), configured, document)
        thread = next((found for each in named if (found := text(each, "thread_id"))), "")
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


_CHUNKS = (("text", StepKind.OUTPUT), ("thinking", StepKind.THINKING), ("reasoning", StepKind.THINKING))
"""Fields of a block that carry a text on."""
_AGAIN = ("tool_calls", "invalid_tool_calls", "additional_kwargs")
"""Fields of a chunk that say a piece of a call's arguments once more."""


def pieces(run: Run, identity: str, chunk: Any, path: str) -> None:
    """What a chunk of a message says more of it."""
    if isinstance(chunk, dict) and isinstance(chunk.get("message"), dict):  # of a generation, whose text it is, too
        inner, place = kwargs(chunk["message"], path + "['message']")
        if isinstance(chunk.get("text"), str) and chunk["text"] and inner.get("content") == chunk["text"]:
            run.copy((chunk, "text"), (inner, "content"))
        chunk, path = inner, place
    chunk, path = kwargs(chunk, path)
    if not isinstance(chunk, dict):
        return
    key = (identity, StepKind.OUTPUT)
    run.delta(key, StepKind.OUTPUT, chunk, "content", path)
    for index, block in enumerate(items(chunk, "content")):
        for name, kind in _CHUNKS:
            run.delta((identity, kind), kind, block, name, f"{path}['content'][{index}]")
    for index, call in enumerate(items(chunk, "tool_call_chunks")):
        if isinstance(call, dict):
            number = call.get("index") if isinstance(call.get("index"), int) else index
            place, called = f"{path}['tool_call_chunks'][{index}]", (identity, "call", number)
            tool, call_id = text(call, "name"), text(call, "id")
            if tool and not call.get("args"):  # what it is given comes behind
                run.open(called, StepKind.TOOL_CALL, place, name=tool, call_id=call_id)
            run.delta(called, StepKind.TOOL_CALL, call, "args", place, tool=tool, call_id=call_id)
            again = chain.from_iterable(jsontext.texts(chunk.get(name)) for name in _AGAIN)
            for node, name in again if isinstance(call.get("args"), str) else ():
                if node[name] and node[name] in call["args"]:
                    run.copy((node, name), (call, "args"))


def kwargs(output: Any, path: str) -> tuple[Any, str]:
    """Of what LangChain has serialised; else it is as it is."""
    if isinstance(output, dict) and isinstance(output.get("kwargs"), dict):
        return output["kwargs"], path + "['kwargs']"
    return output, path
