"""CopilotKit: what its runtime is asked and answers over GraphQL; newer versions speak AG-UI.

https://docs.copilotkit.ai/reference/classes/CopilotRuntime
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Step, StepKind
from ..messages import role_of
from ..providers.blocks import ASKED, arguments_of, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run

_ANSWER, _TYPE = "generateCopilotResponse", "__typename"
_SAID = frozenset({"textMessage", "actionExecutionMessage", "resultMessage", "agentStateMessage"})
_TYPES: Mapping[str, str] = {
    "TextMessageOutput": "textMessage", "ActionExecutionMessageOutput": "actionExecutionMessage",
    "ResultMessageOutput": "resultMessage", "AgentStateMessageOutput": "agentStateMessage",
}  # fmt: skip


class CopilotKit(Provider):
    name = "copilotkit"
    members = frozenset({"data", "variables", _TYPE, "incremental", *_SAID})
    holding = frozenset({"data", "variables", "incremental"})
    in_pieces = True

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if text(document, _TYPE) in _TYPES or not _SAID.isdisjoint(document):
            return True
        if isinstance(mapping(document.get("data")).get(_ANSWER), dict):
            return True
        if any(_way(each)[:1] == [_ANSWER] for each in items(document, "incremental")[:ASKED]):
            return True
        asked = items(mapping(mapping(document.get("variables")).get("data")), "messages")
        return any(not _SAID.isdisjoint(mapping(each)) for each in asked[:ASKED])

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        if text(node, _TYPE) in _TYPES or not _SAID.isdisjoint(node):
            _message(run, node, path, path)
            return
        asked, answered = mapping(mapping(node.get("variables")).get("data")), mapping(node.get("data")).get(_ANSWER)
        for side, place in ((asked, "['variables']['data']"), (mapping(answered), f"['data']['{_ANSWER}']")):
            run.session_id = run.session_id or text(side, "threadId")
            for index, message in enumerate(items(side, "messages")):
                _message(run, mapping(message), f"{path}{place}['messages'][{index}]", str(index))
        for index, each in enumerate(items(node, "incremental")):
            _more(run, mapping(each), f"{path}['incremental'][{index}]")


def _way(node: Any) -> list[Any]:
    return list(items(mapping(node), "path"))


def _more(run: Run, node: Mapping[str, Any], path: str) -> None:
    """Messages, or pieces of one, that come later: `path` says where they belong."""
    way = _way(node)
    if len(way) == 3:
        for index, message in enumerate(items(node, "items")):
            _message(run, mapping(message), f"{path}['items'][{index}]", str(way[2] + index if _number(way[2]) else ""))
    elif len(way) == 5 and way[3] in ("content", "arguments"):
        _pieces(run, items(node, "items"), f"{path}['items']", (str(way[2]), str(way[3])))


def _number(value: Any) -> bool:
    return type(value) is int


def _message(run: Run, message: Mapping[str, Any], path: str, number: str) -> None:
    kind = _TYPES.get(text(message, _TYPE)) or next((name for name in _SAID if name in message), "")
    inner, place = (message[kind], path + segment(kind)) if isinstance(message.get(kind), dict) else (message, path)
    own = text(message, "id")
    if kind == "textMessage":
        _told(run, inner, "content", place, number, Step(0, role_of(inner, "assistant"), ""))
    elif kind == "actionExecutionMessage":
        _told(run, inner, "arguments", place, number, Step(0, StepKind.TOOL_CALL, {}, text(inner, "name"), own))
    elif kind == "resultMessage":
        called = text(inner, "actionExecutionId")
        given = inner.get("result")
        run.answered([Step(0, StepKind.TOOL_RESULT, "" if given is None else given, text(inner, "actionName"), called,
                           path=place + "['result']")])  # fmt: skip
    else:
        run.answered([Step(0, StepKind.EVENT, inner.get("state", ""), text(inner, "agentName"), path=place)])


def _told(run: Run, node: Mapping[str, Any], name: str, path: str, number: str, step: Step) -> None:
    """What it says stands whole, or in pieces, of which more may come."""
    key = (CopilotKit.name, number, name)
    said = node.get(name)
    run.memory[key] = step
    if isinstance(said, list):
        step.path = path
        run.answered([step])
        _pieces(run, said, path + segment(name), (number, name))
    elif said or step.kind is StepKind.TOOL_CALL:
        step.content = arguments_of(said) if step.kind is StepKind.TOOL_CALL else said
        step.path = path + segment(name)
        run.answered([step])


def _pieces(run: Run, held: Sequence[Any], path: str, key: tuple[str, str]) -> None:
    step = run.memory.get((CopilotKit.name, *key))
    known = run.memory.setdefault((CopilotKit.name, "said", *key), [])
    for index, piece in enumerate(held):
        if isinstance(piece, str):
            known.append(piece)
            run.join((CopilotKit.name, *key), (held, index))
    if step is not None and known:
        whole = "".join(known)
        step.content = arguments_of(whole) if step.kind is StepKind.TOOL_CALL else whole
        step.further = [*step.further, path]
