"""OpenHands's SDK (V1): the events of a conversation, as its store keeps them a file each.

https://docs.openhands.dev/sdk/arch/events
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps
from ..providers.blocks import arguments_of, block_steps, content_of, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_SILENT = frozenset({
    "CondensationRequest", "PauseEvent", "InterruptEvent", "ConversationStateUpdateEvent", "HookExecutionEvent",
    "TokenEvent", "StreamingDeltaEvent", "LLMCompletionLogEvent", "SecurityAnalysisEvent", "ACPToolCallEvent",
})  # fmt: skip
"""What these say is no step, or is told by others."""
_SAID: Mapping[str, tuple[StepKind, str]] = {
    "Condensation": (StepKind.MEMORY, "summary"), "CondensationSummaryEvent": (StepKind.MEMORY, "summary"),
    "ConversationErrorEvent": (StepKind.ERROR, "detail"), "AgentErrorEvent": (StepKind.TOOL_RESULT, "error"),
    "UserRejectObservation": (StepKind.TOOL_RESULT, "rejection_reason"),
}  # fmt: skip
_KINDS = frozenset({"SystemPromptEvent", "MessageEvent", "ActionEvent", "ObservationEvent", *_SAID, *_SILENT})
_ACTIONS: Mapping[str, tuple[StepKind, str]] = {
    "ThinkAction": (StepKind.THINKING, "thought"), "FinishAction": (StepKind.OUTPUT, "message"),
}  # fmt: skip
"""Calls of tools that only say something."""
_SEEN = frozenset({"ThinkObservation", "FinishObservation"})
_FAILED: Mapping[str, Any] = {"error": True}


class OpenHandsSdk(Provider):
    name = "openhands-sdk"
    members = frozenset({"kind"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict) or not isinstance(kind := document.get("kind"), str):
            return False
        return kind in _KINDS and "source" in document and "timestamp" in document

    def feed(self, run: Run, path: str, document: Any) -> None:
        if isinstance(document, dict):
            run.answered(timed(_steps(document, path, text(document, "kind")), document.get("timestamp")))


def _steps(event: Mapping[str, Any], path: str, kind: str) -> list[Step]:
    if kind == "SystemPromptEvent":
        return [step for name in ("system_prompt", "dynamic_context") for step in _block(event, path, name)]
    if kind == "MessageEvent":
        return _message(event, path)
    if kind == "ActionEvent":
        return _acted(event, path)
    if kind == "ObservationEvent":
        return _observed(event, path)
    if kind not in _SAID:
        return []
    what, name = _SAID[kind]
    said = event.get(name)
    if not said:
        return []
    step = Step(0, what, said, name=text(event, "code"), path=path + segment(name))
    return [_of_tool(event, step, failed=True)] if what is StepKind.TOOL_RESULT else [step]


def _block(event: Mapping[str, Any], path: str, name: str) -> list[Step]:
    return block_steps(event.get(name), path + segment(name), StepKind.SYSTEM)


def _message(event: Mapping[str, Any], path: str) -> list[Step]:
    message = event.get("llm_message")
    steps = message_steps(message, path + "['llm_message']") if isinstance(message, dict) else []
    for index, block in enumerate(items(event, "extended_content")):  # goes to the model behind the user's words
        steps += block_steps(block, f"{path}['extended_content'][{index}]", StepKind.PROMPT)
    return steps


def _acted(event: Mapping[str, Any], path: str) -> list[Step]:
    thought = content_of(event.get("thought"))
    steps = message_steps({**event, "role": "assistant", "tool_calls": None}, path)
    if thought:
        steps.append(Step(0, StepKind.THINKING, thought, path=path + "['thought']"))
    action, call = mapping(event.get("action")), mapping(event.get("tool_call"))
    what, name = _ACTIONS.get(text(action, "kind"), (StepKind.TOOL_CALL, ""))
    said = action.get(name)
    if said:
        # the model's own call says it once more
        return [*steps, Step(0, what, said, path=path + "['action']", further=[path + "['tool_call']"])]
    given = call.get("arguments") if call else {key: value for key, value in action.items() if key != "kind"}
    step = Step(0, StepKind.TOOL_CALL, arguments_of(given), path=path + "['tool_call']", further=[path + "['action']"])
    return [*steps, _of_tool(event, step)]


def _observed(event: Mapping[str, Any], path: str) -> list[Step]:
    seen = mapping(event.get("observation"))
    kind, said = text(seen, "kind"), content_of(seen.get("content"))
    path += "['observation']"
    if kind in _SEEN:
        return [Step(0, StepKind.EVENT, said, name=kind, path=path)] if said else []
    rest = {name: value for name, value in seen.items() if name not in ("kind", "content", "is_error")}
    step = Step(0, StepKind.TOOL_RESULT, said or rest or "", path=path)
    return [_of_tool(event, step, failed=seen.get("is_error") is True)]


def _of_tool(event: Mapping[str, Any], step: Step, *, failed: bool = False) -> Step:
    step.name, step.call_id = text(event, "tool_name"), text(event, "tool_call_id")
    if failed:
        step.attributes = _FAILED
    return step
