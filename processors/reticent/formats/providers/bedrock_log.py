"""Amazon Bedrock's model invocation log: a record a call, with what went in and came out. Each is a trace.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...model import Step, StepKind, Trace
from ..tracing.grouped import GroupedFormat, Item, alone, listed
from .anthropic import Anthropic
from .blocks import mapping, text
from .provider import Provider
from .rows import claiming
from .streams import Run

_ANTHROPIC = Anthropic()
_BODIES = (("input", "inputBodyJson", StepKind.PROMPT), ("output", "outputBodyJson", StepKind.OUTPUT))
_FIELDS = ("schemaType", "requestId", "modelId")
_IDS = ("requestId",)


class _Body(NamedTuple):
    """`path` is below the record's."""

    node: Any
    path: str
    kind: StepKind


def _is_record(node: Mapping[str, Any]) -> bool:
    return all(name in node for name in _FIELDS)


def _groups(tree: Any) -> list[list[Item]]:
    """`above`: by the path of each body whose it is, which is told before anything is masked."""
    return [
        [Item(item.node, item.path, above={body.path: _provider(body.node) for body in _bodies(item.node)})]
        for item in _RECORDS(tree)
    ]


def _bodies(record: Mapping[str, Any]) -> Iterator[_Body]:
    """A streamed answer is a list of its events."""
    for side, name, kind in _BODIES:
        body, path = mapping(record.get(side)).get(name), f"['{side}']['{name}']"
        if isinstance(body, list):
            yield from (_Body(event, f"{path}[{index}]", kind) for index, event in enumerate(body))
        elif body is not None:
            yield _Body(body, path, kind)


def _provider(body: Any) -> Provider | None:
    """Anthropic's, as Bedrock takes it, names no model."""
    return _ANTHROPIC if isinstance(body, dict) and "anthropic_version" in body else claiming(body)


def _read(item: Item) -> Trace:
    run, record = Run(), item.node
    for body in _bodies(record):
        provider = item.above.get(body.path)
        if provider is not None:
            provider.feed(run, item.path + body.path, body.node)
        else:
            run.answered([Step(0, body.kind, body.node, path=item.path + body.path)])
    failed = text(record, "errorCode")
    run.answered([Step(0, StepKind.ERROR, failed, path=item.path + "['errorCode']")] if failed else [])
    (trace,) = run.traces()
    trace.trace_id, trace.started_at = text(record, "requestId"), text(record, "timestamp")
    trace.attributes = {**trace.attributes, "model": text(record, "modelId")}
    return trace


_RECORDS = listed(_is_record)
BEDROCK_LOG = GroupedFormat(
    "bedrock-log",
    frozenset({"schemaType"}),
    "records of a model invocation log: one, or a list of them",
    _RECORDS,
    _groups,
    alone(_read),
    ties=_IDS,
)
