"""Agents for Amazon Bedrock: the events of InvokeAgent and InvokeInlineAgent, and the traces in them alone. What an
agent says stands in `bytes`, as text in base64 or as it is.

https://docs.aws.amazon.com/bedrock/latest/userguide/trace-events.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...limits import Limits
from ...model import Step, StepKind
from .. import jsontext
from ..packed import Packing, decoded
from ..tracing import conversation
from .blocks import first, items, mapping, result_of, segment, text
from .opened import Opened
from .provider import Provider
from .streams import Run

_TRACES = ("preProcessingTrace", "orchestrationTrace", "customOrchestrationTrace", "routingClassifierTrace",
           "postProcessingTrace", "guardrailTrace", "failureTrace")  # fmt: skip
_CALLS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "actionGroupInvocationInput": ("", ("parameters", "requestBody")),
    "knowledgeBaseLookupInput": ("knowledge_base", ("text",)),
    "codeInterpreterInvocationInput": ("code_interpreter", ("code",)),
    "agentCollaboratorInvocationInput": ("", ("input",)),
}
"""What is called, and where its arguments stand."""
_NAMES = ("function", "apiPath", "agentCollaboratorName", "actionGroupName", "actionGroup")
_RESULTS: Mapping[str, tuple[StepKind, tuple[str, ...]]] = {
    "actionGroupInvocationOutput": (StepKind.TOOL_RESULT, ("text",)),
    "agentCollaboratorInvocationOutput": (StepKind.TOOL_RESULT, ("output",)),
    "codeInterpreterInvocationOutput": (StepKind.TOOL_RESULT, ("executionOutput", "executionError")),
    "knowledgeBaseLookupOutput": (StepKind.RETRIEVAL, ("retrievedReferences",)),
    "repromptResponse": (StepKind.EVENT, ("text",)),
    "finalResponse": (StepKind.OUTPUT, ("text",)),
}
_RETURNED = ("functionInvocationInput", "apiInvocationInput")
_PIECE = ("bedrock-agent", "answer")


class BedrockAgent(Provider):
    name = "bedrock-agent"
    members = frozenset({"trace", "chunk", "returnControl"})

    def claims(self, document: Any) -> bool:
        trace = mapping(_part(document).get("trace"))
        return any(isinstance(trace.get(name), dict) for name in _TRACES) or _says(document) or _returns(document)

    def opened(self, document: Any, limits: Limits) -> Sequence[Opened]:
        holder = mapping(document).get("chunk")
        held = holder.get("bytes") if isinstance(holder, dict) else None
        found = _packed(held) if isinstance(held, str) and _says(document) else None
        if found is None or not isinstance(holder, dict) or not isinstance(held, str):
            return ()
        said, packing = found
        holder["bytes"], content = said, jsontext.encode(said)
        return (Opened(holder, "bytes", held, content, content, lambda now: _pack(now, packing)),)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        run.session_id = run.session_id or text(_part(node), "sessionId")
        if isinstance(node.get("chunk"), dict):
            _answer(run, node["chunk"], path + "['chunk']")
        for step in _control(node, path):
            run.answered([step])
        inner, place = (
            mapping(_part(node).get("trace")),
            path + ("['trace']" if _part(node) is node else "['trace']" * 2),
        )
        for name in _TRACES:
            if isinstance(inner.get(name), dict):
                _tell(run, inner[name], place + segment(name))


def _answer(run: Run, chunk: Mapping[str, Any], path: str) -> None:
    """Of one chunk a trace has said all before."""
    whole = Step(0, StepKind.OUTPUT, text(chunk, "bytes"), path=path + "['bytes']")
    if run.memory.setdefault(_PIECE, False) or not run.again(whole):
        run.memory[_PIECE] = True
        run.delta(_PIECE, StepKind.OUTPUT, chunk, "bytes", path)


def _part(document: Any) -> Mapping[str, Any]:
    """The part of a trace, which an event holds or which it is."""
    node = mapping(document)
    inner = mapping(node.get("trace"))
    return inner if isinstance(inner.get("trace"), dict) else node


def _says(document: Any) -> bool:
    chunk = mapping(mapping(document).get("chunk"))
    return isinstance(chunk.get("bytes"), str) and chunk.keys() <= {"bytes", "attribution"} and len(document) == 1


def _returns(document: Any) -> bool:
    return "invocationInputs" in mapping(mapping(document).get("returnControl"))


def _packed(held: str) -> tuple[str, Packing] | None:
    """The text in base64, where it is one."""
    found = decoded(held)
    try:
        said = found[0].decode() if found is not None and held else ""
    except UnicodeDecodeError:
        return None
    plain = said.isprintable() or not any(sign < " " and sign not in "\t\n\r" for sign in said)
    return (said, found[1]) if found is not None and said and plain else None


def _pack(content: bytes, packing: Packing) -> str:
    said = jsontext.read_text(content.decode())
    return packing.pack((said if isinstance(said, str) else "").encode())


def _tell(run: Run, trace: Mapping[str, Any], path: str) -> None:
    """What a model was sent is told by the rest of the trace, but for what it was asked; what it answered is, too."""
    asked, place = mapping(trace.get("modelInvocationInput")), path + "['modelInvocationInput']"
    run.note(asked, model="foundationModel")
    for step in conversation.sent(asked.get("text"), place + "['text']"):
        if step.kind in (StepKind.SYSTEM, StepKind.PROMPT) and not run.again(step):
            run.answered([step])
    given = mapping(trace.get("modelInvocationOutput"))
    run.note(mapping(given.get("metadata")), usage="usage")
    thought = mapping(mapping(given.get("reasoningContent")).get("reasoningText"))
    steps = [
        Step(0, StepKind.THINKING, thought.get("text"),
             path=path + "['modelInvocationOutput']['reasoningContent']['reasoningText']['text']"),
        Step(0, StepKind.THINKING, mapping(trace.get("rationale")).get("text"), path=path + "['rationale']['text']"),
        Step(0, StepKind.ERROR, trace.get("failureReason"), path=path + "['failureReason']"),
        *_called(run, mapping(trace.get("invocationInput")), path + "['invocationInput']"),
        *_observed(run, mapping(trace.get("observation")), path + "['observation']"),
        Step(0, StepKind.EVENT, mapping(trace.get("event")).get("text"), path=path + "['event']['text']"),
    ]  # fmt: skip
    for step in steps:
        if step.content or step.kind in (StepKind.TOOL_CALL, StepKind.TOOL_RESULT):
            run.answered([step])


def _called(run: Run, node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """An observation has its call's `traceId`."""
    for member, (named, fields) in _CALLS.items():
        call = mapping(node.get(member))
        if call:
            name, call_id = named or first(call, _NAMES), text(call, "invocationId") or text(node, "traceId")
            run.memory["bedrock-agent", text(node, "traceId")] = (name, call_id)
            yield _call(call, fields, name, call_id, path + segment(member))


def _call(call: Mapping[str, Any], fields: Sequence[str], name: str, call_id: str, path: str) -> Step:
    where = next((field for field in fields if call.get(field)), "")
    return Step(0, StepKind.TOOL_CALL, _arguments(call.get(where)), name=name, call_id=call_id,
                path=path + (segment(where) if where else ""))  # fmt: skip


def _arguments(given: Any) -> Any:
    """Parameters are a list of names and values."""
    if isinstance(given, list) and all(isinstance(each, dict) and isinstance(each.get("name"), str) for each in given):
        return {each["name"]: each.get("value") for each in given}
    return {} if given is None else given


def _observed(run: Run, node: Mapping[str, Any], path: str) -> Iterator[Step]:
    for member, (kind, fields) in _RESULTS.items():
        found = mapping(node.get(member))
        where = next((field for field in fields if found.get(field)), fields[0])
        if not found:
            continue
        step = Step(0, kind, result_of(found.get(where)), path=path + segment(member) + segment(where))
        if kind is StepKind.TOOL_RESULT:
            step.name, step.call_id = run.memory.get(("bedrock-agent", text(node, "traceId")), ("", ""))
            step.attributes = {"error": True} if where == "executionError" else {}
        if kind is not StepKind.OUTPUT or not run.again(step):
            yield step


def _control(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Calls that the application is to make itself."""
    control = mapping(node.get("returnControl"))
    for index, each in enumerate(items(control, "invocationInputs")):
        for member in _RETURNED:
            call = mapping(mapping(each).get(member))
            if call:
                place = f"{path}['returnControl']['invocationInputs'][{index}]{segment(member)}"
                fields = ("parameters", "requestBody")
                yield _call(call, fields, first(call, _NAMES), text(control, "invocationId"), place)
