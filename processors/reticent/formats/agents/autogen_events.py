"""AutoGen: what `autogen-core` logs of a run (`EVENT_LOGGER_NAME`): calls of models and tools, messages between agents,
and what failed.

https://microsoft.github.io/autogen/stable/reference/python/autogen_core.logging.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import arguments_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tracing import conversation

_EVENTS: Mapping[str, frozenset[str]] = {
    "LLMCall": frozenset({"messages", "response"}), "LLMStreamStart": frozenset({"messages"}),
    "LLMStreamEnd": frozenset({"response"}), "ToolCall": frozenset({"tool_name", "arguments"}),
    "Message": frozenset({"payload", "delivery_stage"}), "MessageDropped": frozenset({"payload", "kind"}),
    "MessageHandlerException": frozenset({"payload", "exception"}),
    "AgentConstructionException": frozenset({"agent_id", "exception"}),
}  # fmt: skip
"""And what each of them has besides."""
_MODEL = "LLM"
_WAITING = ("autogen", "waiting")
"""Under this a run remembers the calls that a model asked for."""


class AutoGenEvents(Provider):
    name = "autogen-events"
    members = frozenset({"agent_id", "response", "messages", "payload"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        wanted = _EVENTS.get(text(document, "type"))
        return wanted is not None and wanted <= document.keys()

    def feed(self, run: Run, path: str, document: Any) -> None:
        """Messages between agents say again what models and tools said."""
        if not isinstance(document, dict):
            return
        kind = text(document, "type")
        if kind.startswith(_MODEL):
            _model(run, document, path)
        elif kind == "ToolCall":
            _tool(run, document, path)
        elif document.get("exception"):
            run.answered([Step(0, StepKind.ERROR, document["exception"], name=kind, path=path + "['exception']")])


def _model(run: Run, event: Mapping[str, Any], path: str) -> None:
    counted = {name: event[name] for name in ("prompt_tokens", "completion_tokens") if name in event}
    run.note({"usage": counted}, usage="usage")
    if "messages" in event:
        run.request()
        run.sent(conversation.sent(event["messages"], path + "['messages']"))
    if event.get("response"):
        said = conversation.answered(event["response"], path + "['response']")
        run.answered(said)
        run.memory.setdefault(_WAITING, []).extend(step for step in said if step.kind is StepKind.TOOL_CALL)
        if isinstance(event["response"], dict):
            run.note(event["response"], model="model")


def _tool(run: Run, event: Mapping[str, Any], path: str) -> None:
    """A tool's own record: of a call of the model's where that asked for it."""
    name, place = text(event, "tool_name"), path + segment("arguments")
    call = Step(0, StepKind.TOOL_CALL, arguments_of(event.get("arguments")), name=name, path=place)
    waiting = run.memory.get(_WAITING, [])
    asked = next((each for each in waiting if (each.name, each.content) == (name, call.content)), None)
    if asked is None:
        run.answered([call])
    else:
        waiting.remove(asked)
        asked.further = [*asked.further, place]
        call = asked
    result = event.get("result")
    run.answered([Step(0, StepKind.TOOL_RESULT, "" if result is None else result, name=name, call_id=call.call_id,
                       path=path + segment("result"))])  # fmt: skip
