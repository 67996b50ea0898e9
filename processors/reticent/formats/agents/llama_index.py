"""LlamaIndex: chat messages with `blocks`, as its memories and chat stores keep them, or with `options`, as its package
for TypeScript does, and what a model answered beside that in its own words (`raw`).

https://docs.llamaindex.ai/en/stable/api_reference/prompts
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step
from ..messages import message_steps
from ..providers.blocks import items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tree import escaped_name

_OF_CALLS = {"tool_call_id": "id", "tool_name": "name", "tool_kwargs": "arguments"}


class LlamaIndex(Provider):
    name = "llama-index"
    members = frozenset({"blocks", "chat_store", "store", "options", "raw"})

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and (
            _is_message(document)
            or any(_is_message(message) for message, _ in _kept(document, ""))
            or _answers(document)
        )

    def recognises(self, payload: bytes, tree: Any) -> bool:
        if isinstance(tree, list) and any(_calls(mapping(each)) for each in tree):
            return all("role" in mapping(each) for each in tree)  # most have no options
        return super().recognises(payload, tree)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        if "role" in document:
            run.answered(message_steps_of(document, path))
        elif _answers(document):
            run.answered(message_steps_of(document["message"], path + "['message']"))
        for message, place in _kept(document, path):
            if isinstance(message, dict):
                run.answered(message_steps_of(message, place))


def _is_message(node: Any) -> bool:
    if not isinstance(node, dict) or "role" not in node:
        return False
    if _calls(node):
        return True
    blocks = items(node, "blocks")
    told = all(isinstance(block, dict) and "block_type" in block for block in blocks)
    return told and (bool(blocks) or ("blocks" in node and "additional_kwargs" in node))


def _calls(message: Mapping[str, Any]) -> bool:
    """Whether a message of TypeScript's says what it calls, or what it answers."""
    options = mapping(message.get("options"))
    return "content" in message and ("toolCall" in options or "toolResult" in options)


def _answers(node: Mapping[str, Any]) -> bool:
    message = mapping(node.get("message"))
    return "raw" in node and "role" in message and ("blocks" in message or "content" in message)


def _kept(node: Mapping[str, Any], path: str) -> Iterator[tuple[Any, str]]:
    """The messages of a chat store, or of a memory that has one."""
    if isinstance(node.get("chat_store"), dict):
        node, path = node["chat_store"], path + "['chat_store']"
    for key in mapping(node.get("store")):
        for index, message in enumerate(items(node["store"], key)):
            yield message, f"{path}['store']{escaped_name(key)}[{index}]"


def message_steps_of(message: Mapping[str, Any], path: str) -> list[Step]:
    found = message.get("additional_kwargs")
    extra: Mapping[str, Any] = found if isinstance(found, dict) else {}
    blocks = [_block(block) for block in items(message, "blocks") if isinstance(block, dict)]
    role = "assistant" if text(message, "role") == "chatbot" else text(message, "role")
    if "blocks" not in message and "content" in message:
        return _of_typescript({**message, "role": role}, path)
    steps = message_steps({"tool_call_id": text(extra, "tool_call_id"), "name": text(extra, "name"), "role": role,
                           "content": blocks, "tool_calls": items(extra, "tool_calls")}, path)  # fmt: skip
    for step in steps:
        within = step.path[len(path) :]
        for ours, own in (("['content']", "['blocks']"), ("['tool_calls']", "['additional_kwargs']['tool_calls']")):
            if within.startswith(ours):
                step.path = path + own + within[len(ours) :]
    return steps


def _of_typescript(message: Mapping[str, Any], path: str) -> list[Step]:
    """What a message called, or which call it answers, stands in its options."""
    options = mapping(message.get("options"))
    answered = options.get("toolResult")
    if isinstance(answered, dict):
        return message_steps({"role": "tool", "content": answered.get("result"),
                              "tool_call_id": text(answered, "id")}, path)  # fmt: skip
    steps = message_steps({**message, "tool_calls": items(options, "toolCall")}, path)
    for step in steps:
        step.path = step.path.replace(path + "['tool_calls']", path + "['options']['toolCall']", 1)
    return steps


def _block(block: Mapping[str, Any]) -> dict[str, Any]:
    """As the other readers of messages know it."""
    return {"type": text(block, "block_type"), **{_OF_CALLS.get(name, name): value for name, value in block.items()}}
