"""n8n: executions with their data, as its interface gives them: one, a list, `data`. Each is a trace: what went into
models, tools, memories and retrievers, what a chat began with, what agents gave; what other nodes gave are events.

https://docs.n8n.io/api/api-reference/#tag/execution
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind, Trace
from ..agents.timed import said
from ..providers.blocks import arguments_of, at, identity, items, mapping, result_of, text
from ..tracing.grouped import GroupedFormat, Item, alone, each, listed
from ..tracing.recorded import number
from ..transcript import Transcript, repeat
from ..tree import escaped_name

_RUNS = ("data", "resultData", "runData")
_AGENTS = re.compile(r"\.(?:agent|chain\w*|openAi|anthropic|googleGemini|ollama|toolsAgent)\Z")
"""How the types of nodes end that ask a model themselves."""
_TURN = re.compile(r"^(System|Human|AI|Tool): ", re.MULTILINE)
_WHO: Mapping[str, StepKind] = {"System": StepKind.SYSTEM, "Human": StepKind.PROMPT, "AI": StepKind.OUTPUT,
                                "Tool": StepKind.TOOL_RESULT}  # fmt: skip
_SEEKING = ("ai_retriever", "ai_vectorStore", "ai_document", "ai_reranker")
_SAID = ("output", "text", "response")
_MS = 1e-3


def _is_execution(node: Mapping[str, Any]) -> bool:
    return isinstance(at(node, _RUNS), dict)


def _read(item: Item) -> Trace:
    node, path = item.node, item.path
    nodes = map(mapping, items(node.get("workflowData"), "nodes"))
    types = {text(each, "name"): text(each, "type") for each in nodes}
    told = _Told()
    place = path + "".join(map(escaped_name, _RUNS))
    runs = [
        (run, name, f"{place}{escaped_name(name)}[{index}]")
        for name, of in mapping(at(node, _RUNS)).items()
        for index, run in enumerate(of if isinstance(of, list) else ())
        if isinstance(run, dict)
    ]
    for run, name, where in sorted(runs, key=lambda each: _ended(each[0])):
        told.add(run, name, where, bool(_AGENTS.search(types.get(name, ""))))
    result = mapping(at(node, _RUNS[:-1]))
    failed = text(mapping(result.get("error")), "message")
    if failed and not any(step.kind is StepKind.ERROR for step in told.transcript.steps):
        where = path + "".join(map(escaped_name, (*_RUNS[:-1], "error", "message")))
        told.transcript.add(Step(0, StepKind.ERROR, failed, path=where))
    return Trace(
        identity(node, "id"), told.session, text(node, "startedAt"), text(node, "stoppedAt"),
        {"model": told.model} if told.model else {}, told.transcript.steps,
    )  # fmt: skip


def _ended(run: Mapping[str, Any]) -> float:
    """An agent ends behind what it asked for."""
    return number(run.get("startTime")) + number(run.get("executionTime"))


class _Told:
    """What models were sent again, and what agents gave as models said it, shows once."""

    def __init__(self) -> None:
        self.transcript = Transcript()
        self.session = self.model = ""
        self._seen: dict[tuple[StepKind, str], Step] = {}

    def add(self, run: Mapping[str, Any], name: str, path: str, asks: bool) -> None:
        """`asks`: whether the node asks a model itself."""
        began, ended = (said(number(time), _MS) for time in (run.get("startTime"), _ended(run)))
        for step in _steps(run, name, path, asks):
            step.started_at, step.ended_at = began, ended
            known = self._seen.get((step.kind, step.content)) if isinstance(step.content, str) else None
            if known is not None:
                repeat(known, step)
                continue
            self.transcript.add(step)
            if isinstance(step.content, str) and step.kind in (StepKind.SYSTEM, StepKind.PROMPT, StepKind.OUTPUT):
                self._seen[step.kind, step.content] = step
        for item, _ in _items(run, "data", "main", path):
            self.session = self.session or text(item, "sessionId")
        for item, _ in _items(run, "inputOverride", "ai_languageModel", path):
            options = mapping(item.get("options"))
            self.model = self.model or text(options, "model") or text(options, "model_name")


def _items(run: Mapping[str, Any], side: str, kind: str, path: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The `json` of each item of each output."""
    outputs = mapping(run.get(side)).get(kind)
    for number_, output in enumerate(outputs if isinstance(outputs, list) else ()):
        for index, item in enumerate(output if isinstance(output, list) else ()):
            inner = mapping(item).get("json")
            if isinstance(inner, dict):
                yield inner, f"{path}['{side}']['{kind}'][{number_}][{index}]['json']"


def _steps(run: Mapping[str, Any], name: str, path: str, asks: bool) -> Iterator[Step]:
    for item, place in _items(run, "inputOverride", "ai_languageModel", path):
        yield from _sent(item, place)
    for item, place in _items(run, "data", "ai_languageModel", path):
        yield from _generated(item, place)
    for item, place in _items(run, "inputOverride", "ai_tool", path):
        yield Step(0, StepKind.TOOL_CALL, arguments_of(item.get("query", item)), name, path=place)
    for item, place in _items(run, "data", "ai_tool", path):
        yield Step(0, StepKind.TOOL_RESULT, result_of(item.get("response", item)), name, path=place)
    for item, place in _items(run, "data", "ai_memory", path):
        if kept := item.get("chatHistory") or mapping(item.get("response")).get("chatHistory"):
            yield Step(0, StepKind.MEMORY, kept, name, path=place)
    for kind in _SEEKING:
        for item, place in _items(run, "data", kind, path):
            yield Step(0, StepKind.RETRIEVAL, item.get("response", item), name, path=place)
    for item, place in _items(run, "data", "main", path):
        yield _given(item, name, place, asks)
    failed = text(mapping(run.get("error")), "message")
    if failed:
        yield Step(0, StepKind.ERROR, failed, name, path=path + "['error']['message']")


def _given(item: Mapping[str, Any], name: str, path: str, asks: bool) -> Step:
    """By a node: what a chat begins with, what an agent answers, data."""
    if text(item, "chatInput"):
        return Step(0, StepKind.PROMPT, item["chatInput"], path=path + "['chatInput']")
    told = next((each for each in _SAID if text(item, each)), "")
    if asks and told:
        return Step(0, StepKind.OUTPUT, item[told], path=f"{path}['{told}']")
    return Step(0, StepKind.EVENT, item, name, path=path)


def _sent(item: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Messages as texts, each with whose it is, several in one."""
    for index, message in enumerate(items(item, "messages")):
        parts: Sequence[str] = _TURN.split(message) if isinstance(message, str) else ()
        place = f"{path}['messages'][{index}]"
        if len(parts) == 1 and parts[0]:
            yield Step(0, StepKind.PROMPT, parts[0], path=place)
        for who, content in zip(parts[1::2], parts[2::2], strict=True):
            if who in ("System", "Human") and content.strip():
                yield Step(0, _WHO[who], content.rstrip("\n"), path=place)


def _generated(item: Mapping[str, Any], path: str) -> Iterator[Step]:
    held = mapping(item.get("response"))
    for number_, row in enumerate(items(held, "generations")):
        for index, generation in enumerate(row if isinstance(row, list) else ()):
            content = text(mapping(generation), "text")
            if content:
                place = f"{path}['response']['generations'][{number_}][{index}]['text']"
                yield Step(0, StepKind.OUTPUT, content, path=place)


_EXECUTIONS = listed(_is_execution, "data")
N8N = GroupedFormat(
    "n8n",
    frozenset({"data"}),
    "executions with `data.resultData.runData`: one, a list, or `data`",
    _EXECUTIONS,
    each(_EXECUTIONS),
    alone(_read),
    ties=("id",),
    holding=frozenset({"data"}),
)
