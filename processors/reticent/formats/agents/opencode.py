"""opencode: a session as it is exported, its messages with their parts, and the parts alone as its store and its
events have them.

https://opencode.ai/docs/server
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import all_are, items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said

_EVENTS: Mapping[str, str] = {"message.updated": "info", "message.part.updated": "part"}
"""Events, and what their `properties` hold."""
_SAID: Mapping[str, StepKind] = {"text": StepKind.OUTPUT, "reasoning": StepKind.THINKING}
_PARTS = frozenset({*_SAID, "tool", "file", "step-start", "step-finish", "snapshot", "patch", "agent", "retry",
                    "compaction", "subtask"})  # fmt: skip


class OpenCode(Provider):
    name = "opencode"
    members = frozenset({"info", "sessionID", "properties"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "properties" in document:
            return text(document, "type") in _EVENTS and isinstance(document["properties"], dict)
        if "info" in document:
            told = [document] if "parts" in document else items(document, "messages")
            return all_are(told, _is_message)
        return _is_info(document) or _is_part(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        name = _EVENTS.get(text(document, "type"))
        if name is not None and isinstance(document.get("properties"), dict):
            _any(run, mapping(document["properties"].get(name)), f"{path}['properties']['{name}']")
            return
        for index, message in enumerate(items(document, "messages")):
            if isinstance(message, dict):
                _message(run, message, f"{path}['messages'][{index}]")
        if "info" in document or "parts" in document:
            _message(run, document, path)
        else:
            _any(run, document, path)


def _is_message(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("parts"), list) and _is_info(node.get("info"))


def _is_info(node: Any) -> bool:
    return isinstance(node, dict) and "sessionID" in node and text(node, "role") in ("user", "assistant")


def _is_part(node: Mapping[str, Any]) -> bool:
    return "sessionID" in node and "messageID" in node and text(node, "type") in _PARTS


def _message(run: Run, message: Mapping[str, Any], path: str) -> None:
    _any(run, mapping(message.get("info")), path + "['info']")
    for index, part in enumerate(items(message, "parts")):
        if isinstance(part, dict):
            _any(run, part, f"{path}['parts'][{index}]")


def _any(run: Run, node: Mapping[str, Any], path: str) -> None:
    run.session_id = run.session_id or text(node, "sessionID")
    if "messageID" not in node:
        _info(run, node, path)
    for number, step in enumerate(_part(run, node, path)):  # a part that grew is the same steps
        run.settle((text(node, "id") or path, number), step)


def _info(run: Run, node: Mapping[str, Any], path: str) -> None:
    run.memory["opencode", text(node, "id")] = text(node, "role")
    run.note(node, model="modelID", usage="tokens")
    failed = mapping(node.get("error"))
    if failed:
        said = text(mapping(failed.get("data")), "message")
        run.settle((text(node, "id"), "error"), Step(0, StepKind.ERROR, said, name=text(failed, "name"),
                                                     path=path + "['error']"))  # fmt: skip


def _part(run: Run, node: Mapping[str, Any], path: str) -> Iterator[Step]:
    type = text(node, "type")
    if type == "tool":
        yield from _tool(node, path)
        return
    kind, told = _SAID.get(type), text(node, "text")
    if kind is None or not told or "messageID" not in node:
        return
    if kind is StepKind.OUTPUT and run.memory.get(("opencode", text(node, "messageID"))) == "user":
        kind = StepKind.PROMPT
    yield Step(0, kind, told, started_at=_time(node, "start"), path=path)


def _tool(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    state, name, call_id = mapping(node.get("state")), text(node, "tool"), text(node, "callID")
    path += "['state']"
    yield Step(0, StepKind.TOOL_CALL, state.get("input") or {}, name=name, call_id=call_id,
               started_at=_time(state, "start"), path=path + "['input']")  # fmt: skip
    for field in ("output", "error"):
        if state.get(field) is not None:
            failed = {"error": True} if field == "error" else {}
            yield Step(0, StepKind.TOOL_RESULT, state[field], name=name, call_id=call_id, attributes=failed,
                       started_at=_time(state, "end"), path=f"{path}['{field}']")  # fmt: skip


def _time(node: Mapping[str, Any], name: str) -> str:
    """In milliseconds since the epoch."""
    at = mapping(node.get("time")).get(name)
    return "" if isinstance(at, str) else said(at, unit=0.001)
