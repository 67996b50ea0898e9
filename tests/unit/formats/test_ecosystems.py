"""What programs for TypeScript, the JVM and Go were seen to send: steps are told once, nothing of a value stays in what
is told piece by piece, and nothing is taken for another's."""

from __future__ import annotations

import json
import uuid
from itertools import accumulate
from typing import Any

import pytest

from reticent.detect import Detector
from reticent.formats.document import Document
from reticent.limits import Limits
from reticent.model import Severity
from reticent.policy.rule import Rule

from ...contract.clients import MASTRA
from ...contract.ecosystems import A2A, DOCUMENTS
from ...contract.recorded import FIRST, SECOND, TRACE
from ..redacted import redacted
from .laws import check_read_masked_and_written
from .providers import as_sse
from .test_agents import lines, opened, told, trace_of

RUN = [("prompt", "hello"), ("tool_call", {"q": [1, "two"]}), ("tool_result", "done")]
ARGUMENTS = {"q": [1, "two"]}
DETECTOR = Detector(
    (Rule("key", "K", "secrets", Severity.CRITICAL, r"\bkey_[0-9a-f]{24}\b"),), limits=Limits(), validators={}
)
KEY = f"key_{uuid.uuid4().hex[:24]}"
GIVEN = json.dumps({"q": KEY})
AI_CHUNK = ["langchain_core", "messages", "AIMessageChunk"]


def masked(payload: bytes) -> bytes:
    return redacted(payload, DETECTOR)


def check_nothing_of_the_key_stays(payload: bytes) -> None:
    """Nor six characters of it in a row."""
    found = masked(payload)
    pieces = {KEY[at : at + 6].encode() for at in range(len(KEY) - 5)}
    assert [piece for piece in pieces if piece in payload]
    assert [piece for piece in pieces if piece in found] == []


def cut(said: str, size: int = 7) -> list[str]:
    return [said[at : at + size] for at in range(0, len(said), size)]


# what grows


@pytest.mark.parametrize("write", [lines, as_sse])
@pytest.mark.parametrize("hold", [lambda said: {"soFar": said}, lambda said: {"part": {"args": {"q": said}}}])
def test_what_anybody_tells_again_and_again_is_masked_as_far_as_it_got(write: Any, hold: Any) -> None:
    grown = accumulate(cut(f"the key is {KEY} for now"))
    check_nothing_of_the_key_stays(write([{"n": number, **hold(said)} for number, said in enumerate(grown)]))


def test_what_was_cut_off_long_ago_is_masked_however_long_it_grows() -> None:
    short = [KEY[: 8 + size] for size in range(len(KEY) - 8)]
    grown = [*short, *(f"{KEY} " + "x" * size for size in range(400))]
    check_nothing_of_the_key_stays(lines([{"n": number, "soFar": said} for number, said in enumerate(grown)]))


def test_a_text_that_another_begins_with_by_chance_stays() -> None:
    rows = [{"path": "/home/user"}, {"path": f"/home/user/{KEY}"}]
    assert masked(lines(rows)).split(b"\n")[0] == lines(rows[:1])


# the AI SDK and Mastra


def test_results_of_steps_are_no_log_of_a_gateway() -> None:
    message = {"role": "user", "content": "hello"}
    result = {
        "content": [{"type": "tool-call", "toolCallId": "c1", "toolName": "f", "input": ARGUMENTS},
                    {"type": "tool-result", "toolCallId": "c1", "toolName": "f", "output": "done"}],
        "finishReason": "tool-calls", "usage": {"inputTokens": 12}, "metadata": None,
        "request": {"body": {"model": "m", "input": [message]}}, "response": {"modelId": "m", "body": {}},
    }  # fmt: skip
    assert opened([result]).format == "ai-sdk"
    assert told([result]) == RUN


def test_messages_that_call_nothing_are_the_ai_sdks_by_what_they_tell_its_providers() -> None:
    options = {"providerOptions": {"openai": {"itemId": "i1"}}}
    blocks = [{"type": "reasoning", "text": "hm", **options}, {"type": "text", "text": "fine", **options}]
    assert opened([{"role": "assistant", "content": blocks}]).format == "ai-sdk"
    assert told([{"role": "assistant", "content": blocks}]) == [("thinking", "hm"), ("output", "fine")]


def mastra(kind: str, **payload: Any) -> dict[str, Any]:
    return {"type": kind, "runId": "r1", "from": "AGENT", "payload": payload}


def test_chunks_of_mastra_are_the_events_that_they_hold() -> None:
    call = {"toolCallId": "c1", "toolName": "f"}
    chunks = [
        mastra("start", id="a"), mastra("tool-call-input-streaming-start", **call),
        *(mastra("tool-call-delta", argsTextDelta=piece, **call) for piece in cut(GIVEN)),
        mastra("tool-call", args=json.loads(GIVEN), **call), mastra("tool-result", result="done", args={}, **call),
        *(mastra("text-delta", id="t1", text=piece) for piece in cut(f"it is {KEY}, is it")),
        mastra("finish", output={"usage": {"inputTokens": 12}}),
    ]  # fmt: skip
    assert told(lines(chunks)) == [
        ("tool_call", {"q": KEY}), ("tool_result", "done"), ("output", f"it is {KEY}, is it"),
    ]  # fmt: skip
    check_nothing_of_the_key_stays(lines(chunks))


def test_what_an_agent_of_mastra_gives_is_told_by_its_messages() -> None:
    part = {"type": "tool-invocation", "toolInvocation": {
        "state": "result", "toolCallId": "c1", "toolName": "f", "args": ARGUMENTS, "result": "done"}}  # fmt: skip
    said = {"format": 2, "parts": [{"type": "text", "text": "hello"}]}
    given = {
        "text": "", "finishReason": "stop", "usage": {}, "toolCalls": [mastra("tool-call", **part["toolInvocation"])],
        "messages": [{"id": "m1", "role": "user", "content": said},
                     {"id": "m2", "role": "assistant", "content": {"format": 2, "parts": [part]}}],
    }  # fmt: skip
    assert opened(given).format == "ai-sdk"
    assert told(given) == RUN


def test_what_mastra_abridges_is_told_where_it_is_whole() -> None:
    short = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hm[tool: f]"},
             {"role": "tool", "content": "[tool-result: f]"}]  # fmt: skip
    step = {**MASTRA[1], "id": "s2", "parentSpanId": FIRST, "type": "model_step", "name": "step: 1", "input": short,
            "startTime": "2026-11-24T08:00:03.000Z", "output": {"text": "fine"}}  # fmt: skip
    assert [kind for kind, _ in told([*MASTRA, step])] == ["prompt", "tool_call", "tool_result", "output"]


# LangChain


def langchain(**said: Any) -> dict[str, Any]:
    """A chunk as its package for JavaScript writes it: the type stands in its id."""
    again = [{"index": 0, "function": {"arguments": each["args"]}} for each in said.get("tool_call_chunks", ())]
    kwargs = {"content": "", "tool_call_chunks": [], "id": "m2", "additional_kwargs": {"tool_calls": again}, **said}
    return {"lc": 1, "type": "constructor", "id": AI_CHUNK, "kwargs": kwargs}


def chunks_of_langchain() -> list[dict[str, Any]]:
    named = {"name": "f", "args": "", "id": "c1", "index": 0}
    pieces = [langchain(tool_call_chunks=[{"args": piece, "index": 0}]) for piece in cut(GIVEN)]
    return [langchain(tool_call_chunks=[named]), *pieces]


def test_chunks_of_langchain_for_javascript_are_pieces_of_one_call() -> None:
    streamed = lines([[chunk, {"langgraph_node": "agent"}] for chunk in chunks_of_langchain()])
    assert told(streamed) == [("tool_call", {"q": KEY})]
    (step,) = trace_of(streamed).steps
    assert (step.name, step.call_id) == ("f", "c1")
    check_nothing_of_the_key_stays(streamed)


def test_chunks_in_generations_are_pieces_and_their_texts_say_them_again() -> None:
    texts = [langchain(content=piece) for piece in cut(f"so it is {KEY}, is it")]
    events = [
        {"event": "on_llm_stream", "run_id": "r1", "name": "m",
         "data": {"chunk": {"text": chunk["kwargs"]["content"], "message": chunk}}}
        for chunk in [*chunks_of_langchain(), *texts]
    ]  # fmt: skip
    assert told(lines(events)) == [("tool_call", {"q": KEY}), ("output", f"so it is {KEY}, is it")]
    check_nothing_of_the_key_stays(lines(events))


def test_the_patches_of_a_runs_log_tell_what_was_sent_and_said() -> None:
    def patch(way: str, value: Any) -> dict[str, Any]:
        return {"ops": [{"op": "add", "path": way, "value": value}]}

    human = {"lc": 1, "type": "constructor", "id": [*AI_CHUNK[:2], "HumanMessage"], "kwargs": {"content": "hello"}}
    result = {"lc": 1, "type": "constructor", "id": [*AI_CHUNK[:2], "ToolMessage"],
              "kwargs": {"content": "done", "tool_call_id": "c1"}}  # fmt: skip
    log = [
        patch("", {"id": "r1", "logs": {}}), patch("/logs/prompt/final_output", {"output": [human]}),
        *(patch("/logs/m/streamed_output/-", {"text": "", "message": chunk}) for chunk in chunks_of_langchain()),
        patch("/logs/f/final_output", {"output": result}), patch("/final_output", {"output": "fine"}),
    ]  # fmt: skip
    assert told(lines(log)) == [("prompt", "hello"), ("tool_call", {"q": KEY}), ("tool_result", "done")]
    check_nothing_of_the_key_stays(lines(log))
    assert opened({"ops": [{"op": "add", "path": "/spec/replicas", "value": 1}]}).format == "json"


# protocols of agents


def test_a_task_tells_again_what_its_updates_said_and_is_told_once() -> None:
    at = "2026-11-24T08:00:00.000Z"
    message = {"messageId": "m2", "role": "ROLE_AGENT", "parts": [{"text": "looking"}]}
    status = {"taskId": "t1", "contextId": "s1", "status": {
        "state": "TASK_STATE_WORKING", "timestamp": at, "message": message}}  # fmt: skip
    artifact = {"artifactId": "a1", "parts": [{"text": f"it is {KEY}"}]}
    pieces = [
        {"taskId": "t1", "append": bool(number), "artifact": {"artifactId": "a1", "parts": [{"text": piece}]}}
        for number, piece in enumerate(cut(f"it is {KEY}"))
    ]
    task = {"id": "t1", "status": {"state": "TASK_STATE_COMPLETED", "message": message}, "artifacts": [artifact],
            "history": [{"messageId": "m1", "role": "ROLE_USER", "parts": [{"text": "hello"}]}]}  # fmt: skip
    told_of = [
        {"message": task["history"][0]}, {"statusUpdate": status},
        *({"artifactUpdate": piece} for piece in pieces), {"task": task},
    ]  # fmt: skip
    results = [{"jsonrpc": "2.0", "id": 1, "result": each} for each in told_of]
    for payload in (lines(results), as_sse(results)):
        assert told(payload) == [("prompt", "hello"), ("output", "looking"), ("output", f"it is {KEY}")]
        assert trace_of(payload).steps[1].started_at == at
        check_nothing_of_the_key_stays(payload)


@pytest.mark.parametrize("file", [{"kind": "file", "file": {"mimeType": "image/png", "bytes": "aGVsbG8gd29ybGQh"}},
                                  {"raw": "aGVsbG8gd29ybGQh", "mediaType": "image/png"}])  # fmt: skip
def test_files_that_agents_send_one_another_are_set_apart(file: Any) -> None:
    document = opened({"kind": "message", "messageId": "m1", "role": "user", "parts": [file]})
    assert [blob.data for blob in document.leaves().blobs] == ["aGVsbG8gd29ybGQh"]


def test_what_a_failed_task_says_is_an_error_and_other_rpc_stays_mcps() -> None:
    failed = json.loads(json.dumps(A2A))
    said = {"messageId": "m9", "role": "agent", "parts": [{"kind": "text", "text": "no"}]}
    failed["result"]["status"] = {"state": "failed", "message": said}
    assert told(failed)[-1] == ("error", "no")
    for other in ({"content": [{"type": "text", "text": "done"}]}, {"kind": "task"}, {"message": {"content": "x"}}):
        assert opened({"jsonrpc": "2.0", "id": 1, "result": other}).format == "mcp"


def ag_ui(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more}


def test_a_snapshot_says_again_what_a_front_end_was_sent_in_pieces() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": GIVEN}}
    events = [
        *(ag_ui("REASONING_MESSAGE_CONTENT", messageId="m0", delta=piece) for piece in ("h", "m")),
        ag_ui("TOOL_CALL_START", toolCallId="c1", toolCallName="f"),
        *(ag_ui("TOOL_CALL_ARGS", toolCallId="c1", delta=piece) for piece in cut(GIVEN)),
        ag_ui("TOOL_CALL_RESULT", messageId="m2", toolCallId="c1", content="done"),
        ag_ui("TEXT_MESSAGE_CHUNK", messageId="m3", role="assistant", delta="all "),
        ag_ui("TEXT_MESSAGE_CHUNK", delta="good"),
        ag_ui("MESSAGES_SNAPSHOT", messages=[
            {"id": "m1", "role": "assistant", "toolCalls": [call]},
            {"id": "m2", "role": "tool", "toolCallId": "c1", "content": "done"},
            {"id": "m3", "role": "assistant", "content": "all good"}]),
        ag_ui("STATE_DELTA", delta=[{"op": "add", "path": "/a", "value": 1}]),
        ag_ui("CUSTOM", name="note", value={"a": 1}), ag_ui("RUN_ERROR", message="no"),
    ]  # fmt: skip
    for payload in (lines(events), as_sse(events)):
        assert told(payload) == [
            ("thinking", "hm"), ("tool_call", {"q": KEY}), ("tool_result", "done"), ("output", "all good"),
            ("event", {"a": 1}), ("error", "no"),
        ]  # fmt: skip
        check_nothing_of_the_key_stays(payload)


def test_what_a_front_end_asks_is_told_whole() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": json.dumps(ARGUMENTS)}}
    asked = {
        "threadId": "s1", "runId": "r1", "state": {}, "tools": [], "context": [], "messages": [
            {"id": "m1", "role": "user", "content": "hello"}, {"id": "m2", "role": "assistant", "toolCalls": [call]},
            {"id": "m3", "role": "tool", "toolCallId": "c1", "content": "done"}],
    }  # fmt: skip
    assert opened(asked).format == "ag-ui"
    assert (told(asked), trace_of(asked).session_id) == (RUN, "s1")


@pytest.mark.parametrize("row", [{"type": "CUSTOM", "value": 1}, {"type": "RAW"}, {"type": "RUN_ERROR", "code": 3}])
def test_events_of_such_names_that_are_others_stay_theirs(row: Any) -> None:
    assert opened(row).format == "json"


# Genkit and LlamaIndex


def test_chunks_of_genkit_tell_a_call_again_as_it_grows() -> None:
    def chunk(**part: Any) -> dict[str, Any]:
        return {"role": "model", "index": 0, "content": [part]}

    grown = [chunk(toolRequest={"name": "f", "ref": "c1", "input": {"q": said}}) for said in accumulate(cut(KEY))]
    chunks = [*grown, {"role": "tool", "index": 1, "content": [{"toolResponse": {
        "name": "f", "ref": "c1", "output": "done"}}]}, *(chunk(text=piece) for piece in ("all ", "good"))]  # fmt: skip
    assert told(lines(chunks)) == [("tool_call", {"q": KEY}), ("tool_result", "done"), ("output", "all good")]
    check_nothing_of_the_key_stays(lines(chunks))


def test_messages_of_text_alone_stay_bedrocks() -> None:
    assert opened({"messages": [{"role": "user", "content": [{"text": "hello"}]}]}).format == "bedrock-converse"


def llama(**data: Any) -> dict[str, Any]:
    return {"type": "4", "data": data}


def test_events_of_llama_index_for_typescript_are_told_as_pythons() -> None:
    agent, call = {"currentAgentName": "a"}, {"toolName": "f", "toolKwargs": {"q": KEY}, "toolId": "c1"}
    options = {"toolCall": [{"name": "f", "id": "c1", "input": GIVEN}]}
    answer = {"role": "assistant", "content": f"it is {KEY}"}
    said = cut(answer["content"])
    events = [
        llama(userInput="hello"), llama(input=[{"role": "user", "content": "hello"}], **agent),
        llama(agentName="a", response={"role": "assistant", "content": "", "options": options}, toolCalls=[call]),
        llama(response={"role": "assistant", "content": "", "options": options}, toolCalls=[call], **agent),
        llama(agentName="a", **call), llama(**call, toolOutput={"id": "c1", "result": "done", "isError": False}),
        *(llama(delta=piece, response=so_far, **agent) for piece, so_far in zip(said, accumulate(said), strict=True)),
        llama(agentName="a", response=answer, toolCalls=[]), llama(response=answer, toolCalls=[], **agent),
        llama(message=answer, result=answer["content"], state={}),
    ]  # fmt: skip
    assert told(lines(events)) == [
        ("prompt", "hello"), ("tool_call", {"q": KEY}), ("tool_result", "done"), ("output", f"it is {KEY}"),
    ]  # fmt: skip
    check_nothing_of_the_key_stays(lines(events))


def test_messages_of_llama_index_for_typescript_say_in_their_options_what_they_call() -> None:
    messages = [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "", "options": {"toolCall": [{"name": "f", "id": "c1", "input": ARGUMENTS}]}},
        {"role": "user", "content": "done", "options": {"toolResult": {"id": "c1", "result": "done"}}},
    ]
    assert opened(messages).format == "llama-index"
    assert told(messages) == RUN
    raw = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "fine"}}], "object": "chat.completion"}
    answer = {"message": {"role": "assistant", "content": "fine"}, "raw": raw}
    assert opened(answer).format == "llama-index"
    assert told(answer) == [("output", "fine")]


def test_what_models_answered_an_agent_is_the_agents_sdks() -> None:
    call = {"type": "function_call", "callId": "c1", "name": "f", "arguments": json.dumps(ARGUMENTS)}
    answers = [{"usage": {"requests": 1}, "output": [call], "responseId": "r1", "providerData": {}}]
    assert opened(answers).format == "openai-agents-state"
    assert told(answers) == RUN[1:2]
    assert opened({"usage": {"cpu": 1}, "output": "a", "response_id": 4}).format == "json"


# spans


def span(own: str, name: str, parent: str = "", at: int = 0, **said: Any) -> dict[str, Any]:
    return {
        "traceId": TRACE, "spanId": own, "parentSpanId": parent, "name": name, "kind": 1,
        "startTimeUnixNano": str((10**9 + at) * 10**9), "endTimeUnixNano": str((10**9 + at + 1) * 10**9),
        "attributes": [{"key": key.replace("__", "."), "value": {"stringValue": value}} for key, value in said.items()],
    }  # fmt: skip


def traced(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "s"}, "spans": list(spans)}]}]}


MESSAGES = json.dumps([{"role": "user", "content": "hello"}])


def test_an_agents_own_kinds_of_spans_are_read_as_what_they_are() -> None:
    tool = span(SECOND, "tool.execution:f", FIRST, 2, span__type="tool", tool__name="f", tool__call__id="c1",
                input=json.dumps(ARGUMENTS), output="done")  # fmt: skip
    model = span("00000000000000a3", "llm:generateText", FIRST, 1, span__type="llm", llm__messages=MESSAGES)
    kept = span("00000000000000a4", "memory.write", FIRST, 3, span__type="memory", input=MESSAGES, output='{"saved":1}')
    agent = span(FIRST, "helper", "", 0, entity__type="agent", input="hello", agent__messages=MESSAGES, output="fine",
                 conversation__id="s1")  # fmt: skip
    trace = trace_of(traced(tool, model, kept, agent))
    steps = [(step.kind.value, step.content) for step in trace.steps if step.kind.value != "event"]
    assert steps == [*RUN, ("output", "fine")]
    assert trace.session_id == "s1"


def test_a_span_of_the_ai_sdk_says_its_prompt_whoever_sends_it() -> None:
    around = span(FIRST, "ai.generateText", ai__operationId="ai.generateText", openinference__span__kind="AGENT",
                  ai__prompt='{"system":"be brief","prompt":"hello"}', ai__response__text="fine",
                  **{"llm.input_messages.0.message.role": "system",
                     "llm.input_messages.0.message.content": "be brief"})  # fmt: skip
    assert told(traced(around)) == [("system", "be brief"), ("prompt", "hello"), ("output", "fine")]


def test_calls_that_say_nothing_are_none_and_arguments_may_be_written_twice() -> None:
    prefix = "llm.input_messages.0.message."
    call, own = f"{prefix}tool_calls.0.tool_call.", "llm.output_messages.0.message.tool_calls.0.tool_call."
    spelled = {
        f"{prefix}role": "user", f"{prefix}contents.0.message_content.type": "text",
        f"{prefix}contents.0.message_content.text": "hello", f"{own}id": "c1", f"{own}function.name": "f",
        f"{own}function.arguments": json.dumps(json.dumps(ARGUMENTS)),
    }  # fmt: skip
    model = span(FIRST, "m", openinference__span__kind="LLM", **spelled)
    model["attributes"] += [{"key": f"{call}{name}", "value": {}} for name in ("id", "function.name")]
    assert told(traced(model)) == RUN[:2]
    blank = {"role": "assistant", "content": "fine", "tool_calls": None, "function_call": {"name": "", "arguments": ""}}
    assert told({"choices": [{"index": 0, "message": blank}], "object": "chat.completion"}) == [("output", "fine")]


def test_what_refers_to_an_item_and_what_marks_a_place_say_nothing() -> None:
    asked = [{"role": "user", "content": "hello"}, {"type": "item_reference", "id": "rs_1"}]
    assert told({"model": "m", "input": asked}) == [("prompt", "hello")]
    parts = [{"role": "tool", "parts": []}, {"role": "user", "parts": [{"type": "text", "content": "hello"}]}]
    model = span(FIRST, "chat m", gen_ai__operation__name="chat", **{"gen_ai.input.messages": json.dumps(parts)})
    assert told(traced(model)) == [("prompt", "hello")]


def test_a_call_that_has_an_id_once_it_is_sent_again_is_told_once() -> None:
    def contents(*parts: Any) -> str:
        return json.dumps({"contents": [{"role": role, "parts": [part]} for role, part in parts]})

    asked = ("user", {"text": "hello"})
    call = {"name": "f", "args": ARGUMENTS}
    gave = ("user", {"functionResponse": {"id": "c1", "name": "f", "response": {"result": "done"}}})
    answer = {"content": {"role": "model", "parts": [{"functionCall": call}]}}
    first = span(FIRST, "call_llm", at=0, **{"input.value": contents(asked), "openinference.span.kind": "LLM",
                                             "output.value": json.dumps({"candidates": [answer]})})  # fmt: skip
    tool = span(SECOND, "f", at=2, **{"openinference.span.kind": "TOOL", "tool.name": "f", "output.value": "done",
                                      "input.value": json.dumps(ARGUMENTS)})  # fmt: skip
    again = contents(asked, ("model", {"functionCall": {**call, "id": "c1"}}), gave)
    second = span("00000000000000a3", "call_llm", at=4, **{"input.value": again, "openinference.span.kind": "LLM",
                                                           "output.value": "fine"})  # fmt: skip
    trace = trace_of(traced(first, tool, second))
    assert [(step.kind.value, step.call_id) for step in trace.steps] == [
        ("prompt", ""), ("tool_call", "c1"), ("tool_result", "c1"), ("output", ""),
    ]  # fmt: skip


def test_an_answer_that_says_again_what_was_sent_is_told_once() -> None:
    sent = {"messages": [{"role": "system", "content": [{"text": "be brief"}]},
                         {"role": "user", "content": [{"text": "hello"}]}]}  # fmt: skip
    gave = {"request": sent, "message": {"role": "model", "content": [{"text": "fine"}]}}
    attributes = {
        "genkit:metadata:subtype": "model",
        "genkit:input": json.dumps(sent),
        "genkit:output": json.dumps(gave),
    }
    trace = {"traceId": TRACE, "spans": {FIRST: {
        "spanId": FIRST, "displayName": "m", "startTime": 1, "endTime": 2, "attributes": attributes}}}  # fmt: skip
    assert told(trace) == [("system", "be brief"), ("prompt", "hello"), ("output", "fine")]


# whatever stands in them


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, [None], {"a": 1}])
def test_whatever_stands_in_them_they_are_read_or_refused(name: str, wrong: Any) -> None:
    for place in places(DOCUMENTS[name]):
        tree = json.loads(json.dumps(DOCUMENTS[name]))
        node = tree
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = wrong

        def made(payload: bytes = json.dumps(tree).encode()) -> Document:
            return opened(payload, name.partition(" ")[0])

        check_read_masked_and_written(made)


def places(node: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = [(*way, key) for key, _ in inner]
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return found + [each for key, child in pairs for each in places(child, (*way, key))]


def test_a_method_that_is_no_text_is_no_agents() -> None:
    for method in ({}, [], None, 7):
        assert opened({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}).format != "a2a"
