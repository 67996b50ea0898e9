"""AgentOps: what its clients before version 0.4 sent of a session: calls of models and tools, actions and errors in
`events`; later ones send OTLP.

https://docs.agentops.ai/v1/concepts/events
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import identity, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alike, listed
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Span

_MODEL = Names("prompt", "completion", ("init_timestamp",), ("end_timestamp",), "", "params", ("error",))
_OTHER = Names("params", "returns", ("init_timestamp",), ("end_timestamp",), "", "params", ("details", "error"),
               name=("tool_name", "action_type", "name"))  # fmt: skip
_TYPES = {"llms": "model", "llm": "model", "tools": "tool", "tool": "tool", "actions": "", "action": "", "errors": "",
          "error": ""}  # fmt: skip


def _is_event(node: Mapping[str, Any]) -> bool:
    return "event_type" in node and "init_timestamp" in node


def _read(group: Sequence[Item]) -> Trace:
    told = trace_of("", list(map(_span, group)), first=recorded.read_typed)
    told.session_id = told.session_id or identity(group[0].node, "session_id")
    return told


def _span(item: Item) -> Span:
    node = item.node
    record = Record(Part(node, item.path))
    record.type = _TYPES.get(text(node, "event_type"), "")
    usage = {"input_tokens": node.get("prompt_tokens"), "output_tokens": node.get("completion_tokens")}
    names = _MODEL if record.type == "model" else _OTHER
    return record.span(names, recorded.about(text(node, "model"), usage))


_EVENTS = listed(_is_event, "events")
AGENTOPS = GroupedFormat(
    "agentops",
    frozenset({"events", frozenset({"event_type", "init_timestamp"})}),
    "events with `event_type` and `init_timestamp`: one, a list, or `events`",
    _EVENTS,
    alike(_EVENTS, lambda item: identity(item.node, "session_id")),
    _read,
    ties=("session_id",),
    holding=frozenset({"events"}),
)
