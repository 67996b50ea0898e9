"""Dify: what applications are asked, the events that they stream, what they answer at once, messages of the past, and
what a workflow's run and its nodes gave.

https://docs.dify.ai/api-reference/chat/send-chat-message
https://docs.dify.ai/api-reference/workflow-execution/get-workflow-run-detail
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..agents.timed import said, timed
from ..messages import role_of
from .blocks import all_are, arguments_of, items, mapping, result_of, segment, text
from .provider import Provider
from .streams import Run

_OF = frozenset({"task_id", "message_id", "workflow_run_id", "conversation_id"})
"""One of these every event has."""
_RUN = frozenset({"workflow_run_id", "task_id", "data"})
_STATE = frozenset({"workflow_id", "outputs", "total_steps"})
_EXECUTED = frozenset({"node_id", "node_type", "outputs"})
"""What a run says of itself, answered at once or asked for, and what each of its nodes does."""
_SAID = ("message", "agent_message", "text_chunk")
_KNOWN = frozenset({
    *_SAID, "message_end", "message_replace", "message_file", "agent_thought", "tts_message", "tts_message_end",
    "error", "ping", "workflow_started", "workflow_finished", "node_started", "node_finished", "iteration_started",
    "iteration_next", "iteration_completed", "loop_started", "loop_next", "loop_completed", "agent_log", "node_retry",
    "parallel_branch_started", "parallel_branch_finished",
})  # fmt: skip
_TOOLS, _RETRIEVALS, _CALLS = ("tool", "http-request", "code"), ("knowledge-retrieval",), ("llm", "agent")
"""Kinds of nodes of a workflow."""


class Dify(Provider):
    name = "dify"
    members = frozenset({
        "event", frozenset({"query", "response_mode"}), frozenset({"query", "answer"}), _RUN, _STATE, _EXECUTED, "data",
    })  # fmt: skip
    holding = frozenset({"data"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if "event" in document:
            return text(document, "event") in _KNOWN and not _OF.isdisjoint(document)
        if any(names <= document.keys() for names in (_RUN, _STATE, _EXECUTED)):
            return True
        if all_are(items(document, "data"), lambda each: isinstance(each, dict) and each.keys() >= _EXECUTED):
            return True
        asked = "query" in document and "inputs" in document
        return asked and ("response_mode" in document or ("answer" in document and "conversation_id" in document))

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        run.session_id = run.session_id or text(document, "conversation_id")
        kind, at = text(document, "event"), document.get("created_at")
        if not kind and "answer" not in document and "query" not in document:
            _worked(run, document, path)
        elif not kind:
            run.answered(timed(_past(document, path), said(at)))
        elif kind in _SAID:
            self._pieces(run, kind, document, path)
        elif kind == "error" and text(document, "message"):
            run.answered([Step(0, StepKind.ERROR, document["message"], path=path + segment("message"))])
        elif kind == "agent_thought":
            run.answered(timed(_thought(document, path), said(at)))
        elif kind in ("node_finished", "workflow_finished", "workflow_started"):
            run.once(_node(kind, mapping(document.get("data")), path + segment("data")))
        elif kind == "message_end":
            run.note(mapping(document.get("metadata")), usage="usage")
            run.answered(_retrieved(document, path))

    def _pieces(self, run: Run, kind: str, document: Mapping[str, Any], path: str) -> None:
        if kind == "text_chunk":
            run.delta((kind, text(document, "workflow_run_id")), StepKind.OUTPUT, document.get("data"), "text",
                      path + segment("data"))  # fmt: skip
            return
        run.delta(("message", text(document, "message_id")), StepKind.OUTPUT, document, "answer", path)
        run.answered(_retrieved(document, path))


def _worked(run: Run, document: Mapping[str, Any], path: str) -> None:
    """A run as a whole, or its nodes."""
    nodes = [(each, f"{path}['data'][{index}]") for index, each in enumerate(items(document, "data"))]
    if document.keys() >= _EXECUTED:
        nodes = [(document, path)]
    for node, place in nodes:
        if isinstance(node, dict):
            run.answered(timed([*_prompted(node, place), *_node("node_finished", node, place)],
                               said(node.get("created_at"))))  # fmt: skip
    if not nodes:
        told = mapping(document.get("data")) if document.keys() >= _RUN else document
        place = path + segment("data") if told is not document else path
        given = arguments_of(told.get("inputs"))
        steps = [*_node("workflow_started", {"inputs": given} if given else {}, place),
                 *_node("workflow_finished", told, place)]  # fmt: skip
        run.answered(timed(steps, said(told.get("created_at"))))


def _prompted(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """What a node sent to a model."""
    data, place = arguments_of(node.get("process_data")), path + "['process_data']"
    for index, message in enumerate(items(mapping(data), "prompts")):
        kind = role_of(mapping(message), "user")
        if text(mapping(message), "text"):
            yield Step(0, kind, message["text"], path=f"{place}['prompts'][{index}]['text']")


def _past(document: Mapping[str, Any], path: str) -> Iterator[Step]:
    if text(document, "query"):
        yield Step(0, StepKind.PROMPT, document["query"], path=path + segment("query"))
    for index, thought in enumerate(items(document, "agent_thoughts")):
        if isinstance(thought, dict):
            yield from _thought(thought, f"{path}['agent_thoughts'][{index}]")
    for index, each in enumerate(items(document, "retriever_resources")):
        yield from _resource(each, f"{path}['retriever_resources'][{index}]")
    if text(document, "answer"):
        yield Step(0, StepKind.OUTPUT, document["answer"], path=path + segment("answer"))


def _thought(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Told again with what the tool gave once that is there."""
    if text(node, "thought"):
        yield Step(0, StepKind.THINKING, node["thought"], path=path + segment("thought"))
    name, call_id = text(node, "tool"), text(node, "id")
    if name:
        given = arguments_of(node.get("tool_input"))
        yield Step(0, StepKind.TOOL_CALL, given, name, call_id, path=path + segment("tool_input"))
        if node.get("observation"):
            gave = result_of(node["observation"])
            yield Step(0, StepKind.TOOL_RESULT, gave, name, call_id, path=path + segment("observation"))


def _node(kind: str, data: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Of a workflow: what a node was given and gave; of models the pieces tell what they said."""
    which, title = text(data, "node_type"), text(data, "title")
    given, gave = data.get("inputs"), data.get("outputs")
    if kind == "workflow_started":
        if given:
            yield Step(0, StepKind.EVENT, given, "workflow_started", path=path + segment("inputs"))
    elif which in _TOOLS:
        call_id = text(data, "id")
        yield Step(0, StepKind.TOOL_CALL, given or {}, title, call_id, path=path + segment("inputs"))
        yield Step(0, StepKind.TOOL_RESULT, result_of(gave), title, call_id, path=path + segment("outputs"))
    elif which in _RETRIEVALS and gave:
        yield Step(0, StepKind.RETRIEVAL, gave, title, path=path + segment("outputs"))
    elif which in _CALLS and text(mapping(gave), "text"):
        yield Step(0, StepKind.OUTPUT, mapping(gave)["text"], path=path + "['outputs']['text']")
    elif kind == "workflow_finished" and gave:
        yield Step(0, StepKind.EVENT, gave, "workflow_finished", path=path + segment("outputs"))
    if text(data, "error"):
        yield Step(0, StepKind.ERROR, data["error"], path=path + segment("error"))


def _retrieved(document: Mapping[str, Any], path: str) -> Iterator[Step]:
    for index, each in enumerate(items(document.get("metadata"), "retriever_resources")):
        yield from _resource(each, f"{path}['metadata']['retriever_resources'][{index}]")


def _resource(node: Any, path: str) -> Iterator[Step]:
    if text(mapping(node), "content"):
        yield Step(0, StepKind.RETRIEVAL, node["content"], text(node, "document_name"), path=path + segment("content"))
