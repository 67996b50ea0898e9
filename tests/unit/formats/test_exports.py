"""What applications export, and what further frameworks log, has its steps once, in order, whatever branches or lies in
one another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent.formats.agents.branches import in_order
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Trace

from ...contract import agents, exports

Told = list[tuple[str, Any, str]]


def read(document: Any, format: str) -> list[Trace]:
    opened = open_document(json.dumps(document).encode(), content_type=None, forced=None, limits=Limits())
    assert opened.format == format
    return list(opened.traces())


def told(trace: Trace) -> Told:
    return [(step.kind.value, step.content, step.name) for step in trace.steps]


def test_branches_are_told_one_after_the_other_and_rings_once() -> None:
    nodes: dict[str, Any] = {
        "b2": {"on": "a"}, "a": {"on": None}, "b1": {"on": "a"}, "c": {"on": "b2"}, "x": {"on": "y"}, "y": {"on": "x"},
        "z": {"on": "z"}, "w": {"on": "gone"}, "no": None,
    }  # fmt: skip
    assert list(in_order(nodes, lambda node: node.get("on"))) == ["a", "b2", "c", "b1", "z", "w", "x", "y"]


def test_a_long_conversation_is_told_without_recursion() -> None:
    nodes = {str(number): {"on": str(number - 1)} for number in range(50_000)}
    assert list(in_order(nodes, lambda node: node["on"])) == list(nodes)


def test_each_conversation_of_chatgpt_is_a_trace_with_its_thoughts_tools_and_texts() -> None:
    def message(role: str, **content: Any) -> dict[str, Any]:
        return {"author": {"role": role}, "content": content, "create_time": 1764000000.25, "recipient": "all"}

    parts = [{"content_type": "image_asset_pointer", "asset_pointer": "file-service://f"}, "hello"]
    nodes = {
        "r": {"message": None, "parent": None, "children": ["u"]},
        "u": {"message": message("user", content_type="multimodal_text", parts=parts), "parent": "r", "children": []},
        "t": {"message": message("assistant", content_type="thoughts", thoughts=[{"summary": "s", "content": "hm"}]),
              "parent": "u", "children": []},
        "a": {"message": message("assistant", content_type="text", parts=["fine"]), "parent": "t", "children": []},
        "s": {"message": message("system", content_type="user_editable_context", user_instructions="be brief"),
              "parent": None, "children": []},
    }  # fmt: skip
    both = [*exports.CHATGPT, {"conversation_id": "k2", "mapping": nodes, "current_node": "a"}]
    first, second = read(both, "chatgpt-export")
    assert [first.trace_id, second.trace_id] == ["k1", "k2"]
    assert told(second) == [
        ("prompt", "hello", ""), ("thinking", "hm", ""), ("output", "fine", ""), ("system", "be brief", ""),
    ]  # fmt: skip
    assert second.steps[0].started_at == "2025-11-24T16:00:00.250Z"
    assert second.steps[0].path == "$[1]['mapping']['u']['message']['content']['parts'][1]"


def test_a_file_that_a_person_attached_is_a_prompt() -> None:
    conversation = json.loads(json.dumps(exports.CLAUDE[0]))
    conversation["chat_messages"][0]["attachments"] = [{"file_name": "a.txt", "extracted_content": "of a file"}]
    (trace,) = read(conversation, "claude-export")
    assert told(trace)[:2] == [("prompt", "of a file", ""), ("prompt", "hello", "")]
    assert trace.steps[1].further == ["$['chat_messages'][0]['text']"]


def test_what_open_webui_looked_up_is_a_retrieval_and_what_it_shows_another_place() -> None:
    chat = json.loads(json.dumps(exports.OPEN_WEBUI))
    chat[0]["chat"]["history"]["messages"]["m2"]["sources"] = [{"source": {}, "document": ["of a book"]}]
    (trace,) = read(chat, "open-webui")
    assert told(trace) == [("prompt", "hello", ""), ("retrieval", "of a book", ""), ("output", "done", "")]
    assert trace.steps[2].further == ["$[0]['chat']['messages'][1]"]


def test_messages_of_librechat_may_lie_in_one_another() -> None:
    conversation = json.loads(json.dumps(exports.LIBRECHAT))
    asked, said = conversation.pop("messages")
    conversation["messagesTree"] = [{**asked, "children": [{**said, "children": []}]}]
    (trace,) = read(conversation, "librechat")
    assert [kind for kind, *_ in told(trace)] == ["prompt", "tool_call", "tool_result"]
    assert trace.steps[1].path == "$['messagesTree'][0]['children'][0]['content'][0]['tool_call']"


def test_tasks_of_cline_have_their_prompt_thinking_calls_and_errors() -> None:
    more = [
        {"ts": 1, "type": "say", "say": "reasoning", "text": "hm"},
        {"ts": 2, "type": "ask", "ask": "tool", "text": '{"tool": "readFile", "path": "a"}'},
        {"ts": 3, "type": "say", "say": "error", "text": "no such file"},
        {"ts": 4, "type": "ask", "ask": "completion_result", "text": "all done"},
        {"ts": 5, "type": "say", "say": "completion_result", "text": "all done"},
    ]
    (trace,) = read([*exports.CLINE, *more], "cline")
    assert told(trace) == [
        ("prompt", "hello", ""), ("tool_call", "make f", "command"), ("tool_result", "done", "command"),
        ("thinking", "hm", ""), ("tool_call", {"tool": "readFile", "path": "a"}, "readFile"),
        ("error", "no such file", ""), ("output", "all done", ""),
    ]  # fmt: skip
    assert trace.steps[2].parent == 1 and len(trace.steps[-1].further) == 1


def test_the_state_of_a_team_tells_once_what_each_agent_heard() -> None:
    context = [
        {"content": "be brief", "type": "SystemMessage"}, {"content": "hello", "source": "user", "type": "UserMessage"},
        {"content": [{"id": "c1", "arguments": "{}", "name": "f"}], "thought": "hm", "source": "a",
         "type": "AssistantMessage"},
        {"content": [{"content": "done", "name": "f", "call_id": "c1", "is_error": False}],
         "type": "FunctionExecutionResultMessage"},
    ]  # fmt: skip
    agent = {"type": "AssistantAgentState", "version": "1.0.0", "llm_context": {"messages": context}}
    team = {"type": "TeamState", "version": "1.0.0", "agent_states": {
        "a": {"type": "ChatAgentContainerState", "agent_state": agent, "message_buffer": []},
        "m": {"type": "RoundRobinManagerState", "message_thread": context[1:2]}}}  # fmt: skip
    for state in (agent, team):
        (trace,) = read(state, "autogen")
        assert told(trace) == [
            ("system", "be brief", ""), ("prompt", "hello", ""), ("thinking", "hm", ""), ("tool_call", {}, "f"),
            ("tool_result", "done", "f"),
        ]  # fmt: skip
    assert len(trace.steps[1].further) == 1


def test_what_autogen_logs_of_a_tool_is_the_call_that_a_model_asked_for() -> None:
    asked, made, _ = exports.AUTOGEN_EVENTS
    other = {**made, "arguments": {}, "result": "more"}
    failed = {"payload": "{}", "handling_agent": "a/1", "exception": "broke", "type": "MessageHandlerException"}
    (trace,) = read([asked, made, other, failed], "autogen-events")
    assert [(kind, content) for kind, content, _ in told(trace)] == [
        ("prompt", "hello"), ("tool_call", {"q": [1, "two"]}), ("tool_result", "done"), ("tool_call", {}),
        ("tool_result", "more"), ("error", "broke"),
    ]  # fmt: skip
    assert [step.call_id for step in trace.steps[1:5]] == ["c1", "c1", "", ""]


def test_llama_index_tells_queries_what_was_found_and_pieces_of_answers_once() -> None:
    def event(**fields: Any) -> dict[str, Any]:
        return {"timestamp": "2026-11-24T08:00:00", "id_": "i", "span_id": "s", "tags": {}, **fields}

    node = {"node": {"text": "of a book"}, "score": 0.5}
    (trace,) = read([
        event(query="who?"), event(str_or_query_bundle="who?", nodes=[node]), event(prompt="tell: who?"),
        event(prompt="tell: who?", response={"text": "Ann"}), event(output="Ann"),
        event(query="who?", response={"response": "Ann"}), event(exception="broke"),
    ], "llama-index-events")  # fmt: skip
    assert [(kind, content) for kind, content, _ in told(trace)] == [
        ("prompt", "who?"), ("retrieval", "of a book"), ("prompt", "tell: who?"), ("output", "Ann"), ("error", "broke"),
    ]  # fmt: skip
    said = {"role": "assistant", "additional_kwargs": {}, "blocks": [{"block_type": "text", "text": "Ann"}]}
    pieces = [{"delta": piece, "response": whole, "current_agent_name": "a", "tool_calls": [], "raw": None}
              for piece, whole in (("A", "A"), ("nn", "Ann"))]  # fmt: skip
    (trace,) = read([*pieces, {"response": said, "current_agent_name": "a", "tool_calls": []}], "llama-index-events")
    assert [(kind, content) for kind, content, _ in told(trace)] == [("output", "Ann")]


@pytest.mark.parametrize(("format", "document"), [
    ("haystack", {"messages": agents.HAYSTACK, "last_message": agents.HAYSTACK[-1]}),
    ("smolagents", {"output": "done", "state": "success", "steps": agents.SMOLAGENTS, "timing": {}}),
    ("llama-index", {"store": {"k": agents.LLAMA_INDEX}, "class_name": "SimpleChatStore"}),
    ("llama-index", {"chat_store": {"store": {"k": agents.LLAMA_INDEX}}, "token_limit": 9}),
])  # fmt: skip
def test_what_holds_the_messages_of_an_agent_has_their_steps(format: str, document: Any) -> None:
    (trace,) = read(document, format)
    assert [kind for kind, *_ in told(trace)] == ["prompt", "tool_call", "tool_result"]


@pytest.mark.parametrize(("member", "fields", "kind", "content"), [
    ("knowledgeBaseLookupInput", {"text": "who?", "knowledgeBaseId": "K"}, "tool_call", "who?"),
    ("codeInterpreterInvocationInput", {"code": "1 + 1"}, "tool_call", "1 + 1"),
    ("knowledgeBaseLookupOutput", {"retrievedReferences": [{"content": {"text": "a book"}}]}, "retrieval", "a book"),
    ("codeInterpreterInvocationOutput", {"executionError": "broke"}, "tool_result", "broke"),
    ("finalResponse", {"text": "all done"}, "output", "all done"),
])  # fmt: skip
def test_agents_of_bedrock_call_look_up_and_answer(member: str, fields: Any, kind: str, content: Any) -> None:
    held = "invocationInput" if member.endswith("Input") else "observation"
    part = {"sessionId": "s1", "trace": {"orchestrationTrace": {held: {"traceId": "t", member: fields}}}}
    for document in (part, {"trace": part}):
        (trace,) = read(document, "bedrock-agent")
        (step,) = trace.steps
        said = step.content if isinstance(step.content, str) else json.dumps(step.content)
        assert step.kind == kind and content in said
        assert trace.session_id == "s1"


def test_a_session_of_goose_has_its_thoughts_questions_and_failed_calls() -> None:
    parts = [
        {"type": "thinking", "thinking": "hm", "signature": "c2ln"}, {"type": "text", "text": "fine"},
        {"type": "toolConfirmationRequest", "id": "c2", "toolName": "f", "arguments": {}, "prompt": "sure?"},
        {"type": "toolRequest", "id": "c2", "toolCall": {"status": "error", "error": "no such tool"}},
        {"type": "toolResponse", "id": "c1", "toolResult": {"status": "error", "error": "it broke"}},
    ]  # fmt: skip
    message = {"role": "assistant", "created": 1764000003, "content": parts}
    session = {"id": "s1", "working_dir": "/srv", "message_count": 4, "conversation": [*exports.GOOSE, message]}
    (trace,) = read(session, "goose")
    assert trace.session_id == "s1"
    assert [step.kind.value for step in trace.steps[3:]] == ["thinking", "output", "event", "error", "tool_result"]
    assert [(step.content, step.parent) for step in trace.steps[-2:]] == [("no such tool", None), ("it broke", 1)]
    assert trace.steps[0].started_at == "2025-11-24T16:00:00.000Z"
    lines = b"\n".join(json.dumps(each).encode() for each in ({"working_dir": "/", "message_count": 3}, *exports.GOOSE))
    opened = open_document(lines, content_type=None, forced=None, limits=Limits())
    assert [step.kind.value for told in opened.traces() for step in told.steps] == [
        "prompt",
        "tool_call",
        "tool_result",
    ]


def test_what_browser_use_thought_wanted_did_and_came_to_is_told_in_either_spelling() -> None:
    brain = {"evaluation_previous_goal": "ok", "memory": "m", "next_goal": "g"}
    done = {"is_done": True, "success": True, "extracted_content": "the answer"}
    state = {"url": "u", "title": "t", "tabs": [], "interacted_element": [None], "screenshot": None}
    actions = [{"click_element": {"index": 1}}, {"done": {"text": "the answer"}}]
    for output in ({"thinking": "hm", **brain}, {"current_state": {"thinking": "hm", **brain}}):
        item = {"model_output": {**output, "action": actions}, "result": [{"error": "gone"}, done], "state": state}
        (trace,) = read({"history": [item, {"model_output": None, "result": [], "state": state}]}, "browser-use")
        assert told(trace) == [
            ("thinking", "hm", ""), ("thinking", "ok", ""), ("memory", "m", ""), ("plan", "g", ""),
            ("tool_call", {"index": 1}, "click_element"), ("tool_call", {"text": "the answer"}, "done"),
            ("tool_result", "gone", "click_element"), ("tool_result", "the answer", "done"),
            ("output", "the answer", ""),
        ]  # fmt: skip
        assert [step.parent for step in trace.steps[6:]] == [4, 5, None]


def test_a_session_of_copilot_says_what_its_reader_saw_where_it_keeps_no_rounds() -> None:
    request = {
        "message": {"text": "hello"}, "timestamp": 1764000000500, "result": {"errorDetails": {"message": "too long"}},
        "response": [{"kind": "thinking", "value": "hm"}, {"value": "fine", "isTrusted": False},
                     {"kind": "markdownContent", "content": {"value": "more"}}, {"kind": "inlineReference"},
                     *exports.COPILOT_CHAT["requests"][0]["response"]],
    }  # fmt: skip
    (trace,) = read({"kind": 0, "v": {"sessionId": "s1", "requests": [request]}}, "copilot-chat")
    assert told(trace) == [
        ("prompt", "hello", ""), ("thinking", "hm", ""), ("output", "fine", ""), ("output", "more", ""),
        ("tool_call", {"q": [1, "two"]}, "f"), ("tool_result", "done", "f"), ("error", "too long", ""),
    ]  # fmt: skip
    assert (trace.session_id, trace.steps[0].started_at) == ("s1", "2025-11-24T16:00:00.500Z")


def test_each_case_of_an_evaluation_of_adk_is_a_trace_in_either_spelling() -> None:
    case = exports.ADK_EVALUATION["eval_cases"][0]
    event = {"author": "agent", "content": {"parts": [{"text": "hm", "thought": True}, {"text": "wait"}]}}
    run = {
        "invocationId": "e-2", "userContent": {"parts": [{"text": "hello"}]},
        "intermediateData": {"invocationEvents": [event]}, "finalResponse": {"parts": [{"text": "bye"}]},
    }  # fmt: skip
    result = {"evalId": "case2", "sessionId": "s2", "evalMetricResultPerInvocation": [{"actualInvocation": run}]}
    asked = [("agent", [{"text": "looking"}])]
    said = {**case["conversation"][0], "intermediate_data": {"intermediate_responses": asked}}
    first, second = read([{**case, "conversation": [said]}, result], "adk-evaluation")
    assert (first.trace_id, second.trace_id, second.session_id) == ("case1", "case2", "s2")
    assert told(first) == [("prompt", "hello", ""), ("output", "looking", "")]
    assert [(step.kind.value, step.content) for step in second.steps] == [
        ("prompt", "hello"), ("thinking", "hm"), ("output", "wait"), ("output", "bye")
    ]  # fmt: skip
