"""A conversation in a framework's own words gives the same steps alone and within whatever recorder kept it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonpath_rfc9535
import pytest

from reticent.formats.providers.rows import framework
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace
from reticent.steps import split_path
from tests.contract import agents, clients, ecosystems, exports, gateways, provided, stacks

_AT = "2026-11-24T08:00:00.000Z"
_TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
_FIXTURES = {
    **provided.FIXTURES,
    **agents.FIXTURES,
    **stacks.FIXTURES,
    **gateways.FIXTURES,
    **clients.FIXTURES,
    **exports.FIXTURES,
    **ecosystems.FIXTURES,
}


def _json(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return None


_TOLD = {name: tree for name, payload in _FIXTURES.items() if framework(tree := _json(payload)) is not None}


def _langfuse(said: Any, type: str = "GENERATION", answer: Any = None) -> Any:
    observation = {"id": "o1", "traceId": "t1", "type": type, "name": "g", "startTime": _AT, "input": said,
                   "output": answer, "metadata": {}}  # fmt: skip
    return {"id": "t1", "timestamp": _AT, "observations": [observation]}


def _openinference(said: Any) -> Any:
    values = {"openinference.span.kind": "AGENT", "input.value": json.dumps(said)}
    attributes = [{"key": name, "value": {"stringValue": value}} for name, value in values.items()]
    span = {"traceId": _TRACE_ID, "spanId": _TRACE_ID[:16], "name": "run", "attributes": attributes,
            "startTimeUnixNano": "1764000000000000000", "endTimeUnixNano": "1764000001000000000"}  # fmt: skip
    return {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}


def _langsmith(said: Any) -> Any:
    inputs = said if isinstance(said, dict) else {"input": said}
    return {"id": "r1", "trace_id": "r1", "name": "run", "run_type": "chain", "start_time": _AT, "inputs": inputs}


RECORDERS: dict[str, Callable[[Any], Any]] = {
    "Langfuse": _langfuse,
    "Langfuse, JSON in a string": lambda said: _langfuse(json.dumps(said)),
    "Langfuse, no call of a model": lambda said: _langfuse(said, "SPAN"),
    "OpenInference": _openinference,
    "LangSmith": _langsmith,
}


def _read(tree: Any) -> tuple[Trace, Any]:
    document = open_document(json.dumps(tree).encode(), content_type=None, forced=None, limits=Limits())
    (trace,) = document.traces()
    return trace, tree


def _shown(trace: Trace) -> list[Any]:
    return [(step.kind, step.name, step.call_id, step.parent, step.content) for step in trace.steps]


@pytest.mark.parametrize("recorder", RECORDERS)
def test_a_framework_says_the_same_alone_and_within_a_recorder(recorder: str) -> None:
    assert len(_TOLD) > 25
    for name, said in _TOLD.items():
        alone, _ = _read(said)
        trace, tree = _read(RECORDERS[recorder](said))
        assert _shown(trace) == _shown(alone), name
        for path in [path for step in trace.steps for path in (step.path, *step.further)]:
            outer, within = split_path(path)
            (node,) = jsonpath_rfc9535.find(outer, tree)
            for inner in filter(None, within.split("$")):
                text = node.value["stringValue"] if isinstance(node.value, dict) else node.value  # an attribute of OTLP
                (node,) = jsonpath_rfc9535.find(f"${inner}", json.loads(text))


def test_an_answer_that_begins_with_what_was_given_says_it_once() -> None:
    given = [{"role": "user", "content": "hello"}]
    answer = {"messages": [*given, {"role": "assistant", "content": "hi"}]}
    trace, _ = _read(_langfuse({"messages": given}, "SPAN", answer))
    assert [(step.kind.value, step.content) for step in trace.steps] == [("prompt", "hello"), ("output", "hi")]
    assert trace.steps[0].further == ["$['observations'][0]['output']['messages'][0]"]


def test_a_span_without_a_conversation_is_an_event() -> None:
    trace, _ = _read(_langfuse({"question": "hello"}, "SPAN", {"rows": 3}))
    assert [step.kind.value for step in trace.steps] == ["event"]
