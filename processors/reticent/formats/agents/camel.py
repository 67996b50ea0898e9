"""CAMEL: records of an agent's memory, messages of agents that talk to each other, and runs of OWL.

https://docs.camel-ai.org/key_modules/memory
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step, message_steps
from ..providers.blocks import arguments_of, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said, timed

_NUMBERED = re.compile(r"message_[0-9]+\Z")
_OWL = (("user", StepKind.PROMPT), ("user_prompt", StepKind.PROMPT), ("assistant", StepKind.OUTPUT),
        ("assistant_response", StepKind.OUTPUT))  # fmt: skip


class Camel(Provider):
    name = "camel"
    members = frozenset({"role_at_backend", "role_1", "role_type", "history"})
    holding = frozenset({"history"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if isinstance(document.get("message"), dict):
            return "role_at_backend" in document
        if "role_type" in document:
            return "role_name" in document and "content" in document
        return "message_1" in document if "role_1" in document else _is_owl(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        if isinstance(document.get("message"), dict):
            steps = _message(document["message"], path + segment("message"), text(document, "role_at_backend"))
            run.answered(timed(steps, said(document.get("timestamp"))))
        elif "role_1" in document:
            for name in sorted(filter(_NUMBERED.match, document), key=lambda name: (len(name), name)):
                if isinstance(document[name], dict):
                    run.answered(_message(document[name], path + segment(name)))
        elif items(document, "history"):
            run.answered(_owl(document, path))
        else:
            run.answered(_message(document, path))


def _message(message: Mapping[str, Any], path: str, role: str = "") -> Iterator[Step]:
    name, call_id = text(message, "func_name"), text(message, "tool_call_id")
    if name and message.get("args") is not None:
        yield Step(0, StepKind.TOOL_CALL, arguments_of(message["args"]), name, call_id, path=path + "['args']")
    elif name:
        yield Step(0, StepKind.TOOL_RESULT, result_of(message.get("result")), name, call_id, path=path + "['result']")
    else:
        whose = role or text(message, "role") or text(message, "role_type").lower()
        told = {name: message[name] for name in ("content", "reasoning_content") if name in message}
        yield from message_steps({**told, "role": whose}, path)


def _is_owl(document: Mapping[str, Any]) -> bool:
    """Of these every turn has two."""
    turns = items(document, "history")[:1]
    return bool(turns) and all(sum(name in mapping(turn) for name, _ in _OWL) == 2 for turn in turns)


def _owl(document: Mapping[str, Any], path: str) -> Iterator[Step]:
    """What tools were asked comes before what is said of it."""
    for index, turn in enumerate(items(document, "history")):
        place = f"{path}['history'][{index}]"
        told = [Step(0, kind, turn[name], path=place + segment(name)) for name, kind in _OWL
                if text(mapping(turn), name)]  # fmt: skip
        yield from (step for step in told if step.kind is StepKind.PROMPT)
        for at, call in enumerate(items(turn, "tool_calls")):
            if isinstance(call, dict):
                where = f"{place}['tool_calls'][{at}]"
                step = call_step({**call, "name": text(call, "tool_name") or text(call, "func_name"),
                                  "id": text(call, "tool_call_id")}, where)  # fmt: skip
                yield step
                if "result" in call:
                    yield Step(0, StepKind.TOOL_RESULT, result_of(call["result"]), step.name, step.call_id,
                               path=where + "['result']")  # fmt: skip
        yield from (step for step in told if step.kind is StepKind.OUTPUT)
