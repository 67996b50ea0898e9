"""Cursor: what tools were asked and gave in the streamed JSON of its CLI, whose other lines are Claude Code's; lines of
its agents' transcripts; and the conversations that the editor keeps, whole or a bubble each.

https://cursor.com/docs/cli/reference/output-format
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps, role_of
from ..providers.blocks import all_are, arguments_of, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tree import escaped_name
from .timed import said, timed

_USER, _MODEL = 1, 2
"""Types of the editor's bubbles."""
_ENDED = ("success", "error", "rejected", "failure")


class Cursor(Provider):
    name = "cursor"
    members = frozenset({frozenset({"tool_call", "call_id"}), frozenset({"role", "message"}), "bubbleId",
                         frozenset({"composerId", "conversation"})})  # fmt: skip
    holding = frozenset({"tool_call", "message"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "bubbleId" in document:
            return _is_bubble(document)
        if "composerId" in document:
            return all_are(items(document, "conversation"), _is_bubble)
        if "role" in document:
            said = mapping(document.get("message")).get("content")
            return isinstance(said, list) and "type" not in document and role_of(document) is not StepKind.OTHER
        if not isinstance(document.get("tool_call"), dict):
            return False
        return text(document, "type") == "tool_call" and "subtype" in document and "call_id" in document

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or text(document, "session_id") or text(document, "composerId")
        if "bubbleId" in document:
            run.answered(_bubble(document, path))
            return
        for index, each in enumerate(items(document, "conversation")):
            run.answered(_bubble(mapping(each), f"{path}['conversation'][{index}]"))
        if isinstance(document.get("message"), dict):
            run.answered(message_steps(document["message"], path + "['message']", text(document, "role")))
        call_id, at = text(document, "call_id"), said(document.get("timestamp_ms"), 0.001)
        for name, call in mapping(document.get("tool_call")).items():
            if isinstance(call, dict):
                place = f"{path}['tool_call']{escaped_name(name)}"
                tool = text(call, "name") or name.removesuffix("ToolCall")
                run.answered(timed(_told(run, call, tool, call_id, place), at))


def _is_bubble(node: Any) -> bool:
    return isinstance(node, dict) and "bubbleId" in node and node.get("type") in (_USER, _MODEL)


def _bubble(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    kind = StepKind.PROMPT if node.get("type") == _USER else StepKind.OUTPUT
    for name in ("thinking", "thinkingText"):
        thought = mapping(node.get(name)).get("text", node.get(name))
        if isinstance(thought, str) and thought:
            yield Step(0, StepKind.THINKING, thought, path=path + segment(name))
    if text(node, "text"):
        yield Step(0, kind, node["text"], path=path + "['text']")
    used, place = mapping(node.get("toolFormerData")), path + "['toolFormerData']"
    name, call_id = text(used, "name"), text(used, "toolCallId")
    if name:
        given = "rawArgs" if used.get("rawArgs") else "params"
        again = [place + "['params']"] if given == "rawArgs" and "params" in used else []
        yield Step(0, StepKind.TOOL_CALL, arguments_of(used.get(given)), name, call_id, path=place + segment(given),
                   further=again)  # fmt: skip
        gave = next((each for each in ("result", "error") if used.get(each)), "")
        if gave:
            yield Step(0, StepKind.TOOL_RESULT, arguments_of(used[gave]), name, call_id, path=place + segment(gave),
                       attributes={"error": True} if gave == "error" else {})  # fmt: skip


def _told(run: Run, call: Mapping[str, Any], tool: str, call_id: str, path: str) -> list[Step]:
    """What is completed says again what it was asked."""
    given, where = ("args", "['args']") if "args" in call else ("arguments", "['arguments']")
    asked = Step(0, StepKind.TOOL_CALL, arguments_of(call.get(given)), tool, call_id, path=path + where)
    steps = [] if run.again(asked) else [asked]
    gave = call.get("result")
    if gave is not None:
        name = next((name for name in _ENDED if name in mapping(gave)), "")
        inner = mapping(gave)[name] if name else gave
        inner = inner["content"] if isinstance(inner, dict) and isinstance(inner.get("content"), str) else inner
        failed = {"error": True} if name not in ("", "success") else {}
        steps.append(Step(0, StepKind.TOOL_RESULT, result_of(inner), tool, call_id, path=path + "['result']",
                          attributes=failed))  # fmt: skip
    return steps
