"""Microsoft's Agent Framework, and the messages of Microsoft.Extensions.AI: messages, sessions and responses, as its
packages for Python and .NET serialise them.

https://learn.microsoft.com/en-us/agent-framework/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import role_of
from ..providers.blocks import ASKED, all_are, block_steps, content_of, first, items, mapping
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tree import escaped_name
from .timed import timed

_KIND = ("$type", "type")
_TYPES = {
    "text_reasoning": "thinking", "reasoning": "thinking",
    **dict.fromkeys(("function_call", "functionCall", "mcp_server_tool_call", "mcpServerToolCall",
                     "code_interpreter_tool_call", "search_tool_call", "shell_tool_call"), "tool_call"),
    **dict.fromkeys(("function_result", "functionResult", "mcp_server_tool_result", "mcpServerToolResult",
                     "code_interpreter_tool_result", "search_tool_result", "shell_tool_result"), "tool_result"),
}  # fmt: skip
"""What others call the same."""
_CALLS = ("call_id", "callId")
_NAMES = ("name", "tool_name", "toolName")


class AgentFramework(Provider):
    name = "agent-framework"
    members = frozenset({"contents", "messages", "state"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "role" in document:
            return _is_message(document)
        messages = items(document, "messages")
        if messages or "state" not in document:
            return all_are(messages, _is_message)
        kept = [each for listed, _ in _lists(document, "") for each in listed[:ASKED]]
        return bool(kept) and all(map(_is_message, kept))

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        if isinstance(document.get("contents"), list):
            _tell(run, document, path)
            return
        run.session_id = run.session_id or first(document, ("session_id", "conversation_id", "conversationId"))
        run.note(document, response_id="response_id", model="model")
        for messages, place in _lists(document, path):
            for index, message in enumerate(messages):
                if isinstance(message, dict):
                    _tell(run, message, f"{place}[{index}]")


def _lists(document: Mapping[str, Any], path: str) -> Iterator[tuple[list[Any], str]]:
    """Of a response, and of the providers of history in a session's state."""
    if isinstance(document.get("messages"), list):
        yield document["messages"], path + "['messages']"
    for name, kept in mapping(document.get("state")).items():
        if isinstance(messages := mapping(kept).get("messages"), list):
            yield messages, f"{path}['state']{escaped_name(name)}['messages']"


def _is_message(node: Any) -> bool:
    contents = items(node, "contents")
    return all_are(contents, lambda each: isinstance(each, dict) and bool(_named(each))) and "role" in node


def _named(content: Mapping[str, Any]) -> str:
    return first(content, _KIND)


def _tell(run: Run, message: Mapping[str, Any], path: str) -> None:
    kind: StepKind = role_of({"role": message.get("role")})
    for index, content in enumerate(items(message, "contents")):
        if isinstance(content, dict):
            steps = _steps(content, f"{path}['contents'][{index}]", kind)
            run.answered(timed(steps, message.get("createdAt")))


def _steps(content: Mapping[str, Any], path: str, kind: StepKind) -> list[Step]:
    named = _named(content)
    if named == "error":
        return [Step(0, StepKind.ERROR, content.get("message") or "", path=path)]
    told = _TYPES.get(named, named)
    steps = block_steps({**content, "type": told}, path, kind)
    for step in steps:
        if told in ("tool_call", "tool_result"):
            step.name, step.call_id = first(content, _NAMES), first(content, _CALLS)
        if told == "tool_result":
            step.content = content_of(step.content)
            step.attributes = {"error": True} if content.get("exception") else {}
    return steps
