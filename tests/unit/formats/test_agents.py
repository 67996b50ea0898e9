"""What agents keep of their runs: as a list or a line each the same steps, and what is said again is told once."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reticent import Scanner
from reticent.formats.document import Document
from reticent.formats.registry import _DOCUMENTS, open_document
from reticent.limits import Limits
from reticent.model import Masked, Step, Topic, Trace
from reticent.steps import StepIndex

from ...contract import agents, stacks
from ...contract.agents import (
    ARGUMENTS,
    AUTOGEN,
    CLAUDE_CODE,
    CODEX,
    DATADOG,
    GOOGLE_ADK,
    HAYSTACK,
    LANGGRAPH,
    LLAMA_INDEX,
    MLFLOW,
    MLFLOW_SECOND,
    OPENAI_AGENTS,
    OPENHANDS,
    PYDANTIC_AI,
    SEMANTIC_KERNEL,
    SMOLAGENTS,
    SWE_AGENT,
)
from ...fuzz.mutations import places_in
from ..judging import Judge
from .laws import check_read_masked_and_written

DOCUMENTS = agents.DOCUMENTS | stacks.DOCUMENTS
EVENTS = {name: found if isinstance(found, list) else [found] for name, found in DOCUMENTS.items()}
_TIMELESS = {
    "langgraph-events", "smolagents", "swe-agent", "haystack", "llama-index", "semantic-kernel", "agent-framework",
    "inspect-ai", "dspy", "promptfoo", "bedrock-log", "openai-realtime", "gemini-live", "ollama", "cohere",
    "tapeagents", "openai-agents-state",
}  # fmt: skip
"""At least some of what they hold says no time."""
FIELDS = ("seq", "kind", "content", "name", "call_id", "parent", "started_at")


def opened(payload: Any, forced: str | None = None) -> Document:
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return open_document(payload, content_type=None, forced=forced, limits=Limits())


def trace_of(payload: Any) -> Trace:
    (trace,) = opened(payload).traces()
    return trace


def told(payload: Any) -> list[tuple[str, Any]]:
    return [(step.kind.value, step.content) for step in trace_of(payload).steps]


def lines(documents: list[Any]) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in documents)


@pytest.mark.parametrize("name", EVENTS)
def test_each_document_is_claimed_by_its_own_format_alone(name: str) -> None:
    for document in EVENTS[name]:
        claimed = [each.name for each in _DOCUMENTS if each.recognises(b"", document)]
        assert claimed[:1] == [name]
        assert [each for each in claimed[1:] if each in EVENTS] == []


@pytest.mark.parametrize("name", [name for name in EVENTS if len(EVENTS[name]) > 1])
def test_a_document_a_line_is_the_same_run(name: str) -> None:
    document = opened(lines(EVENTS[name]))
    assert document.format == "jsonl"
    (trace,), like = document.traces(), trace_of(EVENTS[name])
    assert (trace.session_id, trace.attributes) == (like.session_id, like.attributes)
    for step, other in zip(trace.steps, like.steps, strict=True):
        assert [getattr(step, field) for field in FIELDS] == [getattr(other, field) for field in FIELDS]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.mark.parametrize("name", EVENTS)
def test_ids_and_times_are_left_as_they_are(name: str, judge: Judge) -> None:
    payload = json.dumps(DOCUMENTS[name]).encode()
    (found,) = judge(judge.record(payload))
    masked = found[Topic.SANITIZED].value
    assert isinstance(masked, Masked) and masked.content == payload


def test_steps_have_the_times_of_what_they_stand_in() -> None:
    for name in EVENTS.keys() - _TIMELESS:
        assert all(step.started_at.startswith(("2026-11-24T08:00:0", "2025-11-24T16:00:0"))
                   for step in trace_of(DOCUMENTS[name]).steps)  # fmt: skip


def _kinds(payload: Any) -> StepIndex:
    return StepIndex([trace_of(payload)])


def test_claude_codes_own_lines_are_events_and_its_thinking_is_thinking() -> None:
    session = copy.deepcopy(CLAUDE_CODE)
    session[1]["message"]["content"].insert(0, {"type": "thinking", "thinking": "hm", "signature": "c2ln"})
    more = [
        {"type": "summary", "summary": "A title", "leafUuid": "u"},
        {"type": "file-history-snapshot", "messageId": "u", "snapshot": {"trackedFileBackups": {}}},
        {"parentUuid": "u", "sessionId": "s", "type": "system", "subtype": "compact_boundary", "content": "Compacted"},
        {**session[0], "isCompactSummary": True, "message": {"role": "user", "content": "so far"}},
    ]
    assert told([*session, *more]) == [
        ("prompt", "hello"), ("thinking", "hm"), ("tool_call", {"q": [1, "two"]}), ("tool_result", "done"),
        ("event", "A title"), ("event", "Compacted"), ("memory", "so far"),
    ]  # fmt: skip
    assert _kinds(session).kind("$[2]['toolUseResult']['stdout']") == "tool_result"
    trace = trace_of(session)
    assert trace.session_id == session[0]["sessionId"] and trace.attributes["model"] == "m"


def test_what_claude_code_prints_says_its_last_answer_once() -> None:
    printed = [
        {"type": "system", "subtype": "init", "session_id": "s", "cwd": "/", "tools": ["Bash"], "model": "m"},
        {"type": "assistant", "session_id": "s", "parent_tool_use_id": None,
         "message": {"id": "msg", "role": "assistant", "model": "m", "content": [{"type": "text", "text": "done"}]}},
        {"type": "result", "subtype": "success", "session_id": "s", "is_error": False, "result": "done", "num_turns": 1,
         "usage": {"input_tokens": 12, "output_tokens": 3}},
    ]  # fmt: skip
    document = opened(printed)
    assert document.format == "claude-code"
    assert told(printed) == [("output", "done")]
    assert _kinds(printed).kind("$[2]['result']") == "output"
    assert trace_of(printed).attributes["usage"] == {"input_tokens": 12, "output_tokens": 3}
    failed = {**printed[2], "subtype": "error_during_execution", "is_error": True, "result": "no"}
    assert told([*printed[:2], failed]) == [("output", "done"), ("error", "no")]


def test_pieces_that_claude_code_streams_are_the_message_behind_them_and_masked_in_each() -> None:
    pieces = ("write to anna.lo", "vell@exam", "ple.org")

    def streamed(event: Any) -> Any:
        return {"type": "stream_event", "uuid": "u", "session_id": "s", "parent_tool_use_id": None, "event": event}

    start = {"type": "message_start", "message": {"id": "m1", "type": "message", "role": "assistant", "model": "m",
                                                  "content": [], "usage": {"input_tokens": 1}}}  # fmt: skip
    deltas = [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
              for piece in pieces]  # fmt: skip
    whole = {"type": "assistant", "session_id": "s", "parent_tool_use_id": None, "message": {
        "id": "m1", "role": "assistant", "content": [{"type": "text", "text": "".join(pieces)}]}}  # fmt: skip
    told_twice = [*map(streamed, [start, *deltas]), whole]
    assert told(told_twice) == [("output", "".join(pieces))]
    masked = Scanner.load().mask(json.dumps(told_twice).encode()).content
    assert b"vell@" not in masked and b"anna.lo" not in masked


def test_what_codex_shows_in_its_window_is_the_step_that_it_shows() -> None:
    window = [
        {"timestamp": "t", "type": "event_msg", "payload": {"type": "agent_reasoning", "text": "hm"}},
        {"timestamp": "t", "type": "response_item", "payload": {
            "type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "Z0FB"}},
        {"timestamp": "t", "type": "event_msg", "payload": {"type": "error", "message": "no network"}},
        {"timestamp": "t", "type": "compacted", "payload": {"message": "so far"}},
    ]  # fmt: skip
    rollout = [*CODEX, *window]
    assert told(rollout)[3:] == [("thinking", "hm"), ("error", "no network"), ("memory", "so far")]
    index = _kinds(rollout)
    assert index.kind("$[3]['payload']['message']") == "prompt", "said before"
    assert index.kind("$[7]['payload']['text']") == "thinking", "said behind"
    trace = trace_of(rollout)
    assert trace.session_id == CODEX[0]["payload"]["id"] and trace.attributes["model"] == "m"
    assert trace.attributes["usage"]["total_tokens"] == 15


def test_items_of_codexs_events_are_told_once_and_by_their_id() -> None:
    call = {"id": "i1", "type": "command_execution", "command": "ls", "aggregated_output": "", "status": "in_progress"}
    used = {"id": "i2", "type": "mcp_tool_call", "server": "crm", "tool": "f", "arguments": {"q": 1}, "result": None,
            "error": {"message": "no"}, "status": "failed"}  # fmt: skip
    said = {"id": "i3", "type": "agent_message", "text": "it rains"}
    whole = {**call, "aggregated_output": "done", "exit_code": 0, "status": "completed"}
    events = [
        {"type": "thread.started", "thread_id": "s1"}, {"type": "turn.started"},
        {"type": "item.started", "item": call}, {"type": "item.completed", "item": whole},
        {"type": "item.completed", "item": used}, {"type": "item.completed", "item": said},
        {"type": "turn.completed", "usage": {"input_tokens": 12, "output_tokens": 3}},
        {"type": "turn.failed", "error": {"message": "no network"}},
    ]  # fmt: skip
    steps = [
        ("tool_call", "ls"), ("tool_result", "done"), ("tool_call", {"q": 1}), ("tool_result", {"message": "no"}),
        ("output", "it rains"),
    ]  # fmt: skip
    assert told(events) == told(lines(events)) == [*steps, ("error", "no network")]
    trace = trace_of(events)
    assert trace.session_id == "s1" and trace.attributes["usage"]["input_tokens"] == 12
    assert [step.parent for step in trace.steps] == [None, 0, None, 2, None, None]
    turn = {"items": [whole, used, said], "finalResponse": "it rains", "usage": None}
    assert opened(turn).format == "codex-events"
    assert told(turn) == steps
    assert _kinds(turn).kind("$['finalResponse']") == "output"
    others = {"type": "item.completed", "item": {"name": "a chair", "price": 5}}
    assert opened(others).format == "json"


def test_what_agnos_runs_say_while_they_go_on_is_told_once() -> None:
    about = {"run_id": "r", "team_id": "t", "session_id": "s1", "created_at": 1764000000}
    tool = {"tool_call_id": "c1", "tool_name": "f", "tool_args": {"q": 1}, "result": None, "tool_call_error": None}
    events = [
        {"event": "TeamRunStarted", "model": "m", **about},
        {"event": "TeamRunContent", "content": "one ", "reasoning_content": "", **about},
        {"event": "TeamRunContent", "content": "moment", **about},
        {"event": "ToolCallStarted", "tool": tool, **about},
        {"event": "ToolCallCompleted", "content": "f(q=1) completed", "tool": {**tool, "result": "done"}, **about},
        {"event": "TeamRunContent", "reasoning_content": "hm", **about},
        *({"event": "TeamRunContent", "content": piece, **about} for piece in ("it ", "rains")),
        {"event": "TeamRunCompleted", "content": "it rains", "reasoning_content": "hm", "metrics": {"input_tokens": 12},
         **about},
        {"event": "TeamRunError", "content": "no network", **about},
    ]  # fmt: skip
    steps = [
        ("output", "one moment"), ("tool_call", {"q": 1}), ("tool_result", "done"), ("thinking", "hm"),
        ("output", "it rains"), ("error", "no network"),
    ]  # fmt: skip
    assert opened(events).format == "agno-events"
    assert told(events) == told(lines(events)) == steps
    trace = trace_of(events)
    assert (trace.session_id, trace.attributes["model"]) == ("s1", "m") and trace.steps[2].parent == 1


def test_pydantic_ais_parts_are_steps_and_instructions_are_told_once() -> None:
    history = copy.deepcopy(PYDANTIC_AI)
    for request in (history[0], history[2]):
        request["instructions"] = "be short"
    history[2]["parts"].append({"content": [{"type": "missing", "loc": ["q"]}], "tool_name": "f", "tool_call_id": "c2",
                                "timestamp": "2026-11-24T08:00:02Z", "part_kind": "retry-prompt"})  # fmt: skip
    answer = [{"content": "hm", "signature": None, "part_kind": "thinking"}, {"content": "ok", "part_kind": "text"}]
    usage = {"request_tokens": 8, "response_tokens": 1}
    history.append({"parts": answer, "kind": "response", "timestamp": "2026-11-24T08:00:03Z", "usage": usage})
    user = [{"content": ["one", {"kind": "image-url", "url": "https://x.example/a"}], "part_kind": "user-prompt"}]
    history.append({"parts": user, "kind": "request"})
    said = told(history)
    assert said[:2] == [("system", "be short"), ("prompt", "hello")]
    assert [kind for kind, _ in said[2:]] == [
        "tool_call", "tool_result", "tool_result", "thinking", "output", "prompt"
    ]  # fmt: skip
    assert said[-1] == ("prompt", "one")
    assert trace_of(history).attributes["usage"] == {"input_tokens": 20, "output_tokens": 4}


def _chunks(make: Any, *words: str) -> list[Any]:
    return [make(word) for word in words]


def test_pieces_that_come_again_whole_are_one_step() -> None:
    chunk = {"source": "assistant", "type": "ModelClientStreamingChunkEvent"}
    whole = {"source": "assistant", "type": "TextMessage", "content": "all done", "created_at": "2026-11-24T08:00:03Z"}
    stream = [*AUTOGEN["messages"], *_chunks(lambda word: {**chunk, "content": word}, "all ", "done"), whole]
    assert told(stream)[3:] == [("output", "all done")]
    assert _kinds(stream).kind("$[4]['content']") == "output"
    event = {**GOOGLE_ADK["events"][1], "partial": True}
    said = [
        {**event, "content": {"role": "model", "parts": [{"text": word}]}, "partial": word != "all done"}
        for word in ("all ", "done", "all done")
    ]
    assert told([*GOOGLE_ADK["events"], *said])[3:] == [("output", "all done")]


def test_adk_for_go_wrote_the_names_of_its_fields() -> None:
    names = {"invocation_id": "InvocationID", "author": "Author", "content": "Content", "timestamp": "Timestamp"}
    events = [{names.get(name, name): value for name, value in event.items()} for event in GOOGLE_ADK["events"]]
    assert opened(events).format == "google-adk" and told(events) == told(GOOGLE_ADK)
    assert trace_of(events).steps[0].path == "$[0]['Content']['parts'][0]"


def test_adk_writes_its_names_in_either_way() -> None:
    events = json.loads(
        json.dumps(GOOGLE_ADK["events"])
        .replace("invocation_id", "invocationId")
        .replace("function_call", "functionCall")
    )
    session = {"id": "s1", "appName": "app", "userId": "u", "state": {}, "events": events}
    document = opened(session)
    assert document.format == "google-adk"
    assert told(session) == told(GOOGLE_ADK) and document.traces()[0].session_id == "s1"
    failed = {**events[1], "content": None, "errorCode": "X", "errorMessage": "no"}
    assert told([*events, failed])[3:] == [("error", "no")]


def test_openhands_thoughts_come_before_their_action_and_causes_tie_results() -> None:
    run = {"id": 3, "timestamp": "2026-11-24T08:00:03", "source": "agent", "action": "run",
           "args": {"command": "ls", "thought": "look"}}  # fmt: skip
    seen = {"id": 4, "timestamp": "2026-11-24T08:00:04", "source": "agent", "cause": 3, "observation": "run",
            "content": "a.txt", "extras": {"metadata": {"exit_code": 0}}, "success": True}  # fmt: skip
    silent = {"id": 5, "source": "environment", "observation": "agent_state_changed", "content": "",
              "extras": {"agent_state": "running"}}  # fmt: skip
    end = {"id": 6, "source": "agent", "action": "finish", "args": {"final_thought": "all done", "outputs": {}}}
    events = [*OPENHANDS, run, seen, silent, end]
    assert told(events)[3:] == [
        ("thinking", "look"), ("tool_call", {"command": "ls"}), ("tool_result", "a.txt"), ("output", "all done")
    ]  # fmt: skip
    steps: list[Step] = list(trace_of({"trajectory": events}).steps)
    assert steps[5].parent == 4
    assert told({"trajectory": events}) == told({"instance_id": "i", "history": events}) == told(events)


def _streamed(event: str, data: Any, like: int = 1) -> dict[str, Any]:
    return {**LANGGRAPH[like], "event": event, "data": data}


def test_events_of_langgraph_tell_chunks_calls_and_histories_once() -> None:
    chunks = [
        _streamed("on_chat_model_stream", {"chunk": {"type": "AIMessageChunk", "content": "", "tool_call_chunks": [
            {"name": "f" if at == 0 else None, "args": args, "id": "c1" if at == 0 else None, "index": 0}]}})
        for at, args in enumerate(('{"q": [1, ', '"two"]}'))
    ]  # fmt: skip
    asked, called, result = {"content": "hello", "type": "human"}, LANGGRAPH[2], LANGGRAPH[4]["data"]["output"]
    again = [[asked, called["data"]["output"], result]]
    second = [
        _streamed("on_chat_model_start", {"input": {"messages": again}}),
        *(_streamed("on_chat_model_stream", {"chunk": {"content": word, "type": "AIMessageChunk"}})
          for word in ("all ", "done")),
        _streamed("on_chat_model_end", {"output": {"content": "all done", "type": "ai", "tool_calls": []}}),
        _streamed("on_retriever_end", {"input": {"query": "why"}, "output": [{"page_content": "so", "metadata": {}}]}),
        _streamed("on_custom_event", {"progress": 1}),
    ]  # fmt: skip
    for one, two in zip(second[:4], ("4",) * 4, strict=True):
        one["run_id"] = two
    events = [*LANGGRAPH[:2], *chunks, *LANGGRAPH[2:], *second]
    assert told(events) == [
        ("prompt", "hello"), ("tool_call", ARGUMENTS), ("tool_result", "done"), ("output", "all done"),
        ("retrieval", [{"page_content": "so", "metadata": {}}]), ("event", {"progress": 1}),
    ]  # fmt: skip
    index = _kinds(events)
    assert index.kind("$[2]['data']['chunk']['tool_call_chunks'][0]['args']") == "tool_call"
    assert index.kind("$[5]['data']['input']['q'][1]") == "tool_call"
    assert index.kind("$[9]['data']['chunk']['content']") == "output"
    trace = trace_of(events)
    assert trace.session_id == "s1" and trace.attributes["model"] == "m"
    alone = [_streamed("on_tool_start", {"input": {"x": 1}}, 3), _streamed("on_tool_end", {"output": "ok"}, 3)]
    assert told(alone) == [("tool_call", {"x": 1}), ("tool_result", "ok")]


def test_both_generations_of_mlflows_spans_are_the_same_run_and_json_in_their_attributes_is_read() -> None:
    trace, older = trace_of(MLFLOW), trace_of(MLFLOW_SECOND)
    assert [getattr(step, field) for step in trace.steps for field in FIELDS] == [
        getattr(step, field) for step in older.steps for field in FIELDS
    ]
    assert trace.trace_id == "tr-" + older.trace_id and trace.session_id == older.session_id == "s1"
    assert trace.attributes == {"model": "m", "usage": {"input_tokens": 12, "output_tokens": 3}}
    inputs = MLFLOW["data"]["spans"][0]["attributes"]["mlflow.spanInputs"]
    place = "$['data']['spans'][0]['attributes']['mlflow.spanInputs']"
    assert _kinds(MLFLOW).kind(place, inputs, inputs.index("hello")) == "prompt"


def test_a_failed_span_of_mlflow_is_an_error_and_a_list_of_traces_is_as_many() -> None:
    failed = copy.deepcopy(MLFLOW)
    failed["info"]["trace_id"] = "tr-2"
    failed["data"]["spans"][1]["status"] = {"code": "STATUS_CODE_ERROR", "message": "no"}
    document = opened([MLFLOW, failed])
    one, two = document.traces()
    assert [step.kind.value for step in two.steps] == [*(step.kind.value for step in one.steps), "error"]
    assert set(document.owners()) == {0, 1}
    assert json.loads(document.encode([1])) == [failed]


def test_spans_of_openais_agents_part_by_trace_and_handoffs_are_events() -> None:
    batch = copy.deepcopy(OPENAI_AGENTS)
    span = {**batch["data"][2], "id": "span_3", "started_at": "2026-11-24T08:00:03Z", "ended_at": None}
    handoff = {**span, "span_data": {"type": "handoff", "from_agent": "a", "to_agent": "b"}}
    failed = {**span, "trace_id": "trace_2", "span_data": {"type": "agent", "name": "a", "handoffs": [], "tools": []},
              "error": {"message": "too many turns", "data": None}}  # fmt: skip
    batch["data"] += [handoff, failed]
    one, two = opened(batch).traces()
    assert (one.session_id, two.trace_id) == ("s1", "trace_2")
    assert [(step.kind.value, step.name) for step in one.steps][3:] == [("event", "handoff")]
    assert one.steps[3].content == {"from_agent": "a", "to_agent": "b"}
    assert [(step.kind.value, step.content) for step in two.steps] == [("event", ""), ("error", "too many turns")]


def test_a_step_of_smolagents_ends_with_its_error_or_the_final_answer() -> None:
    failed = {**SMOLAGENTS[1], "model_output": "Thought: look", "observations": None,
              "error": {"type": "AgentExecutionError", "message": "no"}}  # fmt: skip
    last = {**SMOLAGENTS[1], "tool_calls": [], "observations": None, "is_final_answer": True, "action_output": 42}
    plan = {"model_input_messages": [], "model_output_message": {}, "plan": "1. look", "timing": {"start_time": 1.5}}
    assert told([{"system_prompt": "be short"}, SMOLAGENTS[0], plan, failed, last]) == [
        ("system", "be short"), ("prompt", "hello"), ("plan", "1. look"), ("output", "Thought: look"),
        ("tool_call", ARGUMENTS), ("error", "no"), ("output", 42),
    ]  # fmt: skip


def test_what_a_trajectory_of_swe_agent_says_again_is_the_step_of_its_history() -> None:
    run = copy.deepcopy(SWE_AGENT)
    run["history"][1]["content"] = run["trajectory"][0]["thought"] = "look"
    assert told(run) == [
        ("prompt", "hello"), ("output", "look"), ("tool_call", ARGUMENTS), ("tool_result", "done")
    ]  # fmt: skip
    index = _kinds(run)
    assert index.kind("$['trajectory'][0]['observation']") == "tool_result"
    assert index.kind("$['trajectory'][0]['thought']") == "output"


@pytest.mark.parametrize("name", ["datadog-llm", "braintrust"])
def test_spans_part_by_trace_and_a_failed_one_is_an_error(name: str) -> None:
    batch = copy.deepcopy(DOCUMENTS[name])
    spans = batch["events"] if name == "braintrust" else batch["data"]["attributes"]["spans"]
    other = copy.deepcopy(spans[1])
    if name == "braintrust":
        other |= {"root_span_id": "other", "span_id": "other", "span_parents": None, "error": "no"}
    else:
        other |= {"trace_id": "other", "status": "error"}
        other["meta"]["error"] = {"message": "no", "type": "E", "stack": "at f"}
    spans.append(other)
    document = opened(batch)
    one, two = document.traces()
    assert [step.kind.value for step in two.steps] == ["tool_call", "tool_result", "error"]
    assert two.trace_id == "other" and two.steps[2].content == "no"
    assert one.attributes["model"] == "m" and one.attributes["usage"]["input_tokens"] == 12
    assert [trace.trace_id for trace in opened(document.encode([1])).traces()] == ["other"]


def test_what_datadogs_tracers_send_is_read_alike_and_documents_are_a_retrieval() -> None:
    spans = copy.deepcopy(DATADOG["data"]["attributes"]["spans"])
    for span in spans:
        span["meta"]["span.kind"] = span["meta"].pop("kind")
    found = [{"text": "so", "name": "n", "score": 0.5, "id": "d1"}]
    meta = {"span.kind": "retrieval", "input": {"value": "why"}, "output": {"documents": found}}
    spans.append({**spans[1], "span_id": "3", "start_ns": spans[1]["start_ns"] + 10**9, "meta": meta})
    assert told([{"event_type": "span", "spans": spans}])[:3] == told(DATADOG)
    step = trace_of([{"event_type": "span", "spans": spans}]).steps[-1]
    assert (step.kind.value, step.content[0]["text"], step.attributes) == ("retrieval", "so", {"query": "why"})


def test_messages_of_frameworks_hold_thinking_and_calls_in_their_own_words() -> None:
    haystack = [*HAYSTACK, {**HAYSTACK[1], "content": [{"reasoning": {"reasoning_text": "hm"}}, {"text": "all done"}]}]
    assert told(haystack)[3:] == [("thinking", "hm"), ("output", "all done")]
    call = {"id": "c2", "type": "function", "function": {"name": "g", "arguments": "{}"}}
    blocks = [{"block_type": "thinking", "content": "hm"}, {"block_type": "text", "text": "all done"},
              {"block_type": "image", "url": "https://x.example/a.png"}]  # fmt: skip
    llama = [*LLAMA_INDEX, {"role": "assistant", "additional_kwargs": {"tool_calls": [call]}, "blocks": blocks}]
    assert told(llama)[3:] == [("thinking", "hm"), ("output", "all done"), ("tool_call", {})]
    assert [step.path for step in trace_of(llama).steps][3:] == [
        "$[3]['blocks'][0]", "$[3]['blocks'][1]", "$[3]['additional_kwargs']['tool_calls'][0]"
    ]  # fmt: skip
    kernel = copy.deepcopy(SEMANTIC_KERNEL)
    kernel["messages"].append({**kernel["messages"][1], "items": [
        {"content_type": "reasoning", "text": "hm"}, {"content_type": "text", "text": "all done"}]})  # fmt: skip
    assert told(kernel)[3:] == [("thinking", "hm"), ("output", "all done")]


_JUNK = st.sampled_from([None, 1, "x", [], {}, [{}], {"a": []}, True])


@settings(max_examples=150)
@given(st.sampled_from(sorted(DOCUMENTS)), st.integers(0, 10_000), _JUNK, st.booleans())
def test_whatever_stands_in_it_it_is_read_masked_and_written(name: str, at: int, junk: Any, as_lines: bool) -> None:
    documents = copy.deepcopy(EVENTS[name])
    found = places_in(documents)
    node, key = found[at % len(found)]
    node[key] = junk
    payload = lines(documents) if as_lines else json.dumps(documents).encode()
    check_read_masked_and_written(lambda: opened(payload))
    if not as_lines:
        check_read_masked_and_written(lambda: opened(payload, name))
