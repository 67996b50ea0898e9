"""Google's Agent Development Kit: sessions, and the events that they hold.

https://google.github.io/adk-docs/events
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import ASKED, first, items, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

# the first versions for Go have the names of its fields
_INVOCATION = ("invocation_id", "invocationId", "InvocationID")
_APP = ("app_name", "appName")
_ERROR = ("error_message", "errorMessage", "ErrorMessage")
_USAGE = ("usage_metadata", "usageMetadata", "UsageMetadata")
_MODEL = ("model_version", "modelVersion", "ModelVersion")
_AUTHOR, _TIME = ("author", "Author"), ("timestamp", "Timestamp")
_CONTENT, _PARTIAL = ("content", "Content"), ("partial", "Partial")


class GoogleAdk(Provider):
    name = "google-adk"
    members = frozenset({"events", "content", *_AUTHOR})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        events = document.get("events")
        if isinstance(events, list) and any(name in document for name in _APP):
            return all(map(_is_event, events[:ASKED]))
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
    return (
        isinstance(node, dict) and any(name in node for name in _AUTHOR) and any(name in node for name in _INVOCATION)
    )


def _tell(run: Run, event: Mapping[str, Any], path: str) -> None:
    for name in _MODEL:
        run.note(event, model=name)
    for name in _USAGE:
        run.note(event, usage=name)
    at, failed = next((event[name] for name in _TIME if name in event), None), first(event, _ERROR)
    for name in _CONTENT:
        content, place = event.get(name), path + segment(name)
        if not isinstance(content, dict):
            continue
        if any(event.get(partial) is True for partial in _PARTIAL):
            _pieces(run, event, content, place)
            return
        role = "user" if first(event, _AUTHOR) == "user" else "model"
        for step in timed(message_steps(content, place, role), at):
            run.ended(_key(event, step.kind), step)
    if failed:
        run.answered(timed([Step(0, StepKind.ERROR, failed, path=path)], at))


def _key(event: Mapping[str, Any], kind: StepKind) -> tuple[str, str, str, StepKind]:
    return ("adk", first(event, _INVOCATION), first(event, _AUTHOR), kind)


def _pieces(run: Run, event: Mapping[str, Any], content: Mapping[str, Any], path: str) -> None:
    """What is streamed comes again whole, with an event that is not partial."""
    for index, part in enumerate(items(content, "parts")):
        if isinstance(part, dict):
            kind = StepKind.THINKING if part.get("thought") is True else StepKind.OUTPUT
            run.delta(_key(event, kind), kind, part, "text", f"{path}['parts'][{index}]")
