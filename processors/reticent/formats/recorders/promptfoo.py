"""promptfoo: the results of an evaluation, as it writes them to a file; each is a trace.

https://www.promptfoo.dev/docs/configuration/outputs
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model import Step, StepKind, Trace
from ..providers.blocks import items, mapping, text
from ..tracing import conversation
from ..tracing.grouped import GroupedFormat, Item, alone, each
from ..transcript import Transcript

_IDS = ("id", "traceId")


def _results(tree: Any) -> Iterator[Item]:
    """Of a file, or of its lines."""
    inner = tree.get("results") if isinstance(tree, dict) else None
    if isinstance(inner, dict):
        for index, node in enumerate(items(inner, "results")):
            if _is_result(node):
                yield Item(node, f"$['results']['results'][{index}]")
    elif _is_result(tree):
        yield Item(tree, "$")
    for index, node in enumerate(tree if isinstance(tree, list) else ()):
        if _is_result(node):
            yield Item(node, f"$[{index}]")


def _is_result(node: Any) -> bool:
    return isinstance(node, dict) and "promptIdx" in node and "testIdx" in node and isinstance(node.get("prompt"), dict)


def _read(item: Item) -> Trace:
    """A prompt of several messages is JSON in a string."""
    node, path = item.node, item.path
    transcript = Transcript()
    transcript.extend(conversation.sent(mapping(node.get("prompt")).get("raw"), path + "['prompt']['raw']"))
    said = mapping(node.get("response")).get("output")
    transcript.extend(conversation.answered(said, path + "['response']['output']"))
    failed = text(node, "error")
    if failed:
        transcript.add(Step(0, StepKind.ERROR, failed, path=path + "['error']"))
    graded = node.get("gradingResult")
    if isinstance(graded, dict):
        transcript.add(Step(0, StepKind.EVENT, graded, name="grade", path=path + "['gradingResult']"))
    model = text(mapping(node.get("provider")), "id")
    trace_id = text(node, "id") or text(node, "traceId")
    return Trace(trace_id, attributes={"model": model} if model else {}, steps=transcript.steps)


PROMPTFOO = GroupedFormat(
    "promptfoo",
    frozenset({"results", "promptIdx"}),
    "the results of an evaluation, one of them, or a list",
    _results,
    each(_results),
    alone(_read),
    ties=_IDS,
)
