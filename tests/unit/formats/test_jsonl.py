"""JSON Lines: each line is read as what it is, a trace may lie over many, and what did not change keeps its bytes."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from reticent.errors import DecodeError, LimitError
from reticent.formats.document import ALL, Document, Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import StepKind, Topic
from reticent.steps import StepIndex

from ...contract.agents import BRAINTRUST, CLAUDE_CODE
from ...contract.exports import AUTOGEN_EVENTS
from ...contract.recorded import CHAT, LANGSMITH_RUNS, TOOL, WEAVE, printed, resource, spans
from ...contract.stacks import MESSAGES
from ..judging import NOW, Judge
from .providers import RUNS, SAID
from .test_sse import DETECTOR, KEY, _masked

LIMITS = Limits()


def _lines(*documents: Any) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


def _open(payload: bytes, limits: Limits = LIMITS) -> Document:
    return open_document(payload, content_type="application/x-ndjson", forced=None, limits=limits)


def _native(trace_id: str, *contents: str) -> dict[str, Any]:
    return {"trace_id": trace_id, "steps": [{"kind": "output", "content": content} for content in contents]}


@pytest.mark.parametrize("name", RUNS)
def test_lines_of_a_run_are_its_steps_once(name: str) -> None:
    run = RUNS[name]
    (trace,) = _open(_lines(run.requests[0], *run.events(), run.requests[1], run.responses[1])).traces()
    assert [(step.kind, step.content, step.name) for step in trace.steps] == SAID


@pytest.mark.parametrize("before", [{"model": "m", "messages": MESSAGES[:1]}, {"timestamp": "x", "message": "started"}])
@pytest.mark.parametrize("lines", [AUTOGEN_EVENTS, CLAUDE_CODE])
def test_a_line_is_of_the_format_that_it_is_of_alone_whatever_comes_before(
    before: dict[str, Any], lines: list[Any]
) -> None:
    told = [step for trace in _open(_lines(before, *lines)).traces() for step in trace.steps]
    assert [(step.kind, step.call_id) for step in told if step.call_id] == [
        (StepKind.TOOL_CALL, "c1"), (StepKind.TOOL_RESULT, "c1"),
    ]  # fmt: skip


_SPANS = spans(CHAT, TOOL)
SPANS: dict[str, list[Any]] = {
    "requests of OTLP": [{"resourceSpans": [resource(span)]} for span in _SPANS],
    "resources of OTLP": [resource(span) for span in _SPANS],
    "spans of OTLP": _SPANS,
    "printed spans": printed(CHAT, TOOL),
    "runs of LangSmith": LANGSMITH_RUNS,
    "calls of Weave": WEAVE,
    "events of Braintrust": BRAINTRUST["events"],
}


@pytest.mark.parametrize("name", SPANS)
def test_a_span_a_line_is_the_trace_that_they_are_in_a_list(name: str) -> None:
    whole = open_document(json.dumps(SPANS[name]).encode(), content_type=None, forced=None, limits=LIMITS)
    (listed,), document = whole.traces(), _open(_lines(*SPANS[name]))
    (trace,) = document.traces()
    fields = ("seq", "kind", "name", "call_id", "parent", "content", "path", "started_at")
    assert [[getattr(step, field) for field in fields] for step in trace.steps] == [
        [getattr(step, field) for field in fields] for step in listed.steps
    ]
    assert (trace.trace_id, trace.session_id, trace.attributes) == (
        listed.trace_id, listed.session_id, listed.attributes
    )  # fmt: skip
    for leaf, text in enumerate(document.leaves().texts):
        if text.endswith("done"):
            document.replace(leaf, Part.VALUE, "MASKED")
    assert [step.content for step in document.traces()[0].steps][-1] == "MASKED"


def test_lines_that_nobody_claims_are_a_step_each() -> None:
    (trace,) = _open(b'{"a": 1}\n\n[2]\r\n"x"\n{"a": 1}').traces()
    assert [(step.seq, step.content, step.path) for step in trace.steps] == [
        (0, {"a": 1}, "$[0]"), (1, [2], "$[2]"), (2, "x", "$[3]"), (3, {"a": 1}, "$[4]"),
    ]  # fmt: skip


def test_a_value_split_over_lines_is_masked_in_every_one() -> None:
    masked = _masked(_lines(*RUNS["openai-chat"].events(words=f"well, it is {KEY} and so on", size=40)))
    assert not [at for at in range(len(KEY) - 8) if KEY[at : at + 8].encode() in masked]
    assert b"[REDACTED:key:" in masked


def test_lines_that_did_not_change_keep_their_bytes() -> None:
    same = b'{ "a" : 1.0,\t"b": [ ] }\r\n\n'
    payload = same + json.dumps({"k": KEY}).encode() + b"\r\n" + same + json.dumps(_native("t", KEY)).encode()
    masked = _masked_lines(payload)
    assert masked.startswith(same + b'{"k":"[REDACTED:key:')
    assert b']"}\r\n' + same + b'{"trace_id":"t"' in masked
    assert not masked.endswith(b"\n")


def _masked_lines(payload: bytes) -> bytes:
    document = _open(payload)
    for span in _found(document):
        document.replace(span.leaf, span.part, "[REDACTED:key:aaaaaaaa]")
    return document.encode()


def _found(document: Document) -> Any:
    (spans,) = DETECTOR.scan([document.leaves()])
    assert not isinstance(spans, LimitError)
    return spans


def test_each_trace_of_a_file_is_a_trace_and_one_that_is_left_out_takes_its_lines() -> None:
    payload = _lines(_native("t1", "a"), {"x": 1}, _native("t2", "b"), _native("t1", "c", "d"))
    document = _open(payload)
    first, loose, second = document.traces()
    assert [trace.trace_id for trace in (first, loose, second)] == ["t1", "", "t2"]
    assert [(step.seq, step.content, step.path) for step in first.steps] == [
        (0, "a", "$[0]['steps'][0]"), (1, "c", "$[3]['steps'][0]"), (2, "d", "$[3]['steps'][1]"),
    ]  # fmt: skip
    owners = dict(zip(document.leaves().texts, document.owners(), strict=True))
    assert [owners[text] for text in ("content\x01a", "x\x011", "content\x01b", "content\x01d")] == [0, 1, 2, 0]
    assert ALL not in owners.values()
    lines = payload.splitlines(keepends=True)
    assert document.encode([0]) == lines[0] + lines[3]
    assert document.encode([1, 2]) == lines[1] + lines[2]
    assert [trace.trace_id for trace in _open(document.encode([1, 2])).traces()] == ["", "t2"]


def test_paths_lead_to_leaves_and_leaves_to_their_steps() -> None:
    payload = _lines({"x": ["deep"]}, _native("t1", "a"), *RUNS["gemini"].responses)
    document = _open(payload)
    leaves = document.leaves()
    places = {text: document.path(leaf) for leaf, text in enumerate(leaves.texts)}
    assert places["x\x02deep"] == "$[0]['x'][0]"
    assert places["content\x01a"] == "$[1]['steps'][0]['content']"
    assert places["text\x01it rains"] == "$[3]['candidates'][0]['content']['parts'][0]['text']"
    index = StepIndex(document.traces())
    assert [index.kind(places[text]) for text in ("content\x01a", "text\x01look it up")] == ["output", "thinking"]


def test_a_line_of_several_traces_is_split_too() -> None:
    def span(trace: str, name: str) -> dict[str, Any]:
        return {"traceId": trace * 32, "spanId": "b7ad6b7169203331", "name": name, "startTimeUnixNano": "1",
                "endTimeUnixNano": "2"}  # fmt: skip

    def line(*spans: Any) -> dict[str, Any]:
        return {
            "resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"scope": {}, "spans": list(spans)}]}]
        }

    document = _open(_lines(line(span("a", "one"), span("b", "two")), line(span("a", "three"))))
    assert [trace.trace_id[:1] for trace in document.traces()] == ["a", "b"]
    left = [json.loads(each) for each in document.encode([1]).splitlines()]
    assert left == [line(span("b", "two"))]


def test_a_line_that_is_not_what_it_looked_like_is_still_scanned() -> None:
    broken = {"trace_id": "t", "steps": [{"kind": "nonsense", "content": "x"}]}
    document = _open(_lines(broken))
    assert "content\x01x" in document.leaves().texts
    document.replace(document.leaves().texts.index("content\x01x"), Part.VALUE, "y")
    assert json.loads(document.encode())["steps"][0]["content"] == "y"


def test_limits_hold_over_all_lines() -> None:
    with pytest.raises(LimitError, match="too-many-leaves"):
        _open(_lines(_native("a", "x"), _native("b", "x")), Limits(leaves=6)).leaves()
    with pytest.raises(LimitError, match="too-many-leaves"):
        _open(b"\n" * 10 + b"1", Limits(leaves=6))


def test_a_held_trace_of_a_file_is_left_out_and_the_others_go_on() -> None:
    risky = " ".join(f"password = Tr0ub4dor{number}x9" for number in range(3))
    lines = [_native("t1", "fine"), _native("t2", risky), _native("t3", "mail ana.silva@mail.example.org")]
    judge = Judge()
    (found,) = judge.pipeline.process(
        [judge.record(_lines(*lines), ("content-type", b"application/x-ndjson"))], NOW + 1
    )
    verdicts = [msgspec.json.decode(each.value.content) for each in found if each.topic is Topic.VERDICTS]
    assert {each["trace_id"]: each["verdict"] for each in verdicts} == {
        "t1": "released", "t2": "held", "t3": "released",
    }  # fmt: skip
    (released,) = [each.value for each in found if each.topic is Topic.SANITIZED]
    first, third = released.content.splitlines(keepends=True)
    assert first == _lines(lines[0])
    assert json.loads(third)["steps"][0]["content"].startswith("mail [REDACTED:")


@pytest.mark.parametrize(
    "line", [{"a": 'b"c'}, _native("t1", "hello"), {"messages": [{"role": "user", "content": "x"}]}]
)
def test_a_key_given_twice_in_a_line_is_refused_and_one_in_two_lines_is_not(line: dict[str, Any]) -> None:
    text = json.dumps(line)
    assert _open(f"\ufeff{text}\r\n{text}\n".encode()).leaves().texts
    repeated = text[:-1] + ", " + text[1:]
    with pytest.raises(DecodeError) as caught:
        _open(f"{text}\n\ufeff{repeated}\n".encode()).leaves()
    assert caught.value.code == "duplicate-keys"
