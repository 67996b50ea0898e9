"""What several spans say of one thing is one step: calls under other ids, sums of calls, errors that go up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace

from ...contract.recorded import attributes, resource, spans

CALL, GAVE = {"who": "Ann"}, '{"place": "home"}'
SAID = [
    ("system", "be brief"), ("prompt", "where is Ann?"), ("output", "one moment"), ("tool_call", CALL),
    ("tool_result", GAVE), ("output", "at home"),
]  # fmt: skip
RULES = [{"type": "text", "content": "be brief"}]
ASKED = {"role": "user", "parts": [{"type": "text", "content": "where is Ann?"}]}
LAST = [{"role": "assistant", "parts": [{"type": "text", "content": "at home"}]}]
KIND = "openinference.span.kind"


def trace_of(*nodes: Mapping[str, Any]) -> Trace:
    payload = json.dumps({"resourceSpans": [resource(*nodes)]}).encode()
    (trace,) = open_document(payload, content_type=None, forced=None, limits=Limits()).traces()
    return trace


def told(trace: Trace) -> list[tuple[str, Any]]:
    return [(step.kind.value, step.content) for step in trace.steps if step.kind.value != "event"]


def answered(call_id: str) -> dict[str, Any]:
    parts = [
        {"type": "text", "content": "one moment"},
        {"type": "tool_call", "id": call_id, "name": "find", "arguments": CALL},
    ]
    return {"role": "assistant", "parts": parts}


def result(call_id: str) -> dict[str, Any]:
    return {"role": "tool", "parts": [{"type": "tool_call_response", "id": call_id, "response": GAVE}]}


def chat(sent: list[Any], gave: list[Any]) -> dict[str, Any]:
    return {"gen_ai.operation.name": "chat", "gen_ai.system_instructions": json.dumps(RULES),
            "gen_ai.input.messages": json.dumps(sent), "gen_ai.output.messages": json.dumps(gave)}  # fmt: skip


def tool(call_id: str = "") -> dict[str, Any]:
    named = {"gen_ai.tool.call.id": call_id} if call_id else {}
    return {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find", **named,
            "gen_ai.tool.call.arguments": json.dumps(CALL), "gen_ai.tool.call.result": GAVE}  # fmt: skip


@pytest.mark.parametrize(("first", "ran", "again", "back"), [
    ("c1", "c1", "c1", "c1"), ("c1", "", "i1", "c1"), ("c1", "", "i1", "i1"), ("c1", "t1", "c1", "c1"),
    ("c1", "t1", "c1", "r1"), ("", "", "c1", "c1"), ("c1", "t1", "i1", "r1"),
])  # fmt: skip
def test_a_call_is_one_whatever_ids_the_model_its_tool_and_the_history_give_it(
    first: str, ran: str, again: str, back: str
) -> None:
    later = chat([ASKED, answered(again), result(back)], LAST)
    trace = trace_of(*spans(chat([ASKED], [answered(first)]), tool(ran), later))
    assert told(trace) == SAID
    (call,) = [step for step in trace.steps if step.kind.value == "tool_call"]
    (gave,) = [step for step in trace.steps if step.kind.value == "tool_result"]
    assert gave.parent == call.seq and gave.call_id == call.call_id != ""


def test_a_call_that_is_made_twice_is_two_whatever_their_ids() -> None:
    twice = chat([ASKED, answered("c1"), result("c1"), answered("c2"), result("c2")], LAST)
    trace = trace_of(*spans(chat([ASKED], [answered("c1")]), tool("c1"), twice))
    assert [kind for kind, _ in told(trace)].count("tool_call") == 2
    alone = trace_of(*spans(tool(), tool()))
    assert [kind for kind, _ in told(alone)] == ["tool_call", "tool_result"] * 2


def test_a_tools_span_behind_the_messages_that_tell_of_it_adds_nothing() -> None:
    whole = chat([ASKED, answered("c1"), result("c1")], LAST)
    assert told(trace_of(*spans(whole, tool()))) == SAID


def test_a_call_that_only_its_tool_told_is_the_one_that_is_sent_later() -> None:
    unanswered = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": json.dumps([ASKED])}
    later = chat([ASKED, answered("c1"), result("c1")], LAST)
    kinds = [kind for kind, _ in told(trace_of(*spans(unanswered, tool(), later)))]
    assert kinds.count("tool_call") == kinds.count("tool_result") == 1


def test_a_result_that_is_a_text_and_the_answer_to_a_call_is_one() -> None:
    both = {"role": "tool", "parts": [{"type": "text", "content": GAVE}, *result("c1")["parts"]]}
    assert told(trace_of(*spans(chat([ASKED, answered("c1"), both], LAST)))) == SAID


def test_instructions_that_stand_among_the_messages_too_are_one() -> None:
    system = {"role": "system", "parts": RULES}
    assert told(trace_of(*spans(chat([system, ASKED], LAST)))) == [SAID[0], SAID[1], SAID[-1]]


def test_a_call_in_the_words_of_an_older_generation_is_told_beside_texts_of_the_newest() -> None:
    texts = [{"role": "assistant", "parts": [{"type": "text", "content": "one moment"}]}]
    old = {"gen_ai.completion.0.function_call.name": "find", "gen_ai.completion.0.function_call.arguments": '{"q": 1}'}
    assert told(trace_of(*spans({**chat([ASKED], texts), **old})))[-2:] == [("output", "one moment"),
                                                                           ("tool_call", {"q": 1})]  # fmt: skip


def test_thinking_of_bedrock_in_a_text_of_json_is_thinking() -> None:
    packed = json.dumps({"reasoningContent": {"reasoningText": {"text": "look it up", "signature": "c2ln"}}})
    gave = [{"role": "assistant", "parts": [{"type": "text", "content": packed}, *LAST[0]["parts"]]}]
    assert told(trace_of(*spans(chat([ASKED], gave))))[-2:] == [("thinking", "look it up"), ("output", "at home")]
    quoted = [{"role": "assistant", "parts": [{"type": "text", "content": '{"reasoningContent": 1}'}]}]
    assert told(trace_of(*spans(chat([ASKED], quoted))))[-1] == ("output", '{"reasoningContent": 1}')


def details(name: str, value: Any) -> dict[str, Any]:
    return {"name": "gen_ai.client.inference.operation.details", "attributes": attributes({name: json.dumps(value)})}


def test_sides_of_a_call_that_events_tell_one_by_one_are_one_call() -> None:
    rules, sent = "gen_ai.system_instructions", "gen_ai.input.messages"
    run, model, cycle = spans({"gen_ai.operation.name": "invoke_agent"}, {"gen_ai.operation.name": "chat"}, tool("c1"))
    model["events"] = [details(rules, RULES), details(sent, [ASKED]), details("gen_ai.output.messages", LAST)]
    assert told(trace_of(model)) == [SAID[0], SAID[1], SAID[-1]]
    run["endTimeUnixNano"] = model["endTimeUnixNano"]
    run["events"] = [details(sent, [ASKED]), details("gen_ai.output.messages", [
        {"role": "assistant", "parts": [{"type": "text", "content": "at home\n"}]}])]  # fmt: skip
    assert told(trace_of(model, run)) == [SAID[0], SAID[1], SAID[-1]]
    cycle["events"] = [details(sent, [{"role": "tool", "parts": answered("c1")["parts"][1:]}]),
                       details("gen_ai.output.messages", [result("c1")])]  # fmt: skip
    assert [(step.kind.value, step.content) for step in trace_of(cycle).steps] == SAID[3:5]


def test_what_a_tool_was_given_and_gave_in_events_is_its_call_and_its_result() -> None:
    (ran,) = spans({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find", "gen_ai.tool.call.id": "c1"})
    ran["events"] = [
        {"name": "gen_ai.tool.message", "attributes": attributes({"role": "tool", "content": json.dumps(CALL)})},
        {"name": "gen_ai.choice", "attributes": attributes({"id": "c1", "message": json.dumps([{"text": GAVE}])})},
    ]
    trace = trace_of(ran)
    assert [(step.kind.value, step.content, step.call_id) for step in trace.steps] == [
        ("tool_call", CALL, "c1"), ("tool_result", GAVE, "c1")]  # fmt: skip


def test_a_text_of_openinference_that_is_the_content_and_one_of_the_contents_is_one() -> None:
    prefix = "llm.output_messages.0.message"
    values = {KIND: "LLM", f"{prefix}.role": "assistant", f"{prefix}.content": "at home",
              f"{prefix}.contents.0.message_content.type": "text",
              f"{prefix}.contents.0.message_content.text": "at home"}  # fmt: skip
    assert told(trace_of(*spans(values))) == [("output", "at home")]
    other = {**values, f"{prefix}.content": "in short: at home"}
    assert told(trace_of(*spans(other))) == [("output", "in short: at home"), ("output", "at home")]


def test_thinking_that_only_the_providers_own_words_say_is_told() -> None:
    prefix = "llm.output_messages.0.message"
    answer = {"role": "assistant", "content": "at home", "reasoning_content": "look it up"}
    values = {KIND: "LLM", f"{prefix}.role": "assistant", f"{prefix}.content": "at home",
              "output.value": json.dumps({"choices": [{"index": 0, "message": answer}]})}  # fmt: skip
    assert told(trace_of(*spans(values))) == [("thinking", "look it up"), ("output", "at home")]


def test_what_langfuse_says_was_asked_is_told_where_openinference_says_only_the_answer() -> None:
    prefix = "llm.output_messages.0.message"
    asked = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "where is Ann?"}]
    values = {KIND: "LLM", f"{prefix}.role": "assistant", f"{prefix}.content": "at home",
              "langfuse.observation.input": json.dumps(asked)}  # fmt: skip
    assert told(trace_of(*spans(values))) == [SAID[0], SAID[1], SAID[-1]]


def test_what_a_command_of_langgraph_changes_is_told_by_the_model_that_said_it() -> None:
    prefix = "llm.output_messages.0.message"
    model = {KIND: "LLM", f"{prefix}.role": "assistant", f"{prefix}.content": "at home"}
    message = {"type": "ai", "data": {"content": "at home", "type": "ai"}}
    command = [{"graph": None, "update": {"messages": [message]}, "resume": None, "goto": []}]
    node = {KIND: "CHAIN", "llm.input_messages.0.message.role": "user",
            "llm.input_messages.0.message.content": "where is Ann?", "output.value": json.dumps(command)}  # fmt: skip
    outer, inner = spans(node, model)
    outer["endTimeUnixNano"] = inner["endTimeUnixNano"]
    assert told(trace_of(inner, outer)) == [("prompt", "where is Ann?"), ("output", "at home")]


def test_documents_of_a_retriever_that_openllmetry_names_are_a_retrieval() -> None:
    found = {"documents": [{"page_content": "Ann lives at home"}], "count": 1}
    (node,) = spans({"traceloop.entity.name": "Notes", "traceloop.entity.input": '{"query": "Ann"}',
                     "traceloop.entity.output": json.dumps(found)})  # fmt: skip
    node["name"] = "vector_db_retrieve Notes"
    (step,) = trace_of(node).steps
    assert (step.kind.value, step.content, step.attributes) == ("retrieval", found["documents"], {"query": "Ann"})


@pytest.mark.parametrize(("inner", "outer"), [
    ("ValueError('no Ann')Traceback (most recent call last):\n  File a\nValueError: no Ann",
     "ValueError('no Ann')Traceback (most recent call last):\n  File b\n  File a\nValueError: no Ann"),
    ("Error getting response: {'error': 'no Ann'}", "Error in agent run: {'error': 'no Ann'}"),
    ("{'message': 'Error getting response', 'data': {'error': 'no Ann'}}",
     "{'message': 'Error in agent run', 'data': {'error': 'no Ann'}}"),
])  # fmt: skip
def test_an_error_that_goes_up_is_one_however_each_span_words_it(inner: str, outer: str) -> None:
    above, below = spans({}, {})
    above["endTimeUnixNano"] = below["endTimeUnixNano"]
    below["status"], above["status"] = {"code": 2, "message": inner}, {"code": 2, "message": outer}
    assert told(trace_of(below, above)) == [("error", inner)]
    other = {**above, "status": {"code": 2, "message": outer.replace("Ann", "Bea")}}
    assert [kind for kind, _ in told(trace_of(below, other))] == ["error", "error"]


def test_an_error_of_openais_agents_says_what_went_wrong_once() -> None:
    def span(number: int, parent: str | None, about: str) -> dict[str, Any]:
        error = {"message": about, "data": {"error": "no Ann"}}
        return {"object": "trace.span", "id": f"s{number}", "trace_id": "t1", "parent_id": parent, "error": error,
                "started_at": f"2026-11-24T08:00:0{number}Z", "ended_at": "2026-11-24T08:00:09Z",
                "span_data": {"type": "agent", "name": "helper"}}  # fmt: skip

    document = [span(0, None, "Error in agent run"), span(1, "s0", "Error getting response")]
    payload = json.dumps({"data": document}).encode()
    (trace,) = open_document(payload, content_type=None, forced=None, limits=Limits()).traces()
    assert told(trace) == [("error", "no Ann")]


PIECES = ["Ann's number is 8", "15 04", "7 and she", " is at home"]


def sent_again(parts: list[Any]) -> list[Any]:
    return [
        ASKED,
        {"role": "assistant", "parts": parts},
        {"role": "user", "parts": [{"type": "text", "content": "ok"}]},
    ]


def test_a_text_that_is_sent_again_in_the_pieces_in_which_it_came_is_one() -> None:
    whole = "".join(PIECES)
    answer = [{"role": "assistant", "parts": [{"type": "text", "content": whole}]}]
    again = sent_again([{"type": "text", "content": piece} for piece in PIECES])
    trace = trace_of(*spans(chat([ASKED], answer), chat(again, LAST)))
    assert told(trace) == [SAID[0], SAID[1], ("output", whole), ("prompt", "ok"), SAID[-1]]
    assert len(next(step for step in trace.steps if step.content == whole).further) == len(PIECES)


def test_a_value_that_was_masked_in_each_of_its_pieces_is_the_one_that_was_masked_whole() -> None:
    place = "[REDACTED:phone:abcdefgh]"
    answer = [{"role": "assistant", "parts": [{"type": "text", "content": f"call {place} now"}]}]
    again = sent_again([{"type": "text", "content": text} for text in (f"call {place}", place, " now")])
    assert told(trace_of(*spans(chat([ASKED], answer), chat(again, LAST))))[2:] == [
        ("output", f"call {place} now"), ("prompt", "ok"), SAID[-1]]  # fmt: skip


def test_an_answer_of_cohere_and_a_chunk_of_sglang_that_hold_something_else_are_read_all_the_same() -> None:
    answer = {"id": "c1", "message": None, "finish_reason": "COMPLETE"}
    chunks = [{"text": text, "meta_info": {"id": "m1", "finish_reason": None}} for text in ("hello", None, "hello you")]
    for document in (answer, chunks):
        opened = open_document(json.dumps(document).encode(), content_type=None, forced=None, limits=Limits())
        assert opened.leaves().texts and opened.traces()


def read(document: Any) -> tuple[str, list[Trace]]:
    opened = open_document(json.dumps(document).encode(), content_type=None, forced=None, limits=Limits())
    opened.leaves()
    return opened.format, list(opened.traces())


def test_all_texts_of_a_run_of_agno_that_its_end_says_again_are_those_that_were_said() -> None:
    def event(name: str, **more: Any) -> dict[str, Any]:
        return {"event": name, "run_id": "r1", "agent_id": "a1", **more}

    tool_of = {"tool_call_id": "c1", "tool_name": "find", "tool_args": CALL, "result": GAVE}
    events = [event("RunContent", content="one "), event("RunContent", content="moment"),
              event("ToolCallCompleted", tool=tool_of), event("RunContent", content="at home")]  # fmt: skip
    for last in ("one momentat home", "at home"):
        name, (trace,) = read([*events, event("RunCompleted", content=last)])
        assert name == "agno-events" and told(trace) == SAID[2:]
    name, (trace,) = read([*events, event("RunCompleted", content="well")])
    assert told(trace) == [*SAID[2:5], ("output", "well")]


def test_scores_that_langfuses_client_sends_are_no_spans_of_zipkin() -> None:
    score = {"id": "s1", "traceId": "0" * 31 + "1", "name": "quality", "value": 1.5, "comment": "good",
             "timestamp": "2026-11-24T08:00:00Z"}  # fmt: skip
    for document in (score, [score]):
        name, (trace,) = read(document)
        assert (name, trace.trace_id) == ("langfuse", score["traceId"])
        assert [(step.kind.value, step.name) for step in trace.steps] == [("event", "quality")]


def test_a_call_that_is_logged_to_helicone_by_hand_is_told() -> None:
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "at home"}}], "model": "m"}
    asked = {"model": "m", "messages": [{"role": "user", "content": "where is Ann?"}]}
    name, (trace,) = read({"providerRequest": {"url": "https://api.example", "json": asked, "meta": {}},
                           "providerResponse": {"json": answer, "status": 200, "headers": {}},
                           "timing": {"startTime": {"seconds": 1}}})  # fmt: skip
    assert name == "helicone" and told(trace) == [SAID[1], SAID[-1]]


def test_messages_as_python_prints_them_are_told_by_the_call_that_they_are_made_for() -> None:
    printed = {"chat_history": ["ChatMessage(role=<MessageRole.USER: 'user'>, blocks=[TextBlock(text='where')])"]}
    (trace,) = read({"resourceSpans": [resource(*spans({KIND: "LLM", "input.value": json.dumps(printed)}))]})[1]
    assert [step.kind.value for step in trace.steps] == ["event"]


def test_what_a_tool_of_llamaindex_gave_is_what_its_blocks_say() -> None:
    gave = {"blocks": [{"text": GAVE}], "tool_name": "find", "raw_input": {"kwargs": CALL}, "raw_output": GAVE}
    values = {KIND: "TOOL", "tool.name": "find", "input.value": json.dumps({"kwargs": CALL}),
              "output.value": json.dumps(gave)}  # fmt: skip
    assert told(trace_of(*spans(values))) == SAID[3:5]


def test_what_an_agent_of_a_crew_is_gives_no_prompt_where_its_messages_say_all() -> None:
    messages = [{"role": "user", "content": "where is Ann?"}, {"role": "assistant", "content": "at home"}]
    values = {KIND: "AGENT", "input.value": json.dumps({"agent": {"role": "finder"}, "task": {"description": "find"}}),
              "output.value": json.dumps({"raw": "at home", "messages": messages})}  # fmt: skip
    assert told(trace_of(*spans(values))) == [SAID[1], SAID[-1]]


def test_a_message_of_sentrys_client_in_an_answers_text_is_that_message() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": json.dumps(CALL)}}
    said = {"role": "assistant", "content": "one moment", "refusal": "None", "audio": "None", "tool_calls": call}
    values = {"gen_ai.operation.name": "chat", "gen_ai.request.messages": json.dumps([ASKED]),
              "gen_ai.response.text": json.dumps(said)}  # fmt: skip
    assert told(trace_of(*spans(values))) == SAID[1:4]
