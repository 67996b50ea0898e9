"""Cohere Chat (v2): requests with its own kinds of messages, responses, and the events of streamed ones. Requests
without a plan or a document are read as `openai-chat`, whose messages they have.

https://docs.cohere.com/reference/chat
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from .blocks import ASKED, items, mapping, segment, text
from .provider import Provider
from .streams import Run

_DELTAS = frozenset({
    "message-start", "content-start", "content-delta", "tool-plan-delta", "tool-call-start", "tool-call-delta",
    "citation-start", "message-end",
})  # fmt: skip
_ENDS = frozenset({"content-end", "tool-call-end", "citation-end"})
_SAID: Mapping[str, StepKind] = {"text": StepKind.OUTPUT, "thinking": StepKind.THINKING}
_TELLING = ("assistant", "tool")
"""Roles of messages that may be unlike everybody's."""
_ANSWER = frozenset({"finish_reason", "message", "id"})


class Cohere(Provider):
    name = "cohere"
    members = frozenset({"messages", "message", "type"})
    holding = frozenset({"messages", "message"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = document.get("type")
        if isinstance(kind, str):
            return (kind in _DELTAS and isinstance(document.get("delta"), dict)) or (
                kind in _ENDS and "index" in document
            )
        if _ANSWER.issubset(document):
            return isinstance(mapping(document["message"]).get("content", []), list) and "role" in document["message"]
        return any(map(_is_own, items(document, "messages")[:ASKED]))

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.note(document, model="model", usage="usage", response_id="id")
        messages = items(document, "messages")
        if messages:
            run.request()
            for index, message in enumerate(messages):
                if isinstance(message, dict):
                    run.sent(_steps(message, f"{path}['messages'][{index}]"))
        elif isinstance(document.get("message"), dict):
            run.response(text(document, "id") or None)
            run.answered(_steps(document["message"], path + "['message']", "assistant"))
        else:
            _event(run, document, path, text(document, "type"))


def _is_own(message: Any) -> bool:
    if type(message) is not dict or message.get("role") not in _TELLING:
        return False
    if "tool_plan" in message:
        return True
    content = message.get("content")
    return type(content) is list and any(type(part) is dict and "document" in part for part in content[:ASKED])


def _steps(message: Mapping[str, Any], path: str, role: str = "") -> list[Step]:
    plan = text(message, "tool_plan")
    steps = [Step(0, StepKind.THINKING, plan, path=path + "['tool_plan']")] if plan else []
    content = message.get("content")
    if message.get("role") == "tool" and isinstance(content, list):
        content = [_document(part) for part in content]
    return [*steps, *message_steps({**message, "content": content}, path, role)]


def _document(part: Any) -> Any:
    """A document says what its data is, a text or an object."""
    data = mapping(mapping(part).get("document")).get("data")
    if isinstance(data, str):
        return {"type": "text", "text": data}
    return data if isinstance(data, dict) else part


def _event(run: Run, event: Mapping[str, Any], path: str, kind: str) -> None:
    delta = mapping(event.get("delta"))
    message, place = mapping(delta.get("message")), path + "['delta']['message']"
    index = event.get("index") if isinstance(event.get("index"), int | str) else 0
    if kind == "message-start":
        run.response(text(event, "id") or None)
    elif kind == "message-end":
        run.note(delta, usage="usage")
    elif kind == "tool-plan-delta":
        run.delta("tool_plan", StepKind.THINKING, message, "tool_plan", place)
    elif kind.startswith("content-"):
        for name, said in _SAID.items():
            run.delta((index, name), said, message.get("content"), name, place + "['content']")
    elif kind.startswith("tool-call-"):
        call = mapping(message.get("tool_calls"))
        function, place = call.get("function"), place + "['tool_calls']" + segment("function")
        key = ("call", index)
        run.open(key, StepKind.TOOL_CALL, place, name=text(mapping(function), "name"), call_id=text(call, "id"))
        run.delta(key, StepKind.TOOL_CALL, function, "arguments", place)
