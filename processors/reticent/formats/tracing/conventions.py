"""Every convention by which spans are recorded, one row each, and what all of them say of a trace as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import arguments_of
from ..providers.blocks import first as first_text
from . import coding, genai, openinference, promptflow, recorded, spoken, trulens, vercel
from .spans import Attributes, Convention, Span, above_of, ancestors, steps_of

CONVENTIONS: Sequence[Convention] = (
    coding.read,
    genai.read_tool,
    genai.read_messages,
    openinference.read,
    vercel.read,
    genai.read_retrieval,
    genai.read_mcp,
    genai.read_database,
    promptflow.read,
    trulens.read,
    recorded.read_attributes,
)
"""In the order they are asked; the first that reads anything in a span has read it."""

_SESSIONS = (
    "gen_ai.conversation.id", "session.id", "langfuse.session.id", "traceloop.association.properties.session_id",
    "traceloop.association.properties.thread_id", "langsmith.trace.session_id", "thread_id",
    "ai.telemetry.metadata.sessionId", "ai.telemetry.metadata.threadId", "lmnr.association.properties.session_id",
    "mastra.metadata.threadId", "conversation.id",
)  # fmt: skip
_MODELS = ("gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "langfuse.observation.model.name",
           "ai.model.id", "llm.request.model", "llm.model", "ai.model.name")  # fmt: skip
_DETAILS = "langfuse.observation.usage_details"
"""Langfuse's own clients write tokens as JSON in a string."""
_USAGE: Mapping[str, Sequence[str]] = {
    "input_tokens": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt",
                     "llm.usage.prompt_tokens"),
    "output_tokens": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion",
                      "llm.usage.completion_tokens"),
}  # fmt: skip


def trace_of(
    trace_id: str, spans: Sequence[Span], resource: Attributes | None = None, *, first: Convention | None = None
) -> Trace:
    """The run that spans tell of; `first` is asked before all other conventions."""
    begun = min((span for span in spans if span.started_at), key=lambda span: span.at, default=None)
    ended = max((span for span in spans if span.ended_at), key=lambda span: span.until, default=None)
    sums = _sums(spans)
    values = [
        (attributes.values, number not in sums)
        for number, span in enumerate(spans)
        for attributes in _all(span)
        if not _ABOUT.isdisjoint(attributes.values)
    ]
    told = [found for found, _ in values]
    return Trace(
        trace_id=trace_id,
        session_id=session_of([*told, resource.values] if resource is not None else told),
        started_at=begun.started_at if begun else "",
        ended_at=ended.ended_at if ended else "",
        attributes=_summary(values),
        steps=steps_of(spans, CONVENTIONS if first is None else (first, *CONVENTIONS), spoken.read_alone),
    )


def _all(span: Span) -> list[Attributes]:
    """Those of a log record stand for its span, too, and count once."""
    others = (event.attributes for event in span.events)
    return [span.attributes, *(each for each in others if each is not span.attributes)]


def session_of(attributes: Iterable[Mapping[str, Any]]) -> str:
    """The conversation's id, from the first of these sets of attributes that gives one."""
    return next((found for values in attributes if (found := first_text(values, _SESSIONS))), "")


def _summary(attributes: Iterable[tuple[Mapping[str, Any], bool]]) -> dict[str, Any]:
    """The first model that is named, and the tokens of all calls together: of those sets of attributes that count."""
    found: dict[str, Any] = {}
    for each, counts in attributes:
        values = _opened(each)
        model = next((values[name] for name in _MODELS if values.get(name) not in _NO_MODEL), None)
        if isinstance(model, str):
            found.setdefault("model", model)
        for side, names in _USAGE.items() if counts else ():
            tokens = _tokens(values, names)
            if tokens is not None:
                usage = found.setdefault("usage", {})
                usage[side] = usage.get(side, 0) + tokens
    return found


def _sums(spans: Sequence[Span]) -> set[int]:
    """The spans that count again what those in them count, by their numbers."""
    own = {
        number: [_tokens(_opened(span.attributes.values), names) or 0 for names in _USAGE.values()]
        for number, span in enumerate(spans)
        if not _COUNTS.isdisjoint(span.attributes.values)
    }
    if len(own) < 2:
        return set()
    above = above_of(spans)
    ways = {number: list(ancestors(number, above)) for number in own}
    found: set[int] = set()
    below: dict[int, list[int]] = {}
    for number in sorted(own, key=lambda number: -len(ways[number])):
        counted = total = own[number]
        if inner := below.get(number):
            again = counted == inner or spans[number].attributes.text("gen_ai.operation.name", "sentry.op") in _AGENTS
            if again:
                found.add(number)
            total = inner if again else [*map(sum, zip(counted, inner, strict=True))]
        outer = next((each for each in ways[number] if each in own), None)
        if outer is not None:
            below[outer] = [*map(sum, zip(total, below.get(outer, [0] * len(total)), strict=True))]
    return found


def _opened(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**values, **recorded.about("", arguments_of(values[_DETAILS]))} if _DETAILS in values else values


def _tokens(values: Mapping[str, Any], names: Sequence[str]) -> int | None:
    return next((number for name in names if (number := _count(values.get(name))) is not None), None)


def _count(value: Any) -> int | None:
    """Micrometer writes numbers as texts."""
    if type(value) is int:
        return value
    return int(value) if isinstance(value, str) and len(value) < 10 and value.isascii() and value.isdigit() else None


_AGENTS = ("invoke_agent", "gen_ai.invoke_agent")
_NO_MODEL = (None, "none")
"""What Spring AI says of a call that failed."""
_COUNTS = frozenset({_DETAILS, *(name for names in _USAGE.values() for name in names)})
_ABOUT = frozenset({*_SESSIONS, *_MODELS, *_COUNTS})
"""What is said of a trace as a whole; most sets of attributes say nothing of it."""
