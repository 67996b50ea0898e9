"""The AI SDK of Vercel: messages as its applications keep them (UI messages, model messages), the results of its steps,
and the events of its streams, which it sends to browsers as server-sent events. Mastra's agents keep and send the same,
a layer further in.

https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message
https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
https://mastra.ai/reference/streaming/ChunkType
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model import Step, StepKind
from ..messages import message_steps, role_of
from ..providers.blocks import ASKED, arguments_of, block_steps, failure_of, first, items, mapping, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tracing import conversation
from ..transcript import repeat

_ROLES = frozenset({"system", "user", "assistant", "tool", "data"})
_PARTS = frozenset({"step-start", "dynamic-tool", "tool-invocation", "source-url", "source-document", "custom"})
_OWN = frozenset({"parts", "toolInvocations"})
_TOOL, _DATA, _INVOCATION = "tool-", "data-", "toolInvocation"
_SAID: Mapping[str, StepKind] = {
    "text-delta": StepKind.OUTPUT, "reasoning-delta": StepKind.THINKING, "reasoning": StepKind.THINKING,
}  # fmt: skip
_PIECES = ("delta", "text", "textDelta")
_CALL_PIECES = ("inputTextDelta", "delta", "argsTextDelta")
_CALLED = frozenset({"tool-input-available", "tool-call", "tool-input-error"})
_CALLING = frozenset({"tool-input-delta", "tool-call-delta"})
_CALL_BEGUN = ("tool-input-start", "tool-call-input-streaming-start")
_GAVE = frozenset({"tool-output-available", "tool-result"})
_FAILED = frozenset({"tool-output-error", "tool-error"})
_BEGUN = frozenset({"start", "start-step", "step-start"})
_OTHER = frozenset({
    "finish", "finish-step", "step-finish", "text-start", "text-end", "reasoning-start", "reasoning-end", "abort",
    "tool-input-start", "tool-input-end", "message-metadata", "custom", "reasoning-signature",
    "tool-call-streaming-start",
})  # fmt: skip
_WORKFLOW, _RESULT = "workflow-", "-result"
_SENDERS = frozenset({"AGENT", "WORKFLOW", "NETWORK", "SYSTEM", "USER"})
"""Of Mastra's chunks."""
_BESIDE = frozenset({
    "type", "id", "messageId", "messageMetadata", "finishReason", "rawFinishReason", "request", "warnings", "response",
    "usage", "totalUsage", "providerMetadata", "isContinued", "toolCallId", "toolName", "dynamic", "signature", "kind",
    "experimental_providerMetadata", "logprobs", "title", "providerExecuted", "reason",
})  # fmt: skip
"""Names that events have which say nothing themselves."""
_OPTIONS, _SAYING = "providerOptions", ("text", "reasoning")


class AiSdk(Provider):
    name = "ai-sdk"
    members = frozenset({"type", "role", "messages", "finishReason"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "type" in document:
            return bool(_chunk(document)) or _is_event(document, text(document, "type"))
        return _is_message(document) or _is_result(document) or _are_messages(items(document, "messages"))

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return super().recognises(payload, tree) or (isinstance(tree, list) and _are_messages(tree))

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        if "type" in document:
            inner = _chunk(document)
            _event(run, inner or document, text(document, "type"), path + "['payload']" if inner else path)
            return
        messages = items(document, "messages")
        if messages:
            run.session_id = run.session_id or first(document, ("id", "chatId"))
            run.request()
        for index, message in enumerate(messages):
            if isinstance(message, dict):
                run.sent(_steps(message, f"{path}['messages'][{index}]"))
        if _is_result(document):
            _result(run, document, path, told=bool(messages))
        elif not messages:
            run.sent(_steps(document, path))


# messages


def _is_message(node: Any) -> bool:
    """One that nobody else writes so."""
    if not isinstance(node, dict) or (type(node.get("content")) is str and _OWN.isdisjoint(node)):
        return False  # most say a text alone
    if text(node, "role") not in _ROLES:
        return False
    parts, _ = _parts(node, "")
    if parts:
        return all(map(_is_part, parts[:ASKED]))
    return any(map(_is_block, items(node, "content"))) or isinstance(node.get("toolInvocations"), list)


def _parts(message: Mapping[str, Any], path: str) -> tuple[Sequence[Any], str]:
    """Of a UI message. Mastra keeps them in its content."""
    within = message.get("content")
    if isinstance(within, dict) and "format" in within:
        return items(within, "parts"), path + "['content']['parts']"
    return items(message, "parts"), path + "['parts']"


def _is_part(part: Any) -> bool:
    """OpenTelemetry's have a `content` for a text, Gemini's have no type."""
    kind = text(mapping(part), "type")
    if kind in ("text", "reasoning"):
        return "text" in part or "reasoning" in part
    return kind in _PARTS or kind == "file" or (kind.startswith((_TOOL, _DATA)) and len(part) > 1)


def _is_block(block: Any) -> bool:
    """Of a model message: one that nobody else writes so."""
    return _is_call(block) or (isinstance(block, dict) and _OPTIONS in block and text(block, "type") in _SAYING)


def _is_call(part: Any) -> bool:
    return text(mapping(part), "type") in ("tool-call", "tool-result") and "toolCallId" in part


def _are_messages(nodes: Any) -> bool:
    """At least one is its own; others may say a text alone."""
    asked = nodes[:ASKED]
    return any(map(_is_message, asked)) and all(
        isinstance(node, dict) and text(node, "role") in _ROLES and ("content" in node or "parts" in node)
        for node in asked
    )


def _steps(message: Mapping[str, Any], path: str) -> list[Step]:
    (parts, place), kind = _parts(message, path), role_of(message)
    if parts:
        steps = [step for at, part in enumerate(parts) for step in _part(part, f"{place}[{at}]", kind)]
        for step in steps:  # what older versions keep beside the parts
            for name in ("content", "reasoning"):
                if step.content and step.content == message.get(name):
                    repeat(step, Step(0, step.kind, path=f"{path}['{name}']"))
        return steps
    invocations = items(message, "toolInvocations")
    steps = message_steps({**message, "toolInvocations": []}, path)
    made = [_tool(each, f"{path}['toolInvocations'][{at}]", "") for at, each in enumerate(invocations)]
    return [*(step for each in made for step in each), *steps]


def _part(part: Any, path: str, kind: StepKind) -> list[Step]:
    if not isinstance(part, dict):
        return []
    said = text(part, "type")
    if said == "tool-invocation":
        return _tool(part.get(_INVOCATION), f"{path}['{_INVOCATION}']", "")
    if said == "dynamic-tool" or (said.startswith(_TOOL) and not _is_call(part)):
        return _tool(part, path, said.removeprefix(_TOOL))
    if said.startswith(_DATA):
        return [Step(0, StepKind.EVENT, part.get("data"), name=said, path=path)]
    return [] if said in _PARTS else block_steps(part, path, kind)


def _tool(node: Any, path: str, name: str) -> list[Step]:
    """A call and, where it has been answered, its result."""
    if not isinstance(node, dict):
        return []
    call_id, called = text(node, "toolCallId"), text(node, "toolName") or name
    given = next((each for each in ("input", "args", "rawInput") if node.get(each) is not None), "input")
    gave = next((each for each in ("output", "result", "errorText") if node.get(each) is not None), "")
    steps = [Step(0, StepKind.TOOL_CALL, arguments_of(node.get(given)), called, call_id, path=f"{path}['{given}']")]
    if gave:
        failed = {"error": True} if gave == "errorText" else {}
        steps.append(
            Step(0, StepKind.TOOL_RESULT, node[gave], called, call_id, attributes=failed, path=f"{path}['{gave}']")
        )
    return steps


# results of steps


def _is_result(node: Mapping[str, Any]) -> bool:
    return "finishReason" in node and "usage" in node and ("toolCalls" in node or isinstance(node.get("content"), list))


def _result(run: Run, node: Mapping[str, Any], path: str, *, told: bool) -> None:
    """`told`: whether its messages said all of it."""
    run.note(mapping(node.get("response")), model="modelId")
    run.note(node, usage="totalUsage" if "totalUsage" in node else "usage")
    if told:
        return
    _asked(run, node, path)
    blocks = items(node, "content")
    for index, block in enumerate(blocks):
        run.answered(block_steps(block, f"{path}['content'][{index}]", StepKind.OUTPUT))
    if not blocks:
        for name, kind in (("reasoning", StepKind.THINKING), ("text", StepKind.OUTPUT)):
            if said := text(node, name):
                run.answered([Step(0, kind, said, path=f"{path}['{name}']")])
        for name in ("toolCalls", "toolResults"):
            for index, block in enumerate(items(node, name)):
                run.answered(block_steps(block, f"{path}['{name}'][{index}]", StepKind.OUTPUT))


def _asked(run: Run, node: Mapping[str, Any], path: str) -> None:
    """The request that went to the provider, in its words."""
    run.request()
    body = mapping(node.get("request")).get("body")
    if isinstance(body, dict | str):
        run.sent(conversation.sent(body, path + "['request']['body']"))


# events of streams


def _chunk(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a chunk of Mastra's says, which is what the event of its type does; empty where it is none."""
    return mapping(node.get("payload")) if "runId" in node and text(node, "from") in _SENDERS else {}


def _is_event(node: Mapping[str, Any], kind: str) -> bool:
    if kind in _SAID:
        return any(name in node for name in _PIECES) and ("id" in node or "textDelta" in node)
    if kind in _CALLING:
        return any(name in node for name in _CALL_PIECES) and ("toolCallId" in node or "id" in node)
    if kind in _CALLED or kind in _GAVE or kind in _FAILED:
        return "toolCallId" in node and "sessionID" not in node
    if kind == "error":
        return "errorText" in node
    if kind.startswith(_DATA):
        return "data" in node and len(node) < 5
    return (kind in _BEGUN or kind in _OTHER) and ("finishReason" in node or _BESIDE.issuperset(node))


def _event(run: Run, node: Mapping[str, Any], kind: str, path: str) -> None:
    """Ids of texts come again in each step."""
    if kind in _BEGUN:
        run.response()
        if "request" in node:
            _asked(run, node, path)
    elif kind in _SAID:
        said = _SAID[kind]
        name = next((each for each in _PIECES if each in node), "")
        run.delta((said, text(node, "id")), said, node, name, path)
    elif kind in _CALLING:
        call_id = first(node, ("toolCallId", "id"))
        name = next((each for each in _CALL_PIECES if each in node), "")
        called = text(node, "toolName") or run.memory.get(("tool", call_id), "")
        run.delta(("call", call_id), StepKind.TOOL_CALL, node, name, path, tool=called, call_id=call_id)
    elif kind in _CALL_BEGUN:
        run.memory["tool", first(node, ("toolCallId", "id"))] = text(node, "toolName")
    elif kind in _CALLED:
        (call, *_) = _tool({**node, "output": None, "result": None, "errorText": None}, path, "")
        run.ended(("call", call.call_id), call)
    elif kind in _GAVE or kind in _FAILED:
        said_so = {**node, "errorText": node.get("errorText") or failure_of(node)} if kind in _FAILED else node
        run.answered(_tool(said_so, path, "")[1:])
    elif kind == "error":
        run.answered([Step(0, StepKind.ERROR, node.get("errorText") or "", path=path)])
    elif kind.startswith(_DATA):
        run.answered([Step(0, StepKind.EVENT, node.get("data"), name=kind, path=path)])
    elif kind == "finish":
        counted = node if "output" not in node else mapping(node["output"])
        run.note(counted, usage="totalUsage" if "totalUsage" in counted else "usage")
    elif kind.startswith(_WORKFLOW) and kind.endswith(_RESULT):
        run.answered([Step(0, StepKind.EVENT, node.get("output"), name=text(node, "id"), path=path)])
