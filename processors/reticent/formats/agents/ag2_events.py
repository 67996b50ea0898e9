"""AG2: events of a run as it gives them (`type` beside `content`), as its newer versions keep them (`__event__`), and
the rows that its logging writes.

https://docs.ag2.ai/latest/docs/user-guide/advanced-concepts/orchestration/group-chat/run
https://docs.ag2.ai/latest/docs/use-cases/notebooks/notebooks/agentchat_logging
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..messages import call_step
from ..providers.blocks import arguments_of, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..sides import asks
from ..tracing import conversation
from .timed import timed

_SAYS = ("text", "tool_call", "function_call", "tool_response", "function_response")
_DOES = ("execute_function", "executed_function", "execute_code_block", "generate_code_execution_reply",
         "termination", "run_completion", "error", "input_request", "post_carryover_processing", "select_speaker",
         "using_auto_reply", "group_chat_run_chat", "group_chat_resume", "termination_and_human_reply_no_input",
         "stream", "usage_summary")  # fmt: skip
_OF = frozenset({"uuid", "sender", "recipient", "func_name", "termination_reason", "history"})
"""One of these the content of an event has."""
_CLASS = "__event__"
_ROW = frozenset({"source_name", "agent_module"})
_ROW_HAS = frozenset({"event_name", "input_args", "args"})
_CALL = frozenset({"wrapper_id", "request", "response"})
_SPEAKING = (StepKind.PROMPT, StepKind.OUTPUT)


class Ag2Events(Provider):
    name = "ag2-events"
    members = frozenset({frozenset({"type", "content"}), _CLASS, _ROW, _CALL})

    def claims(self, document: Any) -> bool:
        node = mapping(document)
        if text(node, _CLASS).startswith(("ag2.", "autogen.")):
            return True
        if node.keys() >= _CALL or (node.keys() >= _ROW and not _ROW_HAS.isdisjoint(node)):
            return True
        told = isinstance(node.get("content"), dict) and not _OF.isdisjoint(node["content"])
        return told and text(node, "type") in (*_SAYS, *_DOES)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        if _CLASS in node:
            _tell(run, timed(_kept(run, node, path), node.get("created_at")))
        elif "wrapper_id" in node:
            run.session_id = run.session_id or text(node, "session_id")
            _called(run, node, path)
        elif "agent_module" in node:
            _tell(run, timed(_row(node, path), node.get("timestamp")), True)
        elif isinstance(node.get("content"), dict):
            _tell(run, _event(run, text(node, "type"), node["content"], path + "['content']"))


def _tell(run: Run, steps: Iterable[Step], heard: bool = False) -> None:
    """A call is told by who asks and by who does it. `heard`: what is said is told by everybody who hears it."""
    for step in steps:
        known = bool(step.call_id) or (heard and step.kind in _SPEAKING)
        if not (known and run.again(step, StepKind.PROMPT)):
            run.answered([step])


def _event(run: Run, kind: str, node: Mapping[str, Any], path: str) -> Iterator[Step]:
    called = (text(node, "func_name"), text(node, "call_id"))
    if kind in _SAYS:
        yield from _message(run, node, path)
    elif kind == "execute_function":
        yield Step(0, StepKind.TOOL_CALL, arguments_of(node.get("arguments")), *called, path=path + "['arguments']")
    elif kind == "executed_function":
        failed = {} if node.get("is_exec_success") in (True, None) else {"error": True}
        yield Step(0, StepKind.TOOL_RESULT, result_of(node.get("content")), *called, path=path + "['content']",
                   attributes=failed)  # fmt: skip
    elif kind == "execute_code_block":
        yield Step(0, StepKind.TOOL_CALL, node.get("code") or "", text(node, "language"), path=path + "['code']")
    elif kind == "error" and node.get("error"):
        yield Step(0, StepKind.ERROR, node["error"], path=path + "['error']")
    elif kind == "input_request" and text(node, "prompt"):
        yield Step(0, StepKind.EVENT, node["prompt"], kind, path=path + "['prompt']")
    elif kind == "termination" and text(node, "termination_reason"):
        yield Step(0, StepKind.EVENT, node["termination_reason"], kind, path=path + "['termination_reason']")


def _message(run: Run, node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Whoever begins asks, as in a chat's history."""
    content, sender = node.get("content"), text(node, "sender")
    responses = items(node, "tool_responses")
    for index, each in enumerate(responses):
        own = text(mapping(each), "tool_call_id")
        place = f"{path}['tool_responses'][{index}]['content']"
        yield Step(0, StepKind.TOOL_RESULT, result_of(mapping(each).get("content")), call_id=own, path=place)
    if responses:
        return
    if text(node, "role") == "function":
        yield Step(0, StepKind.TOOL_RESULT, result_of(content), text(node, "name"), path=path + "['content']")
        return
    if content:
        began = run.memory.setdefault((Ag2Events.name, "began"), sender)
        kind = StepKind.PROMPT if sender == began or asks(sender) else StepKind.OUTPUT
        yield Step(0, kind, content, sender, path=path + "['content']")
    for index, call in enumerate(items(node, "tool_calls")):
        if isinstance(call, dict):
            yield call_step(call, f"{path}['tool_calls'][{index}]")
    if isinstance(node.get("function_call"), dict):
        yield call_step(node["function_call"], path + "['function_call']")


def _kept(run: Run, node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """By the event's class, of which others derive."""
    kind = text(node, _CLASS).rpartition(".")[2]
    if kind.endswith("ModelRequest"):
        for index, part in enumerate(items(node, "parts")):
            name = "content" if "content" in mapping(part) else "data"
            if mapping(part).get(name) and "media_type" not in part:
                place = f"{path}['parts'][{index}]{segment(name)}"
                yield Step(0, StepKind.PROMPT, part[name], path=place)
    elif kind == "ModelResponse":
        run.note(node, model="model", usage="usage")
        yield from _kept(run, mapping(node.get("message")), path + "['message']")
        for index, call in enumerate(items(node.get("tool_calls"), "calls")):
            yield from _kept(run, mapping(call), f"{path}['tool_calls']['calls'][{index}]")
    elif kind == "ModelMessageChunk":
        run.delta((Ag2Events.name, "chunk"), StepKind.OUTPUT, node, "content", path)
    elif kind in ("ToolCallsEvent", "ToolResultsEvent"):
        name = "calls" if "calls" in node else "results"
        for index, each in enumerate(items(node, name)):
            yield from _kept(run, mapping(each), f"{path}{segment(name)}[{index}]")
    elif kind.endswith("ToolCallEvent"):
        yield Step(0, StepKind.TOOL_CALL, arguments_of(node.get("arguments")), text(node, "name"), text(node, "id"),
                   path=path + "['arguments']")  # fmt: skip
    elif kind.endswith("ResultEvent") or (kind.startswith("Tool") and "parent_id" in node):
        yield _result(node, path)
    elif text(node, "content"):
        told = {"ModelReasoning": StepKind.THINKING, "ModelMessage": StepKind.OUTPUT, "HumanMessage": StepKind.PROMPT}
        yield Step(0, told.get(kind, StepKind.EVENT), node["content"], "" if kind in told else kind,
                   path=path + "['content']")  # fmt: skip


def _result(node: Mapping[str, Any], path: str) -> Step:
    held = mapping(node.get("result"))
    parts, place = items(held.get("data", held), "parts"), path + "['result']"
    said = [mapping(part).get("content", mapping(part).get("data")) for part in parts]
    failed = {"error": True} if node.get("error") else {}
    content = said[0] if len(said) == 1 else said or mapping(node.get("error")).get("message") or ""
    return Step(0, StepKind.TOOL_RESULT, content, text(node, "name"), text(node, "parent_id"), path=place,
                attributes=failed)  # fmt: skip


def _row(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """What agents heard and said, and what functions were given and gave; other rows say how that came about."""
    state = arguments_of(node.get("json_state"))
    told = mapping(state)
    name = text(node, "function_name") or text(node, "source_name")
    if "returns" in node:
        given = "input_args" if "input_args" in node else "args"
        yield Step(0, StepKind.TOOL_CALL, arguments_of(node.get(given)), name, path=path + segment(given))
        yield Step(0, StepKind.TOOL_RESULT, result_of(node["returns"]), name, path=path + "['returns']")
    elif text(node, "event_name") == "received_message" and told.get("message"):
        kind = StepKind.PROMPT if asks(text(told, "sender")) else StepKind.OUTPUT
        yield Step(0, kind, told["message"], text(told, "sender"), path=path + "['json_state']$['message']")
    elif told.get("reply") and told.get("final") is not False:
        yield Step(0, StepKind.OUTPUT, told["reply"], text(node, "source_name"), path=path + "['json_state']$['reply']")


def _called(run: Run, node: Mapping[str, Any], path: str) -> None:
    run.request()
    asked, answered = node.get("request"), node.get("response")
    run.sent(timed(conversation.sent(asked, path + "['request']"), node.get("start_time")))
    run.answered(timed(conversation.answered(answered, path + "['response']"), node.get("end_time")))
    run.note(mapping(arguments_of(asked)), model="model")
    run.note(mapping(arguments_of(answered)), model="model", usage="usage")
