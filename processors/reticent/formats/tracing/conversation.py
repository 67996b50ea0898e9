"""What a call of a model was sent and answered, as recorders write it down: in the words of whatever provider or
framework it was, in lists, wrapped in objects, or as a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step, message_steps, role_of
from ..providers.blocks import ASKED, ROLES, TYPES, arguments_of, block_steps, content_of, items, text
from ..tree import escaped_name

_SYSTEM = ("system", "system_prompt", "instructions", "system_instruction", "systemInstruction")
_SENT = ("messages", "input", "contents", "new_message", "prompts", "prompt", "inputs")
_ANSWERED = ("choices", "candidates", "generations", "output", "outputs", "messages", "message", "delta", "content",
             "text", "completion", "response", "replies")  # fmt: skip
_CONFIGURATION = ("config", "kwargs")
_LANGCHAIN = {"HumanMessage": "human", "AIMessage": "ai", "AIMessageChunk": "ai", "SystemMessage": "system",
              "ToolMessage": "tool", "FunctionMessage": "function", "ChatMessage": "human"}  # fmt: skip
HOLDING = ("messages", "contents", "input", "choices", "candidates", "generations", "output", "message", "content")
_WORDS = frozenset({"content", "parts", "tool_calls", "function_call"})
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_CALLED = frozenset({"call_id", "name", "arguments"})
"""What an item of the Responses API is a call by, where its `type` was left out."""
_COMMAND = frozenset({"graph", "update", "goto"})
_TOOLS_OWN = frozenset({"tool_call_id", "additional_kwargs"})
_DEPTH_MOST, _TELLING_DEPTH = 12, 6


def sent(tree: Any, path: str = "$") -> list[Step]:
    """Steps in order, with normalised paths within the tree. Raises nothing on any tree."""
    return _side(tree, path, _SENT, "user", _DEPTH_MOST)


def answered(tree: Any, path: str = "$") -> list[Step]:
    """As `sent`, of what came back."""
    return _side(tree, path, _ANSWERED, "assistant", _DEPTH_MOST)


def _side(tree: Any, path: str, names: tuple[str, ...], role: str, depth: int) -> list[Step]:
    """`role`: where nothing says whose words they are."""
    if isinstance(tree, list) and depth:
        return [step for at, each in enumerate(tree) for step in _side(each, f"{path}[{at}]", names, role, depth - 1)]
    if isinstance(tree, dict) and depth:
        return _object(tree, path, names, role, depth)
    if isinstance(tree, str) and tree[:1] in ("{", "[") and path != "$" and depth:
        told = arguments_of(tree)
        if tells(told):
            # what lies within JSON in a string stands behind the string's own path (steps.py)
            return _side(told, f"{path}$", names, role, depth - 1)
    return [Step(0, ROLES[role], tree, path=path)] if tree is not None and tree != "" else []


def tells(tree: Any, depth: int = _TELLING_DEPTH) -> bool:
    """Whether somebody says something in it: a message, a list of them, an object around one, or JSON in a string."""
    if isinstance(tree, str):
        tree = arguments_of(tree)
    if isinstance(tree, list):
        return depth > 0 and any(tells(each, depth - 1) for each in tree[:ASKED])
    if not isinstance(tree, dict):
        return False
    if _CALLED.issubset(tree):
        return True
    message, _ = unwrapped(tree, "")
    if _is_message(message):
        return not _WORDS.isdisjoint(message)
    if message is tree.get("update"):
        tree = message
    return depth > 0 and any(tells(tree[name], depth - 1) for name in HOLDING if name in tree)


def _object(node: Mapping[str, Any], path: str, names: tuple[str, ...], role: str, depth: int) -> list[Step]:
    message, place = unwrapped(node, path)
    if message is node.get("update"):
        node, path = message, place
    if _is_call(message) and "content" not in message:
        return [call_step(message, place)]
    if _CALLED.issubset(message) and message.keys().isdisjoint(("type", "content")):
        return block_steps({**message, "type": "function_call"}, place, ROLES[role])
    if _is_message(message):
        return _message(message, place, role)
    if "content" in node and not _TOOLS_OWN.isdisjoint(node):
        # clients of LangChain's leave out whose message it is, or say the tool's name
        return message_steps({"name": node.get("role"), **node, "role": "tool"}, path)
    if text(node, "type") in TYPES or ("text" in node and "content" not in node and len(node) == 1):
        return block_steps(node, path, ROLES[role])
    system, where = _system(node, path)
    steps = [Step(0, StepKind.SYSTEM, system, path=where)] if system is not None else []
    found = next((name for name in names if node.get(name) not in _NOTHING), None)
    if found is not None:
        steps += _side(node[found], path + escaped_name(found), names, role, depth - 1)
    if found in ("text", "generations", "content"):  # beside the text of an answer
        steps += message_steps({**node, "content": None}, path, role)
    elif found is None and system is None and any(value not in _NOTHING for value in node.values()):
        steps += message_steps(node, path, role) or [Step(0, ROLES[role], node, path=path)]
    return steps


def _is_message(node: Mapping[str, Any]) -> bool:
    said = text(node, "role") or text(node, "type")
    return said in ROLES or said.lower() in ROLES or (isinstance(node.get("parts"), list) and "role" not in node)


def unwrapped(node: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], str]:
    """LangChain's serialised messages: {"lc": 1, "id": [..., "HumanMessage"], "kwargs": {...}}, {"type", "data"}; of a
    command of LangGraph's what it changes of the state."""
    if _COMMAND.issubset(node) and isinstance(node["update"], dict):
        return node["update"], path + "['update']"
    kwargs, data = node.get("kwargs"), node.get("data")
    if isinstance(kwargs, dict):
        names = node.get("id")
        if isinstance(names, list) and names and isinstance(names[-1], str):
            role = _LANGCHAIN.get(names[-1])
            if role is not None:
                return {"role": role, **kwargs}, path + "['kwargs']"
    if isinstance(data, dict) and text(node, "type").lower() in ROLES:
        return {"role": node["type"], **data}, path + "['data']"
    return node, path


def _message(node: Mapping[str, Any], path: str, role: str) -> list[Step]:
    if "content" not in node and "output" in node:
        node = {**node, "content": node["output"]}
    content, extra = node.get("content"), node.get("additional_kwargs")
    if isinstance(content, list) and any(map(_is_call, content)):
        # calls that stand among the content
        kind = role_of(node, role)
        return [step for at, each in enumerate(content) for step in _block(each, f"{path}['content'][{at}]", kind)]
    if isinstance(content, dict) and _is_definition(content):
        return []
    if not isinstance(extra, dict) or items(node, "tool_calls"):
        return message_steps(node, path, role)
    steps = message_steps({**node, "tool_calls": items(extra, "tool_calls")}, path, role)
    for step in steps:
        step.path = step.path.replace(f"{path}['tool_calls']", f"{path}['additional_kwargs']['tool_calls']")
    return steps


def _block(block: Any, path: str, kind: StepKind) -> list[Step]:
    return [call_step(block, path)] if _is_call(block) else block_steps(block, path, kind)


def _is_call(block: Any) -> bool:
    return isinstance(block, dict) and text(block, "type") in _FUNCTIONS and isinstance(block.get("function"), dict)


_FUNCTIONS = frozenset({"function", "tool-call", "tool_call"})


def _is_definition(content: Mapping[str, Any]) -> bool:
    """Langfuse shows the tools that a model may call as messages."""
    function = content.get("function")
    return text(content, "type") == "function" and isinstance(function, dict) and "parameters" in function


def _system(node: Mapping[str, Any], path: str) -> tuple[Any, str]:
    for name in _CONFIGURATION:
        if isinstance(node.get(name), dict):
            found, where = _system(node[name], path + escaped_name(name))
            if found is not None:
                return found, where
    for name in _SYSTEM:
        value = node.get(name)
        if isinstance(value, dict) and isinstance(value.get("parts"), list):
            value = value["parts"]
        if value not in _NOTHING:
            return content_of(value), path + escaped_name(name)
    return None, ""
