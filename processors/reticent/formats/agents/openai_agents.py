"""OpenAI's Agents SDK: traces and spans as its processors export them, one, a list, or `data`.

https://openai.github.io/openai-agents-python/tracing
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Step, StepKind, Trace
from ..providers.blocks import identity, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Reading, Span

_NAMES = Names("input", "output", ("started_at",), ("ended_at",), "parent_id", "span_data")
_TYPES = {"generation": "model", "response": "model", "function": "tool"}
_TELLING = frozenset({"handoff", "guardrail", "custom", "mcp_tools", "transcription", "speech"})
"""Spans that say something beside an input and an output."""


def _is_exported(node: Mapping[str, Any]) -> bool:
    """By its names: whatever is masked in it, it is one still."""
    if "object" not in node or "id" not in node:
        return False
    return "workflow_name" in node or isinstance(node.get("span_data"), dict)


def _read(group: Sequence[Item]) -> Trace:
    spans, others = list[Span](), dict[int, Step]()
    session = ""
    for item in group:
        node, data = item.node, item.node.get("span_data")
        if not isinstance(data, dict):
            session = session or text(node, "group_id")
            continue
        span = _span(node, data, item.path)
        spans.append(span)
        if text(data, "type") in _TELLING:
            said = {name: value for name, value in data.items() if name not in ("type", "name")}
            others[id(span)] = Step(
                0, StepKind.EVENT, said, name=span.name or text(data, "type"), path=item.path + "['span_data']"
            )

    def event(span: Span) -> Reading | None:
        step = others.get(id(span))
        return Reading(steps=[step]) if step is not None else recorded.read_typed(span)

    first = group[0].node
    told = trace_of(text(first, "trace_id") or text(first, "id"), spans, first=event)
    told.session_id = told.session_id or session
    return told


def _span(node: Mapping[str, Any], data: Mapping[str, Any], path: str) -> Span:
    record = Record(Part(node, path), Part(data, path + "['span_data']"))
    kind = text(data, "type")
    record.type = _TYPES.get(kind, "")
    span = record.span(_NAMES, recorded.about(text(data, "model"), data.get("usage")))
    span.name = span.name or kind
    error = node.get("error")
    if isinstance(error, dict):
        # the message says what the span was about, the data what went wrong
        span.failed, span.error = True, text(mapping(error.get("data")), "error") or text(error, "message")
        span.told = path + "['error']"
    return span


_EXPORTED = listed(_is_exported, "data")
OPENAI_AGENTS = GroupedFormat(
    "openai-agents",
    frozenset({"object", "data"}),
    "traces and spans: one, a list, or `data`",
    _EXPORTED,
    alike(_EXPORTED, lambda item: identity(item.node, "trace_id", "id")),
    _read,
    ties=("id", "trace_id", "parent_id"),
    holding=frozenset({"data"}),
)
