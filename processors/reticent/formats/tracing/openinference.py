"""OpenInference's conventions, which Phoenix and Arize read (https://arize-ai.github.io/openinference/spec/)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import arguments_of, mapping
from . import conversation, spoken
from .flattened import flattened, numbered
from .spans import INPUTS, Attributes, Reading, Span, tool_steps

KIND = "openinference.span.kind"
_INPUT, _OUTPUT = "input.value", "output.value"
_PARAMETERS = "llm.invocation_parameters"
_PRINTED = '"ChatMessage(role=<'
_SYSTEM = ("system", "instructions")


def read(span: Span) -> Reading | None:
    attributes = span.attributes
    kind = attributes.text(KIND)
    if kind.upper() != "LLM" and attributes.first("ai.operationId"):
        return None  # of the AI SDK's spans around calls it says a part
    sent = flattened(attributes, "llm.input_messages", "user")
    answered = flattened(attributes, "llm.output_messages", "assistant")
    if kind.upper() == "LLM" and not sent and not answered and _PRINTED in attributes.text(_INPUT):
        return None  # of LlamaIndex's, about messages as Python prints them: the call itself tells them
    if kind.upper() == "LLM" or sent or answered:
        # input.value and output.value say the same again, in the provider's words
        sent = sent or spoken.sent(attributes, attributes.first(_INPUT, *INPUTS))
        answered = [*_thoughts(attributes, answered), *answered] or spoken.answered(attributes, _OUTPUT)
        if not any(step.kind is StepKind.SYSTEM for step in sent):
            sent = [*_system(attributes), *sent]
        return Reading(sent=[*_prompts(attributes), *sent], answered=answered)
    reader = _KINDS.get(kind.upper())
    return reader(span) if reader is not None else None


def _thoughts(attributes: Attributes, answered: Sequence[Step]) -> list[Step]:
    """What a model thought, where only the provider's own words say it."""
    value = attributes.values.get(_OUTPUT)
    if not answered or not isinstance(value, str) or not any(name in value for name in _THOUGHT):
        return []
    if any(step.kind is StepKind.THINKING for step in answered):
        return []
    return [step for step in spoken.answered(attributes, _OUTPUT) if step.kind is StepKind.THINKING]


_THOUGHT = ('"reasoning_content"', '"reasoning"', '"thinking"')


def _system(attributes: Attributes) -> list[Step]:
    """Some clients write it among the parameters alone."""
    value = attributes.values.get(_PARAMETERS)
    if not isinstance(value, str) or not any(f'"{name}"' in value for name in _SYSTEM):
        return []
    parameters = mapping(attributes.tree(_PARAMETERS))
    steps = conversation.sent({name: parameters[name] for name in _SYSTEM if name in parameters})
    return attributes.placed(_PARAMETERS, steps)


def _prompts(attributes: Attributes) -> Iterator[Step]:
    for names, node in numbered(attributes, "llm.prompts"):
        prompt = node.get("prompt")
        content = prompt.get("text") if isinstance(prompt, dict) else None
        if content:
            yield Step(0, StepKind.PROMPT, content, path=attributes.place(names[0]))


def _tool(span: Span) -> Reading:
    attributes = span.attributes
    sent = attributes.first(_INPUT, "tool.parameters", "tool_call.function.arguments")
    steps = tool_steps(
        span, attributes.text("tool.name", "tool_call.function.name") or span.name,
        attributes.text("tool_call.id", "tool.id", "gen_ai.tool.call.id"), sent, attributes.first(_OUTPUT),
    )  # fmt: skip
    return Reading(tool=steps)


def _retriever(span: Span) -> Reading | None:
    return _documents(span, "retrieval.documents")


def _reranker(span: Span) -> Reading | None:
    return _documents(span, "reranker.output_documents")


def _documents(span: Span, prefix: str) -> Reading | None:
    attributes = span.attributes
    documents = [(names, node.get("document", node)) for names, node in numbered(attributes, prefix)]
    output = attributes.first(_OUTPUT)
    if not documents and not output:
        return None
    content: Any = [_opened(node) for _, node in documents] if documents else attributes.tree(output)
    path = attributes.place(documents[0][0][0] if documents else output)
    query = attributes.values.get(attributes.first(_INPUT, "reranker.query"))
    step = Step(
        0, StepKind.RETRIEVAL, content, name=span.name, attributes={} if query is None else {"query": query}, path=path
    )
    return Reading(steps=[step])


def _opened(document: Any) -> Any:
    """Metadata is JSON in a string."""
    if not isinstance(document, dict):
        return document
    return {name: arguments_of(value) if name == "metadata" else value for name, value in document.items()}


_KINDS = {"TOOL": _tool, "RETRIEVER": _retriever, "RERANKER": _reranker}
