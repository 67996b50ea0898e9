"""LlamaIndex: the events of its instrumentation, as handlers get them, and those that a workflow of agents streams.

https://developers.llamaindex.ai/python/framework/module_guides/observability/instrumentation
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import arguments_of, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .llama_index import message_steps_of
from .timed import said, timed

_EVENT = frozenset({"timestamp", "id_", "span_id", "tags"})
_CALL = frozenset({"tool_name", "tool_kwargs", "tool_id"})
_AGENT = "current_agent_name"
_CAMEL: Mapping[str, str] = {
    "currentAgentName": _AGENT, "toolName": "tool_name", "toolKwargs": "tool_kwargs", "toolId": "tool_id",
    "toolOutput": "tool_output", "toolCalls": "tool_calls", "isError": "is_error",
}  # fmt: skip
"""How the package for TypeScript spells names."""
_SPELT = {ours: own for own, ours in _CAMEL.items()}
_DATA = "data"
"""Where its events hold what they say, beside their type."""
_STREAM = ("llama-index", "stream")
_AGENT_NAME, _ASKED = "agentName", "userInput"
_STOPPED = frozenset({"message", "result", "state"})
_GAVE = ("blocks", "content", "result")
_WRAPPED_MOST = 4
_PYDANTIC, _VALUE = "__is_pydantic", "value"
"""How the workflows' own serialiser wraps an event."""


class LlamaIndexEvents(Provider):
    name = "llama-index-events"
    members = frozenset({"span_id", _AGENT, "tool_kwargs", "result", _PYDANTIC, _DATA, _SPELT[_AGENT], "toolKwargs"})
    holding = frozenset({_DATA})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        node, _ = _opened(document, "")
        return self._is_event(_spelled(node))

    @staticmethod
    def _is_event(node: Mapping[str, Any]) -> bool:
        if node.keys() >= _EVENT or node.keys() >= _CALL:
            return True
        if _AGENT_NAME in node or node.keys() >= _STOPPED or (len(node) == 1 and isinstance(node.get(_ASKED), str)):
            return node.keys() != {_AGENT_NAME}
        told = mapping(node.get("result")) if len(node) == 1 else node
        return isinstance(told.get(_AGENT), str) and ("input" in told or "response" in told)

    def feed(self, run: Run, path: str, document: Any) -> None:
        written, path = _opened(mapping(document), path)
        node = _spelled(written)
        if node.keys() >= _EVENT:
            _instrumented(run, node, path)
        elif "tool_kwargs" in node:
            _tool(run, node, path, written)
        elif _ASKED in node:
            return  # the agent is given it
        elif _AGENT_NAME in node or node.keys() >= _STOPPED:
            _workflow(run, node, path)
        elif isinstance(node.get("result"), dict):
            run.once(_said(mapping(node["result"].get("response")), path + "['result']['response']"))
        else:
            _of_agent(run, node, path, written)


def _opened(node: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], str]:
    """What an event says."""
    for name, beside in ((_VALUE, _PYDANTIC), (_DATA, "type")):
        if beside in node and len(node) <= _WRAPPED_MOST and isinstance(node.get(name), dict):
            return node[name], path + segment(name)
    return node, path


def _spelled(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """In Python's names."""
    if _CAMEL.keys().isdisjoint(node):
        return node
    return {_CAMEL.get(name, name): value for name, value in node.items()}


def _own(name: str, node: Mapping[str, Any]) -> str:
    """The segment of a name of ours as a node spells it."""
    return segment(name if name in node else _SPELT.get(name, name))


def _messages(node: Mapping[str, Any], name: str, path: str) -> Iterator[Step]:
    for index, message in enumerate(items(node, name)):
        if isinstance(message, dict):
            yield from message_steps_of(message, f"{path}{segment(name)}[{index}]")


def _said(message: Mapping[str, Any], path: str) -> list[Step]:
    return message_steps_of({"role": "assistant", **message}, path) if message else []


def _of_agent(run: Run, node: Mapping[str, Any], path: str, written: Mapping[str, Any]) -> None:
    """What an agent is given, a piece of what it says, and what it said. `written`: the node in its own names."""
    if "input" in node:
        run.request()
        run.sent(_messages(node, "input", path))
        return
    for name, kind in (("delta", StepKind.OUTPUT), ("thinking_delta", StepKind.THINKING)):
        run.delta((*_STREAM, kind), kind, written, name, path)
    if isinstance(node.get("response"), str):  # so far
        run.grow(_STREAM, (written, "response"))
        return
    steps = _said(mapping(node.get("response")), path + "['response']")
    place = path + _own("tool_calls", written)
    calls = [_call(call, f"{place}[{at}]") for at, call in enumerate(items(node, "tool_calls"))]
    for step in [*steps, *calls]:
        if step.kind is StepKind.TOOL_CALL:
            run.once([step])
        elif not run.again(step):
            run.ended((*_STREAM, step.kind), step)


def _workflow(run: Run, node: Mapping[str, Any], path: str) -> None:
    """What steps of TypeScript's workflow hand on, and what it ends with, most of which others told."""
    for name in ("response", "message"):
        for step in _said(mapping(node.get(name)), path + segment(name)):
            if step.kind is StepKind.TOOL_CALL or run.again(step):
                continue
            run.ended((*_STREAM, step.kind), step)


def _call(node: Any, path: str) -> Step:
    call = _spelled(mapping(node))
    return Step(0, StepKind.TOOL_CALL, arguments_of(call.get("tool_kwargs")), name=text(call, "tool_name"),
                call_id=text(call, "tool_id"), path=path)  # fmt: skip


def _tool(run: Run, node: Mapping[str, Any], path: str, written: Mapping[str, Any]) -> None:
    """A call that the model asked for, and later the call with its result."""
    run.once([_call(node, path)])
    output = _spelled(mapping(node.get("tool_output")))
    if output:
        given = result_of(next((output[name] for name in _GAVE if name in output), None))
        failed = {"error": True} if output.get("is_error") is True else {}
        step = _call(node, path + _own("tool_output", written))
        step.kind, step.content, step.attributes = StepKind.TOOL_RESULT, given, failed
        run.answered([step])


def _instrumented(run: Run, event: Mapping[str, Any], path: str) -> None:
    at, answer = said(event.get("timestamp")), event.get("response")
    run.note(mapping(event.get("model_dict")), model="model")
    if "messages" in event or "prompt" in event:
        _model(run, event, path, at)
        return
    run.once(timed(_other(event, path), at))
    if isinstance(answer, dict) and isinstance(answer.get("response"), str):  # of a query, which a model gave
        run.once([Step(0, StepKind.OUTPUT, answer["response"], started_at=at, path=path + "['response']['response']")])


def _model(run: Run, event: Mapping[str, Any], path: str, at: str) -> None:
    """A call that ended says again what it was sent."""
    answer = mapping(event.get("response"))
    if not answer or not run.asked:
        run.request()
        prompt = event.get("prompt")
        run.sent(timed(_messages(event, "messages", path), at))
        run.sent([Step(0, StepKind.PROMPT, prompt, started_at=at, path=path + "['prompt']")] if prompt else [])
    place = path + "['response']"
    if isinstance(answer.get("message"), dict):
        run.answered(timed(_said(answer["message"], place + "['message']"), at))
    elif text(answer, "text"):
        run.answered([Step(0, StepKind.OUTPUT, answer["text"], started_at=at, path=place + "['text']")])


def _other(event: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Queries, what was retrieved, tools, what a template's call gave, and what failed."""
    if "nodes" in event:
        found = [text(mapping(mapping(each).get("node")), "text") for each in items(event, "nodes")]
        yield Step(0, StepKind.RETRIEVAL, "\n".join(found), path=path + "['nodes']")
    elif "tool" in event and "arguments" in event:
        name = text(mapping(event["tool"]), "name")
        yield Step(0, StepKind.TOOL_CALL, arguments_of(event["arguments"]), name=name, path=path + "['arguments']")
    elif isinstance(event.get("output"), str) and not text(mapping(event.get("tags")), "llamaindex.run_id"):
        yield Step(0, StepKind.OUTPUT, event["output"], path=path + "['output']")
    query = event.get("query")
    asked = query if isinstance(query, str) else text(mapping(query), "query_str")
    if asked:
        yield Step(0, StepKind.PROMPT, asked, path=path + "['query']")
    for name in ("exception", "err_str"):
        if isinstance(event.get(name), str) and event[name]:
            yield Step(0, StepKind.ERROR, event[name], path=path + segment(name))
