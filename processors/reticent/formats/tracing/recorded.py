"""What recorders that know nothing of messages tell of a step: its type, its name, what went in and what came out."""

from __future__ import annotations

from collections.abc import Mapping

from ...model import Step, StepKind
from . import conversation
from .spans import Reading, Span, tool_steps

_MODELS = frozenset({"generation", "llm", "chat_model", "chat", "completion"})
_TOOLS = frozenset({"tool"})
_RETRIEVERS = frozenset({"retriever", "retrieval"})

TYPES: Mapping[str, str] = {
    **dict.fromkeys(_MODELS, "model"), **dict.fromkeys(_TOOLS, "tool"), **dict.fromkeys(_RETRIEVERS, "retriever"),
}  # fmt: skip


def read(span: Span, type: str, sent: str, answered: str, *, name: str = "", call_id: str = "") -> Reading | None:
    """`type` as the recorder calls it; `sent` and `answered`: the attributes that hold both sides, empty where there
    are none."""
    attributes = span.attributes
    known = TYPES.get(type.lower())
    if known == "model":
        return Reading(
            sent=list(attributes.placed(sent, conversation.sent(attributes.tree(sent)))),
            answered=list(attributes.placed(answered, conversation.answered(attributes.tree(answered)))),
        )
    if known == "tool":
        return Reading(tool=tool_steps(span, name or span.name, call_id, sent, answered))
    if known == "retriever" and answered:
        query = {"query": attributes.values.get(sent)} if sent else {}
        step = Step(
            0, StepKind.RETRIEVAL, attributes.tree(answered), name=name or span.name, attributes=query,
            path=attributes.place(answered),
        )  # fmt: skip
        return Reading(steps=[step])
    return None


def read_attributes(span: Span) -> Reading | None:
    """As Langfuse's own clients write spans, and OpenLLMetry's kinds."""
    attributes = span.attributes
    type = attributes.text("langfuse.observation.type", "traceloop.span.kind", "langsmith.span.kind")
    sent = attributes.first("langfuse.observation.input", "traceloop.entity.input", "input.value", "input")
    answered = attributes.first("langfuse.observation.output", "traceloop.entity.output", "output.value", "output")
    operation = attributes.text("gen_ai.operation.name")
    if not type and operation in ("chat", "text_completion", "generate_content"):
        type = "generation"
    return read(span, type, sent, answered, name=attributes.text("traceloop.entity.name"))
