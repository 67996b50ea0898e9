"""What clients and frameworks for JavaScript send: events of PostHog, envelopes of Sentry, traces."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent.errors import DecodeError
from reticent.formats.document import Document, Part
from reticent.formats.recorders.sentry import MEDIA_TYPE
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import BlobKind, Topic, Trace

from ...contract.agents import BRAINTRUST
from ...contract.clients import (
    AGENTS_EVENTS,
    AGENTS_STATE_JS,
    BRAINTRUST_ROWS,
    GENKIT,
    LANGCHAIN,
    MASTRA,
    POSTHOG,
    SENTRY,
    ZIPKIN,
    envelope,
    transaction,
)
from ...contract.recorded import BEGIN, CHAT, FIRST, SECOND, TRACE
from ..judging import Judge
from .laws import check_read_masked_and_written

RUN = [("prompt", "hello"), ("tool_call", {"q": [1, "two"]}), ("tool_result", "done")]


def opened(payload: Any, forced: str | None = None, content_type: str | None = None) -> Document:
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return open_document(payload, content_type=content_type, forced=forced, limits=Limits())


def told(trace: Trace) -> list[tuple[str, Any]]:
    return [(step.kind.value, step.content) for step in trace.steps]


def lines(*documents: Any) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in documents)


def masked(document: Document, old: str, new: str) -> bytes:
    for leaf, text in enumerate(document.leaves().texts):
        if old in text:
            document.replace(leaf, Part.VALUE, text[abs(document.leaves().heads[leaf]) :].replace(old, new))
    return document.encode()


def test_an_event_of_posthog_ends_when_it_is_sent_and_says_that_it_failed() -> None:
    (trace,) = opened(POSTHOG).traces()
    assert (trace.trace_id, trace.session_id) == ("t1", "s1")
    assert (trace.started_at, trace.ended_at) == ("2026-11-24T07:59:59.750Z", "2026-11-24T08:00:01.000Z")
    assert trace.attributes == {"model": "m", "usage": {"input_tokens": 12, "output_tokens": 3}}
    failed = {"$ai_trace_id": "t2", "$ai_is_error": True, "$ai_error": '{"name":"Error","message":"no"}'}
    rated = {"$ai_trace_id": "t2", "$ai_metric_name": "quality", "$ai_metric_value": "good"}
    events = [{"event": "$ai_generation", "properties": {"$ai_input": "hello", **failed}},
              {"event": "$ai_metric", "properties": rated}]  # fmt: skip
    (other,) = opened(events).traces()
    assert told(other) == [("prompt", "hello"), ("error", "no"), ("event", rated)]


def test_events_that_posthog_was_sent_beside_those_of_ai_belong_to_all_traces() -> None:
    second = {**POSTHOG["batch"][0], "properties": {**POSTHOG["batch"][0]["properties"], "$ai_trace_id": "t2"}}
    document = opened({**POSTHOG, "batch": [*POSTHOG["batch"], second]})
    assert [trace.trace_id for trace in document.traces()] == ["t1", "t2"]
    left = json.loads(document.encode([1]))["batch"]
    assert [each["event"] for each in left] == ["clicked", "$ai_generation"]


def test_spans_of_mastra_are_one_however_often_they_are_told_of() -> None:
    tool, call = MASTRA
    started = {**call, "output": None, "endTime": None}
    events = [
        {"type": "span_started", "exportedSpan": started}, {"type": "span_updated", "exportedSpan": started},
        {"type": "span_ended", "exportedSpan": tool}, {"type": "span_ended", "exportedSpan": call},
    ]  # fmt: skip
    for payload in (events, lines(*events), {"spans": MASTRA}):
        (trace,) = opened(payload).traces()
        assert told(trace) == RUN
        assert (trace.trace_id, trace.session_id) == (TRACE, "s1")
        assert trace.attributes == {"model": "m", "usage": {"input_tokens": 12, "output_tokens": 3}}


def test_an_agent_of_mastra_has_its_instructions_and_its_error() -> None:
    call = {**MASTRA[1], "isRootSpan": False, "parentSpanId": SECOND, "input": None, "output": {"text": "hi"}}
    run = {**MASTRA[1], "id": SECOND, "type": "agent_run", "attributes": {"instructions": "be brief"}, "input": "hello",
           "output": {"text": "hi", "files": []}, "errorInfo": {"message": "no", "id": "E"}}  # fmt: skip
    (trace,) = opened([call, run]).traces()
    assert told(trace)[1:] == [("system", "be brief"), ("prompt", "hello"), ("output", "hi"), ("error", "no")]
    assert trace.steps[1].path == "$[1]['attributes']['instructions']"


def test_genkits_server_is_told_of_a_trace_span_by_span() -> None:
    parts = [{**GENKIT, "spans": {name: span}} for name, span in GENKIT["spans"].items()]
    for payload in (parts, lines(*parts), {"traces": parts}):
        (trace,) = opened(payload).traces()
        assert told(trace) == RUN
        assert trace.attributes == {"model": "m", "usage": {"input_tokens": 12, "output_tokens": 3}}
    said = {"exception.type": "Error", "exception.message": "no", "exception.stacktrace": "Error: no"}
    event = {"time": BEGIN // 10**6, "annotation": {"description": "exception", "attributes": said}}
    failed = {**GENKIT["spans"][SECOND], "status": {"code": 2, "message": "no"}, "timeEvents": {"timeEvent": [event]}}
    (trace,) = opened({"traceId": TRACE, "spans": {SECOND: failed}}).traces()
    assert told(trace)[-1] == ("error", "no")


def test_instructions_beside_the_input_of_a_braintrust_call_are_its_system_prompt() -> None:
    first, *rest = BRAINTRUST["events"]
    asked = {**first, "metadata": {**first.get("metadata", {}), "instructions": "be kind"}}
    (trace,) = opened({"events": [asked, *rest]}).traces()
    assert [(step.kind.value, step.content) for step in trace.steps][:2] == [("system", "be kind"), ("prompt", "hello")]
    assert trace.steps[0].path == "$['events'][0]['metadata']['instructions']"


def test_rows_of_braintrust_tell_the_rest_of_a_span() -> None:
    (trace,) = opened(BRAINTRUST_ROWS).traces()
    assert trace.attributes == {"model": "m", "usage": {"input_tokens": 12, "output_tokens": 3}}
    failed = {**BRAINTRUST_ROWS, "rows": [{**BRAINTRUST_ROWS["rows"][1], "error": {"message": "no"}, "output": None}]}
    assert told(next(iter(opened(failed).traces())))[-1] == ("error", "no")


@pytest.mark.parametrize("time", ["9" * 400, "1e999", "-1", "true", '"soon"'])
def test_a_time_that_no_calendar_has_is_none(time: str) -> None:
    times = ((POSTHOG, "0.25"), (GENKIT, BEGIN // 10**6), (ZIPKIN, BEGIN // 1000), (BRAINTRUST_ROWS, BEGIN // 10**9))
    for document, told_then in times:
        payload = json.dumps(document).replace(f": {told_then},", f": {time},").encode()
        assert sorted(told(next(iter(opened(payload).traces()))), key=str) == sorted(RUN, key=str)


def test_items_of_a_run_of_openais_sdk_for_javascript_are_read_alone() -> None:
    items = AGENTS_STATE_JS["generatedItems"]
    for payload in (items, lines(*items)):
        (trace,) = opened(payload).traces()
        assert told(trace) == RUN[1:]


def test_events_of_openais_agents_say_again_what_is_one_step_and_is_masked_in_all() -> None:
    """JavaScript says each piece twice; the items of the run come last."""
    secret, said = "ann.marlow@" + "corp-mail.com", []
    text = f"ask {secret} now"
    where = {"output_index": 0, "content_index": 0}
    for at in range(0, len(text), 5):
        piece = text[at : at + 5]
        said += [{"type": "raw_model_stream_event", "data": {"type": "output_text_delta", "delta": piece,
                                                             "providerData": where}},
                 {"type": "raw_model_stream_event", "data": {"type": "model", "event": {
                     "type": "response.output_text.delta", "item_id": "i", "delta": piece, **where}}}]  # fmt: skip
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    item = {"type": "message_output_item", "rawItem": message, "agent": {"name": "helper"}}
    events = [
        {"type": "agent_updated_stream_event", "agent": {"name": "helper"}}, *AGENTS_EVENTS, *said,
        {"type": "run_item_stream_event", "name": "message_output_created", "item": item},
        {"type": "raw_response_event", "data": {"type": "response.output_text.delta", "item_id": "i", "delta": "bye",
                                                "output_index": 3, "content_index": 0}},
    ]  # fmt: skip
    payload = json.dumps(events).encode()
    document = open_document(payload, content_type=None, forced=None, limits=Limits())
    assert document.format == "openai-agents-events"
    (trace,) = document.traces()
    assert [(step.kind.value, step.name, step.content) for step in trace.steps] == [
        ("event", "helper", ""), ("tool_call", "f", {"q": [1, "two"]}), ("tool_result", "f", "done"),
        ("output", "", text), ("output", "", "bye"),
    ]  # fmt: skip
    (out,) = (judge := Judge("version: 1\npacks: [pii]\napprovals: {groups: [security]}\n"))(judge.record(payload))
    content = getattr(out[Topic.SANITIZED].value, "content", b"")
    assert not any(piece in content for piece in (b"ann", b"arlow", b"corp"))


def test_states_of_langgraph_say_again_what_was_said_and_name_the_thread() -> None:
    messages = LANGCHAIN["messages"]
    states = [{"messages": messages[:number]} for number in (1, 2, 3)]
    thread = [{"values": each, "next": [], "checkpoint": {"thread_id": "s1"}} for each in states]
    for payload in (states, lines(*states), thread):
        (trace,) = opened(payload).traces()
        assert told(trace) == RUN
        assert trace.attributes == {"model": "m", "usage": {"input_tokens": 12, "output_tokens": 3}}
        assert trace.steps[0].further
    assert trace.session_id == "s1"


def _events(*steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    around = [[{"type": "start-step"}, *events, {"type": "finish-step"}] for events in steps]
    return [{"type": "start", "messageId": "m1"}, *(event for events in around for event in events),
            {"type": "finish", "finishReason": "stop"}]  # fmt: skip


def _said(kind: str, *pieces: str) -> list[dict[str, Any]]:
    return [{"type": f"{kind}-start", "id": "0"}, *({"type": f"{kind}-delta", "id": "0", "delta": p} for p in pieces),
            {"type": f"{kind}-end", "id": "0"}]  # fmt: skip


_TOOL = {"toolCallId": "c1", "toolName": "f"}
_CALLED = [
    {"type": "tool-input-start", **_TOOL},
    *({"type": "tool-input-delta", "toolCallId": "c1", "inputTextDelta": piece} for piece in ('{"q": [1, "t', 'wo"]}')),
    {"type": "tool-input-available", **_TOOL, "input": {"q": [1, "two"]}},
    {"type": "tool-output-available", "toolCallId": "c1", "output": "done"},
]  # fmt: skip


def test_the_stream_that_the_ai_sdk_sends_to_a_browser_has_the_steps_of_its_message() -> None:
    last = [*_said("reasoning", "so"), *_said("text", "b", "ye")]
    events = _events([*_said("reasoning", "l", "et me see"), *_CALLED], last, [{"type": "error", "errorText": "no"}])
    sse = "".join(f"data: {json.dumps(each)}\n\n" for each in events).encode() + b"data: [DONE]\n\n"
    for payload in (events, lines(*events), sse):
        document = opened(payload)
        (trace,) = document.traces()
        assert told(trace) == [
            ("thinking", "let me see"), *RUN[1:], ("thinking", "so"), ("output", "bye"), ("error", "no"),
        ]  # fmt: skip
        assert [step.call_id for step in trace.steps[1:3]] == ["c1", "c1"]
        pieces = [[document.path(leaf).rpartition("[")[2] for leaf in flow] for flow in document.leaves().flows]
        assert ["'inputTextDelta']"] * 2 in pieces  # a value that is split over them is one text


def test_events_of_the_ai_sdks_own_stream_are_read_in_the_words_of_each_version() -> None:
    asked = {"body": json.dumps({"system": "be brief", "messages": [{"role": "user", "content": "hello"}]})}
    older = [
        {"type": "step-start", "messageId": "m1", "request": asked, "warnings": []},
        {"type": "reasoning", "textDelta": "h"}, {"type": "reasoning", "textDelta": "m"},
        {"type": "tool-call", **_TOOL, "args": {"q": [1, "two"]}}, {"type": "tool-result", **_TOOL, "result": "done"},
        {"type": "text-delta", "textDelta": "bye"},
        {"type": "finish", "finishReason": "stop", "usage": {"promptTokens": 12}, "experimental": {}},
    ]  # fmt: skip
    newer = [
        {"type": "start"}, {"type": "start-step", "request": asked, "warnings": []},
        {"type": "reasoning-delta", "id": "0", "text": "hm"}, {"type": "tool-input-start", "id": "c1", "toolName": "f"},
        {"type": "tool-input-delta", "id": "c1", "delta": '{"q": [1, "two"]}'},
        {"type": "tool-call", **_TOOL, "input": {"q": [1, "two"]}},
        {"type": "tool-result", **_TOOL, "input": {}, "output": "done"},
        {"type": "text-delta", "id": "1", "text": "bye"},
        {"type": "finish", "finishReason": "stop", "totalUsage": {"promptTokens": 12}},
    ]  # fmt: skip
    for events in (older, newer):
        (trace,) = opened(lines(*events)).traces()
        assert told(trace) == [("system", "be brief"), RUN[0], ("thinking", "hm"), *RUN[1:], ("output", "bye")]
        assert trace.attributes == {"usage": {"promptTokens": 12}}


def test_messages_of_the_ai_sdks_older_versions_say_twice_what_is_one_step() -> None:
    invoked = {"state": "result", **_TOOL, "args": {"q": [1, "two"]}, "result": "done"}
    message = {"role": "assistant", "id": "m2", "content": "bye", "reasoning": "hm", "toolInvocations": [invoked]}
    parts = [{"type": "reasoning", "reasoning": "hm", "details": []},
             {"type": "tool-invocation", "toolInvocation": invoked}, {"type": "text", "text": "bye"}]  # fmt: skip
    (trace,) = opened({"id": "s1", "messages": [{**message, "parts": parts}]}).traces()
    assert told(trace) == [("thinking", "hm"), *RUN[1:], ("output", "bye")]
    assert trace.session_id == "s1"
    assert trace.steps[-1].further == ["$['messages'][0]['content']"]
    (alone,) = opened([{"role": "user", "content": "hello"}, message]).traces()
    assert told(alone) == [*RUN, ("thinking", "hm"), ("output", "bye")]


def test_a_part_of_the_ai_sdk_that_failed_says_so_and_signatures_are_set_apart() -> None:
    signature = "QUJD" * 20
    message = {"id": "m1", "role": "assistant", "parts": [
        {"type": "reasoning", "text": "hm", "providerMetadata": {"anthropic": {"signature": signature}}},
        {"type": "dynamic-tool", **_TOOL, "state": "output-error", "input": {}, "errorText": "no"},
        {"type": "data-weather", "data": {"city": "Rome"}}]}  # fmt: skip
    document = opened([message])
    (trace,) = document.traces()
    assert told(trace) == [("thinking", "hm"), ("tool_call", {}), ("tool_result", "no"), ("event", {"city": "Rome"})]
    assert trace.steps[2].attributes == {"error": True}
    assert [blob.kind for blob in document.leaves().blobs] == [BlobKind.SIGNATURE]


def test_results_of_the_ai_sdks_steps_are_calls_of_a_model() -> None:
    content = [{"type": "tool-call", **_TOOL, "input": {"q": [1, "two"]}},
               {"type": "tool-result", **_TOOL, "output": "done"}]  # fmt: skip
    asked = {"body": {"messages": [{"role": "user", "content": "hello"}]}}
    step = {"content": content, "finishReason": "tool-calls", "usage": {"inputTokens": 12}, "warnings": [],
            "request": asked, "response": {"modelId": "m"}}  # fmt: skip
    older = {**step, "content": None, "text": "", "toolCalls": content[:1], "toolResults": content[1:]}
    for each in (step, older):
        (trace,) = opened([each]).traces()
        assert told(trace) == RUN
        assert trace.attributes == {"model": "m", "usage": {"inputTokens": 12}}


_LOG = ({"type": "log", "item_count": 1, "content_type": "application/vnd.sentry.items.log+json"},
        {"items": [{"timestamp": BEGIN // 10**9, "trace_id": TRACE, "level": "error", "body": "lost"}]})  # fmt: skip
_ERROR = ({"type": "event"}, {
    "event_id": "e1", "timestamp": BEGIN // 10**9, "contexts": {"trace": {"trace_id": TRACE, "span_id": FIRST}},
    "exception": {"values": [{"type": "Error", "value": "no", "stacktrace": {"frames": []}}]}})  # fmt: skip


def _span(number: int, trace: str, **values: Any) -> dict[str, Any]:
    typed = {"string": {"value": "x", "type": "string"}} | {
        name: {"value": value, "type": "string"} for name, value in values.items()
    }
    return {"name": "chat", "span_id": f"{number:016x}", "trace_id": trace, "start_timestamp": BEGIN / 1e9 + number,
            "end_timestamp": BEGIN / 1e9 + number + 0.5, "status": "ok", "attributes": typed}  # fmt: skip


def test_an_items_length_is_that_which_it_has_when_it_leaves() -> None:
    body = json.dumps(transaction(**CHAT)).encode()
    sized, attached = {"type": "transaction", "length": len(body)}, {"type": "attachment", "length": 3}
    payload = envelope((sized, body), (attached, b"a\nb"), head={"event_id": "e1"})
    document = opened(payload)
    assert document.format == "sentry"
    assert document.encode() == payload
    left = masked(document, "hello", "[REDACTED:word:aaaaaaaa]").split(b"\n", 3)
    assert json.loads(left[1])["length"] == len(left[2]) > len(body) - 100
    assert left[3] == b'{"type":"attachment","length":3}\na\nb\n'
    assert ("prompt", "[REDACTED:word:aaaaaaaa]") in told(next(iter(opened(b"\n".join(left)).traces())))


def test_spans_that_sentry_is_sent_alone_are_of_traces_of_their_own() -> None:
    asked = {"gen_ai.input.messages": json.dumps([{"role": "user", "content": "hello"}])}
    spans = [_span(1, TRACE, **asked), _span(2, "f" * 32, **asked, **{"sentry.status.message": "no"})]
    spans[1]["status"] = "error"
    head = {"type": "span", "item_count": 2, "content_type": "application/vnd.sentry.items.span.v2+json"}
    document = opened(envelope((head, {"version": 2, "items": spans})))
    first, second = document.traces()
    assert (told(first), told(second)) == ([("prompt", "hello")], [("prompt", "hello"), ("error", "no")])
    path = second.steps[1].path
    assert path == "$[1]['body']['items'][1]['attributes']['sentry.status.message']['value']"
    left = document.encode([1]).split(b"\n")
    assert json.loads(left[1])["item_count"] == 1
    assert [each["trace_id"] for each in json.loads(left[2])["items"]] == ["f" * 32]


def test_errors_and_logs_of_sentry_are_steps_and_what_is_no_text_a_blob() -> None:
    (trace,) = opened(envelope(_ERROR, _LOG)).traces()
    assert told(trace) == [("error", "no"), ("error", "lost")]
    image = b"\x89PNG\xff\n\x00"
    document = opened(envelope(_ERROR, ({"type": "attachment", "length": len(image)}, image)))
    assert [blob.kind for blob in document.leaves().blobs] == [BlobKind.FILE]
    assert masked(document, "no", "MASKED").endswith(b'{"type":"attachment","length":7}\n' + image + b"\n")


@pytest.mark.parametrize("payload", [
    b'{"type":"event"}\n{"type":"event"}', b'{"a":1}\n{"type":"span"}\n{}', b'{"sent_at":"x"}\n{"type":"other"}\n{}',
    b'{"sent_at":"x"}\n{"type":{}}\n{}',
])  # fmt: skip
def test_lines_that_are_no_envelope_are_json_lines(payload: bytes) -> None:
    assert opened(payload).format == "jsonl"


def test_an_envelope_is_told_by_its_media_type_and_a_cut_one_is_refused() -> None:
    assert opened(SENTRY, content_type=MEDIA_TYPE).format == "sentry"
    with pytest.raises(DecodeError, match="truncated"):
        opened(envelope(({"type": "event", "length": 99}, {})))


@pytest.mark.parametrize("name", ["posthog", "mastra", "genkit", "braintrust"])
@pytest.mark.parametrize("wrong", [None, "x", 1, [], {}, [1], {"a": 1}])
def test_whatever_stands_in_the_tree_it_is_read_masked_and_written(name: str, wrong: Any) -> None:
    whole = {"posthog": POSTHOG, "mastra": MASTRA, "genkit": GENKIT, "braintrust": BRAINTRUST_ROWS}[name]

    def spoiled(node: Any, at: list[int]) -> Any:
        at[0] -= 1
        if at[0] == 0:
            return wrong
        if isinstance(node, dict):
            return {key: spoiled(child, at) for key, child in node.items()}
        return [spoiled(child, at) for child in node] if isinstance(node, list) else node

    for number in range(1, 60):
        payload = json.dumps(spoiled(whole, [number])).encode()
        check_read_masked_and_written(lambda payload=payload: opened(payload, name))  # type: ignore[misc]
