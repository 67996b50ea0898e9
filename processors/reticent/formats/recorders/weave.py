"""Weights & Biases Weave: calls as its service lists them, and the batches of begun and ended calls of its clients.

https://docs.wandb.ai/weave/reference/service-api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import identity, items, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Span

_NAMES = Names(
    "inputs", "output", ("started_at",), ("ended_at",), "parent_id", "attributes", ("exception",), ("display_name",)
)
_MODELS = ("chat.completions", "messages.create", "generate_content", "responses.create", "litellm.completion")
"""In the names of operations that are calls of a model."""


def _calls(tree: Any) -> Iterator[Item]:
    """`above`: the call, and where it stands in the item."""
    if isinstance(tree, dict) and _is_call(tree):
        yield Item(tree, "$", above=(tree, ""))
    listed = [(tree, "$")] if isinstance(tree, list) else [(items(tree, "calls"), "$['calls']")]
    for nodes, path in listed:
        for index, node in enumerate(nodes):
            if isinstance(node, dict) and _is_call(node):
                yield Item(node, f"{path}[{index}]", above=(node, ""))
    for index, event in enumerate(items(tree, "batch")):
        request = event.get("req") if isinstance(event, dict) else None
        for name in ("start", "end"):
            if isinstance(request, dict) and isinstance(request.get(name), dict):
                yield Item(event, f"$['batch'][{index}]", above=(request[name], f"['req']['{name}']"))


def _is_call(node: Mapping[str, Any]) -> bool:
    return "op_name" in node and "trace_id" in node and "inputs" in node


def _groups(tree: Any) -> list[list[Item]]:
    """The end of a call names the call alone."""
    found: dict[str, list[Item]] = {}
    traces: dict[str, str] = {}
    for item in _calls(tree):
        call, trace = identity(item.above[0], "id"), identity(item.above[0], "trace_id")
        trace = traces.setdefault(call, trace or call)
        found.setdefault(trace, []).append(item)
    return list(found.values())


def _read(group: Sequence[Item]) -> Trace:
    records: dict[str, Record] = {}
    for item in group:
        call, inside = item.above
        records.setdefault(text(call, "id") or item.path, Record()).add(Part(call, item.path + inside))
    spans = [_span(record) for record in records.values()]
    trace = next((found for record in records.values() if (found := record.text("trace_id", "id"))), "")
    return trace_of(trace, spans, first=recorded.read_typed)


def _span(record: Record) -> Span:
    attributes, summary, inputs = record.value("attributes"), record.value("summary"), record.value("inputs")
    own = attributes.get("weave") if isinstance(attributes, dict) else None
    operation = record.text("op_name")
    called = any(name in operation for name in _MODELS)
    record.type = "model" if called else text(own, "kind") if isinstance(own, dict) else ""
    usage = summary.get("usage") if isinstance(summary, dict) else None
    model, tokens = next(iter(usage.items()), ("", None)) if isinstance(usage, dict) else ("", None)
    model = (text(inputs, "model") if isinstance(inputs, dict) else "") or model
    known = recorded.about(model, tokens) if called else {}
    thread = record.text("thread_id")
    span = record.span(_NAMES, {**known, "thread_id": thread} if thread else known)
    span.name = span.name or operation.rpartition("/")[2].partition(":")[0]
    return span


_TIES = ("id", "trace_id", "parent_id")
WEAVE = GroupedFormat(
    "weave",
    frozenset({"op_name", "calls", "batch"}),
    "calls: one, a list, `calls`, or a batch of starts and ends",
    _calls,
    _groups,
    _read,
    ties=_TIES,
    holding=frozenset({"calls", "batch"}),
)
