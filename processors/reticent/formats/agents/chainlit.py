"""Chainlit: threads with their steps, and steps alone, as its data layer and Literal AI keep them.

https://docs.chainlit.io/data-layers/overview
https://docs.literalai.com/api-reference
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import all_are, arguments_of, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tracing import conversation
from .timed import timed

_SPEAKS: Mapping[str, StepKind] = {
    "user_message": StepKind.PROMPT, "assistant_message": StepKind.OUTPUT, "system_message": StepKind.SYSTEM,
}  # fmt: skip
_KINDS = frozenset({*_SPEAKS, "run", "tool", "llm", "embedding", "retrieval", "rerank", "undefined"})
_STEP = frozenset({"threadId", "type"})
_SIDES = frozenset({"input", "output"})
_FAILS = ("isError", "error")


class Chainlit(Provider):
    name = "chainlit"
    members = frozenset({"steps", _STEP})
    holding = frozenset({"steps"})

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and (_is_step(document) or all_are(items(document, "steps"), _is_step))

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        for index, step in enumerate(items(node, "steps")):
            if isinstance(step, dict):
                _step(run, step, f"{path}['steps'][{index}]")
        if "steps" in node:
            run.session_id = text(node, "id") or run.session_id
        else:
            _step(run, node, path)


def _is_step(node: Any) -> bool:
    return (
        isinstance(node, dict) and text(node, "type") in _KINDS and "threadId" in node and not _SIDES.isdisjoint(node)
    )


def _step(run: Run, node: Mapping[str, Any], path: str) -> None:
    """What a model was sent and gave is mostly what messages around it say."""
    run.session_id = run.session_id or text(node, "threadId")
    kind = text(node, "type")
    for step in timed(_told(node, path), node.get("start") or node.get("startTime") or node.get("createdAt")):
        told = kind in ("llm", "assistant_message") and step.kind in _SPEAKS.values()
        since = StepKind.PROMPT if step.kind is StepKind.OUTPUT else None
        if not (told and run.again(step, since)):
            run.answered([step])
    generation = mapping(node.get("generation"))
    run.note(generation, model="model")


def _told(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    kind, name, own = text(node, "type"), text(node, "name"), text(node, "id")
    given, gave = node.get("input"), node.get("output")
    failed = any(node.get(each) for each in _FAILS)
    if kind in _SPEAKS:
        said = "output" if gave else "input"
        yield Step(0, StepKind.ERROR if failed else _SPEAKS[kind], _plain(node.get(said)), path=path + segment(said))
    elif kind == "tool":
        yield Step(0, StepKind.TOOL_CALL, arguments_of(given), name, own, path=path + "['input']")
        yield Step(0, StepKind.TOOL_RESULT, result_of(gave), name, own, path=path + "['output']",
                   attributes={"error": True} if failed else {})  # fmt: skip
    elif kind in ("retrieval", "rerank"):
        yield Step(0, StepKind.RETRIEVAL, gave or "", name, attributes={"query": given}, path=path + "['output']")
    elif kind == "llm":
        yield from _generated(node, path)
    elif kind != "embedding" and (given or gave):
        side = "output" if gave else "input"
        yield Step(0, StepKind.ERROR if failed else StepKind.EVENT, node[side], name, path=path + segment(side))


def _generated(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    generation, place = mapping(node.get("generation")), path + "['generation']"
    if generation.get("messages"):
        yield from conversation.sent(generation["messages"], place + "['messages']")
    else:
        yield from conversation.sent(generation.get("prompt") or node.get("input"), path + "['input']")
    for name in ("messageCompletion", "completion"):
        if generation.get(name):
            yield from conversation.answered(generation[name], place + segment(name))
            return
    yield from conversation.answered(node.get("output"), path + "['output']")


def _plain(value: Any) -> Any:
    """A text may be wrapped."""
    inner = mapping(value).get("content")
    return inner if isinstance(inner, str) else ("" if value is None else value)
