"""What a command printed that prints a secret is one, in a terminal and in the result of a tool."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reticent import Scanner

SECRET = "q7Hd9s" + "Kx2LmPz81"
COMMAND = "pass show work/db"


def traces(command: str, output: str) -> dict[str, Any]:
    """One call of a tool and its result, as formats have them."""
    arguments = json.dumps({"command": command})
    return {
        "terminal": f"$ {command}\n{output}\n$ ls\n",
        "native": {
            "trace_id": "t",
            "session_id": "s",
            "steps": [
                {"seq": 0, "kind": "tool_call", "name": "bash", "content": {"command": command}},
                {"seq": 1, "kind": "tool_result", "name": "bash", "content": output},
            ],
        },
        "anthropic": [
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": "a", "name": "B", "input": {"command": command}}],
            },
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": output + "\n"}]},
        ],
        "chat": [
            {"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "bash", "arguments": arguments}}]},
            {"role": "tool", "tool_call_id": "a", "content": output},
        ],
        "responses": [
            {"type": "function_call", "call_id": "a", "name": "shell", "arguments": arguments},
            {"type": "function_call_output", "call_id": "a", "output": output},
        ],
    }


@pytest.mark.parametrize("form", traces("", ""))
@pytest.mark.parametrize(
    "command", [COMMAND, "echo $DB_PASSWORD", "gcloud auth print-access-token", "openssl rand -hex 8"]
)
def test_it_is_masked_in_every_form(shipped: Scanner, command: str, form: str) -> None:
    shown = shipped.mask(traces(command, SECRET)[form]).text
    assert SECRET not in shown
    assert command in shown.replace("\\", "")
    assert shipped.mask(shown).text == shown


@pytest.mark.parametrize("form", traces("", ""))
@pytest.mark.parametrize(
    "output", ["README.md", "Error: no such entry", "/srv/app/db", "undefined", "https://a.test/x"]
)
def test_names_of_files_and_failures_are_none(shipped: Scanner, output: str, form: str) -> None:
    assert output in shipped.mask(traces(COMMAND, output)[form]).text


def test_other_commands_print_what_they_like(shipped: Scanner) -> None:
    assert "build-1042x" in shipped.mask(traces("git describe", "build-1042x")["anthropic"]).text


def test_a_later_result_is_not_this_commands(shipped: Scanner) -> None:
    steps = [*traces(COMMAND, "not found here")["responses"], *traces("git describe", "build-1042x")["responses"]]
    assert "build-1042x" in shipped.mask(steps).text


def side_by_side(output: str) -> dict[str, Any]:
    """Two calls in one turn, whose results come in another order."""

    def arguments(command: str) -> str:
        return json.dumps({"command": command})

    return {
        "native": {
            "trace_id": "t",
            "session_id": "s",
            "steps": [
                {"seq": 0, "kind": "tool_call", "name": "bash", "call_id": "a", "content": COMMAND},
                {"seq": 1, "kind": "tool_call", "name": "bash", "call_id": "b", "content": "ls"},
                {"seq": 2, "kind": "tool_result", "name": "bash", "call_id": "b", "content": "README.md"},
                {"seq": 3, "kind": "tool_result", "name": "bash", "call_id": "a", "content": output},
            ],
        },
        "anthropic": [
            {
                "role": "assistant",
                "content": [
                    {"type": "tool_use", "id": "a", "name": "B", "input": {"command": COMMAND}},
                    {"type": "tool_use", "id": "b", "name": "B", "input": {"command": "ls"}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "b", "content": "README.md"},
                    {"type": "tool_result", "tool_use_id": "a", "content": output},
                ],
            },
        ],
        "chat": [
            {
                "role": "assistant",
                "tool_calls": [
                    {"id": "a", "function": {"name": "bash", "arguments": arguments(COMMAND)}},
                    {"id": "b", "function": {"name": "bash", "arguments": arguments("ls")}},
                ],
            },
            {"role": "tool", "content": "README.md", "tool_call_id": "b"},
            {"role": "tool", "content": output, "tool_call_id": "a"},
        ],
        "mcp": [
            {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "B", "arguments": {"c": COMMAND}}},
            {"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {"name": "B", "arguments": {"c": "ls"}}},
            {"jsonrpc": "2.0", "id": 4, "result": {"content": [{"type": "text", "text": "README.md"}]}},
            {"jsonrpc": "2.0", "id": 3, "result": {"content": [{"type": "text", "text": output}]}},
        ],
    }


@pytest.mark.parametrize("form", side_by_side(""))
def test_of_calls_side_by_side_it_is_the_one_that_has_the_same_id(shipped: Scanner, form: str) -> None:
    shown = shipped.mask(side_by_side(SECRET)[form]).text
    assert SECRET not in shown
    assert "README.md" in shown
