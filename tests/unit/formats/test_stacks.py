"""What further agents, evaluations and providers keep of runs: each thing said is a step once, wherever it stands."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from reticent.formats.document import Part
from reticent.formats.providers.streams import Stream
from reticent.steps import StepIndex

from ...contract.stacks import (
    AGENT_FRAMEWORK,
    AGENTS_STATE,
    AGNO,
    BEDROCK_LOG,
    COHERE,
    DSPY,
    EXTENSIONS_AI,
    GEMINI_CLI,
    GEMINI_LIVE,
    INSPECT_AI,
    KERNEL_SHARP,
    LETTA,
    MESSAGES,
    MISTRAL,
    OLLAMA,
    OPENAI_REALTIME,
    OPENCODE,
    OPENHANDS_SDK,
    PROMPTFOO,
    STRANDS,
    TAPE,
)
from .test_agents import lines, opened, told, trace_of

RUN = [("prompt", "hello"), ("tool_call", {"q": [1, "two"]}), ("tool_result", "done")]


def kind_at(payload: Any, path: str) -> str | None:
    return StepIndex([trace_of(payload)]).kind(path)


def test_openhands_says_what_it_thinks_and_when_it_ends_by_calls_of_tools() -> None:
    action, observation = OPENHANDS_SDK[1], OPENHANDS_SDK[2]
    thought = [{"type": "text", "text": "let me see"}]
    thinking = {**action, "tool_name": "think", "action": {"thought": "mm", "kind": "ThinkAction"}}
    finishing = {**action, "tool_name": "finish", "action": {"message": "bye", "kind": "FinishAction"}}
    rest = {"kind": "AgentErrorEvent", "error": "bad", "source": "agent", "timestamp": "t", **thinking} | {
        "kind": "AgentErrorEvent"
    }
    events = [
        {"kind": "SystemPromptEvent", "source": "agent", "timestamp": "t", "tools": [],
         "system_prompt": {"type": "text", "text": "be kind"}},
        {**action, "thought": thought, "reasoning_content": "hm"}, {**observation, "observation": {
            "content": [{"type": "text", "text": "no"}], "is_error": True, "kind": "FObservation"}},
        thinking, rest, finishing,
        {"kind": "Condensation", "source": "environment", "timestamp": "t", "summary": "so far"},
        {"kind": "ConversationErrorEvent", "source": "environment", "timestamp": "t", "code": "E", "detail": "broken"},
        {"kind": "PauseEvent", "source": "user", "timestamp": "t"},
    ]  # fmt: skip
    assert opened(events).format == "openhands-sdk"
    assert told(events) == [
        ("system", "be kind"), ("thinking", "hm"), ("thinking", "let me see"), ("tool_call", {"q": [1, "two"]}),
        ("tool_result", "no"), ("thinking", "mm"), ("tool_result", "bad"), ("output", "bye"), ("memory", "so far"),
        ("error", "broken"),
    ]  # fmt: skip
    assert trace_of(events).steps[4].attributes == {"error": True}
    assert kind_at(events, "$[1]['action']['q'][1]") == kind_at(events, "$[1]['tool_call']['arguments']") == "tool_call"


def test_a_message_that_strands_redacted_is_told_as_it_was_said_since() -> None:
    said = copy.deepcopy(STRANDS)
    said[0]["redact_message"] = {"role": "user", "content": [{"text": "not to be said"}]}
    said[1]["message"]["metadata"] = {"usage": {"inputTokens": 12, "outputTokens": 3}}
    assert told(said) == [("prompt", "not to be said"), *RUN[1:]]
    assert trace_of(said).attributes["usage"]["inputTokens"] == 12


def test_bare_messages_with_metadata_are_messages_and_no_event() -> None:
    messages = [{**each["message"], "metadata": {"usage": {}}} for each in STRANDS]
    assert opened(messages).format == "bedrock-converse"
    assert told(messages) == RUN


def test_agno_tells_a_run_once_wherever_it_is_kept() -> None:
    row = {"run_id": AGNO["run_id"], "session_id": "s1", "run_type": "agent", "agent_id": "a", "run_data": AGNO}
    session = {"session_id": "s1", "agent_id": "a", "session_data": {}, "runs": [AGNO]}
    for kept in (AGNO, row, [row], session):
        assert opened(kept).format == "agno"
        assert told(kept) == RUN
        assert trace_of(kept).session_id == "s1"
    assert kind_at(AGNO, "$['input']['input_content']") == "prompt"
    assert kind_at(AGNO, "$['tools'][0]['result']") == "tool_result"


def test_what_an_agno_run_has_of_earlier_ones_is_known() -> None:
    more = copy.deepcopy(AGNO)
    for message in more["messages"]:
        message["from_history"] = True
    more["messages"] += [{"role": "user", "content": "and now?"}, {"role": "assistant", "content": "over"}]
    assert told([AGNO, more]) == [*RUN, ("prompt", "and now?"), ("output", "over")]


def test_an_agno_run_without_its_messages_is_told_by_what_is_around_them() -> None:
    run = {name: value for name, value in AGNO.items() if name != "messages"} | {"reasoning_content": "hm"}
    assert told(run) == [*RUN, ("thinking", "hm"), ("output", "done")]


def test_microsofts_frameworks_say_the_same_in_python_and_in_dotnet() -> None:
    response = {"type": "agent_response", "response_id": "r1",
                "messages": AGENT_FRAMEWORK["state"]["in_memory"]["messages"]}  # fmt: skip
    for kept in (AGENT_FRAMEWORK, response, EXTENSIONS_AI, KERNEL_SHARP):
        assert told(kept) == RUN
    thinking = {
        "role": "assistant",
        "contents": [{"$type": "reasoning", "text": "hm"}, {"$type": "error", "message": "no"}],
    }
    assert told([*EXTENSIONS_AI, thinking])[3:] == [("thinking", "hm"), ("error", "no")]
    plugin = copy.deepcopy(KERNEL_SHARP)
    plugin[1]["Items"][0]["PluginName"] = "p"
    assert trace_of(plugin).steps[1].name == "p-f"


def test_each_sample_of_an_evaluation_is_a_trace() -> None:
    log = copy.deepcopy(INSPECT_AI)
    failed = copy.deepcopy(log["samples"][0])
    failed |= {"uuid": "other", "scores": {"includes": {"value": "I", "answer": "x"}}, "error": {"message": "broken"}}
    failed["messages"][2] |= {"content": "", "error": {"type": "timeout", "message": "too slow"}}
    log["samples"].append(failed)
    document = opened(log)
    one, two = document.traces()
    assert [step.content for step in one.steps] == [said for _, said in RUN]
    assert [(step.kind.value, step.name) for step in two.steps][3:] == [("event", "includes"), ("error", "")]
    assert (two.steps[2].content, two.steps[2].attributes) == ("too slow", {"error": True})
    assert one.attributes == {"model": "m"} and (one.started_at, one.ended_at) != ("", "")
    assert [trace.trace_id for trace in opened(document.encode([1])).traces()] == ["other"]


def test_the_history_of_dspys_calls_is_told_once() -> None:
    assert told(DSPY) == RUN
    last = {**DSPY[1], "outputs": ["all good"]}
    assert told([DSPY[0], last]) == [*RUN, ("output", "all good")]
    assert told({**last, "messages": None, "prompt": "hello"}) == [("prompt", "hello"), ("output", "all good")]
    thought = {**DSPY[0], "outputs": [{"text": "ok", "reasoning_content": "hm"}]}
    assert told(thought)[1:] == [("thinking", "hm"), ("output", "ok")]
    assert trace_of(thought).steps[2].path == "$['outputs'][0]"


def test_letta_calls_several_tools_in_a_message() -> None:
    calls = [{"name": name, "arguments": "{}", "tool_call_id": name} for name in ("f", "g")]
    message = {**LETTA[1], "tool_call": calls[0], "tool_calls": calls}
    thought = {**LETTA[0], "message_type": "reasoning_message", "reasoning": "hm"}
    response = {
        "messages": [thought, message],
        "stop_reason": {"stop_reason": "end_turn"},
        "usage": {"total_tokens": 3},
    }
    assert told(response) == [("thinking", "hm"), ("tool_call", {}), ("tool_call", {})]
    assert kind_at(response, "$['messages'][1]['tool_call']['arguments']") == "tool_call"
    assert trace_of(response).attributes == {"usage": {"total_tokens": 3}}


def test_a_message_that_gemini_cli_writes_again_is_the_same_steps() -> None:
    head = {name: value for name, value in GEMINI_CLI.items() if name != "messages"}
    user, answer = GEMINI_CLI["messages"]
    early = {**answer, "toolCalls": [], "tokens": None}
    thoughts = [{"subject": "A plan", "description": "hm", "timestamp": "2026-11-24T08:00:00.500Z"}]
    session = [head, user, early, {"$set": {"lastUpdated": "t"}}, {**answer, "thoughts": thoughts}, {**answer}]
    assert told(lines(session)) == [RUN[0], ("thinking", "A plan: hm"), *RUN[1:]]
    trace = trace_of(lines(session))
    assert trace.attributes == {"model": "m", "usage": {"input_tokens": 12, "output_tokens": 3}}
    assert kind_at(lines(session), "$[5]['toolCalls'][0]['result'][0]") == "tool_result"


def test_a_part_that_grows_is_one_step_of_opencode() -> None:
    info, (text, *_) = OPENCODE["messages"][0]["info"], OPENCODE["messages"][0]["parts"]
    answer, growing = OPENCODE["messages"][1], {**text, "id": "p", "messageID": "msg_2"}
    events = [
        {"type": "message.updated", "properties": {"info": info}},
        {"type": "message.part.updated", "properties": {"part": text}},
        {"type": "message.updated", "properties": {"info": answer["info"]}},
        *[{"type": "message.part.updated", "properties": {"part": {**growing, "text": said}}}
          for said in ("all", "all good")],
        {"type": "message.part.updated", "properties": {"part": answer["parts"][1]}},
        {"type": "message.updated", "properties": {"info": {**answer["info"], "error": {
            "name": "APIError", "data": {"message": "no network"}}}}},
    ]  # fmt: skip
    assert opened(events).format == "opencode"
    assert told(events) == [RUN[0], ("output", "all good"), *RUN[1:], ("error", "no network")]
    assert kind_at(events, "$[3]['properties']['part']['text']") == "output"
    assert told(OPENCODE["messages"]) == RUN


def test_each_result_of_promptfoo_is_a_trace() -> None:
    file = copy.deepcopy(PROMPTFOO)
    (first,) = file["results"]["results"]
    second = {**first, "id": "other", "prompt": {"raw": "why?", "label": "l"}, "response": {"output": "so"},
              "gradingResult": {"pass": False, "reason": "not so"}, "error": "not as it should be"}  # fmt: skip
    file["results"]["results"].append(second)
    one, two = opened(file).traces()
    assert [step.content for step in one.steps] == [said for _, said in RUN]
    assert [(step.kind.value, step.content) for step in two.steps][:3] == [
        ("prompt", "why?"), ("output", "so"), ("error", "not as it should be")
    ]  # fmt: skip
    assert two.steps[3].name == "grade"
    assert [trace.trace_id for trace in opened(lines([first, second])).traces()] == [first["id"], "other"]


def test_a_line_of_bedrocks_log_is_a_trace_in_the_words_of_its_model() -> None:
    streamed = copy.deepcopy(BEDROCK_LOG) | {"requestId": "other", "operation": "InvokeModelWithResponseStream"}
    streamed["input"]["inputBodyJson"] = {"anthropic_version": "v", "messages": MESSAGES[:1]}
    streamed["output"]["outputBodyJson"] = [
        {"type": "message_start", "message": {"id": "m1", "type": "message", "role": "assistant", "content": [],
                                              "usage": {}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "all "}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "good"}},
    ]  # fmt: skip
    failed = copy.deepcopy(BEDROCK_LOG) | {"requestId": "last", "errorCode": "ThrottlingException"}
    failed["input"]["inputBodyJson"] = {"inputText": "hello"}
    document = opened(lines([BEDROCK_LOG, streamed, failed]))
    one, two, three = document.traces()
    assert [step.content for step in one.steps] == [said for _, said in RUN]
    assert [(step.kind.value, step.content) for step in two.steps] == [("prompt", "hello"), ("output", "all good")]
    assert [step.kind.value for step in three.steps] == ["prompt", "error"]
    assert [trace.trace_id for trace in (one, two, three)] == [BEDROCK_LOG["requestId"], "other", "last"]


def _heard(**more: Any) -> dict[str, Any]:
    return {"event_id": "event_9", "item_id": "item_9", "content_index": 0} | more


def test_a_realtime_session_is_told_once_by_all_its_events() -> None:
    answer = {"id": "item_8", "type": "message", "role": "assistant"}
    said = [{"type": "output_audio", "transcript": "all good"}]
    session = {"id": "sess_1", "model": "m", "instructions": "be kind"}
    spoken = {"type": "response.output_audio_transcript.delta", "item_id": "item_8"}
    events = [
        {"type": "session.created", "event_id": "e", "session": session},
        {"type": "session.updated", "event_id": "e", "session": session},
        {"type": "conversation.item.create", "item": {
            "type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}},
        *OPENAI_REALTIME,
        _heard(type="conversation.item.input_audio_transcription.delta", delta="and "),
        _heard(type="conversation.item.input_audio_transcription.completed", transcript="and now?"),
        {"type": "response.output_item.added", "event_id": "e", "response_id": "r", "item": {**answer, "content": []}},
        *[_heard(**spoken, delta=word) for word in ("all ", "good")],
        _heard(type="response.output_audio_transcript.done", item_id="item_8", transcript="all good"),
        {"type": "response.done", "event_id": "e", "response": {
            "object": "realtime.response", "output": [{**answer, "content": said}], "usage": {"total_tokens": 15}}},
        {"type": "error", "event_id": "e", "error": {"type": "invalid_request_error", "message": "no such thing"}},
    ]  # fmt: skip
    assert opened(events).format == "openai-realtime"
    assert told(events) == [
        ("system", "be kind"), *RUN, ("prompt", "and now?"), ("output", "all good"), ("error", "no such thing")
    ]  # fmt: skip
    trace = trace_of(events)
    assert (trace.session_id, trace.attributes) == ("sess_1", {"model": "m", "usage": {"total_tokens": 15}})
    assert kind_at(events, "$[3]['item']['content'][0]['text']") == "prompt"
    assert [len(flow) for flow in opened(events).leaves().flows if isinstance(flow, Stream)] == [2]


def test_a_turn_of_gemini_live_comes_in_pieces() -> None:
    def turn(text: str, **more: Any) -> dict[str, Any]:
        return {"serverContent": {"modelTurn": {"role": "model", "parts": [{"text": text}]}, **more}}

    session = [
        {"setup": {"model": "m", "systemInstruction": {"parts": [{"text": "be kind"}]}}},
        *GEMINI_LIVE, turn("all "), turn("good", turnComplete=True), turn("again", turnComplete=True),
        {"serverContent": {"outputTranscription": {"text": "spoken"}}, "usageMetadata": {"totalTokenCount": 15}},
    ]  # fmt: skip
    assert told(session) == [
        ("system", "be kind"),
        *RUN,
        ("output", "all good"),
        ("output", "again"),
        ("output", "spoken"),
    ]
    assert trace_of(session).attributes == {"model": "m", "usage": {"totalTokenCount": 15}}


def test_turns_of_gemini_live_stay_in_order_in_either_spelling() -> None:
    def asked(text: str) -> dict[str, Any]:
        return {"clientContent": {"turns": [{"role": "user", "parts": [{"text": text}]}], "turnComplete": True}}

    def said(text: str, over: bool = True) -> dict[str, Any]:
        return {"serverContent": {"modelTurn": {"parts": [{"text": text}]}, "turnComplete": over}}

    heard = {"serverContent": {"inputTranscription": {"text": "spoken"}}}
    session = [asked("one"), said("a", over=False), said("b"), asked("two"), said("c"), heard, *GEMINI_LIVE[1:],
               said("d"), {"realtimeInput": {"text": "one"}}, said("c")]  # fmt: skip
    steps = [("prompt", "one"), ("output", "ab"), ("prompt", "two"), ("output", "c"), ("prompt", "spoken"), *RUN[1:],
             ("output", "d"), ("prompt", "one"), ("output", "c")]  # fmt: skip
    printed = json.loads(re.sub(r'"[a-z]+[A-Z]\w+":', lambda name: re.sub("[A-Z]", r"_\g<0>", name[0]).lower(),
                                json.dumps(session)))  # fmt: skip
    nothing = {"setup_complete": None, "usage_metadata": None}
    assert told(session) == told([{**each, **nothing} for each in printed]) == steps


def _chunk(done: bool = False, **more: Any) -> dict[str, Any]:
    return {"model": "m", "created_at": "2026-11-24T08:00:00.000Z", "done": done, **more}


def test_ollamas_chunks_are_one_answer_up_to_the_last() -> None:
    chunks = [_chunk(message={"role": "assistant", "content": "", "thinking": "hm"}),
              *[_chunk(message={"role": "assistant", "content": word}) for word in ("all ", "good")],
              _chunk(True, message={"content": ""}, prompt_eval_count=12, eval_count=3)]  # fmt: skip
    again = [_chunk(response="a"), _chunk(True, response="b", context=[1, 2])]
    run = lines([OLLAMA, *chunks, {"model": "m", "prompt": "more", "system": "be kind"}, *again])
    assert told(run) == [*RUN, ("thinking", "hm"), ("output", "all good"), ("system", "be kind"), ("prompt", "more"),
                         ("output", "ab")]  # fmt: skip
    assert trace_of(run).attributes["usage"] == {"input_tokens": 12, "output_tokens": 3}
    assert opened({"model": "m", "prompt": "hello", "max_tokens": 5}).format == "text-completions"


def test_coheres_plans_are_thinking_and_its_deltas_one_text() -> None:
    def event(type: str, message: Any, **more: Any) -> dict[str, Any]:
        return {"type": type, "delta": {"message": message}, **more}

    stream = [
        event("message-start", {"role": "assistant"}, id="a"),
        *[event("tool-plan-delta", {"tool_plan": word}) for word in ("I ", "will")],
        event("tool-call-start", {"tool_calls": {"id": "c1", "function": {"name": "f", "arguments": ""}}}, index=0),
        *[event("tool-call-delta", {"tool_calls": {"function": {"arguments": piece}}}, index=0)
          for piece in ('{"q": [1, ', '"two"]}')],
        {"type": "tool-call-end", "index": 0},
        {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL", "usage": {"tokens": {"input_tokens": 12}}}},
    ]  # fmt: skip
    assert told(stream) == [("thinking", "I will"), RUN[1]]
    assert trace_of(stream).steps[1].call_id == "c1"
    written = copy.deepcopy(COHERE)
    written["messages"][2]["content"][0]["document"]["data"] = "done"
    assert told(COHERE) == told(written) == RUN
    planned = copy.deepcopy(COHERE)
    planned["messages"][1]["tool_plan"] = "I will"
    assert told(planned) == [RUN[0], ("thinking", "I will"), *RUN[1:]]
    answer = {"id": "a", "finish_reason": "COMPLETE", "message": {"role": "assistant", "content": [
        {"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "all good"}]}}  # fmt: skip
    assert told(answer) == [("thinking", "hm"), ("output", "all good")]


def test_mistrals_conversations_are_streamed_by_entry() -> None:
    at = {"created_at": "2026-11-24T08:00:00Z"}
    stream = [
        {"type": "conversation.response.started", "conversation_id": "conv_1", **at},
        *[{"type": "function.call.delta", "id": "fc1", "name": "f", "tool_call_id": "c1", "arguments": piece, **at}
          for piece in ('{"q": [1, ', '"two"]}')],
        {"type": "message.output.delta", "id": "m1", "content": {
            "type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, **at},
        *[{"type": "message.output.delta", "id": "m1", "content": word, **at} for word in ("all ", "good")],
        {"type": "conversation.response.done", "usage": {"total_tokens": 15}, **at},
    ]  # fmt: skip
    assert told(stream) == [RUN[1], ("thinking", "hm"), ("output", "all good")]
    response = {**MISTRAL, "object": "conversation.response", "outputs": MISTRAL["entries"], "entries": None}
    assert told(response) == RUN
    assert trace_of(stream).session_id == trace_of(response).session_id == "conv_1"


def test_a_body_that_is_text_is_told_as_it_is_after_masking() -> None:
    record = copy.deepcopy(BEDROCK_LOG)
    record["input"]["inputBodyJson"] = "a text that must go"
    document = opened(json.dumps(record).encode())
    leaf = next(at for at, text in enumerate(document.leaves().texts) if text.endswith("must go"))
    document.replace(leaf, Part.VALUE, "MASKED")
    (trace,) = document.traces()
    assert [step.content for step in trace.steps] == ["MASKED"]


def test_tapes_hold_steps_that_agents_define_themselves() -> None:
    tape = copy.deepcopy(TAPE)
    tape["steps"] += [
        {"kind": "question", "content": "where?", "filename": None},
        {"kind": "plan_thought", "plan": ["first"]},
        {"kind": "search_action", "query": "hello"},
        {"kind": "page_observation", "text": "found", "metadata": {}},
        {"kind": "set_next_node", "next_node": "n"},
        {"kind": "call", "agent_name": "other", "content": "go"},
        {"kind": "final_step", "reason": "all good"},
    ]
    assert told(tape) == [
        *RUN, ("prompt", "where?"), ("thinking", ["first"]), ("tool_call", {"query": "hello"}),
        ("tool_result", "found"), ("event", {"agent_name": "other", "content": "go"}), ("output", "all good"),
    ]  # fmt: skip
    steps = trace_of(tape).steps
    assert (steps[5].name, steps[6].name, steps[6].parent) == ("search", "search", 5)
    first, second = opened([tape, {**TAPE, "metadata": {**TAPE["metadata"], "id": "t2"}}]).traces()
    assert (first.trace_id, second.trace_id) == ("t1", "t2")


def test_a_state_says_what_models_answered_once() -> None:
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "ok"}], "id": "m"}
    state = copy.deepcopy(AGENTS_STATE)
    for _ in range(2):
        state["generated_items"].append({"type": "message_output_item", "raw_item": message})
        state["model_responses"].append({"usage": {}, "output": [message]})
    state["session_items"] = state["generated_items"]
    assert told(state) == [*RUN, ("output", "ok"), ("output", "ok")]
    assert kind_at(state, "$['model_responses'][2]['output'][0]['content'][0]['text']") == "output"
    listed = {**state, "original_input": [{"role": "user", "content": "hello"}]}
    assert told(listed) == told(state)


def test_old_histories_are_read_as_new_ones_are() -> None:
    history = [
        {"content": "hello", "action": "message", "images_urls": None, "wait_for_response": False},
        {"action": "run", "command": "ls", "thought": "let me see"},
        {"observation": "run", "content": "a.txt", "command": "ls", "exit_code": 0},
        {"action": "message", "content": "all good"},
    ]
    wanted = [
        ("prompt", "hello"), ("thinking", "let me see"), ("tool_call", {"command": "ls"}), ("tool_result", "a.txt"),
        ("output", "all good"),
    ]  # fmt: skip
    for held in (history, [history[:1], history[1:3], history[3:]]):
        document = {"issue": {"title": "x"}, "instruction": "x", "git_patch": "", "history": held}
        assert opened(document).format == "openhands"
        assert told(document) == wanted
    alone = {"history": [{"role": "system", "content": "be kind", "agent": "main", "message_type": "system_prompt"}]}
    assert opened(alone).format == "swe-agent"
    assert told(alone) == [("system", "be kind")]


def test_a_log_without_samples_is_one_trace() -> None:
    log = {"version": 2, "status": "error", "eval": INSPECT_AI["eval"], "plan": {}, "results": {"scores": []},
           "error": {"message": "broken"}}  # fmt: skip
    assert opened(log).format == "inspect-ai"
    assert told(log) == [("event", {"scores": []}), ("error", "broken")]
    assert trace_of(log).attributes == {"model": "m"}


def test_a_time_that_no_calendar_has_is_no_time() -> None:
    far = 10**400
    message = json.loads(json.dumps(OPENCODE), parse_int=lambda _: far)
    for document in (message, {**AGNO, "created_at": far, "messages": [{**AGNO["messages"][0], "created_at": far}]}):
        assert {step.started_at for step in trace_of(document).steps} == {""}
