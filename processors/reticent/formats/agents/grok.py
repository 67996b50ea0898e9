"""Grok's CLI: the lines of a session, each a message whose `type` says whose it is.

https://github.com/xai-org/grok-cli
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run

_TOLD = {"system": "system", "user": "user", "assistant": "assistant", "tool_result": "tool"}
_OWN = ("prompt_index", "synthetic_reason", "model_fingerprint", "tool_call_id", "model_id")
"""Of these names a list of its lines has one: others write such messages, too."""
_ELSE = frozenset({"role", "session_id", "sessionId", "uuid", "id", "event", "subtype"})
_BACKEND = "backend_tool_call"


class Grok(Provider):
    name = "grok"
    members = frozenset({frozenset({"type", "content"}), frozenset({"type", "kind"})})

    def recognises(self, payload: bytes, tree: Any) -> bool:
        told = super().recognises(payload, tree)
        return told and (type(tree) is not list or any(name in line for line in tree for name in _OWN))

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if text(document, "type") == _BACKEND:
            return isinstance(document.get("kind"), dict)
        told = text(document, "type") in _TOLD and isinstance(document.get("content"), str | list)
        return told and _ELSE.isdisjoint(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        kind = text(document, "type")
        run.note(document, model="model_id")
        if kind == _BACKEND:
            run.answered([_searched(mapping(document.get("kind")), path + segment("kind"))])
        else:
            run.answered(message_steps({**document, "role": _TOLD.get(kind, "")}, path))


def _searched(node: Mapping[str, Any], path: str) -> Step:
    return Step(0, StepKind.TOOL_CALL, node.get("action", {}), text(node, "tool_type"), text(node, "id"), path=path)
