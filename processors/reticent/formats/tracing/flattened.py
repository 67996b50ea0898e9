"""Messages spread over numbered attributes: gen_ai.prompt.0.content, llm.input_messages.0.message.content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from .spans import Attributes


def flattened(attributes: Attributes, prefix: str, role: str) -> Iterator[Step]:
    """The steps of the messages under a prefix, in order of their numbers. `role`: where a message names none."""
    for names, node in numbered(attributes, prefix):
        message = _message(node)
        for step in message_steps(message, "$", role):
            step.path = attributes.place(_attribute(step, names))
            yield step


def numbered(attributes: Attributes, prefix: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """(names of its attributes, the object they spell) of each number under a prefix, in order."""
    start = prefix + "."
    found: dict[int, tuple[list[str], dict[str, Any]]] = {}
    for name, value in attributes.values.items():
        if not name.startswith(start):
            continue
        first, *rest = name[len(start) :].split(".", 40)
        if first.isascii() and first.isdigit() and len(first) < 10:
            names, node = found.setdefault(int(first), ([], {}))
            names.append(name)
            _put(node, rest or ["content"], value)
    for number in sorted(found):
        names, node = found[number]
        yield names, {key: _listed(child) for key, child in node.items()}


def _put(node: dict[str, Any], way: list[str], value: Any) -> None:
    *above, last = way
    for segment in above:
        below = node.setdefault(segment, {})
        if not isinstance(below, dict):
            return
        node = below
    node[last] = value


def _listed(node: Any) -> Any:
    """Objects whose keys are all numbers are lists."""
    if not isinstance(node, dict):
        return node
    if node and all(key.isascii() and key.isdigit() and len(key) < 10 for key in node):
        return [_listed(node[key]) for key in sorted(node, key=int)]
    return {key: _listed(child) for key, child in node.items()}


def _message(node: Mapping[str, Any]) -> dict[str, Any]:
    """OpenInference puts each message, and each content of one, into an object of one name."""
    inner = node.get("message")
    message = dict(inner) if isinstance(inner, dict) else dict(node)
    contents = message.pop("contents", None)
    if isinstance(contents, list):
        blocks = [each.get("message_content", each) if isinstance(each, dict) else each for each in contents]
        message["content"] = [*([message["content"]] if isinstance(message.get("content"), str) else []), *blocks]
    name = message.pop("function_call_name", None)
    if isinstance(name, str):
        message["function_call"] = {"name": name, "arguments": message.pop("function_call_arguments_json", None)}
    return message


def _attribute(step: Step, names: list[str]) -> str:
    """The attribute that holds the most of a step."""
    if step.kind is StepKind.TOOL_CALL:
        number = step.path.rpartition("[")[2].rstrip("]")
        calls = [name for name in names if f"tool_calls.{number}." in name or "function_call" in name]
        return next((name for name in calls if "arguments" in name), calls[0] if calls else names[0])
    number = step.path.rpartition("['content'][")[2].rstrip("]")
    texts = [name for name in names if name.endswith((".text", "content", "reasoning_content", "reasoning"))]
    return next((name for name in texts if f"contents.{number}." in name), texts[0] if texts else names[0])
