"""CrewAI: the events of its bus, as their `to_json` gives them, and as it sends them in batches (`event_data`): of
calls of models and tools, of memory and knowledge, of plans, and of crews, tasks and flows.

https://docs.crewai.com/concepts/event-listener
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step
from ..providers.blocks import all_are, arguments_of, first, items, mapping, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tracing import conversation
from ..tracing.spans import below
from .timed import timed

_BATCH, _DATA = "events", "event_data"
_TIMES = ("timestamp", "event_id")
_OF = ("source_type", "source_fingerprint", "emission_sequence", "parent_event_id", "fingerprint_metadata")
_MODEL, _CHUNK, _THINKING = "llm_call_", "llm_stream_chunk", "llm_thinking_chunk"
_TOOL = {"tool_usage_started", "tool_usage_finished", "tool_usage_error", "tool_execution_error"}
_WAITING, _MADE = ("crewai", "waiting"), ("crewai", "made")
"""Under these a run remembers calls that a model asked for, and calls that tools told, with their results."""
_FAILED = ("_failed", "_error")
_SAID: Mapping[str, tuple[StepKind, str]] = {
    "knowledge_query_completed": (StepKind.RETRIEVAL, ""),
    "knowledge_retrieval_completed": (StepKind.RETRIEVAL, "retrieved_knowledge"),
    "memory_query_completed": (StepKind.MEMORY, "results"),
    "memory_retrieval_completed": (StepKind.MEMORY, "memory_content"),
    "memory_save_completed": (StepKind.MEMORY, "value"),
    "agent_reasoning_completed": (StepKind.PLAN, "plan"),
    "crew_kickoff_started": (StepKind.EVENT, "inputs"),
    "flow_started": (StepKind.EVENT, "inputs"),
    "method_execution_started": (StepKind.EVENT, "params"),
    "method_execution_finished": (StepKind.EVENT, "result"),
}
"""Of events that say one thing: its kind, and where it stands."""


class CrewAi(Provider):
    name = "crewai"
    members = frozenset({"event_id", "emission_sequence", "source_fingerprint", _BATCH, _DATA})
    holding = frozenset({_BATCH, _DATA})

    def claims(self, document: Any) -> bool:
        if _BATCH in mapping(document):
            return all_are(items(document, _BATCH), lambda event: "event_id" in mapping(event) and _DATA in event)
        if not isinstance(document, dict) or not text(document, "type"):
            return False
        if _DATA in document:
            return "event_id" in document
        return any(name in document for name in _TIMES) and sum(name in document for name in _OF) > 2

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        for index, event in enumerate(items(document, _BATCH)):
            if _DATA in mapping(event):
                self.feed(run, f"{path}['{_BATCH}'][{index}]", event)
        if isinstance(inner := document.get(_DATA), dict):
            about = {name: document.get(name) for name in ("type", "timestamp")}
            self.feed(run, path + segment(_DATA), inner if "type" in inner else {**about, **inner})
            return
        kind = text(document, "type")
        if kind.startswith(_MODEL):
            _call(run, document, path, kind)
        elif kind in (_CHUNK, _THINKING):
            said = StepKind.OUTPUT if kind == _CHUNK else StepKind.THINKING
            run.delta((_CHUNK, text(document, "call_id"), said), said, document, "chunk", path)
        elif kind in _TOOL:
            _tool(run, document, path)
        else:
            run.answered(timed(_told(document, path, kind), document.get("timestamp")))


def _call(run: Run, event: Mapping[str, Any], path: str, kind: str) -> None:
    """A call that was completed says again what it was sent, and what came in pieces."""
    at, call = event.get("timestamp"), text(event, "call_id")
    run.note(event, model="model", usage="usage")
    if kind == f"{_MODEL}started":
        run.request()
    if not run.asked:
        sent = timed(_placed(conversation.sent(event.get("messages")), path + segment("messages")), at)
        _name_calls(run, sent)
        run.sent(sent)
    if text(event, "error"):
        run.answered(timed([Step(0, StepKind.ERROR, event["error"], path=path + segment("error"))], at))
    for step in timed(_placed(_answer(event.get("response")), path + segment("response")), at):
        run.ended((_CHUNK, call, step.kind), step)
        if step.kind is StepKind.TOOL_CALL:
            run.memory.setdefault(_WAITING, []).append(step)


def _answer(response: Any) -> list[Step]:
    """A text, what a provider answered, or the calls that it asks for alone."""
    if isinstance(response, list) and response and all(map(_is_call, response)):
        return [call_step(call, f"$[{index}]") for index, call in enumerate(response)]
    return conversation.answered(response)


def _is_call(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("function"), dict)


def _placed(steps: Iterable[Step], path: str) -> list[Step]:
    found = list(steps)
    for step in found:
        step.path = below(path, step.path)
    return found


def _name_calls(run: Run, sent: Iterable[Step]) -> None:
    """Tools' own events do not say the ids of calls; what the model is sent next does."""
    for step in sent:
        if step.kind is StepKind.TOOL_CALL and step.call_id:
            made = next((each for each in run.memory.get(_MADE, ()) if _same(each[0], step)), None)
            for each in made or ():
                each.call_id = step.call_id


def _same(made: Step, other: Step) -> bool:
    return not made.call_id and made.name == other.name and made.content == other.content


def _tool(run: Run, event: Mapping[str, Any], path: str) -> None:
    """A call is told when the model asks for it, when it begins, and when it ends."""
    name, at = text(event, "tool_name"), event.get("timestamp")
    key = ("crewai", first(event, ("started_event_id", "event_id")), name)
    given = Step(0, StepKind.TOOL_CALL, arguments_of(event.get("tool_args")), name=name, path=path + "['tool_args']")
    made = run.memory.get(key)
    if made is None:
        made = run.memory[key] = [_asked(run, given, event.get("started_at") or at)]
        run.memory.setdefault(_MADE, []).append(made)
    if made[0] is not given:
        made[0].further = [*made[0].further, given.path]
    where = next((each for each in ("output", "error") if each in event), "")
    if where:
        place, call_id = path + segment(where), made[0].call_id
        result = Step(0, StepKind.TOOL_RESULT, event[where], name=name, call_id=call_id, path=place)
        result.attributes = {"is_error": True} if where == "error" else {}
        made.append(result)
        run.answered(timed([result], at))


def _asked(run: Run, given: Step, at: Any) -> Step:
    """The model's own call, where it asked for this one; else a step of its own."""
    waiting = run.memory.get(_WAITING, [])
    for number, step in enumerate(waiting):
        if step.name == given.name and step.content == given.content:
            return waiting.pop(number)  # type: ignore[no-any-return]
    run.answered(timed([given], at))
    return given


def _told(event: Mapping[str, Any], path: str, kind: str) -> list[Step]:
    if kind.endswith(_FAILED) and event.get("error"):
        return [Step(0, StepKind.ERROR, event["error"], name=kind, path=path + segment("error"))]
    said, where = _SAID.get(kind, (StepKind.EVENT, ""))
    found = event.get(where) if where else None
    if where and found in (None, "", {}, []):
        return []
    if not where and kind not in _SAID:
        return _output(event, path, kind)
    return [Step(0, said, event if found is None else found, name=kind, path=path + (segment(where) if where else ""))]


def _output(event: Mapping[str, Any], path: str, kind: str) -> list[Step]:
    """What an agent, a task or a crew gave is what its model said, under a name of theirs."""
    content, place = event.get("output"), path + segment("output")
    if isinstance(content, dict) and "raw" in content:
        content, place = content["raw"], place + segment("raw")
    return [Step(0, StepKind.EVENT, content, name=kind, path=place)] if content not in (None, "", {}, []) else []
