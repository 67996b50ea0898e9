"""OpenTelemetry's conventions for generative AI, all three generations, and those for MCP and databases.

1. attributes by number (gen_ai.prompt.0.content), or all in one (gen_ai.prompt), as OpenLLMetry writes them;
2. events, of a span or as log records, one a message (gen_ai.user.message, gen_ai.choice);
3. attributes that hold messages of parts (gen_ai.input.messages), structured or as JSON in a string.
https://opentelemetry.io/docs/specs/semconv/gen-ai/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step, message_steps
from ..providers.blocks import arguments_of, blocks_in, content_of, mapping, text
from ..transcript import repeat
from . import spoken
from .flattened import flattened
from .spans import Attributes, Event, Reading, Span, tool_steps

_ROLES: Mapping[str, str] = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
    "gen_ai.choice": "assistant",
}
_WHOLE = frozenset({
    "gen_ai.client.inference.operation.details", "gen_ai.content.prompt", "gen_ai.content.completion",
})  # fmt: skip
"""Events that hold a whole side of a call, under the names that a span's attributes have."""
EVENTS = _WHOLE | frozenset(_ROLES)
_INPUTS = ("gen_ai.input.messages", "gen_ai.prompt", "pydantic_ai.all_messages", "gcp.vertex.agent.llm_request",
           "gen_ai.request.messages")  # fmt: skip
_OUTPUTS = ("gen_ai.output.messages", "gen_ai.completion", "gcp.vertex.agent.llm_response", "gen_ai.response.object")
_TEXT, _CALLS = "gen_ai.response.text", "gen_ai.response.tool_calls"
"""What Sentry's clients give of an answer."""


def read_messages(span: Span) -> Reading | None:
    """A call of a model, or an agent's run."""
    reading = Reading(events=EVENTS)
    _whole(span.attributes, reading)
    sent: list[Step] = []
    answered: list[Step] = []
    for event in span.events:
        if event.name in _WHOLE:
            _whole(event.attributes, reading)
        elif event.name in _ROLES:
            (answered if event.name == "gen_ai.choice" else sent).extend(event_steps(event))
    # one recorder may write more than one generation: the first that says anything is enough
    reading.sent = reading.sent or sent
    reading.answered = reading.answered or answered
    return reading if reading else None


def _whole(attributes: Attributes, reading: Reading) -> None:
    """What a set of attributes says of a call; several may say a side each, the first that says one is enough."""
    told = bool(reading.sent) and any(step.kind is not StepKind.SYSTEM for step in reading.sent)
    if not told:
        _sent(attributes, reading)
    if not reading.answered:
        answered = attributes.first(*_OUTPUTS)
        if answered:
            reading.answered += spoken.answered(attributes, answered)
            if not any(step.kind is StepKind.TOOL_CALL for step in reading.answered):
                reading.answered += _old_calls(attributes)
        else:
            reading.answered += flattened(attributes, "gen_ai.completion", "assistant") or _response(attributes)


def _sent(attributes: Attributes, reading: Reading) -> None:
    name = attributes.first("gen_ai.system_instructions")
    system = attributes.placed(name, _instructions(attributes.tree(name))) if name and not reading.sent else []
    reading.sent += system
    sent = attributes.first(*_INPUTS)
    steps = spoken.sent(attributes, sent) if sent else flattened(attributes, "gen_ai.prompt", "user")
    known = {str(step.content): step for step in reading.sent}
    for step in steps:
        told = known.get(str(step.content)) if step.kind is StepKind.SYSTEM else None
        if told is None:
            reading.sent.append(step)
        else:  # said among the messages, too
            repeat(told, step)


def _old_calls(attributes: Attributes) -> list[Step]:
    """LiteLLM tells calls in the words of the first generation, beside texts in those of the third."""
    steps = flattened(attributes, "gen_ai.completion", "assistant")
    return [step for step in steps if step.kind is StepKind.TOOL_CALL]


def _response(attributes: Attributes) -> list[Step]:
    """A text, or several in a list, which is JSON in a string; and calls."""
    found: list[Step] = []
    said = attributes.tree(_TEXT) if attributes.values.get(_TEXT) else None
    whole = _message(said) if isinstance(said, dict) and "role" in said else None
    if whole is not None:
        found += attributes.placed(_TEXT, message_steps(whole, "$", "assistant"))
    elif said is not None:
        texts = "\n".join(each for each in said if isinstance(each, str)) if isinstance(said, list) else said
        found += [Step(0, StepKind.OUTPUT, texts, path=attributes.place(_TEXT))] if texts else []
    calls = attributes.tree(_CALLS) if attributes.values.get(_CALLS) else None
    if isinstance(calls, list):
        steps = [call_step(call, f"$[{index}]") for index, call in enumerate(calls) if isinstance(call, dict)]
        found += attributes.placed(_CALLS, steps)
    return found


def _message(said: Mapping[str, Any]) -> dict[str, Any]:
    """Sentry's client for Python takes lists of one as that one, and says of what is none that it is `None`."""
    message = {name: value for name, value in said.items() if value != "None"}
    if isinstance(message.get("tool_calls"), dict):
        message["tool_calls"] = [message["tool_calls"]]
    return message


def _instructions(said: Any) -> list[Step]:
    """With paths within the list of parts itself."""
    if not isinstance(said, list):
        return [Step(0, StepKind.SYSTEM, said, path="$")]
    steps = message_steps({"role": "system", "parts": said}, "$")
    for step in steps:
        step.path = "$" + step.path.removeprefix("$['parts']").removeprefix("$")
    return steps


def event_steps(event: Event) -> list[Step]:
    """A message that is an event: its attributes, or the body of a log record, or JSON in one attribute."""
    attributes = event.attributes
    name = attributes.first("gen_ai.event.content", "body")
    content = attributes.tree(name) if name else None
    whole: Mapping[str, Any] = attributes.values
    if name:
        whole = content if isinstance(content, dict) else {"content": content}
    said = arguments_of(whole["message"]) if "message" in whole else None
    inner = whole if said is None else said if isinstance(said, dict) else {"content": said}
    message = {**inner, "content": blocks_in(inner.get("content"))}
    if "tool_calls" in inner:
        message["tool_calls"] = arguments_of(inner["tool_calls"])
    if event.name == "gen_ai.tool.message":
        message.setdefault("tool_call_id", text(inner, "id"))
    message["role"] = _ROLES[event.name]  # it says which message it is; a role inside may be the tool's name
    steps = message_steps(message, "$")
    for step in steps:
        step.path, step.started_at = event.path, event.at
    return steps


_MCP_CALL = "tools/call"
_ARGUMENTS = (
    "gen_ai.tool.call.arguments", "tool_arguments", "gen_ai.tool.arguments", "gen_ai.tool.input",
    "gcp.vertex.agent.tool_call_args", "spring.ai.tool.call.arguments", "input.value", "input",
    "traceloop.entity.input", "langfuse.observation.input",
)  # fmt: skip
_RESULTS = (
    "gen_ai.tool.call.result", "tool_response", "gen_ai.tool.result", "gen_ai.tool.output",
    "gcp.vertex.agent.tool_response", "spring.ai.tool.call.result", "output.value", "output",
    "traceloop.entity.output", "langfuse.observation.output",
)  # fmt: skip


def read_tool(span: Span) -> Reading | None:
    """The execution of a tool: gen_ai.tool.*, MCP's tools/call, or Traceloop's and Spring AI's kinds."""
    attributes = span.attributes
    method = attributes.text("mcp.method.name")
    tool = attributes.text("gen_ai.operation.name") == "execute_tool" or method == _MCP_CALL
    tool = tool or attributes.text("traceloop.span.kind") == "tool"
    tool = tool or attributes.text("spring.ai.kind") == "tool_call"
    name = attributes.text(
        "gen_ai.tool.name", "mcp.tool.name", "traceloop.entity.name", "spring.ai.tool.definition.name"
    )
    if not tool and not (attributes.text("gen_ai.tool.name") and attributes.first(*_ARGUMENTS, *_RESULTS)):
        return None
    steps = tool_steps(
        span, name or span.name, attributes.text("gen_ai.tool.call.id"), attributes.first(*_ARGUMENTS),
        attributes.first(*_RESULTS),
    )  # fmt: skip
    for step in steps if method == _MCP_CALL else ():
        if step.kind is StepKind.TOOL_RESULT:
            _open_result(step)
    return Reading(tool=_with_events(span, steps), events=EVENTS)


def _with_events(span: Span, steps: list[Step]) -> list[Step]:
    """Strands says what a tool was given and gave in events, as messages, also where attributes say it."""
    call, results = steps[0], steps[1:]
    for event in span.events:
        if event.name in _WHOLE:
            told = Reading()
            _whole(event.attributes, told)
            found = [*told.sent, *told.answered]
        elif event.name == "gen_ai.tool.message":
            given = event.attributes.tree("content")
            found = [Step(0, StepKind.TOOL_CALL, given, path=event.path)]
        elif event.name == "gen_ai.choice":
            said = content_of(blocks_in(event.attributes.values.get("message")))
            found = [Step(0, StepKind.TOOL_RESULT, said, path=event.path)]
        else:
            continue
        for step in found:
            if step.kind is StepKind.TOOL_RESULT and not results and step.content is not None:
                results = [Step(0, step.kind, step.content, name=call.name, call_id=call.call_id, path=step.path)]
            elif step.kind is StepKind.TOOL_RESULT:
                repeat(results[0], step)
            elif step.kind is StepKind.TOOL_CALL and call.content == {}:
                call.content, call.path = step.content, step.path
            elif step.kind is StepKind.TOOL_CALL:
                repeat(call, step)
    return [call, *results]


def _open_result(step: Step) -> None:
    """MCP's result of a tool, which is an object around what the tool said."""
    result = arguments_of(step.content)
    said = result.get("content") if isinstance(result, dict) else None
    if isinstance(said, list) and (content := content_of(said)) is not None:
        step.content = content
        if result.get("isError") is True:
            step.attributes = {"error": True}


def read_mcp(span: Span) -> Reading | None:
    """What else an MCP client and server say to one another."""
    method = span.attributes.text("mcp.method.name")
    if not method:
        return None
    values = span.attributes.values
    content = {name: value for name, value in values.items() if name.startswith(("mcp.", "gen_ai."))}
    kind = StepKind.RETRIEVAL if method.startswith("resources/") else StepKind.EVENT
    return Reading(steps=[Step(0, kind, content, name=method, path=span.path)])


def read_retrieval(span: Span) -> Reading | None:
    attributes = span.attributes
    documents = attributes.first("gen_ai.retrieval.documents")
    if not documents:
        return _looked_up(span)
    step = Step(
        0, StepKind.RETRIEVAL, attributes.tree(documents), name=attributes.text("gen_ai.data_source.id") or span.name,
        attributes=_query(attributes.values.get("gen_ai.retrieval.query.text")), path=attributes.place(documents),
    )  # fmt: skip
    return Reading(steps=[step])


def _looked_up(span: Span) -> Reading | None:
    """OpenLLMetry names the span of a retriever so."""
    found = span.attributes.tree(_OUTPUT) if span.name.startswith("vector_db_retrieve") else None
    documents = found.get("documents") if isinstance(found, dict) else None
    if not isinstance(documents, list):
        return None
    query = mapping(span.attributes.tree(_INPUT)).get("query")
    step = Step(0, StepKind.RETRIEVAL, documents, name=span.name, attributes=_query(query),
                path=span.attributes.place(_OUTPUT))  # fmt: skip
    return Reading(steps=[step])


_INPUT, _OUTPUT = "traceloop.entity.input", "traceloop.entity.output"


def _query(value: Any) -> Mapping[str, Any]:
    return {} if value is None else {"query": value}


def read_database(span: Span) -> Reading | None:
    attributes = span.attributes
    query = attributes.first("db.query.text", "db.statement")
    if not query:
        return None
    name = attributes.text("db.system.name", "db.system") or span.name
    return Reading(
        steps=[Step(0, StepKind.DB_QUERY, attributes.values[query], name=name, path=attributes.place(query))]
    )
