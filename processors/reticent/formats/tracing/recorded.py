"""What recorders that know nothing of messages tell of a step: its type, its name, what went in and what came out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from ...model import Step, StepKind
from ..jsontext import Number, number_text
from ..providers.blocks import mapping
from ..tree import escaped_name
from . import spoken
from .spans import Attributes, Reading, Span, below, tool_message, tool_steps, written


class Part(msgspec.Struct, frozen=True, gc=False):
    """A piece of what is told of a step, and where it stands. `place`: of its only field, where that has another."""

    node: Mapping[str, Any]
    path: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What a recorder calls the fields of a step; `attributes`: the one that holds, or stands for, everything else.
    `error`: one that only a step that failed has."""

    sent: str
    answered: str
    began: Sequence[str]
    ended: Sequence[str]
    parent: str
    attributes: str
    error: Sequence[str] = ()
    name: Sequence[str] = ("name",)


class Record:
    """A step as its recorder tells of it, in one piece or several, of which a later one's fields win."""

    def __init__(self, *parts: Part) -> None:
        self._fields: dict[str, Part] = {}
        self.path, self.type = "", ""
        for part in parts:
            self.add(part)

    def add(self, part: Part) -> None:
        self.path = self.path or part.path
        for name, value in part.node.items():
            if value is not None:
                self._fields[name] = part

    def value(self, name: str) -> Any:
        part = self._fields.get(name)
        return part.node.get(name) if part is not None else None

    def text(self, *names: str) -> str:
        for name in names:
            found = self.value(name)
            if isinstance(found, str) and found:
                return found
        return ""

    def place(self, name: str) -> str:
        """The path of a field."""
        part = self._fields.get(name)
        return self.path if part is None else part.place or part.path + escaped_name(name)

    def _time(self, names: Sequence[str]) -> str:
        """As RFC 3339; some write seconds since the epoch."""
        value = next((found for name in names if (found := self.value(name))), None)
        if value is None or isinstance(value, str):
            return value or ""
        seconds = float(number_text(value)) if isinstance(value, Number) else value
        return written(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else ""

    def span(self, names: Names, attributes: Mapping[str, Any]) -> Span:
        """`attributes`: what else is known of it."""
        values = {**attributes, TYPE: self.type, SENT: self.value(names.sent), ANSWERED: self.value(names.answered)}
        places = {SENT: self.place(names.sent), ANSWERED: self.place(names.answered)}

        def locate(name: str, within: str) -> str:
            place = places.get(name)
            return self.place(names.attributes) if place is None else below(place, within)

        at, until = self._time(names.began), self._time(names.ended)
        error = next((name for name in names.error if self.text(name)), "")
        return Span(
            id=self.text("id"),
            parent=self.text(names.parent),
            name=self.text(*names.name),
            attributes=Attributes(values, locate),
            path=self.path,
            at=moment(at),
            until=moment(until) or moment(at),
            started_at=at,
            ended_at=until,
            failed=bool(error),
            error=self.text(error),
            told=self.place(error) if error else "",
        )


def moment(time: str) -> float:
    """Seconds since the epoch; 0 where it is no time."""
    try:
        found = datetime.fromisoformat(time)
        return found.replace(tzinfo=found.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def time_of(node: Mapping[str, Any], *names: str, each: float = 1.0) -> float:
    """The first of these times, in seconds since the epoch: RFC 3339, or a number of which `each` are a second."""
    value = next((node[name] for name in names if node.get(name) is not None), None)
    return moment(value) if isinstance(value, str) else number(value) / each


def number(value: Any) -> float:
    """What a number of JSON says; 0 where it is none, or none that is told apart."""
    try:
        found = float(number_text(value)) if isinstance(value, Number) else float(value) if _is_number(value) else 0.0
    except OverflowError:
        return 0.0
    return found if math.isfinite(found) else 0.0


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def about(model: str, usage: Any) -> dict[str, Any]:
    """The model and its tokens under the names that all spans have."""
    found: dict[str, Any] = {"gen_ai.request.model": model} if model else {}
    if isinstance(usage, dict):
        for side in ("input", "output"):
            names = (side, f"{side}_tokens", *_TOKENS[side])
            tokens = next((usage[name] for name in names if type(usage.get(name)) is int), None)
            if tokens is not None:
                found[f"gen_ai.usage.{side}_tokens"] = tokens
    return found


_TOKENS = {"input": ("promptTokens", "prompt_tokens", "inputTokens"),
           "output": ("completionTokens", "completion_tokens", "outputTokens")}  # fmt: skip
_MODELS = frozenset({"model", "generation", "generator", "llm", "chat_model", "chat", "completion",
                     "model_generation", "model_step", "model_inference"})  # fmt: skip
_WRAPPING = "tool.v2"
"""A tool of Genkit's whose result is an object around what it gave."""
_TOOLS = frozenset({"tool", "tool_call", "mcp_tool_call", _WRAPPING})
_RETRIEVERS = frozenset({"retriever", "retrieval"})

TYPES: Mapping[str, str] = {
    **dict.fromkeys(_MODELS, "model"), **dict.fromkeys(_TOOLS, "tool"), **dict.fromkeys(_RETRIEVERS, "retriever"),
}  # fmt: skip


SENT, ANSWERED, TYPE = "input.value", "output.value", "reticent.type"
"""The attributes under which `Record.span` puts what a recorder keeps apart."""
_CALL_IDS = ("gen_ai.tool.call.id", "tool.call.id")
_TOOL_NAMES = ("gen_ai.tool.name", "tool.name", "traceloop.entity.name")


def read(span: Span, type: str, sent: str, answered: str) -> Reading | None:
    """`type` as the recorder calls it; `sent` and `answered`: the attributes that hold both sides, empty where there
    are none."""
    attributes = span.attributes
    known = TYPES.get(type.lower())
    if known == "model":
        given = [step for step in spoken.sent(attributes, sent) if not _is_abridged(step)]
        return spoken.only_new(Reading(sent=given, answered=spoken.answered(attributes, answered)))
    if known == "tool" or tool_message(attributes, answered) is not None:
        name, call_id = attributes.text(*_TOOL_NAMES) or span.name, attributes.text(*_CALL_IDS)
        steps = tool_steps(span, name, call_id, sent, answered)
        if type == _WRAPPING:
            result = mapping(attributes.tree(answered))
            steps[-1].content = result.get("output", steps[-1].content)
        return Reading(tool=steps)
    if known == "retriever" and answered:
        query = {"query": attributes.values.get(sent)} if sent else {}
        step = Step(
            0, StepKind.RETRIEVAL, attributes.tree(answered), name=span.name, attributes=query,
            path=attributes.place(answered),
        )  # fmt: skip
        return Reading(steps=[step])
    return None


def _is_abridged(step: Step) -> bool:
    """What Mastra's steps say in a few words of messages that others tell whole."""
    return isinstance(step.content, str) and step.content[-1:] == "]" and _ABRIDGED.search(step.content) is not None


_ABRIDGED = re.compile(r"\A\[tool-result: [\w.:/-]+\]\Z|\[tool: [\w.:/-]+\]\Z")


def read_typed(span: Span) -> Reading | None:
    """By the type that `Record.span` was told."""
    attributes = span.attributes
    return read(span, attributes.text(TYPE), attributes.first(SENT), attributes.first(ANSWERED)) or None


_INSTRUCTIONS = "langfuse.observation.metadata.instructions"
_KINDS = ("langfuse.observation.type", "traceloop.span.kind", "langsmith.span.kind", "lmnr.span.type",
          "genkit:metadata:subtype", "mastra.span.type", "span.type", "entity.type")  # fmt: skip
_SENT = ("langfuse.observation.input", "traceloop.entity.input", "lmnr.span.input", "genkit:input", "llm.messages",
         "agent.messages", "haystack.component.input", "input.value", "input")  # fmt: skip
_ANSWERED = ("langfuse.observation.output", "traceloop.entity.output", "lmnr.span.output", "genkit:output",
             "haystack.component.output", "output.value", "output")  # fmt: skip


def _component(name: str) -> str:
    """Haystack tells the class of a component, which says at its end what it is."""
    return next((kind for kind in ("generator", "retriever") if name.lower().endswith(kind)), "")


def read_attributes(span: Span) -> Reading | None:
    """As clients of Langfuse, OpenLLMetry, Laminar, Genkit, Mastra, VoltAgent and Haystack write spans."""
    attributes = span.attributes
    type = attributes.text(*_KINDS) or _component(attributes.text("haystack.component.type"))
    mastra = attributes.text("mastra.span.type")
    sent = attributes.first(*_SENT, f"mastra.{mastra}.input")
    answered = attributes.first(*_ANSWERED, f"mastra.{mastra}.output")
    operation = attributes.text("gen_ai.operation.name")
    if attributes.text(_INSTRUCTIONS) and TYPES.get(type.lower()) == "model":
        reading = read(span, type, sent, answered) or Reading()
        step = Step(0, StepKind.SYSTEM, attributes.text(_INSTRUCTIONS), path=attributes.place(_INSTRUCTIONS))
        reading.sent = [step, *reading.sent]
        return reading
    if type == "agent" and attributes.first("agent.messages"):
        type = "generation"  # VoltAgent's, in which alone the answer stands
    if not type and operation in ("chat", "text_completion", "generate_content"):
        type = "generation"
    return read(span, type, sent, answered)
