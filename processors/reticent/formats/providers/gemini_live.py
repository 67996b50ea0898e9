"""Gemini Live: the messages of a session over a socket, those of the client and those of the server.

https://ai.google.dev/api/live
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import StepKind
from ..messages import message_steps
from ..protobuf.record import snake
from .blocks import block_steps, items, mapping, segment, text
from .provider import Provider
from .streams import Run

_NAMES = ("setup", "clientContent", "realtimeInput", "toolResponse", "setupComplete", "serverContent", "toolCall",
          "toolCallCancellation", "goAway", "sessionResumptionUpdate", "voiceActivity")  # fmt: skip
"""One of these a message has; a server's counts beside it what it took."""
_HOLDS = {"setup": "model", "toolCall": "functionCalls", "toolResponse": "functionResponses"}
"""What those hold whose names others have, too."""
_HEARD = {"inputTranscription": StepKind.PROMPT, "outputTranscription": StepKind.OUTPUT}


_SPELLED = {spelling: name for name in _NAMES for spelling in (name, snake(name))}
"""As the wire has the names, and as the package for Python prints them."""
_COUNTS = ("usageMetadata", "usage_metadata")


class GeminiLive(Provider):
    name = "gemini-live"
    members = frozenset(_SPELLED)

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        said = [key for key, value in document.items() if value is not None and key not in _COUNTS]
        name = _SPELLED.get(said[0]) if len(said) == 1 else None
        if name is None or not isinstance(document[said[0]], dict):
            return False
        return name not in _HOLDS or _key(document[said[0]], _HOLDS[name]) in document[said[0]]

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        for name in _COUNTS:
            run.note(document, usage=name)
        for key, name in _SPELLED.items():
            if isinstance(document.get(key), dict):
                self._tell(run, document[key], path + segment(key), name)

    def _tell(self, run: Run, node: Mapping[str, Any], path: str, name: str) -> None:
        """All in the order in which it went over the socket: nothing is sent again."""
        if name == "setup":
            run.note(node, model="model")
            key = _key(node, "systemInstruction")
            if isinstance(node.get(key), dict):
                run.answered(message_steps({**node[key], "role": "system"}, path + segment(key)))
        elif name == "clientContent":
            run.memory.pop(self.name, None)
            for index, turn in enumerate(items(node, "turns")):
                if isinstance(turn, dict):
                    run.answered(message_steps(turn, f"{path}['turns'][{index}]", "user"))
        elif name == "serverContent":
            self._answer(run, node, path)
        elif name in ("toolCall", "toolResponse"):
            field = _key(node, _HOLDS[name])
            member = "functionCall" if name == "toolCall" else "functionResponse"
            for index, call in enumerate(items(node, field)):
                for step in block_steps({member: call}, "", StepKind.OUTPUT):
                    step.path = f"{path}{segment(field)}[{index}]"
                    run.answered([step])
        elif isinstance(node.get("text"), str):
            run.answered(block_steps({"text": node["text"]}, path, StepKind.PROMPT))

    def _answer(self, run: Run, node: Mapping[str, Any], path: str) -> None:
        """A turn comes in pieces, until it is complete."""
        if run.memory.setdefault(self.name, "over") == "over":
            run.response()
        run.memory[self.name] = "over" if node.get(_key(node, "turnComplete")) is True else "going on"
        key = _key(node, "modelTurn")
        for index, part in enumerate(items(mapping(node.get(key)), "parts")):
            place = f"{path}{segment(key)}['parts'][{index}]"
            if isinstance(part, dict) and isinstance(part.get("text"), str):
                kind = StepKind.THINKING if part.get("thought") is True else StepKind.OUTPUT
                run.delta((self.name, kind), kind, part, "text", place)
            else:
                run.answered(block_steps(part, place, StepKind.OUTPUT))
        for name, kind in _HEARD.items():
            key = _key(node, name)
            if text(mapping(node.get(key)), "text"):
                run.delta((self.name, name), kind, node[key], "text", path + segment(key))


def _key(node: Mapping[str, Any], name: str) -> str:
    """How a node spells a name."""
    return name if name in node else snake(name)
