"""What a graph of LangGraph streams in each of its modes: `updates`, `values`, `messages`, `tasks`, `debug`, `custom`.

A part is told by its mode, as Python gives it (["updates", ...], [namespace, "updates", ...], [namespace, ...] of one
mode, or an object with `type`, `ns` and `data`), as its server's events do (`event`, `data`), or by its
own names. Each message is told once, however often it comes: with an update, in a state, in a task's input, in pieces,
or as far as it has got (`messages/partial`).

https://docs.langchain.com/oss/python/langgraph/streaming
https://docs.langchain.com/langsmith/streaming
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import items, mapping, text
from ..providers.streams import Run
from ..tracing import conversation
from ..tree import escaped_name
from . import langchain

MEMBERS = frozenset({"ns", "payload", "triggers", "interrupts"})
_MODES = frozenset({"updates", "values", "messages", "tasks", "debug", "custom", "checkpoints", "events", "error"})
_SERVERS = frozenset({"metadata", "messages/metadata", "messages/partial", "messages/complete", "end", "feedback"})
_DEBUG = {"task": "tasks", "task_result": "tasks", "checkpoint": "checkpoints"}
_CHUNK, _METADATA = "AIMessageChunk", "langgraph_"
_HOLDERS = ("kwargs", "data")
"""What a message's own fields may stand in."""
_NODES_MOST = 50
"""Nodes of a graph that one update is of."""
_NO_NODES = frozenset({"messages", "values", "data", "input", "output", "inputs", "outputs", "config", "state"})
"""Names under which others keep messages."""


@dataclass(frozen=True, slots=True)
class Part:
    mode: str
    data: Any
    path: str
    thread: str = ""


def part(document: Any, path: str) -> Part | None:
    """None where the document is none."""
    if isinstance(document, list):
        return _tuple(document, path)
    if not isinstance(document, dict):
        return None
    if isinstance(mode := document.get("type"), str) and "ns" in document and mode in _MODES:
        return Part(mode, document.get("data"), path + "['data']")
    if isinstance(event := document.get("event"), str) and "data" in document:
        mode, _, _ = event.partition("|")  # behind it a graph's within the graph
        known = mode in _SERVERS or (mode in _MODES and _is_of(mode, document["data"]))
        return Part(mode, document["data"], path + "['data']") if known else None
    mode = _own_mode(document)
    return Part(mode, document, path) if mode else None


def _tuple(document: list[Any], path: str) -> Part | None:
    if len(document) == 3 and isinstance(document[0], list) and type(mode := document[1]) is str and mode in _MODES:
        return Part(mode, document[2], f"{path}[2]")
    if len(document) != 2:
        return None
    if isinstance(document[0], str):
        return Part(document[0], document[1], f"{path}[1]") if document[0] in _MODES else None
    if isinstance(document[0], list) and all(type(name) is str for name in document[0]):
        return next(
            (Part(mode, document[1], f"{path}[1]") for mode in ("messages", "updates") if _is_of(mode, document[1])),
            None,
        )
    return Part("messages", document, path) if _is_of("messages", document) else None


def _own_mode(node: Mapping[str, Any]) -> str:
    for mode in ("debug", "tasks"):
        if _is_of(mode, node):
            return mode
    return ""


def _is_of(mode: str, data: Any) -> bool:
    """Whether a mode's data is what it should be."""
    if mode == "messages":
        pair = isinstance(data, list) and len(data) == 2 and isinstance(data[1], dict)
        return pair and any(name.startswith(_METADATA) for name in data[1]) and langchain.is_message(data[0])
    if mode in ("custom", "error", "values", "checkpoints", "events"):
        return mode != "events" and isinstance(data, dict)
    if not isinstance(data, dict):
        return False
    if mode == "debug":
        return text(data, "type") in _DEBUG and "payload" in data and "step" in data
    if mode == "tasks":
        return "id" in data and "name" in data and ("triggers" in data or ("interrupts" in data and "result" in data))
    return is_update(data)


def is_update(data: Mapping[str, Any]) -> bool:
    """Of a graph's nodes, at least one of which said a message."""
    held = data.values()
    if not any(type(update) is dict and "messages" in update for update in held):
        return False
    if len(held) > _NODES_MOST or not _NO_NODES.isdisjoint(data):
        return False
    return any(map(_has_messages, held)) and all(map(_may_update, held))


def _has_messages(update: Any) -> bool:
    messages = _messages(update)
    return bool(messages) and all(langchain.is_message(each) for each, _ in messages)


def _may_update(update: Any) -> bool:
    return update is None or isinstance(update, dict | list)


def _messages(state: Any) -> list[tuple[Any, str]]:
    """Those of a state, or of an update of one, with their paths in it."""
    found = mapping(state).get("messages")
    if isinstance(found, dict):
        return [(found, "['messages']")]
    return [(each, f"['messages'][{index}]") for index, each in enumerate(items(mapping(state), "messages"))]


# steps


def tell(run: Run, found: Part) -> None:
    data, path = found.data, found.path
    if found.mode == "messages" and isinstance(data, list) and data:
        _identify(run, data[1] if len(data) > 1 else None)
        _message(run, data[0], f"{path}[0]")
    elif found.mode in ("messages/partial", "messages/complete"):
        for index, each in enumerate(data if isinstance(data, list) else ()):
            _message(run, each, f"{path}[{index}]")
    elif found.mode == "messages/metadata":
        for each in mapping(data).values():
            _identify(run, mapping(each).get("metadata"))
    elif found.mode == "updates":
        for node, update in mapping(data).items():
            _update(run, update, path + escaped_name(node), node)
    elif found.mode == "values":
        _state(run, data, path)
    elif found.mode == "debug" and text(mapping(data), "type") in _DEBUG:
        tell(run, Part(_DEBUG[data["type"]], data.get("payload"), path + "['payload']"))
    elif found.mode == "checkpoints":
        _state(run, mapping(data).get("values"), path + "['values']")
    elif found.mode == "tasks":
        _task(run, mapping(data), path)
    elif found.mode == "error":
        said = text(mapping(data), "message") or text(mapping(data), "error")
        run.answered([Step(0, StepKind.ERROR, said or data, name=text(mapping(data), "error"), path=path)])
    elif found.mode == "custom":
        run.answered([Step(0, StepKind.EVENT, data, name="custom", path=path)])


def _identify(run: Run, metadata: Any) -> None:
    run.session_id = run.session_id or text(mapping(metadata), "thread_id")
    run.note(mapping(metadata), model="ls_model_name")


def _update(run: Run, update: Any, path: str, node: str) -> None:
    """What a node says beside messages is an event of its own; so is an interrupt."""
    messages = _messages(update)
    for message, place in messages:
        _message(run, message, path + place)
    rest = {name: value for name, value in update.items() if name != "messages"} if isinstance(update, dict) else update
    if rest and not (messages and isinstance(update, list)):
        run.answered([Step(0, StepKind.EVENT, rest, name=node, path=path)])


def _state(run: Run, state: Any, path: str, name: str = "") -> None:
    """`name`: how the path names its messages, where they have no name."""
    for message, place in _messages(state):
        _message(run, message, path + (place.replace("['messages']", name) if name else place))


def _task(run: Run, task: Mapping[str, Any], path: str) -> None:
    _state(run, task.get("input"), path + "['input']")
    result, place = task.get("result"), path + "['result']"
    _state(run, result, place)
    for index, pair in enumerate(result if isinstance(result, list) else ()):  # as versions before 1 write it
        if isinstance(pair, list) and len(pair) == 2 and pair[0] == "messages":
            _state(run, {"messages": pair[1]}, f"{place}[{index}]", "[1]")
    if error := task.get("error"):
        run.answered([Step(0, StepKind.ERROR, error, name=text(task, "name"), path=path + "['error']")])


def _message(run: Run, message: Any, path: str) -> None:
    """Of one that comes again the last is what it says; the first says where."""
    if not isinstance(message, dict):
        return
    said, inner = conversation.unwrapped(message, path)
    identity = text(said, "id") or inner
    langchain.note(run, said, inner)
    if "tool_call_chunks" in said and _CHUNK in (text(said, "type"), *items(message, "id")[-1:]):
        langchain.pieces(run, identity, message, path)
        return
    kinds = dict[StepKind, int]()
    steps = conversation.sent([message], path)
    for step in steps:
        step.path = step.path.replace(f"{path}[0]", path, 1)
        number = kinds[step.kind] = kinds.get(step.kind, -1) + 1
        key = (identity, "call", number) if step.kind is StepKind.TOOL_CALL else (identity, step.kind)
        run.settle(key if not number or step.kind is StepKind.TOOL_CALL else (*key, number), step)
    for trail, node, name in _texts(next((message[n] for n in _HOLDERS if isinstance(message.get(n), dict)), message)):
        run.grow((identity, *trail), (node, name))


def _texts(message: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """(what leads to it, object, name) of the texts that grow while a message is made."""
    stack: list[tuple[tuple[Any, ...], Any]] = [((name,), message.get(name)) for name in ("content", "tool_calls")]
    if isinstance(message.get("content"), str):
        yield ("content",), message, "content"
    while stack:
        trail, node = stack.pop()
        for key, value in node.items() if type(node) is dict else enumerate(node) if type(node) is list else ():
            if type(value) is dict or type(value) is list:
                stack.append(((*trail, key), value))
            elif type(value) is str:
                yield (*trail, key), node, key
