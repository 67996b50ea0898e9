"""Rasa: a conversation's tracker, also as what an action server or a response server is sent, and its events alone, as
they are published to a broker.

https://rasa.com/docs/reference/api/pro/http-api
https://rasa.com/docs/reference/integrations/event-brokers
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import first, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_TOLD = frozenset({"user", "bot", "action", "slot", "action_execution_rejected"})
_SILENT = frozenset({
    "session_started", "session_ended", "user_featurization", "entities", "rewind", "undo", "restart", "reset_slots",
    "pause", "resume", "export", "followup", "reminder", "cancel_reminder", "active_loop", "form", "loop_interrupted",
    "stack", "flow_started", "flow_completed", "flow_interrupted", "flow_resumed", "flow_cancelled", "agent",
})  # fmt: skip
"""Events of how a conversation is kept."""
_EVENTS = _TOLD | _SILENT
_OWN = frozenset({"sender_id", "parse_data", "policy", "input_channel", "hide_rule_turn", "use_text_for_featurization"})
"""Of these an event has one."""
_SHOWN = ("text", "image")
"""What its channel for HTTP answers."""
_OPENING = ("action_listen", "action_session_start", "action_default_fallback")
_SAYING = "utter_"
"""An action that says what the next event of the bot is."""


class Rasa(Provider):
    name = "rasa"
    members = frozenset({frozenset({"sender_id", "events"}), "tracker", *(frozenset({"event", own}) for own in _OWN),
                         frozenset({"event", "name", "value"}), "recipient_id"})  # fmt: skip
    holding = frozenset({"events", "tracker"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "recipient_id" in document and first(document, _SHOWN):
            return True
        held = mapping(document.get("tracker")) or document
        if isinstance(held.get("events"), list) and "sender_id" in held:
            return not {"latest_message", "slots", "latest_event_time"}.isdisjoint(held)
        kind = text(document, "event")
        if kind not in _EVENTS or "timestamp" not in document:
            return False
        return not _OWN.isdisjoint(document) or (kind == "slot" and "value" in document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        inner = mapping(document.get("tracker"))
        held, place = (inner, path + segment("tracker")) if inner else (document, path)
        run.session_id = run.session_id or text(held, "sender_id") or text(held, "recipient_id")
        for name in _SHOWN if "recipient_id" in held else ():
            if text(held, name):
                run.answered([Step(0, StepKind.OUTPUT, held[name], path=place + segment(name))])
        if "event" in held:
            run.answered(timed(_steps(held, place), held.get("timestamp")))
        for index, event in enumerate(items(held, "events")):
            if isinstance(event, dict):
                run.answered(timed(_steps(event, f"{place}['events'][{index}]"), event.get("timestamp")))


def _steps(event: Mapping[str, Any], path: str) -> list[Step]:
    kind, name = text(event, "event"), text(event, "name")
    if kind == "user":
        again = mapping(event.get("parse_data")).get("text") == event.get("text")
        further = [path + "['parse_data']['text']"] if again else []
        return _said(event, path, StepKind.PROMPT, further)
    if kind == "bot":
        return _said(event, path, StepKind.OUTPUT, [])
    if kind == "slot" and event.get("value") is not None:
        return [Step(0, StepKind.MEMORY, event["value"], name=name, path=path + "['value']")]
    if kind == "action" and name and name not in _OPENING and not name.startswith(_SAYING):
        return [Step(0, StepKind.TOOL_CALL, {}, name=name, path=path)]
    if kind == "action_execution_rejected":
        return [Step(0, StepKind.ERROR, kind, name=name, path=path)]
    return []


def _said(event: Mapping[str, Any], path: str, kind: StepKind, further: list[str]) -> list[Step]:
    """A bot may show pictures and buttons and say nothing."""
    if text(event, "text"):
        return [Step(0, kind, event["text"], path=path + "['text']", further=further)]
    shown = {name: value for name, value in mapping(event.get("data")).items() if value}
    return [Step(0, kind, shown, path=path + "['data']")] if shown else []
