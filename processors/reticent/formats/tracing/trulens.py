"""TruLens's conventions: spans of an application that says what each of its functions is for.

https://www.trulens.org/otel/semantic_conventions/
"""

from __future__ import annotations

from ...model import Step, StepKind
from . import spoken
from .spans import Reading, Span, tool_steps

_BASE = "ai.observability"
_TYPE = f"{_BASE}.span_type"
_CALL, _RETURN = f"{_BASE}.call.kwargs", f"{_BASE}.call.return"
_MESSAGES = tuple(f"{_CALL}.{name}" for name in ("messages", "prompt", "input", "query", "question", "text"))
_CONTEXTS, _QUERY = f"{_BASE}.retrieval.retrieved_contexts", f"{_BASE}.retrieval.query_text"


def read(span: Span) -> Reading | None:
    attributes = span.attributes
    kind = attributes.text(_TYPE)
    if kind == "record_root":
        sent, answered = (attributes.first(f"{_BASE}.record_root.{side}") for side in ("input", "output"))
        return Reading(sent=spoken.sent(attributes, sent), answered=spoken.answered(attributes, answered))
    if kind == "generation":
        sent, answered = attributes.first(*_MESSAGES), attributes.first(_RETURN)
        return Reading(sent=spoken.sent(attributes, sent), answered=spoken.answered(attributes, answered))
    if kind in ("tool", "mcp"):
        return Reading(tool=tool_steps(span, span.name, "", attributes.first(_CALL), attributes.first(_RETURN)))
    contexts = attributes.first(_CONTEXTS)
    if kind == "retrieval" and contexts:
        query = attributes.values.get(_QUERY)
        told = {} if query is None else {"query": query}
        found = attributes.tree(contexts)
        return Reading(steps=[Step(0, StepKind.RETRIEVAL, found, span.name, attributes=told,
                                   path=attributes.place(contexts))])  # fmt: skip
    return None
