"""What stores of events, recorders of calls in calls and clients of coding agents keep is read to its steps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent import Scanner
from reticent.formats.document import Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace

from ...contract import stores


def opened(payload: bytes, format: str) -> list[Trace]:
    document = open_document(payload, content_type=None, forced=None, limits=Limits())
    assert document.format == format
    return list(document.traces())


def read(document: Any, format: str) -> Trace:
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    (trace,) = opened(payload, format)
    return trace


def told(trace: Trace) -> list[tuple[str, Any]]:
    return [(step.kind.value, step.content) for step in trace.steps]


@pytest.mark.parametrize("name", stores.OTHERWISE)
def test_a_run_has_its_steps(name: str) -> None:
    trace = read(stores.FIXTURES[name], name)
    assert [step.kind.value for step in trace.steps] == stores.OTHERWISE[name]


# the Agent Client Protocol


def _said(kind: str, text: str, **more: Any) -> dict[str, Any]:
    update = {"sessionUpdate": kind, "content": {"type": "text", "text": text}, **more}
    return {"jsonrpc": "2.0", "method": "session/update", "params": {"sessionId": "s1", "update": update}}


def test_chunks_of_a_session_are_one_text_until_something_else_is_said() -> None:
    chunks = [
        _said("agent_thought_chunk", "let "), _said("agent_thought_chunk", "me"), _said("agent_message_chunk", "one "),
        _said("agent_message_chunk", "moment"), _said("agent_thought_chunk", "so"),
        _said("agent_message_chunk", "here", messageId="a"), _said("agent_message_chunk", "there", messageId="b"),
    ]  # fmt: skip
    trace = read(chunks, "acp")
    assert told(trace) == [("thinking", "let me"), ("output", "one moment"), ("thinking", "so"), ("output", "here"),
                           ("output", "there")]  # fmt: skip
    assert trace.session_id == "s1"
    assert trace.steps[0].path == "$[0]['params']['update']['content']['text']"


def test_what_an_agent_uses_of_its_client_is_a_call_with_its_result() -> None:
    asked = [
        {"jsonrpc": "2.0", "id": 2, "method": "session/prompt", "params": {"sessionId": "s1", "prompt": [
            {"type": "text", "text": "hello"}, {"type": "resource", "resource": {"uri": "file:///a", "text": "a"}}]}},
        {"jsonrpc": "2.0", "id": 2, "method": "fs/read_text_file", "params": {"sessionId": "s1", "path": "/a"}},
        {"jsonrpc": "2.0", "id": 2, "result": {"content": "print()"}},
        {"jsonrpc": "2.0", "id": 3, "method": "terminal/create", "params": {"sessionId": "s1", "command": "ls"}},
        {"jsonrpc": "2.0", "id": 3, "error": {"code": -32000, "message": "no such thing"}},
        {"jsonrpc": "2.0", "id": 2, "result": {"stopReason": "end_turn"}},
    ]  # fmt: skip
    steps = read(asked, "acp").steps
    assert [step.kind.value for step in steps] == [
        "prompt", "other", "tool_call", "tool_result", "tool_call", "error", "event"]  # fmt: skip
    assert (steps[2].content, steps[3].content, steps[3].parent) == ({"path": "/a"}, "print()", 2)
    assert steps[5].content == "no such thing" and steps[6].name == "session/prompt"


def test_a_plan_is_one_and_a_call_that_failed_says_so() -> None:
    updates = [
        {"sessionUpdate": "plan", "entries": [{"content": "look", "priority": "high", "status": "pending"},
                                              {"content": "write", "priority": "low", "status": "pending"}]},
        {"sessionUpdate": "tool_call", "toolCallId": "c1", "title": "ls", "kind": "execute", "rawInput": {"c": "ls"}},
        {"sessionUpdate": "tool_call_update", "toolCallId": "c1", "status": "in_progress", "content": [
            {"type": "content", "content": {"type": "text", "text": "a"}}]},
        {"sessionUpdate": "tool_call_update", "toolCallId": "c1", "status": "failed", "content": [
            {"type": "content", "content": {"type": "text", "text": "a b"}}]},
        {"sessionUpdate": "current_mode_update", "currentModeId": "code"},
    ]  # fmt: skip
    trace = read(updates, "acp")
    assert told(trace) == [("plan", "look\nwrite"), ("tool_call", {"c": "ls"}), ("tool_result", "a b"),
                           ("event", {"currentModeId": "code"})]  # fmt: skip
    result = trace.steps[2]
    assert (result.attributes, result.parent, result.name) == ({"error": True}, 1, "ls")
    assert [result.path, *result.further][:2] == ["$[3]['content']", "$[2]['content']"]


def test_mcp_and_a2a_keep_their_own() -> None:
    for method, format in (("tools/call", "mcp"), ("message/send", "a2a"), ("session/load", "acp")):
        asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}
        assert open_document(json.dumps(asked).encode(), content_type=None, forced=None, limits=Limits()).format == (
            format)  # fmt: skip


# chats of agents among each other


def _turn(name: str, role: str, content: str) -> dict[str, Any]:
    return {"name": name, "role": role, "content": content}


def test_who_kept_a_chat_of_agents_is_no_assistant_where_it_asks() -> None:
    chat = [_turn("user_proxy", "assistant", "hello"), _turn("helper", "user", "which?"),
            _turn("user_proxy", "assistant", "this"), _turn("helper", "user", "done")]  # fmt: skip
    wanted = [("prompt", "hello"), ("output", "which?"), ("prompt", "this"), ("output", "done")]
    assert told(read({"chat_id": 1, "chat_history": chat, "summary": "done", "cost": {}}, "trajectories")) == wanted
    assert told(read(chat, "openai-chat")) == wanted


def test_a_group_of_agents_answers_its_first_word() -> None:
    chat = [_turn("Planner_Expert", "user", "hello"), _turn("Coder_Expert", "user", "code"),
            _turn("Computer_terminal", "user", "exitcode: 0"), _turn("Planner_Expert", "user", "done")]  # fmt: skip
    row = {"history": chat, "question": "hello", "mistake_agent": "Coder_Expert", "mistake_step": "1"}
    assert [kind for kind, _ in told(read(row, "json"))] == ["prompt", "output", "output", "output"]


def test_people_of_a_chat_stay_who_they_are() -> None:
    people = [_turn("ann", "user", "hello"), _turn("ben", "user", "hi"), {"role": "assistant", "content": "yes"}]
    assert [kind for kind, _ in told(read(people, "openai-chat"))] == ["prompt", "prompt", "output"]
    people = [_turn("ann", "user", "hello"), _turn("ben", "user", "hi")]
    assert [kind for kind, _ in told(read(people, "openai-chat"))] == ["prompt", "prompt"]


# Aider

_CHAT = """
# aider chat started at 2026-11-01 10:20:30

> Aider v1

#### add a test~
#### for it~

Here:

```python
> quoted
#### no prompt
```

> Applied edit to t.py~

#### next~

Cut off:

```python
x = 1

#### again~

yes
""".replace("~", "  ")


def test_a_history_of_aider_is_told_by_its_marks_and_code_has_none() -> None:
    trace = read(_CHAT.encode(), "aider")
    kinds = [kind for kind, _ in told(trace)]
    assert kinds == ["event", "prompt", "output", "tool_result", "prompt", "output", "prompt", "output"]
    assert trace.steps[1].content == "add a test  \nfor it" and "#### no prompt" in trace.steps[2].content
    assert trace.started_at == "2026-11-01T10:20:30"


def test_a_history_of_aider_keeps_every_byte_but_what_is_masked() -> None:
    document = open_document(_CHAT.encode(), content_type="text/plain", forced=None, limits=Limits())
    leaf = next(at for at, text in enumerate(document.leaves().texts) if "Applied" in text)
    document.replace(leaf, Part.VALUE, " MASKED")
    assert document.encode().decode() == _CHAT.replace("> Applied edit to t.py", "> MASKED  ".rstrip())


# stores of spans


def test_a_honeycomb_event_alone_and_what_failed() -> None:
    event = {"trace.trace_id": "t1", "trace.span_id": "a", "name": "chat", "error": True, "status_message": "too long"}
    (step,) = read(event, "honeycomb").steps[-1:]
    assert (step.kind.value, step.content) == ("error", "too long")


def test_hits_of_a_search_have_a_trace_each_id() -> None:
    found = json.loads(json.dumps(stores.ELASTIC))
    found["hits"]["hits"][1]["_source"]["trace_id"] = "b" * 32
    traces = opened(json.dumps(found).encode(), "elastic")
    assert [trace.trace_id for trace in traces] == [stores.TRACE, "b" * 32]
    assert traces[1].steps[0].path.startswith("$['hits']['hits'][1]['_source']['attributes']")
    assert traces[0].started_at == "2026-11-24T08:00:00.000Z" and traces[0].ended_at.startswith(
        "2026-11-24T08:00:00.25"
    )


def test_names_with_points_are_read_as_objects_are() -> None:
    (first, second) = stores.ECS
    flat = [{**{"@timestamp": each["@timestamp"], "trace.id": each["trace"]["id"], "span.id": each["span"]["id"]},
             "gen_ai": each["gen_ai"]} for each in (first, second)]  # fmt: skip
    assert [kind for kind, _ in told(read(flat, "elastic"))] == ["prompt", "tool_call", "tool_result"]


def test_an_event_of_a_log_of_agentcore_is_a_message() -> None:
    logs = [
        {"traceId": "t1", "spanId": "a", "timeUnixNano": 10**18, "observedTimeUnixNano": 10**18, "attributes": {
            "event.name": "gen_ai.user.message"}, "body": {"content": [{"text": "hello"}]}},
        {"traceId": "t1", "spanId": "b", "timeUnixNano": 10**18 + 1, "observedTimeUnixNano": 10**18, "attributes": {},
         "body": "started"},
    ]  # fmt: skip
    assert told(read(logs, "cloudwatch")) == [("prompt", "hello"), ("event", "started")]


def test_a_record_of_trulens_finds_and_answers() -> None:
    base = {"start_timestamp": "2026-11-01T10:00:00Z", "record_type": "SPAN"}
    rows = [
        {**base, "record": {"name": "ask"}, "trace": {"trace_id": "t1", "span_id": "a"}, "record_attributes": {
            "ai.observability.span_type": "record_root", "ai.observability.record_root.input": "hello",
            "ai.observability.record_root.output": "bye"}},
        {**base, "record": {"name": "find"}, "trace": {"trace_id": "t1", "span_id": "b", "parent_id": "a"},
         "record_attributes": {"ai.observability.span_type": "retrieval",
                               "ai.observability.retrieval.query_text": "hello",
                               "ai.observability.retrieval.retrieved_contexts": ["one", "two"]}},
    ]  # fmt: skip
    trace = read(rows, "trulens-events")
    assert told(trace) == [("prompt", "hello"), ("output", "bye"), ("retrieval", ["one", "two"])]
    assert trace.steps[2].attributes == {"query": "hello"}


def test_spans_of_promptflow_say_it_in_events() -> None:
    def event(name: str, payload: Any) -> dict[str, Any]:
        return {"name": f"promptflow.{name}", "timestamp": "2026-11-01T10:00:00Z",
                "attributes": {"payload": json.dumps(payload)}}  # fmt: skip

    def span(own: str, kind: str, at: int, *events: Any) -> dict[str, Any]:
        return {"name": kind.lower(), "context": {"trace_id": "t1", "span_id": own}, "parent_id": None,
                "start_time": f"2026-11-01T10:00:0{at}Z", "end_time": f"2026-11-01T10:00:0{at}Z",
                "attributes": {"framework": "promptflow", "span_type": kind}, "events": events}  # fmt: skip

    answer = {"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}}]}
    asked = {"messages": [{"role": "user", "content": "hello"}], "model": "m"}
    trace = read([
        span("a", "LLM", 1, event("function.inputs", asked), event("function.output", answer),
             event("llm.generated_message", {"role": "assistant", "content": "hi"})),
        span("b", "Retrieval", 2, event("function.inputs", {"query": "hello"}), event("retrieval.query", "hello"),
             event("retrieval.documents", [{"document.content": "one"}])),
    ], "otel-spans")  # fmt: skip
    assert told(trace) == [("prompt", "hello"), ("output", "hi"), ("retrieval", [{"document.content": "one"}])]
    assert trace.steps[0].path.startswith("$[0]['events'][0]['attributes']['payload']")


def test_new_relic_knows_messages_by_their_names_and_what_a_search_found() -> None:
    base = {"vendor": "openai", "ingest_source": "Python", "trace_id": "t1"}
    rows = [
        {**base, "id": "b", "completion_id": "k", "sequence": 1, "content": "hi", "role": "assistant",
         "is_response": True, "timestamp": 1_764_000_000_002},
        {**base, "id": "a", "completion_id": "k", "sequence": 0, "content": "hello", "role": "user",
         "timestamp": 1_764_000_000_001},
        {**base, "eventType": "LlmVectorSearch", "id": "v", "request.query": "hello", "timestamp": 1_764_000_000_003},
        {**base, "eventType": "LlmVectorSearchResult", "id": "w", "search_id": "v", "sequence": 0,
         "page_content": "one", "timestamp": 1_764_000_000_004},
    ]  # fmt: skip
    trace = read({"results": rows}, "new-relic")
    assert told(trace) == [("prompt", "hello"), ("output", "hi"), ("retrieval", ["one"])]
    assert trace.steps[0].path == "$['results'][1]['content']" and trace.trace_id == "t1"
    assert trace.steps[2].attributes == {"query": "hello"}


def test_calls_in_calls_are_told_once_whatever_they_are_in() -> None:
    trace = read(stores.GALILEO, "galileo")
    assert (trace.trace_id, trace.session_id, trace.attributes["model"]) == ("t1", "s1", "m")
    assert trace.attributes["usage"] == {"input_tokens": 12, "output_tokens": 3}
    assert trace.steps[3].path == "$['traces'][0]['spans'][1]['output']"
    trace = read(stores.PROMPTFLOW, "promptflow")
    assert (trace.trace_id, trace.attributes["model"]) == ("r1", "m")
    failed = json.loads(json.dumps(stores.PROMPTFLOW))
    failed["run_info"]["api_calls"][1] |= {"output": None, "error": {"message": "it broke", "type": "X"}}
    assert told(read(failed, "promptflow"))[-1] == ("error", "it broke")


# Snowflake Cortex, CopilotKit


def _streamed(*events: tuple[str, Any]) -> bytes:
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events).encode()


def test_the_events_of_an_agent_of_cortex_are_told_once() -> None:
    used = {"tool_use_id": "c1", "name": "f", "input": {"q": 1}, "type": "function"}
    gave = {"tool_use_id": "c1", "name": "f", "status": "success", "content": [{"type": "json", "json": {"sql": "x"}}]}
    events = _streamed(
        ("response.status", {"message": "Planning", "status": "planning"}),
        ("response.thinking.delta", {"content_index": 0, "text": "let "}),
        ("response.thinking.delta", {"content_index": 0, "text": "me"}),
        ("response.thinking", {"content_index": 0, "text": "let me"}),
        ("response.tool_use", {"content_index": 1, **used}), ("response.tool_result", {"content_index": 2, **gave}),
        ("response.text.delta", {"content_index": 3, "text": "hel"}),
        ("response.text.delta", {"content_index": 3, "text": "lo"}),
        ("response", {"role": "assistant", "content": [
            {"type": "thinking", "thinking": {"text": "let me"}}, {"type": "tool_use", "tool_use": used},
            {"type": "tool_result", "tool_result": gave}, {"type": "text", "text": "hello"}]}),
    )  # fmt: skip
    trace = read(events, "sse")
    assert told(trace) == [("event", "Planning"), ("thinking", "let me"), ("tool_call", {"q": 1}),
                           ("tool_result", {"sql": "x"}), ("output", "hello")]  # fmt: skip
    assert trace.steps[3].parent == 2


def test_other_answers_of_cortex() -> None:
    assert told(read({"choices": [{"messages": " hi"}], "model": "m", "created": 1}, "cortex")) == [("output", "hi")]
    analyst = {"request_id": "r", "message": {"role": "analyst", "content": [
        {"type": "text", "text": "this"}, {"type": "sql", "statement": "select 1"}]}}  # fmt: skip
    assert told(read(analyst, "cortex")) == [("output", "this"), ("db_query", "select 1")]


def test_a_piece_that_cortex_says_three_times_is_masked_in_all() -> None:
    chunks = [{"id": "x", "choices": [{"delta": {
        "type": "text", "content": said, "content_list": [{"type": "text", "text": said}], "text": said}}]}
        for said in ("mail ", "ann.marlow@", "corp-ma", "il.com", " now")]  # fmt: skip
    masked = json.loads(Scanner.load().mask(json.dumps(chunks).encode()).content)
    for chunk in masked[1:4]:
        assert str(chunk).count("[REDACTED:email:") == 3
    assert told(read(chunks, "cortex")) == [("output", "mail ann.marlow@corp-mail.com now")]


def test_an_answer_of_copilotkit_comes_in_pieces_and_later_ones_belong_to_it() -> None:
    at = "2026-11-01T10:00:00Z"
    parts = [
        {"data": {"generateCopilotResponse": {"threadId": "s1", "messages": [
            {"__typename": "TextMessageOutput", "id": "1", "createdAt": at, "role": "assistant", "content": ["hel"]},
            {"__typename": "ActionExecutionMessageOutput", "id": "c1", "createdAt": at, "name": "f",
             "arguments": ['{"q":']}]}}, "hasNext": True},
        {"incremental": [{"items": ["lo"], "path": ["generateCopilotResponse", "messages", 0, "content", 1]},
                         {"items": [" 1}"], "path": ["generateCopilotResponse", "messages", 1, "arguments", 1]}]},
        {"incremental": [{"items": [{"__typename": "ResultMessageOutput", "id": "2", "result": "done",
                                     "actionExecutionId": "c1", "actionName": "f"}],
                          "path": ["generateCopilotResponse", "messages", 2]}]},
    ]  # fmt: skip
    trace = read(parts, "copilotkit")
    assert told(trace) == [("output", "hello"), ("tool_call", {"q": 1}), ("tool_result", "done")]
    assert (trace.session_id, trace.steps[2].parent) == ("s1", 1)


# others


def test_what_an_agent_was_to_reach_is_its_prompt() -> None:
    run = {"goal": "find it", "steps": [{"reasoning": "there", "action": "click", "axtree": "x"}]}
    assert [kind for kind, _ in told(read(run, "json"))] == ["prompt", "thinking", "tool_call"]


def test_a_stream_of_cohere_ends_with_what_it_was_asked() -> None:
    said = [{"is_finished": False, "event_type": "text-generation", "text": piece} for piece in ("hi ", "you")]
    end = {"is_finished": True, "event_type": "stream-end", "response": {"text": "hi you", "chat_history": [
        {"role": "USER", "message": "hello"}, {"role": "CHATBOT", "message": "hi you"}]}}  # fmt: skip
    assert told(read([*said, end], "cohere")) == [("prompt", "hello"), ("output", "hi you")]


def test_turns_of_a_trajectory_say_it_as_a_text() -> None:
    run = {"instance_id": "x", "generated_text": "diff", "trajectory": [
        {"role": "system", "system_prompt": "be kind", "text": None}, {"role": "user", "text": "hello"},
        {"role": "ai", "text": "done"}]}  # fmt: skip
    assert told(read(run, "trajectories")) == [("system", "be kind"), ("prompt", "hello"), ("output", "done")]


def test_tools_of_azure_say_what_they_were_asked_in_their_own_words() -> None:
    calls = [{"id": "c1", "type": "openapi", "openapi": {"name": "f", "arguments": '{"q": 1}', "output": "done"}},
             {"id": "c2", "type": "bing_grounding", "bing_grounding": {"requesturl": "https://x.example"}}]  # fmt: skip
    step = {"id": "s", "object": "thread.run.step", "thread_id": "t1", "run_id": "r", "type": "tool_calls",
            "step_details": {"type": "tool_calls", "tool_calls": calls}}  # fmt: skip
    trace = read(step, "openai-assistants")
    assert [(each.name, each.content) for each in trace.steps] == [
        ("f", {"q": 1}), ("f", "done"), ("bing_grounding", {"requesturl": "https://x.example"})]  # fmt: skip


def test_a_thread_of_langgraph_names_its_session() -> None:
    said = [{"type": "human", "content": "hello", "additional_kwargs": {}, "id": "1"}]
    assert read({"thread_id": "s1", "status": "idle", "values": {"messages": said}}, "langchain").session_id == "s1"


def test_a_response_that_is_asked_for_alone_says_what_of() -> None:
    asked = {"type": "response.create", "response": {"instructions": "be kind", "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}]}}  # fmt: skip
    assert told(read(asked, "openai-realtime")) == [("system", "be kind"), ("prompt", "hello")]
    assert told(read({"type": "response.create", "model": "m", "input": "hello"}, "openai-realtime")) == [
        ("prompt", "hello")]  # fmt: skip


def test_lines_of_a_batch_of_vertex_are_a_trace_each() -> None:
    line = {"status": "", "processed_time": "2026-11-01T10:00:00Z",
            "request": {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]},
            "response": {"candidates": [{"content": {"role": "model", "parts": [{"text": "hi"}]}}]}}  # fmt: skip
    first, second = opened(json.dumps([line, line]).encode(), "batch-api")
    assert told(first) == [("prompt", "hello"), ("output", "hi")] == told(second)


def test_cards_and_transcripts_of_a_bot() -> None:
    at = "2026-11-01T10:00:00Z"
    transcript = {"activities": [
        {"type": "typing", "id": "0", "timestamp": at, "from": {"id": "b", "role": 0}},
        {"type": "message", "id": "1", "timestamp": at, "from": {"id": "u", "role": 1}, "text": "hello"},
        {"type": "message", "id": "2", "timestamp": at, "from": {"id": "b", "role": 0}, "attachments": [
            {"contentType": "application/vnd.microsoft.card.hero", "content": {"title": "hi"}}]}]}  # fmt: skip
    assert told(read(transcript, "bot-framework")) == [("prompt", "hello"), ("output", {"title": "hi"})]


def test_an_answer_of_dialogflow_cx_and_what_a_flow_reasoned() -> None:
    answer = {"responseId": "r", "queryResult": {"text": "hello", "responseMessages": [
        {"text": {"text": ["one", "two"]}}, {"payload": {}}]}}  # fmt: skip
    assert told(read(answer, "dialogflow")) == [("prompt", "hello"), ("output", "one"), ("output", "two")]
    flow = {"chatMessageId": "m", "text": "bye", "sourceDocuments": [{"pageContent": "doc"}], "agentReasoning": [
        {"agentName": "a", "messages": ["one", "bye"], "usedTools": []}]}  # fmt: skip
    assert told(read(flow, "flowise")) == [("output", "one"), ("retrieval", {"pageContent": "doc"}), ("output", "bye")]
