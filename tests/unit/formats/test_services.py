"""Assistants, workflows and interfaces without messages have their steps, whatever else stands beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace

from ...contract import services

_AT = "2025-11-24T16:00:00"


def opened(payload: bytes, format: str) -> list[Trace]:
    document = open_document(payload, content_type=None, forced=None, limits=Limits())
    assert document.format == format
    return list(document.traces())


def read(document: Any, format: str) -> Trace:
    (trace,) = opened(json.dumps(document).encode(), format)
    return trace


def told(trace: Trace) -> list[tuple[str, Any]]:
    return [(step.kind.value, step.content) for step in trace.steps]


@pytest.mark.parametrize("name", services.OTHERWISE)
def test_a_run_has_its_steps(name: str) -> None:
    trace = read(services.DOCUMENTS[name], name.partition(" ")[0])
    assert [step.kind.value for step in trace.steps] == services.OTHERWISE[name]


def test_an_interaction_thinks_and_searches_by_itself() -> None:
    steps: list[Any] = [
        {"type": "thought", "signature": "c2ln", "summary": [{"type": "text", "text": "where?"}]},
        {"type": "google_search_call", "id": "g1", "arguments": {"queries": ["a cafe"]}},
        {"type": "google_search_result", "call_id": "g1", "result": [{"title": "Noord"}, {"title": "Zuid"}],
         "is_error": True},
        {"type": "model_output", "content": [{"type": "text", "text": "Noord"}, {"type": "text", "text": "it is"}]},
    ]  # fmt: skip
    trace = read({"id": "i1", "object": "interaction", "steps": steps}, "gemini-interactions")
    found = [{"title": "Noord"}, {"title": "Zuid"}]
    assert told(trace) == [("thinking", "where?"), ("tool_call", {"queries": ["a cafe"]}), ("tool_result", found),
                           ("output", "Noord"), ("output", "it is")]  # fmt: skip
    assert [(step.name, step.call_id) for step in trace.steps[1:3]] == [("google_search", "g1")] * 2
    assert (trace.steps[2].parent, trace.steps[2].attributes) == (1, {"error": True})


def test_what_an_interaction_was_asked_stands_before_it() -> None:
    given = [{"type": "text", "text": "hello"}, {"type": "function_result", "call_id": "c1", "result": "done"}]
    asked = {"model": "m", "system_instruction": "be kind", "previous_interaction_id": "i0"}
    trace = read({**asked, "input": given}, "gemini-interactions")
    assert told(trace) == [("system", "be kind"), ("prompt", "hello"), ("tool_result", "done")]
    assert trace.session_id == "i0"


def test_a_streamed_thought_and_a_streamed_answer_are_one_text_each() -> None:
    events = [
        {"event_type": "step.start", "index": 0, "step": {"type": "thought"}},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "thought_summary", "content": {
            "type": "text", "text": "we"}}},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "thought_summary", "content": {
            "type": "text", "text": "ll"}}},
        {"event_type": "step.start", "index": 1, "step": {"type": "model_output"}},
        {"event_type": "step.delta", "index": 1, "delta": {"type": "text", "text": "hel"}},
        {"event_type": "step.delta", "index": 1, "delta": {"type": "text", "text": "lo"}},
    ]  # fmt: skip
    assert told(read(events, "gemini-interactions")) == [("thinking", "well"), ("output", "hello")]


ANSWERS: dict[str, Any] = {
    "OpenAI's words": {"model": "m", "choices": [{"text": "well", "index": 0}]},
    "Anthropic": {"type": "completion", "completion": "well", "stop_reason": "stop_sequence", "model": "m"},
    "Cohere": {"id": "g", "generations": [{"id": "x", "text": "well", "finish_reason": "COMPLETE"}]},
    "AI21": {"id": 1, "prompt": {"text": "hello", "tokens": []}, "completions": [
        {"data": {"text": "well", "tokens": []}, "finishReason": {"reason": "endoftext"}}]},
    "Aleph Alpha": {"model_version": "1", "completions": [{"completion": "well", "finish_reason": "stop"}]},
    "watsonx": {"model_id": "m", "results": [{"generated_text": "well", "stop_reason": "eos_token"}]},
    "Hugging Face": [{"generated_text": "well"}],
}  # fmt: skip


@pytest.mark.parametrize("whose", ANSWERS)
def test_a_text_is_continued_in_the_words_of(whose: str) -> None:
    assert told(read(ANSWERS[whose], "text-completions")) == [("output", "well")]


def test_a_token_at_a_time_is_one_text_and_its_end_says_it_no_second_time() -> None:
    tokens = [
        {"index": 0, "token": {"id": 5, "text": "we"}, "generated_text": None},
        {"index": 0, "token": {"id": 6, "text": "ll"}, "generated_text": "well"},
    ]
    assert told(read(tokens, "text-completions")) == [("output", "well")]


def test_a_prediction_answers_in_pieces_or_fails() -> None:
    asked = {"id": "p", "input": {"prompt": "hello"}, "urls": {}, "status": "succeeded", "error": None}
    assert told(read({**asked, "output": ["we", "ll"]}, "text-completions")) == [
        ("prompt", "hello"),
        ("output", "well"),
    ]
    failed = {**asked, "output": None, "error": "too long", "status": "failed"}
    assert told(read(failed, "text-completions")) == [("prompt", "hello"), ("error", "too long")]


def test_a_prompt_beside_its_answer_is_somebodys_own_record_of_both() -> None:
    record = {"model": "m", "temperature": 0, "prompt": "hello", "response": "well"}
    assert told(read(record, "json")) == [("prompt", "hello"), ("output", "well")]


def test_the_first_chat_of_cohere_is_told_once_where_its_end_says_it_again() -> None:
    turns = [{"role": "USER", "message": "hello"}, {"role": "CHATBOT", "message": "well"}]
    answer = {"response_id": "r", "generation_id": "g", "text": "well", "chat_history": turns}
    assert told(read(answer, "cohere")) == [("prompt", "hello"), ("output", "well")]
    events = [
        {"event_type": "stream-start", "is_finished": False, "generation_id": "g"},
        {"event_type": "text-generation", "is_finished": False, "text": "we"},
        {"event_type": "text-generation", "is_finished": False, "text": "ll"},
        {"event_type": "stream-end", "is_finished": True, "finish_reason": "COMPLETE", "response": answer},
    ]
    assert told(read(events, "cohere")) == [("prompt", "hello"), ("output", "well")]


def test_events_of_rasa_are_read_alone_as_they_are_published() -> None:
    said = {"sender_id": "s1", "event": "user", "timestamp": 1_764_000_000, "text": "hello", "parse_data": {}}
    trace = read(said, "rasa")
    assert (told(trace), trace.session_id) == ([("prompt", "hello")], "s1")
    assert trace.steps[0].started_at.startswith(_AT)
    lines = [said, {**said, "event": "action", "name": "action_book", "policy": "rules"},
             {**said, "event": "slot", "name": "city", "value": "Delft"},
             {**said, "event": "bot", "text": None, "data": {"buttons": ["yes"], "image": None}}]  # fmt: skip
    (trace,) = opened(b"\n".join(json.dumps(each).encode() for each in lines), "jsonl")
    assert told(trace) == [
        ("prompt", "hello"),
        ("tool_call", {}),
        ("memory", "Delft"),
        ("output", {"buttons": ["yes"]}),
    ]
    assert [step.name for step in trace.steps] == ["", "action_book", "city", ""]


def test_what_an_action_server_is_sent_holds_the_tracker() -> None:
    sent = {"next_action": "action_book", "sender_id": "s1", "tracker": services.RASA, "domain": {}}
    assert told(read(sent, "rasa")) == [("prompt", "hello"), ("output", "done")]


def test_speech_has_its_transcript_and_a_handoff_is_an_event() -> None:
    items = [
        {"id": "1", "type": "agent_config_update", "instructions": "be kind"},
        {"id": "2", "type": "message", "role": "user", "interrupted": False,
         "content": [{"type": "audio_content", "frame": [], "transcript": "hello"}]},
        {"id": "3", "type": "agent_handoff", "old_agent_id": "a", "new_agent_id": "b"},
        {"id": "4", "type": "message", "role": "assistant", "content": ["well"], "interrupted": True},
    ]  # fmt: skip
    expected = [("system", "be kind"), ("prompt", "hello"), ("event", "b"), ("output", "well")]
    assert told(read({"items": items}, "livekit")) == expected
    added = {"type": "conversation_item_added", "item": items[3], "created_at": 1_764_000_000.5}
    assert told(read(added, "livekit")) == [("output", "well")]


def test_nodes_in_one_another_are_told_from_the_root() -> None:
    action = {"thoughts": "hm", "q": 1, "action_args_class": "a.FinishArgs"}
    inner = {"node_id": 1, "assistant_message": "well", "children": [], "action": action, "output": {"message": "done"}}
    root = {"node_id": 0, "user_message": "hello", "children": [inner], "visits": 2}
    trace = read({"root": root, "metadata": {}}, "moatless")
    assert told(trace) == [("prompt", "hello"), ("output", "well"), ("thinking", "hm"), ("tool_call", {"q": 1}),
                           ("tool_result", "done")]  # fmt: skip
    assert (trace.steps[3].name, trace.steps[4].parent) == ("Finish", 3)


def test_a_workflow_is_told_as_its_nodes_end_and_once() -> None:
    trace = read(services.N8N, "n8n")
    assert told(trace) == [("prompt", "hello"), ("system", "be kind"), ("tool_call", {"q": [1, "two"]}),
                           ("tool_result", "done"), ("output", "hello done")]  # fmt: skip
    assert trace.steps[0].further == ["$['data']['resultData']['runData']['Model'][0]['inputOverride']"
                                      "['ai_languageModel'][0][0]['json']['messages'][0]"]  # fmt: skip
    assert (trace.trace_id, trace.session_id, trace.attributes) == ("7", "s1", {"model": "m"})
    assert trace.steps[4].started_at.startswith(_AT)


def test_each_execution_is_a_trace_and_what_failed_an_error() -> None:
    failed = {"id": "8", "data": {"resultData": {"runData": {}, "error": {"message": "no such node"}}}}
    traces = opened(json.dumps({"data": [services.N8N, failed], "nextCursor": None}).encode(), "n8n")
    assert [trace.trace_id for trace in traces] == ["7", "8"]
    assert told(traces[1]) == [("error", "no such node")]


def test_a_workflow_without_nodes_is_told_all_the_same() -> None:
    for nodes in (None, [True, {"name": ["x"], "type": None}]):
        assert len(read({**services.N8N, "workflowData": {"nodes": nodes}}, "n8n").steps) == 5


def test_printed_spans_of_javascript_are_not_those_of_zipkin() -> None:
    for name in ("otel-spans printed", "otel-spans javascript"):
        trace = read(services.DOCUMENTS[name], "otel-spans")
        assert [step.started_at[:19] for step in trace.steps] == sorted(step.started_at[:19] for step in trace.steps)
        assert all(step.started_at for step in trace.steps)


def test_a_failed_span_of_javascript_is_an_error() -> None:
    span = {**services.JS_SPANS[0], "attributes": {}, "status": {"code": 2, "message": "timed out"}}
    assert ("error", "timed out") in told(read([span], "otel-spans"))


def test_what_a_conversation_is_made_with_are_its_items() -> None:
    items = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": word}]} for word in "ab"]
    assert told(read({"items": items, "metadata": {"topic": "x"}}, "openai-responses")) == [
        ("prompt", "a"),
        ("prompt", "b"),
    ]
    assert read({"items": [{"role": "user", "content": "a"}]}, "json").steps[0].content == "a"
