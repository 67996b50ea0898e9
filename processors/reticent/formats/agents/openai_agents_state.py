"""OpenAI's Agents SDK: the state of a run, as `RunState.to_json` writes it so that the run can go on later, and the
items of a run alone, and what its models answered; in the spelling of its packages for Python and for JavaScript.

https://openai.github.io/openai-agents-python/ref/run_state
https://openai.github.io/openai-agents-js/guides/human-in-the-loop
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model import Step, StepKind
from ..providers.blocks import items, mapping, text
from ..providers.openai_responses import item_steps
from ..providers.provider import Provider
from ..providers.streams import Run

_VERSION = "$schemaVersion"
_INPUTS = ("original_input", "originalInput")
_ITEMS = ("generated_items", "session_items", "generatedItems")
"""What the run came to, and what of it a session was given: the same, as a rule."""
_RESPONSES = ("model_responses", "modelResponses")
_RAW = ("raw_item", "rawItem")
_ANSWER = ("responseId", "response_id")


class OpenAiAgentsState(Provider):
    name = "openai-agents-state"
    members = frozenset({_VERSION, *_RAW, *_ANSWER})

    def claims(self, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        return (_VERSION in document and any(name in document for name in _INPUTS)) or (
            _raw(document) is not None or _is_answer(document)
        )

    def feed(self, run: Run, path: str, document: Any) -> None:
        """What models answered stands among the items again, in words of its own for what tools gave."""
        if not isinstance(document, dict):
            return
        if _is_answer(document):
            for index, item in enumerate(document["output"]):
                run.answered(item_steps(item, f"{path}['output'][{index}]", "assistant"))
            return
        if _VERSION not in document:
            run.answered(run_item_steps(document, path))
            return
        run.request()
        run.session_id = run.session_id or text(document, "conversation_id") or text(document, "conversationId")
        run.note(mapping(document.get("context")), usage="usage")
        for name in _INPUTS:
            if isinstance(document.get(name), str):
                run.blocks(document, name, path, StepKind.PROMPT)
            for index, item in enumerate(items(document, name)):
                run.sent(item_steps(item, f"{path}['{name}'][{index}]", "user"))
        told: dict[Any, list[Step]] = {}
        for steps in _lists(document, path):
            _tell(run, steps, told)


def _is_answer(node: Mapping[str, Any]) -> bool:
    """What a model answered, with what it took, as the SDK keeps it."""
    return (
        any(name in node for name in _ANSWER)
        and isinstance(node.get("output"), list)
        and isinstance(node.get("usage"), dict)
        and "object" not in node
    )


def _raw(node: Any) -> str | None:
    """The name under which an item of a run holds what a model, or a tool, said."""
    if not isinstance(node, dict) or "type" not in node or "agent" not in node:
        return None
    return next((name for name in _RAW if isinstance(node.get(name), dict)), None)


def run_item_steps(node: Any, path: str) -> list[Step]:
    """Of an item of a run."""
    name = next((name for name in _RAW if name in mapping(node)), "")
    return item_steps(node[name], f"{path}['{name}']", "assistant") if name else []


def _lists(document: Mapping[str, Any], path: str) -> Iterator[list[Step]]:
    """The run's steps, as each list of it says them."""
    for name in _ITEMS:
        places = enumerate(items(document, name))
        yield [step for index, item in places for step in run_item_steps(item, f"{path}['{name}'][{index}]")]
    yield [
        step
        for name in _RESPONSES
        for index, response in enumerate(items(document, name))
        for number, item in enumerate(items(response, "output"))
        for step in item_steps(item, f"{path}['{name}'][{index}]['output'][{number}]", "assistant")
    ]


def _tell(run: Run, steps: Sequence[Step], told: dict[Any, list[Step]]) -> None:
    """What a list says as often as one before it did is no step again."""
    here: Counter[Any] = Counter()
    for step in steps:
        key = (step.kind, step.call_id, str(step.content))
        known = told.setdefault(key, [])
        if here[key] < len(known):
            again = known[here[key]]
            again.further = [*again.further, step.path]
        else:
            known.append(step)
            run.answered([step])
        here[key] += 1
