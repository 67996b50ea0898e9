"""Gemini CLI: a session as it keeps it, one document or a line each.

https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/session-management.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step, message_steps
from ..providers.blocks import content_of, items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said

_KINDS: Mapping[str, StepKind] = {
    "user": StepKind.PROMPT, "gemini": StepKind.OUTPUT, "info": StepKind.EVENT, "warning": StepKind.EVENT,
    "error": StepKind.ERROR,
}  # fmt: skip
_MESSAGE = ("id", "timestamp", "content")
_ALL = frozenset({"type", "displayContent", *_MESSAGE})
"""All that a message of another has: its words are everybody's."""
_TOKENS = {"input_tokens": "input", "output_tokens": "output"}


class GeminiCli(Provider):
    name = "gemini-cli"
    members = frozenset({"projectHash", "content", "$set", "$rewindTo"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "projectHash" in document:
            return "sessionId" in document
        if len(document) == 1:
            return isinstance(document.get("$set"), dict) or isinstance(document.get("$rewindTo"), str)
        kind = document.get("type")
        if not isinstance(kind, str) or kind not in _KINDS or not all(name in document for name in _MESSAGE):
            return False
        return kind == "gemini" or _ALL.issuperset(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or text(document, "sessionId")
        messages = items(document, "messages")
        for index, message in enumerate(messages):
            if isinstance(message, dict):
                _tell(run, message, f"{path}['messages'][{index}]")
        if not messages:
            _tell(run, document, path)


def _tell(run: Run, message: Mapping[str, Any], path: str) -> None:
    """A message that is written again, with what came since, is the same steps."""
    _count(run, message)
    at = text(message, "timestamp")
    for key, step in _steps(message, path):
        step.started_at = step.started_at or at
        run.settle((text(message, "id") or path, *key), step)


def _steps(message: Mapping[str, Any], path: str) -> Iterator[tuple[tuple[Any, ...], Step]]:
    """Each with what tells it apart from the others of its message."""
    kind = _KINDS.get(text(message, "type"))
    if kind is None:
        return
    for index, thought in enumerate(items(message, "thoughts")):
        if isinstance(thought, dict):
            told = ": ".join(filter(None, (text(thought, "subject"), text(thought, "description"))))
            place = f"{path}['thoughts'][{index}]"
            yield ("thought", index), Step(0, StepKind.THINKING, told, started_at=said(thought.get("timestamp")),
                                           path=place)  # fmt: skip
    words = {"content": [found] if isinstance(found := message.get("content"), dict) else found}
    for index, step in enumerate(message_steps(words, path)):
        step.kind = kind if step.kind is StepKind.OTHER else step.kind
        yield ("content", index), step
    for index, call in enumerate(items(message, "toolCalls")):
        if isinstance(call, dict):
            for step in _called(call, f"{path}['toolCalls'][{index}]"):
                yield (step.kind, step.call_id or index), step


def _called(call: Mapping[str, Any], path: str) -> Iterator[Step]:
    step = call_step(call, path + "['args']")
    step.started_at = text(call, "timestamp")
    yield step
    result = call.get("result")
    if result is None:
        return
    parts = result if isinstance(result, list) else [result]
    answers = [mapping(each.get("functionResponse")) for each in parts if isinstance(each, dict)]
    content = content_of(answers[0].get("response")) if len(answers) == 1 and answers[0] else content_of(result)
    failed = {"error": True} if text(call, "status") == "error" else {}
    shown = [path + "['resultDisplay']"] if "resultDisplay" in call else []
    yield Step(0, StepKind.TOOL_RESULT, content, name=step.name, call_id=step.call_id, attributes=failed,
               path=path + "['result']", further=shown)  # fmt: skip


def _count(run: Run, message: Mapping[str, Any]) -> None:
    run.note(message, model="model")
    counted, tokens = run.memory.setdefault("counted", set()), mapping(message.get("tokens"))
    if not tokens or text(message, "id") in counted:
        return
    counted.add(text(message, "id"))
    for side, name in _TOKENS.items():
        if type(tokens.get(name)) is int:
            usage = run.attributes.setdefault("usage", {})
            usage[side] = usage.get(side, 0) + tokens[name]
