"""Runs that are a list of turns: told alike, and named otherwise. One reader, and a table of names for each.

https://www.harborframework.com/docs/agents/trajectory-format
https://elevenlabs.io/docs/api-reference/conversations/get
https://docs.vapi.ai/server-url/events
https://docs.retellai.com/features/webhook-overview
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ...model import Step, StepKind
from ..providers.blocks import all_are, arguments_of, at, block_steps, first, items, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed
from .transcripts import note_words

Way = tuple[str, ...]
"""Names that lead to a value."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the parts of a turn are called. kinds: by whose turn it is; one of a tool is the call, or the result,
    itself. calls, results: lists within a turn. of: every turn has one of these names."""

    who: str
    kinds: Mapping[str, StepKind]
    said: str
    of: Sequence[str]
    thought: str = ""
    calls: str = ""
    results: Way = ()
    name: Sequence[str] = ("name",)
    given: str = "arguments"
    call_id: Sequence[str] = ("tool_call_id",)
    gave: str = "content"
    at: str = ""


class Turns(Provider):
    """`ways`: those to the list; `ids`, `models`: those to the session's id and the model's name."""

    ways: ClassVar[Sequence[Way]]
    names: ClassVar[Names]
    ids: ClassVar[Sequence[Way]] = ()
    models: ClassVar[Sequence[Way]] = ()

    def claims(self, document: Any) -> bool:
        turns, _ = self._turns(document)
        return all_are(turns, self._is_turn)

    def _is_turn(self, turn: Any) -> bool:
        names = self.names
        return (
            isinstance(turn, dict) and text(turn, names.who) in names.kinds and any(name in turn for name in names.of)
        )

    def feed(self, run: Run, path: str, document: Any) -> None:
        run.session_id = run.session_id or next(filter(None, (_text_at(document, way) for way in self.ids)), "")
        model = next(filter(None, (_text_at(document, way) for way in self.models)), "")
        run.note({"model": model}, model="model")
        turns, way = self._turns(document)
        place = path + "".join(map(segment, way))
        for index, turn in enumerate(turns):
            if isinstance(turn, dict):
                run.answered(timed(self._steps(turn, f"{place}[{index}]"), turn.get(self.names.at)))
                if isinstance(turn.get(self.names.said), str):
                    note_words(run, (turn, self.names.said), items(turn, "words"))

    def _turns(self, document: Any) -> tuple[Sequence[Any], Way]:
        """The first list that there is, and where."""
        for way in self.ways if type(document) is dict else ():
            found = at(document, way)
            if type(found) is list and found:
                return found, way
        return (), ()

    def _steps(self, turn: Mapping[str, Any], path: str) -> Iterator[Step]:
        names = self.names
        kind = names.kinds.get(text(turn, names.who), StepKind.OTHER)
        if kind is StepKind.TOOL_CALL and not items(turn, names.calls):
            yield self._call(turn, path)
        elif kind is StepKind.TOOL_RESULT:
            yield self._result(turn, path)
        else:
            if text(turn, names.thought):
                yield Step(0, StepKind.THINKING, turn[names.thought], path=path + segment(names.thought))
            yield from _said(turn.get(names.said), path + segment(names.said), kind)
        calls = list(_listed(turn, (names.calls,), path, self._call)) if names.calls else []
        results = list(_listed(turn, names.results, path, self._result))
        if len(results) in (1, len(calls)):  # one that does not say of which call it is answers all, or its own
            for call, result in zip(calls[-len(results) :], results, strict=False):
                if not result.call_id and not result.name:
                    result.call_id, result.name = call.call_id, call.name
        yield from (*calls, *results)

    def _call(self, node: Mapping[str, Any], path: str) -> Step:
        """OpenAI's way of it has the name and the arguments a layer further in."""
        inner = node["function"] if isinstance(node.get("function"), dict) else node
        given = inner.get(self.names.given, inner.get("arguments"))
        name, call_id = first(inner, self.names.name) or text(inner, "name"), first(node, (*self.names.call_id, "id"))
        return Step(0, StepKind.TOOL_CALL, arguments_of(given), name, call_id, path=path)

    def _result(self, node: Mapping[str, Any], path: str) -> Step:
        failed = {"error": True} if node.get("is_error") is True or node.get("successful") is False else {}
        name, call_id = first(node, self.names.name), first(node, self.names.call_id)
        said = result_of(node.get(self.names.gave))
        return Step(0, StepKind.TOOL_RESULT, said, name, call_id, path=path, attributes=failed)


def _listed(
    turn: Mapping[str, Any], way: Way, path: str, read: Callable[[Mapping[str, Any], str], Step]
) -> Iterator[Step]:
    found, place = at(turn, way) if way else None, path + "".join(map(segment, way))
    for index, each in enumerate(found if isinstance(found, list) else ()):
        if isinstance(each, dict):
            yield read(each, f"{place}[{index}]")


def _said(content: Any, path: str, kind: StepKind) -> Iterator[Step]:
    if isinstance(content, list):
        for index, block in enumerate(content):
            yield from block_steps(block, f"{path}[{index}]", kind)
    elif content:
        yield Step(0, kind, content, path=path)


def _text_at(node: Any, way: Way) -> str:
    found = at(node, way)
    return found if isinstance(found, str) else ""


_SPEAKERS = {"user": StepKind.PROMPT, "agent": StepKind.OUTPUT, "assistant": StepKind.OUTPUT,
             "bot": StepKind.OUTPUT, "system": StepKind.SYSTEM}  # fmt: skip


class Atif(Turns):
    """Harbor (Terminal-Bench): the Agent Trajectory Interchange Format."""

    name = "atif"
    members = frozenset({"schema_version", "steps"})
    holding = frozenset({"steps"})
    ways = (("steps",),)
    ids, models = (("session_id",), ("trajectory_id",)), (("agent", "model_name"),)
    names = Names(
        "source", _SPEAKERS, "message", ("step_id",), "reasoning_content", "tool_calls", ("observation", "results"),
        name=("function_name",), call_id=("tool_call_id", "source_call_id"), at="timestamp",
    )  # fmt: skip


class ElevenLabs(Turns):
    name = "elevenlabs"
    members = frozenset({"transcript", frozenset({"data", "event_timestamp"})})
    holding = frozenset({"transcript", "data"})
    ways = (("transcript",), ("data", "transcript"))
    ids = (("conversation_id",), ("data", "conversation_id"))
    names = Names(
        "role", _SPEAKERS, "message", ("time_in_call_secs",), "", "tool_calls", ("tool_results",),
        name=("tool_name",), given="params_as_json", call_id=("request_id",), gave="result_value",
    )  # fmt: skip

    def claims(self, document: Any) -> bool:
        return super().claims(document) and ("transcript" in document or "event_timestamp" in document)


class Vapi(Turns):
    name = "vapi"
    members = frozenset({"message", "artifact"})
    holding = members
    ways = (("message", "artifact", "messages"), ("artifact", "messages"), ("message", "messages"))
    ids = (("message", "call", "id"), ("id",))
    names = Names(
        "role", {**_SPEAKERS, "tool_calls": StepKind.TOOL_CALL, "tool_call_result": StepKind.TOOL_RESULT},
        "message", ("secondsFromStart", "endTime", "toolCalls", "toolCallId"), "", "toolCalls",
        call_id=("toolCallId",), gave="result",
    )  # fmt: skip

    def _is_turn(self, turn: Any) -> bool:
        return super()._is_turn(turn) and ("content" not in turn or "toolCalls" in turn)


class Retell(Turns):
    name = "retell"
    in_pieces = True
    members = frozenset({"call", "transcript_object", "transcript_with_tool_calls"})
    holding = frozenset({"call"})
    ways = tuple(
        (*above, name)
        for name in ("transcript_with_tool_calls", "transcript_object")
        for above in ((), ("call",))
    )  # fmt: skip
    ids = (("call", "call_id"), ("call_id",))
    names = Names(
        "role", {**_SPEAKERS, "tool_call_invocation": StepKind.TOOL_CALL, "tool_call_result": StepKind.TOOL_RESULT},
        "content", ("words", "tool_call_id", "metadata"),
    )  # fmt: skip

    def feed(self, run: Run, path: str, document: Any) -> None:
        """A function of one's own is asked beside what was said so far."""
        super().feed(run, path, document)
        if isinstance(document, dict) and isinstance(document.get("args"), dict) and text(document, "name"):
            asked = Step(0, StepKind.TOOL_CALL, document["args"], text(document, "name"), path=path + "['args']")
            run.answered([asked])
