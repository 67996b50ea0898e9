"""Anthropic Messages: requests, responses, and the events of streamed ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import StepKind
from ..messages import message_steps
from .blocks import ASKED, block_steps, failure_of, items, mapping, text
from .provider import Provider
from .streams import Run

_BLOCKS = frozenset({
    "text", "image", "document", "search_result", "thinking", "redacted_thinking", "tool_use", "tool_result",
    "server_tool_use", "mcp_tool_use", "mcp_tool_result", "web_search_tool_result", "web_fetch_tool_result",
    "code_execution_tool_result", "bash_code_execution_tool_result", "text_editor_code_execution_tool_result",
    "tool_search_tool_result", "container_upload", "compaction", "advisor_tool_result", "mcp_tool_listing", "fallback",
    "tool_addition", "tool_removal",
})  # fmt: skip
_OWN = ("system", "anthropic_version", "anthropic_beta", "stop_sequences", "thinking", "top_k", "mcp_servers")
"""Beside `messages` these say that a request is Anthropic's."""
_ROLES = ("user", "assistant")
_EVENTS: Mapping[str, tuple[str, ...]] = {
    "message_start": ("message",), "content_block_start": ("content_block",), "content_block_delta": ("delta", "index"),
    "content_block_stop": ("index",), "message_delta": ("delta",), "message_stop": (), "ping": (), "error": ("error",),
}  # fmt: skip
"""Events by type, and what they hold."""
_DELTAS: Mapping[str, tuple[StepKind, str]] = {
    "text_delta": (StepKind.OUTPUT, "text"), "thinking_delta": (StepKind.THINKING, "thinking"),
    "input_json_delta": (StepKind.TOOL_CALL, "partial_json"), "compaction_delta": (StepKind.MEMORY, "content"),
}  # fmt: skip


class Anthropic(Provider):
    name = "anthropic-messages"
    members = frozenset({"messages", "content", "type"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = document.get("type")
        if kind == "message" and document.get("role") == "assistant":
            return all(_is_block(block) for block in items(document, "content")[:ASKED]) and "usage" in document
        if isinstance(kind, str) and kind in _EVENTS:
            return all(name in document for name in _EVENTS[kind])
        found = items(document, "messages")
        if not found:
            return _is_message(document) and _telling([document])
        own = any(name in document for name in _OWN)
        return all(map(_is_message, found[:ASKED])) and (own or _telling(found))

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        kind = text(document, "type")
        if kind in _EVENTS:
            self._event(run, path, kind, document)
        elif items(document, "messages"):
            run.request()
            run.note(document, model="model")
            run.identify(document.get("metadata"))
            run.blocks(document, "system", path, StepKind.SYSTEM)
            run.messages(document, "messages", path)
        elif kind == "message":
            self._response(run, path, document)
            run.answered(message_steps(document, path, "assistant"))
        else:
            run.sent(message_steps(document, path))

    def _response(self, run: Run, path: str, message: dict[str, Any]) -> None:
        run.response(text(message, "id") or None)
        run.note(message, model="model", usage="usage", response_id="id")

    def _event(self, run: Run, path: str, kind: str, event: dict[str, Any]) -> None:
        index = event.get("index") if isinstance(event.get("index"), int | str) else 0
        block, delta, message = event.get("content_block"), event.get("delta"), event.get("message")
        if kind == "message_start" and isinstance(message, dict):
            self._response(run, path, message)
            run.answered(message_steps(message, path + "['message']", "assistant"))
        elif kind == "content_block_start" and isinstance(block, dict):
            self._block(run, path + "['content_block']", index, block)
        elif kind == "content_block_delta" and isinstance(delta, dict):
            self._delta(run, path + "['delta']", index, delta)
        elif kind == "message_delta":
            # it counts what was answered; what was asked is counted in the beginning
            before = mapping(run.attributes.get("usage"))
            run.note({"usage": {**before, **counted(mapping(event.get("usage")))}}, usage="usage")
        elif kind == "error":
            run.answered(block_steps(failure_of(event), path + "['error']", StepKind.ERROR))

    def _block(self, run: Run, path: str, index: Any, block: dict[str, Any]) -> None:
        kind = text(block, "type")
        if kind in ("text", "thinking"):
            run.delta(index, StepKind.OUTPUT if kind == "text" else StepKind.THINKING, block, kind, path)
            return
        for number, step in enumerate(block_steps(block, path, StepKind.OUTPUT)):
            if step.kind is StepKind.TOOL_CALL:
                opened = run.open(index, step.kind, path, name=step.name, call_id=step.call_id)
                opened.content = step.content
            else:
                run.settle((index, number), step)

    def _delta(self, run: Run, path: str, index: Any, delta: dict[str, Any]) -> None:
        kind, name = _DELTAS.get(text(delta, "type"), (StepKind.THINKING, ""))
        if name:
            run.delta(index, kind, delta, name, path)
        elif text(delta, "type") == "signature_delta":
            # all there is where the thinking itself is not given
            opened = run.open(index, StepKind.THINKING, path + "['signature']")
            opened.content = opened.content or text(delta, "signature")


def counted(usage: Mapping[str, Any]) -> dict[str, Any]:
    """Without the counts that it leaves open."""
    return {name: value for name, value in usage.items() if value is not None}


def _is_message(node: Any) -> bool:
    if not isinstance(node, dict) or node.get("role") not in _ROLES or "tool_calls" in node:
        return False
    content = node.get("content")
    return isinstance(content, str) or (isinstance(content, list) and all(map(_is_block, content[:ASKED])))


def _is_block(node: Any) -> bool:
    return isinstance(node, dict) and text(node, "type") in _BLOCKS


def _telling(messages: Any) -> bool:
    """Whether a block is one that others do not have."""
    return any(
        block.get("type") != "text" or "cache_control" in block
        for message in messages[:ASKED]
        for block in items(message, "content")[:ASKED]
    )
