"""OpenAI Chat Completions messages: a list of messages, a request with `messages`, or a response with `choices`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import DecodeError
from ..limits import Limits
from ..model import Step, StepKind, Trace
from . import jsontext
from .document import Document
from .tree import Dialect, TreeDocument

MEDIA_TYPE = "application/json"
_ROLES: Mapping[str, StepKind] = {
    "system": StepKind.SYSTEM,
    "developer": StepKind.SYSTEM,
    "user": StepKind.PROMPT,
    "assistant": StepKind.OUTPUT,
    "tool": StepKind.TOOL_RESULT,
    "function": StepKind.TOOL_RESULT,
}
_THINKING = ("reasoning_content", "reasoning")


class OpenAiChat:
    name = "openai-chat"
    media_types: Sequence[str] = ()

    def recognises(self, payload: bytes, tree: Any) -> bool:
        messages = list(_messages(tree))
        return bool(messages) and all(message.get("role") in _ROLES for _, message in messages[:20])

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not any(True for _ in _messages(found)):
            raise DecodeError("wrong-format", "openai-chat wants a list of messages, `messages` or `choices`")
        return TreeDocument(found, _DIALECT, source=payload, limits=limits)


def _messages(tree: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every message with its normalised path, in order."""
    if isinstance(tree, list):
        yield from ((f"$[{index}]", message) for index, message in enumerate(tree) if _is_message(message))
    elif isinstance(tree, dict):
        for index, message in enumerate(_list(tree, "messages")):
            if _is_message(message):
                yield f"$['messages'][{index}]", message
        for index, choice in enumerate(_list(tree, "choices")):
            for name in ("message", "delta"):
                if isinstance(choice, dict) and _is_message(choice.get(name)):
                    yield f"$['choices'][{index}]['{name}']", choice[name]


def _is_message(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("role"), str)


def _list(node: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = node.get(name)
    return found if isinstance(found, list) else ()


def read_traces(tree: Any) -> Sequence[Trace]:
    top = tree if isinstance(tree, dict) else {}
    metadata = top.get("metadata") if isinstance(top.get("metadata"), dict) else {}
    steps: list[Step] = []
    calls: dict[str, int] = {}
    for path, message in _messages(tree):
        for step in _steps(path, message):
            step.seq = len(steps)
            if step.kind is StepKind.TOOL_CALL and step.call_id:
                calls[step.call_id] = step.seq
            elif step.kind is StepKind.TOOL_RESULT:
                step.parent = calls.get(step.call_id)
            steps.append(step)
    attributes = {"model": top["model"]} if isinstance(top.get("model"), str) else {}
    return [
        Trace(
            trace_id=_text(metadata or {}, "trace_id"),
            session_id=_text(metadata or {}, "session_id"),
            attributes=attributes,
            steps=steps,
        )
    ]


def _steps(path: str, message: Mapping[str, Any]) -> Iterator[Step]:
    kind = _ROLES.get(_text(message, "role"), StepKind.OTHER)
    for name in _THINKING:
        if message.get(name):
            yield Step(0, StepKind.THINKING, message[name], path=f"{path}['{name}']")
    content = message.get("content")
    if content is not None and content != "":
        yield Step(
            0,
            kind,
            content,
            name=_text(message, "name"),
            call_id=_text(message, "tool_call_id"),
            path=f"{path}['content']",
        )
    for index, call in enumerate(_list(message, "tool_calls")):
        if isinstance(call, dict):
            function = call.get("function")
            function = function if isinstance(function, dict) else {}
            yield Step(
                0,
                StepKind.TOOL_CALL,
                function.get("arguments", ""),
                name=_text(function, "name"),
                call_id=_text(call, "id"),
                path=f"{path}['tool_calls'][{index}]",
            )
    old = message.get("function_call")
    if isinstance(old, dict):
        yield Step(
            0, StepKind.TOOL_CALL, old.get("arguments", ""), name=_text(old, "name"), path=f"{path}['function_call']"
        )


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


_DIALECT = Dialect("openai-chat", MEDIA_TYPE, read_traces, check=jsontext.refuse_repeats)
