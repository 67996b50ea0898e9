"""Cline and Roo Code: what a task shows, as `ui_messages.json` keeps it. What its model was sent is a list of
Anthropic's messages.

https://docs.cline.bot
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..jsontext import Number
from ..providers.blocks import arguments_of, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said, timed

_SAID: Mapping[str, StepKind] = {
    "task": StepKind.PROMPT, "user_feedback": StepKind.PROMPT, "user_feedback_diff": StepKind.PROMPT,
    "reasoning": StepKind.THINKING, "text": StepKind.OUTPUT, "completion_result": StepKind.OUTPUT,
    "followup": StepKind.OUTPUT, "plan_mode_respond": StepKind.PLAN, "condense_context": StepKind.MEMORY,
    "tool": StepKind.TOOL_CALL, "command": StepKind.TOOL_CALL, "use_mcp_server": StepKind.TOOL_CALL,
    "browser_action": StepKind.TOOL_CALL, "browser_action_launch": StepKind.TOOL_CALL,
    "command_output": StepKind.TOOL_RESULT, "browser_action_result": StepKind.TOOL_RESULT,
    "mcp_server_response": StepKind.TOOL_RESULT, "subtask_result": StepKind.TOOL_RESULT,
    "codebase_search_result": StepKind.RETRIEVAL, "error": StepKind.ERROR, "api_req_failed": StepKind.ERROR,
    "diff_error": StepKind.ERROR, "condense_context_error": StepKind.ERROR, "rooignore_error": StepKind.ERROR,
    "clineignore_error": StepKind.ERROR,
}  # fmt: skip
_TOOLS: Mapping[str, str] = {"command_output": "command", "browser_action_result": "browser_action",
                             "mcp_server_response": "use_mcp_server"}  # fmt: skip
"""Of which call something is the result."""
_NAMES = ("tool", "toolName", "action")
_CALL, _BEGUN = ("cline", "call"), ("cline", "begun")


class Cline(Provider):
    name = "cline"
    members = frozenset({"say", "ask"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or not isinstance(document.get("ts"), int | Number):
            return False
        kind = document.get("type")
        return kind in ("say", "ask") and isinstance(document.get(kind), str)

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        kind = text(document, text(document, "type"))
        for step in timed(_steps(run, document, path, kind), said(document.get("ts"), unit=0.001)):
            # what is asked is often what was said before
            if step.kind in (StepKind.TOOL_RESULT, StepKind.PROMPT) or not run.again(step):
                run.answered([step])


def _steps(run: Run, message: Mapping[str, Any], path: str, kind: str) -> Iterator[Step]:
    """Tools have no ids: a result is that of the last call of its kind, which is known by its time."""
    content, found = message.get("text"), _SAID.get(kind)
    if not run.memory.setdefault(_BEGUN, False) and content:  # the first thing that is said is the task
        found, run.memory[_BEGUN] = StepKind.PROMPT if kind == "text" else found, True
    if kind == "reasoning" and message.get("reasoning"):
        yield Step(0, StepKind.THINKING, message["reasoning"], path=path + "['reasoning']")
    elif found is not None and content:
        step = Step(0, found, content, path=path + "['text']")
        if found is StepKind.TOOL_CALL:
            step.content = arguments_of(content)
            named = step.content if isinstance(step.content, dict) else {}
            step.name = next((text(named, name) for name in _NAMES if text(named, name)), kind)
            run.memory[*_CALL, kind] = step
        elif found is StepKind.TOOL_RESULT:
            call = run.memory.get((*_CALL, _TOOLS.get(kind, kind)))
            step.name = call.name if call is not None else _TOOLS.get(kind, kind)
        yield step
