"""What builders of flows and chats keep and stream, protocols between agents carry and hooks are told has its steps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent import Scanner
from reticent.formats.document import Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace

from ...contract import flows


def events(*documents: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in documents)


def read(document: Any, format: str) -> Trace:
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    media = "text/event-stream" if format == "sse" else None
    opened = open_document(payload, content_type=media, forced=None, limits=Limits())
    assert opened.format == format
    (trace,) = opened.traces()
    return trace


def told(trace: Trace) -> list[tuple[str, Any]]:
    return [(step.kind.value, step.content) for step in trace.steps]


@pytest.mark.parametrize("name", flows.OTHERWISE)
def test_a_run_has_its_steps(name: str) -> None:
    trace = read(flows.FIXTURES[name], name.partition(" ")[0])
    assert [step.kind.value for step in trace.steps] == flows.OTHERWISE[name]


# hooks


def test_a_hook_before_a_tool_and_the_one_after_it_say_one_call() -> None:
    used = {"tool_name": "f", "tool_input": {"a": 1}}
    twice = [flows.hook("BeforeTool", **used), flows.hook("AfterTool", **used, tool_response={"llmContent": "one"})]
    trace = read([*twice, *twice], "agent-hooks")
    assert told(trace) == [("tool_call", {"a": 1}), ("tool_result", "one")] * 2
    assert [step.parent for step in trace.steps] == [None, 0, None, 2]
    assert trace.steps[0].further == ["$[1]['tool_input']"]


def test_what_ends_a_turn_says_again_what_began_it_and_what_is_asked_twice_is_two() -> None:
    turn = [flows.hook("BeforeAgent", prompt="go on"), flows.hook("AfterAgent", prompt="go on", prompt_response="ok")]
    assert told(read([*turn, *turn], "agent-hooks")) == [("prompt", "go on"), ("output", "ok")] * 2
    failed = flows.hook("PostToolUseFailure", tool_name="f", tool_input={}, tool_use_id="c", error="no")
    trace = read([failed, flows.hook("Notification", message="wait"), flows.hook("SessionEnd", reason="x")],
                 "agent-hooks")  # fmt: skip
    assert told(trace) == [("tool_call", {}), ("tool_result", "no"), ("event", "wait")]
    assert trace.steps[1].attributes == {"error": True}


def test_hooks_of_editors_name_what_is_done() -> None:
    def cursor(event: str, **more: Any) -> dict[str, Any]:
        return {"conversation_id": "s1", "generation_id": "g", "hook_event_name": event, "workspace_roots": [], **more}

    trace = read([cursor("beforeSubmitPrompt", prompt="hello"), cursor("afterShellExecution", command="x", output="y"),
                  cursor("afterFileEdit", file_path="/a", edits=[{"old_string": "b", "new_string": "c"}]),
                  cursor("beforeReadFile", file_path="/a", content="d"), cursor("afterAgentThought", text="hm"),
                  cursor("afterAgentResponse", text="well")], "agent-hooks")  # fmt: skip
    edit = {"file_path": "/a", "edits": [{"old_string": "b", "new_string": "c"}]}
    assert told(trace) == [("prompt", "hello"), ("tool_call", "x"), ("tool_result", "y"), ("tool_call", edit),
                           ("tool_call", {"file_path": "/a", "content": "d"}), ("thinking", "hm"),
                           ("output", "well")]  # fmt: skip
    assert [step.name for step in trace.steps if step.name] == ["ShellExecution", "ShellExecution", "FileEdit",
                                                                "ReadFile"]  # fmt: skip
    asked = {"timestamp": 1764000000000, "cwd": "/srv", "sessionId": "s1", "prompt": "hello"}
    used = {"timestamp": 1764000000000, "cwd": "/srv", "sessionId": "s1", "toolName": "bash", "toolArgs": "{\"a\": 1}",
            "toolResult": {"resultType": "success", "textResultForLlm": "done"}}  # fmt: skip
    told_ = read([asked, used], "agent-hooks")
    assert told(told_) == [("prompt", "hello"), ("tool_call", {"a": 1}), ("tool_result", "done")]
    assert told_.steps[0].started_at == "2025-11-24T16:00:00.000Z"


# builders of flows


def test_a_message_of_langflow_that_grows_is_one_step() -> None:
    def event(kind: str, **data: Any) -> dict[str, Any]:
        return {"event": kind, "data": data}

    source = flows.message("User", "m1", "hello")
    halves = [event("token", chunk=each, id="m2", timestamp=source["timestamp"]) for each in ("we", "ll")]
    given = {"type": "text", "header": {"title": "Input"}, "text": "hello"}
    shown = {**flows.TOOL_USED, "output": None}
    growing = [
        event("add_message", **flows.message("Machine", "m2", "", given, each)) for each in (shown, flows.TOOL_USED)
    ]
    whole = event("add_message", **flows.message("Machine", "m2", "well", given, flows.TOOL_USED))
    ends = event("end", result={"session_id": "s1", "outputs": []})
    trace = read(b"\n".join(json.dumps(each).encode() for each in (event("add_message", **source), *growing, *halves,
                                                                    whole, ends)), "jsonl")  # fmt: skip
    assert told(trace) == [("prompt", "hello"), ("tool_call", {"q": [1, "two"]}), ("tool_result", "done"),
                           ("output", "well")]  # fmt: skip
    assert (trace.session_id, trace.attributes["model"]) == ("s1", "m")
    assert trace.steps[0].started_at == "2026-11-24T08:00:00Z"
    asked = [flows.message("User", own, "yes") for own in ("m1", "m3")]
    assert told(read([asked[0], flows.message("Machine", "m2", "ok"), asked[1]], "langflow")) == [
        ("prompt", "yes"), ("output", "ok"), ("prompt", "yes")]  # fmt: skip
    failed = {**flows.message("Machine", "m4", "it broke"), "error": True, "category": "error"}
    assert told(read(failed, "langflow")) == [("error", "it broke")]


def test_a_stream_of_flowise_is_one_answer_behind_its_question() -> None:
    used = [{"tool": "f", "toolInput": {"a": 1}, "toolOutput": "done"}]
    stream = events(
        {"event": "start", "data": ""}, {"event": "token", "data": "we"}, {"event": "token", "data": "ll"},
        {"event": "usedTools", "data": used}, {"event": "sourceDocuments", "data": [{"pageContent": "page"}]},
        {"event": "metadata", "data": {"chatId": "s1", "chatMessageId": "m", "question": "hello"}},
        {"event": "error", "data": "no"}, {"event": "end", "data": "[DONE]"},
    )  # fmt: skip
    trace = read(stream, "sse")
    assert told(trace) == [("prompt", "hello"), ("output", "well"), ("tool_call", {"a": 1}), ("tool_result", "done"),
                           ("retrieval", {"pageContent": "page"}), ("error", "no")]  # fmt: skip
    assert trace.session_id == "s1"
    asked = {"question": "hello", "overrideConfig": {"sessionId": "s1"}, "history": [
        {"role": "userMessage", "content": "hi"}, {"role": "apiMessage", "content": "yes?"}]}  # fmt: skip
    assert told(read(asked, "flowise")) == [("prompt", "hi"), ("output", "yes?"), ("prompt", "hello")]


# chats of applications


def test_a_model_of_chainlit_says_what_messages_say() -> None:
    def generation(*sent: str, said: str) -> dict[str, Any]:
        messages = [{"role": "user", "content": each} for each in sent]
        return {"type": "CHAT", "model": "m", "messages": messages, "messageCompletion": {
            "role": "assistant", "content": said}}  # fmt: skip

    steps = [
        flows.step("user_message", "1", output="go on"),
        flows.step("llm", "2", generation=generation("go on", said="ok")),
        flows.step("assistant_message", "3", output="ok"),
        flows.step("user_message", "4", output={"content": "go on"}),
        flows.step("retrieval", "5", input="q", output=["page"]), flows.step("run", "6", name="on_message"),
        flows.step("assistant_message", "7", output="ok"), flows.step("tool", "8", name="f", output="no", isError=True),
    ]  # fmt: skip
    trace = read(steps, "chainlit")
    assert told(trace) == [("prompt", "go on"), ("output", "ok"), ("prompt", "go on"), ("retrieval", ["page"]),
                           ("output", "ok"), ("tool_call", {}), ("tool_result", "no")]  # fmt: skip
    assert trace.steps[6].attributes == {"error": True}
    assert (trace.session_id, trace.attributes["model"], trace.steps[0].started_at) == ("s1", "m", flows.AT[0])


def test_what_chatkit_streams_is_told_once_and_its_thoughts_are_thinking() -> None:
    def update(**more: Any) -> dict[str, Any]:
        return {"type": "thread.item.updated", "item_id": "i2", "update": more}

    part = {"type": "output_text", "text": "well", "annotations": []}
    answer = flows.item("assistant_message", 2, content=[part])
    tasks = [{"type": "thought", "title": "Thinking", "content": "hm"}, {"type": "web_search", "queries": ["q"]}]
    work = flows.item("workflow", 1, workflow={"type": "reasoning", "summary": None, "expanded": False, "tasks": tasks})
    deltas = [
        update(type="assistant_message.content_part.text_delta", content_index=0, delta=each) for each in ("we", "ll")
    ]
    trace = read(events(
        {"type": "thread.item.done", "item": work}, {"type": "thread.item.added", "item": {**answer, "content": []}},
        *deltas, update(type="assistant_message.content_part.done", content_index=0, content=part),
        {"type": "thread.item.done", "item": answer},
        {"type": "error", "code": "custom", "message": "no", "allow_retry": True},
    ), "sse")  # fmt: skip
    assert told(trace) == [("thinking", "hm"), ("event", {"queries": ["q"]}), ("output", "well"), ("error", "no")]
    assert trace.session_id == "s1"


def test_a_list_of_chatkits_items_is_read_the_oldest_first_and_requests_are_prompts() -> None:
    def listed(number: int, kind: str, text: str) -> dict[str, Any]:
        return {"id": f"i{number}", "object": "chatkit.thread_item", "created_at": 1764000000 + number,
                "thread_id": "s1", "type": f"chatkit.{kind}", "content": [{"type": "text", "text": text}]}  # fmt: skip

    items = [listed(2, "assistant_message", "ok"), listed(1, "user_message", "hello")]
    trace = read({"object": "list", "data": items, "has_more": False}, "chatkit")
    assert told(trace) == [("prompt", "hello"), ("output", "ok")] and trace.session_id == "s1"
    asked = {"type": "threads.add_user_message", "metadata": {}, "params": {"thread_id": "s1", "input": {
        "content": [{"type": "input_text", "text": "hello"}], "attachments": [], "inference_options": {}}}}  # fmt: skip
    gave = {"type": "threads.add_client_tool_output", "params": {"thread_id": "s1", "result": {"a": 1}}}
    assert told(read([asked, gave], "chatkit")) == [("prompt", "hello"), ("tool_result", {"a": 1})]


# protocols and runs of agents


def test_pieces_of_a_run_are_what_its_end_says_again() -> None:
    pieces = [{"type": "message.part", "part": flows.said("agent", content=each)["parts"][0]} for each in ("we", "ll")]
    used = {"type": "message.part", "part": flows.said("agent", metadata=flows.USED_TOOL)["parts"][0]}
    ends = {"run_id": "r", "agent_name": "a", "session_id": "s1", "status": "failed", "output": [
        flows.said("agent/a", content="well")], "error": {"code": "server_error", "message": "no"}}  # fmt: skip
    trace = read(events({"type": "message.created", "message": {"role": "agent", "parts": []}}, *pieces, used,
                        {"type": "message.completed", "message": flows.said("agent/a", content="well")},
                        {"type": "run.failed", "run": ends}), "sse")  # fmt: skip
    assert told(trace) == [("output", "well"), ("tool_call", {"q": [1, "two"]}), ("tool_result", "done"),
                           ("error", "no")]  # fmt: skip
    assert trace.session_id == "s1" and len(trace.steps[0].further) == 3
    thought = flows.said("agent", metadata={"kind": "trajectory", "message": "hm"})
    cited = flows.said("agent", content="ok", metadata={"kind": "citation", "title": "t", "description": "page"})
    run = {"run_id": "r", "agent_name": "a", "status": "completed", "output": [thought, cited]}
    assert told(read(run, "agent-runs")) == [("thinking", "hm"), ("retrieval", "page"), ("output", "ok")]


def test_tokens_of_nemo_are_the_answer_and_its_framework_says_things_again() -> None:
    started = flows.nemo("LLM_START", "l1", "m", input="hello")
    started["payload"]["metadata"] = {"chat_inputs": [{"type": "human", "content": "hello"}]}
    tokens = [flows.nemo("LLM_NEW_TOKEN", "l1", "m", chunk=each) for each in ("we", "ll")]
    ended = flows.nemo("LLM_END", "l1", "m", output="well")
    trace = read([flows.NEMO[0], started, *tokens, ended, flows.nemo("CUSTOM_END", "k", "score", output={"a": 1}),
                  flows.nemo("WORKFLOW_END", "w1", "w", output="well")], "nemo-agent")  # fmt: skip
    assert told(trace) == [("prompt", "hello"), ("output", "well"), ("event", {"a": 1})]
    assert trace.attributes == {"model": "m", "usage": {"total_tokens": 15}}
    assert trace.steps[1].started_at == "2025-11-24T16:00:00.500Z"


def test_rows_of_ag2s_log_say_what_was_heard_and_called() -> None:
    def row(name: str, state: Any) -> dict[str, Any]:
        return {"source_id": 1, "source_name": "helper", "event_name": name, "agent_module": "autogen",
                "timestamp": "t", "agent_class": "A", "json_state": json.dumps(state), "thread_id": 1}  # fmt: skip

    call = {"invocation_id": "i", "wrapper_id": 2, "session_id": "s1", "source_name": "helper",
            "request": json.dumps({"model": "m", "messages": [{"role": "user", "content": "hello"}]}),
            "response": json.dumps({"choices": [{"message": {"role": "assistant", "content": "well"}}]}),
            "is_cached": 0, "cost": 0.1, "start_time": flows.AT[0], "end_time": flows.AT[1]}  # fmt: skip
    trace = read(call, "ag2-events")
    assert told(trace) == [("prompt", "hello"), ("output", "well")]
    assert (trace.session_id, trace.steps[0].started_at) == ("s1", flows.AT[0])
    heard = row("received_message", {"message": "hello", "sender": "user_proxy", "valid": True})
    reply = row("reply_func_executed", {"reply_func_name": "f", "final": True, "reply": "well"})
    none = row("reply_func_executed", {"reply_func_name": "g", "final": False, "reply": "well"})
    used = {"source_id": 1, "source_name": "helper", "agent_module": "autogen", "input_args": "{\"a\": 1}",
            "returns": "done", "timestamp": "t"}  # fmt: skip
    assert told(read([heard, heard, none, reply, used], "ag2-events")) == [
        ("prompt", "hello"), ("output", "well"), ("tool_call", {"a": 1}), ("tool_result", "done")]  # fmt: skip


def test_what_a_key_is_called_once_it_is_masked_breaks_nothing() -> None:
    for payload, name in ((flows.FIXTURES["ag2-events"], "ag2-events"), (flows.FIXTURES["chatkit"], "chatkit")):
        document = open_document(payload, content_type=None, forced=name, limits=Limits())
        for leaf in range(len(document.leaves().texts)):
            document.replace(leaf, Part.KEY, f"key-{leaf}")
        assert len(document.traces()) == 1


# masking

_SECRET = "@".join(("ines.vidal", "corp-mail.com"))
_HALVES = _SECRET[:7], _SECRET[7:]


@pytest.mark.parametrize("streamed", [
    [{"event": "token", "data": {"chunk": each, "id": "m", "timestamp": "t"}} for each in _HALVES],
    [{"event": "token", "data": each} for each in _HALVES],
    [{"type": "thread.item.updated", "item_id": "i", "update": {
        "type": "assistant_message.content_part.text_delta", "content_index": 0, "delta": each}} for each in _HALVES],
    [{"type": "message.part", "part": {"content_type": "text/plain", "content": each}} for each in _HALVES],
    [flows.nemo("LLM_NEW_TOKEN", "l", "m", chunk=each) for each in _HALVES],
    [{"__event__": "ag2.events.types.ModelMessageChunk", "content": each} for each in _HALVES],
    [flows.hook("AfterModel", llm_response={"text": each, "candidates": [{"content": {"parts": [each]}}]})
     for each in _HALVES],
])  # fmt: skip
def test_what_is_split_over_pieces_is_masked_in_each(streamed: list[Any]) -> None:
    scanner, media = Scanner.load(), "text/event-stream"
    masked = scanner.mask(events(*streamed), content_type=media).content
    assert not any(half.encode() in masked for half in _HALVES)
    assert masked.count(b"[REDACTED:email:") >= len(_HALVES)
    assert scanner.mask(masked, content_type=media).content == masked
