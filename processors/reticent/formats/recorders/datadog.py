"""Datadog's LLM Observability: spans as its API takes them, and as its tracers send them.

https://docs.datadoghq.com/llm_observability/instrumentation/api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Trace
from ..otlp.spans import seconds
from ..providers.blocks import first, identity, items, mapping, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike
from ..tracing.recorded import ANSWERED, SENT, TYPE
from ..tracing.spans import Attributes, Span, below, written

_SIDES = ("messages", "documents", "value")
"""Under one of these stands what a span was given, or gave."""
_KIND = ("kind", "span.kind")
_MODEL = ("model_name", "ml_model")
_ROOT = "undefined"


def _spans(tree: Any) -> Iterator[Item]:
    """`above`: what the request says of all its spans."""
    if isinstance(tree, list):
        for index, each in enumerate(tree):
            yield from _held(each, f"$[{index}]")
    elif isinstance(tree, dict):
        yield from _held(tree, "$")
        yield from _held(mapping(tree.get("data")).get("attributes"), "$['data']['attributes']")


def _held(holder: Any, path: str) -> Iterator[Item]:
    for index, node in enumerate(items(holder, "spans")):
        if isinstance(node, dict) and isinstance(node.get("meta"), dict) and "start_ns" in node:
            yield Item(node, f"{path}['spans'][{index}]", above=holder)


def _read(group: Sequence[Item]) -> Trace:
    spans = [_span(item.node, item.path) for item in group]
    told = trace_of(text(group[0].node, "trace_id"), spans, first=recorded.read_typed)
    sessions = (text(node, "session_id") for item in group for node in (item.node, item.above))
    told.session_id = told.session_id or next(filter(None, sessions), "")
    return told


def _span(node: Mapping[str, Any], path: str) -> Span:
    meta = mapping(node.get("meta"))
    metadata, error = mapping(meta.get("metadata")), mapping(meta.get("error"))
    sent, sent_at = _side(meta, "input")
    answered, answered_at = _side(meta, "output")
    values = {
        TYPE: first(meta, _KIND), SENT: sent, ANSWERED: answered,
        **recorded.about(first(metadata, _MODEL) or text(meta, "model_name"), node.get("metrics")),
    }  # fmt: skip
    places = {SENT: sent_at, ANSWERED: answered_at}
    at = seconds(node.get("start_ns"))
    until = at + seconds(node.get("duration"))
    parent = text(node, "parent_id")
    return Span(
        id=text(node, "span_id"),
        parent="" if parent == _ROOT else parent,
        name=text(node, "name"),
        attributes=Attributes(values, lambda name, within: below(f"{path}['meta']{places.get(name, '')}", within)),
        path=path,
        at=at,
        until=until,
        started_at=written(at),
        ended_at=written(until),
        failed=text(node, "status") == "error",
        error=text(error, "message"),
    )


def _side(meta: Mapping[str, Any], name: str) -> tuple[Any, str]:
    """What stands there, and where within `meta`."""
    side = meta.get(name)
    if isinstance(side, dict):
        for field in _SIDES:
            if field in side:
                return side[field], f"['{name}']['{field}']"
    return side, f"['{name}']"


DATADOG = GroupedFormat(
    "datadog-llm",
    frozenset({"spans", "data"}),
    "`data` with spans among its attributes, or `spans`",
    _spans,
    alike(_spans, lambda item: identity(item.node, "trace_id")),
    _read,
    ties=("trace_id", "span_id", "parent_id"),
    holding=frozenset({"spans", "data"}),
)
