"""What coding agents tell the hooks that people give them: Claude Code, Codex, Gemini CLI, Copilot, Cursor, Windsurf.

https://docs.claude.com/en/docs/claude-code/hooks
https://geminicli.com/docs/hooks/reference
https://code.visualstudio.com/docs/copilot/customization/hooks
https://cursor.com/docs/agent/hooks
https://docs.windsurf.com/windsurf/cascade/hooks
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import arguments_of, first, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import said, timed

_EVENTS = ("hook_event_name", "hookEventName")
_ACTION, _ABOUT = "agent_action_name", "tool_info"
"""Windsurf's names of an event and of what it is about."""
_SESSIONS = ("session_id", "sessionId", "conversation_id", "trajectory_id")
_TOOL = frozenset({"toolName", "toolArgs"})
_ASKED = frozenset({"cwd", "prompt", "sessionId", "timestamp"})
"""Copilot's command line does not say which hook it calls."""
_NAMES = ("tool_name", "toolName", "mcp_tool_name")
_GIVEN = ("tool_input", "toolArgs", "mcp_tool_arguments")
_GAVE = ("tool_response", "tool_output", "result_json", "toolResult", "mcp_result", "error")
_SAID: Sequence[tuple[str, StepKind]] = (
    ("prompt", StepKind.PROMPT), ("user_prompt", StepKind.PROMPT), ("last_assistant_message", StepKind.OUTPUT),
    ("prompt_response", StepKind.OUTPUT), ("response", StepKind.OUTPUT), ("message", StepKind.EVENT),
)  # fmt: skip
_COMMANDS = ("command", "command_line")
_FILES = ("edits", "content")
_MILLISECONDS = 1e-3
_AT_ONCE = 64
"""Calls of one name and id that wait for their results."""


class Hooks(Provider):
    name = "agent-hooks"
    members = frozenset({*_EVENTS, frozenset({_ACTION, _ABOUT}), _TOOL, _ASKED})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or not first(document, _SESSIONS):
            return False
        named = bool(first(document, (*_EVENTS, _ACTION)))
        return named or _TOOL.issubset(document) or document.keys() == _ASKED

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or first(document, _SESSIONS)
        run.note(document, model="model_name" if _ACTION in document else "model")
        at = said(document.get("timestamp"), _MILLISECONDS)
        event = first(document, (*_EVENTS, _ACTION))
        inner = mapping(document.get(_ABOUT))
        node, place = (inner, path + segment(_ABOUT)) if inner else (document, path)
        _model(run, node, place)
        for step in timed(_spoken(event, node, place), at):
            ends = step.kind is StepKind.OUTPUT or event.startswith("After")  # what began a turn is said where it ends
            if not (ends and run.again(step, StepKind.PROMPT)):
                run.answered([step])
        for step in timed(_used(event, node, place), at):
            _told(run, step)


def _model(run: Run, node: Mapping[str, Any], path: str) -> None:
    """What a model is sent, and a piece of what it answers (Gemini CLI), of which the hook of the end has all."""
    asked, answered = mapping(node.get("llm_request")), mapping(node.get("llm_response"))
    for index, message in enumerate(items(asked, "messages")):
        if isinstance(message, dict):
            run.once(message_steps(message, f"{path}['llm_request']['messages'][{index}]", "user"))
    key = ("model", run.session_id)
    if isinstance(answered.get("text"), str):
        run.delta(key, StepKind.OUTPUT, answered, "text", path + "['llm_response']")
    for number, each in enumerate(items(answered, "candidates")):
        parts = items(mapping(mapping(each).get("content")), "parts")
        for index, part in enumerate(parts):
            if isinstance(part, str):
                run.join((*key, number), (parts, index))


def _spoken(event: str, node: Mapping[str, Any], path: str) -> Iterator[Step]:
    for name, kind in _SAID:
        if text(node, name):
            yield Step(0, kind, node[name], event if kind is StepKind.EVENT else "", path=path + segment(name))
    if event.endswith(("AgentResponse", "AgentThought")) and text(node, "text"):
        kind = StepKind.THINKING if event.endswith("Thought") else StepKind.OUTPUT
        yield Step(0, kind, node["text"], path=path + "['text']")


def _used(event: str, node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """A call, and what it gave. What is run or edited without a tool's name is named by the hook."""
    name, call_id = first(node, _NAMES), text(node, "tool_use_id")
    given = next((each for each in (*_GIVEN, *_COMMANDS, *_FILES) if node.get(each) is not None), "")
    if not name and given not in (*_COMMANDS, *_FILES) and "file_path" not in node:
        return
    arguments = arguments_of(node.get(given)) if given and given not in _FILES else _about(node)
    place = path + segment(given or "file_path")
    yield Step(0, StepKind.TOOL_CALL, arguments, name or _named(event), call_id, path=place)
    gave = next((each for each in _GAVE if node.get(each) is not None), "")
    if not gave and given in _COMMANDS and "output" in node:
        gave = "output"
    if gave:
        failed = {"error": True} if gave == "error" else {}
        content = result_of(_opened(node[gave]))
        yield Step(0, StepKind.TOOL_RESULT, content, name or _named(event), call_id, path=path + segment(gave),
                   attributes=failed)  # fmt: skip


def _about(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: node[name] for name in ("file_path", *_FILES) if node.get(name) is not None}


def _named(event: str) -> str:
    """`beforeShellExecution`, `post_run_command`: what is done."""
    for when in ("before", "after", "pre_", "post_"):
        if event.startswith(when):
            return event[len(when) :]
    return event


def _opened(value: Any) -> Any:
    """What the model is told of it, where that is said beside what people are."""
    node = mapping(value)
    return next((node[name] for name in ("textResultForLlm", "llmContent") if node.get(name)), value)


def _told(run: Run, step: Step) -> None:
    """A hook before a tool and the one after it say the same call; not all of them give it an id."""
    key = (Hooks.name, step.name, step.call_id)
    waiting: deque[Step] = run.memory.setdefault(key, deque(maxlen=_AT_ONCE))
    if step.kind is StepKind.TOOL_CALL:
        known = next((each for each in waiting if each.content == step.content), None)
        if known is None:
            waiting.append(step)
            run.answered([step])
        else:
            known.further = [*known.further, step.path]
        return
    if waiting:
        waiting.pop()
    run.answered([step])
