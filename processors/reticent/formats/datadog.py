"""Datadog's LLM Observability: spans as its API takes them, and as its tracers send them.

https://docs.datadoghq.com/llm_observability/instrumentation/api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import DecodeError
from ..limits import Limits
from ..model import Trace
from . import jsontext
from .blobs import find_blobs
from .blocks import first, items, text
from .document import Document
from .otlp_spans import seconds
from .tracing import recorded
from .tracing.conventions import trace_of
from .tracing.grouped import GroupedDocument, Item, begins_with, never
from .tracing.recorded import ANSWERED, SENT, TYPE
from .tracing.spans import Attributes, Span, below, written
from .tree import Dialect

MEDIA_TYPE = "application/json"
_SIDES = ("messages", "documents", "value")
"""Under one of these stands what a span was given, or gave."""
_KIND = ("kind", "span.kind")
_MODEL = ("model_name", "ml_model")
_ROOT = "undefined"


class Datadog:
    name = "datadog-llm"
    members = frozenset({"spans", "data"})
    media_types: Sequence[str] = ()

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return begins_with(tree, _spans)

    def decode(self, payload: bytes, limits: Limits, tree: Any = None) -> Document:
        found = jsontext.parse(payload, limits) if tree is None else tree
        if not any(True for _ in _spans(found)):
            raise DecodeError("wrong-format", "datadog-llm wants `data` with spans among its attributes, or `spans`")
        return GroupedDocument(found, _DIALECT, _groups, _read, source=payload, limits=limits)


def _spans(tree: Any) -> Iterator[Item]:
    """`above`: what the request says of all its spans."""
    if isinstance(tree, list):
        for index, each in enumerate(tree):
            yield from _held(each, f"$[{index}]")
    elif isinstance(tree, dict):
        yield from _held(tree, "$")
        yield from _held(_object(tree.get("data")).get("attributes"), "$['data']['attributes']")


def _held(holder: Any, path: str) -> Iterator[Item]:
    for index, node in enumerate(items(holder, "spans")):
        if isinstance(node, dict) and isinstance(node.get("meta"), dict) and "start_ns" in node:
            yield Item(node, f"{path}['spans'][{index}]", above=holder)


def _groups(tree: Any) -> list[list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in _spans(tree):
        found.setdefault(text(item.node, "trace_id"), []).append(item)
    return list(found.values())


def _read(group: Sequence[Item]) -> Trace:
    spans = [_span(item.node, item.path) for item in group]
    told = trace_of(text(group[0].node, "trace_id"), spans, first=recorded.read_typed)
    sessions = (text(node, "session_id") for item in group for node in (item.node, item.above))
    told.session_id = told.session_id or next(filter(None, sessions), "")
    return told


def _span(node: Mapping[str, Any], path: str) -> Span:
    meta = _object(node.get("meta"))
    metadata, error = _object(meta.get("metadata")), _object(meta.get("error"))
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


def _object(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}


_TIES = ("trace_id", "span_id", "parent_id")
_DIALECT = Dialect("datadog-llm", MEDIA_TYPE, never, check=jsontext.refuse_repeats, blobs=find_blobs, ties=_TIES)
