"""Gemini's Interactions: what the interface gives, steps alone, and the events of streamed ones. What it was asked is
read where it holds `system_instruction` or `previous_interaction_id`; other requests are everybody's.

https://ai.google.dev/api/interactions-api
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from .blocks import arguments_of, block_steps, content_of, first, items, mapping, result_of, segment, text
from .provider import Provider
from .streams import Run

_SAID: Mapping[str, StepKind] = {"user_input": StepKind.PROMPT, "model_output": StepKind.OUTPUT}
_EVENTS = frozenset({"step.start", "step.delta", "step.stop"})
_PREFIX = "interaction."
_ASKED = ("system_instruction", "previous_interaction_id")
_CALL, _RESULT = "_call", "_result"
"""How the types of steps of tools end, the caller's (`function_call`) and the service's (`google_search_call`)."""


class Interactions(Provider):
    name = "gemini-interactions"
    members = frozenset({"event_type", frozenset({"object", "steps"})}).union(
        frozenset({"input", name}) for name in _ASKED
    )

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if document.get("object") == "interaction":
            return isinstance(document.get("steps"), list)
        kind = document.get("event_type")
        if isinstance(kind, str):
            return kind in _EVENTS or (
                kind.startswith(_PREFIX) and ("interaction" in document or "interaction_id" in document)
            )
        return "input" in document and any(name in document for name in _ASKED)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        kind = text(document, "event_type")
        if kind:
            _event(run, document, path, kind)
            return
        run.note(document, model="model", usage="usage")
        run.session_id = run.session_id or text(document, "previous_interaction_id")
        if "input" in document:
            run.request()
            run.sent(_sent(document, path))
        if items(document, "steps"):
            run.response(text(document, "id") or None)
        for index, step in enumerate(items(document, "steps")):
            if isinstance(step, dict):
                run.answered(_step(step, f"{path}['steps'][{index}]"))


def _sent(document: Mapping[str, Any], path: str) -> list[Step]:
    steps = []
    system = content_of(document.get("system_instruction"))
    if system:
        steps.append(Step(0, StepKind.SYSTEM, system, path=path + "['system_instruction']"))
    given, place = document.get("input"), path + "['input']"
    for index, each in enumerate(given if isinstance(given, list) else ()):
        if isinstance(each, dict):
            steps += _step(each, f"{place}[{index}]")
    return [*steps, *(block_steps(given, place, StepKind.PROMPT) if not isinstance(given, list) else ())]


def _step(step: Mapping[str, Any], path: str) -> list[Step]:
    kind = text(step, "type")
    if kind in _SAID:
        content = step.get("content")
        blocks = content if isinstance(content, list) else [content]
        places = [f"{path}['content'][{at}]" for at in range(len(blocks))]
        return [each for block, at in zip(blocks, places, strict=True) for each in block_steps(block, at, _SAID[kind])]
    if kind == "thought":
        told = content_of(step.get("summary"))
        return [Step(0, StepKind.THINKING, told, path=path + "['summary']")] if told else []
    if kind.endswith((_CALL, _RESULT)):
        return [_of_tool(step, path, kind)]
    return block_steps(step, path, StepKind.PROMPT)


def _of_tool(step: Mapping[str, Any], path: str, kind: str) -> Step:
    called = kind.endswith(_CALL)
    own = kind.removesuffix(_CALL).removesuffix(_RESULT)
    name = text(step, "name") or ("" if own == "function" else own)
    if called:
        return Step(0, StepKind.TOOL_CALL, arguments_of(step.get("arguments")), name, text(step, "id"), path=path)
    failed = {"error": True} if step.get("is_error") is True else {}
    said = result_of(step.get("result"))
    return Step(0, StepKind.TOOL_RESULT, said, name, first(step, ("call_id", "id")), path=path, attributes=failed)


def _event(run: Run, event: Mapping[str, Any], path: str, kind: str) -> None:
    inner = mapping(event.get("interaction"))
    run.note(inner, model="model", usage="usage")
    index = event["index"] if isinstance(event.get("index"), int | str) else 0
    if kind == "interaction.created":
        run.response(text(inner, "id") or None)
    elif kind == "step.start":
        _begun(run, mapping(event.get("step")), path + segment("step"), index)
    elif kind == "step.delta":
        _piece(run, mapping(event.get("delta")), path + segment("delta"), index)


def _begun(run: Run, step: Mapping[str, Any], path: str, index: int | str) -> None:
    """A step of a tool says whose it is, and its deltas the rest."""
    run.memory[index] = text(step, "type")
    if not text(step, "type").endswith((_CALL, _RESULT)):
        run.answered(_step(step, path))
        return
    told = _of_tool(step, path, text(step, "type"))
    opened = run.open(index, told.kind, path, name=told.name, call_id=told.call_id)
    opened.content = told.content


def _piece(run: Run, delta: Mapping[str, Any], path: str, index: int | str) -> None:
    kind = text(delta, "type")
    if kind == "text":
        said = _SAID.get(str(run.memory.get(index)), StepKind.OUTPUT)
        run.delta((index, "text"), said, delta, "text", path)
    elif kind in ("thought_summary", "thought"):
        content, place = delta.get("content", delta), path + (segment("content") if "content" in delta else "")
        run.delta((index, "thought"), StepKind.THINKING, content, "text", place)
    elif isinstance(delta.get("arguments"), str):
        run.delta(index, StepKind.TOOL_CALL, delta, "arguments", path)
    elif kind.endswith((_CALL, _RESULT)):
        told = _of_tool(delta, path, kind)
        opened = run.open(index, told.kind, path, name=told.name, call_id=told.call_id)
        opened.content, opened.attributes = told.content, told.attributes
