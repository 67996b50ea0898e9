"""promptflow's conventions: what a function was given and gave stands in events of its span, as JSON.

https://microsoft.github.io/promptflow/reference/trace-span-spec-reference.html
"""

from __future__ import annotations

from ...model import Step, StepKind
from . import spoken
from .spans import Event, Reading, Span

_BASE, _SAID = "promptflow.", "payload"
_INPUTS, _OUTPUT = f"{_BASE}function.inputs", f"{_BASE}function.output"
_MESSAGE = f"{_BASE}llm.generated_message"
_QUERY, _DOCUMENTS = f"{_BASE}retrieval.query", f"{_BASE}retrieval.documents"


def read(span: Span) -> Reading | None:
    kind = span.attributes.text("span_type")
    if kind not in ("LLM", "Retrieval"):
        return None
    events = {event.name: event for event in span.events if event.name.startswith(_BASE)}
    if kind == "LLM":
        sent, answered = events.get(_INPUTS), events.get(_OUTPUT) or events.get(_MESSAGE)
        return Reading(
            sent=spoken.sent(sent.attributes, _SAID) if sent is not None else [],
            answered=spoken.answered(answered.attributes, _SAID) if answered is not None else [],
            events=frozenset({_INPUTS, _OUTPUT, _MESSAGE}),
        )
    documents = events.get(_DOCUMENTS) or events.get(_OUTPUT)
    if documents is None:
        return None
    step = Step(
        0, StepKind.RETRIEVAL, documents.attributes.tree(_SAID), span.name, path=documents.attributes.place(_SAID),
        attributes=_asked(events.get(_QUERY)),
    )  # fmt: skip
    return Reading(steps=[step], events=frozenset({_INPUTS, _OUTPUT, _QUERY, _DOCUMENTS}))


def _asked(query: Event | None) -> dict[str, str]:
    return {} if query is None else {"query": query.attributes.text(_SAID)}
