"""Coze: messages of a conversation, as they are listed, and as a chat streams them.

https://www.coze.com/docs/developer_guides/chat_v3
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import all_are, arguments_of, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_KINDS: Mapping[str, StepKind] = {
    "question": StepKind.PROMPT, "answer": StepKind.OUTPUT, "function_call": StepKind.TOOL_CALL,
    "tool_response": StepKind.TOOL_RESULT, "tool_output": StepKind.TOOL_RESULT, "knowledge": StepKind.RETRIEVAL,
    "follow_up": StepKind.EVENT, "verbose": StepKind.EVENT,
}  # fmt: skip
_MESSAGE = frozenset({"role", "type", "content", "content_type"})
_OF = frozenset({"bot_id", "chat_id", "conversation_id"})
_CHAT = frozenset({"bot_id", "conversation_id", "status"})
_ASKED = frozenset({"bot_id", "additional_messages"})
_LISTS = ("data", "additional_messages")


class Coze(Provider):
    name = "coze"
    members = frozenset({frozenset({"content_type", "role"}), _CHAT, _ASKED, "data"})
    holding = frozenset({"data"})

    def claims(self, document: Any) -> bool:
        node = mapping(document)
        if _is_message(node) or node.keys() >= _ASKED or node.keys() >= _CHAT:
            return True
        return all_are(items(node, "data"), lambda each: _is_message(mapping(each)))

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        run.session_id = run.session_id or text(node, "conversation_id")
        for name in _LISTS:
            for index, each in enumerate(items(node, name)):
                _message(run, mapping(each), f"{path}['{name}'][{index}]")
        if "content" in node:
            _message(run, node, path)
        failed = text(mapping(node.get("last_error")), "msg")
        if failed:
            run.answered([Step(0, StepKind.ERROR, failed, path=path + "['last_error']['msg']")])


def _is_message(node: Mapping[str, Any]) -> bool:
    return node.keys() >= _MESSAGE and not _OF.isdisjoint(node) and text(node, "type") in _KINDS


def _message(run: Run, node: Mapping[str, Any], path: str) -> None:
    """Pieces of a message name it; the last one that does has all of it, and says when it was made."""
    run.session_id = run.session_id or text(node, "conversation_id")
    kind = _KINDS.get(text(node, "type"), StepKind.PROMPT if text(node, "role") == "user" else StepKind.OUTPUT)
    own = text(node, "id")
    if isinstance(node.get("reasoning_content"), str) and node["reasoning_content"]:
        _piece(run, ("thinking", own), StepKind.THINKING, node, "reasoning_content", path)
    if kind is StepKind.OUTPUT and isinstance(node.get("content"), str):
        _piece(run, ("text", own), kind, node, "content", path)
    elif node.get("content"):
        told = _step(node, kind, path)
        if kind is StepKind.TOOL_CALL:
            run.memory.setdefault((Coze.name, "waiting"), []).append(told.name)
        elif kind is StepKind.TOOL_RESULT and (waiting := run.memory.get((Coze.name, "waiting"))):
            told.name = waiting.pop(0)  # results do not say whose they are
        for step in timed([told], node.get("created_at")):
            if not (own and (own, kind) in run.memory and run.again(step)):
                run.answered([step])
            run.memory[own, kind] = True


def _piece(run: Run, key: tuple[str, str], kind: StepKind, node: Mapping[str, Any], name: str, path: str) -> None:
    so_far = run.memory.get(key, "")
    if so_far and node[name] == so_far:
        run.part(key, path + segment(name))
        return
    run.memory[key] = so_far + node[name]
    run.delta(key, kind, node, name, path)


def _step(node: Mapping[str, Any], kind: StepKind, path: str) -> Step:
    content, place = node["content"], path + "['content']"
    if kind is StepKind.TOOL_CALL:
        call = mapping(arguments_of(content))
        name = text(call, "name") or text(call, "api_name")
        return Step(0, kind, arguments_of(call.get("arguments", content)), name, path=place)
    return Step(0, kind, content, "" if kind is not StepKind.EVENT else text(node, "type"), path=place)
