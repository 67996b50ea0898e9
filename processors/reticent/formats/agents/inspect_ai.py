"""Inspect AI: the samples of an evaluation's log, or one of them; each is a trace. So is a log without any.

https://inspect.aisi.org.uk/eval-logs.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind, Trace
from ..messages import message_steps
from ..providers.blocks import items, mapping, text
from ..tracing.grouped import GroupedFormat, Item, alone, each
from ..transcript import Transcript
from ..tree import escaped_name

_IDS = ("uuid",)


def _samples(tree: Any) -> Iterator[Item]:
    """`above`: what the log says of its evaluation."""
    if _is_sample(tree):
        yield Item(tree, "$")
    elif isinstance(tree, dict) and isinstance(tree.get("eval"), dict):
        for index, sample in enumerate(items(tree, "samples")):
            if _is_sample(sample):
                yield Item(sample, f"$['samples'][{index}]", above=tree["eval"])
        if "status" in tree and not items(tree, "samples"):
            yield Item(tree, "$", above=tree["eval"])
    for index, sample in enumerate(tree if isinstance(tree, list) else ()):
        if _is_sample(sample):
            yield Item(sample, f"$[{index}]")


def _is_sample(node: Any) -> bool:
    return isinstance(node, dict) and "epoch" in node and "target" in node and isinstance(node.get("messages"), list)


def _read(item: Item) -> Trace:
    sample, path, evaluation = item.node, item.path, mapping(item.above)
    transcript = Transcript()
    for index, message in enumerate(items(sample, "messages")):
        if isinstance(message, dict):
            transcript.extend(_message(message, f"{path}['messages'][{index}]"))
    _again(sample, path, transcript.steps)
    for name, score in mapping(sample.get("scores")).items():
        place = f"{path}['scores']{escaped_name(name)}"
        transcript.add(Step(0, StepKind.EVENT, score, name=name, path=place))
    if isinstance(sample.get("results"), dict):
        transcript.add(Step(0, StepKind.EVENT, sample["results"], name="results", path=path + "['results']"))
    failed = text(mapping(sample.get("error")), "message")
    if failed:
        transcript.add(Step(0, StepKind.ERROR, failed, path=path + "['error']"))
    model = text(evaluation, "model") or text(mapping(sample.get("output")), "model")
    return Trace(
        text(sample, "uuid"),
        started_at=text(sample, "started_at"),
        ended_at=text(sample, "completed_at"),
        attributes={"model": model} if model else {},
        steps=transcript.steps,
    )


def _message(message: Mapping[str, Any], path: str) -> list[Step]:
    """Results say `function` for the tool's name."""
    error, told = mapping(message.get("error")), dict(message)
    if "function" in message:
        told["name"] = message["function"]
    if error:
        told["content"] = message.get("content") or error.get("message")
    steps = message_steps(told, path)
    for step in steps if error else ():
        step.attributes = {"error": True}
    return steps


def _again(sample: Mapping[str, Any], path: str, steps: Sequence[Step]) -> None:
    """What the sample was given, and what it came to, are steps already."""
    asked = next((step for step in steps if step.kind is StepKind.PROMPT), None)
    last = next((step for step in reversed(steps) if step.kind is StepKind.OUTPUT), None)
    for step, name in ((asked, "input"), (last, "output")):
        if step is not None and name in sample:
            step.further = [*step.further, f"{path}['{name}']"]


INSPECT_AI = GroupedFormat(
    "inspect-ai",
    frozenset({"eval", "epoch"}),
    "the log of an evaluation with its samples, a sample, or a list of them",
    _samples,
    each(_samples),
    alone(_read),
    ties=_IDS,
)
