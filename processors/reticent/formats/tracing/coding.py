"""What coding agents say of themselves by OpenTelemetry: log records and spans of Claude Code, Codex, Gemini CLI and
those made from it.

https://code.claude.com/docs/en/monitoring-usage
https://github.com/openai/codex/blob/main/docs/config.md
https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/telemetry.md
"""

from __future__ import annotations

from ...model import Step, StepKind
from ..providers.blocks import arguments_of
from .spans import Attributes, Event, Reading, Span

_AGENTS = ("claude_code.", "codex.", "gemini_cli.", "qwen-code.")
_SAID = {
    "user_prompt": (StepKind.PROMPT, ("prompt", "prompt_text")),
    "assistant_response": (StepKind.OUTPUT, ("response",)),
    "api_response": (StepKind.OUTPUT, ("response_text",)),
    "api_error": (StepKind.ERROR, ("error", "error.message", "error_message")),
}
"""What an event says, and where: the first of these attributes that there is."""
_TOOLS = frozenset({"tool_result", "tool_call"})
_NAMED, _IDS = ("tool_name", "function_name"), ("tool_use_id", "call_id")
_GIVEN, _GAVE = ("tool_input", "arguments", "function_args", "tool_parameters"), ("output", "error", "error.message")
_WITHHELD = "<REDACTED>"
"""Written by agents that were not told to log what was said."""


def told(event: Event) -> Reading | None:
    """What a log record says, if it is of a coding agent's."""
    body = event.attributes.values.get("body")
    name = event.name if "." in event.name else body if isinstance(body, str) else ""
    if not name.startswith(_AGENTS):
        return None
    kind = name.partition(".")[2]
    if kind in _TOOLS:
        return Reading(tool=_tool(event))
    if kind not in _SAID:
        return None
    role, names = _SAID[kind]
    found = event.attributes.first(*names)
    if not found or event.attributes.values[found] == _WITHHELD:
        return None
    step = Step(0, role, event.attributes.values[found], path=event.attributes.place(found), started_at=event.at)
    return Reading(steps=[step])


def _tool(event: Event) -> list[Step]:
    """The call, and what it gave where the agent tells it."""
    attributes = event.attributes
    name, call_id = attributes.text(*_NAMED), attributes.text(*_IDS)
    given, gave = attributes.first(*_GIVEN), attributes.first(*_GAVE)
    content = arguments_of(attributes.values.get(given)) if given else {}
    call = Step(0, StepKind.TOOL_CALL, content, name=name, call_id=call_id, path=attributes.place(given) or event.path)
    if not gave:
        return [call]
    failed = gave != "output" or str(attributes.values.get("success")).lower() == "false"
    return [call, Step(0, StepKind.TOOL_RESULT, attributes.values[gave], name=name, call_id=call_id,
                       attributes={"error": True} if failed else {}, path=attributes.place(gave))]  # fmt: skip


_PROMPT, _OUTPUT = "user_prompt", "tool.output"


def read(span: Span) -> Reading | None:
    """A turn of Claude Code's, or the run of a tool of its, whose output is an event."""
    attributes = span.attributes
    kind = attributes.text("span.type")
    if kind == "interaction" and (said := attributes.text(_PROMPT)) and said != _WITHHELD:
        return Reading(steps=[Step(0, StepKind.PROMPT, said, path=attributes.place(_PROMPT))])
    if kind != "tool" or not span.name.startswith(_AGENTS):
        return None
    name, call_id = attributes.text("tool_name", "gen_ai.tool.name"), attributes.text("gen_ai.tool.call.id", *_IDS)
    steps = [Step(0, StepKind.TOOL_CALL, _given(attributes), name=name, call_id=call_id, path=span.path)]
    for event in span.events:
        if event.name == _OUTPUT and len(steps) == 1:
            steps[0].content = steps[0].content or _given(event.attributes)
            gave = event.attributes.values.get("output", "")
            place = event.attributes.place("output") if "output" in event.attributes.values else event.path
            steps.append(Step(0, StepKind.TOOL_RESULT, gave, name=name, call_id=call_id, path=place))
    return Reading(tool=steps, events=frozenset({_OUTPUT}))


def _given(attributes: Attributes) -> dict[str, object]:
    """What a tool was given, as far as it is told."""
    if found := attributes.first("tool_input"):
        tree = attributes.tree(found)
        return tree if isinstance(tree, dict) else {found: tree}
    return {name: attributes.values[name] for name in _TOLD if attributes.values.get(name)}


_TOLD = ("full_command", "bash_command", "file_path", "skill_name", "subagent_type", "content", "diff")
