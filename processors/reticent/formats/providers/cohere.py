"""Cohere Chat (v2): requests with its own kinds of messages, responses, and the events of streamed ones. Requests
without a plan or a document are read as `openai-chat`, whose messages they have. And version 1 of it: a `message`
behind a `chat_history`, an answer's `text`, events with an `event_type`.

https://docs.cohere.com/reference/chat
https://docs.cohere.com/v1/reference/chat
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from .blocks import ASKED, arguments_of, items, mapping, result_of, segment, text
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
_ASKED_1 = frozenset({"chat_history", "preamble", "preamble_override", "documents", "connectors", "tool_results"})
"""Of these a request has one beside its `message`."""
_TURNS_1: Mapping[str, StepKind] = {"USER": StepKind.PROMPT, "CHATBOT": StepKind.OUTPUT, "SYSTEM": StepKind.SYSTEM,
                                    "TOOL": StepKind.TOOL_RESULT}  # fmt: skip
_EVENTS_1 = frozenset({"stream-start", "text-generation", "stream-end", "tool-calls-chunk", "tool-calls-generation",
                       "search-queries-generation", "search-results", "citation-generation"})  # fmt: skip


class Cohere(Provider):
    name = "cohere"
    members = frozenset({"messages", "message", "type", "event_type", "generation_id"})
    holding = frozenset({"messages"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if _is_version_1(document):
            return True
        kind = document.get("type")
        if isinstance(kind, str):
            return (kind in _DELTAS and isinstance(document.get("delta"), dict)) or (
                kind in _ENDS and "index" in document
            )
        if _ANSWER.issubset(document):
            message = mapping(document["message"])
            return isinstance(message.get("content", []), list) and "role" in message
        return any(map(_is_own, items(document, "messages")[:ASKED]))

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.note(document, model="model", usage="usage", response_id="id")
        messages = items(document, "messages")
        if _is_version_1(document):
            _version_1(run, document, path)
        elif messages:
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


def _is_version_1(document: Mapping[str, Any]) -> bool:
    if text(document, "event_type") in _EVENTS_1:
        return "is_finished" in document
    if isinstance(document.get("message"), str):
        return "role" not in document and not _ASKED_1.isdisjoint(document)
    return "generation_id" in document and isinstance(document.get("text"), str)


def _version_1(run: Run, document: Mapping[str, Any], path: str) -> None:
    """An answer, and the end of a streamed one, hold the whole conversation, the answer included."""
    kind = text(document, "event_type")
    if kind == "text-generation":
        run.delta((Cohere.name, "text"), StepKind.OUTPUT, document, "text", path)
    elif kind == "tool-calls-chunk":
        run.delta((Cohere.name, "plan"), StepKind.THINKING, document.get("tool_call_delta"), "text",
                  path + "['tool_call_delta']")  # fmt: skip
    elif kind == "stream-start":
        run.response(text(document, "generation_id") or None)
    elif kind == "stream-end":
        inner, place = mapping(document.get("response")), path + "['response']"
        turns = items(inner, "chat_history")
        if not run.asked:  # the end says what it was the end of
            answered = _answers_1(inner)
            for index, turn in enumerate(turns[:-1] if answered else turns):
                run.asking(_turn_1(turn, f"{place}['chat_history'][{index}]"))
        run.answered(_calls_1(inner, place))
    elif not kind:
        _whole_1(run, document, path)


def _whole_1(run: Run, document: Mapping[str, Any], path: str) -> None:
    asked = isinstance(document.get("message"), str)
    turns = items(document, "chat_history")
    answers = not asked and _answers_1(document)
    run.request()
    told = text(document, "preamble")
    run.sent([Step(0, StepKind.SYSTEM, told, path=path + "['preamble']")] if told else [])
    for index, turn in enumerate(turns[:-1] if answers else turns):
        run.sent(_turn_1(turn, f"{path}['chat_history'][{index}]"))
    for index, result in enumerate(items(document, "tool_results")):
        run.sent(_result_1(result, f"{path}['tool_results'][{index}]"))
    if asked and document["message"]:
        run.sent([Step(0, StepKind.PROMPT, document["message"], path=path + "['message']")])
    for index, each in enumerate(items(document, "documents")):
        run.sent([Step(0, StepKind.RETRIEVAL, each, path=f"{path}['documents'][{index}]")])
    if not asked:
        said = text(document, "text")
        further = [f"{path}['chat_history'][{len(turns) - 1}]"] if answers else []
        run.answered([Step(0, StepKind.OUTPUT, said, path=path + "['text']", further=further)] if said else [])
        run.answered(_calls_1(document, path))


def _answers_1(document: Mapping[str, Any]) -> bool:
    """Whether the history of an answer ends with it."""
    turns = items(document, "chat_history")
    last = mapping(turns[-1]) if turns else {}
    return last.get("role") == "CHATBOT" and last.get("message") == document.get("text")


def _turn_1(turn: Any, path: str) -> Iterator[Step]:
    node = mapping(turn)
    kind = _TURNS_1.get(text(node, "role").upper(), StepKind.OTHER)
    if text(node, "message"):
        yield Step(0, kind, node["message"], path=path)
    yield from _calls_1(node, path)
    for index, result in enumerate(items(node, "tool_results")):
        yield from _result_1(result, f"{path}['tool_results'][{index}]")


def _calls_1(node: Mapping[str, Any], path: str) -> Sequence[Step]:
    """They have no ids: a result says the call again."""
    return [
        Step(0, StepKind.TOOL_CALL, arguments_of(call.get("parameters")), text(call, "name"),
             path=f"{path}['tool_calls'][{index}]")
        for index, call in enumerate(items(node, "tool_calls"))
        if isinstance(call, dict)
    ]  # fmt: skip


def _result_1(result: Any, path: str) -> Iterator[Step]:
    node = mapping(result)
    if "outputs" in node:
        name = text(mapping(node.get("call")), "name")
        yield Step(0, StepKind.TOOL_RESULT, result_of(node["outputs"]), name, path=path + "['outputs']")
