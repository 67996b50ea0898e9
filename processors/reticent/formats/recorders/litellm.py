"""LiteLLM's logging record of a call: what its proxy hands to callbacks and stores, or a list of them.

https://docs.litellm.ai/docs/proxy/logging_spec
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import identity
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Span

_NAMES = Names(
    "messages", "response", ("startTime", "start_time"), ("endTime", "end_time"), "", "metadata", ("error_str",),
    ("call_type",),
)  # fmt: skip


_FIELDS = ("call_type", "messages", "response")


def _records(tree: Any) -> Iterator[Item]:
    for path, node in [(f"$[{n}]", each) for n, each in enumerate(tree)] if isinstance(tree, list) else [("$", tree)]:
        if _is_record(node):
            yield Item(node, path)


def _is_record(node: Any) -> bool:
    """CrewAI's events of a call have a call_type, too."""
    return isinstance(node, dict) and "event_id" not in node and all(name in node for name in _FIELDS)


def _read(group: Sequence[Item]) -> Trace:
    records = [Record(Part(item.node, item.path)) for item in group]
    trace = records[0].text(*_TIES)
    told = trace_of(trace, [_span(record) for record in records], first=recorded.read_typed)
    told.session_id = told.session_id or next((found for each in records if (found := each.text("session_id"))), "")
    return told


def _span(record: Record) -> Span:
    record.type = "model"
    usage = {name: record.value(name) for name in ("prompt_tokens", "completion_tokens")}
    return record.span(_NAMES, recorded.about(record.text("model"), usage))


_TIES = ("trace_id", "litellm_trace_id", "id")
LITELLM = GroupedFormat(
    "litellm",
    frozenset({"call_type"}),
    "records with call_type, messages and response",
    _records,
    alike(_records, lambda item: identity(item.node, *_TIES) or item.path),
    _read,
    ties=_TIES,
)
