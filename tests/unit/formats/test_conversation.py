"""A conversation that a recorder kept as JSON in a string is read as if it stood there as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Masked, Step, Topic, Trace
from reticent.steps import StepIndex

from ...contract.recorded import resource, spans
from ..judging import Judge

ANA, BEN = "ana.silva@mail.example.org", "ben.stone@mail.example.org"
ASKED = [
    {"role": "system", "content": "be short"},
    {"role": "user", "content": f"ask {ANA}"},
    {"role": "assistant", "content": None,
     "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"q": 1}'}}]},
    {"role": "tool", "tool_call_id": "c1", "content": f"found {BEN}"},
]  # fmt: skip
ANSWERED = [{"role": "assistant", "content": "done"}]
KINDS = ["system", "prompt", "tool_call", "tool_result", "output"]
Write = Callable[[Any], Any]


def langsmith(write: Write) -> Any:
    return {
        "id": "r1", "trace_id": "t1", "run_type": "llm", "name": "l", "start_time": "2026-01-01T00:00:00Z",
        "inputs": {"input": write(ASKED)}, "outputs": {"output": write(ANSWERED)},
    }  # fmt: skip


def openinference(write: Write) -> Any:
    values = {"openinference.span.kind": "LLM", "input.value": {"messages": write(ASKED)},
              "output.value": {"output": write({"choices": [{"message": ANSWERED[0]}]})}}  # fmt: skip
    return {"resourceSpans": [resource(*spans(values))]}


def langfuse(write: Write) -> Any:
    made = {"id": "o1", "traceId": "t1", "type": "GENERATION", "input": write(ASKED), "output": write(ANSWERED)}
    return {"batch": [{"id": "e", "type": "generation-create", "body": made}]}


RECORDS = {"langsmith": langsmith, "openinference": openinference, "langfuse": langfuse}


def read(record: Any) -> list[Step]:
    document = open_document(json.dumps(record).encode(), content_type=None, forced=None, limits=Limits())
    (trace,) = document.traces()
    return list(trace.steps)


@pytest.mark.parametrize("name", RECORDS)
def test_its_steps_are_those_of_the_json(name: str) -> None:
    written, plain = read(RECORDS[name](json.dumps)), read(RECORDS[name](lambda said: said))
    assert [step.kind.value for step in written] == KINDS
    for step, like in zip(written, plain, strict=True):
        for field in ("kind", "content", "name", "call_id", "parent"):
            assert getattr(step, field) == getattr(like, field)
        assert step.path != like.path and "]$" in step.path


POLICY = """version: 1
packs: [pii]
apply:
  - {rules: [email], where: {step: tool_result}, action: drop}
  - {rules: ['*'], action: redact}
approvals: {groups: [security]}
"""


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(POLICY)


@pytest.mark.parametrize("name", RECORDS)
def test_a_policy_for_results_of_tools_drops_that_message_alone(name: str, judge: Judge) -> None:
    (found,) = judge(judge.record(json.dumps(RECORDS[name](json.dumps)).encode()))
    masked = found[Topic.SANITIZED].value
    assert isinstance(masked, Masked)
    steps = read(json.loads(masked.content))
    said = [re.sub(r":[a-z2-7]{8}]", "]", str(step.content)) for step in steps]
    assert [step.kind.value for step in steps] == KINDS
    assert said == ["be short", "ask [REDACTED:email]", "{'q': 1}", "", "done"]


@pytest.mark.parametrize(
    "text", ['[{"name": "ana", "role": "user"}]', '{"question": "why?"}', "[1, 2]", '[{"role": "user", "content": "x"']
)
def test_what_is_no_conversation_is_the_text_that_it_is(text: str) -> None:
    (step,) = read(langsmith(lambda said: said) | {"inputs": {"input": text}, "outputs": None})
    assert (step.kind.value, step.content) == ("prompt", text)


def nested(layers: int) -> dict[str, Any]:
    said: Any = {"messages": ASKED}
    for _ in range(layers):
        said = {"messages": json.dumps(said)}
    return {"openinference.span.kind": "LLM", "input.value": json.dumps(said)}


@pytest.mark.parametrize("layers", range(4))
def test_what_a_string_in_a_string_holds_is_of_who_says_it(layers: int) -> None:
    values = nested(layers)
    steps = read({"resourceSpans": [resource(*spans(values))]})
    assert [step.kind.value for step in steps] == KINDS[:-1]
    index, place = StepIndex([Trace(steps=steps)]), steps[0].path.partition("$['messages']")[0]
    for text, kind in (("be short", "system"), (ANA, "prompt"), (BEN, "tool_result")):
        assert index.kind(place, values["input.value"], values["input.value"].index(text)) == kind


@pytest.mark.parametrize("layers", range(4))
@pytest.mark.parametrize(("action", "left"), [("drop", ""), ("summarise", "[SUMMARY:email:")])
def test_a_policy_for_results_drops_that_message_alone_in_a_string_in_a_string(
    action: str, left: str, layers: int
) -> None:
    judge = Judge(POLICY.replace("drop", action))
    payload = json.dumps({"resourceSpans": [resource(*spans(nested(layers)))]}).encode()
    (found,) = judge(judge.record(payload))
    masked = found[Topic.SANITIZED].value
    assert isinstance(masked, Masked)
    steps = read(json.loads(masked.content))
    assert [step.kind.value for step in steps] == KINDS[:-1]
    assert str(steps[1].content).startswith("ask [REDACTED:email:")
    assert str(steps[3].content).startswith(left) and ("SUMMARY" in str(steps[3].content)) == bool(left)


@pytest.mark.parametrize("kind", [{"type": "function_call"}, {}])
def test_a_result_is_of_the_item_whose_call_id_it_says_whatever_the_items_own_id(kind: dict[str, str]) -> None:
    call = {**kind, "id": "fc_1", "call_id": "c1", "name": "f", "arguments": {"q": 1}}
    result = {"type": "function_call_output", "call_id": "c1", "output": "done"}
    made = {"id": "o1", "traceId": "t1", "type": "GENERATION", "input": [{"role": "user", "content": "ask"}]}
    bodies = [{**made, "output": [call]}, {**made, "id": "o2", "input": [*made["input"], call, result]}]
    batch = {"batch": [{"id": f"e{n}", "type": "generation-create", "body": body} for n, body in enumerate(bodies)]}
    document = open_document(json.dumps(batch).encode(), content_type=None, forced="langfuse", limits=Limits())
    steps = document.traces()[0].steps
    told = [(step.call_id, step.name, step.parent) for step in steps if step.kind.value.startswith("tool_")]
    assert told == [("c1", "f", None), ("c1", "f", 1)]
