"""OpenAI Assistants: messages of a thread, runs and their steps, lists of these, and the events of a streamed run.

https://platform.openai.com/docs/api-reference/assistants
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Step, StepKind
from ..agents.timed import timed
from ..messages import call_step, role_of
from .blocks import ASKED, arguments_of, block_steps, items, mapping, segment, text
from .provider import Provider, listed
from .streams import Run

_MESSAGE, _RUN, _STEP = "thread.message", "thread.run", "thread.run.step"
_OBJECTS = frozenset({"thread", _MESSAGE, _RUN, _STEP, f"{_MESSAGE}.delta", f"{_STEP}.delta"})
_DELTA = ".delta"


class OpenAiAssistants(Provider):
    name = "openai-assistants"
    members = frozenset({"object"})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        if held := listed(document):
            return all(self.claims(each) for each, _ in held[:ASKED])
        return text(document, "object") in _OBJECTS

    def feed(self, run: Run, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            return
        for each, place in listed(document):
            self.feed(run, path + place, each)
        kind = text(document, "object")
        run.session_id = run.session_id or text(document, "thread_id") or (
            text(document, "id") if kind == "thread" else ""
        )  # fmt: skip
        if kind.endswith(_DELTA):
            _delta(run, mapping(document.get("delta")), text(document, "id"), path + segment("delta"))
        elif kind == _RUN:
            _run(run, document, path)
        elif kind == _STEP:
            _step(run, document, path)
        elif kind == _MESSAGE or "role" in document:
            _message(run, document, path)


def _message(run: Run, message: Mapping[str, Any], path: str) -> None:
    """One is told when it is begun, and again when it is done."""
    kind, identity = role_of(message, "user"), text(message, "id")
    if isinstance(message.get("content"), str):
        steps = block_steps(message["content"], path + segment("content"), kind)
        run.answered(timed(steps, message.get("created_at")))
        return
    for index, block in enumerate(items(message, "content")):
        for step in timed(_block(block, f"{path}['content'][{index}]", kind), message.get("created_at")):
            run.settle((_MESSAGE, identity or path, index), step)


def _block(block: Any, path: str, kind: StepKind) -> list[Step]:
    """A text is {"value", "annotations"}."""
    said = block.get("text") if isinstance(block, dict) else None
    if isinstance(said, dict):
        return [Step(0, kind, said.get("value"), path=path + "['text']['value']")] if said.get("value") else []
    return block_steps(block, path, kind)


def _run(run: Run, document: Mapping[str, Any], path: str) -> None:
    run.note(document, model="model", usage="usage")
    told = text(document, "instructions")
    if told:
        run.settle(("instructions", told), Step(0, StepKind.SYSTEM, told, path=path + segment("instructions")))
    submit = mapping(mapping(document.get("required_action")).get("submit_tool_outputs"))
    place = f"{path}['required_action']['submit_tool_outputs']"
    for index, call in enumerate(items(submit, "tool_calls")):
        _call(run, call, f"{place}['tool_calls'][{index}]", document.get("created_at"))
    _failed(run, document, path)


def _step(run: Run, document: Mapping[str, Any], path: str) -> None:
    details, place = mapping(document.get("step_details")), path + segment("step_details")
    for index, call in enumerate(items(details, "tool_calls")):
        _call(run, call, f"{place}['tool_calls'][{index}]", document.get("created_at"))
    _failed(run, document, path)


def _failed(run: Run, document: Mapping[str, Any], path: str) -> None:
    error = mapping(document.get("last_error"))
    if text(error, "message"):
        run.answered([Step(0, StepKind.ERROR, error["message"], path=path + "['last_error']['message']")])


def _call(run: Run, call: Any, path: str, at: Any) -> None:
    """A call, and what it gave as soon as that is known."""
    if not isinstance(call, dict):
        return
    kind = text(call, "type") or "function"
    inner = mapping(call.get(kind))
    step = (
        call_step(call, path) if kind == "function" else Step(0, StepKind.TOOL_CALL, _given(inner), text(inner, "name"))
    )
    step.name, step.call_id = step.name or kind, step.call_id or text(call, "id")
    step.path = path + segment(kind)
    run.settle(("call", step.call_id or path), *timed([step], at))
    where = "outputs" if kind == "code_interpreter" else "results" if kind == "file_search" else "output"
    given = inner.get(where)
    if given not in (None, "", [], {}):
        said = StepKind.RETRIEVAL if kind == "file_search" else StepKind.TOOL_RESULT
        result = Step(0, said, given, name=step.name, call_id=step.call_id, path=step.path + segment(where))
        run.settle(("result", step.call_id or path), result)


_GAVE = ("output", "outputs", "results", "name")


def _given(inner: Mapping[str, Any]) -> Any:
    """What a tool of the service was asked; Azure's have names of their own for it."""
    found = next((inner[name] for name in ("input", "arguments") if inner.get(name)), None)
    if found is not None:
        return found if "input" in inner else arguments_of(found)
    return {name: value for name, value in inner.items() if name not in _GAVE}


def _delta(run: Run, delta: Mapping[str, Any], identity: str, path: str) -> None:
    for at, block in enumerate(items(delta, "content")):
        said = block.get("text") if isinstance(block, dict) else None
        place = f"{path}['content'][{at}]['text']"
        index = block.get("index", at) if isinstance(block, dict) else at
        run.delta((_MESSAGE, identity, index), StepKind.OUTPUT, said, "value", place)
    details, place = mapping(delta.get("step_details")), path + segment("step_details")
    for at, call in enumerate(items(details, "tool_calls")):
        if isinstance(call, dict):
            _piece(run, call, identity, f"{place}['tool_calls'][{at}]")


def _piece(run: Run, call: Mapping[str, Any], identity: str, path: str) -> None:
    """Later pieces of a call have its number alone."""
    kind, call_id = text(call, "type") or "function", text(call, "id")
    number = (_STEP, identity, call.get("index", 0))
    known = run.memory.setdefault(number, ("call", call_id or path))
    inner = mapping(call.get(kind))
    named = text(inner, "name") or (kind if kind != "function" else "")
    run.open(known, StepKind.TOOL_CALL, path + segment(kind), name=named, call_id=call_id)
    for name in ("arguments", "input"):
        run.delta(known, StepKind.TOOL_CALL, inner, name, path + segment(kind))
    given = inner.get("output")
    if given not in (None, ""):
        result = Step(0, StepKind.TOOL_RESULT, given, call_id=known[1], path=path + segment(kind))
        run.settle(("result", known[1]), result)
