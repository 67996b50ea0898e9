"""Snowflake Cortex: answers and events of its agents, of Cortex Analyst, and of COMPLETE. What they are asked is said
in the words of `openai-chat`.

https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-agents-run
https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-analyst/rest-api
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from .blocks import arguments_of, first, items, mapping, result_of, segment, text
from .provider import Provider
from .streams import Run

_NESTED = ("thinking", "tool_use", "tool_result", "tool_results", "table", "chart")
"""Kinds of blocks, of which each holds an object under its own name."""
_EVENTS = frozenset({
    "response.text.delta", "response.text", "response.thinking.delta", "response.thinking", "response.tool_use",
    "response.tool_result", "response.table", "response.chart", "response.status",
})  # fmt: skip
_PIECES: Mapping[str, StepKind] = {"text": StepKind.OUTPUT, "thinking": StepKind.THINKING}
_CALLED = ("tool_use_id", "id")
_TWICE = "content_list"
"""Holds again what a delta says."""


class Cortex(Provider):
    name = "cortex"
    members = frozenset({"object", "content", "choices", "message", frozenset({"event", "data"})})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if document.get("object") == "message.delta":
            return bool(items(mapping(document.get("delta")), "content"))
        if text(document, "event") in _EVENTS:
            inner = mapping(document.get("data"))
            return "content_index" in inner or document["event"] == "response.status"
        choices = items(document, "choices")
        if choices:
            first_ = mapping(choices[0])
            return isinstance(first_.get("messages"), str) or _TWICE in mapping(first_.get("delta"))
        message = mapping(document.get("message"))
        return text(message, "role") == "analyst" or any(map(_is_own, items(document, "content")[:20]))

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        run.note(node, model="model", usage="usage", response_id="id")
        if text(node, "event") in _EVENTS:
            self._event(run, node, mapping(node.get("data")), path + "['data']")
            return
        for index, choice in enumerate(items(node, "choices")):
            said = mapping(choice).get("messages")
            if isinstance(said, str):
                place = f"{path}['choices'][{index}]['messages']"
                run.answered([Step(0, StepKind.OUTPUT, said.strip(), path=place)])
            elif _TWICE in mapping(mapping(choice).get("delta")):
                self._said_twice(run, choice["delta"], f"{path}['choices'][{index}]['delta']")
        pieces = mapping(node.get("delta")) if "delta" in node else {}
        for index, block in enumerate(items(pieces, "content")):
            self._piece(run, mapping(block), f"{path}['delta']['content'][{index}]", index)
        message, place = (node, path) if "content" in node else (mapping(node.get("message")), path + "['message']")
        for index, block in enumerate(items(message, "content")):
            told = _step(mapping(block), f"{place}['content'][{index}]")
            if told is not None and not run.again(told):
                run.answered([told])

    def _said_twice(self, run: Run, delta: Mapping[str, Any], path: str) -> None:
        """COMPLETE says a piece under three names."""
        called = text(delta, "tool_use_id")
        if called or text(delta, "type") == "tool_use":
            call = run.memory[self.name, "call"] = called or run.memory.get((self.name, "call"), "")
            run.open((self.name, call), StepKind.TOOL_CALL, path, name=text(delta, "name"), call_id=called)
            run.delta((self.name, call), StepKind.TOOL_CALL, delta, "input", path)
            name = "input"
        else:
            run.delta((self.name, "said"), StepKind.OUTPUT, delta, "content", path)
            name = "content"
        if text(delta, name):
            others = [delta, *(each for each in items(delta, _TWICE) if isinstance(each, dict))]
            for node in others:
                for other in ("text", "content", "input"):
                    if (node is not delta or other != name) and node.get(other) == delta[name]:
                        run.copy((node, other), (delta, name), 0)

    def _piece(self, run: Run, block: Mapping[str, Any], path: str, index: int) -> None:
        number = block.get("index") if isinstance(block.get("index"), int) else index
        if text(block, "type") == "text":
            run.delta((self.name, number), StepKind.OUTPUT, block, "text", path)
        elif (step := _step(block, path)) is not None:
            run.answered([step])

    def _event(self, run: Run, event: Mapping[str, Any], data: Mapping[str, Any], path: str) -> None:
        kind = text(event, "event").removeprefix("response.")
        what, _, piece = kind.partition(".")
        number = data["content_index"] if isinstance(data.get("content_index"), int | str) else 0
        if what in _PIECES and piece:
            run.delta((self.name, what, number), _PIECES[what], data, "text", path)
        elif what in _PIECES:
            step = Step(0, _PIECES[what], text(data, "text"), path=path + "['text']")
            run.ended((self.name, what, number), step)
        elif what == "status":
            run.answered([Step(0, StepKind.EVENT, text(data, "message"), text(data, "status"), path=path)])
        elif (known := _told(what, data, path)) is not None:
            run.answered([known])


def _is_own(block: Any) -> bool:
    kind = text(mapping(block), "type")
    return kind in _NESTED and isinstance(block.get(kind), dict)


def _step(block: Mapping[str, Any], path: str) -> Step | None:
    kind = text(block, "type")
    if kind == "text":
        return Step(0, StepKind.OUTPUT, text(block, "text"), path=path) if text(block, "text") else None
    if kind == "sql":
        return Step(0, StepKind.DB_QUERY, text(block, "statement"), "sql", path=path + "['statement']")
    held = block.get(kind)
    return _told(kind, held, path + segment(kind)) if isinstance(held, dict) else _told(kind, block, path)


def _told(kind: str, node: Mapping[str, Any], path: str) -> Step | None:
    called = first(node, _CALLED)
    if kind == "thinking":
        return Step(0, StepKind.THINKING, text(node, "text"), path=path) if text(node, "text") else None
    if kind == "tool_use":
        return Step(0, StepKind.TOOL_CALL, arguments_of(node.get("input")), text(node, "name"), called, path=path)
    if kind in ("tool_result", "tool_results"):
        failed = {"error": True} if text(node, "status") == "error" else {}
        given = result_of(node.get("content"))
        return Step(0, StepKind.TOOL_RESULT, given, text(node, "name"), called, path=path, attributes=failed)
    if kind == "table":
        return Step(0, StepKind.DB_RESULT, node.get("result_set", dict(node)), text(node, "title"), path=path)
    return Step(0, StepKind.EVENT, dict(node), kind, path=path) if kind and len(node) > 1 else None
