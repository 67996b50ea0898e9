"""LM Studio: requests, answers and streamed events of its own interface.

https://lmstudio.ai/docs/developer/rest/chat
https://lmstudio.ai/docs/developer/rest/streaming-events
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from .blocks import all_are, arguments_of, items, mapping, result_of, segment, text
from .provider import Provider
from .streams import Run

_OWN = frozenset({"system_prompt", "integrations", "context_length"})
"""One of these a request has beside its input and model, unless it is somebody else's."""
_ASKED = frozenset({"model", "input"})
_ANSWER = frozenset({"model_instance_id", "output"})
_PIECES: Mapping[str, StepKind] = {"reasoning.delta": StepKind.THINKING, "message.delta": StepKind.OUTPUT}
_EVENTS: Mapping[str, str] = {
    **dict.fromkeys(_PIECES, "content"), "chat.start": "model_instance_id", "chat.end": "result",
    **dict.fromkeys(("tool_call.start", "tool_call.arguments", "tool_call.success"), "tool"),
    "tool_call.failure": "reason",
}  # fmt: skip
"""And what each has besides its type."""
_ITEMS = frozenset({"reasoning", "message", "tool_call", "invalid_tool_call"})


class LmStudio(Provider):
    name = "lm-studio"
    members = frozenset({
        _ANSWER, *(_ASKED | {name} for name in _OWN), *(frozenset({"type", name}) for name in _EVENTS.values()),
    })  # fmt: skip

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = text(document, "type")
        if kind in _EVENTS:
            return _EVENTS[kind] in document
        if document.keys() >= _ANSWER:
            return all_are(document["output"], lambda each: text(mapping(each), "type") in _ITEMS)
        return document.keys() >= _ASKED and not _OWN.isdisjoint(document) and "messages" not in document

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        kind = text(node, "type")
        run.note(node, model="model")
        run.note(node, model="model_instance_id")
        if kind in _PIECES:
            run.delta((kind, run.memory.get(LmStudio.name, 0)), _PIECES[kind], node, "content", path)
        elif kind.startswith("tool_call."):
            run.memory[LmStudio.name] = run.memory.get(LmStudio.name, 0) + 1  # what is said then is another text
            run.once([] if kind == "tool_call.start" else _item({**node, "type": kind}, path), StepKind.PROMPT)
        elif kind == "chat.end":
            _answered(run, mapping(node.get("result")), path + "['result']")
        elif "input" in node:
            run.request()
            run.sent(_asked(node, path))
        _answered(run, node, path)


def _answered(run: Run, node: Mapping[str, Any], path: str) -> None:
    """The end of a stream says all of it again."""
    run.note(node, usage="stats")
    for index, each in enumerate(items(node, "output")):
        run.once(_item(mapping(each), f"{path}['output'][{index}]"), StepKind.PROMPT)


def _asked(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    if text(node, "system_prompt"):
        yield Step(0, StepKind.SYSTEM, node["system_prompt"], path=path + "['system_prompt']")
    if text(node, "input"):
        yield Step(0, StepKind.PROMPT, node["input"], path=path + "['input']")
    for index, each in enumerate(items(node, "input")):
        if text(mapping(each), "content"):
            yield Step(0, StepKind.PROMPT, each["content"], path=f"{path}['input'][{index}]['content']")


def _item(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    kind, tool = text(node, "type"), text(node, "tool")
    if kind in ("reasoning", "message") and text(node, "content"):
        told = StepKind.THINKING if kind == "reasoning" else StepKind.OUTPUT
        yield Step(0, told, node["content"], path=path + "['content']")
    elif tool:
        yield Step(0, StepKind.TOOL_CALL, arguments_of(node.get("arguments")), tool, path=path + "['arguments']")
        if node.get("output") is not None:
            yield Step(0, StepKind.TOOL_RESULT, result_of(node["output"]), tool, path=path + "['output']")
    elif text(node, "reason"):
        yield Step(0, StepKind.ERROR, node["reason"], path=path + segment("reason"))
