"""Chats of people with bots, what further coding agents keep, and further servers of models have their steps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent import Scanner
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace

from ...contract import chats
from .test_flows import events, read, told


@pytest.mark.parametrize("name", chats.OTHERWISE)
def test_a_run_has_its_steps(name: str) -> None:
    trace = read(chats.FIXTURES[name], name.partition(" ")[0])
    assert [step.kind.value for step in trace.steps] == chats.OTHERWISE[name]


# messengers


def test_an_event_of_slack_holds_its_message_and_times_are_told() -> None:
    event = {"type": "event_callback", "team_id": "T1", "event": {**chats.SLACK[0], "channel": "C1"}}
    trace = read(event, "slack")
    assert told(trace) == [("prompt", "hello")] and trace.session_id == "C1"
    assert (trace.steps[0].started_at, trace.steps[0].path) == ("2025-11-24T16:00:00.000Z", "$['event']['text']")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}]
    assert told(read({"ok": True, "messages": [{**chats.SLACK[1], "text": "", "blocks": blocks}]}, "slack")) == [
        ("output", blocks)]  # fmt: skip
    odd = {**chats.SLACK[0], "ts": "9" * 400}
    assert read(odd, "slack").steps[0].started_at == ""


def test_an_interaction_with_copilot_says_whose_it_is() -> None:
    person = {"id": "u", "displayName": "A"}
    asked = {**chats.sent("1", "hello", user=person), "interactionType": "userPrompt", "sessionId": "s2"}
    answered = {**chats.sent("2", "hi", user=person), "interactionType": "aiResponse"}
    trace = read({"value": [asked, answered]}, "teams")
    assert told(trace) == [("prompt", "hello"), ("output", "hi")] and trace.session_id == "s2"
    assert [step.name for step in trace.steps] == ["A", "A"]


def test_people_and_bots_are_told_apart() -> None:
    webhook = {"type": "notification_event", "topic": "conversation.user.created", "data": {"item": chats.INTERCOM}}
    trace = read(webhook, "intercom")
    assert trace.steps[0].path == "$['data']['item']['source']['body']" and len(trace.steps) == 2
    api = [{"id": "1", "type": 0, "content": said, "channel_id": "c", "timestamp": chats.AT[0],
            "author": {"username": "n", **more}} for said, more in (("hi", {}), ("ho", {"bot": True}))]  # fmt: skip
    assert told(read(api, "discord")) == [("prompt", "hi"), ("output", "ho")]


def test_a_message_of_coze_that_is_streamed_is_one_step() -> None:
    pieces = [chats.coze("m1", "answer", said) for said in ("we", "ll", "well")]
    trace = read(events({"id": "t1", "conversation_id": "s1", "bot_id": "b1", "status": "in_progress"}, *pieces,
                        chats.coze("m2", "follow_up", "more?")), "sse")  # fmt: skip
    assert told(trace) == [("output", "well"), ("event", "more?")] and trace.session_id == "s1"
    assert len(trace.steps[0].further) == 2


# coding agents


def test_a_thread_of_zed_thinks_is_shown_files_and_fails() -> None:
    said = [{"Mention": {"uri": "file:///a", "content": "page"}}, {"Image": {"source": "aGk="}}, {"Text": "hello"}]
    agent = {"content": [{"Thinking": {"text": "hm", "signature": None}}, {"RedactedThinking": "c2ln"}],
             "tool_results": {"c9": {"tool_use_id": "c9", "tool_name": "f", "is_error": True, "content": {
                 "Text": {"text": "no"}}}}}  # fmt: skip
    thread = {
        **chats.ZED,
        "model": {"provider": "p", "model": "m"},
        "messages": [{"User": {"content": said}}, "Resume", {"Agent": agent}],
    }
    trace = read(thread, "zed")
    assert told(trace) == [("retrieval", "page"), ("prompt", "hello"), ("thinking", "hm"), ("thinking", "c2ln"),
                           ("tool_result", "no")]  # fmt: skip
    assert (trace.steps[4].attributes, trace.attributes) == ({"error": True}, {"model": "m"})


def test_a_run_of_trae_is_told_by_its_steps() -> None:
    failed = {**chats.TRAE["agent_steps"][0], "reflection": "hm", "error": "it broke", "tool_results": [
        {"call_id": "c1", "success": False, "result": None, "error": "no"}]}  # fmt: skip
    trace = read({**chats.TRAE, "agent_steps": [failed], "final_result": "bye"}, "trae")
    assert told(trace)[2:] == [("tool_result", "no"), ("thinking", "hm"), ("error", "it broke"), ("output", "bye")]
    assert (trace.steps[2].attributes, trace.steps[0].started_at) == ({"error": True}, chats.AT[0])


def test_a_bubble_of_cursor_stands_alone_too() -> None:
    bubble = {"_v": 3, "type": 2, "bubbleId": "b", "thinking": {"text": "hm", "signature": ""}, "text": "well"}
    assert told(read(bubble, "cursor")) == [("thinking", "hm"), ("output", "well")]


# servers of models


def test_an_answer_that_says_all_so_far_again_is_one_step() -> None:
    trace = read(chats.FIXTURES["text-completions sglang"], "text-completions")
    assert told(trace) == [("prompt", "hello"), ("output", "done")] and len(trace.steps[1].further) == 1


@pytest.mark.parametrize(("document", "steps"), [
    ({"text_input": "hello", "parameters": {"max_tokens": 9}}, [("prompt", "hello")]),
    ({"model_name": "m", "model_version": "1", "text_output": "well"}, [("output", "well")]),
    ({"prompt": "hello", "n_predict": 9, "cache_prompt": True}, [("prompt", "hello")]),
    ({"prompt": "hello", "max_context_length": 9}, [("prompt", "hello")]),
    ({"results": [{"text": "well", "finish_reason": "stop"}]}, [("output", "well")]),
    ({"request_id": "r", "output": {"text": "well", "finish_reason": "stop"}, "usage": {}}, [("output", "well")]),
    ({"result": {"response": "well", "usage": {}}, "success": True, "errors": []}, [("output", "well")]),
    ([{"response": said, "p": "ab"} for said in ("we", "ll")], [("output", "well")]),
    ([{"index": at, "token": {"id": at, "text": said, "special": False}, "generated_text": None}
      for at, said in enumerate(("we", "ll"), 1)], [("output", "well")]),
    ({"id": "x", "input": {"prompt": "hello", "system_prompt": "be kind"}, "output": ["we", "ll"], "urls": {},
      "status": "succeeded"}, [("system", "be kind"), ("prompt", "hello"), ("output", "well")]),
])  # fmt: skip
def test_completions_of_other_servers(document: Any, steps: list[tuple[str, str]]) -> None:
    assert told(read(document, "text-completions")) == steps


def test_what_lm_studio_streams_is_told_once() -> None:
    asked = {"model": "m", "system_prompt": "be kind", "input": [{"type": "message", "content": "hello"}]}
    pieces = [{"type": kind, "content": each} for kind in ("reasoning.delta", "message.delta") for each in ("a", "b")]
    failed = {"type": "tool_call.failure", "reason": "no"}
    output = [{"type": "reasoning", "content": "ab"}, {"type": "message", "content": "ab"},
              {"type": "message", "content": "c"}]  # fmt: skip
    ends = {"type": "chat.end", "result": {"model_instance_id": "m", "output": output, "stats": {"input_tokens": 5}}}
    trace = read(events(asked, *pieces, failed, {"type": "message.delta", "content": "c"}, ends), "sse")
    assert told(trace) == [("system", "be kind"), ("prompt", "hello"), ("thinking", "ab"), ("output", "ab"),
                           ("error", "no"), ("output", "c")]  # fmt: skip
    assert trace.attributes == {"model": "m", "usage": {"input_tokens": 5}}


def test_a_list_in_a_line_is_what_its_items_are() -> None:
    payload = b'{"inputs":"hello","parameters":{"max_new_tokens":9}}\n[{"generated_text":"well"}]'
    (trace,) = open_document(payload, content_type=None, forced=None, limits=Limits()).traces()
    assert told(trace) == [("prompt", "hello"), ("output", "well")]


def test_what_servers_of_chats_do_by_themselves_is_told() -> None:
    used = {"index": 0, "type": "search", "arguments": '{"a": 1}', "output": "page"}
    said = {"role": "assistant", "content": "well", "reasoning": "hm", "executed_tools": [used]}
    assert told(read({"choices": [{"index": 0, "message": said}]}, "openai-chat")) == [
        ("thinking", "hm"), ("tool_call", {"a": 1}), ("tool_result", "page"), ("output", "well")]  # fmt: skip
    deltas = [{"executed_tools": [{**used, "output": None}]}, {"executed_tools": [used]}, {"content": "well"}]
    chunks = [
        {"id": "x", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": each}]} for each in deltas
    ]
    assert told(read(chunks, "openai-chat")) == [
        ("tool_call", {"a": 1}), ("tool_result", "page"), ("output", "well")]  # fmt: skip
    found = [{"title": "t", "snippet": "page"}]
    answer = {"id": "x", "object": "chat.completion.chunk", "search_results": found, "choices": [
        {"index": 0, "delta": {"content": "well"}}]}  # fmt: skip
    assert told(read([answer, answer], "openai-chat")) == [("retrieval", found), ("output", "wellwell")]
    cited = {"role": "assistant", "content": "well", "context": {"citations": found, "intent": "x"}}
    assert told(read({"choices": [{"index": 0, "message": cited}]}, "openai-chat")) == [
        ("retrieval", found), ("output", "well")]  # fmt: skip


def test_a_run_of_a_workflow_of_dify_says_what_it_was_given_and_gave() -> None:
    run = {"id": "w", "workflow_id": "f", "status": "failed", "inputs": "{\"query\": \"hello\"}", "outputs": {"a": "b"},
           "error": "it broke", "total_steps": 3, "created_at": 1764000000}  # fmt: skip
    steps = [("event", {"query": "hello"}), ("event", {"a": "b"}), ("error", "it broke")]
    assert told(read(run, "dify")) == steps
    answer = {"workflow_run_id": "w", "task_id": "t", "data": {"id": "w", "outputs": {"a": "b"}, "error": None}}
    trace = read(answer, "dify")
    assert told(trace) == steps[1:2] and trace.steps[0].path == "$['data']['outputs']"


# everybody's words


def conversation(document: Any) -> Trace:
    return read(document, "json")


def test_calls_may_be_json_in_what_is_said() -> None:
    call = json.dumps({"name": "f", "arguments": {"a": 1}})
    turns = [{"from": "human", "value": "hello"}, {"from": "function_call", "value": call},
             {"from": "observation", "value": "done"}]  # fmt: skip
    trace = conversation({"system": "be kind", "conversations": turns})
    assert told(trace) == [("system", "be kind"), ("prompt", "hello"), ("tool_call", {"a": 1}), ("tool_result", "done")]
    assert trace.steps[2].name == "f"


def test_turns_may_be_pairs_and_an_agent_may_act_last_and_see_nothing() -> None:
    pairs = {"state": {"system_message": "be kind", "messages": [["USER", "hello"], ["ASSISTANT", "well"]]}}
    trace = conversation(pairs)
    assert told(trace) == [("system", "be kind"), ("prompt", "hello"), ("output", "well")]
    assert trace.steps[1].path == "$['state']['messages'][0][1]"
    assert conversation([["a", "b"], ["c", "d"]]).steps[0].kind.value == "other"
    acts = [{"thought": "hm", "action": "go", "observation": "seen"}, {"action": "stop"}]
    assert [kind for kind, _ in told(conversation({"goal": "g", "steps": acts}))] == [
        "prompt", "thinking", "tool_call", "tool_result", "tool_call"]  # fmt: skip
    assert conversation([{"action": "go"}, {"action": "stop"}]).steps[0].kind.value == "other"


def test_what_was_looked_up_is_a_retrieval_where_it_stands_beside_what_was_said() -> None:
    page = {"id": "d", "content": "page", "meta": {}, "score": 0.9}
    trace = conversation({"replies": ["well"], "meta": [], "retriever": {"documents": [page]}})
    assert told(trace)[1] == ("output", "well") and trace.steps[0].path == "$['retriever']['documents']"
    cited = {"content": {"text": "page"}, "location": {"type": "S3"}}
    answer = {"sessionId": "s1", "output": {"text": "well"}, "citations": [{"retrievedReferences": [cited]}]}
    assert told(conversation(answer)) == [("retrieval", [cited]), ("output", "well")]
    assert conversation(answer).session_id == "s1"
    assert conversation({"documents": [{"id": "d", "content": "page"}]}).steps[0].kind.value == "other"
    alone = {"result": {"alternatives": [{"message": {"role": "assistant", "text": "well"}}]}}
    assert told(conversation(alone)) == [("output", "well")]


def test_components_of_haystack_say_in_their_spans_what_models_said() -> None:
    def span(own: str, kind: str, given: Any, gave: Any) -> dict[str, Any]:
        values = {"haystack.component.type": kind, "haystack.component.input": json.dumps(given),
                  "haystack.component.output": json.dumps(gave)}  # fmt: skip
        attributes = [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]
        return {"traceId": "5b8aa5a2d2c872e8321cf37308d69df2", "spanId": own, "name": "haystack.component.run",
                "startTimeUnixNano": "1764000000000000000", "attributes": attributes}  # fmt: skip

    def said(role: str, text: str) -> dict[str, Any]:
        return {"role": role, "meta": {}, "name": None, "content": [{"text": text}]}

    spans = [span("051581bf3cb55c13", "InMemoryBM25Retriever", {"query": "q"}, {"documents": [{"content": "page"}]}),
             span("051581bf3cb55c14", "OpenAIChatGenerator", {"messages": [said("user", "hello")]},
                  {"replies": [said("assistant", "well")]})]  # fmt: skip
    trace = read({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}, "otlp-traces")
    assert told(trace) == [("retrieval", {"documents": [{"content": "page"}]}), ("prompt", "hello"), ("output", "well")]


# masking

_SECRET = "@".join(("ines.vidal", "corp-mail.com"))
_HALVES = _SECRET[:7], _SECRET[7:]


@pytest.mark.parametrize("streamed", [
    [chats.coze("m1", "answer", each) for each in _HALVES],
    [{"index": at, "token": {"id": at, "text": each, "special": False}} for at, each in enumerate(_HALVES)],
    [{"content": each, "stop": False, "tokens_predicted": at} for at, each in enumerate(_HALVES)],
    [{"text": each, "meta_info": {"id": "r"}} for each in (_HALVES[0], _SECRET)],
    [{"model_name": "m", "model_version": "1", "text_output": each} for each in _HALVES],
    [{"response": each, "p": "ab"} for each in _HALVES],
    [{"type": "message.delta", "content": each} for each in _HALVES],
])  # fmt: skip
def test_what_is_split_over_pieces_is_masked_in_each(streamed: list[Any]) -> None:
    scanner, media = Scanner.load(), "text/event-stream"
    masked = scanner.mask(events(*streamed), content_type=media).content
    assert not any(half.encode() in masked for half in _HALVES)
    assert scanner.mask(masked, content_type=media).content == masked
