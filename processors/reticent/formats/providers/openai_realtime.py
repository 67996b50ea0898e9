"""OpenAI Realtime: the events of a session, those of the client and those of the server.

https://platform.openai.com/docs/api-reference/realtime-client-events
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from ...model import Step, StepKind
from .blocks import items, mapping, segment, text
from .openai_responses import item_steps
from .provider import Provider
from .streams import Run

_FAMILIES = ("session.", "conversation.", "response.", "input_audio_buffer.", "output_audio_buffer.", "rate_limits.")
_OWN = ("session", "conversation", "item", "item_id", "audio", "audio_start_ms", "audio_end_ms", "rate_limits")
"""One of these an event of a client's has, which need not have an id."""
_DELTAS: Mapping[str, StepKind] = {
    "response.text": StepKind.OUTPUT, "response.output_text": StepKind.OUTPUT,
    "response.audio_transcript": StepKind.OUTPUT, "response.output_audio_transcript": StepKind.OUTPUT,
    "response.function_call_arguments": StepKind.TOOL_CALL,
    "conversation.item.input_audio_transcription": StepKind.PROMPT,
}  # fmt: skip
"""What the events `<this>.delta` and `.done` or `.completed` carry on."""
_WHOLE = ("text", "transcript", "arguments")


class OpenAiRealtime(Provider):
    name = "openai-realtime"
    members = frozenset({"type"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or not isinstance(kind := document.get("type"), str):
            return False
        if kind == "error":
            return "event_id" in document and "error" in document
        if not kind.startswith(_FAMILIES) or "sequence_number" in document:
            return False
        if kind.startswith("response."):
            return "event_id" in document or kind in ("response.create", "response.cancel")
        return "event_id" in document or any(name in document for name in _OWN)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        kind = text(document, "type")
        what, _, end = kind.rpartition(".")
        if kind == "error":
            said = text(mapping(document.get("error")), "message")
            run.answered([Step(0, StepKind.ERROR, said, path=path + "['error']")] if said else [])
        elif what in _DELTAS:
            _carried_on(run, document, path, _DELTAS[what], end)
        elif isinstance(document.get("item"), dict):
            _item(run, document["item"], path + "['item']")
        elif isinstance(document.get("session"), dict):
            _session(run, document["session"], path + "['session']")
        elif isinstance(document.get("response"), dict):
            _response(run, document["response"], path + "['response']")
        elif kind == "response.create":
            _asked(run, document, path)


def _key(item: str, within: str) -> Hashable:
    return "realtime", item, within


def _carried_on(run: Run, event: Mapping[str, Any], path: str, kind: StepKind, end: str) -> None:
    within = "" if kind is StepKind.TOOL_CALL else f"['content'][{event.get('content_index', 0)}]"
    key = _key(text(event, "item_id"), within)
    if end == "delta":
        run.delta(key, kind, event, "delta", path, tool=text(event, "name"), call_id=text(event, "call_id"))
        return
    for name in _WHOLE:
        said = text(event, name)
        if said and kind is StepKind.PROMPT:  # nothing else says what was heard
            run.settle(key, Step(0, kind, said, path=path + segment(name)))
        elif said:
            run.part(key, path + segment(name))


def _item(run: Run, item: Mapping[str, Any], path: str) -> None:
    """One is told when a client makes it, when it is there, and when it is done. A client need give it no id: what the
    server tells in the same words is it."""
    identity = text(item, "id")
    unnamed = run.memory.setdefault("realtime", {})
    for step in item_steps(_heard(item), path, "assistant"):
        within, mark = step.path[len(path) :], (step.kind, step.call_id, str(step.content))
        if identity and mark in unnamed:
            key = unnamed.pop(mark)
            run.part(key, step.path)
            unnamed[identity, within] = key
        elif identity:
            run.settle(unnamed.get((identity, within)) or _key(identity, within), step)
        else:
            key = unnamed[mark] = _key(path, within)
            run.settle(key, step)


def _heard(item: Mapping[str, Any]) -> dict[str, Any]:
    """What was spoken is text as soon as somebody wrote it down."""
    content = [
        {"type": "text", "text": part["transcript"]} if isinstance(part, dict) and text(part, "transcript") else part
        for part in items(item, "content")
    ]
    return {**item, "content": content} if content else dict(item)


def _session(run: Run, session: Mapping[str, Any], path: str) -> None:
    run.session_id = run.session_id or text(session, "id")
    run.note(session, model="model")
    told = text(session, "instructions")
    if told:  # each update of a session says them again
        run.settle(_key(told, "instructions"), Step(0, StepKind.SYSTEM, told, path=path + "['instructions']"))


def _asked(run: Run, node: Mapping[str, Any], path: str) -> None:
    """What one response alone is made of."""
    told, given = text(node, "instructions"), node.get("input")
    if told:
        run.settle(_key(told, "instructions"), Step(0, StepKind.SYSTEM, told, path=path + "['instructions']"))
    if isinstance(given, str) and given:
        run.answered([Step(0, StepKind.PROMPT, given, path=path + "['input']")])
    for index, item in enumerate(items(node, "input")):
        if isinstance(item, dict):
            _item(run, item, f"{path}['input'][{index}]")


def _response(run: Run, response: Mapping[str, Any], path: str) -> None:
    run.note(response, usage="usage")
    if "input" in response:
        _asked(run, response, path)
    for index, item in enumerate(items(response, "output")):
        if isinstance(item, dict):
            _item(run, item, f"{path}['output'][{index}]")
    failed = mapping(mapping(response.get("status_details")).get("error"))
    if text(failed, "message"):
        run.answered([Step(0, StepKind.ERROR, text(failed, "message"), path=path + "['status_details']")])
