"""Runs of further agents, benchmarks and evaluations have their steps, whatever else stands beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace

from ...contract import benches

_CALL = {"tool_call_id": "c1", "function_name": "f", "arguments": {"a": 1}}


def lines(*documents: Any) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in documents)


def traces(payload: bytes, format: str) -> list[Trace]:
    opened = open_document(payload, content_type=None, forced=None, limits=Limits())
    assert opened.format == format
    return list(opened.traces())


def read(document: Any, format: str) -> Trace:
    (trace,) = traces(json.dumps(document).encode(), format)
    return trace


def told(trace: Trace) -> list[tuple[str, Any]]:
    return [(step.kind.value, step.content) for step in trace.steps]


def test_a_step_of_atif_may_think_say_call_and_see_at_once() -> None:
    step = {"step_id": 2, "source": "agent", "message": [{"type": "text", "text": "well"}], "reasoning_content": "hm",
            "tool_calls": [_CALL], "observation": {"results": [{"source_call_id": "c1", "content": [
                {"type": "text", "text": "done"}]}]}}  # fmt: skip
    system = {"step_id": 1, "source": "system", "message": "be kind", "timestamp": "2026-11-24T08:00:00Z"}
    trace = read({**benches.ATIF, "steps": [system, step]}, "atif")
    assert told(trace) == [("system", "be kind"), ("thinking", "hm"), ("output", "well"), ("tool_call", {"a": 1}),
                           ("tool_result", "done")]  # fmt: skip
    assert (trace.session_id, trace.attributes["model"]) == ("s1", "m")
    assert (trace.steps[0].started_at, trace.steps[4].parent) == ("2026-11-24T08:00:00Z", 3)


def test_what_failed_on_the_telephone_is_an_error() -> None:
    result = {"request_id": "c1", "tool_name": "f", "result_value": "no", "is_error": True}
    turn = {"role": "agent", "message": "hi", "tool_calls": [], "tool_results": [result], "time_in_call_secs": 1}
    trace = read(
        {"type": "post_call", "event_timestamp": 1, "data": {"conversation_id": "s1", "transcript": [turn]}},
        "elevenlabs",
    )
    assert told(trace) == [("output", "hi"), ("tool_result", "no")]
    assert (trace.session_id, trace.steps[1].attributes) == ("s1", {"error": True})


def test_a_message_of_copilot_that_came_in_pieces_is_one_step_and_its_calls_are_told_once() -> None:
    def event(kind: str, **data: Any) -> dict[str, Any]:
        return {"type": kind, "data": data, "id": "e", "timestamp": "2026-11-24T08:00:00Z", "parentId": None}

    pieces = [event("assistant.message_delta", messageId="m1", deltaContent=each) for each in ("we", "ll")]
    whole = event("assistant.message", messageId="m1", content="well", reasoningText="hm", toolRequests=[])
    failed = event("tool.execution_complete", toolCallId="c1", success=False, error={"message": "it broke"})
    started = event("session.start", sessionId="s1", selectedModel="m")
    found = traces(lines(started, *pieces, whole, *benches.COPILOT_CLI[1:3], failed), "jsonl")
    (trace,) = found
    assert told(trace) == [("output", "well"), ("thinking", "hm"), ("tool_call", benches.ATIF["steps"][1]["tool_calls"][
        0]["arguments"]), ("tool_result", "it broke")]  # fmt: skip
    assert trace.steps[3].attributes == {"error": True}
    assert len(trace.steps[0].further) == 2 and len(trace.steps[2].further) == 1
    assert (trace.session_id, trace.attributes["model"]) == ("s1", "m")


def test_lines_of_cursor_are_claude_codes_but_for_its_tools() -> None:
    said = {"type": "user", "message": {"role": "user", "content": [{"type": "text", "text": "hello"}]},
            "session_id": "s1"}  # fmt: skip
    refused = {"tool_call": {"shellToolCall": {"args": {"command": "x"}, "result": {"rejected": {"reason": "no"}}}},
               "type": "tool_call", "subtype": "completed", "call_id": "c2", "session_id": "s1"}  # fmt: skip
    (trace,) = traces(lines(said, *benches.CURSOR, refused), "jsonl")
    assert [(step.kind.value, step.name, step.parent) for step in trace.steps] == [
        ("prompt", "", None), ("tool_call", "f", None), ("tool_result", "f", 1),
        ("tool_call", "shell", None), ("tool_result", "shell", 3),
    ]  # fmt: skip
    assert trace.steps[4].attributes == {"error": True} and trace.session_id == "s1"


def test_what_agents_of_cursor_keep_has_its_calls() -> None:
    blocks = [{"type": "text", "text": "well"}, {"type": "tool_use", "name": "f", "input": {"a": 1}}]
    said = [{"role": "user", "message": {"content": [{"type": "text", "text": "hello"}]}},
            {"role": "assistant", "message": {"content": blocks}}]  # fmt: skip
    assert told(read(said, "cursor")) == [("prompt", "hello"), ("output", "well"), ("tool_call", {"a": 1})]


def test_lines_of_grok_stay_in_order_beside_those_that_are_openais() -> None:
    thought = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hm"}]}
    searched = {"type": "backend_tool_call", "kind": {"tool_type": "web_search", "action": {"query": "q"}, "id": "w1"}}
    (trace,) = traces(lines(benches.GROK[0], thought, *benches.GROK[1:], searched), "jsonl")
    assert [(step.kind.value, step.name) for step in trace.steps] == [
        ("prompt", ""), ("thinking", ""), ("tool_call", "f"), ("tool_result", "f"), ("tool_call", "web_search"),
    ]  # fmt: skip


def test_kimi_thinks_answers_sums_up_and_fails() -> None:
    def event(**event: Any) -> dict[str, Any]:
        return {"type": "context.append_loop_event", "event": event, "time": 1764000000500}

    parts = [event(type="content.part", part=part) for part in (
        {"type": "think", "think": "hm"}, {"type": "text", "text": "well"})]  # fmt: skip
    failed = event(type="tool.result", toolCallId="c1", result={"output": "no", "isError": True})
    summed = {"type": "context.apply_compaction", "summary": "so far", "time": 1764000000500}
    system = {"type": "config.update", "systemPrompt": "be kind", "time": 1764000000500}
    trace = read([system, system, *benches.KIMI[:4], failed, *parts, summed], "kimi")
    assert told(trace) == [("system", "be kind"), ("prompt", "hello"), ("tool_call", {"q": [1, "two"]}),
                           ("tool_result", "no"), ("thinking", "hm"), ("output", "well"),
                           ("memory", "so far")]  # fmt: skip
    assert trace.steps[3].attributes == {"error": True}
    assert trace.steps[1].started_at == "2025-11-24T16:00:00.500Z"


def test_results_of_antigravity_come_in_the_order_of_its_calls() -> None:
    calls = {**benches.ANTIGRAVITY[1], "content": "well", "thinking": "hm", "tool_calls": [
        {"name": name, "args": {}} for name in ("f", "g")]}  # fmt: skip
    trace = read([calls, benches.ANTIGRAVITY[2], benches.ANTIGRAVITY[2]], "antigravity")
    assert [(step.kind.value, step.name, step.parent) for step in trace.steps] == [
        ("thinking", "", None), ("output", "", None), ("tool_call", "f", None), ("tool_call", "g", None),
        ("tool_result", "f", 2), ("tool_result", "g", 3),
    ]  # fmt: skip


def test_a_session_of_nova_sonic_is_told_by_whose_turn_it_is() -> None:
    started = {"contentStart": {"contentId": "n9", "type": "TEXT", "role": "ASSISTANT"}}
    said = [{"textOutput": {"contentId": "n9", "role": "ASSISTANT", "content": each}} for each in ("we", "ll")]
    system = [{"contentStart": {"contentName": "n0", "role": "SYSTEM"}},
              {"textInput": {"contentName": "n0", "content": "be kind"}}]  # fmt: skip
    events = [{"event": each} for each in (*system, started, *said)]
    trace = read(events, "nova-sonic")
    assert told(trace) == [("system", "be kind"), ("output", "well")]
    assert read(benches.NOVA_SONIC, "nova-sonic").session_id == "s1"


@pytest.mark.parametrize("turns", [
    [{"sender": "User", "text": "a"}, {"sender": "Machine", "text": "b"}],
    [{"role": "userMessage", "content": "a"}, {"role": "apiMessage", "content": "b"}],
    [{"role": "Ada", "role_type": "user", "content": "a"}, {"role": "Bot", "role_type": "assistant", "content": "b"}],
    [{"id": 1, "user": "user", "text": "a"}, {"id": 2, "user": "assistant", "text": "b"}],
])  # fmt: skip
def test_turns_say_whose_they_are_in_many_words(turns: Any) -> None:
    assert told(read({"turns": turns}, "json")) == [("prompt", "a"), ("output", "b")]


def test_what_is_kept_of_how_a_session_goes_gives_no_step() -> None:
    said = {"type": "user", "sessionId": "s1", "parentUuid": None, "message": {"role": "user", "content": "a"}}
    marks = [
        {"type": "mode", "mode": "normal", "sessionId": "s1"},
        {"type": "ai-title", "aiTitle": "t", "sessionId": "s1"},
    ]
    (trace,) = traces(lines(*marks, said), "jsonl")
    assert told(trace) == [("prompt", "a")]
    state = {"timestamp": "2026-11-24T08:00:00Z", "type": "world_state", "payload": {"full": True}}
    kept = {"timestamp": "2026-11-24T08:00:00Z", "type": "response_item", "payload": {"type": "ghost_snapshot", "a": 1}}
    failed = {"type": "event_msg", "payload": {"type": "error", "error": {"message": "too many"}}}
    (trace,) = traces(lines(state, kept, failed), "jsonl")
    assert told(trace) == [("error", "too many")]


def test_droid_says_its_last_words_once() -> None:
    said = {"type": "message", "session_id": "s1", "role": "assistant", "text": "well", "timestamp": 1764000000500}
    ended = {"type": "completion", "session_id": "s1", "finalText": "well", "usage": {"input_tokens": 1}}
    failed = {"type": "error", "session_id": "s1", "source": "cli", "message": "no key"}
    trace = read([*benches.DROID, said, ended, failed], "droid")
    assert told(trace)[3:] == [("output", "well"), ("error", "no key")]
    assert len(trace.steps[3].further) == 1 and trace.session_id == "s1"


def test_pi_says_what_it_ran_summed_up_and_could_not_do() -> None:
    def entry(**message: Any) -> dict[str, Any]:
        return {"type": "message", "timestamp": "2026-11-24T08:00:00Z", "message": message}

    ran = entry(role="bashExecution", command="ls", output="a.txt", exitCode=0, timestamp=1764000000000)
    failed = entry(role="assistant", content=[], errorMessage="too many requests", model="m", timestamp=1764000000000)
    summed = {"type": "compaction", "timestamp": "2026-11-24T08:00:00Z", "summary": "so far", "firstKeptEntryId": "e1"}
    (trace,) = traces(lines(*benches.PI, ran, failed, summed), "jsonl")
    assert told(trace)[3:] == [("tool_call", "ls"), ("tool_result", "a.txt"), ("error", "too many requests"),
                               ("memory", "so far")]  # fmt: skip
    assert trace.session_id == "s1" and all(step.started_at for step in trace.steps)


def test_amp_says_why_a_tool_gave_nothing() -> None:
    block = {"type": "tool_result", "toolUseID": "c1", "run": {"status": "error", "error": {"message": "gone"}}}
    message = {"role": "user", "messageId": 2, "content": [block]}
    trace = read({**benches.AMP, "messages": [*benches.AMP["messages"][:2], message]}, "amp")
    assert told(trace)[2] == ("tool_result", "gone")
    assert (trace.steps[2].attributes, trace.session_id) == ({"error": True}, "T-1")


def test_rows_of_crush_hold_their_parts_as_json_in_a_string() -> None:
    rows = [{**each, "parts": json.dumps(each["parts"])} for each in benches.CRUSH]
    trace = read(rows, "crush")
    assert [step.kind.value for step in trace.steps] == ["prompt", "tool_call", "tool_result"]
    assert trace.steps[0].path == "$[0]['parts']$[0]['data']" and trace.session_id == "s1"


def test_continue_retrieves_thinks_and_logs() -> None:
    asked = {"message": {"role": "user", "content": "why"}, "contextItems": [{"name": "a.py", "content": "x = 1"}]}
    thought = {"message": {"role": "thinking", "content": "hm"}, "contextItems": []}
    trace = read({**benches.CONTINUE, "history": [asked, thought]}, "continue")
    assert told(trace) == [("prompt", "why"), ("retrieval", "x = 1"), ("thinking", "hm")]
    assert told(read(benches.LOGGED, "continue")) == [("prompt", "hello"), ("output", "done")]


def test_agents_of_camel_talk_remember_and_work() -> None:
    society = {"role_1": "A_RoleType.ASSISTANT", "role_2": "B_RoleType.USER", "num_messages": 11, **{
        f"message_{number}": {"role_name": "B", "role_type": "USER", "role": "user", "content": str(number)}
        for number in (10, 2, 1)}}  # fmt: skip
    assert told(read(society, "camel")) == [("prompt", "1"), ("prompt", "2"), ("prompt", "10")]
    kinds = [step.kind.value for step in read(benches.OWL, "camel").steps]
    assert kinds == ["prompt", "tool_call", "tool_result", "output"]


def test_speech_is_one_step_until_who_speaks_falls_silent_or_asks_a_tool() -> None:
    ticks = [
        *benches.TAU_VOICE["ticks"],
        {"tick_id": 3, "agent_chunk": {"content": "well"}, "user_chunk": {"content": "u"}},
    ]
    trace = read({**benches.TAU_VOICE, "ticks": ticks}, "tau2-voice")
    assert told(trace)[0] == ("prompt", "hello") and told(trace)[3:] == [("prompt", "u"), ("output", "well")]


@pytest.mark.parametrize(("document", "format", "steps"), [
    (benches.R2E, "r2e-gym", [("prompt", "hello"), ("thinking", "hm"), ("tool_call", "f"), ("tool_result", "done")]),
    (benches.OSWORLD, "osworld", [("thinking", "hello"), ("tool_call", "f()")]),
    (benches.AIDE, "aide", [("plan", "hello"), ("tool_call", "f()"), ("tool_result", ["done"]), ("output", "well")]),
    (benches.METAGPT, "metagpt", [("prompt", "hello"), ("output", "done")]),
    (benches.INVOKED, "bedrock-invoke", [("prompt", "hello"), ("output", "done")]),
    ([{"outputText": "we", "index": 0, "completionReason": None}, {"outputText": "ll", "index": 0,
     "completionReason": "FINISH"}], "bedrock-invoke", [("output", "well")]),
    ({"generation": "well", "prompt_token_count": 1, "generation_token_count": 2, "stop_reason": "stop"},
     "bedrock-invoke", [("output", "well")]),
    (benches.AGENT_BENCH, "agentbench", [("prompt", "hello"), ("output", "done")]),
    (benches.OPENAI_EVALS, "openai-evals", [("prompt", "hello"), ("output", "done")]),
    (benches.LM_EVAL, "lm-eval", [("prompt", "hello"), ("output", "done")]),
    ({**benches.LM_EVAL, "arguments": [["hello", {}]]}, "lm-eval", [("prompt", "hello"), ("output", "done")]),
    (benches.RAGAS, "ragas", [("prompt", "hello"), ("retrieval", "two"), ("output", "done")]),
    ({"user_input": [{"type": "human", "content": "hello"}, {"type": "ai", "content": "done"}], "reference": "x"},
     "ragas", [("prompt", "hello"), ("output", "done")]),
    ({**benches.TRULENS, "calls": [{"call_id": "1", "rets": "x"}], "main_error": "bad"}, "trulens",
     [("prompt", "hello"), ("output", "done"), ("event", {"call_id": "1", "rets": "x"}), ("error", "bad")]),
])  # fmt: skip
def test_what_benchmarks_keep_is_told(document: Any, format: str, steps: Any) -> None:
    assert told(read(document, format)) == steps


def test_what_a_program_printed_in_pieces_is_one_text() -> None:
    node = {**benches.AIDE["nodes"][0], "_term_out": ["4539 1488 ", "0343 6467", None, "\n"]}
    document = open_document(json.dumps({"nodes": [node]}).encode(), content_type=None, forced=None, limits=Limits())
    leaves = document.leaves()
    flows = [[leaves.texts[leaf].rpartition("\x02")[2] for leaf in flow] for flow in leaves.flows]
    assert ["4539 1488 ", "0343 6467", "\n"] in flows


def test_each_sample_is_a_trace_and_cases_of_deepeval_have_their_tools_and_scores() -> None:
    state = {**benches.HELM, "request_states": benches.HELM["request_states"] * 2}
    assert [told(each) for each in traces(json.dumps(state).encode(), "helm")] == [
        [("prompt", "hello"), ("output", "done")]
    ] * 2
    case = {"input": "hello", "actualOutput": "done", "retrievalContext": ["x"], "toolsCalled": [
        {"name": "f", "inputParameters": {"a": 1}, "output": "two"}], "metricsData": [{"name": "m"}]}  # fmt: skip
    turns = {"turns": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "success": True}
    run = {"testCases": [case], "conversationalTestCases": [turns]}
    first, second = traces(json.dumps(run).encode(), "deepeval")
    assert [step.kind.value for step in first.steps] == [
        "prompt", "retrieval", "tool_call", "tool_result", "output", "event"]  # fmt: skip
    assert (first.steps[2].name, first.steps[2].content, first.steps[3].parent) == ("f", {"a": 1}, 2)
    assert told(second) == [("prompt", "a"), ("output", "b")]


def test_what_dify_streams_of_agents_and_workflows_is_told_once() -> None:
    thought = {"event": "agent_thought", "task_id": "k", "message_id": "m", "id": "t1", "thought": "hm", "tool": "f",
               "tool_input": '{"a": 1}', "observation": "done"}  # fmt: skip
    said = [{"event": "agent_message", "task_id": "k", "message_id": "m", "answer": each} for each in ("we", "ll")]
    ended = {"event": "message_end", "task_id": "k", "conversation_id": "s1", "metadata": {
        "usage": {"total_tokens": 3}, "retriever_resources": [{"content": "page", "document_name": "d"}]}}  # fmt: skip
    (trace,) = traces(lines(thought, *said, ended), "jsonl")
    assert told(trace) == [("thinking", "hm"), ("tool_call", {"a": 1}), ("tool_result", "done"), ("output", "well"),
                           ("retrieval", "page")]  # fmt: skip
    assert trace.session_id == "s1"
    nodes = [
        {"node_type": "knowledge-retrieval", "title": "k", "outputs": {"result": ["page"]}},
        {"node_type": "tool", "title": "f", "id": "n1", "inputs": {"a": 1}, "outputs": {"text": "done"}},
        {"node_type": "llm", "title": "l", "outputs": {"text": "well"}},
    ]  # fmt: skip
    events = [{"event": "node_finished", "task_id": "k", "workflow_run_id": "w", "data": node} for node in nodes]
    (trace,) = traces(lines(*events), "jsonl")
    assert [step.kind.value for step in trace.steps] == ["retrieval", "tool_call", "tool_result", "output"]


def test_what_several_tools_gave_in_one_message_answers_each_of_their_calls() -> None:
    calls = [
        {"id": f"c{number}", "type": "function", "function": {"name": "f", "arguments": "{}"}} for number in (1, 2)
    ]
    gave = [{"tool_call_id": f"c{number}", "role": "tool", "content": f"r{number}"} for number in (1, 2)]
    history = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": None, "tool_calls": calls},
               {"role": "tool", "content": "r1\n\nr2", "tool_responses": gave}]  # fmt: skip
    trace = read({"chat_history": history, "summary": "x", "cost": {}}, "trajectories")
    assert [(step.content, step.parent) for step in trace.steps[3:]] == [("r1", 1), ("r2", 2)]


def test_a_checkpoint_holds_the_state_of_a_graph() -> None:
    message = {"type": "human", "content": "hello", "additional_kwargs": {}, "response_metadata": {}}
    saved = {"v": 4, "ts": "2026-11-24T08:00:00Z", "id": "1", "channel_values": {"messages": [message]}}
    trace = read(saved, "langchain")
    assert (told(trace), trace.steps[0].path) == ([("prompt", "hello")], "$['channel_values']['messages'][0]")


@pytest.mark.parametrize("document", [
    {"steps": [{"source": "user", "message": "m"}]},
    {"transcript": [{"role": "user", "message": "m"}]},
    {"history": [{"message": "m"}]},
    {"event": "message", "text": "m"},
    {"query": "m", "answer": "n"},
    {"prompt": "m", "generation": "n"},
    {"results": [{"text": "m"}]},
    {"outputs": [{"text": "m"}]},
    {"nodes": [{"code": "x"}]},
    {"type": "message", "message": "m", "timestamp": "2026"},
    {"type": "user.created", "data": {"id": "1"}},
    {"parts": [{"type": "bolt", "data": "x"}], "role": "spare"},
    {"input": "a", "output": "b"},
    {"instance": "i", "request": "r"},
    {"index": 1, "output": {"a": 1}, "time": 2},
    {"user_input": "a", "response": "b"},
])  # fmt: skip
def test_what_only_looks_like_them_is_not_theirs(document: Any) -> None:
    opened = open_document(json.dumps(document).encode(), content_type=None, forced=None, limits=Limits())
    assert opened.format in ("json", "wrapped")


def test_what_atif_saw_without_saying_of_which_call_is_of_the_steps_own() -> None:
    calls = [{**_CALL, "tool_call_id": name, "function_name": name} for name in ("c1", "c2")]
    step = {"step_id": 1, "source": "agent", "message": "", "tool_calls": calls, "observation": {"results": [
        {"content": "one"}, {"content": "two"}]}}  # fmt: skip
    trace = read({**benches.ATIF, "steps": [step]}, "atif")
    assert [(each.call_id, each.name, each.parent) for each in trace.steps[2:]] == [("c1", "c1", 0), ("c2", "c2", 1)]
    trace = read({**benches.ATIF, "steps": [{**step, "observation": {"results": [{"content": "both"}]}}]}, "atif")
    assert [(each.call_id, each.parent) for each in trace.steps[2:]] == [("c2", 1)]
    alone = {"step_id": 1, "source": "agent", "message": "hm", "observation": {"results": [{"content": "no call"}]}}
    trace = read({**benches.ATIF, "steps": [alone]}, "atif")
    assert (told(trace)[1], trace.steps[1].parent) == (("tool_result", "no call"), None)


def test_deepeval_tells_a_tool_of_the_agents_sdk_once() -> None:
    call = {"call_id": "c1", "name": "f", "arguments": '{"q": 1}'}
    model = benches.DEEPEVAL["llmSpans"][0]
    spans = [
        {**model, "uuid": "a", "input": [{"role": "user", "content": "hello"}], "output": json.dumps(call)},
        {**model, "uuid": "b", "startTime": "2026-11-24T08:00:02.000Z", "input": [
            {"role": "user", "content": "hello"}, call, {"role": "tool", "call_id": "c1", "output": "done"}],
         "output": "well"},
    ]  # fmt: skip
    tool = {**benches.DEEPEVAL["toolSpans"][0], "name": "Function tool: f", "input": {"q": 1}, "output": "done",
            "startTime": "2026-11-24T08:00:01.000Z"}  # fmt: skip
    trace = read({**benches.DEEPEVAL, "llmSpans": spans, "toolSpans": [tool]}, "deepeval")
    assert told(trace) == [("prompt", "hello"), ("tool_call", {"q": 1}), ("tool_result", "done"), ("output", "well")]
    assert [(step.name, step.call_id) for step in trace.steps[1:3]] == [("f", "c1")] * 2
