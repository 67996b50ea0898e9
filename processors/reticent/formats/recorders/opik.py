"""Opik (Comet): spans and traces as its clients send them in batches and its interface lists them.

https://www.comet.com/docs/opik/reference/rest-api/spans/create-spans
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import identity, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Span

_NAMES = Names("input", "output", ("start_time",), ("end_time",), "parent_span_id", "metadata")
_LISTS = ("spans", "traces", "content")
_TRACE = ("thread_id", "project_name", "project_id")
"""Of these every trace has one."""


def _is_record(node: Mapping[str, Any]) -> bool:
    if "id" not in node or "start_time" not in node:
        return False
    if "input" not in node and "output" not in node:
        return False
    return ("trace_id" in node and "type" in node) or any(name in node for name in _TRACE)


def _read(group: Sequence[Item]) -> Trace:
    """A trace has the input and the output of its spans again, which an event says where it stands alone."""
    spans = [_span(item.node, item.path) for item in group]
    first = group[0].node
    told = trace_of(text(first, "trace_id") or text(first, "id"), spans, first=recorded.read_typed)
    told.session_id = told.session_id or next(filter(None, (text(item.node, "thread_id") for item in group)), "")
    return told


def _span(node: Mapping[str, Any], path: str) -> Span:
    record = Record(Part(node, path))
    # its clients for JavaScript call everything general
    calls = text(node, "type") == "llm" or ("provider" in node and "trace_id" in node)
    record.type = "llm" if calls else text(node, "type")
    usage = mapping(node.get("usage")) if calls else None
    span = record.span(_NAMES, recorded.about(text(node, "model"), usage))
    error = node.get("error_info")
    if isinstance(error, dict):
        span.failed, span.error = True, text(error, "message") or text(error, "exception_type")
    return span


_RECORDS = listed(_is_record, *_LISTS)
OPIK = GroupedFormat(
    "opik",
    frozenset({"start_time", *_LISTS}),
    "spans or traces: one, a list, `spans`, `traces`, or a page's `content`",
    _RECORDS,
    alike(_RECORDS, lambda item: identity(item.node, "trace_id", "id")),
    _read,
    ties=("id", "trace_id", "parent_span_id"),
    holding=frozenset(_LISTS),
)
