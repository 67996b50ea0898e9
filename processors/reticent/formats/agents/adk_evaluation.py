"""Google's Agent Development Kit: the cases of a set for evaluations, or one of them, and what came of running them;
each is a trace.

https://google.github.io/adk-docs/evaluate
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind, Trace
from ..messages import message_steps
from ..providers.blocks import block_steps, first, items, mapping
from ..tracing.grouped import GroupedFormat, Item, alone, each, listed
from ..transcript import Transcript
from .timed import timed

_ID = ("eval_id", "evalId")
_JUDGED = "eval_metric_result_per_invocation"
"""What came of running a case, an invocation after the other."""


def _is_case(node: Mapping[str, Any]) -> bool:
    told = (_field(node, name)[0] for name in ("conversation", _JUDGED))
    return any(name in node for name in _ID) and any(isinstance(found, list) for found in told)


def _field(node: Mapping[str, Any], name: str) -> tuple[Any, str]:
    """What stands under it, and its place. Python writes snake case, its JSON for browsers camel case."""
    words = name.title().replace("_", "")
    spelled = next((each for each in (name, words[0].lower() + words[1:]) if node.get(each) is not None), name)
    return node.get(spelled), f"['{spelled}']"


def _invocations(case: Mapping[str, Any], path: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    for index, told in enumerate(items(case, "conversation")):
        yield mapping(told), f"{path}['conversation'][{index}]"
    judged, place = _field(case, _JUDGED)
    for index, told in enumerate(judged if isinstance(judged, list) else ()):
        found, within = _field(mapping(told), "actual_invocation")
        if isinstance(found, dict):
            yield found, f"{path}{place}[{index}]{within}"


def _read(item: Item) -> Trace:
    transcript = Transcript()
    for told, path in _invocations(item.node, item.path):
        transcript.extend(timed(_steps(told, path), _field(told, "creation_timestamp")[0]))
    session, _ = _field(item.node, "session_id")
    return Trace(first(item.node, _ID), session if isinstance(session, str) else "", steps=transcript.steps)


def _steps(told: Mapping[str, Any], path: str) -> Iterator[Step]:
    asked, place = _field(told, "user_content")
    yield from message_steps(mapping(asked), path + place, "user")
    between, within = _field(told, "intermediate_data")
    yield from _between(mapping(between), path + within)
    answer, place = _field(told, "final_response")
    yield from message_steps(mapping(answer), path + place, "model")


def _between(data: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Events, or what tools were asked and gave, in lists of their own."""
    events, place = _field(data, "invocation_events")
    for index, event in enumerate(events if isinstance(events, list) else ()):
        content = mapping(mapping(event).get("content"))
        yield from message_steps(content, f"{path}{place}[{index}]['content']", "model")
    for name, member in (("tool_uses", "functionCall"), ("tool_responses", "functionResponse")):
        found, place = _field(data, name)
        for index, tool in enumerate(found if isinstance(found, list) else ()):
            for step in block_steps({member: tool}, "", StepKind.OTHER):
                step.path = f"{path}{place}[{index}]"
                yield step
    said, place = _field(data, "intermediate_responses")
    for index, pair in enumerate(said if isinstance(said, list) else ()):
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], list):
            message = {"role": "model", "parts": pair[1]}
            for step in message_steps(message, ""):
                step.path = f"{path}{place}[{index}][1]" + step.path.removeprefix("['parts']")
                yield step


_cases = listed(_is_case, "eval_cases", "evalCases", "eval_case_results", "evalCaseResults")
ADK_EVALUATION = GroupedFormat(
    "adk-evaluation",
    frozenset({"eval_cases", "evalCases", "eval_case_results", "evalCaseResults", *_ID}),
    "a set of cases, a case, or the results of one",
    _cases,
    each(_cases),
    alone(_read),
    ties=(),
)
