"""The Agent Communication Protocol (BeeAI, IBM): what an agent is asked, its runs, and what they stream.

https://agentcommunicationprotocol.dev/spec/openapi
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import all_are, arguments_of, failure_of, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_ASKED = frozenset({"agent_name", "input"})
_RUN = frozenset({"agent_name", "run_id", "status"})
_RESUMED = frozenset({"run_id", "await_resume"})
_EVENTS: Mapping[str, str] = {
    **dict.fromkeys(("message.created", "message.completed"), "message"), "message.part": "part", "generic": "generic",
    **dict.fromkeys(("run.created", "run.in-progress", "run.awaiting", "run.completed", "run.cancelled", "run.failed"),
                    "run"),
}  # fmt: skip
"""And what each holds."""
_MEDIA = ("image/", "audio/", "video/")
_PIECES = "pieces"


class AgentRuns(Provider):
    name = "agent-runs"
    members = frozenset({_ASKED, _RUN, _RESUMED, *(frozenset({"type", name}) for name in _EVENTS.values())})
    holding = frozenset({"part", "run", "message"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        kind = text(document, "type")
        if kind in _EVENTS:
            inner = document.get(_EVENTS[kind])
            if kind == "message.part":
                return _is_part(inner)
            return isinstance(inner, dict) and (_is_message(inner) or inner.keys() >= _RUN or kind == "generic")
        if document.keys() >= _RUN or document.keys() >= _RESUMED:
            return "output" in document or "await_resume" in document or "await_request" in document
        return document.keys() >= _ASKED and all_are(items(document, "input"), _is_message)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        kind = text(node, "type")
        held = _EVENTS.get(kind, "")
        inner, place = mapping(node.get(held)), path + segment(held)
        if kind == "message.part":
            _part(run, inner, place)
        elif held == "message":
            _message(run, inner, place)
        elif kind == "generic":
            run.answered([Step(0, StepKind.EVENT, node.get("generic"), kind, path=place)])
        else:
            _run(run, inner if held else node, place if held else path)


def _is_part(node: Any) -> bool:
    return isinstance(node, dict) and ("content_type" in node or "content_url" in node)


def _is_message(node: Any) -> bool:
    parts = mapping(node).get("parts")
    return isinstance(parts, list) and text(node, "role").partition("/")[0] in ("user", "agent") and (
        not parts or all_are(parts, _is_part))  # fmt: skip


def _run(run: Run, node: Mapping[str, Any], path: str) -> None:
    run.session_id = run.session_id or text(node, "session_id")
    for name in ("input", "output"):
        for index, message in enumerate(items(node, name)):
            _message(run, mapping(message), f"{path}['{name}'][{index}]", name == "input")
    for name in ("await_request", "await_resume"):
        held = mapping(node.get(name))
        if held:
            _message(run, mapping(held.get("message")), f"{path}['{name}']['message']", name == "await_resume")
    if failure_of(node):
        run.answered([Step(0, StepKind.ERROR, failure_of(node), path=path + "['error']['message']")])


def _message(run: Run, node: Mapping[str, Any], path: str, asked: bool = False) -> None:
    """What its parts say that came before it; text in pieces is one text again when it is complete."""
    role = text(node, "role").partition("/")
    kind = StepKind.PROMPT if asked or role[0] == "user" else StepKind.OUTPUT
    steps = [
        step
        for index, part in enumerate(items(node, "parts"))
        for step in _steps(mapping(part), f"{path}['parts'][{index}]", kind, role[2])
    ]
    whole = "".join(step.content for step in steps if step.kind is kind and isinstance(step.content, str))
    for step in timed(steps, node.get("created_at")):
        if asked or not (run.again(step, StepKind.PROMPT) or (step.kind is kind and _known(run, whole, step))):
            run.answered([step])


def _known(run: Run, whole: str, step: Step) -> bool:
    """Whether the pieces that came before are what these parts say, cut elsewhere."""
    again = Step(0, step.kind, whole, path=step.path)
    return step.content != whole and run.again(again, StepKind.PROMPT)


def _part(run: Run, node: Mapping[str, Any], path: str) -> None:
    steps = list(_steps(node, path, StepKind.OUTPUT, ""))
    if _is_text(node) and not text(node, "name"):
        number = run.memory.setdefault((AgentRuns.name, _PIECES), 0)
        run.delta((AgentRuns.name, number), StepKind.OUTPUT, node, "content", path)
        steps = [step for step in steps if step.kind is not StepKind.OUTPUT]
    if steps:
        run.memory[AgentRuns.name, _PIECES] = run.memory.get((AgentRuns.name, _PIECES), 0) + 1
        run.answered(steps)


def _is_text(node: Mapping[str, Any]) -> bool:
    return (text(node, "content_type") or "text/plain").startswith("text/") and node.get("content_encoding") != "base64"


def _steps(node: Mapping[str, Any], path: str, kind: StepKind, name: str) -> Iterator[Step]:
    """A part may tell what the agent thought, or asked of a tool, beside what it says."""
    about, place = mapping(node.get("metadata")), path + "['metadata']"
    if text(about, "kind") == "trajectory":
        tool = text(about, "tool_name")
        if text(about, "message"):
            yield Step(0, StepKind.THINKING, about["message"], path=place + "['message']")
        if tool:
            yield Step(0, StepKind.TOOL_CALL, arguments_of(about.get("tool_input")), tool,
                       path=place + "['tool_input']")  # fmt: skip
            if about.get("tool_output") is not None:
                yield Step(0, StepKind.TOOL_RESULT, result_of(about["tool_output"]), tool,
                           path=place + "['tool_output']")  # fmt: skip
    elif text(about, "kind") == "citation" and text(about, "description"):
        yield Step(0, StepKind.RETRIEVAL, about["description"], text(about, "title"), path=place + "['description']")
    if text(node, "content") and not text(node, "content_type").startswith(_MEDIA):
        yield Step(0, kind, node["content"], name, path=path + "['content']")
