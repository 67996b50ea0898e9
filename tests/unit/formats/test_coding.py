"""What coding agents say of themselves in log records and spans is a conversation with calls of tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from reticent.formats.registry import open_document
from reticent.limits import Limits

from ...contract.recorded import BEGIN, FIRST, TRACE, attributes, resource, spans

CALL = {"command": "ls notes"}


def logged(body: bool, *events: tuple[str, Mapping[str, Any]]) -> dict[str, Any]:
    """`body`: the whole name is the record's body, as Claude Code writes it, else an attribute."""
    records = [
        {"timeUnixNano": str(BEGIN + number * 10**9), "traceId": TRACE, "spanId": FIRST,
         **({"body": {"stringValue": name}} if body else {}),
         "attributes": attributes({"event.name": name.partition(".")[2] if body else name, **values})}
        for number, (name, values) in enumerate(events)
    ]  # fmt: skip
    return {"resourceLogs": [resource(*records, signal="Logs")]}


def steps_of(document: Any) -> list[tuple[str, str, Any, str]]:
    opened = open_document(json.dumps(document).encode(), content_type=None, forced=None, limits=Limits())
    (trace,) = opened.traces()
    return [(step.kind.value, step.name, step.content, step.call_id) for step in trace.steps]


CLAUDE = (
    ("claude_code.user_prompt", {"prompt": "what notes?", "prompt_length": 11}),
    ("claude_code.assistant_response", {"response": "I look", "model": "m"}),
    ("claude_code.tool_result", {"tool_name": "Bash", "tool_use_id": "c1", "success": "true",
                                 "tool_parameters": '{"full_command": "ls notes"}',
                                 "tool_input": json.dumps(CALL), "tool_result_size_bytes": 9}),
    ("claude_code.assistant_response", {"response": "one note"}),
)  # fmt: skip
CODEX = (
    ("codex.user_prompt", {"prompt": "what notes?", "prompt_length": "11", "conversation.id": "s1"}),
    ("codex.tool_result", {"tool_name": "shell", "call_id": "c1", "arguments": json.dumps(CALL), "success": "true",
                           "output": "note-1"}),
    ("codex.tool_result", {"tool_name": "shell", "call_id": "c2", "arguments": json.dumps(CALL), "success": "false",
                           "output": "no room"}),
)  # fmt: skip
GEMINI = (
    ("gemini_cli.user_prompt", {"prompt": "what notes?", "prompt_id": "p1"}),
    ("gemini_cli.tool_call", {"function_name": "ls", "function_args": json.dumps(CALL), "success": True}),
    ("gemini_cli.tool_call", {"function_name": "ls", "function_args": "{}", "success": False, "error": "no room"}),
    ("gemini_cli.api_response", {"model": "m", "response_text": "one note", "status_code": 200}),
    ("gemini_cli.api_error", {"error": "too many", "status_code": 429}),
)  # fmt: skip


def test_log_records_of_coding_agents_are_what_was_said_and_done() -> None:
    assert steps_of(logged(True, *CLAUDE)) == [
        ("prompt", "", "what notes?", ""), ("output", "", "I look", ""), ("tool_call", "Bash", CALL, "c1"),
        ("output", "", "one note", ""),
    ]  # fmt: skip
    assert steps_of(logged(False, *CODEX)) == [
        ("prompt", "", "what notes?", ""), ("tool_call", "shell", CALL, "c1"), ("tool_result", "shell", "note-1", "c1"),
        ("tool_call", "shell", CALL, "c2"), ("tool_result", "shell", "no room", "c2"),
    ]  # fmt: skip
    assert steps_of(logged(False, *GEMINI)) == [
        ("prompt", "", "what notes?", ""), ("tool_call", "ls", CALL, ""), ("tool_call", "ls", {}, ""),
        ("tool_result", "ls", "no room", ""), ("output", "", "one note", ""), ("error", "", "too many", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("event", [
    ("claude_code.user_prompt", {"prompt": "<REDACTED>"}), ("claude_code.user_prompt", {}),
    ("claude_code.tool_decision", {"tool_name": "Bash", "decision": "accept"}),
    ("nobodys.user_prompt", {"prompt": "what notes?"}),
])  # fmt: skip
def test_records_that_say_nothing_of_it_are_events(event: tuple[str, Mapping[str, Any]]) -> None:
    assert [kind for kind, *_ in steps_of(logged(True, event))] == ["event"]


def test_spans_of_claude_code_tell_the_turn_and_the_runs_of_its_tools() -> None:
    turn, ran = spans(
        {"span.type": "interaction", "user_prompt": "what notes?", "gen_ai.operation.name": "invoke_agent"},
        {"span.type": "tool", "gen_ai.tool.name": "Bash", "gen_ai.tool.call.id": "c1", "full_command": "ls notes",
         "gen_ai.operation.name": "execute_tool"},
    )  # fmt: skip
    turn["name"], ran["name"] = "claude_code.interaction", "claude_code.tool"
    ran["events"] = [{"name": "tool.output", "attributes": attributes({"bash_command": "ls", "output": "note-1"})}]
    assert steps_of({"resourceSpans": [resource(turn, ran)]}) == [
        ("prompt", "", "what notes?", ""), ("tool_call", "Bash", {"full_command": "ls notes"}, "c1"),
        ("tool_result", "Bash", "note-1", "c1"),
    ]  # fmt: skip
    ran["name"] = "somebodys.tool"
    assert [kind for kind, *_ in steps_of({"resourceSpans": [resource(turn, ran)]})][:2] == ["prompt", "tool_call"]
