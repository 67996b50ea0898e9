"""Every convention by which spans are recorded, one row each, and what all of them say of a trace as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...model import Trace
from ..providers.blocks import arguments_of
from ..providers.blocks import first as first_text
from . import genai, openinference, recorded, vercel
from .spans import Attributes, Convention, Span, steps_of

CONVENTIONS: Sequence[Convention] = (
    genai.read_tool,
    genai.read_messages,
    openinference.read,
    vercel.read,
    genai.read_retrieval,
    genai.read_mcp,
    genai.read_database,
    recorded.read_attributes,
)
"""In the order they are asked; the first that reads anything in a span has read it."""

_SESSIONS = (
    "gen_ai.conversation.id", "session.id", "langfuse.session.id", "traceloop.association.properties.session_id",
    "traceloop.association.properties.thread_id", "langsmith.trace.session_id", "thread_id",
)  # fmt: skip
_MODELS = ("gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "langfuse.observation.model.name",
           "ai.model.id", "llm.request.model")  # fmt: skip
_DETAILS = "langfuse.observation.usage_details"
"""Langfuse's own clients write tokens as JSON in a string."""
_USAGE: Mapping[str, Sequence[str]] = {
    "input_tokens": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"),
    "output_tokens": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"),
}


def trace_of(
    trace_id: str, spans: Sequence[Span], resource: Attributes | None = None, *, first: Convention | None = None
) -> Trace:
    """The run that spans tell of; `first` is asked before all other conventions."""
    begun = min((span for span in spans if span.started_at), key=lambda span: span.at, default=None)
    ended = max((span for span in spans if span.ended_at), key=lambda span: span.until, default=None)
    told = [attributes.values for span in spans for attributes in _all(span)]
    values = [found for found in told if not _ABOUT.isdisjoint(found)]
    return Trace(
        trace_id=trace_id,
        session_id=session_of([*values, resource.values] if resource is not None else values),
        started_at=begun.started_at if begun else "",
        ended_at=ended.ended_at if ended else "",
        attributes=summary_of(values),
        steps=steps_of(spans, CONVENTIONS if first is None else (first, *CONVENTIONS)),
    )


def _all(span: Span) -> list[Attributes]:
    """Those of a log record stand for its span, too, and count once."""
    others = (event.attributes for event in span.events)
    return [span.attributes, *(each for each in others if each is not span.attributes)]


def session_of(attributes: Iterable[Mapping[str, Any]]) -> str:
    """The conversation's id, from the first of these sets of attributes that gives one."""
    return next((found for values in attributes if (found := first_text(values, _SESSIONS))), "")


def summary_of(attributes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The first model that is named, and the tokens of all calls together."""
    found: dict[str, Any] = {}
    for each in attributes:
        values = {**each, **recorded.about("", arguments_of(each[_DETAILS]))} if _DETAILS in each else each
        model = next((values[name] for name in _MODELS if isinstance(values.get(name), str)), None)
        if model is not None:
            found.setdefault("model", model)
        for side, names in _USAGE.items():
            tokens = next((values[name] for name in names if type(values.get(name)) is int), None)
            if tokens is not None:
                usage = found.setdefault("usage", {})
                usage[side] = usage.get(side, 0) + tokens
    return found


_ABOUT = frozenset({*_SESSIONS, *_MODELS, _DETAILS, *(name for names in _USAGE.values() for name in names)})
"""What is said of a trace as a whole; most sets of attributes say nothing of it."""
