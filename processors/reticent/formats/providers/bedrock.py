"""Amazon Bedrock Converse: requests, responses, and the events of ConverseStream."""

from __future__ import annotations

from typing import Any

from ...model import StepKind
from ..messages import message_steps
from .blocks import ASKED, items, text
from .provider import Provider
from .streams import Run

_BLOCKS = frozenset({
    "text", "image", "document", "video", "audio", "toolUse", "toolResult", "guardContent", "cachePoint",
    "reasoningContent", "citationsContent", "searchResult",
})  # fmt: skip
_EVENTS = ("messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata")
_ROLES = ("user", "assistant")


class Bedrock(Provider):
    name = "bedrock-converse"
    members = frozenset({"messages", "output", "content", *_EVENTS})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if len(document) == 1 and any(_is_event(name, document[name]) for name in _EVENTS if name in document):
            return True
        found = items(document, "messages")
        if found:
            return all(map(_is_message, found[:ASKED]))
        if _is_message(document):
            return True
        output = document.get("output")
        return (
            isinstance(output, dict)
            and _is_message(output.get("message"))
            and ("stopReason" in document or "usage" in document)
        )

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        for name in _EVENTS if "content" not in document else ():  # a message may have `metadata`, too
            if isinstance(document.get(name), dict):
                self._event(run, f"{path}['{name}']", name, document[name])
                return
        run.note(document, model="modelId", usage="usage")
        run.identify(document.get("requestMetadata"))
        output = document.get("output")
        if items(document, "messages"):
            run.request()
            run.blocks(document, "system", path, StepKind.SYSTEM)
            run.messages(document, "messages", path)
        elif isinstance(document.get("role"), str):
            run.sent(message_steps(document, path))
        if isinstance(output, dict) and isinstance(output.get("message"), dict):
            run.response()
            run.answered(message_steps(output["message"], path + "['output']['message']", "assistant"))

    def _event(self, run: Run, path: str, name: str, event: dict[str, Any]) -> None:
        index = event.get("contentBlockIndex") if isinstance(event.get("contentBlockIndex"), int | str) else 0
        if name == "messageStart":
            run.response()
        elif name == "metadata":
            run.note(event, usage="usage")
        elif name == "contentBlockStart":
            tool = _object(_object(event, "start"), "toolUse")
            if tool:
                place = path + "['start']['toolUse']"
                run.open(index, StepKind.TOOL_CALL, place, name=text(tool, "name"), call_id=text(tool, "toolUseId"))
        elif name == "contentBlockDelta":
            self._delta(run, path + "['delta']", index, _object(event, "delta"))

    def _delta(self, run: Run, path: str, index: Any, delta: dict[str, Any]) -> None:
        run.delta(index, StepKind.OUTPUT, delta, "text", path)
        run.delta(index, StepKind.TOOL_CALL, _object(delta, "toolUse"), "input", path + "['toolUse']")
        thought, place = _object(delta, "reasoningContent"), path + "['reasoningContent']"
        run.delta(index, StepKind.THINKING, thought, "text", place)
        for opaque in ("redactedContent", "signature"):
            if isinstance(thought.get(opaque), str):
                step = run.open(index, StepKind.THINKING, f"{place}['{opaque}']")
                step.content = step.content or thought[opaque]


def _object(node: dict[str, Any], name: str) -> dict[str, Any]:
    found = node.get(name)
    return found if isinstance(found, dict) else {}


def _is_event(name: str, event: Any) -> bool:
    if not isinstance(event, dict):
        return False
    if name == "metadata":
        return isinstance(event.get("usage"), dict) and "metrics" in event
    return any(key in event for key in ("role", "contentBlockIndex", "stopReason"))


def _is_message(node: Any) -> bool:
    content = items(node, "content")
    return (
        bool(content)
        and node.get("role") in _ROLES
        and all(isinstance(block, dict) and "type" not in block and not _BLOCKS.isdisjoint(block) for block in content)
    )
