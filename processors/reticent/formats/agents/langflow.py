"""Langflow: what a flow is asked, what it answers, whole and streamed, and the messages that it keeps.

https://docs.langflow.org/api-flows-run
https://docs.langflow.org/api-monitor
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import all_are, arguments_of, at, items, mapping, result_of, segment, text
from ..providers.provider import Provider
from ..providers.streams import Run
from .timed import timed

_MESSAGE = frozenset({"sender", "sender_name", "session_id", "text"})
_ASKED = frozenset({"input_value", "output_type"})
_EVENT = frozenset({"event", "data"})
_EVENTS: Mapping[str, frozenset[str]] = {
    "add_message": _MESSAGE, "token": frozenset({"chunk", "id"}), "end": frozenset({"result"}),
    "remove_message": frozenset({"id"}), "end_vertex": frozenset({"build_data"}), "vertices_sorted": frozenset({"ids"}),
    "build_start": frozenset({"id"}), "build_end": frozenset({"id"}),
}  # fmt: skip
"""And what the data of each has."""
_MESSAGE_OF = ("results", "message")
_SENDERS = {"User": StepKind.PROMPT}


class Langflow(Provider):
    name = "langflow"
    members = frozenset({frozenset({"sender", "sender_name"}), _EVENT, "outputs", _ASKED})
    holding = frozenset({"data", "outputs"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if text(document, "event") in _EVENTS:
            return _EVENTS[text(document, "event")] <= mapping(document.get("data")).keys()
        asked = document.keys() >= _ASKED or all_are(items(document, "outputs"), _is_run)
        return asked or _is_message(document)

    def feed(self, run: Run, path: str, document: Any) -> None:
        node = mapping(document)
        event, data = text(node, "event"), mapping(node.get("data"))
        if _is_message(node):
            _message(run, node, path)
        elif event == "token":
            run.delta(("text", text(data, "id")), StepKind.OUTPUT, data, "chunk", path + "['data']")
        elif event == "add_message":
            _message(run, data, path + "['data']")
        elif event == "end":
            _result(run, mapping(data.get("result")), path + "['data']['result']")
        elif not event:
            _result(run, node, path)
            _asked(run, node, path)


def _is_run(node: Any) -> bool:
    return isinstance(mapping(node).get("inputs"), dict) and isinstance(mapping(node).get("outputs"), list)


def _is_message(node: Mapping[str, Any]) -> bool:
    return node.keys() >= _MESSAGE and isinstance(node["text"], str)


def _asked(run: Run, node: Mapping[str, Any], path: str) -> None:
    run.session_id = run.session_id or text(node, "session_id")
    if text(node, "input_value"):
        run.once([Step(0, StepKind.PROMPT, node["input_value"], path=path + "['input_value']")], StepKind.PROMPT)


def _result(run: Run, node: Mapping[str, Any], path: str) -> None:
    """Of each component that gives something: its message, with what led to it."""
    run.session_id = run.session_id or text(node, "session_id")
    for number, each in enumerate(items(node, "outputs")):
        place = f"{path}['outputs'][{number}]"
        _asked(run, mapping(mapping(each).get("inputs")), place + "['inputs']")
        for index, output in enumerate(items(each, "outputs")):
            here = f"{place}['outputs'][{index}]"
            found = mapping(at(output, _MESSAGE_OF))
            data = mapping(found.get("data"))
            inner, where = (data, "['data']") if _is_message(data) else (found, "")
            if _is_message(inner) or text(inner, "text"):
                _message(run, inner, f"{here}['results']['message']{where}")
            elif isinstance(output, dict) and output.get("results"):
                name = text(output, "component_display_name")
                run.answered([Step(0, StepKind.EVENT, output["results"], name, path=here + "['results']")])


def _message(run: Run, node: Mapping[str, Any], path: str) -> None:
    """It is told again while it grows, until it is complete."""
    run.session_id = run.session_id or text(node, "session_id")
    run.note(mapping(mapping(node.get("properties")).get("source")), model="source")
    own, when = text(node, "id"), _when(node)
    for number, block in enumerate(items(node, "content_blocks")):
        for index, each in enumerate(items(block, "contents")):
            place = f"{path}['content_blocks'][{number}]['contents'][{index}]"
            for step in timed(_content(mapping(each), place), when):
                _tell(run, (own, number, index, step.kind), step)
    kind = _SENDERS.get(text(node, "sender"), StepKind.OUTPUT)
    if node.get("error") is True or text(node, "category") == "error":
        kind = StepKind.ERROR
    if text(node, "text"):
        _tell(run, ("text", own), *timed([Step(0, kind, node["text"], path=path + "['text']")], when))


def _when(node: Mapping[str, Any]) -> str:
    """`2026-11-24 08:00:00 UTC`, too."""
    said = text(node, "timestamp")
    return f"{said[:10]}T{said[11:-4]}Z" if said.endswith(" UTC") else said


def _tell(run: Run, key: Any, step: Step) -> None:
    known = run.memory.get(key) if key[0] or key[1] else None
    if known is not None:
        known.content, known.further = step.content, [*known.further, step.path]
        return
    asked = key[0] == "text" and step.kind is StepKind.PROMPT
    if not asked and run.again(step, StepKind.PROMPT):
        return
    run.memory[key] = step
    if key[0] == "text":
        run.ended(key, step)
    else:
        run.answered([step])


def _content(node: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Of what an agent did: its input and output say again what messages say."""
    kind = text(node, "type")
    if kind == "tool_use":
        name, failed = text(node, "name"), node.get("error")
        yield Step(0, StepKind.TOOL_CALL, arguments_of(node.get("tool_input")), name, path=path + "['tool_input']")
        gave = "error" if failed and not node.get("output") else "output"
        if node.get(gave) is not None:
            yield Step(0, StepKind.TOOL_RESULT, result_of(node[gave]), name, path=path + segment(gave),
                       attributes={"error": True} if failed else {})  # fmt: skip
    elif kind == "text" and text(node, "text"):
        title = text(mapping(node.get("header")), "title")
        told = {"Input": StepKind.PROMPT, "Output": StepKind.OUTPUT}.get(title, StepKind.THINKING)
        yield Step(0, told, node["text"], path=path + "['text']")
    elif kind == "error":
        reason = next((name for name in ("reason", "traceback") if text(node, name)), "")
        yield Step(0, StepKind.ERROR, node.get(reason, ""), path=path + segment(reason))
    elif kind in ("json", "code") and (node.get("data") or node.get("code")):
        name = "data" if node.get("data") else "code"
        yield Step(0, StepKind.EVENT, node[name], kind, path=path + segment(name))
