"""Kimi Code: what its wire file keeps of a session, a line each.

https://github.com/MoonshotAI/kimi-cli
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step, message_steps
from ..providers.blocks import mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said, timed

_TYPE = re.compile(r"[a-z_]+(?:\.[a-z_]+)+\Z")


class Kimi(Provider):
    name = "kimi"
    members = frozenset({frozenset({"type", "time"}), "protocol_version"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "protocol_version" in document:
            return text(document, "type") == "metadata"
        return type(document.get("time")) is int and _TYPE.match(text(document, "type")) is not None

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        if text(document, "type") == "llm.request":
            run.note(document, model="model")
        # what a turn was asked is put into the context, too
        again = text(document, "type") in ("context.append_message", "config.update")
        for step in timed(_told(document, path), said(document.get("time"), 0.001)):
            if not (again and run.again(step)):
                run.answered([step])


def _told(document: Mapping[str, Any], path: str) -> Iterator[Step]:
    kind, event = text(document, "type"), mapping(document.get("event"))
    if kind == "turn.prompt":
        said = document.get("input")
        message = {"role": "user", "content": said}
        for step in message_steps(message, path):
            step.path = step.path.replace("['content']", "['input']", 1)
            yield step
    elif kind == "context.append_message":
        yield from message_steps(mapping(document.get("message")), path + segment("message"))
    elif kind == "context.append_loop_event":
        yield from _event(event, path + segment("event"))
    elif kind == "context.apply_compaction" and text(document, "summary"):
        yield Step(0, StepKind.MEMORY, document["summary"], path=path + segment("summary"))
    elif kind == "config.update" and text(document, "systemPrompt"):
        yield Step(0, StepKind.SYSTEM, document["systemPrompt"], path=path + segment("systemPrompt"))


def _event(event: Mapping[str, Any], path: str) -> Iterator[Step]:
    kind, part = text(event, "type"), mapping(event.get("part"))
    if kind == "content.part":
        for name, what in (("think", StepKind.THINKING), ("text", StepKind.OUTPUT)):
            if text(part, name):
                yield Step(0, what, part[name], path=f"{path}['part']['{name}']")
    elif kind == "tool.call":
        yield call_step({**event, "id": text(event, "toolCallId")}, path)
    elif kind == "tool.result":
        result = mapping(event.get("result"))
        name = next((name for name in ("output", "message", "error") if name in result), "")
        gave = result_of(result[name] if name else event.get("result"))
        failed = {"error": True} if result.get("isError") is True or name == "error" else {}
        place = path + "['result']" + (segment(name) if name else "")
        yield Step(0, StepKind.TOOL_RESULT, gave, call_id=text(event, "toolCallId"), path=place, attributes=failed)
