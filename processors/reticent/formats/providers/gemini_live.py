"""Gemini Live: the messages of a session over a socket, those of the client and those of the server.

https://ai.google.dev/api/live
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import StepKind
from ..messages import message_steps
from .blocks import block_steps, items, mapping, text
from .provider import Provider
from .streams import Run

_NAMES = ("setup", "clientContent", "realtimeInput", "toolResponse", "setupComplete", "serverContent", "toolCall",
          "toolCallCancellation", "goAway", "sessionResumptionUpdate", "voiceActivity")  # fmt: skip
"""One of these a message has; a server's counts beside it what it took."""
_HOLDS = {"setup": "model", "toolCall": "functionCalls", "toolResponse": "functionResponses"}
"""What those hold whose names others have, too."""
_BESIDE = frozenset({"usageMetadata"})
_HEARD = {"inputTranscription": StepKind.PROMPT, "outputTranscription": StepKind.OUTPUT}


class GeminiLive(Provider):
    name = "gemini-live"
    members = frozenset(_NAMES)

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        named = [name for name in _NAMES if isinstance(document.get(name), dict)]
        if len(named) != 1 or not _BESIDE.issuperset(document.keys() - set(named)):
            return False
        name = named[0]
        return name not in _HOLDS or _HOLDS[name] in document[name]

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.note(document, usage="usageMetadata")
        for name in _NAMES:
            if isinstance(document.get(name), dict):
                self._tell(run, document[name], f"{path}['{name}']", name)

    def _tell(self, run: Run, node: Mapping[str, Any], path: str, name: str) -> None:
        if name == "setup":
            run.note(node, model="model")
            if isinstance(node.get("systemInstruction"), dict):
                told = {**node["systemInstruction"], "role": "system"}
                run.sent(message_steps(told, path + "['systemInstruction']"))
        elif name == "clientContent":
            run.memory.pop(self.name, None)
            run.messages(node, "turns", path, "user")
        elif name == "serverContent":
            self._answer(run, node, path)
        elif name in ("toolCall", "toolResponse"):
            field = "functionCalls" if name == "toolCall" else "functionResponses"
            member = "functionCall" if name == "toolCall" else "functionResponse"
            for index, call in enumerate(items(node, field)):
                for step in block_steps({member: call}, "", StepKind.OUTPUT):
                    step.path = f"{path}['{field}'][{index}]"
                    run.sent([step])
        elif isinstance(node.get("text"), str):
            run.sent(block_steps({"text": node["text"]}, path, StepKind.PROMPT))

    def _answer(self, run: Run, node: Mapping[str, Any], path: str) -> None:
        """A turn comes in pieces, until it is complete."""
        if run.memory.setdefault(self.name, "over") == "over":
            run.response()
        run.memory[self.name] = "over" if node.get("turnComplete") is True else "going on"
        for index, part in enumerate(items(mapping(node.get("modelTurn")), "parts")):
            place = f"{path}['modelTurn']['parts'][{index}]"
            if isinstance(part, dict) and isinstance(part.get("text"), str):
                kind = StepKind.THINKING if part.get("thought") is True else StepKind.OUTPUT
                run.delta((self.name, kind), kind, part, "text", place)
            else:
                run.answered(block_steps(part, place, StepKind.OUTPUT))
        for name, kind in _HEARD.items():
            if text(mapping(node.get(name)), "text"):
                run.delta((self.name, name), kind, node[name], "text", f"{path}['{name}']")
