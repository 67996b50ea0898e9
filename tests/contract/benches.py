"""The same run as further agents, benchmarks and evaluations keep it."""

from __future__ import annotations

import json
from typing import Any

_ARGUMENTS: dict[str, Any] = {"q": [1, "two"]}
_WRITTEN = json.dumps(_ARGUMENTS)
_AT = ["2026-11-24T08:00:00.000Z", "2026-11-24T08:00:01.000Z", "2026-11-24T08:00:02.000Z"]
_FUNCTION = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": _WRITTEN}}
MESSAGES: list[Any] = [
    {"role": "user", "content": "hello"}, {"role": "assistant", "content": None, "tool_calls": [_FUNCTION]},
    {"role": "tool", "tool_call_id": "c1", "content": "done"},
]  # fmt: skip
ATIF: dict[str, Any] = {
    "schema_version": "ATIF-v1.4", "session_id": "s1", "agent": {"name": "a", "version": "1", "model_name": "m"},
    "steps": [
        {"step_id": 1, "timestamp": _AT[0], "source": "user", "message": "hello"},
        {"step_id": 2, "timestamp": _AT[1], "source": "agent", "message": "", "tool_calls": [
            {"tool_call_id": "c1", "function_name": "f", "arguments": _ARGUMENTS}],
         "observation": {"results": [{"source_call_id": "c1", "content": "done"}]}, "metrics": {"prompt_tokens": 5}},
    ],
}  # fmt: skip
ELEVENLABS: dict[str, Any] = {
    "agent_id": "a", "conversation_id": "s1", "status": "done", "transcript": [
        {"role": "user", "message": "hello", "tool_calls": [], "tool_results": [], "time_in_call_secs": 1},
        {"role": "agent", "message": None, "tool_calls": [
            {"request_id": "c1", "tool_name": "f", "params_as_json": _WRITTEN}], "tool_results": [
            {"request_id": "c1", "tool_name": "f", "result_value": "done", "is_error": False}], "time_in_call_secs": 2},
    ],
}  # fmt: skip
VAPI: dict[str, Any] = {"message": {"type": "end-of-call-report", "call": {"id": "s1"}, "artifact": {"messages": [
    {"role": "user", "message": "hello", "time": 1764000000000, "endTime": 1764000001000, "secondsFromStart": 1.5},
    {"role": "tool_calls", "toolCalls": [_FUNCTION], "time": 1764000001000, "secondsFromStart": 2},
    {"role": "tool_call_result", "toolCallId": "c1", "name": "f", "result": "done", "secondsFromStart": 3},
]}}}  # fmt: skip
RETELL: dict[str, Any] = {"event": "call_ended", "call": {"call_id": "s1", "transcript_with_tool_calls": [
    {"role": "user", "content": "hello", "words": []},
    {"role": "tool_call_invocation", "tool_call_id": "c1", "name": "f", "arguments": _WRITTEN},
    {"role": "tool_call_result", "tool_call_id": "c1", "content": "done"},
]}}  # fmt: skip


def _event(number: int, kind: str, **data: Any) -> dict[str, Any]:
    return {"type": kind, "data": data, "id": f"e{number}", "timestamp": _AT[number], "parentId": None}


COPILOT_CLI: list[Any] = [
    _event(0, "user.message", content="hello", attachments=[]),
    _event(1, "assistant.message", messageId="m1", content="", toolRequests=[
        {"toolCallId": "c1", "name": "f", "arguments": _ARGUMENTS, "type": "function"}]),
    _event(1, "tool.execution_start", toolCallId="c1", toolName="f", arguments=_ARGUMENTS),
    _event(2, "tool.execution_complete", toolCallId="c1", success=True, result={"content": "done"}),
]  # fmt: skip
CURSOR: list[Any] = [
    {"type": "tool_call", "subtype": "started", "call_id": "c1", "session_id": "s1",
     "tool_call": {"fToolCall": {"args": _ARGUMENTS}}},
    {"type": "tool_call", "subtype": "completed", "call_id": "c1", "session_id": "s1",
     "tool_call": {"fToolCall": {"args": _ARGUMENTS, "result": {"success": {"content": "done"}}}}},
]  # fmt: skip


def _entry(number: int, **message: Any) -> dict[str, Any]:
    return {"type": "message", "id": f"e{number}", "parentId": None, "timestamp": _AT[number], "message": message}


PI: list[Any] = [
    {"type": "session", "version": 3, "id": "s1", "timestamp": _AT[0], "cwd": "/srv"},
    _entry(0, role="user", content=[{"type": "text", "text": "hello"}]),
    _entry(1, role="assistant", content=[{"type": "toolCall", "id": "c1", "name": "f", "arguments": _ARGUMENTS}]),
    _entry(2, role="toolResult", toolCallId="c1", toolName="f", content=[{"type": "text", "text": "done"}],
           isError=False),
]  # fmt: skip
AMP: dict[str, Any] = {"v": 12, "id": "T-1", "created": 1764000000000, "messages": [
    {"role": "user", "messageId": 0, "content": [{"type": "text", "text": "hello"}]},
    {"role": "assistant", "messageId": 1, "content": [
        {"type": "tool_use", "id": "c1", "name": "f", "input": _ARGUMENTS, "complete": True}]},
    {"role": "user", "messageId": 2, "content": [
        {"type": "tool_result", "toolUseID": "c1", "run": {"status": "done", "result": "done"}}]},
]}  # fmt: skip
CRUSH: list[Any] = [
    {"id": f"m{number}", "session_id": "s1", "role": role, "created_at": 1764000000,
     "parts": [{"type": kind, "data": data}]}
    for number, (role, kind, data) in enumerate((
        ("user", "text", {"text": "hello"}),
        ("assistant", "tool_call", {"id": "c1", "name": "f", "input": _WRITTEN, "finished": True}),
        ("tool", "tool_result", {"tool_call_id": "c1", "name": "f", "content": "done", "is_error": False}),
    ))
]  # fmt: skip
CONTINUE: dict[str, Any] = {"sessionId": "s1", "title": "t", "workspaceDirectory": "/srv", "history": [
    {"message": message, "contextItems": []}
    for message in (MESSAGES[0], {"role": "assistant", "content": "", "toolCalls": [_FUNCTION]},
                    {"role": "tool", "content": "done", "toolCallId": "c1"})
]}  # fmt: skip
LOGGED: dict[str, Any] = {"eventName": "chatInteraction", "schema": "0.2.0", "timestamp": _AT[0], "sessionId": "s1",
                          "modelName": "m", "prompt": "hello", "completion": "done"}  # fmt: skip


def _remembered(role: str, content: str, **more: Any) -> dict[str, Any]:
    return {"uuid": "u", "message": {"__class__": "BaseMessage", "role_name": "a", "role_type": "assistant",
                                     "meta_dict": {}, "content": content, **more},
            "role_at_backend": role, "extra_info": {}, "timestamp": 1764000000.5, "agent_id": "a"}  # fmt: skip


CAMEL: list[Any] = [
    _remembered("user", "hello"),
    _remembered("function", "", func_name="f", args=_ARGUMENTS, result=None, tool_call_id="c1"),
    _remembered("function", "", func_name="f", args=None, result="done", tool_call_id="c1"),
]  # fmt: skip
OWL: dict[str, Any] = {"task_id": "t1", "level": 1, "history": [{
    "user_prompt": "hello", "assistant_response": "well", "tool_calls": [
        {"tool_name": "f", "args": _ARGUMENTS, "result": "done", "tool_call_id": "c1"}]}]}  # fmt: skip
_SENT = {"send_to": ["<all>"], "instruct_content": None}
METAGPT: dict[str, Any] = {"env": {"history": {"storage": [
    {"id": "1", "content": "hello", "role": "Human", "cause_by": "metagpt.actions.add_requirement.UserRequirement",
     "sent_from": "", **_SENT},
    {"id": "2", "content": "done", "role": "Engineer", "cause_by": "metagpt.actions.write_code.WriteCode",
     "sent_from": "Alex", **_SENT},
]}}}  # fmt: skip
TAU_VOICE: dict[str, Any] = {"id": "r1", "task_id": "1", "ticks": [
    {"tick_id": 0, "user_chunk": {"role": "user", "content": "hel"}, "agent_chunk": {"role": "assistant"}},
    {"tick_id": 1, "user_chunk": {"role": "user", "content": "lo"}, "agent_chunk": {"role": "assistant"}},
    {"tick_id": 2, "timestamp": _AT[2], "user_chunk": {"role": "user"}, "agent_chunk": {"role": "assistant"},
     "agent_tool_calls": [{"id": "c1", "name": "f", "arguments": _ARGUMENTS, "requestor": "assistant"}],
     "agent_tool_results": [{"id": "c1", "role": "tool", "content": "done", "error": False}]},
]}  # fmt: skip
R2E: dict[str, Any] = {"instance_id": "i1", "problem_statement": "hello", "trajectory_steps": [
    {"step_idx": 0, "thought": "hm", "action": "f", "observation": "done", "done": True}]}  # fmt: skip
OSWORLD: list[Any] = [{"step_num": 1, "action_timestamp": "20261124@080000", "response": "hello", "action": "f()",
                       "reward": 0, "done": False, "info": {}, "screenshot_file": "1.png"}]  # fmt: skip
TOOL_BENCH: dict[str, Any] = {"win": True, "tree": {}, "answer_generation": {
    "query": "hello", "train_messages": [MESSAGES[:2], MESSAGES]}}  # fmt: skip
AIDE: dict[str, Any] = {"nodes": [
    {"id": "n1", "step": 0, "ctime": 1764000000.5, "plan": "hello", "code": "f()", "_term_out": ["done"],
     "analysis": "well", "is_buggy": False}], "node2parent": {}, "__version": "2"}  # fmt: skip
DIFY: list[Any] = [
    {"id": "m1", "conversation_id": "s1", "inputs": {}, "query": "hello", "created_at": 1764000000, "answer": "",
     "agent_thoughts": [{"id": "c1", "tool": "f", "tool_input": _WRITTEN, "observation": "done", "thought": ""}]},
]  # fmt: skip
INVOKED: list[Any] = [
    {"inputText": "hello", "textGenerationConfig": {"maxTokenCount": 5}},
    {"inputTextTokenCount": 3, "results": [{"tokenCount": 3, "outputText": "done", "completionReason": "FINISH"}]},
]  # fmt: skip
LM_EVAL: dict[str, Any] = {
    "doc_id": 0, "doc": {"question": "hello"}, "target": "done", "arguments": {"gen_args_0": {
        "arg_0": "hello", "arg_1": {"until": ["\n"]}}}, "resps": [["done"]], "filtered_resps": ["done"],
}  # fmt: skip
HELM: dict[str, Any] = {"adapter_spec": {"model": "m"}, "request_states": [
    {"instance": {"input": {"text": "hello"}, "id": "id1"}, "request": {"model": "m", "prompt": "hello"},
     "result": {"success": True, "completions": [{"text": "done", "logprob": 0, "tokens": []}]}}]}  # fmt: skip
TRULENS: dict[str, Any] = {"record_id": "r1", "app_id": "a", "main_input": "hello", "main_output": "done",
                           "main_error": None, "calls": []}  # fmt: skip
AGENT_BENCH: dict[str, Any] = {
    "index": 0,
    "error": None,
    "info": None,
    "time": {"str": "x"},
    "output": {
        "status": "completed",
        "history": [{"role": "user", "content": "hello"}, {"role": "agent", "content": "done"}],
    },
}
OPENAI_EVALS: list[Any] = [
    {"run_id": "r", "event_id": 0, "sample_id": "s.0", "type": "sampling", "data": {
        "prompt": MESSAGES[:1], "sampled": ["done"]}},
    {"run_id": "r", "event_id": 1, "sample_id": "s.0", "type": "match", "data": {"correct": True}},
]  # fmt: skip
RAGAS: dict[str, Any] = {"user_input": "hello", "retrieved_contexts": ["two"], "response": "done"}


def _span(kind: str, number: int, **fields: Any) -> dict[str, Any]:
    return {"uuid": f"s{number}", "name": "f", "status": "SUCCESS", "type": kind, "traceUuid": "t1",
            "startTime": _AT[number], "endTime": _AT[number], **fields}  # fmt: skip


DEEPEVAL: dict[str, Any] = {
    "uuid": "t1", "threadId": "s1", "baseSpans": [], "agentSpans": [], "retrieverSpans": [],
    "llmSpans": [_span("llm", 0, input=MESSAGES[:1], output=[_FUNCTION], model="m")],
    "toolSpans": [_span("tool", 1, input=_ARGUMENTS, output="done")], "startTime": _AT[0], "endTime": _AT[1],
}  # fmt: skip
CASE: dict[str, Any] = {"testCases": [{"name": "t", "input": "hello", "actualOutput": "done", "success": True}]}
GROK: list[Any] = [
    {"type": "user", "content": [{"type": "text", "text": "hello"}], "prompt_index": 0},
    {"type": "assistant", "content": "", "tool_calls": [{"id": "c1", "name": "f", "arguments": _WRITTEN}]},
    {"type": "tool_result", "tool_call_id": "c1", "content": "done"},
]  # fmt: skip
_LOOP = {"type": "context.append_loop_event", "time": 1764000000500, "agentId": "main"}
KIMI: list[Any] = [
    {"type": "metadata", "protocol_version": "1.4", "created_at": 1764000000000},
    {"type": "turn.prompt", "input": [{"type": "text", "text": "hello"}], "time": 1764000000500},
    {"type": "context.append_message", "time": 1764000000500, "message": {
        "role": "user", "content": [{"type": "text", "text": "hello"}], "toolCalls": []}},
    {**_LOOP, "event": {"type": "tool.call", "uuid": "c1", "toolCallId": "c1", "name": "f", "args": _ARGUMENTS}},
    {**_LOOP, "event": {"type": "tool.result", "parentUuid": "c1", "toolCallId": "c1", "result": {"output": "done"}}},
]  # fmt: skip
ANTIGRAVITY: list[Any] = [
    {"step_index": 0, "source": "USER_EXPLICIT", "type": "USER_INPUT", "status": "DONE", "created_at": _AT[0],
     "content": "hello"},
    {"step_index": 1, "source": "MODEL", "type": "PLANNER_RESPONSE", "status": "DONE", "created_at": _AT[1],
     "tool_calls": [{"name": "f", "args": _ARGUMENTS}]},
    {"step_index": 2, "source": "MODEL", "type": "VIEW_FILE", "status": "DONE", "created_at": _AT[2],
     "content": "done"},
]  # fmt: skip
DROID: list[Any] = [
    {"type": "message", "session_id": "s1", "timestamp": _AT[0], "role": "user", "text": "hello"},
    {"type": "tool_call", "session_id": "s1", "timestamp": _AT[1], "toolCallId": "c1", "toolName": "f",
     "parameters": _ARGUMENTS},
    {"type": "tool_result", "session_id": "s1", "timestamp": _AT[2], "toolCallId": "c1", "value": "done"},
]  # fmt: skip
NOVA_SONIC: list[Any] = [{"event": event} for event in (
    {"sessionStart": {"inferenceConfiguration": {"maxTokens": 5}}},
    {"contentStart": {"promptName": "s1", "contentName": "n1", "type": "TEXT", "role": "USER"}},
    {"textInput": {"promptName": "s1", "contentName": "n1", "content": "hello"}},
    {"toolUse": {"contentId": "n2", "toolUseId": "c1", "toolName": "f", "content": _WRITTEN}},
    {"contentStart": {"promptName": "s1", "contentName": "n3", "type": "TOOL", "role": "TOOL",
                      "toolResultInputConfiguration": {"toolUseId": "c1", "type": "TEXT"}}},
    {"toolResult": {"promptName": "s1", "contentName": "n3", "content": "done"}},
)]  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "nova-sonic": NOVA_SONIC,
    "grok": GROK, "kimi": KIMI, "antigravity": ANTIGRAVITY, "droid": DROID,
    "atif": ATIF, "elevenlabs": ELEVENLABS, "vapi": VAPI, "retell": RETELL, "copilot-cli": COPILOT_CLI,
    "cursor": CURSOR, "pi": PI, "amp": AMP, "crush": CRUSH, "continue": CONTINUE, "continue log": LOGGED,
    "camel": CAMEL, "camel owl": OWL, "metagpt": METAGPT, "tau2-voice": TAU_VOICE, "r2e-gym": R2E, "osworld": OSWORLD,
    "toolbench": TOOL_BENCH, "aide": AIDE, "dify": DIFY, "bedrock-invoke": INVOKED, "lm-eval": LM_EVAL, "helm": HELM,
    "trulens": TRULENS, "agentbench": AGENT_BENCH, "openai-evals": OPENAI_EVALS, "ragas": RAGAS, "deepeval": DEEPEVAL,
    "deepeval case": CASE,
}  # fmt: skip
FIXTURES: dict[str, bytes] = {name: json.dumps(document).encode() for name, document in DOCUMENTS.items()}
_ANSWERED = ("continue log", "metagpt", "bedrock-invoke", "lm-eval", "helm", "trulens", "agentbench", "openai-evals",
             "deepeval case")  # fmt: skip
OTHERWISE: dict[str, list[str]] = {
    **{name: ["prompt", "output"] for name in _ANSWERED},
    "antigravity": ["prompt", "tool_call", "tool_result"],
    "cursor": ["tool_call", "tool_result"],
    "camel owl": ["prompt", "tool_call", "tool_result", "output"],
    "r2e-gym": ["prompt", "thinking", "tool_call", "tool_result"],
    "osworld": ["thinking", "tool_call"],
    "aide": ["plan", "tool_call", "tool_result", "output"],
    "ragas": ["prompt", "retrieval", "output"],
}
"""The kinds of the steps of those that ask no tools, whose tools have no ids, or that say more than the run."""
