"""Copilot Chat of VS Code: a session as "Chat: Export Chat..." writes it and as the editor keeps it.

https://code.visualstudio.com/docs/copilot/chat/chat-sessions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step
from ..providers.blocks import all_are, arguments_of, content_of, items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tree import escaped_name
from .timed import said, timed

_CALLS = ("toolInvocationSerialized", "toolInvocation")


class CopilotChat(Provider):
    name = "copilot-chat"
    members = frozenset({"requests", "kind"})

    def claims(self, document: Any) -> bool:
        session, _ = _session(document, "")
        requests = items(session, "requests")
        return all_are(requests, _is_request)

    def feed(self, run: Run, path: str, document: Any) -> None:
        session, path = _session(document, path)
        run.session_id = run.session_id or text(session, "sessionId")
        for index, request in enumerate(items(session, "requests")):
            if isinstance(request, dict):
                run.note(request, model="modelId")
                steps = _steps(request, f"{path}['requests'][{index}]")
                run.answered(timed(steps, said(request.get("timestamp"), unit=0.001)))


def _session(document: Any, path: str) -> tuple[Mapping[str, Any], str]:
    """The editor's own file begins with a line that holds it all; what changed since then is masked, and is no step."""
    held = document.get("v") if isinstance(document, dict) and document.get("kind") == 0 else None
    return (held, path + "['v']") if isinstance(held, dict) else (mapping(document), path)


def _is_request(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("message"), dict | str) and "response" in node


def _steps(request: Mapping[str, Any], path: str) -> Iterator[Step]:
    message = request.get("message")
    asked = text(message, "text") if isinstance(message, dict) else message
    if isinstance(asked, str) and asked:
        again = [f"{path}['message']['parts'][{at}]" for at, part in enumerate(items(message, "parts"))
                 if text(mapping(part), "text") == asked]  # fmt: skip
        place = path + ("['message']['text']" if isinstance(message, dict) else "['message']")
        yield Step(0, StepKind.PROMPT, asked, path=place, further=again)
    result, place = mapping(request.get("result")), path + "['result']"
    metadata = mapping(result.get("metadata"))
    if items(metadata, "toolCallRounds"):
        yield from _rounds(metadata, place + "['metadata']")
    else:
        yield from _parts(items(request, "response"), path + "['response']")
    failed = text(mapping(result.get("errorDetails")), "message")
    if failed:
        yield Step(0, StepKind.ERROR, failed, path=place + "['errorDetails']['message']")


def _rounds(metadata: Mapping[str, Any], path: str) -> Iterator[Step]:
    """What the model thought, said and called, and what it was told; `response` shows people a part of it."""
    results = mapping(metadata.get("toolCallResults"))
    for index, each in enumerate(items(metadata, "toolCallRounds")):
        told, place = mapping(each), f"{path}['toolCallRounds'][{index}]"
        thought = content_of(mapping(told.get("thinking")).get("text"))
        if thought:
            yield Step(0, StepKind.THINKING, thought, path=place + "['thinking']['text']")
        if text(told, "response"):
            yield Step(0, StepKind.OUTPUT, told["response"], path=place + "['response']")
        calls = [(mapping(call), f"{place}['toolCalls'][{at}]") for at, call in enumerate(items(told, "toolCalls"))]
        yield from (call_step(call, where) for call, where in calls)
        for call, _ in calls:
            own = text(call, "id")
            if isinstance(found := results.get(own), dict):
                where = f"{path}['toolCallResults']{escaped_name(own)}"
                yield Step(0, StepKind.TOOL_RESULT, _said(found.get("content")), text(call, "name"), own, path=where)


def _said(content: Any) -> Any:
    """Texts in the order they were given; a part that is laid out for a prompt is a tree, and stays one."""
    values = [mapping(part).get("value") for part in content] if isinstance(content, list) else []
    texts = [each for each in values if isinstance(each, str)]
    return "\n".join(texts) if texts and len(texts) == len(values) else content or ""


def _parts(parts: Any, path: str) -> Iterator[Step]:
    for index, part in enumerate(parts):
        kind, place = text(mapping(part), "kind"), f"{path}[{index}]"
        if kind == "thinking" and (thought := content_of(part.get("value"))):
            yield Step(0, StepKind.THINKING, thought, path=place)
        elif kind in _CALLS:
            yield from _call(part, place)
        elif kind in ("", "markdownContent"):
            shown = part if isinstance(part, str) else mapping(mapping(part).get("content")) or mapping(part)
            told = shown if isinstance(shown, str) else text(shown, "value")
            if told:
                yield Step(0, StepKind.OUTPUT, told, path=place)


def _call(part: Mapping[str, Any], path: str) -> Iterator[Step]:
    """As the editor shows it: what a tool was given and gave, where it says so, else in words."""
    name, own, details = text(part, "toolId"), text(part, "toolCallId"), mapping(part.get("resultDetails"))
    given = arguments_of(details["input"]) if details.get("input") else content_of(part.get("invocationMessage"))
    yield Step(0, StepKind.TOOL_CALL, {} if given is None else given, name, own, path=path)
    gave = details.get("output")
    if gave:
        yield Step(0, StepKind.TOOL_RESULT, _said(gave), name, own, path=path + "['resultDetails']['output']")
