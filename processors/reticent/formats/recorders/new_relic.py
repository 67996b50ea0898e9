"""New Relic: the events of its AI monitoring, as its agents send them and as queries give them back: messages of a call
(`completion_id`), tools, embeddings, searches of vectors.

https://docs.newrelic.com/attribute-dictionary/?event=LlmChatCompletionMessage
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind, Trace
from ..messages import message_steps
from ..providers.blocks import arguments_of, first, identity, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.spans import Attributes, Reading, Span, below, written

_MESSAGE, _SUMMARY, _TOOL, _SEARCH, _FOUND = (
    "LlmChatCompletionMessage", "LlmChatCompletionSummary", "LlmTool", "LlmVectorSearch", "LlmVectorSearchResult",
)  # fmt: skip
_OTHERS = ("LlmEmbedding", "LlmFeedbackMessage")
_KINDS = frozenset({_MESSAGE, _SUMMARY, _TOOL, _SEARCH, _FOUND, *_OTHERS})
_MODELS = ("response.model", "request.model")


def _kind(node: Mapping[str, Any]) -> str:
    """Queries of one kind of event do not say which."""
    told = text(node, "eventType") or text(node, "type")
    if told in _KINDS:
        return told
    return _MESSAGE if node.keys() >= {"completion_id", "sequence", "content", "vendor"} else ""


def _read(group: Sequence[Item]) -> Trace:
    readings: dict[int, Reading] = {}
    spans: list[Span] = []
    for items in _together(group):
        made = _span(items)
        readings[id(made)] = _reading(items)
        spans.append(made)
    first_ = group[0].node
    told = trace_of(identity(first_, "trace_id"), spans, first=lambda span: readings.get(id(span)))
    told.session_id = told.session_id or next(
        (found for item in group if (found := text(item.node, "llm.conversation_id"))), ""
    )
    return told


def _together(group: Sequence[Item]) -> list[list[Item]]:
    """Messages of one call, and what one search found."""
    found: dict[str, list[Item]] = {}
    for item in group:
        node, kind = item.node, _kind(item.node)
        if kind in (_MESSAGE, _SUMMARY):
            key = f"call {identity(node, 'completion_id' if kind == _MESSAGE else 'id')}"
        elif kind in (_SEARCH, _FOUND):
            key = f"search {identity(node, 'id' if kind == _SEARCH else 'search_id')}"
        else:
            key = item.path
        found.setdefault(key, []).append(item)
    return [sorted(items, key=lambda item: recorded.number(item.node.get("sequence"))) for items in found.values()]


def _span(items: Sequence[Item]) -> Span:
    times = [recorded.number(item.node.get("timestamp")) / 1e3 for item in items]
    at, until = min(times), max(times)
    values: dict[str, Any] = {}
    for item in items:
        model = first(item.node, _MODELS)
        usage = {
            side: item.node.get(f"response.usage.{name}_tokens")
            for side, name in (("input", "prompt"), ("output", "completion"))
        }
        values = {**recorded.about(model, usage), **values}
    failed = next((item for item in items if item.node.get("error") is True), None)
    path = items[0].path
    return Span(
        "", "", text(items[0].node, "name"), Attributes(values, lambda _, within: below(path, within)), path, at, until,
        written(at), written(until), failed=failed is not None,
        error=text(failed.node, "error.message") if failed is not None else "",
        told=failed.path if failed is not None else "",
    )  # fmt: skip


def _reading(items: Sequence[Item]) -> Reading:
    reading = Reading()
    found: list[Any] = []
    for item in items:
        node, path, kind = item.node, item.path, _kind(item.node)
        if kind == _MESSAGE:
            answered = node.get("is_response") is True
            steps = message_steps({"role": text(node, "role"), "content": node.get("content")}, path, "user")
            for step in steps:
                step.path = path + "['content']"
            (reading.answered if answered else reading.sent).extend(steps)
        elif kind == _TOOL:
            reading.tool = list(_tool(node, path))
        elif kind == _FOUND and node.get("page_content"):
            found.append(node["page_content"])
            query = {**(reading.steps[0].attributes if reading.steps else {})}
            further = [*reading.steps[0].further, path] if reading.steps else []
            place = reading.steps[0].path if reading.steps else path
            reading.steps = [Step(0, StepKind.RETRIEVAL, list(found), attributes=query, path=place, further=further)]
        elif kind == _SEARCH:
            query = {"query": node.get("request.query", "")}
            reading.steps = [Step(0, StepKind.RETRIEVAL, "", attributes=query, path=path)]
        elif kind in _OTHERS:
            reading.steps = [Step(0, StepKind.EVENT, node.get("input", node.get("message", "")), kind, path=path)]
    return reading


def _tool(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    name, own = text(node, "name"), identity(node, "run_id", "id")
    yield Step(0, StepKind.TOOL_CALL, arguments_of(node.get("input")), name, own, path=path + "['input']")
    if node.get("output") is not None:
        yield Step(0, StepKind.TOOL_RESULT, node["output"], name, own, path=path + "['output']")


_EVENTS = listed(lambda node: bool(_kind(node)), "events", "results")
NEW_RELIC = GroupedFormat(
    "new-relic",
    frozenset({"eventType", "completion_id", frozenset({"vendor", "trace_id"}), "events", "results"}),
    "events of its AI monitoring: one, a list, `events` or `results`",
    _EVENTS,
    alike(_EVENTS, lambda item: identity(item.node, "trace_id")),
    _read,
    ties=("trace_id", "completion_id", "search_id", "id"),
    holding=frozenset({"events", "results"}),
)
