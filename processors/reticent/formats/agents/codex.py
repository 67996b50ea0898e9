"""OpenAI Codex: the lines of a rollout. Items are those of the Responses API; events for its window say them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import mapping, segment, text
from ..providers.openai_responses import item_steps
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_KINDS = frozenset({"session_meta", "response_item", "event_msg", "turn_context", "compacted", "world_state",
                    "inter_agent_communication_metadata"})  # fmt: skip
_KEPT = "ghost_snapshot"
"""An item that says how things were, for taking them back."""
_SAID = ("message", "text")
_ERRORS = ("error", "stream_error")


class Codex(Provider):
    name = "codex"
    members = frozenset({"payload"})

    def claims(self, document: Any) -> bool:
        return (
            isinstance(document, dict)
            and isinstance(document.get("payload"), dict)
            and isinstance(document.get("type"), str)
            and document["type"] in _KINDS
        )

    def feed(self, run: Run, path: str, document: Any) -> None:
        payload = document.get("payload") if isinstance(document, dict) else None
        if not isinstance(payload, dict):
            return
        kind, place = text(document, "type"), path + "['payload']"
        steps: list[Step] = []
        if kind == "session_meta":
            run.session_id = run.session_id or text(payload, "id")
            steps = _instructions(payload, place)
        elif kind == "turn_context":
            run.note(payload, model="model")
        elif kind == "compacted":
            said = text(payload, "message")
            steps = [Step(0, StepKind.MEMORY, said, path=place + "['message']")] if said else []
        elif kind == "response_item" and text(payload, "type") != _KEPT:
            steps = item_steps(payload, place, "user")
            for step in steps:
                _known(run, step)
        else:
            steps = _event(run, payload, place)
        run.answered(timed(steps, document.get("timestamp")))


def _instructions(meta: Mapping[str, Any], path: str) -> list[Step]:
    """A text, or an object around one."""
    for name in ("base_instructions", "instructions"):
        found = meta.get(name)
        place = path + segment(name)
        if isinstance(found, dict):
            found, place = found.get("text"), place + "['text']"
        if isinstance(found, str) and found:
            return [Step(0, StepKind.SYSTEM, found, path=place)]
    return []


def _event(run: Run, payload: Mapping[str, Any], path: str) -> list[Step]:
    kind, info = text(payload, "type"), payload.get("info")
    if isinstance(info, dict):
        run.note(info, usage="total_token_usage")
    for node, place in ((payload, path), (mapping(payload.get("error")), path + "['error']")):
        if kind in _ERRORS and text(node, "message"):
            return [Step(0, StepKind.ERROR, node["message"], path=place + "['message']")]
    for name in _SAID:
        if text(payload, name):
            _again(run, payload[name], path + segment(name))
    return []


def _known(run: Run, step: Step) -> None:
    """An item: what said the same before it is a part of it, and what says it after it will be."""
    if isinstance(step.content, str) and step.content:
        waiting = run.memory.pop(("codex", "said", step.content), ())
        step.further = [*step.further, *waiting]
        run.memory["codex", "item", step.content] = step


def _again(run: Run, said: str, path: str) -> None:
    step = run.memory.get(("codex", "item", said))
    if isinstance(step, Step):
        step.further = [*step.further, path]
    else:
        key = ("codex", "said", said)
        run.memory[key] = [*run.memory.get(key, ()), path]
