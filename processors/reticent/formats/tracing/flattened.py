"""Messages spread over numbered attributes: gen_ai.prompt.0.content, llm.input_messages.0.message.content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import blocks_in, mapping
from .spans import Attributes


def flattened(attributes: Attributes, prefix: str, role: str) -> list[Step]:
    """The steps of the messages under a prefix, in order of their numbers. `role`: where a message names none."""
    found: list[Step] = []
    for names, node in numbered(attributes, prefix):
        steps, places = message_steps(_message(node), "$", role), _Places(names)
        for step in steps:
            step.path = attributes.place(places.of(step))
        found += steps
    return found


def numbered(attributes: Attributes, prefix: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """(names of its attributes, the object they spell) of each number under a prefix, in order."""
    start = prefix + "."
    found: dict[int, tuple[list[str], dict[str, Any]]] = {}
    for name in [name for name in attributes.values if name.startswith(start)]:
        first, *rest = name[len(start) :].split(".", 40)
        if _is_number(first):
            number = int(first)
            if number not in found:
                found[number] = ([], _Spelled())
            names, node = found[number]
            names.append(name)
            _put(node, rest or ["content"], attributes.values[name])
    for number in sorted(found):
        names, node = found[number]
        yield names, {key: _listed(child) for key, child in node.items()}


def _is_number(name: str) -> bool:
    return name.isdigit() and name.isascii() and len(name) < 10


class _Spelled(dict[str, Any]):
    """An object that names spell. One that is an attribute's value is the document's own, and is copied before more is
    put into it."""


_NOTHING: Mapping[str, Any] = {}


def _put(node: dict[str, Any], way: list[str], value: Any) -> None:
    for segment in way[:-1]:
        below = node.get(segment, _NOTHING)
        if type(below) is not _Spelled:
            if not isinstance(below, dict):
                return
            below = node[segment] = _Spelled(below)
        node = below
    node[way[-1]] = value


def _listed(node: Any) -> Any:
    """Objects whose keys are all numbers are lists."""
    if not isinstance(node, dict):
        return node
    if node and all(map(_is_number, node)):
        return [_listed(node[key]) for key in sorted(node, key=int)]
    return {key: _listed(child) for key, child in node.items()}


def _message(node: Mapping[str, Any]) -> dict[str, Any]:
    """OpenInference puts each message, and each content of one, into an object of one name."""
    inner = node.get("message")
    message = dict(inner) if isinstance(inner, dict) else dict(node)
    contents = message.pop("contents", None)
    if message.get("role") == "user" and isinstance(message.get("tool_call_id"), str):
        message["role"] = "tool"  # Anthropic's results of tools are messages of the user
    if isinstance(message.get("content"), str):
        message["content"] = blocks_in(message["content"])
    if isinstance(contents, list):
        called = isinstance(message.get("tool_calls"), list)
        blocks = [block for each in contents if (block := _block(each, called)) is not None]
        said = message.get("content")
        again = isinstance(said, str) and said in ("", *_said(blocks))
        message["content"] = [*([said] if isinstance(said, str) and not again else []), *blocks]
    name = message.pop("function_call_name", None)
    if isinstance(name, str):
        message["function_call"] = {"name": name, "arguments": message.pop("function_call_arguments_json", None)}
    return message


def _said(blocks: Sequence[Any]) -> list[str]:
    """The texts of blocks, each alone and all together: some write them as the message's own content, too."""
    texts = [found for block in blocks if isinstance(block, dict) and isinstance(found := block.get("text"), str)]
    return [*texts, "".join(texts), "\n".join(texts)]


def _block(content: Any, again: bool) -> Any:
    """`again`: calls are told by the message itself, too."""
    if not isinstance(content, dict):
        return content
    call = content.get("tool_call")
    if not isinstance(call, dict):
        return content.get("message_content", content)
    function = mapping(call.get("function"))
    said = {"type": "tool_use", "id": call.get("id"), "name": function.get("name"), "input": function.get("arguments")}
    return None if again else said


class _Places:
    """Which of a message's attributes holds the most of a step."""

    def __init__(self, names: Sequence[str]) -> None:
        self._any = names[0]
        self._calls: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        for name in names:
            call = _CALL.search(name) if "tool_call" in name else None
            if call is not None or "function_call" in name:
                number = call.group(1) if call is not None else ""
                if "arguments" in name or number not in self._calls:
                    self._calls[number] = name
            elif name.endswith(_TEXTS):
                block = _BLOCK.search(name) if "contents" in name else None
                self._texts.setdefault(block.group(1) if block is not None else "", name)
        self._text = next(iter(self._texts.values()), self._any)

    def of(self, step: Step) -> str:
        number = step.path.rpartition("[")[2].rstrip("]")
        if step.kind is StepKind.TOOL_CALL:
            return self._calls.get(number) or next(iter(self._calls.values()), self._any)
        return self._texts.get(number, self._text)


_CALL, _BLOCK = re.compile(r"(?:tool_calls|contents)\.([0-9]+)\."), re.compile(r"contents\.([0-9]+)\.")
_TEXTS = (".text", "content", "reasoning_content", "reasoning")
