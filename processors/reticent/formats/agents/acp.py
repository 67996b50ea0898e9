"""Agent Client Protocol: what an editor and a coding agent say to each other over JSON-RPC, and the updates of a
session alone.

https://agentclientprotocol.com/protocol/schema
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import block_steps, content_of, failure_of, first, items, mapping, result_of, text
from ..providers.provider import Provider
from ..providers.streams import Run

_METHODS = ("session/", "fs/", "terminal/", "authenticate", "initialize")
_TOOLS = ("fs/", "terminal/")
"""Methods by which the agent uses what the client has."""
_SAID: Mapping[str, StepKind] = {
    "user_message_chunk": StepKind.PROMPT, "agent_message_chunk": StepKind.OUTPUT,
    "agent_thought_chunk": StepKind.THINKING,
}  # fmt: skip
_PLANS = ("plan", "plan_update")
_UPDATE, _PROMPT = "session/update", "session/prompt"
_CALLS = ("tool_call", "tool_call_update")
_ENDED = ("completed", "failed")


class Acp(Provider):
    name = "acp"
    members = frozenset({"jsonrpc", "sessionUpdate", "update"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "jsonrpc" not in document:
            return _told(document) is not None
        if document["jsonrpc"] != "2.0":
            return False
        if "method" in document:
            return text(document, "method").startswith(_METHODS)
        return "id" in document and ("result" in document or "error" in document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        method, params = text(node, "method"), mapping(node.get("params"))
        if "jsonrpc" not in node:
            _updated(run, node, path)
            return
        for side in (params, mapping(node.get("result"))):
            run.session_id = run.session_id or text(side, "sessionId")
        if method == _UPDATE:
            _updated(run, params, path + "['params']")
        elif method:
            _asked(run, method, node, params, path)
        else:
            _answered(run, node, path)


def _told(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The update that an object is, or holds."""
    inner = node if "sessionUpdate" in node else mapping(node.get("update"))
    return inner if text(inner, "sessionUpdate") else None


def _updated(run: Run, node: Mapping[str, Any], path: str) -> None:
    run.session_id = run.session_id or text(node, "sessionId")
    update = _told(node)
    if update is None:
        return
    kind, place = text(update, "sessionUpdate"), path if update is node else path + "['update']"
    if kind in _SAID:
        _said(run, kind, update, place)
        return
    run.memory[Acp.name, "saying"] = ""
    if kind in _CALLS:
        _called(run, update, place)
    elif kind in _PLANS:
        run.answered([_plan(update, place)])
    else:
        told = {name: value for name, value in update.items() if name != "sessionUpdate"}
        run.answered([Step(0, StepKind.EVENT, told, kind, path=place)])


def _said(run: Run, kind: str, update: Mapping[str, Any], path: str) -> None:
    """Chunks go on until something else is said, or another message."""
    content, who = update.get("content"), (kind, text(update, "messageId"))
    count = run.memory.get((Acp.name, "count"), 0)
    if run.memory.get((Acp.name, "saying")) != who:
        run.memory[Acp.name, "saying"], run.memory[Acp.name, "count"] = who, count + 1
        count += 1
    if text(mapping(content), "type") in ("", "text"):
        run.delta((Acp.name, count), _SAID[kind], content, "text", path + "['content']")
    else:
        run.answered(block_steps(content, path + "['content']", _SAID[kind]))


def _plan(update: Mapping[str, Any], path: str) -> Step:
    inner = mapping(update.get("plan"))
    entries, place = (inner, path + "['plan']") if "entries" in inner else (update, path)
    said = "\n".join(text(each, "content") for each in items(entries, "entries") if isinstance(each, dict))
    return Step(0, StepKind.PLAN, said or dict(inner), path=place + "['entries']" if said else place)


def _called(run: Run, update: Mapping[str, Any], path: str) -> None:
    """What is told of a call again says more of it, what it gave so far the last time the most."""
    own = text(update, "toolCallId")
    call, result = run.memory.get((Acp.name, own), (None, None))
    given = update.get("rawInput")
    if call is None:
        named = text(mapping(mapping(update.get("_meta")).get("claudeCode")), "toolName")
        call = Step(0, StepKind.TOOL_CALL, {}, named or first(update, ("title", "kind")), own, path=path)
        run.answered([call])
    if given not in (None, {}, ""):
        call.content, call.path = given, path + "['rawInput']"
    said, place = _given(update, path)
    if said is not None or text(update, "status") in _ENDED:
        if result is None:
            result = Step(0, StepKind.TOOL_RESULT, said if said is not None else "", call.name, own, path=place)
            run.answered([result])
        elif said is not None:
            result.content, result.path, result.further = said, place, [*result.further, result.path]
        if text(update, "status") == "failed":
            result.attributes = {"error": True}
    run.memory[Acp.name, own] = call, result


def _given(update: Mapping[str, Any], path: str) -> tuple[Any, str]:
    """What a call gave so far: text, changes of files, terminals; else what its tool itself said."""
    content = [mapping(each) for each in items(update, "content")]
    told = [each.get("content") if text(each, "type") == "content" else dict(each) for each in content]
    if told:
        texts = [content_of(each) for each in told]
        whole = all(isinstance(each, str) for each in texts)
        return ("\n".join(map(str, texts)) if whole else result_of(told)), path + "['content']"
    raw = update.get("rawOutput")
    return (result_of(raw), path + "['rawOutput']") if raw is not None else (None, path)


def _asked(run: Run, method: str, node: Mapping[str, Any], params: Mapping[str, Any], path: str) -> None:
    """Both sides count their requests, so that one number may wait for two answers."""
    own = _identity(node)
    run.memory[Acp.name, "saying"] = ""
    if own:
        run.memory[Acp.name, "asked", own] = [*run.memory.get((Acp.name, "asked", own), ()), method]
    place = path + "['params']" if params else path
    if method == _PROMPT:
        for index, block in enumerate(items(params, "prompt")):
            run.answered(block_steps(block, f"{place}['prompt'][{index}]", StepKind.PROMPT))
    elif method.startswith(_TOOLS):
        told = {name: value for name, value in params.items() if name != "sessionId"}
        run.answered([Step(0, StepKind.TOOL_CALL, told, method, own, path=place)])
    else:
        if method == "session/request_permission" and text(mapping(params.get("toolCall")), "toolCallId"):
            _called(run, mapping(params.get("toolCall")), place + "['toolCall']")
        run.answered([Step(0, StepKind.EVENT, dict(params), method, path=place)])


def _answered(run: Run, node: Mapping[str, Any], path: str) -> None:
    own, result = _identity(node), node.get("result")
    waiting = run.memory.get((Acp.name, "asked", own), [])
    used = next((each for each in reversed(waiting) if each.startswith(_TOOLS)), "")
    method = used if used and "stopReason" not in mapping(result) else next(iter(waiting), "")
    if method:
        run.memory[Acp.name, "asked", own] = [each for each in waiting if each is not method]
    run.memory[Acp.name, "saying"] = ""
    if "error" in node:
        run.answered([Step(0, StepKind.ERROR, failure_of(node), method, own, path=path + "['error']")])
    elif method.startswith(_TOOLS):
        said = mapping(result).get("content", mapping(result).get("output"))
        given = result_of(said) if said is not None else dict(mapping(result)) or ""
        run.answered([Step(0, StepKind.TOOL_RESULT, given, method, own, path=path + "['result']")])
    elif result:
        run.answered([Step(0, StepKind.EVENT, result, method, path=path + "['result']")])


def _identity(node: Mapping[str, Any]) -> str:
    own = node.get("id")
    return own if isinstance(own, str) else str(own) if type(own) is int else ""
