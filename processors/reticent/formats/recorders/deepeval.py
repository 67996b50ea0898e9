"""DeepEval: traces as it sends them to Confident AI, whose spans stand in a list for each of their kinds; and test
runs, of which each case is a trace.

https://deepeval.com/docs/evaluation-llm-tracing
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import items, text
from ..tracing import recorded
from ..tracing.conventions import trace_of
from ..tracing.grouped import GroupedFormat, Item, alone
from ..tracing.recorded import Names, Part, Record
from ..tracing.spans import Span
from .samples import Sample

_LISTS = ("baseSpans", "agentSpans", "llmSpans", "retrieverSpans", "toolSpans")
_NAMES = Names("input", "output", ("startTime",), ("endTime",), "parentUuid", "metadata", error=("error",))
_CASES = ("testCases", "conversationalTestCases", "test_cases", "conversational_test_cases")
_CASE = Sample(
    tuple(frozenset(each.split()) for each in (
        "input actualOutput", "input actual_output", "turns metricsData", "turns scenario", "turns success",
        "turns expected_outcome", "turns expectedOutcome",
    )),
    asked=(("turns",), ("input",)), answered=(("actualOutput",), ("actual_output",)),
    called=(("toolsCalled", "*"), ("tools_called", "*")),
    seen=(("retrievalContext", "*"), ("retrieval_context", "*")),
    scored=(("metricsData", "*"), ("metrics_data", "*")),
)  # fmt: skip


_AGENTS_SDK = "Function tool: "
"""What stands before a tool's name where OpenAI's Agents SDK called it."""


def _is_trace(node: Any) -> bool:
    return isinstance(node, dict) and "uuid" in node and all(isinstance(node.get(name), list) for name in _LISTS)


def _groups(tree: Any) -> list[list[Item]]:
    """The spans of each trace, whose `above` it is; each case."""
    found = []
    for node, path in _nodes(tree):
        if _is_trace(node):
            spans = [
                Item(span, f"{path}['{name}'][{index}]", above=node)
                for name in _LISTS
                for index, span in enumerate(node[name])
                if isinstance(span, dict)
            ]
            found.append(spans or [Item(node, path)])
        elif isinstance(node, dict):
            found.append([Item(node, path)])
    return found


def _nodes(tree: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(tree, dict) and not _is_trace(tree) and not _CASE.claims(tree):
        for name in _CASES:
            yield from ((node, f"$['{name}'][{index}]") for index, node in enumerate(items(tree, name)) if _known(node))
        return
    nodes = [(node, f"$[{index}]") for index, node in enumerate(tree)] if isinstance(tree, list) else [(tree, "$")]
    yield from ((node, path) for node, path in nodes if _known(node))


def _known(node: Any) -> bool:
    return isinstance(node, dict) and (_is_trace(node) or _CASE.claims(node))


def _find(tree: Any) -> Iterator[Item]:
    return (Item(node, path) for node, path in _nodes(tree))


def _read(group: Sequence[Item]) -> Trace:
    trace = group[0].above
    if trace is None:
        return alone(_CASE.read)(group)
    spans = [_span(item.node, item.path) for item in group]
    told = trace_of(text(trace, "uuid"), spans, first=recorded.read_typed)
    told.session_id = told.session_id or text(trace, "threadId")
    return told


def _span(node: Mapping[str, Any], path: str) -> Span:
    record = Record(Part({"id": node.get("uuid"), **node}, path))
    record.type = text(node, "type")
    usage = {side: node.get(f"{side}TokenCount") for side in ("input", "output")}
    span = record.span(_NAMES, recorded.about(text(node, "model"), usage if record.type == "llm" else None))
    span.name = span.name.removeprefix(_AGENTS_SDK)
    span.failed = span.failed or text(node, "status") == "ERRORED"
    return span


DEEPEVAL = GroupedFormat(
    "deepeval",
    frozenset({*_CASES, *_LISTS, "turns", frozenset({"input", "actualOutput"}), frozenset({"input", "actual_output"})}),
    "a trace, a test run, a case, or a list of them",
    _find,
    _groups,
    _read,
    ties=("uuid", "traceUuid", "parentUuid"),
    holding=frozenset({*_CASES, *_LISTS, "turns"}),
)
