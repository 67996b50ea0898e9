"""Agent2Agent: messages, tasks and what is told of them while they go on, bare, as results of JSON-RPC, or beside the
name of what they are, as version 1 writes them.

https://a2a-protocol.org/latest/specification/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from .blocks import arguments_of, items, mapping, segment, text
from .provider import Provider
from .streams import Run

_KINDS = {"message": "message", "task": "task", "status-update": "statusUpdate", "artifact-update": "artifactUpdate"}
"""What an object is by its `kind`, and what version 1 calls the field that it stands under."""
_NAMED = frozenset(_KINDS.values())
_METHODS = frozenset({"message/send", "message/stream", "SendMessage", "SendStreamingMessage", "tasks/resubscribe"})
_USERS = frozenset({"user", "ROLE_USER"})
_FAILED = frozenset({"failed", "rejected", "TASK_STATE_FAILED", "TASK_STATE_REJECTED"})
_CALLING = {"function_call": StepKind.TOOL_CALL, "function_response": StepKind.TOOL_RESULT}
"""What agents that call tools say of a part in its metadata."""


class A2a(Provider):
    name = "a2a"
    members = frozenset({"jsonrpc", "kind", *_NAMED})
    holding = _NAMED

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "jsonrpc" not in document:
            return _told(document, "") is not None
        if "method" in document:
            return text(document, "method") in _METHODS
        return _told(document.get("result"), "") is not None

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        for name in ("params", "result", "error"):
            if "jsonrpc" in node and isinstance(node.get(name), dict):
                node, path = node[name], path + segment(name)
                if name == "error":
                    run.answered([Step(0, StepKind.ERROR, text(node, "message"), path=path)])
                break
        found = _told(node, path)
        if found is not None:
            _TELLERS[found[0]](run, found[1], found[2])


def _told(node: Any, path: str) -> tuple[str, Mapping[str, Any], str] | None:
    """(what it is, it, its path), where it is any."""
    if not isinstance(node, dict):
        return None
    kind = _KINDS.get(text(node, "kind"), "")
    if kind and _is(kind, node):
        return kind, node, path
    name = next((name for name in _NAMED if name in node), "")
    inner = mapping(node.get(name))
    return (name, inner, path + segment(name)) if name and _is(name, inner) else None


def _is(kind: str, node: Mapping[str, Any]) -> bool:
    if kind == "message":
        return "messageId" in node and isinstance(node.get("parts"), list)
    if kind == "artifactUpdate":
        return isinstance(node.get("artifact"), dict) and "taskId" in node
    return isinstance(node.get("status"), dict) and ("id" if kind == "task" else "taskId") in node


def _task(run: Run, node: Mapping[str, Any], path: str) -> None:
    for index, message in enumerate(items(node, "history")):
        _message(run, mapping(message), f"{path}['history'][{index}]")
    for index, artifact in enumerate(items(node, "artifacts")):
        _artifact(run, mapping(artifact), f"{path}['artifacts'][{index}]", more=False)
    _status(run, node, path)


def _status(run: Run, node: Mapping[str, Any], path: str) -> None:
    status, place = mapping(node.get("status")), path + "['status']"
    _identify(run, node)
    failed = text(status, "state") in _FAILED
    _message(run, mapping(status.get("message")), place + "['message']", text(status, "timestamp"), failed=failed)


def _message(run: Run, node: Mapping[str, Any], path: str, at: str = "", *, failed: bool = False) -> None:
    """Histories tell again what was sent, and what a status said."""
    _identify(run, node)
    kind = StepKind.PROMPT if text(node, "role") in _USERS else StepKind.ERROR if failed else StepKind.OUTPUT
    known = ("a2a", text(node, "messageId"))
    told = known in run.memory
    run.memory[known] = True
    for index, part in enumerate(items(node, "parts")):
        for step in _part(mapping(part), f"{path}['parts'][{index}]", kind):
            step.started_at = at
            if not (told and run.again(step)):
                run.answered([step])


def _update(run: Run, node: Mapping[str, Any], path: str) -> None:
    _identify(run, node)
    _artifact(run, mapping(node.get("artifact")), path + "['artifact']", more=node.get("append") is True)


def _artifact(run: Run, node: Mapping[str, Any], path: str, *, more: bool) -> None:
    """One that goes on (`more`) is a text in pieces; one that comes again whole says what these did."""
    known = ("a2a-artifact", text(node, "artifactId"))
    told = known in run.memory and not more
    run.memory[known] = True
    for index, part in enumerate(items(node, "parts")):
        place = f"{path}['parts'][{index}]"
        if isinstance(part, dict) and isinstance(part.get("text"), str) and not told and not _marked(part):
            run.delta((*known, index), StepKind.OUTPUT, part, "text", place)
            continue
        for step in _part(mapping(part), place, StepKind.OUTPUT):
            if not (told and run.again(step)):
                run.answered([step])


def _part(part: Mapping[str, Any], path: str, kind: StepKind) -> Iterator[Step]:
    """Files give no step."""
    if isinstance(part.get("text"), str):
        thought = kind is StepKind.OUTPUT and any(name.endswith("thought") for name in _marked(part))
        yield Step(0, StepKind.THINKING if thought else kind, part["text"], path=path)
    elif part.get("data") is not None:
        data = mapping(part["data"])
        called = next((_CALLING[mark] for mark in _marked(part).values() if mark in _CALLING), None)
        if called is None:
            yield Step(0, kind, part["data"], path=path)
        else:
            given = data.get("args") if called is StepKind.TOOL_CALL else data.get("response")
            yield Step(0, called, arguments_of(given), text(data, "name"), text(data, "id"), path=path)


def _marked(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the metadata of a part says of it."""
    return {name: said for name, said in mapping(part.get("metadata")).items() if said is True or type(said) is str}


def _identify(run: Run, node: Mapping[str, Any]) -> None:
    run.session_id = run.session_id or text(node, "contextId")


_TELLERS = {"message": _message, "task": _task, "statusUpdate": _status, "artifactUpdate": _update}
