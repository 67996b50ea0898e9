"""Pydantic AI: a history of messages, as `ModelMessagesTypeAdapter` and `all_messages_json` write it.

https://ai.pydantic.dev/message-history
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import ASKED, arguments_of, items, result_of, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_KINDS: Mapping[str, StepKind] = {
    "system-prompt": StepKind.SYSTEM, "instruction": StepKind.SYSTEM, "user-prompt": StepKind.PROMPT,
    "retry-prompt": StepKind.PROMPT, "text": StepKind.OUTPUT, "thinking": StepKind.THINKING,
    "compaction": StepKind.MEMORY, "tool-call": StepKind.TOOL_CALL, "builtin-tool-call": StepKind.TOOL_CALL,
    "tool-return": StepKind.TOOL_RESULT, "builtin-tool-return": StepKind.TOOL_RESULT,
}  # fmt: skip
"""By `part_kind`; files and marks give no step."""
_USAGE = {"input_tokens": ("input_tokens", "request_tokens"), "output_tokens": ("output_tokens", "response_tokens")}
_FAILED: Mapping[str, Any] = {"error": True}


class PydanticAi(Provider):
    name = "pydantic-ai"
    members = frozenset({"parts"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or document.get("kind") not in ("request", "response"):
            return False
        parts = items(document, "parts")
        return bool(parts) and all(isinstance(part, dict) and "part_kind" in part for part in parts[:ASKED])

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or text(document, "conversation_id")
        _count(run, document)
        instructions = text(document, "instructions")
        if instructions and run.memory.get(self.name) != instructions:  # they are sent with every request
            run.memory[self.name] = instructions
            run.answered([Step(0, StepKind.SYSTEM, instructions, path=path + "['instructions']")])
        for index, part in enumerate(items(document, "parts")):
            if isinstance(part, dict):
                at = part.get("timestamp") or document.get("timestamp")
                run.answered(timed(_part(part, f"{path}['parts'][{index}]"), at))


def _part(part: Mapping[str, Any], path: str) -> list[Step]:
    kind = _KINDS.get(text(part, "part_kind"))
    name, call_id = text(part, "tool_name"), text(part, "tool_call_id")
    if kind is None:
        return []
    if kind is StepKind.TOOL_CALL:
        return [Step(0, kind, arguments_of(part.get("args")), name=name, call_id=call_id, path=path)]
    content = part.get("content")
    if kind is StepKind.TOOL_RESULT:
        failed = _FAILED if part.get("outcome") == "failed" else {}
        return [Step(0, kind, result_of(content), name=name, call_id=call_id, attributes=failed, path=path)]
    if text(part, "part_kind") == "retry-prompt" and name:
        return [
            Step(0, StepKind.TOOL_RESULT, content, name=name, call_id=call_id, attributes=_FAILED, path=path)
        ]  # fmt: skip
    said = _said(content) or (part.get("signature") if kind is StepKind.THINKING else None)
    return [Step(0, kind, said, path=path)] if said else []


def _said(content: Any) -> Any:
    """A text, or a list of texts and of what else a user sends; errors of a validation as they are."""
    if not isinstance(content, list):
        return content
    texts = [each if isinstance(each, str) else text(each, "content") for each in content if _is_said(each)]
    return "\n".join(filter(None, texts)) if texts or any(map(_is_file, content)) else content


def _is_said(each: Any) -> bool:
    return isinstance(each, str) or (isinstance(each, dict) and each.get("kind") == "text-content")


def _is_file(each: Any) -> bool:
    return isinstance(each, dict) and "kind" in each


def _count(run: Run, document: Mapping[str, Any]) -> None:
    """The tokens of all responses together."""
    run.note(document, model="model_name")
    told = document.get("usage")
    if not isinstance(told, dict):
        return
    for side, names in _USAGE.items():
        tokens = next((told[name] for name in names if type(told.get(name)) is int), None)
        if tokens is not None:
            usage = run.attributes.setdefault("usage", {})
            usage[side] = usage.get(side, 0) + tokens
