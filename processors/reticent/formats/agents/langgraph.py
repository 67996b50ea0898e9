"""LangChain and LangGraph: the events of a run that `astream_events` gives, the patches of a log that `astream_log` and
LangServe give, and what a graph streams in each of its modes (langgraph_modes.py).

https://python.langchain.com/docs/how_to/streaming#event-reference
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import content_of, items, mapping, result_of, text
from ..providers.provider import Provider
from ..providers.streams import Run
from ..tracing import conversation
from . import langchain
from . import langgraph_modes as modes
from .langchain import count

_MODELS = ("on_chat_model_", "on_llm_")


class LangGraphEvents(Provider):
    name = "langgraph-events"
    members = frozenset({"data", "event", "ops", *modes.MEMBERS})
    holding = frozenset({"data"})

    def claims(self, document: Any) -> bool:
        return _is_event(document) or _is_patch(document) or modes.part(document, "") is not None

    def _may_be(self, document: Any) -> bool:
        return isinstance(document, list) or super()._may_be(document)

    def recognises(self, payload: bytes, tree: Any) -> bool:
        return (isinstance(tree, list) and modes.part(tree, "") is not None) or super().recognises(payload, tree)

    def tell(self, run: Run, path: str, tree: Any) -> None:
        if isinstance(tree, list) and (found := modes.part(tree, path)) is not None:
            modes.tell(run, found)
        else:
            super().tell(run, path, tree)

    def feed(self, run: Run, path: str, document: Any) -> None:
        for index, change in enumerate(items(document, "ops")):
            _patch(run, mapping(change), f"{path}['ops'][{index}]")
        if not _is_event(document) and (found := modes.part(document, path)) is not None:
            modes.tell(run, found)
            return
        data = document.get("data") if isinstance(document, dict) else None
        if not isinstance(data, dict):
            return
        event, place = text(document, "event"), path + "['data']"
        metadata = document.get("metadata")
        if isinstance(metadata, dict):
            run.session_id = run.session_id or text(metadata, "thread_id")
            run.note(metadata, model="ls_model_name")
        if event.startswith(_MODELS):
            _model(run, event.rpartition("_")[2], text(document, "run_id"), data, place)
        elif event.startswith("on_tool_"):
            _tool(run, event, document, data, place)
        elif event == "on_retriever_end" and data.get("output"):
            query = data.get("input")
            query = query.get("query") if isinstance(query, dict) else query
            attributes = {} if query is None else {"query": query}
            run.answered([
                Step(0, StepKind.RETRIEVAL, data["output"], name=text(document, "name"), attributes=attributes,
                     path=place + "['output']")
            ])  # fmt: skip
        elif event == "on_custom_event":
            run.answered([Step(0, StepKind.EVENT, data, name=text(document, "name"), path=place)])


class LangGraphUpdates(Provider):
    """Updates alone: objects of a graph's own nodes, which have no names that tell them."""

    name = "langgraph-updates"
    members = None

    def claims(self, document: Any) -> bool:
        return isinstance(document, dict) and modes.is_update(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        modes.tell(run, modes.Part("updates", document, path))


def _is_event(document: Any) -> bool:
    if not isinstance(document, dict) or not isinstance(event := document.get("event"), str):
        return False
    return event.startswith("on_") and "run_id" in document and isinstance(document.get("data"), dict)


def _is_patch(document: Any) -> bool:
    changes = items(document, "ops")
    return bool(changes) and all(
        text(mapping(each), "op") and ("path" in each and _LOGGED.match(text(each, "path")) is not None)
        for each in changes
    )


_LOGGED = re.compile(r"(?:\Z|/(?:streamed_output|final_output|id|name|type|logs)(?:/|\Z))")
"""What a patch of a run's log may change."""


def _patch(run: Run, change: Mapping[str, Any], path: str) -> None:
    """What a model, or a tool, said more or in the end; what chains say, these said."""
    where, _, what = text(change, "path").removesuffix("/-").rpartition("/")
    value, place = change.get("value"), path + "['value']"
    if not where.startswith("/logs/") or not isinstance(value, dict):
        return
    if what == "streamed_output":
        langchain.pieces(run, where, value, place)
    elif what == "final_output" and "generations" in value:
        _model(run, "end", where, {"output": value}, path, "['value']")
    elif what == "final_output" and langchain.are_messages(value.get("output")):  # a template filled for a model
        run.request()
        run.sent(conversation.sent(value["output"], place + "['output']"))
    elif what == "final_output":
        message, inner = langchain.kwargs(value.get("output"), place + "['output']")
        if isinstance(message, dict) and (call_id := text(message, "tool_call_id")):
            given = result_of(message.get("content"))
            run.answered([Step(0, StepKind.TOOL_RESULT, given, call_id=call_id, path=inner)])


def _model(run: Run, what: str, identity: str, data: Mapping[str, Any], path: str, output: str = "['output']") -> None:
    """`output`: where that stands."""
    if what == "start":
        run.request()
        run.sent(conversation.sent(data.get("input"), path + "['input']"))
    elif what == "stream":
        langchain.pieces(run, identity, data.get("chunk"), path + "['chunk']")
    elif what == "end":
        calls = 0
        for step in conversation.answered(data.get("output"), path + output):
            key: Hashable = (identity, step.kind)
            if step.kind is StepKind.TOOL_CALL:
                key, calls = (identity, "call", calls), calls + 1
            run.memory["call", step.call_id] = run.ended(key, step)
        message, _ = langchain.kwargs(data.get("output"), "")
        count(run, mapping(message))


def _tool(run: Run, event: str, document: Mapping[str, Any], data: Mapping[str, Any], path: str) -> None:
    """What the model called, too, is one call; its id is known when the tool answers."""
    identity, name = ("tool", text(document, "run_id")), text(document, "name")
    if event == "on_tool_start":
        run.memory[identity] = (data.get("input"), path + "['input']")
        return
    begun = run.memory.pop(identity, None) or (data.get("input"), path + "['input']")
    message, place = langchain.kwargs(data.get("output"), path + "['output']")
    call_id = text(message, "tool_call_id") if isinstance(message, dict) else ""
    places = run.memory.get(("call", call_id)) if call_id else None
    if places is not None:
        places.append(begun[1])
    else:
        given = {} if begun[0] is None else begun[0]
        run.answered([Step(0, StepKind.TOOL_CALL, given, name=name, call_id=call_id, path=begun[1])])
    if event == "on_tool_error":
        run.answered([Step(0, StepKind.ERROR, data.get("error") or "", name=name, path=path)])
    elif event == "on_tool_end":
        said = content_of(message.get("content")) if call_id and isinstance(message, dict) else message
        said = "" if said is None else said
        run.answered([Step(0, StepKind.TOOL_RESULT, said, name=name, call_id=call_id, path=place)])
