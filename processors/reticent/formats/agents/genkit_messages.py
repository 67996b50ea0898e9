"""Genkit: messages as its packages keep them, what a model is sent and gives in them, and the chunks of a stream.

https://genkit.dev/docs/models
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import StepKind
from ..messages import role_of
from ..providers.blocks import ASKED, block_steps, items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run

_ROLES = frozenset({"system", "user", "model", "tool"})
_PARTS = frozenset({"text", "media", "toolRequest", "toolResponse", "reasoning", "data", "custom", "resource"})
_OWN = frozenset({"toolRequest", "toolResponse"})
_INDEX = "index"
"""Which message of an answer a chunk is of."""


class GenkitMessages(Provider):
    name = "genkit-messages"
    members = frozenset({"role", "messages", "message", "request"})
    holding = frozenset({"messages", "message", "request"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if _is_message(document):
            return _tells(document)
        sent, said = items(document, "messages"), document.get("message")
        if not sent and isinstance(said, dict):
            sent = (said, *items(document.get("request"), "messages"))
        return _are_messages(sent)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return _are_messages(tree) if isinstance(tree, list) else self.claims(tree)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        if _INDEX in node:
            _chunk(run, node, path)
            return
        if "role" in node:
            _message(run, node, path)
            return
        for holder, place in ((mapping(node.get("request")), path + "['request']"), (node, path)):
            for index, message in enumerate(items(holder, "messages")):
                _message(run, mapping(message), f"{place}['messages'][{index}]")
        _message(run, mapping(node.get("message")), path + "['message']")
        run.note(node, usage="usage")


def _is_message(node: Any) -> bool:
    """Parts have no type: they hold one thing by its name."""
    if not isinstance(node, dict) or text(node, "role") not in _ROLES or not isinstance(node.get("content"), list):
        return False
    return all(
        isinstance(each, dict) and "type" not in each and not _PARTS.isdisjoint(each) for each in node["content"]
    )


def _are_messages(nodes: Sequence[Any]) -> bool:
    asked = nodes[:ASKED]
    return all(map(_is_message, asked)) and any(map(_tells, asked))


def _tells(message: Mapping[str, Any]) -> bool:
    """Whether nobody else writes so: Bedrock's messages have parts of text alone, too."""
    if text(message, "role") == "model":
        return True
    return any(isinstance(part, dict) and not _OWN.isdisjoint(part) for part in items(message, "content"))


def _message(run: Run, message: Mapping[str, Any], path: str) -> None:
    kind = role_of(message)
    for index, part in enumerate(items(message, "content")):
        run.answered(block_steps(part, f"{path}['content'][{index}]", kind))


def _chunk(run: Run, chunk: Mapping[str, Any], path: str) -> None:
    """Of a call each one tells again what is known of it so far."""
    of = chunk[_INDEX] if type(chunk[_INDEX]) is int else 0
    for index, part in enumerate(items(chunk, "content")):
        place = f"{path}['content'][{index}]"
        for name, kind in (("text", role_of(chunk, "model")), ("reasoning", StepKind.THINKING)):
            run.delta(("genkit", of, name), kind, part, name, place)
        for step in block_steps(part, place, StepKind.OUTPUT) if "text" not in mapping(part) else ():
            if step.kind is StepKind.TOOL_CALL:
                run.settle(("genkit", of, step.call_id or step.name), step)
            elif step.kind is StepKind.TOOL_RESULT:
                run.answered([step])
