"""Model Context Protocol: JSON-RPC messages, one or a list of them, requests tied to their results by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from .blocks import block_steps, items, result_of, text
from .provider import Provider
from .streams import Run

_METHODS = (
    "tools/", "resources/", "prompts/", "sampling/", "completion/", "logging/", "notifications/", "roots/",
    "elicitation/", "tasks/", "initialize", "ping",
)  # fmt: skip
_RESULTS: Mapping[str, StepKind] = {
    "tools/call": StepKind.TOOL_RESULT, "resources/read": StepKind.RETRIEVAL, "sampling/createMessage": StepKind.OUTPUT,
}  # fmt: skip
"""What the result of a request is; of others an event."""


class Mcp(Provider):
    name = "mcp"
    members = frozenset({"jsonrpc", "method", "result", "error"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or document.get("jsonrpc") != "2.0":
            return False
        if "method" in document:
            return isinstance(document["method"], str) and document["method"].startswith(_METHODS)
        return "id" in document and ("result" in document or "error" in document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        identity, method = _identity(document.get("id")), text(document, "method")
        if method:
            run.memory[identity] = method
            params = document.get("params")
            run.answered(_request(path, method, identity, params if isinstance(params, dict) else {}))
        elif isinstance(document.get("error"), dict):
            error = document["error"]
            said = error if "data" in error else error.get("message", "")
            run.answered([Step(0, StepKind.ERROR, said, call_id=identity, path=path + "['error']")])
        elif "result" in document:
            asked = run.memory.get(identity, "")
            run.answered(_result(path + "['result']", asked, identity, document["result"]))
        for place in (document.get("params"), document.get("result")):
            if isinstance(place, dict) and isinstance(place.get("model"), str):
                run.note(place, model="model")


def _identity(identity: Any) -> str:
    return identity if isinstance(identity, str) else str(identity) if isinstance(identity, int) else ""


def _request(path: str, method: str, identity: str, params: Mapping[str, Any]) -> Iterator[Step]:
    place = path + "['params']"
    if method == "tools/call":
        given = params.get("arguments")
        yield Step(
            0, StepKind.TOOL_CALL, {} if given is None else given, text(params, "name"), identity, path=place
        )  # fmt: skip
    elif method == "resources/read":
        yield Step(0, StepKind.TOOL_CALL, {"uri": params.get("uri", "")}, method, identity, path=place)
    elif method == "sampling/createMessage":
        yield from block_steps(params.get("systemPrompt"), place + "['systemPrompt']", StepKind.SYSTEM)
        yield from _messages(params, place)
    else:
        yield Step(0, StepKind.EVENT, dict(params), method, path=place if params else path)


def _messages(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    for index, message in enumerate(items(node, "messages")):
        if isinstance(message, dict):
            yield from message_steps(message, f"{path}['messages'][{index}]", "user")


def _result(path: str, method: str, identity: str, result: Any) -> Iterator[Step]:
    if not isinstance(result, dict):
        yield Step(0, _RESULTS.get(method, StepKind.EVENT), result, method, path=path)
        return
    kind = _RESULTS.get(method) or _kind(result)
    if kind is StepKind.TOOL_RESULT:
        given = result_of(items(result, "content") or result.get("structuredContent"))
        failed = {"error": True} if result.get("isError") is True else {}
        yield Step(0, kind, given, call_id=identity, attributes=failed, path=path)
    elif kind is StepKind.RETRIEVAL:
        yield Step(0, kind, result_of(result.get("contents")), call_id=identity, path=path)
    elif kind is StepKind.OUTPUT:
        yield from message_steps(result, path, "assistant")
    elif items(result, "messages"):
        yield from _messages(result, path)
    else:
        yield Step(0, StepKind.EVENT, result, method, path=path)


def _kind(result: Mapping[str, Any]) -> StepKind | None:
    """Of a result whose request is not there."""
    if "contents" in result:
        return StepKind.RETRIEVAL
    if isinstance(result.get("role"), str):
        return StepKind.OUTPUT
    return StepKind.TOOL_RESULT if "content" in result or "structuredContent" in result else None
