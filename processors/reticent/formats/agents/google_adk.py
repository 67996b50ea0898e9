"""Google's Agent Development Kit: sessions, and the events that they hold.

https://google.github.io/adk-docs/events
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import first, items, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_INVOCATION = ("invocation_id", "invocationId")
_APP = ("app_name", "appName")
_ERROR = ("error_message", "errorMessage")
_USAGE = ("usage_metadata", "usageMetadata")
_MODEL = ("model_version", "modelVersion")


class GoogleAdk(Provider):
    name = "google-adk"
    members = frozenset({"events", "content", "author"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        events = document.get("events")
        if isinstance(events, list) and any(name in document for name in _APP):
            return all(map(_is_event, events[:20]))
        return _is_event(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        if isinstance(document.get("events"), list):
            run.session_id = run.session_id or text(document, "id")
            for index, event in enumerate(document["events"]):
                if isinstance(event, dict):
                    _tell(run, event, f"{path}['events'][{index}]")
        else:
            _tell(run, document, path)


def _is_event(node: Any) -> bool:
    return isinstance(node, dict) and "author" in node and any(name in node for name in _INVOCATION)


def _tell(run: Run, event: Mapping[str, Any], path: str) -> None:
    for name in _MODEL:
        run.note(event, model=name)
    for name in _USAGE:
        run.note(event, usage=name)
    content, failed = event.get("content"), first(event, _ERROR)
    if isinstance(content, dict):
        role = "user" if text(event, "author") == "user" else "model"
        steps = message_steps(content, path + "['content']", role)
        if event.get("partial") is True:
            _pieces(run, event, content, path)
            return
        for step in timed(steps, event.get("timestamp")):
            run.ended(_key(event, step.kind), step)
    if failed:
        run.answered(timed([Step(0, StepKind.ERROR, failed, path=path)], event.get("timestamp")))


def _key(event: Mapping[str, Any], kind: StepKind) -> tuple[str, str, str, StepKind]:
    return ("adk", first(event, _INVOCATION), text(event, "author"), kind)


def _pieces(run: Run, event: Mapping[str, Any], content: Mapping[str, Any], path: str) -> None:
    """What is streamed comes again whole, with an event that is not partial."""
    for index, part in enumerate(items(content, "parts")):
        if isinstance(part, dict):
            kind = StepKind.THINKING if part.get("thought") is True else StepKind.OUTPUT
            run.delta(_key(event, kind), kind, part, "text", f"{path}['content']['parts'][{index}]")
